package main

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world/eval"
)

// engines are used again because a new one costs as much as a short episode.
var engines = sync.Pool{New: func() any { return engine.New() }}

// runEngine says what truly happens in a scene after a state, or after its own
// start when that is nil, under a policy, which may be nil too.
func runEngine(scene *sim.Scene, start sim.State, frames int, policy sim.Policy) (*sim.Trajectory, error) {
	e := engines.Get().(*engine.Engine)
	defer engines.Put(e)
	if err := e.Load(scene); err != nil {
		return nil, err
	}
	return e.Run(start, frames, policy)
}

// engineTruth is runEngine as an eval.Truth.
var engineTruth eval.Truth = func(ctx context.Context, scene *sim.Scene, start sim.State, frames int, policy sim.Policy) (*sim.Trajectory, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return runEngine(scene, start, frames, policy)
}

// runEngines says what truly happens in scenes, as many at a time as there are
// workers.
func runEngines(scenes []*sim.Scene, frames, workers int) ([]*sim.Trajectory, error) {
	out := make([]*sim.Trajectory, len(scenes))
	var group errgroup.Group
	group.SetLimit(workers)
	for i, scene := range scenes {
		group.Go(func() (err error) {
			out[i], err = runEngine(scene, nil, frames, nil)
			return err
		})
	}
	return out, group.Wait()
}
