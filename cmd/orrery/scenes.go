package main

import (
	"context"
	"fmt"
	"image/png"
	"io"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/scenario"
)

type scenesOptions struct {
	Name     string // of a scenario, or empty for all
	Scene    bool   // print a sampled scene
	Pictures string // directory to draw into, or empty
	Seed     uint64
	Episode  int
	Set      draws
	Force    bool
	JSON     bool
}

func newScenesCommand() *cobra.Command {
	opts := scenesOptions{Set: draws{settings{}, map[string]scenario.Range{}}}
	cmd := &cobra.Command{
		Use:   "scenes [NAME]",
		Short: "List the scenarios, show or draw one",
		Long: `List the scenarios, show the parameters, actions and task of one, or print one of
its scenes as JSON, which orrery render takes. With --pictures draw each of them,
or the one named, in the middle of an episode.`,
		Example: `  orrery scenes
  orrery scenes mixed
  orrery scenes mixed --scene --seed 1 --episode 3 --set bodies=8 > scene.json
  orrery scenes --pictures pictures`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			opts.Name = args[0]
			return wantArgs("NAME")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runScenes(cmd.Context(), cmd.OutOrStdout(), opts)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&opts.Scene, "scene", false, "print the scene that --seed, --episode and --set give")
	flags.StringVar(&opts.Pictures, "pictures", "", "directory to write a picture of every scenario into")
	flags.Uint64Var(&opts.Seed, "seed", defaultSeed, "seed of the scene")
	flags.IntVar(&opts.Episode, "episode", 0, "episode of the scene")
	flags.Var(opts.Set, "set", "parameter of the scene, may be repeated")
	flags.BoolVar(&opts.Force, "force", false, "replace pictures that exist")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

func runScenes(_ context.Context, out io.Writer, opts scenesOptions) error {
	switch {
	case opts.Episode < 0:
		return usagef("scenes: episode %d must be ≥ 0", opts.Episode)
	case opts.Scene && opts.Pictures != "":
		return usagef("scenes: --scene and --pictures exclude each other")
	case opts.Scene && opts.Name == "":
		return usagef("scenes: --scene needs NAME")
	}
	list := scenario.List()
	if opts.Name != "" {
		s, err := scenario.Find(opts.Name)
		if err != nil {
			return usageError{err}
		}
		list = []*scenario.Scenario{s}
	}
	switch {
	case opts.Pictures != "":
		return opts.draw(out, list)
	case opts.Name == "":
		return listScenarios(out, list, opts.JSON)
	case !opts.Scene:
		return showScenario(out, list[0], opts.JSON)
	}
	scene, err := opts.sample(list[0])
	if err != nil {
		return err
	}
	return printJSON(out, scene)
}

func (o *scenesOptions) sample(s *scenario.Scenario) (*sim.Scene, error) {
	values, err := s.Values(o.Set.fixed)
	if err == nil {
		values, err = s.Draw(o.Seed, o.Episode, values, o.Set.ranges)
	}
	if err != nil {
		return nil, usageError{err}
	}
	return s.Sample(o.Seed, o.Episode, values)
}

// draw writes a picture of each scenario in the middle of a usual episode, in which
// its default policy acts.
func (o *scenesOptions) draw(out io.Writer, list []*scenario.Scenario) error {
	for _, s := range list {
		path := filepath.Join(o.Pictures, s.Name+".png")
		if err := checkFree(path, o.Force); err != nil {
			return err
		}
		scene, err := o.sample(s)
		if err != nil {
			return err
		}
		film := render.DefaultFilm()
		film.Scene, film.Title, film.Width, film.Height = scene, s.Name, 400, 400
		film.Trail = scene.FrameTime() * float64(s.Frames) / 4
		policy := s.Policies()[0].Start(o.Seed, o.Episode, scene)
		truth, err := runEngine(scene, nil, s.Frames, policy)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		film.True = truth.States
		reel, err := render.NewReel(film)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		picture := reel.Image(reel.Len() / 2)
		if err := writeFile(path, func(w io.Writer) error { return png.Encode(w, picture) }); err != nil {
			return err
		}
		fmt.Fprintln(out, path)
	}
	return nil
}

// printTable aligns the cells of the rows that fill passes on.
func printTable(out io.Writer, fill func(row func(cells ...any))) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fill(func(cells ...any) {
		texts := make([]string, len(cells))
		for i, cell := range cells {
			texts[i] = fmt.Sprint(cell)
		}
		fmt.Fprintln(table, strings.Join(texts, "\t"))
	})
	return table.Flush()
}
