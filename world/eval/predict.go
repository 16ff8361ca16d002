package eval

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"orrery/sim"
	"orrery/world"
	"orrery/world/ladder"
)

const (
	rolloutBatch = 16 // scenes predicted together, as in world.Rollout
	oneStepBatch = 64 // frames of one episode predicted together
)

// model rolls a model out on every episode.
func (v *evaluation) model(ctx context.Context, model world.Model) ([]trial, error) {
	trials := make([]trial, len(v.trajectories))
	batches := (len(trials) + rolloutBatch - 1) / rolloutBatch
	err := v.parallel(ctx, batches, func(b int) error {
		from, to := b*rolloutBatch, min((b+1)*rolloutBatch, len(trials))
		predictions, err := v.rollOut(model, v.trajectories[from:to])
		if err != nil {
			return err
		}
		for i := from; i < to; i++ {
			p := predictions[i-from]
			trials[i] = v.compare(i, p.states, p.failure)
			if p.uncertain {
				trials[i].expectation = v.expect(i, p.states, p.spreads)
			}
			if trials[i].sources, err = v.oneStep(model, i); err != nil {
				return err
			}
		}
		v.tick(to - from)
		return nil
	})
	return trials, err
}

// prediction is the states predicted for an episode, the start first, how
// uncertain they are at each horizon, and why they end early if they do.
type prediction struct {
	states    []sim.State
	uncertain bool        // the model has spreads
	spreads   [][]float64 // [horizon][n], m
	failure   error
}

// rollOut predicts some episodes together. When anything goes wrong it predicts
// each alone, so that the failure of one costs the others nothing.
func (v *evaluation) rollOut(model world.Model, episodes []*sim.Trajectory) ([]prediction, error) {
	var scenes []*sim.Scene
	var state sim.State
	for _, t := range episodes {
		scenes, state = append(scenes, t.Scene), append(state, t.States[0]...)
	}
	predictor, err := model.Predictor(scenes)
	if err != nil {
		return nil, err
	}
	uncertain, isUncertain := predictor.(world.Uncertain)
	joint, spreads := []sim.State{slices.Clone(state)}, [][]float64(nil)
	for len(joint) < v.frames && err == nil {
		if err = predictor.Step(state, actions(episodes, len(joint)-1)); err == nil {
			err = state.Check()
		}
		if err == nil && isUncertain && slices.Contains(v.horizonFrames, len(joint)) {
			spread := uncertain.Spread(nil)
			spreads = append(spreads, spread)
			err = checkSpread(spread, len(state))
		}
		if err == nil {
			joint = append(joint, slices.Clone(state))
		}
	}
	if err != nil && len(episodes) > 1 {
		return v.rollOutAlone(model, episodes)
	}
	predictions := make([]prediction, len(episodes))
	first := 0
	for i, scene := range scenes {
		p, next := &predictions[i], first+len(scene.Bodies)
		p.uncertain, p.failure = isUncertain, err
		for _, all := range joint {
			p.states = append(p.states, all[first:next])
		}
		for h, all := range spreads {
			if v.horizonFrames[h] < len(joint) {
				p.spreads = append(p.spreads, all[first:next])
			}
		}
		first = next
	}
	return predictions, nil
}

// rollOutAlone predicts each episode by itself.
func (v *evaluation) rollOutAlone(model world.Model, episodes []*sim.Trajectory) ([]prediction, error) {
	var predictions []prediction
	for i := range episodes {
		alone, err := v.rollOut(model, episodes[i:i+1])
		if err != nil {
			return nil, err
		}
		predictions = append(predictions, alone...)
	}
	return predictions, nil
}

// actions returns what was done in all episodes after a frame. An episode without
// actions was at rest.
func actions(episodes []*sim.Trajectory, frame int) (all sim.Action) {
	for _, t := range episodes {
		action := t.Action(frame)
		if action == nil {
			action = t.Scene.Rest()
		}
		all = append(all, action...)
	}
	return all
}

