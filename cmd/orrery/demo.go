package main

import (
	"context"
	"io"
	"time"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/experiment"
	"orrery/cmd/orrery/usage"
	"orrery/datasets"
	"orrery/world/fit"
)

func newDemoCommand(lines experiment.Runner) *cobra.Command {
	opts := experiment.Demo{Settings: experimentSettings("demo", lines), Episodes: 400, HeldOut: 200, Budget: time.Minute}
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Go the whole way: generate, train, evaluate, report",
		Long: `Generate episodes of the scenario mixed, train a contact model on them, measure it
on fresh episodes and write a report with an animation. Every stage is a command of
its own, and demo prints it. With the default budget it takes little more than a minute.`,
		Example: `  orrery demo
  orrery demo --out /tmp/demo --budget 5m
  orrery demo --resume                          # after Ctrl-C`,
		Args: usage.Args(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runDemo(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	console.FolderVar(flags, &opts.Dir, "out", "directory to write")
	console.TimeVar(flags, &opts.Budget, "budget", "time to train for")
	console.WholeVar(flags, &opts.Episodes, "episodes", console.Between(fit.LeastEpisodes, datasets.MaxEpisodes), "episodes to train on")
	flags.Uint64Var(&opts.Seed, "seed", opts.Seed, "seed of the data and the training; the evaluation takes the next number")
	console.WholeVar(flags, &opts.Workers, "workers", console.From(1), "goroutines")
	flags.BoolVar(&opts.Resume, "resume", false, "go on with an interrupted demo")
	flags.BoolVar(&opts.Force, "force", false, "replace what an earlier demo left")
	return cmd
}

func runDemo(ctx context.Context, out, log io.Writer, opts experiment.Demo) error {
	return resumableSeries(opts.Do(ctx, out, log), opts.Dir)
}
