package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/clip"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/gallery"
	"orrery/cmd/orrery/planning"
	"orrery/cmd/orrery/usage"
	"orrery/sim"
	"orrery/sim/input"
	"orrery/sim/render/film"
	"orrery/sim/scenario"
	"orrery/sim/scenario/file"
)

type checkOptions struct {
	File  string
	Seed  uint64
	Set   arguments.Draws
	Out   string // picture or film, or empty
	Force bool
	JSON  bool
}

func newCheckCommand() *cobra.Command {
	opts := checkOptions{Set: arguments.NewDraws()}
	cmd := &cobra.Command{
		Use:   "check FILE",
		Short: "Check, show and draw a scenario file",
		Long: `Check a scenario file: what it says, ` + fmt.Sprint(checkedScenes) + ` scenes that are drawn from it, and its task in
each of them. All mistakes are printed, each with its line and column, the place in the file
as a JSON pointer, and the rule. If there are none, the command shows the bodies of the
first scene with their masses and moments of inertia, the actions, the task and the
policies. --out draws its first episode; the extension of the file decides the format, as
for orrery render. FILE may also be a scenario of the library.`,
		Example: `  orrery check dock.scenario.json
  orrery check dock.scenario.json --set size=0.1 --out dock.gif
  orrery check dock.scenario.json --json`,
		Args: usage.Args("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.File = args[0]
			return runCheck(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	flags.Uint64Var(&opts.Seed, "seed", defaultSeed, "seed of the scenes")
	flags.Var(opts.Set, "set", "parameter of the scenario, may be repeated")
	console.PictureVar(flags, &opts.Out, "out", "picture or film to write of the first episode")
	flags.BoolVar(&opts.Force, "force", false, "replace a file that exists")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON, of mistakes too")
	return cmd
}

// checkedScenes is the number of scenes that are drawn to see whether the scenario holds what
// it promises, whatever chance does.
const checkedScenes = 20

// checkInfo is the JSON of a scenario that was checked.
type checkInfo struct {
	File     string        `json:"file"`
	Mistakes []mistakeInfo `json:"mistakes"`
	Scenario *gallery.Info `json:"scenario,omitempty"`
	Bodies   []bodyInfo    `json:"bodies,omitempty"` // of the first scene
	Walls    int           `json:"walls,omitempty"`
	Joints   int           `json:"joints,omitempty"`
	Fields   int           `json:"fields,omitempty"`
	Goals    int           `json:"goals,omitempty"`
	Solved   int           `json:"solved"` // scenes in which the task is done from the start
	Scenes   int           `json:"scenes"` // that were drawn
}

type mistakeInfo struct {
	Line    int    `json:"line"`   // from 1 on
	Column  int    `json:"column"` // from 1 on, in characters
	Pointer string `json:"pointer"`
	Rule    string `json:"rule"`
}

type bodyInfo struct {
	Name   string       `json:"name"`
	Kind   sim.BodyKind `json:"kind"`
	Mass   float64      `json:"mass"`   // kg
	Moment float64      `json:"moment"` // kg·m²
	X      float64      `json:"x"`      // m, of the centre of mass
	Y      float64      `json:"y"`      // m
	Angle  float64      `json:"angle"`  // rad
	Shapes int          `json:"shapes"`
}

func runCheck(ctx context.Context, out, log io.Writer, opts checkOptions) error {
	if opts.Out != "" {
		if _, err := film.FormatOf(opts.Out); err != nil {
			return console.Usage(err)
		}
		if err := console.CheckOut(opts.Out, opts.Force); err != nil {
			return err
		}
	}
	s, err := arguments.OpenScenario(opts.File)
	if mistakes := (*file.Mistakes)(nil); errors.As(err, &mistakes) && opts.JSON {
		info := checkInfo{File: opts.File}
		for _, m := range mistakes.List {
			info.Mistakes = append(info.Mistakes, mistakeInfo{m.Line, m.Column, m.Pointer, m.Rule})
		}
		return errors.Join(console.JSON(out, info), err)
	}
	if err != nil {
		return err
	}
	info, first, err := opts.check(ctx, s)
	if err != nil {
		return err
	}
	if opts.Out != "" {
		c, err := clip.Play(ctx, s, first, opts.Seed, 0)
		if err != nil {
			return err
		}
		if err := writeFilm(ctx, log, opts.Out, c.Film()); err != nil {
			return err
		}
	}
	if opts.JSON {
		return console.JSON(out, info)
	}
	return info.write(out)
}

// check draws scenes of a scenario, and returns what there is to say of it and the first scene.
func (o *checkOptions) check(ctx context.Context, s *scenario.Scenario) (info checkInfo, first *sim.Scene, err error) {
	info = checkInfo{File: o.File, Mistakes: []mistakeInfo{}, Scenes: checkedScenes}
	described, err := gallery.Describe(s)
	if err != nil {
		return info, nil, err
	}
	info.Scenario = &described
	if s.Task != nil {
		if _, _, err := planning.Config(s, planning.Task, "", nil); err != nil {
			return info, nil, err
		}
	}
	for episode := range checkedScenes {
		if err := ctx.Err(); err != nil {
			return info, nil, err
		}
		scene, err := o.Set.Sample(s, o.Seed, episode)
		if err != nil {
			return info, nil, err
		}
		if episode == 0 {
			first = scene
		}
		if s.Task == nil {
			continue
		}
		judge, err := s.Task.Judge(scene)
		if err != nil {
			return info, nil, fmt.Errorf("%s: seed %d episode %d: %w", o.File, o.Seed, episode, err)
		}
		if cost := judge.Cost(scene.Start(), scene.Rest()); math.IsNaN(cost) || math.IsInf(cost, 0) {
			return info, nil, fmt.Errorf("%s: seed %d episode %d: the cost of the start is %v, but must be a number", o.File, o.Seed, episode, cost)
		}
		if judge.Settled(scene.Start()) {
			info.Solved++
		}
	}
	info.Walls, info.Joints, info.Fields, info.Goals = len(first.Walls), len(first.Joints), len(first.Fields), len(first.Goals)
	for i := range first.Bodies {
		b := &first.Bodies[i]
		at := b.Start
		info.Bodies = append(info.Bodies, bodyInfo{b.Name, b.Kind, b.Mass, b.Moment, at.X, at.Y, at.Angle, len(b.Shapes)})
	}
	return info, first, nil
}

// mostShown is the number of bodies that are printed.
const mostShown = 30

func (info *checkInfo) write(out io.Writer) error {
	if err := info.Scenario.Write(out); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nthe first scene, with %s, %s, %s and %s\n",
		input.Count(info.Walls, "wall"), input.Count(info.Joints, "joint"), input.Count(info.Fields, "field"), input.Count(info.Goals, "goal"))
	err := console.Table(out, func(row func(...any)) {
		row("body", "kind", "mass (kg)", "moment (kg·m²)", "x (m)", "y (m)", "angle (rad)")
		for _, b := range info.Bodies[:min(mostShown, len(info.Bodies))] {
			number := func(v float64) string { return fmt.Sprintf("%.4g", v) }
			mass, moment := number(b.Mass), number(b.Moment)
			if b.Kind == sim.Kinematic {
				mass, moment = "–", "–"
			}
			row(b.Name, b.Kind, mass, moment, number(b.X), number(b.Y), number(b.Angle))
		}
		if more := len(info.Bodies) - mostShown; more > 0 {
			row(fmt.Sprintf("and %d more", more))
		}
	})
	if err != nil {
		return err
	}
	solved := ""
	if info.Solved > 0 {
		solved = fmt.Sprintf("; in %d of them the task is done from the start", info.Solved)
	}
	_, err = fmt.Fprintf(out, "\nno mistakes in %s%s\n", input.Count(info.Scenes, "scene"), solved)
	return err
}
