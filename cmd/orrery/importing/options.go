package importing

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

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/recordings"
	"orrery/cmd/orrery/scenefiles"
	"orrery/datasets"
	"orrery/datasets/csv"
	"orrery/datasets/lerobot"
	"orrery/datasets/splits"
	"orrery/sim"
)

// Log is where an import says how far it is, and what it notices. A note is a line without its end.
type Log struct {
	Bars io.Writer
	Note func(line string)
}

// To returns the Log that writes to one place.
func To(out io.Writer) Log {
	return Log{Bars: out, Note: func(line string) { fmt.Fprintln(out, line) }}
}

func (l *Log) notef(format string, args ...any) { l.Note(fmt.Sprintf(format, args...)) }

// Options say what is imported, and what it means.
type Options struct {
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

	OwnRadius bool   // the radius was told
	Hint      *Hint  // of LeRobot data: the scene, where no Scene names it
	Command   string // that mistakes are said to be in, or empty

	Out           string
	Workers       int
	Resume, Force bool

	notation lerobot.Notation
	scenes   *scenefiles.Files // of the episodes, or nil when all have one
	lerobot  *leRobotImport    // LeRobot data, or nil
	mapping  lerobot.Mapping   // of the data
}

// DefaultOptions are those of a table in metres, of which every core reads.
func DefaultOptions() Options {
	return Options{Seen: recordings.DefaultOptions(), Table: csv.DefaultOptions(), Workers: runtime.NumCPU()}
}

// usage returns an error that is a mistake in what was told.
func (o *Options) usage(err error) error {
	if o.Command != "" {
		err = fmt.Errorf("%s: %w", o.Command, err)
	}
	return console.Usage(err)
}

// Prepare opens LeRobot data, fills in what the options leave open, and returns what is known before anything else is
// read.
func (o *Options) Prepare(ctx context.Context, log Log) (spec datasets.Spec, err error) {
	if o.Format == recordings.LeRobot {
		if err := o.openLeRobot(ctx, log); err != nil {
			return spec, err
		}
	} else if o.Layout != "" {
		return spec, o.usage(fmt.Errorf("--layout is for LeRobot data, and this is %s", o.Format))
	}
	return o.plan()
}

// plan checks the options, fills in what they leave open and returns what is
// known before the file is read.
func (o *Options) plan() (spec datasets.Spec, err error) {
	switch {
	case o.Scene != "" && o.Scenes != "":
		return spec, o.usage(errors.New("--scene is for all episodes and --scenes has one for each: they exclude each other"))
	}
	if err := o.Seen.Parse(); err != nil {
		return spec, o.usage(err)
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
		if o.Table.Scene, spec.Sources[filepath.Base(o.Scene)], err = scenefiles.Read(o.Scene); err != nil {
			return spec, err
		}
		o.Table.FPS = cmp.Or(o.Table.FPS, o.Table.Scene.FPS)
	default:
		o.scenes = &scenefiles.Files{Dir: cmp.Or(o.Scenes, filepath.Dir(o.File)), Numbered: o.Scenes != ""}
		o.Table.SceneOf, o.Table.Numbered = o.scenes.Read, o.Scenes != ""
	}
	o.Table.Splits = len(o.Split) == 0
	if err := o.Table.Validate(); err != nil {
		return spec, o.usage(err)
	}
	return spec, nil
}

// command returns the command line that makes the same bytes elsewhere, of files
// of the same names.
func (o *Options) command() string {
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
	usual := DefaultOptions()
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
func (o *Options) fps() string {
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

// Lacks says what of the scenes is presumed, or nothing.
func (o *Options) Lacks() string {
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
