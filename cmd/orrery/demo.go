package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/world/fit"
)

type demoOptions struct {
	stages
	Episodes int // to train on
	HeldOut  int // to evaluate on
	Fit      fit.Config
}

func newDemoCommand() *cobra.Command {
	opts := demoOptions{stages{Out: "demo", Seed: defaultSeed, Workers: runtime.NumCPU()}, 400, 200, fit.DefaultConfig()}
	opts.Fit.Train.Budget = time.Minute
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Go the whole way: generate, train, evaluate, report",
		Long: `Generate episodes of the scenario mixed, train a contact model on them, measure it
on fresh ones and write a report with an animation. Every stage is a command of
its own, which is shown. With the default budget it takes little more than a minute.`,
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
	if err := opts.check("demo"); err != nil {
		return err
	}
	started := time.Now()
	dataset, err := opts.generate(ctx, log, "dataset", "mixed", opts.Episodes, opts.Seed)
	if err != nil {
		return err
	}
	model, err := opts.train(ctx, log, "model", dataset, opts.Fit)
	if err != nil {
		return err
	}
	heldOut, err := opts.generate(ctx, log, "heldout", "mixed", opts.HeldOut, opts.Seed+1)
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
	return console.Table(out, func(row func(...any)) {
		row("", filepath.Join(opts.Out, reportFile), "the table, the curves, the animation")
		row("", filepath.Join(opts.Out, overlayFile), "true bodies solid, predicted ones outlined")
		row("", filepath.Join(opts.Out, "metrics.json"), "the table for machines")
		row("", model, "the model")
		row("", dataset, "episodes it was trained on")
		row("", heldOut, "episodes it was measured on")
	})
}
