package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/episodes"
	"orrery/cmd/orrery/usage"
	"orrery/datasets"
	"orrery/datasets/camera"
	"orrery/datasets/generate"
	"orrery/datasets/shard"
	"orrery/datasets/storage"
	"orrery/sim/render/footage"
	"orrery/sim/scenario"
)

// defaultSeed is the seed of every command unless --seed gives another.
const defaultSeed = 1

type genOptions struct {
	episodes.Recipe
	Out           string
	Workers       int
	Append        bool // extend the dataset that is there
	Resume, Force bool
	JSON          bool
}

func defaultGenOptions() genOptions {
	recipe := episodes.Recipe{Set: console.Settings{}, Ranges: map[string]scenario.Range{}, Episodes: 100, Seed: defaultSeed}
	recipe.Film = episodes.Filming{Width: 224, Height: 224, Paint: footage.Distinct}
	return genOptions{Recipe: recipe, Workers: runtime.NumCPU()}
}

func newGenCommand() *cobra.Command {
	opts := defaultGenOptions()
	var part, kind string
	paint := string(opts.Film.Paint)
	cmd := &cobra.Command{
		Use:   "gen SCENARIO --out DIR",
		Short: "Generate a dataset",
		Long: `Draw scenes of a scenario at random, run them and write a LeRobot v3.0 dataset. The
same seed and parameters give the same bytes, with any number of workers. A SCENARIO is a
name that orrery scenes lists, a scenario file, or a dataset, which keeps the file that it was
made of. If the command
is interrupted, run it again with --resume. --set key=low:high draws a value from low to
high for each episode; all values are equally likely.

--policy replay=DIR repeats what was done in a dataset, such as one of demonstrations: in each
episode the actions of the one with the same number.

--append extends a dataset that was made with the same settings. --episodes says how many
episodes there are then, in all. The result has the same bytes as a dataset that was made
at once, and takes the place of the old one when it is complete.

--shard i/n makes only part i of n, with i from 0 to n-1. A part is a dataset too;
orrery merge puts the parts together. --shard /n takes i from SLURM_ARRAY_TASK_ID or
JOB_COMPLETION_INDEX in the environment. --shard auto takes i and n from Slurm.

--film video adds a film of each frame, observation.images.camera, as a camera that stands still
would see it: an MP4 for each episode, by the program ffmpeg; --film image stores PNG pictures
beside the states, without ffmpeg. --film-with makes it as hard as real films are: noise, h264,
jpeg, light, flicker, texture, shadow, blur, alike (all bodies in one colour) or all, each
with its strength if you like: noise=12 is a deviation of 12 of 255, h264 a constant rate factor, jpeg a
quality, light, flicker and shadow a share of the light, texture a deviation, blur an exposure
in seconds. --film-paint marked gives bodies a stripe by which turns are seen; theme draws them
as orrery render does. meta/orrery/film.parquet says how many px a metre is and what is seen.

` + arguments.DivisionHelp + `
With --append the division is that of all episodes, and none that was in train or val may be in
test then.`,
		Example: `  orrery gen mixed --out data/mixed --episodes 400 --seed 1
  orrery gen mixed --out data/mixed --episodes 400 --seed 1 --resume
  orrery gen mixed --out data/mixed --episodes 1000 --seed 1 --append
  orrery gen billiards --out data/crowd --set bodies=12 --set elasticity=1
  orrery gen mixed --out data/varied --set bodies=2:8 --set gravity=0:10
  orrery gen reach --out data/reach --policy noise
  orrery gen reach --out data/reach --episodes 500 --split train=0.8,val=0.1,test=0.1
  orrery gen push --out data/again --policy replay=data/driven --seed 7
  orrery gen ball.scenario.json --out data/ball
  orrery gen mixed --out data/filmed --episodes 50 --film video --film-size 480x480 --film-with noise,shadow=0.6
  orrery gen mixed --out shards/2 --episodes 400 --shard 2/8
  orrery gen mixed --out shards/$SLURM_ARRAY_TASK_ID --episodes 400 --shard auto`,
		Args: usage.Args("SCENARIO"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := arguments.OpenScenario(args[0])
			if err != nil {
				return err
			}
			if opts.Scenario, err = arguments.Replaying(s, opts.Policy); err != nil {
				return err
			}
			if opts.Shard, err = shard.Parse(part, os.LookupEnv); err != nil {
				return console.Usage(fmt.Errorf("gen: %w", err))
			}
			if opts.Append && !cmd.Flags().Changed("episodes") {
				return console.Usagef("gen: --append needs --episodes, the number of episodes in all")
			}
			if opts.Film.Kind = camera.Kind(kind); kind == "" {
				for _, name := range []string{"film-size", "film-paint", "film-with", "film-seed"} {
					if cmd.Flags().Changed(name) {
						return console.Usagef("gen: --%s needs --film video or --film image", name)
					}
				}
			}
			opts.Film.Paint = footage.Paint(paint)
			if !cmd.Flags().Changed("film-seed") {
				opts.Film.Seed = opts.Seed
			}
			if !cmd.Flags().Changed("frames") {
				opts.Frames = s.Frames
			}
			return runGen(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	console.FolderVar(flags, &opts.Out, "out", "directory to write")
	console.WholeVar(flags, &opts.Episodes, "episodes", console.Between(1, datasets.MaxEpisodes), "number of episodes")
	console.WholeVar(flags, &opts.Frames, "frames", console.Between(1, datasets.MaxFrames), "frames of each episode, with the first; a task may end it earlier (default the scenario's own)")
	flags.Uint64Var(&opts.Seed, "seed", opts.Seed, "seed of all episodes")
	flags.Var(arguments.Draws{Fixed: opts.Set, Ranges: opts.Ranges}, "set", "parameter of the scenario, may be repeated; orrery scenes SCENARIO lists them")
	flags.StringVar(&opts.Policy, "policy", opts.Policy, "policy that acts; orrery scenes SCENARIO lists them, and replay=DIR is one, too (default the first in the list)")
	arguments.DivisionVar(flags, &opts.Split, "shares of the splits, or their numbers of episodes (default all train)")
	flags.StringVar(&part, "shard", "", "make only this part of the dataset: i/n, /n or auto")
	flags.StringVar(&kind, "film", "", "film every frame: video or image")
	flags.Var(&sizeValue{&opts.Film.Width, &opts.Film.Height}, "film-size", "width and height of the pictures in pixels")
	flags.StringVar(&paint, "film-paint", paint, "how bodies are coloured: distinct, alike, marked or theme")
	flags.StringSliceVar(&opts.Film.With, "film-with", nil, "what makes the film hard to see, such as noise=12,shadow; may be repeated")
	flags.Uint64Var(&opts.Film.Seed, "film-seed", 0, "seed of what chance draws in the film (default --seed)")
	console.WholeVar(flags, &opts.Workers, "workers", console.From(1), "episodes made at the same time")
	flags.BoolVar(&opts.Append, "append", false, "extend the dataset that exists, to --episodes in all")
	flags.BoolVar(&opts.Resume, "resume", false, "complete an interrupted generation")
	flags.BoolVar(&opts.Force, "force", false, "replace a dataset that exists")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

func runGen(ctx context.Context, out, log io.Writer, opts genOptions) error {
	if err := opts.validate(); err != nil {
		return console.Usage(err)
	}
	options := generate.Options{Workers: opts.Workers, Resume: opts.Resume, Force: opts.Force, Append: opts.Append}
	if err := checkDataset(opts.Out, options); err != nil {
		return err
	}
	err := console.Until(ctx, patience, func() error { return opts.Write(ctx, log, opts.Out, options) })
	if err != nil {
		return resumable(err, opts.Out)
	}
	data, err := datasets.Open(ctx, opts.Out)
	if err != nil {
		return err
	}
	return printDataset(out, opts.Out, datasetInfo{Summary: data.Summary()}, opts.JSON)
}

// patience is the time for which the work of a command may go on after it was interrupted.
const patience = console.Patience

// resumable returns the error of work on a dataset, which says after an interruption how
// to go on.
func resumable(err error, dir string) error {
	if left := console.Uninterrupted(err); left != nil {
		return left
	}
	return fmt.Errorf("%w: --resume completes %s", console.ErrInterrupted, dir)
}

// checkDataset returns an error when no dataset can be written in dir. Commands that
// have work to do before they write ask it first.
func checkDataset(dir string, options generate.Options) error {
	if err := generate.Check(dir, options); err != nil {
		return err
	}
	return console.CheckOut(storage.Join(dir, datasets.PartialName), true)
}

// validate returns the first mistake in the options.
func (o *genOptions) validate() error {
	switch {
	case o.Out == "":
		return errors.New("gen: --out DIR is missing")
	case o.Resume && o.Force:
		return errors.New("gen: --resume and --force exclude each other")
	case o.Append && o.Force:
		return errors.New("gen: --append and --force exclude each other")
	case o.Append && o.Shard != shard.Shard{}:
		return errors.New("gen: --append and --shard exclude each other; a shard has its share of the episodes")
	}
	_, _, err := o.Maker(nil)
	return err
}