// oneStep predicts each frame of episode i from the true one before it and sums
// the errors by what the bodies do. A frame without a prediction is wrong by the
// size of the arena, and by as much a second.
func (v *evaluation) oneStep(model world.Model, i int) (sum sources, err error) {
	t, n := v.trajectories[i], len(v.trajectories[i].Scene.Bodies)
	for from := 0; from < v.frames-1; from += oneStepBatch {
		to := min(from+oneStepBatch, v.frames-1)
		state, action := slices.Concat(t.States[from:to]...), sim.Action(nil)
		for k := from; k < to; k++ {
			action = append(action, actions([]*sim.Trajectory{t}, k)...)
		}
		predictor, err := world.Bare(model).Predictor(slices.Repeat([]*sim.Scene{t.Scene}, to-from))
		if err != nil {
			return sum, err
		}
		broken := predictor.Step(state, action) != nil
		for k := from; k < to; k++ {
			truth, predicted := t.States[k+1], state[(k-from)*n:(k-from+1)*n]
			lost := broken || predicted.Check() != nil
			for b := range truth {
				position, velocity := v.arenas[i].size(), v.arenas[i].size()
				if !lost {
					position = predicted[b].Position().Sub(truth[b].Position()).Len()
					velocity = predicted[b].Velocity().Sub(truth[b].Velocity()).Len()
				}
				if t.Scene.Bodies[b].Kind == sim.Dynamic {
					sum.add(v.motions[i][k][b], position, velocity)
				}
			}
		}
	}
	return sum, nil
}

// perturbed runs the engine on every episode with each dynamic body displaced by
// the given distance, several times; see ladder.Displace.
func (v *evaluation) perturbed(ctx context.Context, truth Truth, metres float64) ([]trial, error) {
	trials := make([]trial, len(v.trajectories))
	err := v.parallel(ctx, len(trials), func(i int) error {
		t := v.trajectories[i]
		rng := sim.NewRand(v.cfg.Seed, "eval perturbation", i) // the same directions at every distance
		draws := make([]trial, v.cfg.Draws)
		for d := range draws {
			start := ladder.Displace(t.Scene, t.States[0], metres, rng)
			run, err := truth(t.Scene, start, v.frames, t.Replay())
			if err != nil {
				return fmt.Errorf("episode %d: %w", i, err)
			}
			if len(run.States) != v.frames {
				return fmt.Errorf("episode %d: the engine returned %d frames of %d", i, len(run.States), v.frames)
			}
			if err := run.Check(); err != nil {
				return fmt.Errorf("episode %d: the engine: %w", i, err)
			}
			draws[d] = v.compare(i, run.States, nil)
		}
		trials[i] = average(draws)
		v.tick(1)
		return nil
	})
	return trials, err
}

// pace returns the microseconds a model takes for one frame of one scene, in a
// rollout of a full batch on one goroutine.
func (v *evaluation) pace(model world.Model) Number {
	batch := v.trajectories[:min(rolloutBatch, len(v.trajectories))]
	began := time.Now()
	if _, err := v.rollOut(model, batch); err != nil {
		return Number(math.NaN())
	}
	return v.perFrame(time.Since(began), len(batch))
}

// truthPace is pace for the engine, which runs one scene after the other.
func (v *evaluation) truthPace(truth Truth) Number {
	batch := v.trajectories[:min(rolloutBatch, len(v.trajectories))]
	began := time.Now()
	for _, t := range batch {
		if _, err := truth(t.Scene, t.States[0], v.frames, t.Replay()); err != nil {
			return Number(math.NaN())
		}
	}
	return v.perFrame(time.Since(began), len(batch))
}

func (v *evaluation) perFrame(spent time.Duration, episodes int) Number {
	return Number(float64(spent.Nanoseconds()) / 1e3 / float64(episodes*(v.frames-1)))
}
