package environment

import (
	"fmt"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/task"
)

// Environment is a task in scenes of one name, to be acted in frame by frame. It belongs
// to one goroutine.
type Environment struct {
	name    string
	task    *task.Task
	scenes  Scenes
	engine  *engine.Engine
	scene   *sim.Scene  // of the episode, or of none yet
	judge   *task.Judge // of the scene
	episode *Episode    // nil before the first
	success bool        // at the last frame
	action  sim.Action  // of the last frame, never nil then, with which the actuators would rest
}

// Scenes returns the scene in which the episode of a seed begins.
type Scenes func(seed uint64) (*sim.Scene, error)

// Info has more figures beside the observation, by name: success is 1 when
// the task is fulfilled and else 0; other names, and the unit of each, depend on the task.
type Info map[string]float64

// Result has what a step leads to. Terminated means that the task has ended the
// episode, by success or failure; Truncated that it was going on at the time limit.
type Result struct {
	Observation []float64 // [number of names], in the units of the task
	Reward      float64   // of this step, in the unit of the task
	Terminated  bool
	Truncated   bool
	Info        Info
}

// New returns an environment of the scenario of a name, its task, and its scenes.
// It must be Reset before the first step.
func New(name string, of *task.Task, scenes Scenes) (*Environment, error) {
	if of == nil {
		return nil, fmt.Errorf("environment: scenario %s has no task", name)
	}
	scene, err := scenes(0)
	if err != nil {
		return nil, fmt.Errorf("environment: %w", err)
	}
	judge, err := of.Judge(scene)
	if err != nil {
		return nil, fmt.Errorf("environment: %s: %w", name, err)
	}
	return &Environment{name: name, task: of, scenes: scenes, engine: engine.New(), scene: scene, judge: judge}, nil
}

// Reset begins an episode in the scene that the seed gives, and returns the observation
// of its start, one number for each of Names, in the units of the task. The same seed
// begins the same episode.
func (e *Environment) Reset(seed uint64) (observation []float64, info Info, err error) {
	scene, err := e.scenes(seed)
	if err != nil {
		return nil, nil, err
	}
	return e.Begin(scene)
}

// ResetTo begins an episode in the scene of a seed, but in a state, unless it is nil, and with goals, unless they
// are nil: as many as the scene has, each of the kind and of the body of the one in its place. It returns what Reset
// returns, and changes nothing when that is an error.
func (e *Environment) ResetTo(seed uint64, start sim.State, goals []sim.Goal) (observation []float64, info Info, err error) {
	scene, err := e.scenes(seed)
	if err != nil {
		return nil, nil, err
	}
	if start != nil {
		if len(start) != len(scene.Bodies) {
			return nil, nil, fmt.Errorf("environment: state of %d bodies must have the scene's %d", len(start), len(scene.Bodies))
		}
		scene = scene.StartingAt(start)
	}
	if goals != nil {
		if len(goals) != len(scene.Goals) {
			return nil, nil, fmt.Errorf("environment: %d goals must be the scene's %d", len(goals), len(scene.Goals))
		}
		for i, g := range goals {
			if old := &scene.Goals[i]; g.Kind != old.Kind || g.Body != old.Body {
				return nil, nil, fmt.Errorf("environment: goal %d must be a %s of body %d, as the scene's", i, old.Kind, old.Body)
			}
		}
		other := *scene
		other.Goals = goals
		scene = &other
	}
	if start != nil || goals != nil {
		if err := scene.Validate(); err != nil {
			return nil, nil, fmt.Errorf("environment: %w", err)
		}
	}
	return e.Begin(scene)
}

// Begin begins an episode in a scene of the scenario, which may have been changed:
// other starts, other goals. It returns what Reset returns, and keeps the scene.
func (e *Environment) Begin(scene *sim.Scene) (observation []float64, info Info, err error) {
	e.episode = nil
	if scene.Name != e.name {
		return nil, nil, fmt.Errorf("environment: scene of %q must be of %q", scene.Name, e.name)
	}
	judge, err := e.task.Judge(scene)
	if err != nil {
		return nil, nil, fmt.Errorf("environment: %s: %w", e.name, err)
	}
	episode, err := NewEpisode(e.engine, judge, scene, e.task.TimeLimit)
	if err != nil {
		return nil, nil, err
	}
	e.scene, e.judge, e.episode, e.success = scene, judge, episode, episode.start.Success
	return e.Observe(), e.info(), nil
}

// Step acts for one frame. The action, in the task's units, is clipped to the
// limits; one that does not fit the scene is an error and changes nothing. After a
// result that is Terminated or Truncated, and before the first Reset, a step is an
// error.
func (e *Environment) Step(action []float64) (Result, error) {
	o, err := e.Act(action)
	if err != nil {
		return Result{}, err
	}
	return Result{Observation: e.Observe(), Reward: o.Reward, Terminated: o.Terminated, Truncated: o.Truncated, Info: e.info()}, nil
}

// Act is a Step of which only the outcome is told.
func (e *Environment) Act(action []float64) (task.Outcome, error) {
	if e.episode == nil || e.episode.over {
		return task.Outcome{}, errOver
	}
	e.action = append(e.action[:0], action...)
	for i := range e.action {
		e.action[i] *= e.task.Unit
	}
	if err := e.scene.CheckAction(e.action); err != nil {
		return task.Outcome{}, fmt.Errorf("environment: %w", err)
	}
	e.scene.Clip(e.action)
	o, err := e.episode.Step(e.action)
	e.success = o.Success
	return o, err
}

// Observe returns the observation of the present state, one number for each of Names, in the units of the task. There
// must be an episode.
func (e *Environment) Observe() []float64 { return e.judge.Observe(e.episode.State()) }

// Measures returns the names of what an Info has, which must not be changed: success, and what the task measures.
func (e *Environment) Measures() []string { return append([]string{"success"}, e.judge.Measures...) }

// Measure writes what an Info has of the present state to a slice, in the order of Measures.
func (e *Environment) Measure(into []float64) {
	into[0] = 0
	if e.success {
		into[0] = 1
	}
	if e.judge.Measure != nil {
		e.judge.Measure(e.episode.State(), into[1:])
	}
}

func (e *Environment) info() Info {
	names := e.Measures()
	values := make([]float64, len(names))
	e.Measure(values)
	info := make(Info, len(names))
	for i, name := range names {
		info[name] = values[i]
	}
	return info
}

// Limits returns the least and the largest action of the episode's scene, in the
// task's units.
func (e *Environment) Limits() (low, high []float64) {
	for _, a := range e.scene.Actuators {
		low = append(low, a.Low/e.task.Unit)
		high = append(high, a.High/e.task.Unit)
	}
	return low, high
}

// Names returns the names of an observation's numbers, which must not be changed.
func (e *Environment) Names() []string { return e.judge.Names }

// See adds to a trajectory in the episode's scene what the task observes of its states.
func (e *Environment) See(t *sim.Trajectory) { e.judge.See(t) }

// Cost returns the task's cost in the scene of the episode, in the units of sim.
func (e *Environment) Cost() task.Measure { return e.judge.Cost }

// Scene returns the scene of the episode, which must not be changed. Before the
// first it is some scene of the scenario.
func (e *Environment) Scene() *sim.Scene { return e.scene }

// State returns a copy of the true state, in the units of sim, or nil before the first
// episode.
func (e *Environment) State() sim.State {
	if e.episode == nil {
		return nil
	}
	return append(sim.State(nil), e.episode.State()...)
}
