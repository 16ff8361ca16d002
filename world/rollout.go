package world

import (
	"fmt"
	"slices"
	"sync"

	"orrery/sim"
)

// rolloutChunk scenes are predicted together: enough to fill a network's rows,
// few enough to stay in cache and to split over cores. It is fixed so that
// results do not depend on the number of workers.
const rolloutChunk = 16

// Rollout feeds model its own predictions. It returns one trajectory per scene
// of the given number of frames, the first being the start, and uses up to
// workers goroutines. Each scene with actuators follows its policy; no policy, or
// no list of them, is rest. A state that is not finite is an error naming the scene by
// its index, the frame and the body.
func Rollout(model Model, scenes []*sim.Scene, starts []sim.State, policies []sim.Policy, frames, workers int) ([]*sim.Trajectory, error) {
	if len(scenes) != len(starts) {
		return nil, fmt.Errorf("rollout: %d scenes but %d starts", len(scenes), len(starts))
	}
	if policies != nil && len(scenes) != len(policies) {
		return nil, fmt.Errorf("rollout: %d scenes but %d policies", len(scenes), len(policies))
	}
	for i, scene := range scenes {
		if len(starts[i]) != len(scene.Bodies) {
			return nil, fmt.Errorf("rollout: scene %d has %d bodies but its start has %d", i, len(scene.Bodies), len(starts[i]))
		}
	}
	if frames < 1 {
		return nil, fmt.Errorf("rollout: %d frames must be at least 1", frames)
	}
	if policies == nil {
		policies = make([]sim.Policy, len(scenes))
	}
	r := rollout{Bare(model), scenes, starts, policies, frames, make([]*sim.Trajectory, len(scenes))}
	chunks := (len(scenes) + rolloutChunk - 1) / rolloutChunk
	errs := make([]error, chunks)
	next := make(chan int)
	var group sync.WaitGroup
	for range max(1, min(workers, chunks)) {
		group.Go(func() {
			for c := range next {
				errs[c] = r.predict(c*rolloutChunk, min((c+1)*rolloutChunk, len(scenes)))
			}
		})
	}
	for c := range chunks {
		next <- c
	}
	close(next)
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("rollout: %w", err)
		}
	}
	return r.out, nil
}

// rollout is what the workers of a Rollout share. Each writes its own part of out.
type rollout struct {
	model    Model
	scenes   []*sim.Scene
	starts   []sim.State
	policies []sim.Policy
	frames   int
	out      []*sim.Trajectory
}

// predict fills out[from:to] with one Predictor.
func (r *rollout) predict(from, to int) error {
	predictor, err := r.model.Predictor(r.scenes[from:to])
	if err != nil {
		return err
	}
	var state sim.State
	for i := from; i < to; i++ {
		state = append(state, r.starts[i]...)
		r.out[i] = &sim.Trajectory{Scene: r.scenes[i], States: make([]sim.State, 0, r.frames)}
	}
	for frame := range r.frames {
		if frame > 0 {
			if err := predictor.Step(state, r.act(from, to, frame-1)); err != nil {
				return fmt.Errorf("scenes %d to %d, frame %d: %w", from, to-1, frame, err)
			}
		}
		rest := state
		for i := from; i < to; i++ {
			n := len(r.starts[i])
			now := slices.Clone(rest[:n])
			if err := now.Check(); err != nil {
				return fmt.Errorf("scene %d (%s), frame %d: %w", i, r.scenes[i].Name, frame, err)
			}
			r.out[i].States = append(r.out[i].States, now)
			rest = rest[n:]
		}
	}
	return nil
}

// act asks the policies for what the scenes from:to do next and notes it in their
// trajectories. It returns nil when none of them has an actuator.
func (r *rollout) act(from, to, frame int) sim.Action {
	var all sim.Action
	for i := from; i < to; i++ {
		scene := r.scenes[i]
		if len(scene.Actuators) == 0 {
			continue
		}
		action := scene.Rest()
		if r.policies[i] != nil {
			copy(action, r.policies[i](frame, r.out[i].States[frame]))
			scene.Clip(action)
		}
		r.out[i].Actions = append(r.out[i].Actions, action)
		all = append(all, action...)
	}
	return all
}
