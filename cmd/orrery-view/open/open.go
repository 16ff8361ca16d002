package open

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	slashed "path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"orrery/cmd/orrery-view/session"
	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/jobs"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/sim/canon"
	"orrery/sim/input"
	"orrery/sim/scenario"
	"orrery/sim/scenario/file"
	"orrery/sim/scenario/library"
	"orrery/world"
	"orrery/world/choose"
	"orrery/world/rollout"
)

// Opener opens what its session shows. See New.
type Opener struct {
	Session *session.Session
	decode  Decode
	watch   func(context.Context, fs.FS, string, func(float64)) (replay.Show, error) // or nil

	watching *watching // or nil

	files map[string]ModelFiles // of models that were opened, by name
	// Edit begins to edit a drawing in SVG. Where it is nil, none is opened.
	Edit func(name string, text []byte) error

	linkOf *scenario.Scenario // whose link this is, as it takes long to make
	link   string
	noLink error
}

// usualScene is the scenario that is shown when no other is wanted.
const usualScene = "mixed"

// Decode reads a model from the texts of its config and its weights: fit.Decode.
type Decode func(config, weights []byte) (world.Model, *world.Description, error)

// New returns a session as the options say, with the engine among the models and a
// planner. When an option cannot be followed the error says why, of all of them, and is a
// Usage where the option itself is wrong. The Opener then shows what the other options
// say, for on a page a scene with a notice is worth more than none. It is nil only when
// there is nothing at all to show.
func New(options Options, threads jobs.Threading, engine world.Model, planner session.NewPlanner, decode Decode) (*Opener, error) {
	o := &Opener{Session: session.New(threads, planner), decode: decode, watch: options.Watch}
	var wrong []error
	embedded := decode
	if options.Embedded != nil {
		embedded = options.Embedded
	}
	models, err := builtIn(embedded)
	wrong = append(wrong, err)
	o.Session.SetHistory(options.History)
	o.Session.SetModels(slices.Insert(models, len(models)-1, choose.Candidate{Name: "engine", Model: engine}))
	open := func() error { return o.scenario(options.Scene, options.Seed) }
	if options.Linked.Text != nil {
		open = func() error { return o.linked(options.Linked, options.Seed) }
	}
	if err := open(); err == nil {
		wrong = append(wrong, o.set(options.Set))
	} else if wrong = append(wrong, err); o.scenario(usualScene, options.Seed) != nil {
		return nil, joined(wrong)
	}
	wrong = append(wrong, o.linkedModel(options.Linked.Model), o.choose(options.Model), o.rival(options.Rival))
	for _, name := range options.Paths {
		wrong = append(wrong, o.Path(name))
	}
	wrong = append(wrong, o.below(options), o.begin(options))
	return o, joined(wrong)
}

// scenario opens the scenario of a name or of the file of a path. What is not there is a Usage, and
// a file that cannot be read is not.
func (o *Opener) scenario(argument string, seed uint64) error {
	found, err := library.Open(argument)
	if err == nil {
		err = o.Session.OpenScenario(found, seed)
	}
	if err != nil && (!library.IsPath(argument) || errors.Is(err, fs.ErrNotExist)) {
		return Usage{err}
	}
	return err
}

// begin brings about what options say beside what is opened.
func (o *Opener) begin(options Options) error {
	o.Session.Pause(options.Paused)
	switch mode := compare.Mode(options.Mode); {
	case mode == compare.Replay && o.Session.Show().True == nil:
		return Usage{errors.New("mode replay needs a dataset or a rollout file: name one, or drop it on the window")}
	case mode != compare.Sandbox:
		o.Session.SetMode(mode)
	}
	switch {
	case options.Plan && !o.Session.HasTask():
		var tasks []string
		for _, sc := range library.List() {
			if sc.Task != nil {
				tasks = append(tasks, sc.Name)
			}
		}
		return Usage{fmt.Errorf("scene %s has no task to plan for; %s have one", o.Session.Scene().Name, strings.Join(tasks, ", "))}
	case options.Plan:
		o.Session.Plan(true)
	}
	return nil
}

// set sets parameters of the scene, those that it has.
func (o *Opener) set(values scenario.Values) error {
	of, _ := o.Session.Scenario()
	var wrong []error
	known := scenario.Values{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if slices.ContainsFunc(of.Params, func(p scenario.Param) bool { return p.Name == name }) {
			known[name] = values[name]
		} else {
			_, err := of.Values(scenario.Values{name: values[name]}) // which names those that there are
			wrong = append(wrong, err)
		}
	}
	if err := joined(append(wrong, o.Session.Set(known))); err != nil {
		return Usage{err}
	}
	return nil
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
	names := make([]string, len(models))
	for i, m := range models {
		if names[i] = m.Name; m.Name == name {
			o.Session.SetModel(i)
			return nil
		}
	}
	if _, err := os.Stat(name); err != nil { // in a browser always
		hint := ""
		if near, probable := input.Nearest(name, names); probable {
			hint = fmt.Sprintf(", perhaps %q", near)
		}
		return Usage{fmt.Errorf("unknown model %q%s; there are %s, and the directory of any other can be named or dropped on the window",
			name, hint, strings.Join(names, ", "))}
	}
	if !isModel(os.DirFS(name), ".") {
		return fmt.Errorf("%s is no model: it has no %s", name, world.ConfigFile)
	}
	return o.Path(name)
}

