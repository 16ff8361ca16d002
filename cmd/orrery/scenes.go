package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"orrery/sim/scenario"
)

type scenesOptions struct {
	Name    string // of a scenario, or empty to list all
	Scene   bool   // print a sampled scene
	Seed    uint64
	Episode int
	Set     settings
	JSON    bool
}

func newScenesCommand() *cobra.Command {
	opts := scenesOptions{Set: settings{}}
	cmd := &cobra.Command{
		Use:   "scenes [NAME]",
		Short: "List the scenarios, or show one",
		Long: `List the scenarios, show the parameters of one, or print one of its scenes as
JSON, which orrery render takes.`,
		Example: `  orrery scenes
  orrery scenes mixed
  orrery scenes mixed --scene --seed 1 --episode 3 --set bodies=8 > scene.json`,
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
	flags.Uint64Var(&opts.Seed, "seed", defaultSeed, "seed of the scene")
	flags.IntVar(&opts.Episode, "episode", 0, "episode of the scene")
	flags.Var(opts.Set, "set", "parameter of the scene, may be repeated")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

func runScenes(_ context.Context, out io.Writer, opts scenesOptions) error {
	if opts.Name == "" {
		if opts.Scene {
			return usagef("scenes: --scene needs NAME")
		}
		return listScenarios(out, opts.JSON)
	}
	s, err := scenario.Find(opts.Name)
	if err != nil {
		return usageError{err}
	}
	if !opts.Scene {
		return showScenario(out, s, opts.JSON)
	}
	if opts.Episode < 0 {
		return usagef("scenes: episode %d must be ≥ 0", opts.Episode)
	}
	values, err := s.Values(opts.Set)
	if err != nil {
		return usageError{err}
	}
	scene, err := s.Sample(opts.Seed, opts.Episode, values)
	if err != nil {
		return err
	}
	return printJSON(out, scene)
}

// scenarioInfo and paramInfo are the JSON of a scenario.
type scenarioInfo struct {
	Name    string      `json:"name"`
	Summary string      `json:"summary"`
	Frames  int         `json:"frames"`
	Params  []paramInfo `json:"params"`
}

type paramInfo struct {
	Name    string  `json:"name"`
	Unit    string  `json:"unit"`
	Doc     string  `json:"doc"`
	Default float64 `json:"default"`
	Min     float64 `json:"min"`
	Max     float64 `json:"max"`
	Integer bool    `json:"integer"`
}

func describeScenario(s *scenario.Scenario) scenarioInfo {
	info := scenarioInfo{Name: s.Name, Summary: s.Summary, Frames: s.Frames, Params: []paramInfo{}}
	for _, p := range s.Params {
		info.Params = append(info.Params, paramInfo(p))
	}
	return info
}

func listScenarios(out io.Writer, asJSON bool) error {
	if asJSON {
		var all []scenarioInfo
		for _, s := range scenario.List() {
			all = append(all, describeScenario(s))
		}
		return printJSON(out, all)
	}
	return printTable(out, func(row func(...any)) {
		for _, s := range scenario.List() {
			row(s.Name, s.Summary)
		}
	})
}

func showScenario(out io.Writer, s *scenario.Scenario, asJSON bool) error {
	if asJSON {
		return printJSON(out, describeScenario(s))
	}
	fmt.Fprintf(out, "%s: %s\nusually %d frames\n\n", s.Name, s.Summary, s.Frames)
	return printTable(out, func(row func(...any)) {
		row("parameter", "default", "range", "unit", "")
		for _, p := range s.Params {
			row(p.Name, p.Default, fmt.Sprintf("%v to %v", p.Min, p.Max), p.Unit, p.Doc)
		}
	})
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
