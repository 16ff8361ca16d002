package importing

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/recordings"
	"orrery/datasets"
	"orrery/datasets/lerobot"
	"orrery/datasets/storage"
)

// Foreign says what LeRobot data without scenes mean, for whoever reads them as a dataset. The zero Foreign leaves it to
// the data, which is enough for those of this program that have lost their scenes.
type Foreign struct {
	Columns  map[string]string // sources of the quantities, as those of lerobot.Mapping
	Layout   string            // one of lerobot.Layouts, or empty
	Scene    string            // file, scenario or dataset, or empty
	Hint     *Hint             // instead of Scene, or nil
	Notation lerobot.Notation  // of errors

	used bool     // by Own, for some data
	left []string // temporary folders
}

// AddFlags adds the flags of a command that reads datasets.
func (f *Foreign) AddFlags(flags *pflag.FlagSet) {
	flags.StringVar(&f.Scene, "scene", "", "of LeRobot data without scenes: scene or scenario file, scenario, or dataset with the same starts (default by the task)")
	flags.StringToStringVar(&f.Columns, "map", nil, "of LeRobot data: sources of poses and actions, such as body0.x=observation.state[0]")
	flags.StringVar(&f.Layout, "layout", "", "of LeRobot data: known values: "+strings.Join(lerobot.Layouts(), ", "))
}

// Told reports whether anything is said.
func (f *Foreign) Told() bool {
	return f.Scene != "" || f.Hint != nil || f.Layout != "" || len(f.Columns) > 0
}

// Check returns an error when what is said had no use, after all data are read.
func (f *Foreign) Check(command string) error {
	if !f.Told() || f.used {
		return nil
	}
	if command != "" {
		command += ": "
	}
	n := f.Notation
	return console.Usagef("%s%s, %s and %s are for LeRobot data without scenes, and these have them", command, n.Scene(""), n.Map(), n.Layout(""))
}

// Flags returns what is said as flags of a command line.
func (f *Foreign) Flags() (text string) {
	if f.Scene != "" {
		text += " --scene " + console.Quoted(f.Scene)
	}
	for _, quantity := range slices.Sorted(maps.Keys(f.Columns)) {
		text += " --map " + console.Quoted(quantity+"="+f.Columns[quantity])
	}
	if f.Layout != "" {
		text += " --layout " + console.Quoted(f.Layout)
	}
	return text
}

// Own returns a path that leads to a dataset of this program: path itself, unless it leads to LeRobot data without
// scenes. Those are imported into a temporary folder, which lasts until Close. When ctx ends, an import has so much
// patience left, and without any as long as it takes to end.
func (f *Foreign) Own(ctx context.Context, log Log, patience time.Duration, path string) (string, error) {
	if _, err := storage.Stat(path); err != nil { // whoever opens it says so
		f.used = true
		return path, nil
	}
	if foreign, err := datasets.Recognise(path); foreign == nil || err != nil {
		return path, err
	}
	f.used = true
	temporary, err := os.MkdirTemp("", "orrery-lerobot-")
	if err != nil {
		return "", err
	}
	f.left = append(f.left, temporary)
	o := DefaultOptions()
	o.Format, o.File, o.Scene, o.Hint, o.Layout, o.Table.Columns = recordings.LeRobot, path, f.Scene, f.Hint, f.Layout, f.Columns
	o.notation, o.Out = f.Notation, filepath.Join(temporary, filepath.Base(storage.Clean(path)))
	work := func() error {
		spec, err := o.Prepare(ctx, log)
		if err != nil {
			return err
		}
		return o.Run(ctx, log, spec)
	}
	if patience > 0 {
		err = console.Until(ctx, patience, work)
	} else {
		err = work()
	}
	return o.Out, err
}

// Sole is Own for a command that reads this path and no other, in which options without use are a mistake.
func (f *Foreign) Sole(ctx context.Context, log Log, patience time.Duration, command, path string) (string, error) {
	own, err := f.Own(ctx, log, patience, path)
	if err == nil {
		err = f.Check(command)
	}
	return own, err
}

// Close removes what Own has left in temporary folders.
func (f *Foreign) Close() {
	for _, folder := range f.left {
		os.RemoveAll(folder)
	}
	f.left = nil
}
