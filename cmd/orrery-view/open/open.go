package open

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"

	"orrery/cmd/orrery-view/session"
	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/jobs"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/sim"
	"orrery/world"
)

// Opener opens what its session shows. See New.
type Opener struct {
	Session *session.Session
}

// usualScene is the scenario that is shown when no other is wanted.
const usualScene = "mixed"

// New returns a session as the options say, with the engine among the models and a
// planner. What cannot be opened becomes a notice, for a window with a message is worth
// more than none.
func New(options Options, threads jobs.Threading, engine world.Model, planner session.NewPlanner) (*Opener, error) {
	o := &Opener{Session: session.New(threads, planner)}
	models, err := builtIn()
	o.Check(err)
	o.Session.SetModels(slices.Insert(models, len(models)-1, world.Candidate{Name: "engine", Model: engine}))
	if err := o.Session.OpenScenario(options.Scene, options.Seed); err != nil {
		o.Check(err)
		if err := o.Session.OpenScenario(usualScene, options.Seed); err != nil {
			return nil, err
		}
	}
	if len(options.Set) > 0 {
		o.Check(o.Session.Set(options.Set))
	}
	o.Check(o.choose(options.Model))
	for _, name := range options.Paths {
		o.Check(o.Path(name))
	}
	if mode := compare.Mode(options.Mode); mode != compare.Sandbox {
		o.Session.SetMode(mode)
	}
	if options.Plan {
		o.Session.Plan(true)
	}
	o.Session.Pause(options.Paused)
	return o, nil
}

// Check tells the user of an error, if there is one.
func (o *Opener) Check(err error) {
	if err != nil {
		o.Session.Notify(err.Error())
	}
}

// choose takes the name of a model that is there, or a directory.
func (o *Opener) choose(name string) error {
	if name == "" {
		return nil
	}
	models, _ := o.Session.Models()
	for i, m := range models {
		if m.Name == name {
			o.Session.SetModel(i)
			return nil
		}
	}
	if _, err := os.Stat(name); err != nil { // in a browser always
		return fmt.Errorf("model %s is neither built in nor found here; it can be dropped on the window", name)
	}
	return o.Path(name)
}

// Query returns what is shown as it stands in an address; see ParseQuery.
func (o *Opener) Query(theme string) string {
	q := url.Values{}
	q.Set("scene", o.Session.Scene().Name)
	if of, values := o.Session.Scenario(); of != nil {
		for _, p := range of.Params {
			if v := values[p.Name]; v != p.Default {
				q.Add("set", p.Name+"="+strconv.FormatFloat(v, 'g', -1, 64))
			}
		}
	}
	q.Set("seed", strconv.FormatUint(o.Session.Seed(), 10))
	q.Set("mode", string(o.Session.Mode()))
	q.Set("theme", theme)
	if o.Session.Planning() {
		q.Set("plan", "true")
	}
	if models, chosen := o.Session.Models(); !o.Session.Follows() {
		q.Set("model", models[chosen].Name)
	}
	return "?" + q.Encode()
}

// Path opens a model, dataset, rollout or scene of the disk.
func (o *Opener) Path(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	if info.IsDir() && !isModel(os.DirFS(name), ".") {
		return o.dataset(os.DirFS(name), name)
	}
	return o.file(os.DirFS(filepath.Dir(name)), filepath.Base(name))
}

// Dropped opens everything that was dropped on the window. Files that lie beside
// each other may be one model.
func (o *Opener) Dropped(files fs.FS) error {
	if isModel(files, ".") {
		return o.model(files, ".", "dropped")
	}
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := o.file(files, entry.Name()); err != nil {
			return err
		}
	}
	return nil
}

// file opens what a file system has under a name.
func (o *Opener) file(files fs.FS, name string) error {
	info, err := fs.Stat(files, name)
	switch {
	case err != nil:
		return err
	case info.IsDir() && isModel(files, name):
		return o.model(files, name, path.Base(name))
	case info.IsDir():
		return o.droppedDataset(files, name)
	}
	text, err := readFile(files, name)
	if err != nil {
		return err
	}
	if err := o.text(text); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (o *Opener) model(files fs.FS, dir, name string) error {
	m, err := loadModel(files, dir, name)
	if err == nil {
		o.Session.AddModel(m)
	}
	return err
}

// text opens a rollout or a scene.
func (o *Opener) text(text []byte) error {
	var file struct{ Kind string }
	if json.Unmarshal(text, &file) != nil || file.Kind != world.RecordingKind {
		scene, err := sim.DecodeScene(bytes.NewReader(text))
		if err != nil {
			return err
		}
		return o.Session.OpenScene(scene)
	}
	r, err := world.DecodeRecording(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return o.Session.OpenShow(replay.Show{
		Label: episodeLabel(r.Seed, r.Episode) + " by " + r.Model, Episodes: 1,
		True: r.Truth(), Predicted: r.Predicted, Model: r.Model,
	})
}

func episodeLabel(seed uint64, episode int) string {
	return fmt.Sprintf("seed %d · episode %d", seed, episode)
}
