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
	"orrery/world/region"
)

const (
	rolloutBatch = 16 // scenes predicted together, as in world.Rollout
	oneStepBatch = 64 // frames of one episode predicted together
)

// model rolls a model out on some episodes.
func (v *evaluation) model(ctx context.Context, e Entry, first, end int) ([]comparison, error) {
	out := make([]comparison, end-first)
	batches := (len(out) + rolloutBatch - 1) / rolloutBatch
	err := v.parallel(ctx, batches, func(ctx context.Context, b int) error {
		from := first + b*rolloutBatch
		to := min(from+rolloutBatch, end)
		predictions, err := v.rollOut(ctx, e.Model, v.trajectories[from:to], true)
		if err != nil {
			return err
		}
		for i := from; i < to; i++ {
			p := predictions[i-from]
			c := v.compare(i, p.states, p.failure, e.Seen)
			if p.uncertain {
				c.expectation = v.expect(i, p.states, p.regions)
			}
			if c.motions, c.impacts, err = v.oneStep(ctx, e.Model, i); err != nil {
				return err
			}
			out[i-first] = c
		}
		return nil
	})
	return out, err
}

// prediction is the states predicted for an episode, the start first, how
// uncertain they are at each horizon, and why they end early if they do.
type prediction struct {
	states    []sim.State
	uncertain bool              // the model has regions
	regions   [][]region.Region // [horizon][n]
	failure   error
}

// rollOut predicts some episodes, each of which repeats the actions that were taken. It
// counts towards the progress if asked to.
func (v *evaluation) rollOut(ctx context.Context, model world.Model, episodes []*sim.Trajectory, counts bool) ([]prediction, error) {
	out, told := make([]prediction, len(episodes)), make([]int, len(episodes))
	batch := world.Batch{Model: model, Frames: v.frames}
	for _, t := range episodes {
		batch.Scenes, batch.Starts = append(batch.Scenes, t.Scene), append(batch.Starts, t.States[0])
	}
	batch.Act = func(i, frame int, _ sim.State) sim.Action { return episodes[i].Action(frame) }
	batch.Regions = func(i, frame int, regions []region.Region) {
		if slices.Contains(v.Frames, frame) {
			out[i].regions = append(out[i].regions, slices.Clone(regions))
		}
	}
	batch.See = func(i, frame int, state sim.State, _ []float64) {
		p := &out[i]
		if frame == 0 {
			*p = prediction{}
		}
		p.states = append(p.states, slices.Clone(state))
		if counts && frame > told[i] {
			told[i] = frame
			v.tick(1)
		}
	}
	broken, err := batch.Run(ctx)
	if err != nil {
		return nil, err
	}
	for i, b := range broken {
		out[i].uncertain = batch.Uncertain
		if b != nil {
			out[i].failure = b.Err
		}
		if counts {
			v.tick(v.frames - 1 - told[i])
		}
	}
	return out, nil
}

// oneStep predicts each frame of episode i from the true one before it and sums
// the errors by what the bodies do. A frame without a prediction is wrong by the
// size of the arena, and by as much a second.
func (v *evaluation) oneStep(ctx context.Context, model world.Model, i int) (sum motionSums, impacts impactSums, err error) {
	t := v.trajectories[i]
	for from := 0; from < v.frames-1; from += oneStepBatch {
		to := min(from+oneStepBatch, v.frames-1)
		predicted := make([]sim.State, to-from)
		batch := world.Batch{
			Model: world.Bare(model), Frames: 2, Scenes: slices.Repeat([]*sim.Scene{t.Scene}, to-from), Starts: t.States[from:to],
			Act: func(k, _ int, _ sim.State) sim.Action { return t.Action(from + k) },
			See: func(k, frame int, state sim.State, _ []float64) {
				if frame == 1 {
					predicted[k] = slices.Clone(state)
				}
			},
		}
		if _, err := batch.Run(ctx); err != nil {
			return sum, impacts, err
		}
		for k, state := range predicted {
			v.addOneStep(&sum, &impacts, i, from+k, state)
		}
		v.tick(to - from)
	}
	return sum, impacts, nil
}

// addOneStep adds the errors of what was predicted for the frame after frame k of
// episode i; nil is no prediction.
func (v *evaluation) addOneStep(sum *motionSums, impacts *impactSums, i, k int, predicted sim.State) {
	t := v.trajectories[i]
	for b, truth := range t.States[k+1] {
		if t.Scene.Bodies[b].Kind != sim.Dynamic {
			continue
		}
		position, velocity := v.arenas[i].size(), v.arenas[i].size()
		if predicted != nil {
			position = predicted[b].Position().Sub(truth.Position()).Len()
			velocity = predicted[b].Velocity().Sub(truth.Velocity()).Len()
		}
		sum.add(v.motions[i][k][b], position, velocity)
		if struck := v.strikes[i][k]; struck != nil && struck[b] {
			after := t.States[k][b] // as if nothing had happened where nothing was predicted
			if predicted != nil {
				after = predicted[b]
			}
			impacts.add(after, truth)
		}
	}
}

// perturbed runs the engine on some episodes with each dynamic body displaced by
// the given distance, several times; see ladder.Displace.
func (v *evaluation) perturbed(ctx context.Context, truth Truth, metres float64, from, to int) ([]comparison, error) {
	out := make([]comparison, to-from)
	err := v.parallel(ctx, len(out), func(ctx context.Context, k int) error {
		i := from + k
		t := v.trajectories[i]
		rng := sim.NewRand(v.cfg.Seed, "eval perturbation", i) // the same directions at every distance
		draws := make([]comparison, v.cfg.Draws)
		for d := range draws {
			start := ladder.Displace(t.Scene, t.States[0], metres, rng)
			run, err := truth(ctx, t.Scene, start, v.frames, t.Replay())
			if err != nil {
				return fmt.Errorf("episode %d: %w", i, err)
			}
			if len(run.States) != v.frames {
				return fmt.Errorf("episode %d: the engine returned %d frames of %d", i, len(run.States), v.frames)
			}
			if err := run.Check(); err != nil {
				return fmt.Errorf("episode %d: the engine: %w", i, err)
			}
			draws[d] = v.compare(i, run.States, nil, nil)
			v.tick(v.frames - 1)
		}
		out[k] = average(draws)
		return nil
	})
	return out, err
}

// pace returns the microseconds a model takes for one frame of one scene, in a
// rollout of a full batch on one goroutine.
func (v *evaluation) pace(ctx context.Context, model world.Model) Number {
	batch := v.trajectories[:min(rolloutBatch, len(v.trajectories))]
	began := time.Now()
	if _, err := v.rollOut(ctx, model, batch, false); err != nil {
		return Number(math.NaN())
	}
	return v.perFrame(time.Since(began), len(batch))
}

// truthPace is pace for the engine, which runs one scene after the other.
func (v *evaluation) truthPace(ctx context.Context, truth Truth) Number {
	batch := v.trajectories[:min(rolloutBatch, len(v.trajectories))]
	began := time.Now()
	for _, t := range batch {
		if _, err := truth(ctx, t.Scene, t.States[0], v.frames, t.Replay()); err != nil {
			return Number(math.NaN())
		}
	}
	return v.perFrame(time.Since(began), len(batch))
}

func (v *evaluation) perFrame(spent time.Duration, episodes int) Number {
	return Number(float64(spent.Nanoseconds()) / 1e3 / float64(episodes*(v.frames-1)))
}
