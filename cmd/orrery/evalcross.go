package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/evaluation"
	"orrery/cmd/orrery/importing"
	"orrery/datasets"
	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/world"
	"orrery/world/eval"
	"orrery/world/eval/report"
	"orrery/world/fit"
	"orrery/world/fit/stored"
)

// runCross measures, on each dataset, models that were trained on all but a part of it, each on that part.
func runCross(ctx context.Context, out, log io.Writer, opts evalOptions) error {
	if err := opts.checkOutputs(); err != nil {
		return err
	}
	var results []*eval.Result
	var sets []*evaluation.Set
	var models evaluation.Entrant // of the first dataset
	defer opts.Foreign.Close()
	for _, dir := range opts.Models {
		own, err := opts.Foreign.Own(ctx, importing.To(log), patience, dir)
		if err != nil {
			return err
		}
		data, split, err := arguments.OpenSplit(ctx, own, opts.Split, splits.Train)
		if err != nil {
			return err
		}
		if least := opts.Cross + 1; split.Len() < max(least, opts.Cross*fit.LeastEpisodes) {
			return fmt.Errorf("%s: %s too few for %d parts: each needs %d at least", dir, tooFew(split.Len()), opts.Cross, fit.LeastEpisodes)
		}
		set := ""
		if len(opts.Models) > 1 {
			set = filepath.Base(filepath.Clean(dir))
		}
		result, episodes, entrant, err := opts.cross(ctx, log, set, &stored.Episodes{Dataset: data, Learn: split})
		if err != nil {
			return fmt.Errorf("%s: %w", dir, err)
		}
		if len(results) == 0 {
			models = entrant
		}
		results, sets = append(results, result), append(sets, episodes)
	}
	if err := opts.Foreign.Check("eval"); err != nil {
		return err
	}
	result, err := eval.Join(results)
	if err != nil {
		return err
	}
	if opts.Report != "" {
		if err := opts.writeReport(ctx, result, models, sets); err != nil {
			return err
		}
	}
	return console.WriteResult(out, opts.JSON, opts.Out, result.WriteJSON, func(out io.Writer) error {
		if err := report.WriteTable(out, result); err != nil {
			return err
		}
		_, err := fmt.Fprintf(out, "\n%d parts, each judged by a model trained on the others: %s\n", opts.Cross, report.Sentence(result, models.Name))
		return err
	})
}

// tooFew says that so many episodes are something.
func tooFew(episodes int) string {
	if episodes == 1 {
		return "1 episode is"
	}
	return fmt.Sprintf("%d episodes are", episodes)
}

// dealParts returns the part of each of so many episodes, of as many in each as can be.
func dealParts(seed uint64, episodes, among int) []int {
	parts := make([]int, episodes)
	for rank, i := range sim.NewRand(seed, "eval cross", 0).Perm(episodes) {
		parts[i] = rank % among
	}
	return parts
}

// withoutPart returns the episodes of a part, which judge a model, and all others, from which it learns.
func withoutPart(episodes []*sim.Trajectory, parts []int, part int) (judging, learning []*sim.Trajectory) {
	for i, t := range episodes {
		if parts[i] == part {
			judging = append(judging, t)
		} else {
			learning = append(learning, t)
		}
	}
	return judging, learning
}

// cross measures one dataset. It also returns its episodes and the models as one, each for the episodes that it has not seen.
func (o *evalOptions) cross(ctx context.Context, log io.Writer, name string, data *stored.Episodes) (result *eval.Result, set *evaluation.Set, entrant evaluation.Entrant, err error) {
	if set, err = evaluation.ReadSet(ctx, log, name, data.Dataset, data.Learn.Numbers()); err != nil {
		return nil, nil, entrant, err
	}
	config := fit.DefaultConfig()
	config.Seed, config.Train.Seed, config.Train.Workers = o.Settings.Seed, o.Settings.Seed, o.Settings.Workers
	if data.Provenance().Motion == datasets.Impacts {
		config.SetImpacts()
	}
	if o.Budget > 0 || o.Steps > 0 {
		config.Train.Budget, config.Train.Steps = o.Budget, o.Steps
	}
	parts := dealParts(o.Settings.Seed, len(set.Trajectories), o.Cross)
	models := each{of: map[*sim.Scene]world.Model{}}
	entrant.Name = config.Kind
	seconds := 0.0
	for part := range o.Cross {
		judging, learning := withoutPart(set.Trajectories, parts, part)
		fmt.Fprintf(log, "without part %d of %d\n", part+1, o.Cross)
		progress, closeBar := trainingProgress(log, config.Kind)
		fitted, err := fit.Train(ctx, fit.Job{Episodes: fit.InMemory(learning, data.Origin()), Config: config, Report: progress})
		closeBar()
		if err != nil {
			return nil, nil, entrant, err
		}
		entrant.Description = &fitted.Description
		seconds += fitted.Description.Training.Seconds
		models.Model = world.Bare(fitted.Model)
		for _, t := range judging {
			models.of[t.Scene] = models.Model
		}
	}
	entrant.Model = models
	result, err = set.Measure(ctx, log, []eval.Entry{{Name: entrant.Name, Model: models, TrainSeconds: seconds}}, o.Settings)
	return result, set, entrant, err
}

// each is a model that predicts each scene by a model of its own.
type each struct {
	world.Model // any of them
	of          map[*sim.Scene]world.Model
}

// Strike returns what the model of the scene says of an impact.
func (e each) Strike(scene *sim.Scene, state sim.State) (sim.State, error) {
	return e.of[scene].(interface {
		Strike(*sim.Scene, sim.State) (sim.State, error)
	}).Strike(scene, state)
}

// Predictor implements world.Model.
func (e each) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	p := &eachPredictor{scenes: scenes}
	for _, scene := range scenes {
		own, err := e.of[scene].Predictor([]*sim.Scene{scene})
		if err != nil {
			return nil, err
		}
		p.own = append(p.own, own)
	}
	return p, nil
}

// eachPredictor has a predictor for each scene.
type eachPredictor struct {
	scenes []*sim.Scene
	own    []world.Predictor
}

// Step implements world.Predictor.
func (p *eachPredictor) Step(state sim.State, actions sim.Action) error {
	for i, scene := range p.scenes {
		var action sim.Action
		action, actions = world.CutAction(actions, scene)
		n := len(scene.Bodies)
		if err := p.own[i].Step(state[:n], action); err != nil {
			return err
		}
		state = state[n:]
	}
	return nil
}
