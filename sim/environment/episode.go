package environment

import (
	"errors"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario"
)

// Outcome has what a task says of a frame.
type Outcome struct {
	Reward     float64 // of the task, for the frame
	Success    bool    // the state that the frame led to fulfils the task
	Terminated bool    // the task ends the episode there, by success or by failure
	Truncated  bool    // the time is over while the task was going on
}

// Over reports whether the episode ends with the frame.
func (o *Outcome) Over() bool { return o.Terminated || o.Truncated }

// Judge returns what a task says of a frame of a scene: of the action, and of the state
// that it led to. No task, which is nil, says nothing. It knows no time limit, so nothing is
// truncated.
func Judge(task *scenario.Task, scene *sim.Scene, state sim.State, action sim.Action) Outcome {
	if task == nil {
		return Outcome{}
	}
	return Outcome{
		Reward:     task.Reward(scene, state, action),
		Success:    task.Success(scene, state),
		Terminated: task.Terminated(scene, state),
	}
}

// Episode is one attempt at a task: the engine runs a scene frame by frame, and the task
// judges every frame, until the task or the time ends the attempt. It belongs to one
// goroutine.
type Episode struct {
	task   *scenario.Task
	scene  *sim.Scene
	engine *engine.Engine
	state  sim.State
	frame  int
	limit  int
	over   bool
}

// NewEpisode returns an attempt at a task, which may be nil, in a scene, of at most limit
// frames after the start. It loads the scene into the engine, which is the episode's until it is over.
func NewEpisode(e *engine.Engine, task *scenario.Task, scene *sim.Scene, limit int) (*Episode, error) {
	if err := e.Load(scene); err != nil {
		return nil, err
	}
	return &Episode{task: task, scene: scene, engine: e, state: e.State(nil), limit: limit}, nil
}

var errOver = errors.New("environment: the episode is over or has not begun, and must be reset")

// Step lets the actuators follow an action, in the units of sim, for one frame, and
// judges where that leads. After an Outcome that is Over, and after an error, a step is an
// error.
func (e *Episode) Step(action sim.Action) (Outcome, error) {
	if e.over {
		return Outcome{}, errOver
	}
	if err := e.engine.Frame(action); err != nil {
		e.over = true
		return Outcome{}, err
	}
	e.frame++
	e.state = e.engine.State(e.state)
	o := Judge(e.task, e.scene, e.state, action)
	o.Truncated = !o.Terminated && e.frame >= e.limit
	e.over = o.Over()
	return o, nil
}

// State returns the true state. It is valid until the next Step and must not be changed.
func (e *Episode) State() sim.State { return e.state }

// Frame returns how many frames have passed since the start.
func (e *Episode) Frame() int { return e.frame }
