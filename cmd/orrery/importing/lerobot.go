package importing

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/scenefiles"
	"orrery/datasets"
	"orrery/datasets/arrays"
	"orrery/datasets/lerobot"
	"orrery/sim"
	"orrery/sim/scenario/library"
)

// leRobotImport is LeRobot data that are being imported.
type leRobotImport struct {
	*lerobot.Table
	own      bool              // the states are those of this program
	found    *scenes           // of the episodes, or nil
	scenario string            // of all scenes, or empty
	sources  map[string]string // SHA-256 in hexadecimal of the files that told the scenes, by name
	task     string            // of all episodes, or empty
}

// openLeRobot opens the dataset, and finds its scenes.
func (o *Options) openLeRobot(ctx context.Context, log Log) error {
	if info, err := os.Stat(o.File); err == nil && !info.IsDir() {
		return fmt.Errorf("%s: must be the folder of a LeRobot dataset", o.File)
	}
	source, err := lerobot.Open(ctx, o.File)
	if err != nil {
		return err
	}
	mapping := lerobot.Mapping{Columns: o.Table.Columns, Layout: o.Layout, Notation: o.notation}
	if err := mapping.Validate(); err != nil {
		return o.usage(err)
	}
	own := source.Own() && !mapping.Told()
	in := &leRobotImport{own: own}
	switch {
	case own && (o.hinted() || !o.OwnRadius):
		var hint Hint
		if hint, in.sources, err = o.sceneHint(ctx, o.Scene); err != nil {
			return err
		}
		if in.found, err = findScenes(ctx, source, hint, o.notation); err != nil {
			return err
		}
		in.scenario = in.found.scenario
		o.Table.SceneOf = func(number string) (*sim.Scene, error) {
			i, err := strconv.Atoi(number)
			if err != nil || i < 0 || i >= len(in.found.all) {
				return nil, fmt.Errorf("there is no episode %.20q", number)
			}
			return in.found.all[i], nil
		}
		o.Table.Numbered = true
	case !own && (o.hinted() || o.Layout != ""):
		var hint Hint
		if hint, in.sources, err = o.sceneHint(ctx, cmp.Or(o.Scene, o.Layout)); err != nil {
			return err
		}
		template, err := hint.template(ctx)
		if err != nil {
			return err
		}
		o.Table.Scene, in.scenario = template, template.Name
		if o.Layout == "pusht" {
			p, err := arrays.PushTOf(template)
			if err != nil {
				return fmt.Errorf("%s: the scene %s %w", o.notation.Layout(o.Layout), template.Name, err)
			}
			mapping.Pixel = p.Pixel
		}
		for i := range template.Bodies {
			mapping.Bodies = append(mapping.Bodies, template.Bodies[i].Name)
		}
	}
	if in.Table, err = source.Table(ctx, mapping); err != nil {
		return o.usage(err)
	}
	if in.found != nil {
		in.Room = func(i int) (bodies, actuators int) {
			return len(in.found.all[i].Bodies), len(in.found.all[i].Actuators)
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
func (o *Options) sceneHint(ctx context.Context, argument string) (hint Hint, sources map[string]string, err error) {
	if o.Hint != nil {
		return *o.Hint, nil, nil
	}
	info, statErr := os.Stat(argument)
	switch {
	case argument == "":
		return hint, nil, nil
	case statErr == nil && info.IsDir():
		if hint.Dataset, err = datasets.Open(ctx, argument); err != nil {
			return hint, nil, fmt.Errorf("%s: %w", o.notation.Scene(""), err)
		}
		sum := sha256.Sum256(hint.Dataset.Provenance().Encode())
		return hint, map[string]string{filepath.Base(argument): hex.EncodeToString(sum[:])}, nil
	case statErr == nil && library.IsPath(argument):
		scene, sum, err := scenefiles.Read(argument)
		if err != nil {
			return hint, nil, err
		}
		sources = map[string]string{filepath.Base(argument): sum}
		if hint.Scenario, err = library.Open(argument); err != nil {
			hint.Scenario, hint.Scene = nil, scene
		}
		return hint, sources, nil
	}
	if hint.Scenario, err = library.Open(argument); err != nil && !library.IsPath(argument) {
		err = console.Usage(err)
	}
	return hint, nil, err
}

// hinted reports whether something says the scenes.
func (o *Options) hinted() bool { return o.Scene != "" || o.Hint != nil }

// tellLeRobot says how scenes were found and what is left out.
func (o *Options) tellLeRobot(log Log, source *lerobot.Source, mapping lerobot.Mapping) error {
	if found := o.lerobot.found; found != nil {
		for _, note := range found.notes {
			log.notef("%s: %s", o.base(), note)
		}
	}
	left, err := source.Left(mapping)
	if err != nil {
		return err
	}
	if len(left) > 0 {
		log.notef("%s: left out: %s", o.base(), console.Listed(left))
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
func (o *Options) planLeRobot(spec *datasets.Spec) error {
	fps := o.lerobot.FPS()
	if o.Seen.Rate.Value() == 0 {
		if err := o.Seen.Rate.Set(strconv.FormatFloat(fps, 'g', -1, 64)); err != nil {
			return fmt.Errorf("%s: fps %v: %w", o.File, fps, err)
		}
	}
	if o.lerobot.own && (o.Seen.Told() || o.Seen.Rate.Value() != fps) {
		return o.usage(fmt.Errorf("the states of %s are in metres and radians, at %v frames a second: flags that say otherwise have no use", o.File, fps))
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
			return fmt.Errorf("%s: %v frames a second are not whole, and the scene has %d: orrery import lerobot with --fps says how many there are to be", o.File, fps, scene.FPS)
		}
		return fmt.Errorf("%s: the scene %s has %d frames a second, and the data %v", o.File, scene.Name, scene.FPS, fps)
	}
	return nil
}

// outcomesOf adds to a trajectory what the dataset says of an episode besides, and returns what its actions led to.
func (o *Options) outcomesOf(ctx context.Context, episode int, t *sim.Trajectory) ([]datasets.Outcome, error) {
	if o.lerobot == nil || !o.lerobot.own {
		return nil, nil
	}
	if found := o.lerobot.found; found != nil {
		t.Scene = found.all[episode] // whose start has more digits than the states
	}
	outcomes, err := o.lerobot.Outcomes(ctx, episode)
	if err == nil {
		t.ViewNames, t.View, err = o.lerobot.View(ctx, episode)
	}
	return outcomes, err
}

// divideLeRobot takes over the splits of the data, if they are divided.
func (o *Options) divideLeRobot(spec *datasets.Spec) {
	if o.lerobot == nil || len(o.lerobot.Splits()) == 0 {
		return
	}
	if s := o.lerobot.Splits(); s.Divided(o.lerobot.Episodes()) && spec.Episodes == o.lerobot.Episodes() {
		spec.Splits = s
	}
}

// unusedLeRobot are the columns of rows that say nothing of the motion.
func unusedLeRobot(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return strings.HasPrefix(name, "action") })
}
