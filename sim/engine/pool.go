package engine

import (
	"context"
	"sync"

	"orrery/sim"
)

// pool keeps engines that nobody uses, because a new one costs as much as a short episode.
var pool = sync.Pool{New: func() any { return New() }}

// Borrow returns an engine that is not in use. Give it back when it is no longer needed.
func Borrow() *Engine { return pool.Get().(*Engine) }

// GiveBack lets others borrow the engine, which the caller must not use any more.
func (e *Engine) GiveBack() { pool.Put(e) }

// Simulate says what truly happens in a scene after a state, or after its own start when
// that is nil, under a policy, or at rest when that is nil. The trajectory has so
// many frames, its start included. It borrows an engine, may be called by many goroutines,
// and ends soon after ctx does, with its error.
func Simulate(ctx context.Context, scene *sim.Scene, start sim.State, frames int, policy sim.Policy) (*sim.Trajectory, error) {
	e := Borrow()
	defer e.GiveBack()
	if err := e.Load(scene); err != nil {
		return nil, err
	}
	return e.run(ctx, start, frames, policy)
}
