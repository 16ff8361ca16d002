package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/gallery"
	"orrery/cmd/orrery/usage"
	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
)

type scenesOptions struct {
	Name     string // of a scenario, or empty for all
	Scene    bool   // print a sampled scene
	Pictures string // directory to draw into, or empty
	Seed     uint64
	Episode  int
	Set      arguments.Draws
	Force    bool
	JSON     bool
	Out      string // file for JSON, or empty
}

func newScenesCommand() *cobra.Command {
	opts := scenesOptions{Set: arguments.NewDraws()}
	cmd := &cobra.Command{
		Use:   "scenes [NAME|FILE]",
		Short: "List, show or draw scenarios",
		Long: `List the scenarios. With a NAME or the path of a scenario file, show the
parameters, actions and task of that scenario; with --scene print one of its scenes as JSON, which orrery render draws. The
list marks scenarios with bodies that a policy or a planner can drive, and scenarios
with a task. --pictures draws the scenario, or all of them and a page that describes
them.`,
		Example: `  orrery scenes
  orrery scenes mixed
  orrery scenes ball.scenario.json
  orrery scenes mixed --scene --seed 1 --episode 3 --set bodies=8 --out scene.json
  orrery scenes --pictures pictures`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			opts.Name = args[0]
			return usage.Args("NAME")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !opts.Scene && opts.Pictures == "" {
				if err := console.Useless(cmd.Flags(), "without --scene or --pictures", "seed", "episode", "set"); err != nil {
					return console.Usage(fmt.Errorf("scenes: %w", err))
				}
			}
			return runScenes(cmd.Context(), cmd.OutOrStdout(), opts)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&opts.Scene, "scene", false, "print the scene that --seed, --episode and --set give")
	console.FolderVar(flags, &opts.Pictures, "pictures", "directory to write pictures into")
	flags.Uint64Var(&opts.Seed, "seed", defaultSeed, "seed of the scene")
	console.WholeVar(flags, &opts.Episode, "episode", console.From(0), "episode of the scene")
	flags.Var(opts.Set, "set", "parameter of the scene, may be repeated")
	flags.BoolVar(&opts.Force, "force", false, "replace files that exist")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	flags.StringVar(&opts.Out, "out", "", "`file` to write JSON to; - is stdout")
	return cmd
}

func runScenes(ctx context.Context, out io.Writer, opts scenesOptions) error {
	switch {
	case opts.Scene && opts.Pictures != "":
		return console.Usagef("scenes: --scene and --pictures exclude each other")
	case opts.Scene && opts.Name == "":
		return console.Usagef("scenes: --scene needs NAME")
	case opts.Out != "" && opts.Pictures != "":
		return console.Usagef("scenes: --out and --pictures exclude each other")
	}
	if opts.Out != "" && opts.Out != "-" {
		if err := console.CheckOut(opts.Out, opts.Force); err != nil {
			return err
		}
	}
	var list []*scenario.Scenario
	if opts.Name == "" {
		list = library.List()
	} else {
		s, err := arguments.OpenScenario(opts.Name)
		if err != nil {
			return err
		}
		list = append(list, s)
	}
	switch {
	case opts.Pictures != "":
		pictures := gallery.Pictures{
			Dir: opts.Pictures, Seed: opts.Seed, Episode: opts.Episode, Sample: opts.sample, All: opts.Name == "", Force: opts.Force,
		}
		return pictures.Draw(ctx, out, list)
	case opts.Name == "":
		return opts.list(out, list)
	case !opts.Scene:
		return opts.show(out, list[0])
	}
	scene, err := opts.sample(list[0])
	if err != nil {
		return err
	}
	encode := func(to io.Writer) error { return console.JSON(to, scene) }
	return console.WriteResult(out, opts.JSON || opts.Out == "", opts.Out, encode, func(io.Writer) error { return nil })
}

func (o *scenesOptions) sample(s *scenario.Scenario) (*sim.Scene, error) {
	return o.Set.Sample(s, o.Seed, o.Episode)
}

// list writes a line for each scenario.
func (o *scenesOptions) list(out io.Writer, list []*scenario.Scenario) error {
	all := make([]gallery.Info, len(list))
	for i, s := range list {
		var err error
		if all[i], err = gallery.Describe(s); err != nil {
			return err
		}
	}
	encode := func(to io.Writer) error { return console.JSON(to, all) }
	return console.WriteResult(out, o.JSON, o.Out, encode, func(to io.Writer) error { return gallery.WriteList(to, all) })
}

// show writes all that a scenario has.
func (o *scenesOptions) show(out io.Writer, s *scenario.Scenario) error {
	info, err := gallery.Describe(s)
	if err != nil {
		return err
	}
	encode := func(to io.Writer) error { return console.JSON(to, info) }
	return console.WriteResult(out, o.JSON, o.Out, encode, info.Write)
}
