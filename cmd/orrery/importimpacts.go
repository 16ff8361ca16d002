package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/hits"
	"orrery/cmd/orrery/importing"
	"orrery/cmd/orrery/usage"
	"orrery/datasets/generate"
	"orrery/sim"
)

type importImpactsOptions struct {
	hits.Options
	JSON bool
}

func newImportImpactsCommand() *cobra.Command {
	opts := importImpactsOptions{Options: hits.Options{Reading: hits.DefaultReading()}}
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
		Args: usage.Args("FILE"),
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
	if err := hits.Import(ctx, log, opts.Options, options, patience); err != nil {
		return err
	}
	return inspectDataset(ctx, out, log, opts.Out, "", false, opts.JSON, &importing.Foreign{})
}
