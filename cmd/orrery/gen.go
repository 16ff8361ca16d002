package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"orrery/datasets"
	"orrery/sim"
	"orrery/sim/scenario"
)

// defaultSeed is where every command's randomness starts unless told otherwise.
const defaultSeed = 1

type genOptions struct {
	Scenario *scenario.Scenario
	Set      settings
	Episodes int
	Frames   int // of each episode, the start included
	Seed     uint64
	Policy   string

	Out           string
	Workers       int
	Resume, Force bool
	JSON          bool
}

func defaultGenOptions() genOptions {
	return genOptions{Set: settings{}, Episodes: 100, Seed: defaultSeed, Policy: "none", Workers: runtime.NumCPU()}
}

func newGenCommand() *cobra.Command {
	opts := defaultGenOptions()
	cmd := &cobra.Command{
		Use:   "gen SCENARIO --out DIR",
		Short: "Generate a dataset",
		Long: `Sample scenes of a scenario, run them and write a LeRobot v3.0 dataset. The same
seed and parameters give the same bytes, whatever the number of workers. An
interrupted generation is completed by the same command with --resume.`,
		Example: `  orrery gen mixed --out data/mixed --episodes 400 --seed 1
  orrery gen mixed --out data/mixed --episodes 400 --seed 1 --resume
  orrery gen billiards --out data/crowd --set bodies=12 --set elasticity=1`,
		Args: wantArgs("SCENARIO"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := scenario.Find(args[0])
			if err != nil {
				return usageError{err}
			}
			opts.Scenario = s
			if !cmd.Flags().Changed("frames") {
				opts.Frames = s.Frames
			}
			return runGen(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.Out, "out", "", "directory to write")
	flags.IntVar(&opts.Episodes, "episodes", opts.Episodes, "number of episodes")
	flags.IntVar(&opts.Frames, "frames", 0, "frames of each episode, its start included (default the scenario's usual)")
	flags.Uint64Var(&opts.Seed, "seed", opts.Seed, "seed of all episodes")
	flags.Var(opts.Set, "set", "parameter of the scenario, may be repeated; orrery scenes SCENARIO lists them")
	flags.StringVar(&opts.Policy, "policy", opts.Policy, "who acts; no scenario has actions, so none")
	flags.IntVar(&opts.Workers, "workers", opts.Workers, "episodes made at the same time")
	flags.BoolVar(&opts.Resume, "resume", false, "complete an interrupted generation")
	flags.BoolVar(&opts.Force, "force", false, "replace a dataset that exists")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

func runGen(ctx context.Context, out, log io.Writer, opts genOptions) error {
	spec, source, err := opts.plan()
	if err != nil {
		return usageError{err}
	}
	bar := newProgress(log, "generating "+opts.Scenario.Name)
	err = datasets.Generate(ctx, opts.Out, spec, func() datasets.Source { return source }, datasets.Options{
		Workers: opts.Workers,
		Resume:  opts.Resume,
		Force:   opts.Force,
		Progress: func(done, total int) {
			remark := fmt.Sprintf("%d/%d episodes", done, total)
			if done == total {
				remark += ", writing files"
			}
			bar.set(float64(done)/float64(total), remark)
		},
	})
	bar.close()
	if err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("%w: --resume completes %s", errInterrupted, opts.Out)
		}
		return err
	}
	return inspectDataset(out, opts.Out, false, opts.JSON)
}

// plan turns options into what a dataset is made from. Its errors are mistakes
// in the options.
func (o *genOptions) plan() (spec datasets.Spec, source datasets.Source, err error) {
	switch {
	case o.Out == "":
		return spec, nil, errors.New("gen: --out DIR is missing")
	case o.Resume && o.Force:
		return spec, nil, errors.New("gen: --resume and --force exclude each other")
	case o.Policy != "none":
		return spec, nil, fmt.Errorf("gen: policy %q must be none: scenario %s has no actions", o.Policy, o.Scenario.Name)
	case o.Workers < 1:
		return spec, nil, fmt.Errorf("gen: workers %d must be ≥ 1", o.Workers)
	}
	values, err := o.Scenario.Values(o.Set)
	if err != nil {
		return spec, nil, err
	}
	first, err := o.Scenario.Sample(o.Seed, 0, values)
	if err != nil {
		return spec, nil, err
	}
	spec = datasets.Spec{
		Scenario: o.Scenario.Name,
		Params:   values,
		Seed:     o.Seed,
		Episodes: o.Episodes,
		Frames:   o.Frames,
		FPS:      first.FPS,
		Task:     o.Scenario.Summary,
		Command:  o.command(),
	}
	return spec, o.makeEpisode(values), spec.Validate()
}

// makeEpisode returns what samples and runs an episode.
func (o *genOptions) makeEpisode(values scenario.Values) datasets.Source {
	return func(_ context.Context, episode int) (*sim.Trajectory, error) {
		scene, err := o.Scenario.Sample(o.Seed, episode, values)
		if err != nil {
			return nil, err
		}
		return runEngine(scene, nil, o.Frames, nil)
	}
}

// command returns the command line that makes the same bytes elsewhere.
func (o *genOptions) command() string {
	command := fmt.Sprintf("orrery gen %s --episodes %d --frames %d --seed %d", o.Scenario.Name, o.Episodes, o.Frames, o.Seed)
	for _, name := range slices.Sorted(maps.Keys(o.Set)) {
		command += fmt.Sprintf(" --set %s=%v", name, o.Set[name])
	}
	return command
}

// settings is the value of a flag that collects key=number.
type settings map[string]float64

// Set implements pflag.Value.
func (s settings) Set(text string) error {
	key, value, found := strings.Cut(text, "=")
	number, err := strconv.ParseFloat(value, 64)
	if !found || key == "" || err != nil || math.IsNaN(number) || math.IsInf(number, 0) {
		return errors.New("must be key=number")
	}
	s[key] = number
	return nil
}

// Type implements pflag.Value.
func (s settings) Type() string { return "key=number" }

// String implements pflag.Value; nothing is set by default.
func (s settings) String() string { return "" }
