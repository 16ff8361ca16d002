package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"unicode"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/recordings"
	"orrery/datasets"
	"orrery/datasets/csv"
	"orrery/datasets/generate"
	"orrery/datasets/lerobot"
	"orrery/datasets/splits"
	"orrery/sim"
)

type importOptions struct {
	Format recordings.Format
	Seen   recordings.Options
	File   string    // path, or - for In
	In     io.Reader // standard input
	Table  csv.Options
	Scene  string // file, or empty
	Scenes string // folder of scene files, or empty
	Name   string
	Task   string
	Layout string          // of LeRobot data, or empty
	Split  splits.Division // of the episodes, or none when all are to train on

	scenes *arguments.SceneFiles // of the episodes, or nil when all have one

	ownRadius bool            // the radius was told
	lerobot   *leRobotImport  // LeRobot data, or nil
	mapping   lerobot.Mapping // of the data

	Out           string
	Workers       int
	Resume, Force bool
	JSON          bool
}

func defaultImportOptions() importOptions {
	return importOptions{Seen: recordings.DefaultOptions(), Table: csv.DefaultOptions(), Workers: runtime.NumCPU()}
}

func newImportCommand() *cobra.Command {
	opts := defaultImportOptions()
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
first number with a decimal mark decides which mark the file uses.

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
		Args: wantArgs("csv", "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(recordings.Formats(), args[0]) {
				return console.Usagef("import: format %q must be %s, svg, demonstrations or impacts", args[0], strings.Join(recordings.Formats(), ", "))
			}
			opts.Format, opts.File, opts.In = recordings.Format(args[0]), args[1], cmd.InOrStdin()
			opts.ownRadius = cmd.Flags().Changed("radius")
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
	spec, err := opts.prepare(ctx, log)
	if err != nil {
		return err
	}
	err = console.Until(ctx, patience, func() error { return importTable(ctx, log, spec, opts) })
	if errors.Is(err, csv.ErrNoRate) {
		return console.Usagef("import: the rows have no times, so --fps must say how many frames a second has, or --scene a scene that does")
	}
	if err != nil {
		return resumable(err, opts.Out)
	}
	if err := inspectDataset(ctx, out, log, opts.Out, "", false, opts.JSON, &foreignOptions{}); err != nil {
		return err
	}
	if lacks := opts.lacks(); lacks != "" {
		fmt.Fprintf(log, "nobody has told %s: orrery identify %s finds what the motion says\n", lacks, opts.Out)
	}
	return nil
}

// prepare opens LeRobot data, and returns what is known before anything else is read.
func (o *importOptions) prepare(ctx context.Context, log io.Writer) (spec datasets.Spec, err error) {
	if o.Format == recordings.LeRobot && o.Out != "" {
		if err := o.openLeRobot(ctx, log); err != nil {
			return spec, err
		}
	} else if o.Layout != "" {
		return spec, console.Usagef("import: --layout is for LeRobot data, and this is %s", o.Format)
	}
	return o.plan()
}

// lacks says what of the scenes is presumed, or nothing.
func (o *importOptions) lacks() string {
	scene := o.Table.Scene
	switch {
	case o.lerobot != nil && (o.lerobot.found != nil || o.lerobot.scenario != ""):
		return "" // the scenes of a scenario say it
	case scene == nil && o.scenes != nil && len(o.scenes.Sources()) > 0:
		return "" // each episode's file is taken at its word
	case scene == nil:
		return "masses, elasticity and friction"
	}
	for _, shapes := range append([][]sim.Shape{scene.Walls}, shapesOf(scene)...) {
		for _, shape := range shapes {
			if shape.Friction > 0 || shape.Elasticity > 0 {
				return ""
			}
		}
	}
	if len(scene.Pairs) > 0 {
		return ""
	}
	return "elasticity and friction"
}

// shapesOf returns the shapes of each body.
func shapesOf(scene *sim.Scene) (all [][]sim.Shape) {
	for i := range scene.Bodies {
		all = append(all, scene.Bodies[i].Shapes)
	}
	return all
}

