package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/evaluation"
	"orrery/cmd/orrery/importing"
	"orrery/datasets"
	"orrery/datasets/storage"
	"orrery/learn/train"
	"orrery/sim"
	"orrery/world"
	"orrery/world/contact"
	"orrery/world/eval"
	"orrery/world/fit"
	"orrery/world/fit/gorgonia"
	"orrery/world/fit/stored"
	"orrery/world/flight"
	"orrery/world/identify"
	"orrery/world/spread/lbfgs"
)

type trainOptions struct {
	Data          []string // datasets
	Split         string   // of each to learn from, or empty for train
	Weights       weights  // of the datasets; 1 where there is none
	Out           string
	Fit           fit.Config
	Resume, Force bool
	JSON          bool

	Foreign importing.Foreign // of LeRobot data

	ownHoldout bool // the share held out was asked for
	ownLength  bool // so was when to stop
	ownDecay   bool // so was how weights decay

	Keep string // folder of a model that keeps its weights and gets other regions; empty trains one

	Unknown nameList // quantities that scenes do not tell

	// What replaces settings of Fit, unless it is 0.
	Batch, Width, Rounds int
	Rate, Decay          float64
}

func newTrainCommand() *cobra.Command {
	opts := trainOptions{Fit: fit.DefaultConfig(), Weights: weights{}}
	opts.Fit.Train.Budget = 5 * time.Minute
	kind := opts.Fit.Kind
	cmd := &cobra.Command{
		Use:   "train DIR... --out MODEL",
		Short: "Fit a model to one dataset or several",
		Long: `Fit a model to a dataset and measure it on episodes that it was not trained on. An
interrupted training leaves MODEL.partial; the same command with --resume goes on from
there. With --steps the weights depend only on data, settings and build. With --budget
the learning rate follows the clock.

A model learns from several datasets alike when their frame rates and the settings of
their engines are the same. Episodes of each are held out. --weight DIR=2 takes the
examples of one twice as often as those of the others.

Of a dataset that is divided, a model learns from the split train, and the split val is held
out: it says when the model has learned enough, and measures it. Without one, a share of train
(--holdout) is. The split test is not read. --split names another split to learn from; all
takes every episode.

A contact model steps in the order of the engine that made imported data, which they show.
--contact-order sets it instead; the guide model has the orders of known engines.

A dataset may be larger than memory. Of more than 8 million bodies in frames the examples lie in a nameless
file beside MODEL, and windows of them are learned from in an order that seed and dataset define; orrery
guide data has the details.

--unknown friction,mass,elasticity says that the scenes have these wrong. They are identified
first, as orrery identify does it, and the model keeps what was found: scenes take it on before
the model learns from them or predicts them. With the masses the moments are unknown too.

--regions MODEL trains nothing. It writes the model of that folder anew, with the same weights:
only how far off it is is measured again, on these episodes. A model so learns to say how sure
it is where it is used, or if it was made before models could.

The models:

  contact      predicts how hard bodies push where they touch
  interaction  is a graph network that predicts how velocities change
  mlp          is a plain network for one number of bodies in one scenario

The backend gorgonia computes the gradients of the last two with an independent library,
to check ours. It is many times slower.`,
		Example: `  orrery train data/mixed --out models/contact --budget 5m
  orrery train data/mixed --out models/contact --steps 20000 --seed 1
  orrery train data/mixed --out models/contact --steps 20000 --seed 1 --resume
  orrery train data/mixed data/pile data/own --out models/wide --weight data/own=4
  orrery train data/measured --split all --out models/last
  orrery train data/mixed --out models/small --width 16 --rounds 10 --batch 128 --rate 0.003
  orrery train data/mixed --out models/interaction --model interaction
  orrery train data/own --out models/own --unknown friction,mass,elasticity
  orrery train data/own --regions models/contact --out models/sure
  orrery train data/mixed --out models/check --model mlp --backend gorgonia --steps 100`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return console.Usagef("train: DIR is missing")
			}
			return nil
		},
		PreRunE: func(cmd *cobra.Command, args []string) error {
			opts.Data = args
			opts.Fit.SetKind(kind)
			opts.ownDecay = cmd.Flags().Changed("decay")
			if err := opts.replaceSettings(); err != nil {
				return console.Usage(err)
			}
			if cmd.Flags().Changed("steps") {
				if cmd.Flags().Changed("budget") {
					return console.Usagef("train: --steps and --budget exclude each other; a training ends after so many steps or after that time")
				}
				opts.Fit.Train.Budget = 0
			}
			opts.ownLength = cmd.Flags().Changed("steps") || cmd.Flags().Changed("budget")
			opts.Fit.Unknown = slices.Clone(opts.Unknown)
			if slices.Contains(opts.Unknown, identify.Mass) && !slices.Contains(opts.Unknown, identify.Moment) {
				opts.Fit.Unknown = append(opts.Fit.Unknown, identify.Moment)
			}
			if opts.Keep != "" {
				if err := console.Useless(cmd.Flags(), "with --regions, which trains nothing", trainingFlags...); err != nil {
					return console.Usage(fmt.Errorf("train: %w", err))
				}
			}
			if kind != contact.Kind {
				if err := console.Useless(cmd.Flags(), "for a model of kind "+kind, contactFlags...); err != nil {
					return console.Usage(fmt.Errorf("train: %w", err))
				}
			}
			opts.ownHoldout = cmd.Flags().Changed("holdout")
			if err := opts.Fit.Validate(); err != nil {
				return console.Usage(fmt.Errorf("train: %w", err))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runTrain(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	console.FolderVar(flags, &opts.Out, "out", "directory to write")
	flags.StringVar(&kind, "model", kind, strings.Join(fit.Kinds(), " or "))
	flags.StringVar(&opts.Fit.Backend, "backend", opts.Fit.Backend, strings.Join(fit.Backends(), " or "))
	console.TimeVar(flags, &opts.Fit.Train.Budget, "budget", "time to train for")
	console.WholeVar(flags, &opts.Fit.Train.Steps, "steps", console.From(1), "number of steps to train for, instead of --budget")
	arguments.SplitVar(flags, &opts.Split, "the models learn from it (default train)")
	opts.Foreign.AddFlags(flags)
	flags.Var(opts.Weights, "weight", "how often to take the examples of one of the datasets, as `DIR=number`; may be repeated (default 1 for each)")
	flags.Uint64Var(&opts.Fit.Seed, "seed", defaultSeed, "seed of the split, the first weights and the order of the data")
	console.WholeVar(flags, &opts.Fit.Stride, "stride", console.From(1), "frames of the data for each predicted frame")
	console.WholeVar(flags, &opts.Fit.InnerSteps, "inner-steps", console.From(0), "steps of a contact model in each frame; 0 takes as many as the engine")
	flags.Var(&opts.Unknown, "unknown", "`quantities` that the scenes do not tell, separated by commas; they are identified first: "+quantities())
	flags.Var((*orderFlag)(&opts.Fit.Order), "contact-order", "order of `phases` in a step of a contact model, as correct,move,force,solve (default what the data show)")
	console.NumberVar(flags, &opts.Fit.Holdout, "holdout", console.Inside(0, 1), "share of the episodes that judge the model and do not train it")
	console.WholeVar(flags, &opts.Batch, "batch", console.From(1), "examples in each step (default that of the kind of model)")
	console.NumberVar(flags, &opts.Rate, "rate", console.Bounds{Most: 1, NotLeast: true}, "highest learning rate (default that of the kind of model)")
	console.NumberVar(flags, &opts.Decay, "decay", console.Bounds{Most: 1, NotMost: true}, "share of a weight lost in each step and unit of the learning rate (default that of the kind of model)")
	console.WholeVar(flags, &opts.Fit.Ensemble, "ensemble", console.From(1), "networks for a table of impacts, the mean of which counts (default 4)")
	flags.StringVar(&opts.Keep, "regions", "", "`MODEL` that keeps its weights; only how far off it is is measured anew")
	console.WholeVar(flags, &opts.Width, "width", console.From(1), "width of the network's layers (default that of the kind of model)")
	console.WholeVar(flags, &opts.Rounds, "rounds", console.From(1), "sweeps over contacts (contact) or rounds of messages (interaction) (default that of the kind of model)")
	console.WholeVar(flags, &opts.Fit.Train.Patience, "patience", console.From(0), "stop after this many validations without a new best; 0 never stops early")
	console.WholeVar(flags, &opts.Fit.Train.Workers, "workers", console.From(1), "goroutines")
	flags.BoolVar(&opts.Resume, "resume", false, "go on with an interrupted training")
	flags.BoolVar(&opts.Force, "force", false, "replace a model that exists, and start over")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

// orderFlag reads an order of phases.
type orderFlag flight.Order

func (f *orderFlag) String() string { return strings.Join(strings.Fields(string(*f)), ",") }
func (f *orderFlag) Type() string   { return "phases" }

func (f *orderFlag) Set(text string) error {
	order, err := flight.ParseOrder(text)
	if err != nil {
		return fmt.Errorf("must be phases in the order of a step, as correct,move,force,solve: %w", err)
	}
	*f = orderFlag(order)
	return nil
}

// replaceSettings takes over the flags that were given. Those that were not leave what
// suits the kind of model.
func (o *trainOptions) replaceSettings() error {
	if !slices.Contains(fit.Kinds(), o.Fit.Kind) {
		return nil // validate says so
	}
	width, rounds := o.Fit.Sizes()
	if rounds == nil && o.Rounds > 0 {
		return fmt.Errorf("train: --rounds %d: a model of kind %s has no rounds", o.Rounds, o.Fit.Kind)
	}
	if o.Batch > 0 {
		o.Fit.SetBatch(o.Batch)
	}
	if o.Rate > 0 {
		o.Fit.Train.LearningRate = o.Rate
		o.Fit.Train.FinalRate = min(o.Fit.Train.FinalRate, o.Rate)
	}
	if o.ownDecay {
		o.Fit.Train.WeightDecay = o.Decay
	}
	for _, size := range []struct {
		flag  string
		value int
		of    *int
	}{{"width", o.Width, width}, {"rounds", o.Rounds, rounds}} {
		if size.value == 0 {
			continue
		}
		*size.of = size.value
		if err := o.Fit.ValidateModel(); err != nil {
			return fmt.Errorf("train: --%s %d: %w", size.flag, size.value, err)
		}
	}
	return nil
}

// identify returns what finds the unknown quantities of a training.
func (o *trainOptions) identify(report func(fit.Progress)) func(context.Context, []*sim.Trajectory) (*identify.Values, error) {
	return func(ctx context.Context, training []*sim.Trajectory) (*identify.Values, error) {
		return evaluation.Identify(ctx, training, &identify.Options{Only: o.Fit.Unknown, Seed: o.Fit.Seed, Workers: o.Fit.Train.Workers, Progress: func(_ string, done, of float64) {
			report(fit.Progress{Stage: fit.Knowing, Fraction: done / max(of, 1e-9)})
		}})
	}
}

func runTrain(ctx context.Context, out, log io.Writer, opts trainOptions) error {
	opts.Out = storage.Clean(opts.Out)
	opts.Fit.Train.Seed = opts.Fit.Seed
	if err := opts.validate(); err != nil {
		return console.Usage(err)
	}
	if !storage.Remote(opts.Out) { // of which the next check says the same
		if err := console.CheckOut(opts.Out, opts.Force); err != nil {
			return err
		}
	}
	if err := world.CheckReplaceable(opts.Out, opts.Force); err != nil {
		return err
	}
	defer opts.Foreign.Close()
	sets, err := opts.open(ctx, log)
	if err != nil {
		return err
	}
	if err := opts.suitImpacts(sets); err != nil {
		return err
	}
	learned, err := opts.episodes(ctx, sets)
	if err != nil {
		return err
	}
	work, err := opts.workDir()
	if err != nil {
		return err
	}
	if opts.Fit.Kind != contact.Kind && slices.ContainsFunc(sets, observed) {
		fmt.Fprintf(log, "a model of kind %s takes all states for equally certain; one of kind %s weighs each by its uncertainty\n", opts.Fit.Kind, contact.Kind)
	}
	report, closeBar := trainingProgress(log, opts.Fit.Kind)
	job := fit.Job{
		Episodes: learned, Config: opts.Fit, Work: work, Command: opts.command(), Report: report,
		Minimise: lbfgs.Minimise, Gorgonia: gorgonia.Gradient, Identify: opts.identify(report),
	}
	var fitted *fit.Fitted
	if opts.Keep != "" {
		job.Work = ""
		fitted, err = fit.Remeasure(ctx, job, opts.Keep)
	} else {
		fitted, err = fit.Train(ctx, job)
	}
	closeBar()
	if err != nil && opts.Keep != "" {
		return err
	}
	if err != nil {
		return opts.unfinished(work, err)
	}
	if fitted.SpreadError != nil {
		fmt.Fprintf(log, "the model does not know how far off it is: %v\n", fitted.SpreadError)
	}
	result, failed := opts.judge(ctx, log, sets, fitted)
	if ctx.Err() != nil && opts.Keep != "" {
		return cmp.Or(failed, ctx.Err())
	}
	if ctx.Err() != nil {
		return opts.unfinished(work, cmp.Or(failed, ctx.Err()))
	}
	if err := fitted.Save(opts.Out, opts.Force); err != nil {
		return fmt.Errorf("%w; --resume with another --out tries again from %s", err, work)
	}
	if failed != nil {
		return fmt.Errorf("the model is in %s, but it was not measured: %w", opts.Out, failed)
	}
	if result != nil {
		if err := result.Store(opts.Out, &fitted.Description); err != nil {
			return err
		}
	}
	return inspectModel(out, opts.Out, opts.JSON)
}

// suitImpacts takes the settings that suit tables of impacts, if the datasets are such, but for those that were
// asked for.
func (o *trainOptions) suitImpacts(sets []fit.Set) error {
	of := func(s fit.Set) bool { return s.Episodes.(*stored.Episodes).Provenance().Motion == datasets.Impacts }
	tables := 0
	for _, s := range sets {
		if of(s) {
			tables++
		}
	}
	switch {
	case tables == 0 && o.Fit.Ensemble > 0:
		return console.Usagef("train: --ensemble is for tables of impacts, and %s is motion", sets[0].Name)
	case tables == 0:
		return nil
	case tables < len(sets):
		for _, s := range sets[1:] {
			if of(s) != of(sets[0]) {
				return console.Usagef("train: only one of %s and %s is a table of impacts: a model learns from impacts or from motion", sets[0].Name, s.Name)
			}
		}
	case o.Fit.Kind != contact.Kind:
		return console.Usagef("train: %s is a table of impacts, from which a model of kind %s cannot learn; --model %s can", sets[0].Name, o.Fit.Kind, contact.Kind)
	case len(o.Fit.Unknown) > 0:
		return console.Usagef("train: --unknown is for motion, and %s is a table of impacts", sets[0].Name)
	case o.Fit.Stride > 1 || o.Fit.Order != "":
		return console.Usagef("train: --stride and --contact-order are for motion, and %s is a table of impacts", sets[0].Name)
	}
	asked := o.Fit.Train
	o.Fit.SetImpacts()
	if o.ownLength {
		o.Fit.Train.Steps, o.Fit.Train.Budget = asked.Steps, asked.Budget
	}
	if o.Batch > 0 {
		o.Fit.SetBatch(o.Batch)
	}
	if o.Rate > 0 {
		o.Fit.Train.LearningRate, o.Fit.Train.FinalRate = asked.LearningRate, asked.FinalRate
	}
	if o.ownDecay {
		o.Fit.Train.WeightDecay = asked.WeightDecay
	}
	return nil
}

// trainingFlags say how to train.
var trainingFlags = []string{
	"model", "backend", "budget", "steps", "weight", "inner-steps", "contact-order", "batch", "rate", "decay", "ensemble", "width", "rounds", "patience", "resume", "unknown",
}

// contactFlags are for contact models alone.
var contactFlags = []string{"inner-steps", "contact-order", "ensemble"}

// unfinished says of an error that ended a training how to go on.
func (o *trainOptions) unfinished(work string, err error) error {
	if console.Uninterrupted(err) == nil {
		if !fit.IsWork(work) {
			return console.ErrInterrupted
		}
		return fmt.Errorf("%w: --resume goes on with %s", console.ErrInterrupted, work)
	}
	var fault *train.Panic
	if errors.As(err, &fault) {
		trace := filepath.Join(work, "fault.txt")
		if writeErr := storage.WriteFile(trace, []byte(fault.Stack)); writeErr == nil {
			return fmt.Errorf("%w; what was learned is kept in %s, and where it failed is in %s", err, work, trace)
		}
	}
	return err
}

// trainingProgress returns a function that shows how far a training is, a bar for each
// stage, and one that ends the last bar.
func trainingProgress(log io.Writer, kind string) (report func(fit.Progress), end func()) {
	var bar *console.Progress
	var stage fit.Stage
	end = func() {
		if bar != nil {
			bar.Close()
		}
	}
	return func(p fit.Progress) {
		if p.Warning != "" {
			to := log
			if bar != nil {
				to = bar
			}
			fmt.Fprintf(to, "warning: %s\n", p.Warning)
			return
		}
		if p.Stage != stage {
			end()
			stage = p.Stage
			bar = console.NewProgress(log, string(stage)+" "+kind)
		}
		remark := ""
		switch {
		case p.Training != nil:
			remark = fmt.Sprintf("step %d  loss %.4g  %.0f examples/s", p.Training.Step, p.Training.Loss, p.Training.ExamplesPerSecond)
		case p.Total > 0:
			remark = fmt.Sprintf("%d/%d episodes", p.Done, p.Total)
		}
		bar.Set(p.Fraction, remark)
	}, end
}

// judge measures the model on the episodes held out of each dataset. Where they are too short for any
// figure, it says so; where all are, it returns nil.
func (o *trainOptions) judge(ctx context.Context, log io.Writer, sets []fit.Set, fitted *fit.Fitted) (result *eval.Result, err error) {
	settings := eval.DefaultConfig()
	settings.Workers = o.Fit.Train.Workers
	d := &fitted.Description
	entry := eval.Entry{Name: d.Kind, Model: fitted.Model, TrainSeconds: d.Training.Seconds, Seen: d.Training.Seen}
	var held []evaluation.Held
	for i, set := range sets {
		_, holdout := set.Deal(o.Fit.Holdout, o.Fit.Seed)
		judges := fitted.Judging(set.Episodes, holdout)
		held = append(held, evaluation.Held{Name: setName(sets, i), Data: set.Episodes.(*stored.Episodes).Dataset, Episodes: judges})
	}
	err = train.Guard("the evaluation", func() error {
		result, err = evaluation.Judge(ctx, log, held, o.Fit.Stride, entry, settings)
		return err
	})
	return result, err
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
	work := storage.Unfinished(o.Out)
	if _, err := os.Lstat(work); err != nil || o.Resume {
		return work, nil
	}
	if !o.Force {
		return "", fmt.Errorf("%s exists: an interrupted training; --resume goes on with it, --force starts again", work)
	}
	if !fit.IsWork(work) {
		return "", fmt.Errorf("%s is not an interrupted training and is not removed", work)
	}
	return work, os.RemoveAll(work)
}

// command returns the command line that trains alike.
func (o *trainOptions) command() string {
	c, usual := &o.Fit, fit.DefaultConfig()
	usual.SetKind(c.Kind)
	line := fmt.Sprintf("orrery train %s --out %s --model %s", strings.Join(o.Data, " "), o.Out, c.Kind)
	add := func(flag string, value, usual any) {
		if value != usual {
			line += fmt.Sprintf(" --%s %v", flag, value)
		}
	}
	add("backend", c.Backend, usual.Backend)
	if c.Train.Steps > 0 {
		add("steps", c.Train.Steps, nil)
	} else {
		add("budget", c.Train.Budget, nil)
	}
	if o.Split != "" {
		line += " --split " + o.Split
	}
	line += o.Foreign.Flags() + o.Weights.flags()
	add("seed", c.Seed, nil)
	add("holdout", c.Holdout, usual.Holdout)
	add("stride", c.Stride, usual.Stride)
	add("inner-steps", c.InnerSteps, usual.InnerSteps)
	add("contact-order", (*orderFlag)(&c.Order).String(), "")
	if len(c.Unknown) > 0 {
		line += " --unknown " + o.Unknown.String()
	}
	add("batch", c.Train.Batch, usual.Train.Batch)
	add("rate", c.Train.LearningRate, usual.Train.LearningRate)
	if o.ownDecay {
		add("decay", c.Train.WeightDecay, nil)
	}
	add("ensemble", c.Ensemble, 0)
	width, rounds := c.Sizes()
	usualWidth, usualRounds := usual.Sizes()
	add("width", *width, *usualWidth)
	if rounds != nil {
		add("rounds", *rounds, *usualRounds)
	}
	add("patience", c.Train.Patience, usual.Train.Patience)
	return line
}
