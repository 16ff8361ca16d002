package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"orrery/sim/scenario"
	"orrery/world/fit"
)

type demoOptions struct {
	Out           string
	Episodes      int // to train on
	HeldOut       int // to evaluate on
	Seed          uint64
	Workers       int
	Fit           fit.Config
	Resume, Force bool
}

func newDemoCommand() *cobra.Command {
	opts := demoOptions{Out: "demo", Episodes: 400, HeldOut: 200, Seed: defaultSeed, Workers: runtime.NumCPU(), Fit: fit.DefaultConfig()}
	opts.Fit.Train.Budget = time.Minute
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Go the whole way: generate, train, evaluate, report",
		Long: `Generate episodes of the scenario mixed, train a contact model on them, measure it
on fresh ones and write a report with an animation. Every stage is a command of
its own, which is shown. With the default budget it takes about two minutes.`,
		Example: `  orrery demo
  orrery demo --out /tmp/demo --budget 5m
  orrery demo --resume                          # after Ctrl-C`,
		Args: wantArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runDemo(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.Out, "out", opts.Out, "directory to write")
	flags.DurationVar(&opts.Fit.Train.Budget, "budget", opts.Fit.Train.Budget, "time to train for")
	flags.IntVar(&opts.Episodes, "episodes", opts.Episodes, "episodes to train on")
	flags.Uint64Var(&opts.Seed, "seed", opts.Seed, "seed of the data and the training; the next one is that of the evaluation")
	flags.IntVar(&opts.Workers, "workers", opts.Workers, "goroutines")
	flags.BoolVar(&opts.Resume, "resume", false, "go on with an interrupted demo")
	flags.BoolVar(&opts.Force, "force", false, "replace what an earlier demo left")
	return cmd
}

func runDemo(ctx context.Context, out, log io.Writer, opts demoOptions) error {
	switch {
	case opts.Out == "":
		return usagef("demo: --out DIR must not be empty")
	case opts.Resume && opts.Force:
		return usagef("demo: --resume and --force exclude each other")
	}
	if err := checkFree(opts.Out, opts.Force || opts.Resume); err != nil {
		return fmt.Errorf("%w, --resume goes on with it", err)
	}
	started := time.Now()
	dataset, err := opts.generate(ctx, log, "dataset", opts.Episodes, opts.Seed)
	if err != nil {
		return err
	}
	model, err := opts.train(ctx, log, dataset)
	if err != nil {
		return err
	}
	heldOut, err := opts.generate(ctx, log, "heldout", opts.HeldOut, opts.Seed+1)
	if err != nil {
		return err
	}
	evaluation := defaultEvalOptions()
	evaluation.Models, evaluation.Data, evaluation.Report = []string{model}, []string{heldOut}, opts.Out
	evaluation.Settings.Workers, evaluation.Force = opts.Workers, opts.Force || opts.Resume
	announce(log, "orrery eval %s --data %s --report %s", model, heldOut, opts.Out)
	if err := runEval(ctx, out, log, evaluation); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nIn %s after %v:\n", opts.Out, time.Since(started).Round(time.Second))
	return printTable(out, func(row func(...any)) {
		row("", filepath.Join(opts.Out, reportFile), "the table, the curves, the animation")
		row("", filepath.Join(opts.Out, overlayFile), "true bodies solid, predicted ones outlined")
		row("", filepath.Join(opts.Out, "metrics.json"), "the table for machines")
		row("", model, "the model")
		row("", dataset, "episodes it was trained on")
		row("", heldOut, "episodes it was measured on")
	})
}

// generate makes a dataset of mixed under the demo's directory.
func (o *demoOptions) generate(ctx context.Context, log io.Writer, name string, episodes int, seed uint64) (dir string, err error) {
	mixed, err := scenario.Find("mixed")
	if err != nil {
		return "", err
	}
	gen := defaultGenOptions()
	gen.Scenario, gen.Frames, gen.Episodes, gen.Seed = mixed, mixed.Frames, episodes, seed
	gen.Out, gen.Workers, gen.Resume, gen.Force = filepath.Join(o.Out, name), o.Workers, o.Resume, o.Force
	announce(log, "%s --out %s", gen.command(), gen.Out)
	return gen.Out, runGen(ctx, io.Discard, log, gen)
}

// train fits the demo's model, unless an interrupted demo has done so.
func (o *demoOptions) train(ctx context.Context, log io.Writer, dataset string) (dir string, err error) {
	t := trainOptions{Data: dataset, Out: filepath.Join(o.Out, "model"), Fit: o.Fit, Resume: o.Resume, Force: o.Force}
	t.Fit.Seed, t.Fit.Train.Workers = o.Seed, o.Workers
	announce(log, "%s", t.command())
	if _, err := os.Stat(t.Out); err == nil && o.Resume {
		return t.Out, nil
	}
	return t.Out, runTrain(ctx, io.Discard, log, t)
}

// announce says which command a stage of the demo is.
func announce(log io.Writer, format string, args ...any) {
	fmt.Fprintf(log, "$ "+format+"\n", args...)
}
