package main

import (
	"context"
	"io"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/experiment"
	"orrery/datasets"
	"orrery/datasets/shard"
	"orrery/datasets/storage"
	"orrery/world/fit"
)

type sweepOptions struct {
	experiment.Sweep
	JSON bool
	Part shard.Shard // of the trials, or zero for all
}

func newSweepCommand(lines experiment.Runner) *cobra.Command {
	var part string
	var grid, draws []string
	var seeds []uint
	opts := sweepOptions{Sweep: experiment.Sweep{Settings: experiment.Settings{Seed: defaultSeed, Workers: runtime.NumCPU(), Run: lines}, Episodes: 400, Takes: takesLine}}
	cmd := &cobra.Command{
		Use:   "sweep DATA... --steps N --out DIR",
		Short: "Train models with many settings and compare them",
		Long: `Train a model for each of many settings and compare what they reach on the episodes that each
holds out. DATA is a dataset, or a scenario of which --episodes are generated. --grid tries all values of
flags of orrery train with one another; --draw takes --trials values at random, equally likely from low to
high or, with :log, by their logarithm. Whole bounds give whole numbers. --seeds trains each setting with
each seed. All train for the same number of steps, as what the clock ends does not repeat.

The flags: ` + strings.Join(experiment.SweepFlags(), ", ") + `.

DIR has a directory for each trial, and sweep.json. The table has those with the smallest error first.

` + shardHelp("trials"),
		Example: `  orrery sweep data/mixed --steps 20000 --grid width=16,32,64 --grid rounds=2,4 --out sweep
  orrery sweep data/mixed --steps 5000 --draw rate=0.0003:0.03:log --draw width=8:64 --trials 30 --out sweep
  orrery sweep mixed pile tracks --steps 20000 --seeds 1,2,3 --out sweep
  orrery sweep data/mixed --steps 20000 --grid width=16,32,64 --shard 1/3 --out shards/1 --resume
  orrery sweep data/mixed --steps 20000 --grid width=16,32,64 --out sweep --resume   # after Ctrl-C`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return console.Usagef("sweep: DATA is missing")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			opts.Data = args
			for _, text := range grid {
				axis, err := experiment.ParseGrid(text)
				if err != nil {
					return console.Usagef("sweep: --grid %v", err)
				}
				opts.Grid = append(opts.Grid, axis)
			}
			for _, text := range draws {
				axis, err := experiment.ParseDraw(text)
				if err != nil {
					return console.Usagef("sweep: --draw %v", err)
				}
				opts.Draws = append(opts.Draws, axis)
			}
			for _, seed := range seeds {
				opts.Seeds = append(opts.Seeds, uint64(seed))
			}
			if opts.Dir == "" {
				return console.Usagef("sweep: --out DIR is missing")
			}
			if opts.Part, err = parseShard(cmd, part, "json"); err != nil {
				return err
			}
			if opts.Part != (shard.Shard{}) {
				return runUnits(cmd.Context(), cmd.ErrOrStderr(), &opts.Sweep, &opts.Settings, opts.Part)
			}
			return runSweep(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	console.FolderVar(flags, &opts.Dir, "out", "directory to write")
	console.WholeVar(flags, &opts.Steps, "steps", console.From(1), "number of steps of every training")
	flags.StringArrayVar(&grid, "grid", nil, "`FLAG=value,value` of orrery train to try, may be repeated")
	flags.StringArrayVar(&draws, "draw", nil, "`FLAG=low:high` of orrery train to draw from, or FLAG=low:high:log; may be repeated")
	console.WholeVar(flags, &opts.Trials, "trials", console.From(1), "number of draws")
	flags.UintSliceVar(&seeds, "seeds", []uint{defaultSeed}, "seeds of the trainings, separated by commas")
	console.WholeVar(flags, &opts.Episodes, "episodes", console.Between(fit.LeastEpisodes, datasets.MaxEpisodes), "episodes of the data of a scenario")
	flags.Uint64Var(&opts.Seed, "seed", opts.Seed, "seed of the data and of what is drawn")
	shardVar(flags, &part, "trials")
	console.WholeVar(flags, &opts.Workers, "workers", console.From(1), "goroutines")
	flags.BoolVar(&opts.Resume, "resume", false, "go on with what an interrupted run left")
	flags.BoolVar(&opts.Force, "force", false, "replace what an earlier run left")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

// runSweep does all trials.
func runSweep(ctx context.Context, out, log io.Writer, opts sweepOptions) error {
	trials, err := opts.Do(ctx, log)
	if err != nil {
		return resumableSeries(err, opts.Dir)
	}
	return writeSweep(out, opts.Dir, opts.JSON, trials)
}

// writeSweep writes trials to sweep.json in a directory, and a table of them.
func writeSweep(out io.Writer, dir string, asJSON bool, trials []experiment.Trial) error {
	return console.WriteResult(out, asJSON, storage.Join(dir, "sweep.json"),
		func(w io.Writer) error { return console.JSON(w, trials) },
		func(w io.Writer) error { return experiment.WriteTrials(w, trials) })
}
