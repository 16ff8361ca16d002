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
	"orrery/datasets/storage"
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
			set = filepath.Base(storage.Clean(dir))
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
	result, entrant, err = set.Cross(ctx, log, o.Cross, o.Settings, func(learning []*sim.Trajectory) (evaluation.Entrant, error) {
		progress, closeBar := trainingProgress(log, config.Kind)
		fitted, err := fit.Train(ctx, fit.Job{Episodes: fit.InMemory(learning, data.Origin()), Config: config, Report: progress})
		closeBar()
		if err != nil {
			return evaluation.Entrant{}, err
		}
		return evaluation.Entrant{Name: config.Kind, Model: world.Bare(fitted.Model), Description: &fitted.Description}, nil
	})
	return result, set, entrant, err
}
