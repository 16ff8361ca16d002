package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/experiment"
	"orrery/cmd/orrery/usage"
	"orrery/datasets"
	"orrery/datasets/shard"
	"orrery/world/fit"
)

type accuracyOptions struct {
	experiment.Accuracy
	JSON bool
	Part shard.Shard // of the experiments, or zero for all
}

func newAccuracyCommand(lines experiment.Runner) *cobra.Command {
	var part string
	opts := accuracyOptions{Accuracy: experiment.Accuracy{
		Settings: experimentSettings("accuracy", lines), Episodes: 200, Endure: experiment.EnduranceFrames,
	}}
	names, total := experiment.AccuracyTests()
	cmd := &cobra.Command{
		Use:   "accuracy",
		Short: "Remake the table of targets: train, measure, compare",
		Long: fmt.Sprintf(`Run a series of experiments. Each generates data, trains models for a fixed time,
measures them on fresh episodes and compares the figures with their targets. Each
has a directory with its data, models and report. Training takes %v in all; --budget
changes that, and with --steps the figures do not depend on the clock. To compare the speed of rollouts with the engine's, use
orrery bench infer.

%s

The experiments: %s.`, total, shardHelp("experiments"), strings.Join(names, ", ")),
		Example: `  orrery accuracy
  orrery accuracy --only demo,pile
  orrery accuracy --only mixed --budget 5m --out /tmp/mixed
  orrery accuracy --steps 20000 --shard 0/4 --out shards/0 --resume
  orrery accuracy --resume                      # after Ctrl-C`,
		Args: usage.Args(),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if opts.Part, err = parseShard(cmd, part, "json"); err != nil {
				return err
			}
			if opts.Part != (shard.Shard{}) {
				return runUnits(cmd.Context(), cmd.ErrOrStderr(), &opts.Accuracy, &opts.Settings, opts.Part)
			}
			return runAccuracy(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	console.FolderVar(flags, &opts.Dir, "out", "directory to write")
	flags.StringSliceVar(&opts.Only, "only", nil, "`names` of experiments, separated by commas (default all)")
	console.TimeVar(flags, &opts.Budget, "budget", "time of every training, instead of the experiment's own")
	console.WholeVar(flags, &opts.Steps, "steps", console.From(1), "number of steps of every training, instead of a time")
	console.WholeVar(flags, &opts.Train, "train-episodes", console.Between(fit.LeastEpisodes, datasets.MaxEpisodes), "episodes to train on, instead of the experiment's own")
	console.WholeVar(flags, &opts.Episodes, "episodes", console.Between(1, datasets.MaxEpisodes), "episodes of each test set")
	console.WholeVar(flags, &opts.Endure, "endurance", console.From(2), "frames of the long rollouts, at most")
	flags.Uint64Var(&opts.Seed, "seed", opts.Seed, "seed of the data and the training")
	console.WholeVar(flags, &opts.Workers, "workers", console.From(1), "goroutines")
	shardVar(flags, &part, "experiments")
	flags.BoolVar(&opts.Resume, "resume", false, "go on with what an interrupted run left")
	flags.BoolVar(&opts.Force, "force", false, "replace what an earlier run left")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

func runAccuracy(ctx context.Context, out, log io.Writer, opts accuracyOptions) error {
	findings, failed, err := opts.Do(ctx, log)
	if err != nil {
		return resumableSeries(err, opts.Dir)
	}
	err = console.WriteResult(out, opts.JSON, "",
		func(w io.Writer) error { return console.JSON(w, findings) },
		func(w io.Writer) error { return experiment.PrintFindings(w, findings) })
	if err == nil && len(failed) > 0 {
		err = fmt.Errorf("accuracy: %s could not be done, for the reasons above", strings.Join(failed, ", "))
	}
	return err
}
