//go:build cgo

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"orrery/cmd/orrery-py/door"
	"orrery/cmd/orrery-py/kept"
	"orrery/cmd/orrery-py/learned"
	"orrery/cmd/orrery/evaluation"
	"orrery/datasets"
	"orrery/datasets/splits"
	"orrery/datasets/storage"
	"orrery/learn/train"
	"orrery/sim"
	"orrery/sim/input"
	"orrery/world/contact"
	"orrery/world/eval"
	"orrery/world/fit"
	"orrery/world/fit/stored"
	"orrery/world/identify"
	"orrery/world/spread/lbfgs"
)

// trainRequest says how a model is trained. What is 0 or left out suits its kind. It is here, and not in a room of its
// own, as packages below fit are many already.
type trainRequest struct {
	Data    []trainData        `json:"data"`
	Weights map[string]float64 `json:"weights,omitempty"` // by what Data calls a dataset
	Split   string             `json:"split,omitempty"`
	Out     string             `json:"out"`
	Kind    string             `json:"kind"`
	Seconds float64            `json:"seconds,omitempty"`
	Steps   int                `json:"steps,omitempty"` // instead of seconds
	Seed    uint64             `json:"seed"`
	Holdout float64            `json:"holdout,omitempty"`
	Stride  int                `json:"stride,omitempty"`
	Batch   int                `json:"batch,omitempty"`
	Width   int                `json:"width,omitempty"`
	Rounds  int                `json:"rounds,omitempty"`
	Rate    float64            `json:"rate,omitempty"`
	Unknown []identify.Name    `json:"unknown,omitempty"`
	Workers int                `json:"workers,omitempty"` // 0 takes all cores
	Resume  bool               `json:"resume"`
	Force   bool               `json:"force"`
	Measure bool               `json:"measure"` // on what was held out
}

// trainData is a dataset to train on.
type trainData struct {
	Name   string `json:"name"` // its path, as it was told
	Handle int64  `json:"handle"`
}

// trainAnswer says what came of a training.
type trainAnswer struct {
	Warnings []string `json:"warnings"`
	Seconds  float64  `json:"seconds"`
	Steps    int      `json:"steps"`
}

// progress is what a caller is told while a model is trained.
type progress struct {
	Stage    fit.Stage `json:"stage"`
	Fraction float64   `json:"fraction"` // of the stage
	Step     int       `json:"step,omitempty"`
	Loss     *float64  `json:"loss,omitempty"`
	Rate     float64   `json:"examples_per_second,omitempty"`
}

