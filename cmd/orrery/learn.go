package main

import (
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/experiment"
	"orrery/cmd/orrery/watching"
)

func newLearnCommand(lines experiment.Runner) *cobra.Command {
	opts := experiment.Learn{Settings: experimentSettings("learned", lines), Budget: time.Minute}
	seen := watching.DefaultOptions()
	seen.Scale = "picture=1m"
	cmd := &cobra.Command{
		Use:   "learn FILM...",
		Short: "Go the whole way from a film: watch, identify, train, and a film with a ghost",
		Long: `Find the bodies in a film, follow them, read the numbers of the scene from how they move, train
a model on it, and lay what the model expects over the film. Every stage is a command of its own, and learn
prints it: watch, import csv, identify, train, render. Of five films or more, a fifth judges the model.

What watch takes, learn takes too: --scale says how large things are; without it the longer side of the
picture counts as a metre. orrery guide film has more.`,
		Example: `  orrery learn table.mp4
  orrery learn clips/*.gif --scale body:0=5cm --down none --out learned
  orrery learn table.mp4 --resume                       # after Ctrl-C`,
		Args: cobra.ArbitraryArgs,
	}
	flags := cmd.Flags()
	watch := pflag.NewFlagSet("watch", pflag.ContinueOnError)
	seen.AddFlags(watch)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		opts.Films, opts.Workers = args, seen.Workers
		opts.Watch = []string{"--scale=" + seen.Scale}
		watch.VisitAll(func(f *pflag.Flag) {
			if f.Changed && f.Name != "workers" && f.Name != "scale" && f.Name != "ignore" {
				opts.Watch = append(opts.Watch, "--"+f.Name+"="+f.Value.String())
			}
		})
		for _, part := range seen.Parts() {
			opts.Watch = append(opts.Watch, "--ignore="+part)
		}
		return resumableSeries(opts.Do(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr()), opts.Dir)
	}
	flags.AddFlagSet(watch)
	console.FolderVar(flags, &opts.Dir, "out", "directory to write")
	console.TimeVar(flags, &opts.Budget, "budget", "time to train for")
	console.WholeVar(flags, &opts.Steps, "steps", console.From(1), "steps to train for, instead of a time")
	flags.Uint64Var(&opts.Seed, "seed", opts.Seed, "seed of the training")
	flags.BoolVar(&opts.Resume, "resume", false, "go on with what was interrupted")
	flags.BoolVar(&opts.Force, "force", false, "replace what an earlier run left")
	return cmd
}
