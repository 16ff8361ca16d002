package scenario

import "orrery/sim"

// Task is what is to be done in the scenes of a scenario. Its functions are pure:
// they see a scene, which holds the goals, and the state that a frame led to.
// They are safe for concurrent use.
type Task struct {
	Doc       string  // one line: what succeeds
	TimeLimit int     // frames after the start
	Hold      bool    // success does not end an episode but must last to its end
	Unit      float64 // m, rad or N of an actuator for 1 of an outsider's action; 1 but for benchmarks in pixels

	// Names names the numbers of an observation of the scene, and Observe returns
	// them, in the units that others who have the task use.
	Names   func(scene *sim.Scene) []string
	Observe func(scene *sim.Scene, state sim.State) []float64

	// Reward judges a frame for those who learn, more is better; Cost does for those
	// who plan, less is better, and is smooth, allocates nothing and shows a way to
	// the goal from anywhere.
	Reward func(scene *sim.Scene, state sim.State, action sim.Action) float64
	Cost   func(scene *sim.Scene, state sim.State, action sim.Action) float64

	Success func(scene *sim.Scene, state sim.State) bool
	Failed  func(scene *sim.Scene, state sim.State) bool // beyond rescue; nil if that cannot be

	// Measure returns what else is worth reporting, by name; it may be nil.
	Measure func(scene *sim.Scene, state sim.State) map[string]float64
}

// Terminated reports whether a state ends an episode. It has succeeded when the
// state it ends in, be it for this or for the time limit, is a success.
func (t *Task) Terminated(scene *sim.Scene, state sim.State) bool {
	return !t.Hold && t.Success(scene, state) || t.Failed != nil && t.Failed(scene, state)
}

// negative turns a cost into a reward.
func negative(cost func(*sim.Scene, sim.State, sim.Action) float64) func(*sim.Scene, sim.State, sim.Action) float64 {
	return func(scene *sim.Scene, state sim.State, action sim.Action) float64 { return -cost(scene, state, action) }
}

// squares returns the sum of the squares of an action's components, each as a
// share of the most its actuator can.
func squares(scene *sim.Scene, action sim.Action) float64 {
	sum := 0.0
	for i, a := range action {
		share := a / scene.Actuators[i].High
		sum += share * share
	}
	return sum
}
