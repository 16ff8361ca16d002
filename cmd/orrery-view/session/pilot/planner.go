package pilot

import (
	"time"

	"orrery/sim"
	"orrery/sim/render"
)

// Planner finds out what to do for a task.
type Planner interface {
	// Frames returns how many frames of each plan are carried out.
	Frames() int
	// Think returns the actions [t][a] of the next Frames from a state, for the goals of
	// a scene that may have moved. Unless it is fresh it goes on from the thought before.
	// It calls pause often, and ends with its error.
	Think(goals *sim.Scene, state sim.State, fresh bool, pause func() error) ([]sim.Action, render.Intent, error)
}

// Lead returns the states [t+1][n] to which actions [t][a] lead in a scene by what a
// model predicts, beginning with the state from which they do.
type Lead func(scene *sim.Scene, state sim.State, actions []sim.Action) ([]sim.State, error)

// Thought is a planner's present plan.
type Thought struct {
	render.Intent
	From    int           // frame at which the plan begins
	Actions []sim.Action  // [t][a] until the next plan
	Cost    time.Duration // of thinking
}

// covers reports whether the thought says what to do at a frame. It may be nil.
func (t *Thought) covers(frame int) bool {
	return t != nil && frame >= t.From && frame < t.From+len(t.Actions)
}
