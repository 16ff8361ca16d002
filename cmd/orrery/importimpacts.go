package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/hits"
	"orrery/cmd/orrery/importing"
	"orrery/cmd/orrery/scenefiles"
	"orrery/datasets"
	"orrery/datasets/csv"
	"orrery/datasets/generate"
	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/sim/input"
)

type importImpactsOptions struct {
	File    string    // path, or - for In
	In      io.Reader // standard input
	Columns map[string]string
	Scene   string // file
	Reading hits.Reading
	Drop    bool // leave out rows that are no impacts
	Name    string
	Task    string
	Split   splits.Division
	Out     string
	Force   bool
	JSON    bool
}

func newImportImpactsCommand() *cobra.Command {
	opts := importImpactsOptions{Reading: hits.DefaultReading()}
	cmd := &cobra.Command{
		Use:   "impacts FILE|- --scene SCENE --out DIR",
		Short: "Make a dataset from a table of impacts",
		Long: `Make a dataset from a table that has one impact in each row: the state of a body just
before it hits something and just after it. The file - is standard input. The table needs
the columns x, y, angle, vx, vy, omega, vx_after, vy_after and omega_after, in metres,
radians and seconds. It may have x_after, y_after and angle_after, which must be the pose
before, and normal_x and normal_y, the direction in which the body is pushed, of any length.
--map reads columns of other names. Tables as spreadsheets write them are read, as by
import csv.

The scene file has the body that moves, the only one that does, and what it hits: its shape,
mass and moment of inertia count, and where it starts does not. In each row the body must
touch what it hits, to 5 % of its size or --tolerance, and approach it. The first row that does
not is an error; --drop leaves such rows out. When most rows do not, the error says in which
unit and frame of reference they would.

Models learn the law of contact from such a dataset: train fits a small network that the speed
and the direction of an impact and the side on which the body is hit may change, and eval
compares the velocities after impacts. ` + arguments.DivisionHelp,
		Example: `  orrery import impacts impacts.csv --scene scene.json --out data/impacts
  orrery import impacts impacts.csv --scene scene.json --length mm --angle deg --clockwise --out data/impacts
  orrery import impacts impacts.csv --scene scene.json --map vx_after=vx2,vy_after=vy2,omega_after=w2 --out data/impacts`,
		Args: wantArgs("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.File, opts.In = args[0], cmd.InOrStdin()
			return runImportImpacts(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	console.FolderVar(flags, &opts.Out, "out", "directory to write")
	flags.StringVar(&opts.Scene, "scene", "", "scene or scenario `file` with the body and what it hits")
	flags.StringToStringVar(&opts.Columns, "map", nil, "columns of other names, such as x=pos_x,omega_after=w2")
	flags.StringVar(&opts.Reading.Length, "length", opts.Reading.Length, "`unit` of lengths in the table: "+strings.Join(hits.Lengths(), ", "))
	flags.StringVar(&opts.Reading.Angle, "angle", opts.Reading.Angle, "`unit` of angles in the table: "+strings.Join(hits.Angles(), ", "))
	flags.BoolVar(&opts.Reading.Clockwise, "clockwise", false, "angles of the table run clockwise as seen with y up")
	flags.BoolVar(&opts.Reading.Down, "y-down", false, "y points down in the table, and angles turn from x to y")
	console.NumberVar(flags, &opts.Reading.Tolerance, "tolerance", console.Between(0, sim.MaxMagnitude), "by how much a gap or an overlap may be off, in metres (default 5 % of the size of the body)")
	flags.BoolVar(&opts.Drop, "drop", false, "leave out rows that are no impacts")
	flags.StringVar(&opts.Name, "name", "", "name of the dataset (default the name of the file)")
	flags.StringVar(&opts.Task, "task", "", "sentence that says what the impacts are of")
	arguments.DivisionVar(flags, &opts.Split, "shares of the splits, or their numbers of impacts (default all train)")
	flags.BoolVar(&opts.Force, "force", false, "replace a dataset that exists")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

func runImportImpacts(ctx context.Context, out, log io.Writer, opts importImpactsOptions) error {
	switch {
	case opts.Out == "":
		return console.Usagef("impacts: --out DIR is missing")
	case opts.Scene == "":
		return console.Usagef("impacts: --scene SCENE is missing: only it says which shape hits what")
	}
	if err := opts.Reading.Validate(); err != nil {
		return console.Usage(fmt.Errorf("impacts: %w", err))
	}
	options := generate.Options{Workers: 1, Force: opts.Force}
	if err := checkDataset(opts.Out, options); err != nil {
		return err
	}
	scene, sum, err := scenefiles.Read(opts.Scene)
	if err != nil {
		return err
	}
	table, err := opts.read(ctx)
	if err != nil {
		return err
	}
	if len(table.Unused) > 0 {
		fmt.Fprintf(log, "%s: columns not used: %s\n", opts.base(), console.Listed(table.Unused))
	}
	all, err := hits.Read(ctx, scene, table.Rows, opts.Reading)
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(opts.Scene), err)
	}
	if err := opts.report(log, all); err != nil {
		return err
	}
	spec := datasets.Spec{
		Scenario: cmp.Or(opts.Name, strings.TrimSuffix(opts.base(), filepath.Ext(opts.base()))),
		Task:     cmp.Or(opts.Task, "Impacts that were recorded in "+opts.base()+"."),
		Command:  opts.command(), Sources: map[string]string{filepath.Base(opts.Scene): sum},
		Motion: datasets.Impacts, Episodes: len(all.Trajectories), Frames: 2, FPS: scene.FPS,
	}
	maps.Copy(spec.Sources, table.Sums)
	if len(opts.Split) > 0 {
		if spec.Splits, err = opts.Split.Of(spec.Episodes); err != nil {
			return console.Usage(fmt.Errorf("impacts: --split %w", err))
		}
	}
	bar := console.NewProgress(log, "importing "+opts.base())
	options.Progress = console.EpisodeProgress(bar)
	maker := func(_ context.Context, k int) (*sim.Trajectory, []datasets.Outcome, error) {
		return all.Trajectories[k], nil, nil
	}
	err = console.Until(ctx, patience, func() error {
		return generate.Run(ctx, opts.Out, spec, func() generate.Maker { return maker }, options)
	})
	bar.Close()
	if ctx.Err() != nil {
		return fmt.Errorf("%w: the same command starts over", errors.Join(console.ErrInterrupted, generate.Discard(opts.Out)))
	}
	if err != nil {
		return err
	}
	return inspectDataset(ctx, out, log, opts.Out, "", false, opts.JSON, &importing.Foreign{})
}

// read reads the table.
func (o *importImpactsOptions) read(ctx context.Context) (*csv.Impacts, error) {
	if o.File == "-" {
		return csv.ReadImpacts(ctx, o.base(), o.In, o.Columns)
	}
	return csv.OpenImpacts(ctx, o.File, o.Columns)
}

// report says what is odd in the table, or returns an error when that is too much.
func (o *importImpactsOptions) report(log io.Writer, all *hits.Found) error {
	if all.Reason != "" {
		return fmt.Errorf("%s: %s", o.base(), all.Reason)
	}
	if n := len(all.Odd); n > 0 {
		first := fmt.Sprintf("%s: line %d: %s", o.base(), all.Odd[0].Line, all.Odd[0].Reason)
		if n > 1 {
			first += fmt.Sprintf(", and %s no impact either", moreRows(n-1))
		}
		if !o.Drop {
			return fmt.Errorf("%s; --drop leaves out what is no impact", first)
		}
		fmt.Fprintf(log, "%s: left out\n", first)
	}
	if len(all.Trajectories) == 0 {
		return fmt.Errorf("%s: no row is an impact", o.base())
	}
	if n := all.Gaining; n > 0 {
		fmt.Fprintf(log, "%s: after %s the body has more energy than before; models never say so\n", o.base(), input.Count(n, "impact"))
	}
	return nil
}

// moreRows says that so many rows besides one are something.
func moreRows(n int) string {
	if n == 1 {
		return "1 more row is"
	}
	return fmt.Sprintf("%d more rows are", n)
}

// base returns what the table is called.
func (o *importImpactsOptions) base() string {
	if o.File == "-" {
		return "stdin"
	}
	return filepath.Base(o.File)
}

// command returns the command line that makes the same bytes elsewhere, of files of the same names.
func (o *importImpactsOptions) command() string {
	command := "orrery import impacts -"
	if o.File != "-" {
		command = "orrery import impacts " + console.Quoted(o.base())
	}
	for _, quantity := range slices.Sorted(maps.Keys(o.Columns)) {
		command += " --map " + console.Quoted(quantity+"="+o.Columns[quantity])
	}
	usual := hits.DefaultReading()
	for _, f := range []struct {
		name         string
		value, usual any
	}{
		{"scene", filepath.Base(o.Scene), ""},
		{"length", o.Reading.Length, usual.Length},
		{"angle", o.Reading.Angle, usual.Angle},
		{"clockwise", o.Reading.Clockwise, usual.Clockwise},
		{"y-down", o.Reading.Down, usual.Down},
		{"tolerance", o.Reading.Tolerance, usual.Tolerance},
		{"drop", o.Drop, false},
		{"name", o.Name, ""},
		{"task", o.Task, ""},
		{"split", o.Split.String(), splits.Division(nil).String()},
	} {
		if f.value != f.usual {
			command += fmt.Sprintf(" --%s=%s", f.name, console.Quoted(fmt.Sprint(f.value)))
		}
	}
	return command
}