// trainModel trains a model and writes its folder. A training that was interrupted leaves a folder beside, with which
// the same request goes on if it says so.
func trainModel(ctx context.Context, c *door.Call) (any, error) {
	q, err := door.Read[trainRequest](c)
	if err != nil {
		return nil, err
	}
	q.Out = filepath.Clean(q.Out)
	work, err := q.work()
	if err != nil {
		return nil, err
	}
	sets, release, err := q.open()
	defer release()
	if err != nil {
		return nil, err
	}
	config, err := q.config(sets)
	if err != nil {
		return nil, door.Mistaken(err)
	}
	if err := q.startAgain(work); err != nil {
		return nil, err
	}
	episodes := sets[0].Episodes
	if len(sets) > 1 {
		if episodes, err = fit.Join(ctx, sets, &config); err != nil {
			return nil, door.Mistaken(err)
		}
	}
	a := trainAnswer{Warnings: []string{}}
	report := func(p fit.Progress) {
		if p.Warning != "" {
			a.Warnings = append(a.Warnings, p.Warning)
			return
		}
		told := progress{Stage: p.Stage, Fraction: p.Fraction}
		if t := p.Training; t != nil {
			told.Step, told.Loss, told.Rate = t.Step, &t.Loss, t.ExamplesPerSecond
		}
		c.Tell(told)
	}
	fitted, err := fit.Train(ctx, fit.Job{
		Episodes: episodes, Config: config, Work: work, Report: report, Minimise: lbfgs.Minimise,
		Identify: func(ctx context.Context, training []*sim.Trajectory) (*identify.Values, error) {
			return evaluation.Identify(ctx, training, &identify.Options{Only: config.Unknown, Seed: config.Seed, Workers: config.Train.Workers})
		},
	})
	if err != nil {
		return nil, err
	}
	if fitted.SpreadError != nil {
		a.Warnings = append(a.Warnings, fmt.Sprintf("the model does not know how far off it is: %v", fitted.SpreadError))
	}
	var result *eval.Result
	if q.Measure {
		c.Tell(progress{Stage: "measuring"})
		if result, err = q.measure(ctx, sets, config, fitted); err != nil && ctx.Err() == nil {
			a.Warnings = append(a.Warnings, fmt.Sprintf("the model was not measured: %v", err))
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := fitted.Save(q.Out, q.Force); err != nil {
		return nil, err
	}
	if result != nil {
		if err := result.Store(q.Out, &fitted.Description); err != nil {
			return nil, err
		}
	}
	a.Seconds, a.Steps = fitted.Description.Training.Seconds, fitted.Description.Training.Steps
	return a, nil
}

// work returns the folder of an unfinished training, after looking at what is there.
func (q *trainRequest) work() (string, error) {
	if q.Resume && q.Force {
		return "", door.Mistaken(errors.New("resume and force exclude each other"))
	}
	if err := learned.Replaceable(q.Out, q.Force); err != nil {
		return "", err
	}
	work := storage.Unfinished(q.Out)
	if _, err := os.Lstat(work); err != nil || q.Resume {
		return work, nil
	}
	if !q.Force {
		return "", door.Blame(fmt.Errorf("%s exists, an interrupted training: resume=True goes on with it, force=True starts again", work), door.Exists)
	}
	if !fit.IsWork(work) {
		return "", door.Mistaken(fmt.Errorf("%s is not an interrupted training and is not removed", work))
	}
	return work, nil
}

// startAgain removes what an interrupted training left, unless this one goes on with it.
func (q *trainRequest) startAgain(work string) error {
	if q.Resume || !fit.IsWork(work) {
		return nil
	}
	return os.RemoveAll(work)
}

// open finds the datasets, whose files stay until release is called.
func (q *trainRequest) open() (sets []fit.Set, release func(), err error) {
	var held []func()
	release = func() {
		for _, let := range held {
			let()
		}
	}
	if len(q.Data) == 0 {
		return nil, release, door.Mistaken(errors.New("there must be a dataset to train on"))
	}
	var names []string
	for _, of := range q.Data {
		names = append(names, of.Name)
	}
	for name := range maps.Keys(q.Weights) {
		if !slices.Contains(names, name) {
			return nil, release, door.Mistaken(fmt.Errorf("weights: %q must be one of the datasets%s", name, input.Perhaps(name, names)))
		}
	}
	for i, dir := range names {
		if slices.ContainsFunc(names[:i], func(other string) bool { return filepath.Clean(other) == filepath.Clean(dir) }) {
			return nil, release, door.Mistaken(fmt.Errorf("%s is named twice; weights={%q: 2} takes its examples twice as often", dir, dir))
		}
		data, let, err := kept.Find(&shelf, q.Data[i].Handle)
		if err != nil {
			return nil, release, door.Mistaken(err)
		}
		held = append(held, let)
		name := q.Split
		if name == "" {
			name = splits.Train
			if _, found := data.Splits().Find(name); !found {
				name = splits.All
			}
		}
		learn, err := data.Split(name)
		if err != nil {
			return nil, release, door.Mistaken(err)
		}
		episodes, err := stored.New(data, learn)
		if err != nil {
			return nil, release, door.Mistaken(fmt.Errorf("%s: %w", dir, err))
		}
		weight, found := q.Weights[dir]
		if !found {
			weight = 1
		}
		sets = append(sets, fit.Set{Episodes: episodes, Name: dir, Weight: weight})
	}
	return sets, release, nil
}

// config returns the settings of the training.
func (q *trainRequest) config(sets []fit.Set) (config fit.Config, err error) {
	config = fit.DefaultConfig()
	if q.Kind != "" {
		config.SetKind(q.Kind)
	}
	if !slices.Contains(fit.Kinds(), config.Kind) {
		return config, fmt.Errorf("kind %.40q must be one of %s%s", config.Kind, strings.Join(fit.Kinds(), ", "), input.Perhaps(config.Kind, fit.Kinds()))
	}
	impacts := 0
	for _, s := range sets {
		if s.Episodes.(*stored.Episodes).Provenance().Motion == datasets.Impacts {
			impacts++
		}
	}
	switch {
	case impacts > 0 && impacts < len(sets):
		return config, errors.New("a model learns from tables of impacts or from motion, and not from both")
	case impacts > 0 && config.Kind != contact.Kind:
		return config, fmt.Errorf("kind %q cannot learn from a table of impacts; %q can", config.Kind, contact.Kind)
	case impacts > 0:
		config.SetImpacts()
	}
	switch {
	case q.Steps != 0 && q.Seconds != 0:
		return config, errors.New("steps and seconds exclude each other: a training ends after so many steps or after that time")
	case q.Steps < 0 || !(q.Seconds >= 0 && q.Seconds < 1e8):
		return config, fmt.Errorf("steps %d and seconds %v must be 0 at least, and seconds below 1e8", q.Steps, q.Seconds)
	case q.Steps > 0:
		config.Train.Steps, config.Train.Budget = q.Steps, 0
	case q.Seconds > 0:
		config.Train.Steps, config.Train.Budget = 0, time.Duration(q.Seconds*float64(time.Second))
	}
	for _, name := range q.Unknown {
		var all []string
		for _, n := range identify.Names() {
			all = append(all, string(n))
		}
		if !slices.Contains(all, string(name)) {
			return config, fmt.Errorf("unknown: %q must be one of %s%s", name, strings.Join(all, ", "), input.Perhaps(string(name), all))
		}
	}
	config.Seed, config.Train.Seed = q.Seed, q.Seed
	config.Holdout, config.Stride = cmp.Or(q.Holdout, config.Holdout), cmp.Or(q.Stride, config.Stride)
	config.Unknown = q.Unknown
	if slices.Contains(q.Unknown, identify.Mass) && !slices.Contains(q.Unknown, identify.Moment) {
		config.Unknown = append(slices.Clone(q.Unknown), identify.Moment)
	}
	if config.Train.Workers = q.Workers; q.Workers < 1 {
		config.Train.Workers = runtime.GOMAXPROCS(0)
	}
	if q.Batch > 0 {
		config.SetBatch(q.Batch)
	}
	if q.Rate > 0 {
		config.Train.LearningRate, config.Train.FinalRate = q.Rate, min(config.Train.FinalRate, q.Rate)
	}
	width, rounds := config.Sizes()
	if q.Rounds > 0 && rounds == nil {
		return config, fmt.Errorf("rounds %d: a model of kind %s has no rounds", q.Rounds, config.Kind)
	}
	if q.Width > 0 {
		*width = q.Width
	}
	if q.Rounds > 0 {
		*rounds = q.Rounds
	}
	if err := config.ValidateModel(); err != nil && (q.Width > 0 || q.Rounds > 0) {
		return config, fmt.Errorf("width and rounds: %w", err)
	} else if err != nil {
		return config, err
	}
	return config, config.Validate()
}

// measure measures the model on what was held out.
func (q *trainRequest) measure(ctx context.Context, sets []fit.Set, config fit.Config, fitted *fit.Fitted) (result *eval.Result, err error) {
	var held []evaluation.Held
	for _, s := range sets {
		_, holdout := s.Deal(config.Holdout, config.Seed)
		h := evaluation.Held{Data: s.Episodes.(*stored.Episodes).Dataset, Episodes: fitted.Judging(s.Episodes, holdout)}
		if len(sets) > 1 {
			h.Name = s.Name
		}
		held = append(held, h)
	}
	settings := eval.DefaultConfig()
	settings.Workers = config.Train.Workers
	d := &fitted.Description
	entry := eval.Entry{Name: d.Kind, Model: fitted.Model, TrainSeconds: d.Training.Seconds, Seen: d.Training.Seen}
	err = train.Guard("the evaluation", func() error {
		result, err = evaluation.Judge(ctx, io.Discard, held, config.Stride, entry, settings)
		return err
	})
	return result, err
}
