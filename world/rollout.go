package world

import (
	"fmt"
	"sync"

	"orrery/sim"
)

// rolloutChunk scenes are predicted together: enough to fill a network's rows,
// few enough to stay in cache and to split over cores. It is fixed so that
// results do not depend on the number of workers.
const rolloutChunk = 16

// Rollout feeds model its own predictions. It returns one trajectory per scene
// of the given number of frames, the first being the start, and uses up to
// workers goroutines. A state that is not finite is an error naming the scene,
// frame and body.
func Rollout(model Model, scenes []*sim.Scene, starts []sim.State, frames, workers int) ([]*sim.Trajectory, error) {
	if len(scenes) != len(starts) {
		return nil, fmt.Errorf("rollout: %d scenes but %d starts", len(scenes), len(starts))
	}
	for i, scene := range scenes {
		if len(starts[i]) != len(scene.Bodies) {
			return nil, fmt.Errorf("rollout: scene %d has %d bodies but its start has %d", i, len(scene.Bodies), len(starts[i]))
		}
	}
	if frames < 1 {
		return nil, fmt.Errorf("rollout: %d frames must be at least 1", frames)
	}
	out := make([]*sim.Trajectory, len(scenes))
	chunks := (len(scenes) + rolloutChunk - 1) / rolloutChunk
	errs := make([]error, chunks)
	next := make(chan int)
	var group sync.WaitGroup
	for range max(1, min(workers, chunks)) {
		group.Go(func() {
			for c := range next {
				from, to := c*rolloutChunk, min((c+1)*rolloutChunk, len(scenes))
				errs[c] = rolloutTogether(out[from:to], model, scenes[from:to], starts[from:to], frames)
			}
		})
	}
	for c := range chunks {
		next <- c
	}
	close(next)
	group.Wait()
	for c, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("rollout of scenes from %d: %w", c*rolloutChunk, err)
		}
	}
	return out, nil
}

// rolloutTogether predicts a few scenes with one Predictor.
func rolloutTogether(out []*sim.Trajectory, model Model, scenes []*sim.Scene, starts []sim.State, frames int) error {
	predictor, err := model.Predictor(scenes)
	if err != nil {
		return err
	}
	var state sim.State
	for i, start := range starts {
		state = append(state, start...)
		out[i] = &sim.Trajectory{Scene: scenes[i], States: make([]sim.State, 1, frames)}
		out[i].States[0] = append(sim.State{}, start...)
	}
	for frame := 1; frame < frames; frame++ {
		if err := predictor.Step(state); err != nil {
			return fmt.Errorf("frame %d: %w", frame, err)
		}
		rest := state
		for i, t := range out {
			n := len(scenes[i].Bodies)
			now := append(sim.State{}, rest[:n]...)
			if err := now.Check(); err != nil {
				return fmt.Errorf("scene %s, frame %d: %w", scenes[i].Name, frame, err)
			}
			t.States = append(t.States, now)
			rest = rest[n:]
		}
	}
	return nil
}
