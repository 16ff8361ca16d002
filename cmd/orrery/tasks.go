package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/contest"
	"orrery/cmd/orrery/planning"
	"orrery/sim/scenario"
	"orrery/world/fit"
)

type tasksOptions struct {
	stages
	Only     []string // tasks; all when empty
	Actors   []string
	Play     int // episodes to train on; 0 leaves each task its own
	Steps    int // of every training; 0 likewise
	Episodes int // to act in
	Fit      fit.Config
	JSON     bool
}

func newTasksCommand() *cobra.Command {
	opts := tasksOptions{
		stages: stages{Out: "tasks", Seed: defaultSeed, Workers: runtime.NumCPU()},
		Actors: actors, Episodes: 250, Fit: fit.DefaultConfig(),
	}
	cmd := &cobra.Command{
		Use:   "tasks",
		Short: "Remake the table of tasks: play, train, plan, compare",
		Long: `For each task generate play data, train models on it, let each plan the task in
scenes of another seed, and compare them with the same planner on the engine and
with acting at random. Each task has a directory with its data, its models and what
came of every episode. A busy machine reaches what a quiet one does, except for the
times of decisions, which are those of one core while the others act too. All of it
takes hours; --only, --episodes and --actors choose a part. Figures are those of
orrery plan, whose help explains them, and --json prints what its JSON has but for
the episodes one by one.

The tasks: ` + strings.Join(practised(), ", ") + ".",
		Example: `  orrery tasks
  orrery tasks --only push,reach --episodes 50
  orrery tasks --only drive --actors contact,true --out /tmp/drive
  orrery tasks --resume                         # after Ctrl-C`,
		Args: wantArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runTasks(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.Out, "out", opts.Out, "directory to write")
	flags.StringSliceVar(&opts.Only, "only", nil, "`names` of tasks, separated by commas (default all)")
	flags.StringSliceVar(&opts.Actors, "actors", opts.Actors, "kinds of model, true for the engine, random")
	flags.IntVar(&opts.Play, "train-episodes", 0, "episodes of play to train on, instead of the task's own")
	flags.IntVar(&opts.Steps, "steps", 0, "steps of every training, instead of the task's own")
	flags.IntVar(&opts.Episodes, "episodes", opts.Episodes, "episodes to act in")
	flags.Uint64Var(&opts.Seed, "seed", opts.Seed, "seed of the play and the training; the next one is that of the scenes to act in")
	flags.IntVar(&opts.Workers, "workers", opts.Workers, "goroutines")
	flags.BoolVar(&opts.Resume, "resume", false, "go on with what an interrupted run left")
	flags.BoolVar(&opts.Force, "force", false, "replace what an earlier run left")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

// practised returns the names of the tasks in the table.
func practised() (names []string) {
	for _, p := range practices {
		names = append(names, p.Task)
	}
	return names
}

func runTasks(ctx context.Context, out, log io.Writer, opts tasksOptions) error {
	if err := opts.validate(); err != nil {
		return err
	}
	if err := opts.check("tasks"); err != nil {
		return err
	}
	var results []*contest.Result
	for i := range practices {
		p := &practices[i]
		if len(opts.Only) > 0 && !slices.Contains(opts.Only, p.Task) {
			continue
		}
		reached, err := opts.run(ctx, log, p)
		if err != nil {
			return fmt.Errorf("%s: %w", p.Task, err)
		}
		results = append(results, reached...)
	}
	write := func(w io.Writer) error { return console.JSON(w, results) }
	if err := console.WriteFile(filepath.Join(opts.Out, "tasks.json"), write); err != nil {
		return err
	}
	if !opts.JSON {
		write = func(w io.Writer) error { return contest.WriteComparison(w, results) }
	}
	return write(out)
}

func (o *tasksOptions) validate() error {
	for _, n := range []struct {
		name       string
		value, min int
	}{{"train-episodes", o.Play, 0}, {"steps", o.Steps, 0}, {"episodes", o.Episodes, 1}, {"workers", o.Workers, 1}} {
		if n.value < n.min {
			return console.Usagef("tasks: %s %d must be ≥ %d", n.name, n.value, n.min)
		}
	}
	for _, list := range []struct {
		what         string
		names, known []string
	}{{"task", o.Only, practised()}, {"actor", o.Actors, actors}} {
		for _, name := range list.names {
			if !slices.Contains(list.known, name) {
				return console.Usagef("tasks: %s %q must be one of %s", list.what, name, strings.Join(list.known, ", "))
			}
		}
	}
	return nil
}

// run practises a task below a directory of its own, and returns what each actor
// reached by each protocol.
func (o *tasksOptions) run(ctx context.Context, log io.Writer, p *practice) ([]*contest.Result, error) {
	s := o.stages
	s.Out = filepath.Join(o.Out, p.Task)
	models, err := o.train(ctx, log, &s, p)
	if err != nil {
		return nil, err
	}
	opts := defaultPlanOptions()
	if opts.Task, err = scenario.Find(p.Task); err != nil {
		return nil, err
	}
	opts.Episodes, opts.Seed = o.Episodes, o.Seed+1
	var results []*contest.Result
	for _, opts.Protocol = range p.Protocols {
		opts.Set, opts.Data = p.Set, ""
		if opts.Protocol == planning.Recorded {
			opts.Set = nil
			if opts.Data, err = s.play(ctx, log, "recorded", p.Task, p.Set, p.Policy, p.Recorded, o.Seed+1); err != nil {
				return nil, err
			}
		}
		for i, actor := range o.Actors {
			opts.Model = models[i]
			result, err := s.plan(ctx, log, fmt.Sprintf("%s-%s", opts.Protocol, actor), opts)
			if err != nil {
				return nil, err
			}
			if result.Episodes != opts.Episodes || result.Seed != opts.Seed {
				return nil, fmt.Errorf("%s acted in %d episodes of seed %d before, and is now to in %d of seed %d; --force begins anew",
					actor, result.Episodes, result.Seed, opts.Episodes, opts.Seed)
			}
			result.Attempts = nil // which are in a file of their own
			results = append(results, result)
		}
	}
	return results, nil
}

// train makes the models of those actors that learn, and returns what plan calls each.
func (o *tasksOptions) train(ctx context.Context, log io.Writer, s *stages, p *practice) (models []string, err error) {
	episodes, dataset := p.Episodes, ""
	if o.Play > 0 {
		episodes = o.Play
	}
	models = slices.Clone(o.Actors)
	for i, actor := range models {
		config := o.Fit
		config.SetKind(actor)
		config.Train.Budget, config.Train.Steps, config.InnerSteps = 0, p.Steps[actor], p.Inner
		if config.Train.Steps == 0 {
			continue
		}
		if o.Steps > 0 {
			config.Train.Steps = o.Steps
		}
		if dataset == "" {
			if dataset, err = s.play(ctx, log, "play", p.Task, p.Set, p.Policy, episodes, o.Seed); err != nil {
				return nil, err
			}
		}
		if models[i], err = s.train(ctx, log, actor, dataset, config); err != nil {
			return nil, err
		}
	}
	return models, nil
}
