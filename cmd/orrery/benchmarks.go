package main

import (
	"context"
	"fmt"
	"time"

	"orrery/learn/bench"
	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/world"
	"orrery/world/contact"
	"orrery/world/fit"
)

const (
	benchScenario = "mixed"
	benchEpisodes = 40 // from which the contact network learns
	benchFrames   = 60 // of an episode after its start, a second of most scenes
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
	episodes, err := benchTruth(benchScenario, benchEpisodes, 1+benchFrames)
	if err != nil {
		return nil, err
	}
	model, err := opts.untrained(ctx, episodes)
	if err != nil {
		return nil, err
	}
	objective, err := contact.NewObjective(ctx, model, episodes, episodes[:1])
	if err != nil {
		return nil, err
	}
	frames := min(opts.Batch, objective.Examples())
	step, err := bench.Step(objective, frames, opts.Sizes.Workers, opts.Sizes.Duration)
	if err != nil {
		return nil, err
	}
	result.ContactStepMS = 1e3 * step.Seconds
	result.AllocsPerStep = max(result.AllocsPerStep, step.Allocs)
	return &learnFigures{result, contactBatch{model.Config(), frames, objective.Work(frames)}}, nil
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

// scenariosFigures is the JSON of `bench scenarios`.
type scenariosFigures struct {
	Scenarios map[string]scenarioFigures `json:"scenarios"`
	Workers   int                        `json:"workers"`
}

type scenarioFigures struct {
	Bodies    float64     `json:"bodies"` // mean
	StepsPerS float64     `json:"steps_per_s"`
	Gen       *genFigures `json:"gen,omitempty"` // of benchGenerated
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
		gen, err := benchGen(ctx, s, opts.Sizes.Workers, opts.Sizes.Duration)
		if err != nil {
			return nil, err
		}
		f.Scenarios[s.Name] = scenarioFigures{float64(bodies) / float64(len(scenes)), float64(steps) / seconds, gen}
	}
	return f, nil
}

func (f *scenariosFigures) rows(row func(...any)) {
	for _, s := range scenario.List() {
		x := f.Scenarios[s.Name]
		row(fmt.Sprintf("engine on %s, %.3g bodies", s.Name, x.Bodies), digits(x.StepsPerS), fmt.Sprintf("steps/s, %d workers", f.Workers))
		if x.Gen != nil {
			row(fmt.Sprintf("%s to disk, %d episodes", s.Name, x.Gen.Episodes), digits(x.Gen.Share), "of the speed of stepping them")
		}
	}
}

// untrained returns a contact model that could be trained on episodes. Its
// predictions are wrong, but as much work as right ones, or more.
func (o *benchOptions) untrained(ctx context.Context, episodes []*sim.Trajectory) (*contact.Model, error) {
	config := o.Contact
	if err := config.Measure(ctx, episodes, 0); err != nil {
		return nil, err
	}
	return contact.New(config, defaultSeed)
}

// model returns the model of --model, or one that could be trained on episodes.
func (o *benchOptions) model(ctx context.Context, episodes []*sim.Trajectory) (world.Model, error) {
	if o.Model == "" {
		return o.untrained(ctx, episodes)
	}
	model, _, err := fit.Load(o.Model)
	if err == nil && model.Kind() != contact.Kind {
		err = fmt.Errorf("%s: model %s must be a %s model", o.Model, model.Kind(), contact.Kind)
	}
	return model, err
}

// benchTruth returns what truly happens in the first scenes of a scenario under
// the first of its policies.
func benchTruth(name string, n, frames int) ([]*sim.Trajectory, error) {
	s, err := scenario.Find(name)
	if err != nil {
		return nil, err
	}
	policy, err := s.Policy("")
	if err != nil {
		return nil, err
	}
	scenes, err := firstScenes(name, n)
	if err != nil {
		return nil, err
	}
	episodes := make([]*sim.Trajectory, n)
	for i, scene := range scenes {
		if episodes[i], err = runEngine(scene, nil, frames, policy.Start(defaultSeed, i, scene)); err != nil {
			return nil, err
		}
	}
	return episodes, nil
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
