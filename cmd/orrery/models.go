package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/experiment"
	"orrery/cmd/orrery/usage"
	"orrery/datasets"
	"orrery/world/fit"
)

// embeddedModels are the scenarios for which the viewer brings a model along. The others of
// the library are predicted by one of these, which has seen what is in them: see
// choose.Among.
var embeddedModels = []string{
	"mixed", "billiards", "pile", "pendulum", "push",
	"ballcup", "cartpole", "chain", "charged", "cradle", "orbits", "pusht", "reach", "seesaw", "springs",
}

// modelPolicies are the policies in the training data if they are not the scenario's usual
// policy. An episode of cartpole ends when the pole has tipped, after a third of a second
// if nobody balances it.
var modelPolicies = map[string]string{"cartpole": "expert"}

type modelsOptions struct {
	experiment.Models
	Only []string // scenarios; all when empty
}

func newModelsCommand(lines experiment.Runner) *cobra.Command {
	opts := modelsOptions{Models: experiment.Models{
		Settings: experimentSettings("", lines), Out: filepath.Join("assets", "models"), Budget: 90 * time.Second, Episodes: 400, HeldOut: 200,
	}}
	cmd := &cobra.Command{
		Use:   "models",
		Short: "Train the models that the viewer embeds",
		Long: `Train one model for each of some scenarios, measure it on fresh episodes and write
the figures into its card. Models that exist are replaced, one by one. The next build
of the viewer embeds the models in assets/models. The command works in the directory
OUT.work and deletes it at the end. After Ctrl-C it keeps OUT.work for --resume.

The scenarios: ` + strings.Join(embeddedModels, ", ") + ".",
		Example: `  orrery models
  orrery models --only push --budget 5m`,
		Args: usage.Args(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runModels(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	console.FolderVar(flags, &opts.Out, "out", "directory to write; each model is a directory in it")
	flags.StringSliceVar(&opts.Only, "only", nil, "`names` of scenarios, separated by commas (default all)")
	console.TimeVar(flags, &opts.Budget, "budget", "time to train each model for")
	console.WholeVar(flags, &opts.Episodes, "episodes", console.Between(fit.LeastEpisodes, datasets.MaxEpisodes), "episodes to train on")
	console.WholeVar(flags, &opts.HeldOut, "test-episodes", console.Between(1, datasets.MaxEpisodes), "fresh episodes to measure on")
	flags.Uint64Var(&opts.Seed, "seed", opts.Seed, "seed of the data and the training; the fresh episodes take the next number")
	console.WholeVar(flags, &opts.Workers, "workers", console.From(1), "goroutines")
	flags.BoolVar(&opts.Resume, "resume", false, "go on with what an interrupted run left")
	flags.BoolVar(&opts.Force, "force", false, "start over, and delete what an interrupted run left")
	return cmd
}

func runModels(ctx context.Context, out, log io.Writer, opts modelsOptions) (err error) {
	if opts.Out == "" {
		return console.Usagef("models: --out DIR must not be empty")
	}
	opts.Policies = modelPolicies
	if opts.Scenarios, err = experiment.Choose(embeddedModels, opts.Only); err != nil {
		return err
	}
	opts.Dir = filepath.Clean(opts.Out) + ".work"
	if err := opts.Do(ctx, log, func(dir string) error { return inspectModel(out, dir, false) }); err != nil {
		return resumableSeries(err, opts.Dir)
	}
	return os.RemoveAll(opts.Dir)
}