// importTable makes the dataset, of which spec still lacks what only the file says.
func importTable(ctx context.Context, log io.Writer, spec datasets.Spec, opts importOptions) error {
	base := opts.base()
	file, err := openTable(ctx, log, opts)
	if err != nil {
		return err
	}
	defer file.Close()
	unused := file.Unused()
	if o := opts.lerobot; o != nil {
		unused = unusedLeRobot(unused)
	}
	if len(unused) > 0 {
		fmt.Fprintf(log, "%s: columns not used: %s\n", base, listed(unused))
	}
	if place := file.Unsorted(); place != "" {
		fmt.Fprintf(log, "%s: %s belongs before the row above it; rows are sorted\n", base, place)
	}
	maps.Copy(spec.Sources, file.Sums())
	if file.Recorded() {
		return importRecording(ctx, log, spec, file, &opts)
	}
	err = importStates(ctx, log, spec, file, &opts)
	if uneven := (*csv.Uneven)(nil); errors.As(err, &uneven) {
		fmt.Fprintf(log, "%v: so the table is taken for a recording, and its velocities are not used\n", uneven)
		return importRecording(ctx, log, spec, file, &opts)
	}
	return err
}

// importStates takes the states of the table as they are.
func importStates(ctx context.Context, log io.Writer, spec datasets.Spec, file *csv.File, opts *importOptions) error {
	bar := console.NewProgress(log, "importing "+opts.base())
	defer bar.Close()
	spec.Episodes, spec.Frames, spec.FPS, spec.Splits = file.Episodes(), file.Frames(), file.FPS(), file.Splits()
	opts.divideLeRobot(&spec)
	if err := opts.divide(&spec); err != nil {
		return err
	}
	if opts.scenes != nil {
		maps.Copy(spec.Sources, opts.scenes.Sources())
	}
	var faulty atomic.Bool
	source := func(ctx context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
		t, err := file.Episode(ctx, episode)
		if err != nil && ctx.Err() == nil {
			faulty.Store(true) // an episode that was cancelled says nothing about the table
		}
		if err != nil {
			return nil, nil, err
		}
		outcomes, err := opts.outcomesOf(ctx, episode, t)
		return t, outcomes, err
	}
	err := generate.Run(ctx, opts.Out, spec, func() generate.Maker { return source }, generate.Options{
		Workers: opts.Workers, Resume: opts.Resume, Force: opts.Force, Progress: console.EpisodeProgress(bar),
	})
	if faulty.Load() {
		// What a faulty table has led to cannot be resumed with a mended one.
		if fault := console.Uninterrupted(file.Fault(ctx)); fault != nil {
			return errors.Join(fault, generate.Discard(opts.Out))
		}
	}
	return err
}

// openTable finds the episodes of the file, or of standard input.
func openTable(ctx context.Context, log io.Writer, opts importOptions) (*csv.File, error) {
	bar := console.NewProgress(log, "looking for the episodes of "+opts.base())
	defer bar.Close()
	if opts.lerobot != nil {
		return opts.openLeRobotTable(ctx)
	}
	opts.Table.Progress = func(fraction float64) { bar.Set(fraction, "") }
	return recordings.Open(ctx, opts.Format, opts.File, opts.In, opts.Table, opts.Seen.Bag, func(text string) { fmt.Fprintln(log, text) })
}

// divide sets the splits that the options ask for.
func (o *importOptions) divide(spec *datasets.Spec) (err error) {
	if len(o.Split) > 0 {
		if spec.Splits, err = o.Split.Of(spec.Episodes); err != nil {
			return console.Usage(fmt.Errorf("import: --split %w", err))
		}
	}
	return nil
}

// listed returns names as a line shows them, of which it leaves out what is too long or
// too many.
func listed(names []string) string {
	const most = 20
	var shown []string
	for _, name := range names[:min(most, len(names))] {
		shown = append(shown, fmt.Sprintf("%.40s", strings.Join(strings.FieldsFunc(name, unicode.IsControl), " ")))
	}
	if len(names) > most {
		shown = append(shown, fmt.Sprintf("and %d more", len(names)-most))
	}
	return strings.ToValidUTF8(strings.Join(shown, ", "), "?")
}

// base returns what the table is called.
func (o *importOptions) base() string {
	if o.File == "-" {
		return "stdin"
	}
	return filepath.Base(o.File)
}

