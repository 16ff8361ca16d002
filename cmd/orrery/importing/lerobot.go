package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/lost"
	"orrery/cmd/orrery/recordings"
	"orrery/datasets"
	"orrery/datasets/arrays"
	"orrery/datasets/csv"
	"orrery/datasets/lerobot"
	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/sim/scenario/library"
)

// foreignOptions says what LeRobot data without scenes mean.
type foreignOptions struct {
	Columns map[string]string // sources of the quantities
	Layout  string            // or empty
	Scene   string            // file, scenario or dataset, or empty

	used bool // by open, for a dataset
}

// AddFlags adds the flags of a command that reads datasets.
func (o *foreignOptions) AddFlags(flags *pflag.FlagSet) {
	flags.StringVar(&o.Scene, "scene", "", "of LeRobot data without scenes: scene or scenario file, scenario, or dataset with the same starts (default by the task)")
	flags.StringToStringVar(&o.Columns, "map", nil, "of LeRobot data: sources of poses and actions, such as body0.x=observation.state[0]")
	flags.StringVar(&o.Layout, "layout", "", "of LeRobot data: known values: "+strings.Join(lerobot.Layouts(), ", "))
}

// check returns an error when the options had no use.
func (o *foreignOptions) check(command string) error {
	if !o.used && (o.Scene != "" || o.Layout != "" || len(o.Columns) > 0) {
		return console.Usagef("%s: --scene, --map and --layout are for LeRobot data without scenes, and these have them", command)
	}
	return nil
}

// flags returns the options that were given, for a command line.
func (o *foreignOptions) flags() (text string) {
	if o.Scene != "" {
		text += " --scene " + console.Quoted(o.Scene)
	}
	for _, quantity := range slices.Sorted(maps.Keys(o.Columns)) {
		text += " --map " + console.Quoted(quantity+"="+o.Columns[quantity])
	}
	if o.Layout != "" {
		text += " --layout " + console.Quoted(o.Layout)
	}
	return text
}

// leRobotImport is LeRobot data that are being imported.
type leRobotImport struct {
	*lerobot.Table
	own      bool              // the states are those of this program
	found    *lost.Scenes      // of the episodes, or nil
	scenario string            // of all scenes, or empty
	sources  map[string]string // SHA-256 in hexadecimal of the files that told the scenes, by name
	task     string            // of all episodes, or empty
}

// openLeRobot opens the dataset, and finds its scenes.
func (o *importOptions) openLeRobot(ctx context.Context, log io.Writer) error {
	if info, err := os.Stat(o.File); err == nil && !info.IsDir() {
		return fmt.Errorf("%s: must be the folder of a LeRobot dataset", o.File)
	}
	source, err := lerobot.Open(ctx, o.File)
	if err != nil {
		return err
	}
	mapping := lerobot.Mapping{Columns: o.Table.Columns, Layout: o.Layout}
	own := source.Own() && !mapping.Told()
	in := &leRobotImport{own: own}
	switch {
	case own && (o.Scene != "" || !o.ownRadius):
		var hint lost.Hint
		if hint, in.sources, err = sceneHint(ctx, o.Scene); err != nil {
			return err
		}
		if in.found, err = lost.Find(ctx, source, hint); err != nil {
			return err
		}
		in.scenario = in.found.Scenario
		o.Table.SceneOf = func(number string) (*sim.Scene, error) {
			i, err := strconv.Atoi(number)
			if err != nil || i < 0 || i >= len(in.found.All) {
				return nil, fmt.Errorf("there is no episode %.20q", number)
			}
			return in.found.All[i], nil
		}
		o.Table.Numbered = true
	case !own && (o.Scene != "" || o.Layout != ""):
		var hint lost.Hint
		if hint, in.sources, err = sceneHint(ctx, o.sceneOrLayout()); err != nil {
			return err
		}
		template, err := templateOf(ctx, hint)
		if err != nil {
			return err
		}
		o.Table.Scene, in.scenario = template, template.Name
		if o.Layout == "pusht" {
			p, err := arrays.PushTOf(template)
			if err != nil {
				return fmt.Errorf("--layout pusht: the scene %s %w", template.Name, err)
			}
			mapping.Pixel = p.Pixel
		}
		for i := range template.Bodies {
			mapping.Bodies = append(mapping.Bodies, template.Bodies[i].Name)
		}
	}
	if in.Table, err = source.Table(ctx, mapping); err != nil {
		return console.Usage(fmt.Errorf("import: %w", err))
	}
	if in.found != nil {
		in.Room = func(i int) (bodies, actuators int) {
			return len(in.found.All[i].Bodies), len(in.found.All[i].Actuators)
		}
	}
	if in.task, err = in.oneTask(ctx); err != nil {
		return err
	}
	o.lerobot, o.mapping, o.Table.Columns = in, mapping, nil
	return o.tellLeRobot(log, source, mapping)
}

