package task

import (
	"errors"

	"orrery/sim"
)

// Task is what is to be done in the scenes of a scenario.
type Task struct {
	Doc       string  // one line: what succeeds
	TimeLimit int     // frames after the start
	Hold      bool    // success does not end an episode but must last to its end
	Held      int     // states in a row, a frame apart, that must succeed; 0 is 1
	AnyStart  bool    // where a success must last, an attempt may begin with one
	Unit      float64 // m, rad or N of an actuator for 1 of an outsider's action; 1 but for benchmarks in pixels

	// Bind returns who judges in a scene, whose goals and numbers it reads once. The scene
	// must not be changed afterwards. One that lacks what the task speaks of is an error.
	Bind func(scene *sim.Scene) (*Judge, error)
}

// Judge is a task in one scene. Its functions are pure and may be called by many
// goroutines at once; what they are given they neither change nor keep.
type Judge struct {
	// Names names the numbers of an observation, and Observe returns them, in the units
	// that others who have the task use.
	Names   []string
	Observe func(state sim.State) []float64

	// Reward judges a frame for those who learn, more is better; Cost does for those
	// who plan, less is better, and is smooth, allocates nothing and shows a way to
	// the goal from anywhere. The state is the one that the action has led to.
	Reward, Cost Measure

	// Least says what a state costs at least, never below 0, wherever its dynamic bodies are. It may be nil.
	Least Measure

	// Success and Failed look at one state alone: that a success must last, a Referee knows.
	Success func(state sim.State) bool
	Failed  func(state sim.State) bool // beyond rescue; nil if that cannot be

	// Measures names what else is worth reporting, and Measure writes it to a slice of that length. Both may be nil.
	Measures []string
	Measure  func(state sim.State, into []float64)

	hold  bool // of the task
	lasts bool // an attempt may begin with a success, which has to last
	held  int  // of the task, at least 1
}

// See adds to a trajectory in the judge's scene what the task observes of its states.
func (j *Judge) See(t *sim.Trajectory) {
	t.ViewNames, t.View = j.Names, make([][]float64, len(t.States))
	for k, state := range t.States {
		t.View[k] = j.Observe(state)
	}
}

var errNoTask = errors.New("there is no task")

// Judge returns who judges in a scene, which must not be changed afterwards. No task,
// which is nil, is an error.
func (t *Task) Judge(scene *sim.Scene) (*Judge, error) {
	if t == nil {
		return nil, errNoTask
	}
	judge, err := t.Bind(scene)
	if err != nil {
		return nil, err
	}
	judge.hold, judge.held = t.Hold, max(t.Held, 1)
	judge.lasts = t.Hold || t.AnyStart && judge.held > 1
	return judge, nil
}
