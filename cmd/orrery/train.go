package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/datasets"
	"orrery/learn/train"
	"orrery/world/eval"
	"orrery/world/fit"
)

type trainOptions struct {
	Data, Out     string
	Fit           fit.Config
	Resume, Force bool
	JSON          bool
}

func newTrainCommand() *cobra.Command {
	opts := trainOptions{Fit: fit.DefaultConfig()}
	opts.Fit.Train.Budget = 5 * time.Minute
	kind := opts.Fit.Kind
	cmd := &cobra.Command{
		Use:   "train DIR --out MODEL",
		Short: "Fit a model to a dataset",
		Long: `Fit a model to a dataset and measure it on the episodes held out. An interrupted
training leaves MODEL.partial, from which the same command with --resume goes
on. With --steps the weights depend on data, settings and build alone; with
--budget the learning rate follows the clock.

The models: contact says how hard bodies push where they touch, interaction is a
graph network that says how their velocities change, mlp knows one number of
bodies in one scenario. The backend gorgonia computes the gradients of the last two
on an independent library, to check ours; it is many times slower.`,
		Example: `  orrery train data/mixed --out models/contact --budget 5m
  orrery train data/mixed --out models/contact --steps 20000 --seed 1
  orrery train data/mixed --out models/contact --steps 20000 --seed 1 --resume
  orrery train data/mixed --out models/interaction --model interaction
  orrery train data/mixed --out models/check --model mlp --backend gorgonia --steps 100`,
		Args: wantArgs("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.Data = args[0]
			opts.Fit.SetKind(kind)
			if cmd.Flags().Changed("steps") && !cmd.Flags().Changed("budget") {
				opts.Fit.Train.Budget = 0
			}
			return runTrain(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.Out, "out", "", "directory to write")
	flags.StringVar(&kind, "model", kind, strings.Join(fit.Kinds(), " or "))
	flags.StringVar(&opts.Fit.Backend, "backend", opts.Fit.Backend, strings.Join(fit.Backends(), " or "))
	flags.DurationVar(&opts.Fit.Train.Budget, "budget", opts.Fit.Train.Budget, "time to train for")
	flags.IntVar(&opts.Fit.Train.Steps, "steps", 0, "steps to train for, instead of a time")
	flags.Uint64Var(&opts.Fit.Seed, "seed", defaultSeed, "seed of the split, the first weights and the order of data")
	flags.IntVar(&opts.Fit.Stride, "stride", opts.Fit.Stride, "frames of the data that one predicted frame covers")
	flags.IntVar(&opts.Fit.InnerSteps, "inner-steps", 0, "steps in which a contact model predicts a frame; 0 is as many as the engine")
	flags.IntVar(&opts.Fit.Train.Workers, "workers", opts.Fit.Train.Workers, "goroutines")
	flags.BoolVar(&opts.Resume, "resume", false, "go on with an interrupted training")
	flags.BoolVar(&opts.Force, "force", false, "replace a model that exists, and start over")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

func runTrain(ctx context.Context, out, log io.Writer, opts trainOptions) error {
	opts.Out = filepath.Clean(opts.Out)
	opts.Fit.Train.Seed = opts.Fit.Seed
	if err := opts.validate(); err != nil {
		return console.Usage(err)
	}
	if err := console.CheckOut(opts.Out, opts.Force); err != nil {
		return err
	}
	data, err := datasets.Open(opts.Data)
	if err != nil {
		return err
	}
	work, err := opts.workDir()
	if err != nil {
		return err
	}
	bar := console.NewProgress(log, "training "+opts.Fit.Kind)
	fitted, err := fit.Train(ctx, data, opts.Fit, work, func(p train.Progress) {
		bar.Set(p.Fraction, fmt.Sprintf("step %d  loss %.4g  %.0f examples/s", p.Step, p.Loss, p.ExamplesPerSecond))
	})
	bar.Close()
	if err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("%w: --resume goes on with %s", console.ErrInterrupted, work)
		}
		return err
	}
	d := &fitted.Description
	entry := eval.Entry{Name: d.Kind, Model: fitted.Model, TrainSeconds: d.Training.Seconds}
	settings := eval.DefaultConfig()
	settings.Workers = opts.Fit.Train.Workers
	result, err := measure(ctx, log, data, fitted.Holdout, opts.Fit.Stride, []eval.Entry{entry}, settings)
	if err != nil {
		return err
	}
	if err := fitted.Save(opts.Out, opts.Force); err != nil {
		return err
	}
	if err := storeScores(opts.Out, d, result); err != nil {
		return err
	}
	return inspectModel(out, opts.Out, opts.JSON)
}

func (o *trainOptions) validate() error {
	switch {
	case o.Out == ".":
		return errors.New("train: --out MODEL is missing")
	case o.Resume && o.Force:
		return errors.New("train: --resume and --force exclude each other")
	}
	if err := o.Fit.Validate(); err != nil {
		return fmt.Errorf("train: %w", err)
	}
	return nil
}

// workDir returns where the training keeps its checkpoints, which may hold those
// of an interrupted one only when that is to go on.
func (o *trainOptions) workDir() (string, error) {
	work := o.Out + ".partial"
	if o.Force {
		return work, os.RemoveAll(work)
	}
	if _, err := os.Lstat(work); err == nil && !o.Resume {
		return "", fmt.Errorf("%s exists: an interrupted training; --resume goes on with it, --force starts again", work)
	}
	return work, nil
}

// command returns the command line that trains alike.
func (o *trainOptions) command() string {
	length := fmt.Sprintf("--budget %v", o.Fit.Train.Budget)
	if o.Fit.Train.Steps > 0 {
		length = fmt.Sprintf("--steps %d", o.Fit.Train.Steps)
	}
	backend := ""
	if o.Fit.Backend != fit.Native {
		backend = " --backend " + o.Fit.Backend
	}
	return fmt.Sprintf("orrery train %s --out %s --model %s%s %s --seed %d", o.Data, o.Out, o.Fit.Kind, backend, length, o.Fit.Seed)
}
