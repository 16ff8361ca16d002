package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"orrery/datasets"
	"orrery/world"
	"orrery/world/eval"
	"orrery/world/fit"
)

type evalOptions struct {
	Models   []string // directories
	Data     string
	Episodes int // at most
	Settings eval.Config
	JSON     string // file for metrics.json, or - for stdout instead of the table
	Report   string // directory, or empty
	Force    bool
}

func defaultEvalOptions() evalOptions {
	return evalOptions{Episodes: 200, Settings: eval.DefaultConfig()}
}

func newEvalCommand() *cobra.Command {
	opts := defaultEvalOptions()
	cmd := &cobra.Command{
		Use:   "eval MODEL... --data DIR",
		Short: "Measure models against the truth and against the engine",
		Long: `Roll models out from the true starts of a dataset's episodes, and compare them
with what happened. Beside them stands the engine itself, started from positions
that are slightly off. --report writes report.html, metrics.json, figures and an
animation of the first model.`,
		Example: `  orrery eval models/contact --data data/heldout
  orrery eval models/contact models/small --data data/heldout --report report
  orrery eval models/contact --data data/heldout --json -`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("eval: MODEL is missing")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.Models = args
			return runEval(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.Data, "data", "", "dataset of true episodes")
	flags.IntVar(&opts.Episodes, "episodes", opts.Episodes, "episodes to use, at most")
	flags.Uint64Var(&opts.Settings.Seed, "seed", opts.Settings.Seed, "seed of perturbations and intervals")
	flags.IntVar(&opts.Settings.Workers, "workers", opts.Settings.Workers, "goroutines")
	flags.StringVar(&opts.JSON, "json", "", "`file` for metrics as JSON; - prints them instead of the table")
	flags.StringVar(&opts.Report, "report", "", "`directory` for a report")
	flags.BoolVar(&opts.Force, "force", false, "replace files that exist")
	return cmd
}

func runEval(ctx context.Context, out, log io.Writer, opts evalOptions) error {
	if err := opts.validate(); err != nil {
		return usageError{err}
	}
	if err := opts.checkOutputs(); err != nil {
		return err
	}
	entrants, err := loadEntrants(opts.Models)
	if err != nil {
		return err
	}
	data, err := datasets.Open(opts.Data)
	if err != nil {
		return err
	}
	var entries []eval.Entry
	for _, e := range entrants {
		entries = append(entries, eval.Entry{Name: e.name, Model: e.model, TrainSeconds: e.description.Training.Seconds})
		if e.learntFrom(data) {
			fmt.Fprintf(log, "warning: %s was trained on these episodes, so they do not show how good it is\n", e.dir)
		}
	}
	episodes := make([]int, min(opts.Episodes, data.Episodes()))
	for i := range episodes {
		episodes[i] = i
	}
	result, err := measure(ctx, log, data, episodes, entries, opts.Settings)
	if err != nil {
		return err
	}
	if opts.Report != "" {
		if err := writeReport(ctx, opts.Report, result, entrants[0], data); err != nil {
			return err
		}
	}
	if opts.JSON == "-" {
		return result.WriteJSON(out)
	}
	if opts.JSON != "" {
		if err := writeFile(opts.JSON, result.WriteJSON); err != nil {
			return err
		}
	}
	if err := result.WriteTable(out); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "\n%s\n", result.Sentence(entrants[0].name))
	return err
}

func (o *evalOptions) validate() error {
	switch {
	case o.Data == "":
		return errors.New("eval: --data DIR is missing")
	case o.Episodes < 1:
		return fmt.Errorf("eval: episodes %d must be ≥ 1", o.Episodes)
	}
	if err := o.Settings.Validate(); err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	return nil
}

func (o *evalOptions) checkOutputs() error {
	var paths []string
	if o.JSON != "" && o.JSON != "-" {
		paths = append(paths, o.JSON)
	}
	if o.Report != "" {
		for _, name := range reportFiles {
			paths = append(paths, filepath.Join(o.Report, name))
		}
	}
	for _, path := range paths {
		if err := checkFree(path, o.Force); err != nil {
			return err
		}
	}
	return nil
}

// entrant is a model of an evaluation.
type entrant struct {
	dir         string
	name        string // of its row
	model       world.Model
	description *world.Description
}

// loadEntrants loads models and names them after their kind, or after their
// directory where several are of one kind. Two of one name are an error.
func loadEntrants(dirs []string) ([]entrant, error) {
	entrants := make([]entrant, len(dirs))
	kinds := map[string]int{}
	for i, dir := range dirs {
		model, d, err := fit.Load(dir)
		if err != nil {
			return nil, err
		}
		entrants[i] = entrant{dir: dir, name: d.Kind, model: model, description: d}
		kinds[d.Kind]++
	}
	names := map[string]bool{}
	for i := range entrants {
		e := &entrants[i]
		if kinds[e.name] > 1 {
			e.name = filepath.Base(e.dir)
		}
		if names[e.name] {
			return nil, usagef("eval: two models are called %s", e.name)
		}
		names[e.name] = true
	}
	return entrants, nil
}

// learntFrom reports whether the entrant was trained on the data's episodes.
func (e *entrant) learntFrom(data *datasets.Dataset) bool {
	var source datasets.Provenance
	if json.Unmarshal(e.description.Training.Dataset, &source) != nil {
		return false
	}
	p := data.Provenance()
	return source.Scenario == p.Scenario && source.Seed == p.Seed
}