// rival compares the model of a name or a directory with the chosen one.
func (o *Opener) rival(name string) error {
	if name == "" {
		return nil
	}
	chosen := func() string {
		models, chosen := o.Session.Models()
		return models[chosen].Name
	}
	first := chosen()
	if err := o.choose(name); err != nil {
		return err
	}
	second := chosen()
	if second == first {
		return Usage{fmt.Errorf("--model %s is given twice: another model can be compared with it", name)}
	}
	if err := o.choose(first); err != nil {
		return err
	}
	o.Session.SetRival(second)
	return nil
}

// Query returns what is shown as it stands in an address; see ParseQuery.
func (o *Opener) Query(theme string) string {
	q := url.Values{}
	own := false
	if of, _ := o.Session.Scenario(); of != nil {
		own = of.Own
	}
	if !own { // that is in the Fragment
		q.Set("scene", o.Session.Scene().Name)
	}
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
	if models, chosen := o.Session.Models(); !o.Session.Follows() && models[chosen].Name != session.Learned { // which nobody else has
		q.Set("model", models[chosen].Name)
		if rival, c := o.Session.Rival(); c != nil && rival != session.Learned {
			q.Add("model", rival)
		}
	}
	if frames := o.Session.History(); frames > 0 {
		q.Set("history", strconv.Itoa(frames))
	}
	return "?" + q.Encode()
}

// Path opens a model, dataset, rollout or scene of the disk.
func (o *Opener) Path(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return plain(name, err)
	}
	if info.IsDir() {
		return o.directory(os.DirFS(name), ".", filepath.Base(name), name)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is neither a file nor a directory", name)
	}
	return plain(name, o.file(os.DirFS(filepath.Dir(name)), filepath.Base(name)))
}

// Dropped opens everything that was dropped on the window. Files that lie beside each
// other may be one model or one dataset. What cannot be opened does not keep the rest from
// it, and leaves what is shown as it is.
func (o *Opener) Dropped(files fs.FS) error {
	if isModel(files, ".") || isDataset(files, ".") {
		return o.directory(files, ".", "dropped", "dropped")
	}
	if o.watch != nil && isPictures(files, ".") {
		return o.film(files, ".", "the pictures")
	}
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return plain("what was dropped", err)
	}
	var wrong []error
	for _, entry := range entries {
		switch {
		case entry.IsDir():
			wrong = append(wrong, o.directory(files, entry.Name(), entry.Name(), entry.Name()))
		case o.watch == nil || !isTold(entry, entries):
			wrong = append(wrong, o.file(files, entry.Name()))
		}
	}
	return joined(wrong)
}

// directory opens a model, which gets a name, or a dataset, which errors call by its path.
func (o *Opener) directory(files fs.FS, dir, name, path string) error {
	switch {
	case isModel(files, dir):
		m, from, err := loadModel(files, dir, name, o.decode)
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s: a model needs %s beside %s", path, world.WeightsFile, world.ConfigFile)
		}
		if err != nil {
			return plain(path, err)
		}
		o.Session.AddModel(m)
		o.remember(from)
		return nil
	case isIdentified(files, dir):
		return plain(path, o.file(files, slashed.Join(dir, identifiedFile)))
	case o.watch != nil && isPictures(files, dir):
		return o.film(files, dir, path)
	case !isDataset(files, dir):
		return fmt.Errorf("%s is neither a model nor a dataset: it has neither %s nor %s", path, world.ConfigFile, datasetFile)
	}
	part, err := fs.Sub(files, dir)
	if err == nil {
		err = o.dataset(part, path)
	}
	return plain(path, err)
}

// file opens a rollout, a scene or a scenario.
func (o *Opener) file(files fs.FS, name string) error {
	if o.watch != nil && ends(name, films) {
		return o.film(files, name, name)
	}
	text, err := readFile(files, name)
	switch {
	case err != nil:
	case ends(name, archives):
		err = o.archive(name, text)
	default:
		err = o.text(name, text)
	}
	return plain(name, err)
}

// text opens the text of a rollout, a scene or a scenario in the file of a name.
func (o *Opener) text(name string, text []byte) error {
	if ends(name, drawings) && o.Edit != nil {
		return o.Edit(name, text)
	}
	if scenario.FormatOf(text) > 1 {
		own, err := scenario.Parse(name, text)
		if err != nil {
			return firstMistake(err)
		}
		return o.Session.OpenScenario(own, o.Session.Seed())
	}
	if found := identifiedIn(text); found != nil {
		o.Session.SetIdentified(found)
		return o.choose("engine")
	}
	if err := recognise(text); err != nil {
		return err
	}
	if !rollout.IsFile(text) {
		scene, err := canon.Decode(bytes.NewReader(text))
		if err != nil {
			return err
		}
		return o.Session.OpenScene(scene)
	}
	r, err := rollout.Decode(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return o.Session.OpenShow(replay.Show{
		Label: episodeLabel(r.Seed, r.Episode) + " by " + r.Model, Episodes: 1,
		True: r.Truth(), Predicted: r.Predicted, Model: r.Model,
	})
}

// firstMistake returns the first mistake of a scenario file, as a notice has room for one.
func firstMistake(err error) error {
	mistakes := (*file.Mistakes)(nil)
	if !errors.As(err, &mistakes) {
		return err
	}
	first, more := mistakes.List[0], ""
	if n := len(mistakes.List) - 1; n > 0 {
		more = fmt.Sprintf("; there are %d more mistakes: orrery check lists them", n)
	}
	return fmt.Errorf("line %d, column %d: %s: %s%s", first.Line, first.Column, first.Pointer, first.Rule, more)
}

func episodeLabel(seed uint64, episode int) string {
	return fmt.Sprintf("seed %d · episode %d", seed, episode)
}
