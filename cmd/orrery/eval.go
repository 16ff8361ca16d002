package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/planning"
	"orrery/datasets"
	"orrery/sim/scenario"
	"orrery/world"
	"orrery/world/eval"
	"orrery/world/eval/report"
	"orrery/world/fit"
)

type evalOptions struct {
	Models    []string // directories
	Data      []string // DIR or name=DIR
	Sets      string   // scenario whose test sets to make, or empty
	Only      []string // names of those, in the order wanted; all when empty
	Episodes  int      // of each set, at most
	Settings  eval.Config
	Stride    int    // frames of the sets that one predicted frame covers
	Endurance int    // frames of each rollout; 0 compares with the truth instead
	Out       string // file for the metrics as JSON, - for stdout, or empty
	JSON      bool
	Report    string // directory, or empty
	Force     bool
}

func defaultEvalOptions() evalOptions {
	return evalOptions{Episodes: 200, Stride: 1, Settings: eval.DefaultConfig()}
}

func newEvalCommand() *cobra.Command {
	opts := defaultEvalOptions()
	cmd := &cobra.Command{
		Use:   "eval [NAME=]MODEL... (--data [NAME=]DIR | --sets SCENARIO)...",
		Short: "Measure models against the truth and against the engine",
		Long: `Start models from true states, roll them out and compare them with what happened.
A MODEL is a directory, or true for the engine itself; NAME= names its row in the table.
Other rows show the engine when it starts from positions that are slightly off. Imported
episodes have no such rows, because the engine did not make them. Below the table stands
each model that went astray: a body went through a wall, left the arena, or moved at ten
times the speed of the training data. --report writes report.html and metrics.json, with
figures and animations of the first model. If there are several sets, the others are
compared with the first.

With --sets the command makes the episodes itself. The sets are

` + setsHelp() + `
--endurance makes very long rollouts on the first set, longer than any comparison with
the truth makes sense, and counts those that break down or lose a body.`,
		Example: `  orrery eval models/contact --data data/heldout
  orrery eval small=models/a large=models/b true --data data/heldout --report report
  orrery eval models/contact --data easy=data/heldout --data hard=data/crowd
  orrery eval models/contact models/interaction --sets mixed --report report
  orrery eval models/contact --sets mixed --endurance 10000
  orrery eval models/contact --data data/heldout --out metrics.json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return console.Usagef("eval: MODEL is missing")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.Models = args
			return runEval(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&opts.Data, "data", nil, "dataset of true episodes, may be repeated; without NAME= its name is that of the directory")
	flags.StringVar(&opts.Sets, "sets", "", "`scenario` whose test sets to make")
	flags.StringSliceVar(&opts.Only, "only", nil, "`names` of the sets of --sets, separated by commas (default all)")
	console.WholeVar(flags, &opts.Episodes, "episodes", console.From(1), "most episodes to use of each set")
	flags.Uint64Var(&opts.Settings.Seed, "seed", opts.Settings.Seed, "seed of perturbations and intervals")
	console.WholeVar(flags, &opts.Settings.Workers, "workers", console.From(1), "goroutines")
	console.WholeVar(flags, &opts.Stride, "stride", console.From(1), "frames of the sets for each predicted frame, as in training")
	console.WholeVar(flags, &opts.Endurance, "endurance", console.From(2), "number of `frames` of very long rollouts in which to look for failures")
	flags.StringVar(&opts.Out, "out", "", "`file` to write the metrics to as JSON; - is stdout")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	console.FolderVar(flags, &opts.Report, "report", "`directory` for a report")
	flags.BoolVar(&opts.Force, "force", false, "replace files that exist")
	return cmd
}

func runEval(ctx context.Context, out, log io.Writer, opts evalOptions) error {
	if err := opts.validate(); err != nil {
		return console.Usage(err)
	}
	if err := opts.checkOutputs(); err != nil {
		return err
	}
	entrants, err := loadEntrants(opts.Models)
	if err != nil {
		return err
	}
	opened, err := opts.open(ctx)
	if err != nil {
		return err
	}
	sets, err := opts.sets(ctx, log, opened)
	if err != nil {
		return err
	}
	warnOfTraining(log, entrants, sets)
	if opts.Endurance > 0 {
		return opts.endure(ctx, out, log, entrants, sets[0])
	}
	result, err := compareOn(ctx, log, entrants, sets, opts.Settings)
	if err != nil {
		return err
	}
	if opts.Report != "" {
		if err := writeReport(ctx, opts.Report, result, entrants[0], sets); err != nil {
			return err
		}
	}
	return console.WriteResult(out, opts.JSON, opts.Out, result.WriteJSON, func(out io.Writer) error {
		if err := report.WriteTable(out, result); err != nil {
			return err
		}
		_, err := fmt.Fprintf(out, "\n%s\n", report.Sentence(result, entrants[0].name))
		return err
	})
}

// compareOn measures models on each of the sets.
func compareOn(ctx context.Context, log io.Writer, entrants []entrant, sets []*heldOut, settings eval.Config) (*eval.Result, error) {
	var entries []eval.Entry
	for _, e := range entrants {
		entries = append(entries, eval.Entry{Name: e.name, Model: e.model, TrainSeconds: e.description.Training.Seconds, Seen: e.description.Training.Seen})
	}
	for _, set := range sets { // all before the first takes its time
		if err := eval.Check(set.trajectories, entries, settings); err != nil {
			return nil, fmt.Errorf("%w%s", err, inSet(set.name))
		}
	}
	var results []*eval.Result
	for _, set := range sets {
		result, err := set.measure(ctx, log, entries, settings)
		if err != nil {
			return nil, err
		}
		results = append(results, result)
	}
	return eval.Join(results)
}

func (o *evalOptions) validate() error {
	switch {
	case len(o.Data) == 0 && o.Sets == "":
		return errors.New("eval: --data DIR is missing, or --sets SCENARIO")
	case len(o.Only) > 0 && (o.Sets == "" || len(setsOf(o.Sets, o.Only)) != len(o.Only)):
		return fmt.Errorf("eval: --only %s must name sets of --sets SCENARIO, each once", strings.Join(o.Only, ","))
	case o.JSON && o.Out == "-":
		return errors.New("eval: --json and --out - both print to stdout")
	case o.Endurance > 0 && o.Report != "":
		return errors.New("eval: --endurance has no --report")
	}
	if err := o.Settings.Validate(); err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	return nil
}

// namedData is a dataset and the name of the set that is made of it.
type namedData struct {
	name, dir string
	*datasets.Dataset
}

// open opens the datasets and checks that all sets can be told apart. A single one needs
// no name.
func (o *evalOptions) open(ctx context.Context) ([]namedData, error) {
	names := map[string]bool{}
	if o.Sets != "" {
		if _, err := scenario.Find(o.Sets); err != nil {
			return nil, console.Usage(err)
		}
		for _, set := range setsOf(o.Sets, o.Only) {
			names[set.Name] = true
		}
	}
	var all []namedData
	for _, text := range o.Data {
		name, dir, err := splitName(text)
		if err != nil {
			return nil, err
		}
		if name == "" && (len(o.Data) > 1 || o.Sets != "") {
			name = filepath.Base(filepath.Clean(dir))
		}
		if names[name] {
			return nil, console.Usagef("eval: two sets are called %q; --data NAME=DIR names one", name)
		}
		names[name] = true
		data, err := datasets.Open(ctx, dir)
		if err != nil {
			return nil, err
		}
		all = append(all, namedData{name, dir, data})
	}
	return all, nil
}

// sets returns the sets to measure on; the sets of datasets come first.
func (o *evalOptions) sets(ctx context.Context, log io.Writer, opened []namedData) ([]*heldOut, error) {
	var sets []*heldOut
	for _, data := range opened {
		set, err := readSet(ctx, log, data.name, data.Dataset, firstEpisodes(min(o.Episodes, data.Episodes())))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", data.dir, err)
		}
		sets = append(sets, set)
	}
	if o.Sets != "" {
		made, err := makeSets(ctx, log, o.Sets, o.Only, o.Episodes, o.Settings.Workers)
		if err != nil {
			return nil, err
		}
		sets = append(sets, made...)
	}
	for _, set := range sets {
		if err := set.stride(o.Stride); err != nil {
			return nil, console.Usage(fmt.Errorf("eval: set %s: %w", set.name, err))
		}
	}
	return sets, nil
}

func (o *evalOptions) checkOutputs() error {
	var paths []string
	if o.Out != "" && o.Out != "-" {
		paths = append(paths, o.Out)
	}
	if o.Report != "" {
		for _, name := range reportFiles {
			paths = append(paths, filepath.Join(o.Report, name))
		}
	}
	for _, path := range paths {
		if err := console.CheckOut(path, o.Force); err != nil {
			return err
		}
	}
	return nil
}

// entrant is a model of an evaluation.
type entrant struct {
	dir         string // or "true"
	name        string // of its row
	model       world.Model
	description *world.Description // of the engine only its kind
}

// loadEntrants loads models, each given as DIR or NAME=DIR, where the DIR true is the
// engine. Without a name one is named after its kind, or after its directory where
// several unnamed ones are of one kind. Two of one name, or one with the name of a row
// that is always there, are an error.
func loadEntrants(args []string) ([]entrant, error) {
	entrants, unnamed := make([]entrant, len(args)), map[string]int{}
	for i, arg := range args {
		e := &entrants[i]
		var err error
		if e.name, e.dir, err = splitName(arg); err != nil {
			return nil, err
		}
		if e.dir == planning.EngineKind {
			e.model, e.description = planning.Engine{}, &world.Description{Kind: planning.EngineKind}
		} else if e.model, e.description, err = fit.Load(e.dir); err != nil {
			return nil, err
		}
		if e.name == "" {
			unnamed[e.description.Kind]++
		}
	}
	names := map[string]bool{}
	for i := range entrants {
		e := &entrants[i]
		if kind := e.description.Kind; e.name == "" {
			e.name = kind
			if unnamed[kind] > 1 {
				e.name = filepath.Base(filepath.Clean(e.dir))
			}
		}
		if names[e.name] {
			return nil, console.Usagef("eval: two models are called %s; NAME=DIR names one", e.name)
		}
		if eval.IsReserved(e.name) {
			return nil, console.Usagef("eval: %s is the name of a row that is always there; NAME=DIR gives %s another", e.name, e.dir)
		}
		names[e.name] = true
	}
	return entrants, nil
}

// splitName splits NAME=DIR. Without a name it is empty; so it is when there is a
// directory of that name with the equals sign.
func splitName(arg string) (name, dir string, err error) {
	name, dir, named := strings.Cut(arg, "=")
	if _, err := os.Stat(arg); !named || err == nil {
		return "", arg, nil
	}
	if name == "" || dir == "" {
		return "", "", console.Usagef("eval: %q must be DIR or NAME=DIR", arg)
	}
	return name, dir, nil
}

// warnOfTraining tells of models that were trained on episodes of a set.
func warnOfTraining(log io.Writer, entrants []entrant, sets []*heldOut) {
	for _, e := range entrants {
		var trained datasets.Provenance
		if json.Unmarshal(e.description.Training.Dataset, &trained) != nil {
			continue
		}
		for _, set := range sets {
			if trained.Scenario == set.source.Scenario && trained.Seed == set.source.Seed {
				fmt.Fprintf(log, "warning: %s was trained on these episodes%s, so they do not show how good it is\n", e.dir, ofSet(set.name))
			}
		}
	}
}

// inSet and ofSet say which set is meant, where there are several.
func inSet(name string) string {
	if name == "" {
		return ""
	}
	return " in set " + name
}

func ofSet(name string) string {
	if name == "" {
		return ""
	}
	return " of " + name
}
