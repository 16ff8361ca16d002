package world

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"orrery/sim"
)

// rolloutChunk scenes are predicted together: enough to fill a network's rows,
// few enough to stay in cache and to split over cores. It is fixed so that
// results do not depend on the number of workers.
const rolloutChunk = 64

// Rollout feeds model its own predictions. It returns one trajectory per scene
// of the given number of frames, the first being the start, and uses up to
// workers goroutines; several for few scenes only where the model has Predictors that can share them out. Each scene with actuators follows its policy; no policy, or
// no list of them, is rest. A scene whose prediction breaks down has a trajectory that
// ends there, and the others are what they would be without it; the error then holds a
// *Breakdown for each of them. With any other error there are no trajectories.
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
	chunks := (len(scenes) + rolloutChunk - 1) / rolloutChunk
	bare, _ := among(Bare(model), workers/max(1, chunks))
	r := rollout{bare, scenes, starts, policies, frames, make([]*sim.Trajectory, len(scenes))}
	broken, errs := make([][]error, chunks), make([]error, chunks)
	next := make(chan int)
	var group sync.WaitGroup
	for range max(1, min(workers, chunks)) {
		group.Go(func() {
			for c := range next {
				broken[c], errs[c] = r.predict(c*rolloutChunk, min((c+1)*rolloutChunk, len(scenes)))
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
	if all := slices.Concat(broken...); len(all) > 0 {
		return r.out, fmt.Errorf("rollout: %w", breakdowns(all))
	}
	return r.out, nil
}

// among returns model with Predictors that share out the scenes they predict together among so many workers, if it has such. Predictions
// are the same to the last bit; see package baseline.
func among(model Model, workers int) (shared Model, ok bool) {
	s, can := model.(interface {
		Shared(workers int) (Model, bool)
	})
	if !can || workers < 2 {
		return model, false
	}
	return s.Shared(workers)
}

// breakdowns is an error of several scenes.
type breakdowns []error

// Error tells of the first and counts the others.
func (b breakdowns) Error() string {
	if len(b) == 1 {
		return b[0].Error()
	}
	return fmt.Sprintf("%v; %d more broke down", b[0], len(b)-1)
}

// Unwrap returns all of them.
func (b breakdowns) Unwrap() []error { return b }

// rollout has what the workers of a Rollout share. Each writes its own part of out.
type rollout struct {
	model    Model
	scenes   []*sim.Scene
	starts   []sim.State
	policies []sim.Policy
	frames   int
	out      []*sim.Trajectory
}

// predict fills out[from:to] and returns where predictions break down.
func (r *rollout) predict(from, to int) (broken []error, err error) {
	batch := Batch{Model: r.model, Scenes: r.scenes[from:to], Starts: r.starts[from:to], Frames: r.frames}
	acted := make([][]sim.Action, to-from)
	states := make([]sim.State, (to-from)*r.frames) // [scene][frame]
	var room sim.State                              // of a frame's states, one after the other as they are seen
	bodies := 0
	for _, scene := range batch.Scenes {
		bodies += len(scene.Bodies)
	}
	batch.Act = func(i, frame int, state sim.State) sim.Action {
		action := r.scenes[from+i].Rest()
		if policy := r.policies[from+i]; policy != nil {
			copy(action, policy(frame, slices.Clone(state)))
			r.scenes[from+i].Clip(action)
		}
		acted[i] = append(acted[i], action)
		return action
	}
	batch.See = func(i, frame int, state sim.State, _ []float64) {
		if cap(room)-len(room) < len(state) {
			room = make(sim.State, 0, bodies)
		}
		at := len(room)
		room = append(room, state...)
		states[i*r.frames+frame] = room[at:len(room):len(room)]
	}
	ended, err := batch.Run(context.Background())
	for i, b := range ended {
		seen := r.frames
		if b != nil {
			seen = b.Frame
			b.Scene += from
			broken = append(broken, b)
		}
		t := &sim.Trajectory{Scene: r.scenes[from+i], States: states[i*r.frames:][:seen:seen]}
		if len(acted[i]) > 0 && seen > 0 {
			t.Actions = acted[i][: seen-1 : seen-1]
		}
		r.out[from+i] = t
	}
	return broken, err
}
