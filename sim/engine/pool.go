package engine

import (
	"context"
	"sync"

	"orrery/sim"
)

// pool keeps engines for the next user, because a new one costs as much as a short episode.
var pool = sync.Pool{New: func() any { return New() }}

// Borrow returns an engine that is not in use. Give it back when it is no longer needed.
func Borrow() *Engine { return pool.Get().(*Engine) }

// GiveBack lets others borrow the engine, which the caller must not use any more.
func (e *Engine) GiveBack() { pool.Put(e) }

// Simulate returns what truly happens in a scene: a trajectory of so many frames, 1/FPS
// seconds apart, its start included. It begins at a state, or at the scene's own start
// when that is nil, and a policy acts; without one, which is nil, the actuators rest. It
// borrows an engine, may be called by many goroutines, and ends soon after ctx does, with
// its error.
func Simulate(ctx context.Context, scene *sim.Scene, start sim.State, frames int, policy sim.Policy) (*sim.Trajectory, error) {
	e := Borrow()
	defer e.GiveBack()
	if err := e.Load(scene); err != nil {
		return nil, err
	}
	return e.run(ctx, start, frames, policy)
}
