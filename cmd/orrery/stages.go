package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/contest"
	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/world/fit"
)

// stages are what commands that go the whole way have in common: each of their
// stages is a command of its own, which is shown, and writes below one directory.
type stages struct {
	Out           string
	Seed          uint64
	Workers       int
	Resume, Force bool
}

// check returns an error when there is something at Out that must stay.
func (s *stages) check(command string) error {
	switch {
	case s.Out == "":
		return console.Usagef("%s: --out DIR must not be empty", command)
	case s.Resume && s.Force:
		return console.Usagef("%s: --resume and --force exclude each other", command)
	}
	if err := console.CheckOut(s.Out, s.Force || s.Resume); err != nil {
		return fmt.Errorf("%w, --resume goes on with it", err)
	}
	return nil
}

// generate makes a dataset of a scenario.
func (s *stages) generate(ctx context.Context, log io.Writer, name, of string, episodes int, seed uint64) (dir string, err error) {
	return s.play(ctx, log, name, of, nil, "", episodes, seed)
}

// play makes a dataset of a scenario with parameters under a policy.
func (s *stages) play(ctx context.Context, log io.Writer, name, of string, set console.Settings, policy string, episodes int, seed uint64) (dir string, err error) {
	found, err := scenario.Find(of)
	if err != nil {
		return "", err
	}
	gen := defaultGenOptions()
	gen.Scenario, gen.Set, gen.Policy = found, set, policy
	gen.Frames, gen.Episodes, gen.Seed = found.Frames, episodes, seed
	gen.Out, gen.Workers, gen.Resume, gen.Force = filepath.Join(s.Out, name), s.Workers, s.Resume, s.Force
	announce(log, "%s --out %s", gen.Command(), gen.Out)
	return gen.Out, runGen(ctx, io.Discard, log, gen)
}

// train fits a model, unless an interrupted run has done so.
func (s *stages) train(ctx context.Context, log io.Writer, name, dataset string, config fit.Config) (dir string, err error) {
	t := trainOptions{Data: dataset, Out: filepath.Join(s.Out, name), Fit: config, Resume: s.Resume, Force: s.Force}
	t.Fit.Seed, t.Fit.Train.Workers = s.Seed, s.Workers
	announce(log, "%s", t.command())
	if _, err := os.Stat(t.Out); err == nil && s.Resume {
		return t.Out, nil
	}
	return t.Out, runTrain(ctx, io.Discard, log, t)
}

// plan acts in a task and returns what came of it, be it in an interrupted run.
func (s *stages) plan(ctx context.Context, log io.Writer, name string, opts planOptions) (*contest.Result, error) {
	opts.Out, opts.Abreast, opts.Workers, opts.Force = filepath.Join(s.Out, name+".json"), s.Workers, s.Workers, s.Force
	announce(log, "%s --out %s", opts.command(), opts.Out)
	if _, err := os.Stat(opts.Out); err != nil || !s.Resume {
		if err := runPlan(ctx, io.Discard, log, opts); err != nil {
			return nil, err
		}
	}
	content, err := os.ReadFile(opts.Out)
	if err != nil {
		return nil, err
	}
	result := &contest.Result{}
	if err := sim.DecodeJSON(content, result); err != nil {
		return nil, fmt.Errorf("%s: %w", opts.Out, err)
	}
	return result, nil
}

// announce says which command a stage is.
func announce(log io.Writer, format string, args ...any) {
	fmt.Fprintf(log, "$ "+format+"\n", args...)
}