// sceneHint returns what an argument says of scenes, a scene or scenario file, the name of a scenario or a dataset, and
// the SHA-256 of the file that says it, by name. An empty argument says nothing.
func sceneHint(ctx context.Context, argument string) (hint lost.Hint, sources map[string]string, err error) {
	info, statErr := os.Stat(argument)
	switch {
	case argument == "":
		return hint, nil, nil
	case statErr == nil && info.IsDir():
		if hint.Dataset, err = datasets.Open(ctx, argument); err != nil {
			return hint, nil, fmt.Errorf("--scene: %w", err)
		}
		sum := sha256.Sum256(hint.Dataset.Provenance().Encode())
		return hint, map[string]string{filepath.Base(argument): hex.EncodeToString(sum[:])}, nil
	case statErr == nil && library.IsPath(argument):
		scene, sum, err := arguments.ReadScene(argument)
		if err != nil {
			return hint, nil, err
		}
		sources = map[string]string{filepath.Base(argument): sum}
		if hint.Scenario, err = library.Open(argument); err != nil {
			hint.Scenario, hint.Scene = nil, scene
		}
		return hint, sources, nil
	}
	hint.Scenario, err = arguments.OpenScenario(argument)
	return hint, nil, err
}

// templateOf returns the scene that stands for all episodes.
func templateOf(ctx context.Context, hint lost.Hint) (*sim.Scene, error) {
	switch {
	case hint.Dataset != nil:
		t, err := hint.Dataset.Episode(ctx, 0)
		if err != nil {
			return nil, err
		}
		return t.Scene, nil
	case hint.Scenario != nil:
		return arguments.FirstScene(hint.Scenario)
	}
	return hint.Scene, nil
}

// sceneOrLayout returns what says the scene of mapped values.
func (o *importOptions) sceneOrLayout() string {
	if o.Scene != "" {
		return o.Scene
	}
	return o.Layout // the scenario of that name
}

// tellLeRobot says how scenes were found and what is left out.
func (o *importOptions) tellLeRobot(log io.Writer, source *lerobot.Source, mapping lerobot.Mapping) error {
	if found := o.lerobot.found; found != nil {
		for _, note := range found.Notes {
			fmt.Fprintf(log, "%s: %s\n", o.base(), note)
		}
	}
	left, err := source.Left(mapping)
	if err != nil {
		return err
	}
	if len(left) > 0 {
		fmt.Fprintf(log, "%s: left out: %s\n", o.base(), listed(left))
	}
	return nil
}

// oneTask returns the task that all episodes have, or nothing.
func (in *leRobotImport) oneTask(ctx context.Context) (string, error) {
	first := ""
	for i := range in.Episodes() {
		task, err := in.Task(ctx, i)
		if err != nil {
			return "", err
		}
		if i == 0 {
			first = task
		}
		if task != first {
			return "", nil
		}
	}
	return first, nil
}

