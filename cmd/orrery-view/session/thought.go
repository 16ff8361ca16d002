package session

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/scenario"
	"orrery/world"
)

// Planner finds out what to do for a task.
type Planner interface {
	// Frames returns how many frames of each plan are carried out.
	Frames() int
	// Think returns the actions of the next Frames from a state, for the goals of a
	// scene that may have moved. Unless it is fresh it goes on from the thought before.
	// It calls pause often, and ends with its error.
	Think(goals *sim.Scene, state sim.State, fresh bool, pause func() error) ([]sim.Action, render.Intent, error)
}

// NewPlanner returns a planner for the task of a scenario, in a scene that a model
// predicts.
type NewPlanner func(of *scenario.Scenario, scene *sim.Scene, model world.Model, seed uint64) (Planner, error)

// Thought is what a planner has in mind.
type Thought struct {
	render.Intent
	From    int           // frame at which the plan begins
	Actions []sim.Action  // until the next plan
	Cost    time.Duration // of thinking
}

// deliberation is the task of making a Thought. A step lasts until the planner pauses.
type deliberation struct {
	planner Planner
	model   world.Model
	scene   *sim.Scene // with the goals
	at      int        // frame of the first state
	led     []sim.State
	ahead   []sim.Action // that will be carried out before the plan begins
	fresh   bool         // the plan before is of no use

	next func() (struct{}, bool) // goes on; nil before the first step
	out  Thought
	err  error

	mu      sync.Mutex
	over    bool // out and err are final
	stopped bool // nobody waits for them
}

var errStopped = errors.New("nobody waits for this plan any more")

func (d *deliberation) stop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stopped = true
}

// done reports whether there is a thought, or an error.
func (d *deliberation) done() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.over
}

func (d *deliberation) step() (more bool) {
	if d.next == nil {
		d.next, _ = iter.Pull(d.thinking)
	}
	began := time.Now()
	_, more = d.next()
	d.out.Cost += time.Since(began)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.over = !more
	return more
}

// thinking thinks, and yields at every pause. A planner or a model that panics has
// failed like one that returns an error.
func (d *deliberation) thinking(yield func(struct{}) bool) {
	defer func() {
		if cause := recover(); cause != nil {
			d.err = fmt.Errorf("planning with %s failed: %v", d.model.Kind(), cause)
		}
	}()
	d.err = d.think(func() error {
		d.mu.Lock()
		stopped := d.stopped
		d.mu.Unlock()
		if stopped || !yield(struct{}{}) {
			return errStopped
		}
		return nil
	})
}

// think finds where the actions that are carried out meanwhile lead, and what to do
// from there.
func (d *deliberation) think(pause func() error) error {
	state := slices.Clone(d.led[0])
	if len(d.ahead) > 0 {
		predictor, err := d.model.Predictor([]*sim.Scene{d.scene})
		if err != nil {
			return err
		}
		for _, action := range d.ahead {
			if err := predictor.Step(state, action); err != nil {
				return err
			}
			d.led = append(d.led, slices.Clone(state))
		}
	}
	d.out.From = d.at + len(d.ahead)
	var err error
	d.out.Actions, d.out.Intent, err = d.planner.Think(d.scene, state, d.fresh, pause)
	return err
}
