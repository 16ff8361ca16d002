package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/importing"
	"orrery/cmd/orrery/recordings"
	"orrery/cmd/orrery/usage"
	"orrery/datasets/csv"
	"orrery/datasets/generate"
	"orrery/datasets/lerobot"
	"orrery/sim"
)

type importOptions struct {
	importing.Options
	JSON bool
}

func newImportCommand() *cobra.Command {
	opts := importOptions{Options: importing.DefaultOptions()}
	opts.Command = "import"
	cmd := &cobra.Command{
		Use:   "import csv|parquet|npz|mcap|lerobot FILE|DIR|- --out DIR",
		Short: "Make a dataset from a table of measured motion, or a scenario from a drawing",
		Long: `Make a dataset from a table that has one row for each body at each frame. The file -
is standard input. The table needs the columns x and y, and frame or time. It may also
have episode, body, angle, vx, vy, omega, action0, action1 and so on. Units are metres,
radians and seconds. --map reads columns of other names. Without a column episode all
rows belong to one episode; without a column body they belong to one body. The command
lists the columns that it does not use.

Tables as spreadsheets and trackers write them are read: separated by comma, semicolon,
tab or |, with a decimal comma, in UTF-8 or UTF-16, packed with gzip, with lines above
the column names. The column names are in the first line that has all names needed. The
first number with a decimal mark decides which mark the file uses. A row for each picture with
several bodies side by side will do, too: x1, y1, x2, y2, or x and y below names.

Parquet files, archives of NumPy (npz) and bags of ROS 2 (mcap) are read as such tables.
An archive has xy [frames, bodies, 2] or poses [frames, bodies, 3] with x, y and angle,
NaN where unseen, or x and y of one shape; beside them t [frames], ids and radius
[bodies], mask [frames, bodies]. A bag has poses, odometry or transforms, which are
turned into the plane in which they move: --topic, --frame and --plane choose. orrery
guide recordings has the details.

LeRobot datasets without scenes (lerobot) are read too: those of this program after
LeRobot's tools, whose scenes are found by their tasks and starts or told by --scene (a
scene or scenario file, a scenario, or the dataset from before), and those of others with
--map, which says which values are places and actions, or --layout. Pictures are left out.
orrery guide data has the details.

Where the table has all velocities on the beat of the frames, its states are taken as
they are. Otherwise, or where a flag says how it was measured, it is a recording:
states, impacts and their uncertainty are estimated, and the dataset keeps what was
measured beside them. A recording may have gaps (missing rows, empty or NaN fields, a
column seen, visible or mask), times at any rate and since 1970, bodies of any ids that
come and go, and columns std, std_x, std_y, std_angle (deviations), radius, width,
height and shape (disc or box). --unit, --scale, --y, --angle and --origin say in what
it is written, --fps may be 29.97 or 30000/1001. The dataset has a whole number of
frames a second: those of --fps, of the scene, or the nearest to the recording. What is
odd is listed; --odd drop leaves it out and --odd split begins a new episode there.
orrery guide recordings has examples.

Rows may be in any order, but in a large file the rows of one episode must stand
together. Repeated rows and text in place of a number are errors that name the line.

A scene file gives the bodies their shapes, in the order of their numbers, and has the
walls. Without it all bodies are discs of 1 kg. It is a scene or a scenario, of which the first
scene is taken. Episodes may have scenes of their own: a column scene names the file of each,
from the folder of the table on or from that of --scenes. Without such a column, --scenes has
the files 0.json, 1.json and so on, or 0.scenario.json, by the numbers of the episodes. They may differ in
their bodies, shapes and actuators; fields of actions that a scene does not have stay empty.

A file of edges gives each episode its
fields. It has the columns episode, a, b and type (linear, inverse_square or none), and
may have strength and limit. If the command is interrupted, run it again with --resume.

` + arguments.DivisionHelp + `
Episodes are in the order of their numbers. A column split that says train, val or test for
each episode divides them too; those of train come first then.`,
		Example: `  orrery import csv tracks.csv --fps 50 --radius 0.05 --out data/tracks
  orrery import csv tracks.csv --map x=pos_x,y=pos_y,body=id --scene table.json --out data/tracks
  orrery import csv tracks.csv --scenes scenes --out data/tracks
  zcat tracks.csv.gz | orrery import csv - --fps 50 --out data/tracks
  orrery import csv film.csv --unit px --scale 400px/m --y down --angle degrees --odd drop --out data/film
  orrery import parquet tracks.parquet --map body=id --fps 50 --out data/tracks
  orrery import npz tracks.npz --unit px --scale 400px/m --out data/camera
  orrery import lerobot shorter --scene data/mixed --out data/shorter
  orrery import lerobot pusht_keypoints --layout pusht --out data/keypoints
  orrery import mcap run.mcap --topic /balls --out data/run
  orrery import csv springs.csv --fps 10 --edges edges.csv --strength=-0.1 --out data/springs`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 && !slices.Contains(recordings.Formats(), args[0]) {
				return console.Usagef("import: format %q must be %s, svg, demonstrations or impacts, and FILE comes after it", args[0], strings.Join(recordings.Formats(), ", "))
			}
			return usage.Args("csv", "FILE")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.Format, opts.File, opts.In = recordings.Format(args[0]), args[1], cmd.InOrStdin()
			opts.OwnRadius = cmd.Flags().Changed("radius")
			return runImport(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	console.FolderVar(flags, &opts.Out, "out", "directory to write")
	flags.StringToStringVar(&opts.Table.Columns, "map", nil, "columns of other names, such as x=pos_x,y=pos_y; of LeRobot data, such as body0.x=observation.state[0]")
	flags.Var(&opts.Seen.Rate, "fps", "frames per second, such as 50, 29.97 or 30000/1001 (default that of the scene files, or of the times of a recording)")
	opts.Seen.AddFlags(flags)
	flags.StringVar(&opts.Scene, "scene", "", "scene or scenario file with shapes, walls and actuators; of LeRobot data also a scenario or a dataset")
	flags.StringVar(&opts.Layout, "layout", "", "of LeRobot data: known values: "+strings.Join(lerobot.Layouts(), ", "))
	flags.StringVar(&opts.Scenes, "scenes", "", "`folder` of such files, one for each episode")
	console.NumberVar(flags, &opts.Table.Radius, "radius", console.Between(sim.MinMagnitude, sim.MaxMagnitude), "radius of the bodies if there is no scene, in metres")
	flags.StringVar(&opts.Table.Edges, "edges", "", "CSV file of edges: fields between two bodies")
	console.NumberVar(flags, &opts.Table.Strength, "strength", console.Between(-sim.MaxMagnitude, sim.MaxMagnitude), "strength of the fields if the file of edges has no such column")
	console.NumberVar(flags, &opts.Table.Jitter, "jitter", console.Between(0, 0.5), "by how much of a frame the times may be off")
	flags.StringVar(&opts.Name, "name", "", "name of the dataset (default the name of the file)")
	flags.StringVar(&opts.Task, "task", "", "sentence that says what the episodes show")
	arguments.DivisionVar(flags, &opts.Split, "shares of the splits, or their numbers of episodes (default all train)")
	console.WholeVar(flags, &opts.Workers, "workers", console.From(1), "episodes read at the same time")
	flags.BoolVar(&opts.Resume, "resume", false, "complete an interrupted import")
	flags.BoolVar(&opts.Force, "force", false, "replace a dataset that exists")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	cmd.AddCommand(newImportSVGCommand(), newImportDemonstrationsCommand(), newImportImpactsCommand())
	return cmd
}

func runImport(ctx context.Context, out, log io.Writer, opts importOptions) error {
	switch {
	case opts.Out == "":
		return console.Usagef("import: --out DIR is missing")
	case opts.Resume && opts.Force:
		return console.Usagef("import: --resume and --force exclude each other")
	}
	to := importing.To(log)
	spec, err := opts.Prepare(ctx, to)
	if err != nil {
		return err
	}
	if err := checkDataset(opts.Out, generate.Options{Resume: opts.Resume, Force: opts.Force}); err != nil {
		return err
	}
	err = console.Until(ctx, patience, func() error { return opts.Run(ctx, to, spec) })
	if errors.Is(err, csv.ErrNoRate) {
		return console.Usagef("import: the rows have no times, so --fps must say how many frames a second has, or --scene a scene that does")
	}
	if err != nil {
		return resumable(err, opts.Out)
	}
	if err := inspectDataset(ctx, out, log, opts.Out, "", false, opts.JSON, &importing.Foreign{}); err != nil {
		return err
	}
	if lacks := opts.Lacks(); lacks != "" {
		fmt.Fprintf(log, "nobody has told %s: orrery identify %s finds what the motion says\n", lacks, opts.Out)
	}
	return nil
}