// planLeRobot sets what the dataset says, and returns what is known of the result.
func (o *importOptions) planLeRobot(spec *datasets.Spec) error {
	fps := o.lerobot.FPS()
	if o.Seen.Rate.Value() == 0 {
		if err := o.Seen.Rate.Set(strconv.FormatFloat(fps, 'g', -1, 64)); err != nil {
			return fmt.Errorf("%s: fps %v: %w", o.File, fps, err)
		}
	}
	if o.lerobot.own && (o.Seen.Told() || o.Seen.Rate.Value() != fps) {
		return console.Usagef("import: the states of %s are in metres and radians, at %v frames a second: flags that say otherwise have no use", o.File, fps)
	}
	o.Table.FPS = o.Seen.Rate.Whole()
	o.Table.Recording = o.Seen.Told() || fps != math.Trunc(fps)
	if o.lerobot.scenario != "" && o.Name == "" {
		spec.Scenario = o.lerobot.scenario
	}
	if o.lerobot.task != "" && o.Task == "" {
		spec.Task = o.lerobot.task
	}
	maps.Copy(spec.Sources, o.lerobot.sources)
	if o.Table.Scene != nil && o.Table.Scene.FPS != o.Table.FPS {
		scene := *o.Table.Scene
		if o.Table.FPS == 0 {
			return fmt.Errorf("%s: %v frames a second are not whole, and the scene has %d: --fps says how many there are to be", o.File, fps, scene.FPS)
		}
		return fmt.Errorf("%s: the scene %s has %d frames a second, and the data %v", o.File, scene.Name, scene.FPS, fps)
	}
	return nil
}

// outcomesOf adds to a trajectory what the dataset says of an episode besides, and returns what its actions led to.
func (o *importOptions) outcomesOf(ctx context.Context, episode int, t *sim.Trajectory) ([]datasets.Outcome, error) {
	if o.lerobot == nil || !o.lerobot.own {
		return nil, nil
	}
	if found := o.lerobot.found; found != nil {
		t.Scene = found.All[episode] // whose start has more digits than the states
	}
	outcomes, err := o.lerobot.Outcomes(ctx, episode)
	if err == nil {
		t.ViewNames, t.View, err = o.lerobot.View(ctx, episode)
	}
	return outcomes, err
}

// divideLeRobot takes over the splits of the data, if they are divided.
func (o *importOptions) divideLeRobot(spec *datasets.Spec) {
	if o.lerobot == nil || len(o.lerobot.Splits()) == 0 {
		return
	}
	if s := o.lerobot.Splits(); s.Divided(o.lerobot.Episodes()) && spec.Episodes == o.lerobot.Episodes() {
		spec.Splits = s
	}
}

// open opens a dataset for a split, as arguments.OpenSplit does. LeRobot data without scenes are imported into a
// temporary folder first, which lasts until done is called.
func (o *foreignOptions) open(ctx context.Context, log io.Writer, dir, split string, usual ...string) (data *datasets.Dataset, of splits.Split, done func(), err error) {
	data, of, err = arguments.OpenSplit(ctx, dir, split, usual...)
	foreign := (*datasets.Foreign)(nil)
	if !errors.As(err, &foreign) {
		return data, of, func() {}, err
	}
	o.used = true
	own, done, err := o.imported(ctx, log, dir)
	if err != nil {
		return nil, of, done, err
	}
	data, of, err = arguments.OpenSplit(ctx, own, split, usual...)
	if err != nil {
		done()
	}
	return data, of, done, err
}

// imported imports LeRobot data without scenes into a temporary folder, which lasts until done is called.
func (o *foreignOptions) imported(ctx context.Context, log io.Writer, dir string) (own string, done func(), err error) {
	done = func() {}
	opts := defaultImportOptions()
	opts.Format, opts.File, opts.Scene, opts.Layout, opts.Table.Columns = recordings.LeRobot, dir, o.Scene, o.Layout, o.Columns
	temporary, err := os.MkdirTemp("", "orrery-lerobot-")
	if err != nil {
		return "", done, err
	}
	remove := func() { os.RemoveAll(temporary) }
	opts.Out = filepath.Join(temporary, filepath.Base(filepath.Clean(dir)))
	spec, err := opts.prepare(ctx, log)
	if err == nil {
		err = console.Until(ctx, patience, func() error { return importTable(ctx, log, spec, opts) })
	}
	if err != nil {
		remove()
		return "", done, err
	}
	return opts.Out, remove, nil
}

// openLeRobotTable opens the rows of the data.
func (o *importOptions) openLeRobotTable(ctx context.Context) (*csv.File, error) {
	return csv.OpenTable(ctx, o.lerobot.Table, o.Table)
}

// unusedLeRobot are the columns of rows that say nothing of the motion.
func unusedLeRobot(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return strings.HasPrefix(name, "action") })
}
