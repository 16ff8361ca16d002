package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/world/eval"
	"orrery/world/fit"
)

type accuracyOptions struct {
	stages
	Only     []string      // names of experiments; none is all
	Budget   time.Duration // of every training; 0 leaves each experiment its own
	Train    int           // episodes to train on; 0 likewise
	Episodes int           // of each test set
	Endure   int           // most frames of the long rollouts
	Fit      fit.Config
	JSON     bool
}

func newAccuracyCommand() *cobra.Command {
	opts := accuracyOptions{
		stages: stages{Out: "accuracy", Seed: defaultSeed, Workers: runtime.NumCPU()}, Episodes: 200, Endure: enduranceFrames, Fit: fit.DefaultConfig(),
	}
	var names []string
	total := time.Duration(0)
	for _, e := range experiments {
		names = append(names, e.Name)
		total += time.Duration(len(e.Models)) * e.Budget
	}
	cmd := &cobra.Command{
		Use:   "accuracy",
		Short: "Remake the table of targets: train, measure, compare",
		Long: fmt.Sprintf(`Go through experiments that each generate data, train models in a fixed time,
measure them on fresh episodes and compare the figures with what they should be.
Each has a directory with its data, models and report. Training takes %v in all
unless --budget says otherwise. The speed of rollouts beside the engine's is
measured by orrery bench infer.

The experiments: %s.`, total, strings.Join(names, ", ")),
		Example: `  orrery accuracy
  orrery accuracy --only demo,pile
  orrery accuracy --only mixed --budget 5m --out /tmp/mixed
  orrery accuracy --resume                      # after Ctrl-C`,
		Args: wantArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runAccuracy(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.Out, "out", opts.Out, "directory to write")
	flags.StringSliceVar(&opts.Only, "only", nil, "`names` of experiments, separated by commas (default all)")
	flags.DurationVar(&opts.Budget, "budget", 0, "time of every training, instead of the experiment's own")
	flags.IntVar(&opts.Train, "train-episodes", 0, "episodes to train on, instead of the experiment's own")
	flags.IntVar(&opts.Episodes, "episodes", opts.Episodes, "episodes of each test set")
	flags.IntVar(&opts.Endure, "endurance", opts.Endure, "frames of the long rollouts, at most")
	flags.Uint64Var(&opts.Seed, "seed", opts.Seed, "seed of the data and the training")
	flags.IntVar(&opts.Workers, "workers", opts.Workers, "goroutines")
	flags.BoolVar(&opts.Resume, "resume", false, "go on with what an interrupted run left")
	flags.BoolVar(&opts.Force, "force", false, "replace what an earlier run left")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

// finding is a line of the table of targets.
type finding struct {
	Experiment string      `json:"experiment"`
	Model      string      `json:"model"`
	What       string      `json:"what"`
	AtMost     *float64    `json:"at_most"` // null where nothing is asked
	Reached    eval.Number `json:"reached"`
	Met        bool        `json:"met"` // true where nothing is asked
}

func runAccuracy(ctx context.Context, out, log io.Writer, opts accuracyOptions) error {
	chosen, err := opts.validate()
	if err != nil {
		return err
	}
	if err := opts.check("accuracy"); err != nil {
		return err
	}
	var findings []finding
	var failed []string
	for i := range chosen {
		found, err := opts.run(ctx, log, &chosen[i])
		if ctx.Err() != nil {
			return err
		}
		if err != nil {
			fmt.Fprintf(log, "experiment %s: %v\n", chosen[i].Name, err)
			failed = append(failed, chosen[i].Name)
			found = chosen[i].unknown()
		}
		findings = append(findings, found...)
	}
	write := func(w io.Writer) error { return console.JSON(w, findings) }
	if err := console.WriteFile(filepath.Join(opts.Out, "accuracy.json"), write); err != nil {
		return err
	}
	if !opts.JSON {
		write = func(w io.Writer) error { return printFindings(w, findings) }
	}
	if err := write(out); err != nil {
		return err
	}
	if len(failed) > 0 {
		return fmt.Errorf("accuracy: %s could not be done, for the reasons above", strings.Join(failed, ", "))
	}
	return nil
}

// unknown returns the goals of an experiment that could not be done.
func (e *experiment) unknown() []finding {
	var findings []finding
	for i := range e.Goals {
		goal := &e.Goals[i]
		findings = append(findings, finding{e.Name, e.Models[0], goal.What, &goal.AtMost, eval.Number(math.NaN()), false})
	}
	return findings
}

// validate returns the experiments to do, or the first mistake in the options.
func (o *accuracyOptions) validate() ([]experiment, error) {
	switch {
	case o.Budget < 0:
		return nil, console.Usagef("accuracy: budget %v must be > 0", o.Budget)
	case o.Train < 0 || o.Episodes < 1:
		return nil, console.Usagef("accuracy: %d episodes to train on and %d to test on must be ≥ 1", o.Train, o.Episodes)
	case o.Endure < 2:
		return nil, console.Usagef("accuracy: endurance of %d frames must be ≥ 2", o.Endure)
	}
	for _, name := range o.Only {
		if !slices.ContainsFunc(experiments, func(e experiment) bool { return e.Name == name }) {
			return nil, console.Usagef("accuracy: there is no experiment %q", name)
		}
	}
	return slices.DeleteFunc(slices.Clone(experiments), func(e experiment) bool {
		return len(o.Only) > 0 && !slices.Contains(o.Only, e.Name)
	}), nil
}

// run does an experiment below a directory of its own.
func (o *accuracyOptions) run(ctx context.Context, log io.Writer, e *experiment) ([]finding, error) {
	s := o.stages
	s.Out = filepath.Join(o.Out, e.Name)
	episodes, budget := e.Episodes, e.Budget
	if o.Train > 0 {
		episodes = o.Train
	}
	if o.Budget > 0 {
		budget = o.Budget
	}
	dataset, err := s.generate(ctx, log, "dataset", e.Scenario, episodes, o.Seed)
	if err != nil {
		return nil, err
	}
	var dirs []string
	for _, kind := range e.Models {
		config := o.Fit
		config.SetKind(kind)
		if config.Train.Steps == 0 {
			config.Train.Budget = budget
		}
		dir, err := s.train(ctx, log, kind, dataset, config)
		if err != nil {
			return nil, err
		}
		dirs = append(dirs, dir)
	}
	entrants, err := loadEntrants(dirs)
	if err != nil {
		return nil, err
	}
	sets, err := makeSets(ctx, log, e.Scenario, e.Sets, o.Episodes, o.Workers)
	if err != nil {
		return nil, err
	}
	settings := eval.DefaultConfig()
	settings.Workers = o.Workers
	result, err := compareOn(ctx, log, entrants, sets, settings)
	if err != nil {
		return nil, err
	}
	if err := writeReport(ctx, s.Out, result, entrants[0], sets); err != nil {
		return nil, err
	}
	return o.judge(ctx, log, e, result, entrants, sets[0])
}

// judge compares the models of an experiment with its goals, which bind the first.
func (o *accuracyOptions) judge(ctx context.Context, log io.Writer, e *experiment, result *eval.Result, entrants []entrant, set *heldOut) ([]finding, error) {
	var findings []finding
	for i, candidate := range entrants {
		m := &judged{result: result, name: candidate.name, description: candidate.description}
		if e.Endure > 0 {
			var err error
			if m.endurance, err = endureOn(ctx, log, candidate, set, min(e.Endure, o.Endure), o.Workers); err != nil {
				return nil, err
			}
		}
		for g := range e.Goals {
			goal := &e.Goals[g]
			f := finding{Experiment: e.Name, Model: candidate.name, What: goal.What, Reached: goal.Of(m), Met: true}
			if i == 0 {
				f.AtMost, f.Met = &goal.AtMost, float64(f.Reached) <= goal.AtMost
			}
			findings = append(findings, f)
		}
	}
	return findings, nil
}

// printFindings writes the table of targets.
func printFindings(out io.Writer, findings []finding) error {
	return console.Table(out, func(row func(...any)) {
		row("experiment", "model", "what", "at most", "reached", "")
		for _, f := range findings {
			asked, verdict := "–", "stated"
			if f.AtMost != nil {
				asked = fmt.Sprint(*f.AtMost)
				if verdict = "missed"; f.Met {
					verdict = "met"
				}
			}
			reached := fmt.Sprintf("%.3g", float64(f.Reached))
			if f.Reached >= 1000 {
				reached = fmt.Sprintf("%.0f", float64(f.Reached))
			}
			if !f.Reached.Measured() {
				reached = "–"
			}
			row(f.Experiment, f.Model, f.What, asked, reached, verdict)
		}
	})
}
