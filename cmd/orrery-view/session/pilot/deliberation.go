package pilot

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"orrery/sim"
)

// deliberation is the job of making a Thought. A step lasts until the planner pauses.
type deliberation struct {
	planner Planner
	lead    Lead
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

// Step implements jobs.Job.
func (d *deliberation) Step() (more bool) {
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

// thinking thinks, and yields at every pause.
func (d *deliberation) thinking(yield func(struct{}) bool) {
	defer func() {
		if cause := recover(); cause != nil {
			d.err = fmt.Errorf("planning failed: %v", cause)
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
func (d *deliberation) think(pause func() error) (err error) {
	if len(d.ahead) > 0 {
		if d.led, err = d.lead(d.scene, d.led[0], d.ahead); err != nil {
			return err
		}
	}
	d.out.From = d.at + len(d.ahead)
	d.out.Actions, d.out.Intent, err = d.planner.Think(d.scene, slices.Clone(d.led[len(d.led)-1]), d.fresh, pause)
	return err
}
