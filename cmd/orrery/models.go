package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/datasets"
	"orrery/datasets/storage"
	"orrery/world"
	"orrery/world/eval"
	"orrery/world/fit"
)

// embeddedModels are the scenarios for which the viewer brings a model along.
var embeddedModels = []string{"mixed", "billiards", "pile", "pendulum", "push"}

type modelsOptions struct {
	Out      string
	Only     []string // scenarios; all when empty
	Seed     uint64
	Workers  int
	Episodes int // to train on
	HeldOut  int // to evaluate on
	Fit      fit.Config
}

func newModelsCommand() *cobra.Command {
	opts := modelsOptions{
		Out: filepath.Join("assets", "models"), Seed: defaultSeed, Workers: runtime.NumCPU(),
		Episodes: 400, HeldOut: 200, Fit: fit.DefaultConfig(),
	}
	opts.Fit.Train.Budget = 90 * time.Second
	cmd := &cobra.Command{
		Use:   "models",
		Short: "Train the models that the viewer embeds",
		Long: `Train a model on each of some scenarios, measure it on fresh episodes and put the
figures into its card. Models that exist are replaced, one by one. The next build
of the viewer embeds what is in assets/models. The datasets are not kept.

The scenarios: ` + strings.Join(embeddedModels, ", ") + ".",
		Example: `  orrery models
  orrery models --only push --budget 5m`,
		Args: wantArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runModels(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.Out, "out", opts.Out, "directory to write, one below it for each model")
	flags.StringSliceVar(&opts.Only, "only", nil, "`names` of scenarios, separated by commas (default all)")
	flags.DurationVar(&opts.Fit.Train.Budget, "budget", opts.Fit.Train.Budget, "time to train each model for")
	flags.IntVar(&opts.Episodes, "episodes", opts.Episodes, "episodes to train on")
	flags.IntVar(&opts.HeldOut, "test-episodes", opts.HeldOut, "fresh episodes to measure on")
	flags.Uint64Var(&opts.Seed, "seed", opts.Seed, "seed of the data and the training; the next one is that of the fresh episodes")
	flags.IntVar(&opts.Workers, "workers", opts.Workers, "goroutines")
	return cmd
}

func runModels(ctx context.Context, out, log io.Writer, opts modelsOptions) (err error) {
	if err := opts.validate(); err != nil {
		return console.Usage(err)
	}
	work := stages{Seed: opts.Seed, Workers: opts.Workers}
	if work.Out, err = os.MkdirTemp("", "orrery-models-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work.Out)) }()
	for _, name := range embeddedModels {
		if len(opts.Only) > 0 && !slices.Contains(opts.Only, name) {
			continue
		}
		dataset, err := work.generate(ctx, log, name, name, opts.Episodes, opts.Seed)
		if err != nil {
			return err
		}
		model, err := work.train(ctx, log, name+"-model", dataset, opts.Fit)
		if err != nil {
			return err
		}
		fresh, err := work.generate(ctx, log, name+"-fresh", name, opts.HeldOut, opts.Seed+1)
		if err != nil {
			return err
		}
		if err := opts.judge(ctx, log, model, fresh); err != nil {
			return err
		}
		dir := filepath.Join(opts.Out, name)
		if err := install(model, dir); err != nil {
			return err
		}
		if err := inspectModel(out, dir, false); err != nil {
			return err
		}
	}
	return nil
}

func (o *modelsOptions) validate() error {
	if o.Out == "" {
		return errors.New("models: --out DIR must not be empty")
	}
	if o.HeldOut < 1 {
		return fmt.Errorf("models: %d episodes to test on must be ≥ 1", o.HeldOut)
	}
	for _, name := range o.Only {
		if !slices.Contains(embeddedModels, name) {
			return fmt.Errorf("models: scenario %q must be one of %s", name, strings.Join(embeddedModels, ", "))
		}
	}
	return nil
}

// judge puts the figures of fresh episodes into a model's directory, in place of those
// measured after training.
func (o *modelsOptions) judge(ctx context.Context, log io.Writer, dir, fresh string) error {
	data, err := datasets.Open(fresh)
	if err != nil {
		return err
	}
	model, d, err := fit.Load(dir)
	if err != nil {
		return err
	}
	settings := eval.DefaultConfig()
	settings.Workers = o.Workers
	entry := eval.Entry{Name: d.Kind, Model: model, TrainSeconds: d.Training.Seconds, Seen: d.Training.Seen}
	result, err := measure(ctx, log, data, firstEpisodes(data.Episodes()), 1, []eval.Entry{entry}, settings)
	if err != nil {
		return err
	}
	return storeScores(dir, d, result)
}

// install puts a model in the place of another, without the logs of its training.
func install(model, dir string) error {
	return storage.ReplaceFolder(dir, func(draft string) error {
		for _, name := range []string{world.ConfigFile, world.WeightsFile, world.CardFile, world.MetricsFile} {
			content, err := os.ReadFile(filepath.Join(model, name))
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(draft, name), content, 0o644); err != nil {
				return err
			}
		}
		return nil
	})
}
