package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"orrery/learn/bench"
	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/world"
	"orrery/world/contact"
)

const (
	benchScenario = "mixed"
	benchEpisodes = 40 // from which the contact network learns
	benchFrames   = 60 // that are predicted, a second of most scenes
	benchSample   = 8  // scenes of each scenario that the engine runs
)

// learnFigures is the JSON of `bench learn`.
type learnFigures struct {
	bench.LearnResult
	Contact contactBatch `json:"contact"`
}

// contactBatch is what an average training step of the contact network works on.
type contactBatch struct {
	contact.Config
	Frames int          `json:"frames"`
	Load   contact.Load `json:"load"` // of those frames
}

func benchLearn(ctx context.Context, opts *benchOptions) (figures, error) {
	result, err := bench.Learn(opts.Sizes)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	model, episodes, err := opts.contactModel()
	if err != nil {
		return nil, err
	}
	task, err := contact.NewTask(model, episodes, episodes[:1])
	if err != nil {
		return nil, err
	}
	frames := min(opts.Batch, task.Examples())
	step, err := bench.Step(task, frames, opts.Sizes.Workers, opts.Sizes.Duration)
	if err != nil {
		return nil, err
	}
	result.ContactStepMS = 1e3 * step.Seconds
	result.AllocsPerStep = max(result.AllocsPerStep, step.Allocs)
	return &learnFigures{result, contactBatch{model.Config(), frames, task.Work(frames)}}, nil
}

func (f *learnFigures) rows(row func(...any)) {
	for _, p := range f.Products {
		row(fmt.Sprintf("product %d×%d×%d", p.M, p.K, p.N), digits(p.GFLOPS), "GFLOP/s, one goroutine")
	}
	with := fmt.Sprintf("ms, %d workers", f.Workers)
	row("mlp training step", digits(f.MLPStepMS), with)
	row("interaction training step", digits(f.InteractionStepMS), with)
	row(fmt.Sprintf("contact training step, %d frames", f.Contact.Frames), digits(f.ContactStepMS), with)
	row("allocations in a step", f.AllocsPerStep, "")
	row("peak memory of mlp and interaction", digits(f.PeakRSSMB), "MB")
}

// inferFigures is the JSON of `bench infer`. An engine frame is what a prediction
// of the model stands for.
type inferFigures struct {
	bench.InferResult
	EngineSceneFramesPerS float64 `json:"engine_scene_frames_per_s"`
	ContactToEngine       float64 `json:"contact_to_engine"`
	Scenes                int     `json:"scenes"`
	Workers               int     `json:"workers"`
}

func benchInfer(ctx context.Context, opts *benchOptions) (figures, error) {
	result, err := bench.Infer(opts.Sizes)
	if err != nil {
		return nil, err
	}
	model, _, err := opts.contactModel()
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
	together, err := timed(ctx, duration, func() error {
		_, err := world.Rollout(model, scenes, starts, nil, 1+benchFrames, workers)
		return err
	})
	if err != nil {
		return nil, err
	}
	engine, err := timed(ctx, duration, func() error {
		_, err := runEngines(scenes, 1+benchFrames, workers)
		return err
	})
	if err != nil {
		return nil, err
	}
	frames := float64(len(scenes) * benchFrames)
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
	predictor, err := model.Predictor([]*sim.Scene{scene})
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

// scenariosFigures is the JSON of `bench scenarios`.
type scenariosFigures struct {
	Scenarios map[string]scenarioFigures `json:"scenarios"`
	Workers   int                        `json:"workers"`
}

type scenarioFigures struct {
	Bodies    float64 `json:"bodies"` // mean
	StepsPerS float64 `json:"steps_per_s"`
}

func benchScenarios(ctx context.Context, opts *benchOptions) (figures, error) {
	f := &scenariosFigures{map[string]scenarioFigures{}, opts.Sizes.Workers}
	for _, s := range scenario.List() {
		scenes, err := firstScenes(s.Name, benchSample)
		if err != nil {
			return nil, err
		}
		seconds, err := timed(ctx, opts.Sizes.Duration, func() error {
			_, err := runEngines(scenes, s.Frames, opts.Sizes.Workers)
			return err
		})
		if err != nil {
			return nil, err
		}
		steps, bodies := 0, 0
		for _, scene := range scenes {
			steps += (s.Frames - 1) * scene.Substeps
			bodies += len(scene.Bodies)
		}
		f.Scenarios[s.Name] = scenarioFigures{float64(bodies) / float64(len(scenes)), float64(steps) / seconds}
	}
	return f, nil
}

func (f *scenariosFigures) rows(row func(...any)) {
	for _, s := range scenario.List() {
		x := f.Scenarios[s.Name]
		row(fmt.Sprintf("engine on %s, %.3g bodies", s.Name, x.Bodies), digits(x.StepsPerS), fmt.Sprintf("steps/s, %d workers", f.Workers))
	}
}

// contactModel returns an untrained contact model, and true episodes whose gravity
// and drag it has. Its predictions are wrong, but as much work as right ones.
func (o *benchOptions) contactModel() (*contact.Model, []*sim.Trajectory, error) {
	scenes, err := firstScenes(benchScenario, benchEpisodes)
	if err != nil {
		return nil, nil, err
	}
	episodes, err := runEngines(scenes, 1+benchFrames, o.Sizes.Workers)
	if err != nil {
		return nil, nil, err
	}
	config := o.Contact
	if config.Flight, err = world.MeasureFlight(episodes); err != nil {
		return nil, nil, err
	}
	model, err := contact.New(config, defaultSeed)
	return model, episodes, err
}

// firstScenes returns the first scenes of a scenario with its usual parameters.
func firstScenes(name string, n int) ([]*sim.Scene, error) {
	s, err := scenario.Find(name)
	if err != nil {
		return nil, err
	}
	values, err := s.Values(nil)
	if err != nil {
		return nil, err
	}
	scenes := make([]*sim.Scene, n)
	for i := range scenes {
		if scenes[i], err = s.Sample(defaultSeed, i, values); err != nil {
			return nil, err
		}
	}
	return scenes, nil
}

// timed is bench.Time for work that can fail or be cancelled.
func timed(ctx context.Context, duration time.Duration, work func() error) (float64, error) {
	err := ctx.Err()
	seconds := bench.Time(duration, func() {
		if err == nil {
			err = work()
		}
	})
	return seconds, err
}

// digits prints four significant ones.
func digits(x float64) string { return fmt.Sprintf("%.4g", x) }