// plan checks the options, fills in what they leave open and returns what is
// known before the file is read.
func (o *importOptions) plan() (spec datasets.Spec, err error) {
	switch {
	case o.Out == "":
		return spec, console.Usagef("import: --out DIR is missing")
	case o.Resume && o.Force:
		return spec, console.Usagef("import: --resume and --force exclude each other")
	case o.Scene != "" && o.Scenes != "":
		return spec, console.Usagef("import: --scene is for all episodes and --scenes has one for each: they exclude each other")
	}
	if err := o.Seen.Parse(); err != nil {
		return spec, console.Usage(fmt.Errorf("import: %w", err))
	}
	o.Seen.Radius = o.Table.Radius
	base := o.base()
	o.Table.FPS = o.Seen.Rate.Whole()
	o.Table.Recording = o.Seen.Told() || o.Seen.Rate.Value() > 0 && o.Table.FPS == 0
	spec = datasets.Spec{
		Scenario: cmp.Or(o.Name, strings.TrimSuffix(base, filepath.Ext(base))),
		Task:     cmp.Or(o.Task, "Motion that was recorded in "+base+"."),
		Command:  o.command(),
		Sources:  map[string]string{},
	}
	switch {
	case o.lerobot != nil:
		if err := o.planLeRobot(&spec); err != nil {
			return spec, err
		}
	case o.Scene != "":
		if o.Table.Scene, spec.Sources[filepath.Base(o.Scene)], err = arguments.ReadScene(o.Scene); err != nil {
			return spec, err
		}
		o.Table.FPS = cmp.Or(o.Table.FPS, o.Table.Scene.FPS)
	default:
		o.scenes = &arguments.SceneFiles{Dir: cmp.Or(o.Scenes, filepath.Dir(o.File)), Numbered: o.Scenes != ""}
		o.Table.SceneOf, o.Table.Numbered = o.scenes.Read, o.Scenes != ""
	}
	o.Table.Splits = len(o.Split) == 0
	if err := o.Table.Validate(); err != nil {
		return spec, console.Usage(fmt.Errorf("import: %w", err))
	}
	return spec, checkDataset(o.Out, generate.Options{Resume: o.Resume, Force: o.Force})
}

// command returns the command line that makes the same bytes elsewhere, of files
// of the same names.
func (o *importOptions) command() string {
	command := fmt.Sprintf("orrery import %s -", o.Format)
	if o.File != "-" {
		command = fmt.Sprintf("orrery import %s %s", o.Format, console.Quoted(o.base()))
	}
	columns := o.Table.Columns
	if o.lerobot != nil {
		columns = o.mapping.Columns
	}
	for _, quantity := range slices.Sorted(maps.Keys(columns)) {
		command += " --map " + console.Quoted(quantity+"="+columns[quantity])
	}
	usual := defaultImportOptions()
	for _, f := range []struct {
		name         string
		value, usual any
	}{
		{"fps", o.fps(), usual.fps()},
		{"scene", filepath.Base(o.Scene), filepath.Base("")},
		{"layout", o.Layout, usual.Layout},
		{"scenes", filepath.Base(o.Scenes), filepath.Base("")},
		{"radius", o.Table.Radius, usual.Table.Radius},
		{"edges", filepath.Base(o.Table.Edges), filepath.Base("")},
		{"strength", o.Table.Strength, usual.Table.Strength},
		{"jitter", o.Table.Jitter, usual.Table.Jitter},
		{"name", o.Name, usual.Name},
		{"task", o.Task, usual.Task},
		{"split", o.Split.String(), usual.Split.String()},
	} {
		if f.value != f.usual {
			command += fmt.Sprintf(" --%s=%s", f.name, console.Quoted(fmt.Sprint(f.value)))
		}
	}
	for _, f := range o.Seen.Settings(&usual.Seen) {
		command += fmt.Sprintf(" --%s=%s", f[0], console.Quoted(f[1]))
	}
	return command
}

// fps returns the frames a second of a command line: those that were told, or those of the scene.
func (o *importOptions) fps() string {
	if o.lerobot != nil && o.Seen.Rate.Value() == o.lerobot.FPS() {
		return "" // the data say it
	}
	if o.Seen.Rate.Value() > 0 {
		return o.Seen.Rate.String()
	}
	if o.Table.Scene != nil {
		return fmt.Sprint(o.Table.Scene.FPS)
	}
	return ""
}
