package environment

import (
	"errors"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/task"
)

// Episode is one attempt at a task: the engine runs a scene frame by frame, and a referee
// follows, until the task or the time ends the attempt. It belongs to one
// goroutine.
type Episode struct {
	referee *task.Referee // or nil
	engine  *engine.Engine
	state   sim.State
	start   task.Outcome
	frame   int
	limit   int
	over    bool
}

// NewEpisode returns an attempt in a scene, of at most limit frames after the start, of which a
// judge of the scene says how it goes; no judge, which is nil, says nothing. It loads
// the scene into the engine, which is the episode's until it is over.
func NewEpisode(e *engine.Engine, judge *task.Judge, scene *sim.Scene, limit int) (*Episode, error) {
	if err := e.Load(scene); err != nil {
		return nil, err
	}
	episode := &Episode{engine: e, state: e.State(nil), limit: limit}
	if judge != nil {
		episode.referee = judge.Referee()
		episode.start = episode.referee.Frame(episode.state, scene.Rest())
	}
	return episode, nil
}

// Start returns what the task says of the start, to which the actuators' rest has led. It does
// not end the episode.
func (e *Episode) Start() task.Outcome { return e.start }

var errOver = errors.New("environment: the episode is over or has not begun, and must be reset")

// Step lets the actuators follow an action, in the units of sim, for one frame, and
// judges where that leads. After an Outcome that is Over, and after an error, a step is an
// error.
func (e *Episode) Step(action sim.Action) (task.Outcome, error) {
	if e.over {
		return task.Outcome{}, errOver
	}
	if err := e.engine.Frame(action); err != nil {
		e.over = true
		return task.Outcome{}, err
	}
	e.frame++
	e.state = e.engine.State(e.state)
	var o task.Outcome
	if e.referee != nil {
		o = e.referee.Frame(e.state, action)
	}
	o.Truncated = !o.Terminated && e.frame >= e.limit
	e.over = o.Over()
	return o, nil
}

// State returns the true state. It is valid until the next Step and must not be changed.
func (e *Episode) State() sim.State { return e.state }

// Frame returns how many frames have passed since the start.
func (e *Episode) Frame() int { return e.frame }
