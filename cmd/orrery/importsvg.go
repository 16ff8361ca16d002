package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/usage"
	"orrery/sim"
	"orrery/sim/drawing"
	"orrery/sim/input"
	"orrery/sim/scenario"
)

type importSVGOptions struct {
	File    string // path, or - for In
	In      io.Reader
	Drawing drawing.Options
	Out     string // file, or - for stdout
	Force   bool
}

func newImportSVGCommand() *cobra.Command {
	var opts importSVGOptions
	cmd := &cobra.Command{
		Use:   "svg FILE|- --scale 500px/m --out FILE",
		Short: "Make a scenario file from a drawing",
		Long: `Make a scenario file from a drawing, as Inkscape and browsers show it. The file - is
standard input. --scale says how long a metre is in the drawing, in px, mm, cm, in, pt or
pc. The middle of the page becomes the origin, and y points up.

Closed shapes become bodies: rect, circle, ellipse, polygon and path. Shapes in a group or
layer called walls become walls, and so do lines and open paths. Shapes in a layer called
regions become regions. Ids become names, and attributes such as data-mass="2" properties
of a body. Groups and transforms count; colours do not. Everything that is left out or
changed is reported on stderr, each with its line.`,
		Example: `  orrery import svg table.svg --scale 500px/m --out table.scenario.json
  orrery check table.scenario.json --out table.png`,
		Args: usage.Args("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.File, opts.In = args[0], cmd.InOrStdin()
			return runImportSVG(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	flags.Var(&scaleValue{&opts.Drawing}, "scale", "length of a metre in the drawing, such as 500px/m")
	console.NumberVar(flags, &opts.Drawing.Tolerance, "tolerance", console.Between(1e-6, 1), "by how much curves may be off that become polygons, in metres (default 0.001)")
	flags.StringVar(&opts.Out, "out", "", "scenario `file` to write; - is stdout")
	flags.BoolVar(&opts.Force, "force", false, "replace a file that exists")
	return cmd
}

func runImportSVG(_ context.Context, out, log io.Writer, opts importSVGOptions) error {
	switch {
	case opts.Out == "":
		return console.Usagef("svg: --out FILE is missing")
	case opts.Drawing.UnitsPerMetre == 0:
		return console.Usagef("svg: --scale is missing, such as --scale 500px/m")
	}
	if opts.Out != "-" {
		if !strings.EqualFold(filepath.Ext(opts.Out), ".json") {
			return console.Usagef("svg: --out %s must end in .json, as other commands then take it for a file", opts.Out)
		}
		if err := console.CheckOut(opts.Out, opts.Force); err != nil {
			return err
		}
	}
	in := opts.In
	if opts.File != "-" {
		f, err := os.Open(opts.File)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	from, name := opts.File, opts.Out
	if opts.File == "-" {
		from = "stdin"
	}
	if opts.Out == "-" {
		name = strings.TrimSuffix(from, filepath.Ext(from))
	}
	drawn, err := drawing.Read(in, opts.Drawing)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	text := drawn.Scenario(scenario.ShortName(name))
	for _, note := range drawn.Notes {
		fmt.Fprintf(log, "%s: %s\n", from, inWords(errors.New(note.String())))
	}
	s, err := scenario.Parse(name, text)
	if err != nil {
		return fmt.Errorf("what %s shows is no scenario: %w", from, err)
	}
	if opts.Out == "-" {
		_, err := out.Write(text)
		return err
	}
	write := func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}
	if err := console.WriteFile(opts.Out, write); err != nil {
		return err
	}
	values, err := s.Values(nil)
	if err != nil {
		return err
	}
	scene, err := s.Sample(defaultSeed, 0, values)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s: %s and %s on a page of %.4g × %.4g m\n", opts.Out,
		input.Count(len(scene.Bodies), "body"), input.Count(len(scene.Walls), "wall"), drawn.Width, drawn.Height)
	return err
}

// scaleValue is the value of a flag that says how long a metre is in a drawing.
type scaleValue struct{ options *drawing.Options }

// Set implements pflag.Value.
func (s *scaleValue) Set(text string) error {
	rule := errors.New("must be a length in px, mm, cm, in, pt or pc for each metre, such as 500px/m")
	length, ok := strings.CutSuffix(text, "/m")
	if !ok {
		return rule
	}
	number := strings.TrimRight(length, "abcdefghijklmnopqrstuvwxyz")
	value, ok := input.ParseNumber(number)
	if !ok || !(value > 0 && value <= sim.MaxMagnitude) {
		return rule
	}
	unit := length[len(number):]
	switch unit {
	case "px", "mm", "cm", "in", "pt", "pc":
	default:
		return rule
	}
	s.options.UnitsPerMetre, s.options.Unit = value, unit
	return nil
}

// Type implements pflag.Value.
func (s *scaleValue) Type() string { return "length/m" }

// String implements pflag.Value.
func (s *scaleValue) String() string { return "" }
