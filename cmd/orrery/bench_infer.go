package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gonum.org/v1/gonum/stat"

	"orrery/learn/bench"
	"orrery/sim"
	"orrery/world"
)

// inferFigures is the JSON of `bench infer`. An engine frame is what a prediction
// of the model stands for.
type inferFigures struct {
	bench.InferResult
	EngineSceneFramesPerS float64 `json:"engine_scene_frames_per_s"`
	ContactToEngine       float64 `json:"contact_to_engine"` // per core, as both have as many workers
	Scenes                int     `json:"scenes"`
	Workers               int     `json:"workers"`
}

func benchInfer(ctx context.Context, opts *benchOptions) (figures, error) {
	result, err := bench.Infer(opts.Sizes)
	if err != nil {
		return nil, err
	}
	episodes, err := benchTruth(benchScenario, benchEpisodes, 1+benchFrames)
	if err != nil {
		return nil, err
	}
	model, err := opts.model(ctx, episodes)
	if err != nil {
		return nil, err
	}
	scenes, err := firstScenes(benchScenario, opts.Scenes)
	if err != nil {
		return nil, err
	}
	starts := make([]sim.State, len(scenes))
	for i, scene := range scenes {
		starts[i] = scene.Start()
	}
	workers, duration := opts.Sizes.Workers, opts.Sizes.Duration
	alone, err := timePredictor(ctx, duration, model, scenes[0])
	if err != nil {
		return nil, err
	}
	ours, theirs, err := alternate(ctx, duration, 1, func() error {
		_, err := world.Rollout(model, scenes, starts, nil, 1+benchFrames, workers)
		return err
	}, func() error {
		_, err := runEngines(scenes, 1+benchFrames, workers)
		return err
	})
	if err != nil {
		return nil, err
	}
	frames, together, engine := float64(len(scenes)*benchFrames), median(ours), median(theirs)
	result.ContactFrameUS, result.ContactSceneFramesPerS = 1e6*alone, frames/together
	return &inferFigures{result, frames / engine, engine / together, len(scenes), workers}, nil
}

func (f *inferFigures) rows(row func(...any)) {
	row("interaction prediction of one graph", digits(f.InteractionUS), "µs, one goroutine")
	row("contact prediction of one scene", digits(f.ContactFrameUS), "µs a frame, one goroutine")
	with := fmt.Sprintf("frames/s, %d workers", f.Workers)
	row(fmt.Sprintf("contact prediction of %d scenes", f.Scenes), digits(f.ContactSceneFramesPerS), with)
	row("engine on the same scenes", digits(f.EngineSceneFramesPerS), with)
	row("contact / engine", digits(f.ContactToEngine), "×")
}

// timePredictor returns the seconds that a frame of one scene takes.
func timePredictor(ctx context.Context, duration time.Duration, model world.Model, scene *sim.Scene) (float64, error) {
	predictor, err := world.Bare(model).Predictor([]*sim.Scene{scene})
	if err != nil {
		return 0, err
	}
	start := scene.Start()
	state := slices.Clone(start)
	seconds, err := timed(ctx, duration, func() error {
		copy(state, start)
		for range benchFrames {
			if err := predictor.Step(state, nil); err != nil {
				return err
			}
		}
		return nil
	})
	return seconds / benchFrames, err
}

// alternate returns the seconds that two kinds of work took, without the first times,
// for about a duration each and at least some rounds. They take turns, so that what
// else the machine does disturbs both.
func alternate(ctx context.Context, duration time.Duration, rounds int, ours, theirs func() error) (a, b []float64, err error) {
	var samples [2][]float64
	for began := time.Now(); len(samples[0]) <= rounds || time.Since(began) < 2*duration; {
		for i, work := range []func() error{ours, theirs} {
			if err := ctx.Err(); err != nil {
				return nil, nil, err
			}
			from := time.Now()
			if err := work(); err != nil {
				return nil, nil, err
			}
			samples[i] = append(samples[i], time.Since(from).Seconds())
		}
	}
	return samples[0][1:], samples[1][1:], nil
}

func median(samples []float64) float64 {
	return stat.Quantile(0.5, stat.Empirical, slices.Sorted(slices.Values(samples)), nil)
}
