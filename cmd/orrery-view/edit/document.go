package edit

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/sim/scenario/file"
)

// Document is a scenario that is edited. See Open and New.
type Document struct {
	Name string // of the file, or of what it is to be called

	state
	history
	selection []Item
	clipboard *file.Scenario // or nil
	gesture   *gesture       // that is made, or nil
	version   int
	lost      string // what was left out, until it is told

	seed    uint64 // of the scene that is shown
	episode int
}

// state is one version of the document. Nothing in it is ever changed.
type state struct {
	text     string             // canonical
	file     *file.Scenario     // of the text
	scenario *scenario.Scenario // of the text; without bodies that of an empty page
	scene    *sim.Scene         // that the scenario draws
	made     *scenario.Made     // from what
	marks    marks
}

// Open reads the text of a scenario file, or of a scene, which becomes a scenario. A name is what it is called in errors,
// and what it is to be saved as. Errors are those of scenario.Parse.
func Open(name string, text []byte) (*Document, error) {
	d := &Document{Name: name}
	if scenario.FormatOf(text) == 1 {
		s, err := scenario.Parse(name, text)
		if err != nil {
			return nil, err
		}
		return Of(s, 0, 0, nil)
	}
	read, decoded := file.Source{Name: name, Text: text}.Decode()
	if decoded == nil && len(read.Bodies) == 0 {
		return d, d.open(read)
	}
	if _, err := scenario.Parse(name, text); err != nil {
		return nil, err
	}
	return d, d.open(read)
}

// open makes a file the first version.
func (d *Document) open(f *file.Scenario) error {
	s, err := d.stateOf(f)
	if err != nil {
		return err
	}
	d.state = s
	d.version++
	return nil
}

// Of returns the document of a scenario as one of its episodes has it. The values are those of scenario.Values, or nil
// for the usual ones; they become what the file says. A scenario without a file becomes one that is the same in every
// episode.
func Of(s *scenario.Scenario, seed uint64, episode int, values scenario.Values) (*Document, error) {
	values, err := s.Values(values)
	if err != nil {
		return nil, err
	}
	d := &Document{Name: s.Name, seed: seed, episode: episode}
	if s.Text == nil || scenario.FormatOf(s.Text) != file.Format {
		scene, err := s.Sample(seed, episode, values)
		if err != nil {
			return nil, err
		}
		f := ofScene(scene)
		f.Summary = s.Summary
		if s.Frames > 1 {
			f.Duration = literal(float64(s.Frames-1) / float64(scene.FPS))
		}
		return d, d.open(f)
	}
	f, err := file.Source{Name: s.Name, Text: s.Text}.Decode()
	if err != nil {
		return nil, err
	}
	f.Name = cmp.Or(f.Name, s.Name) // on which chance depends
	for i := range f.Params {
		p := &f.Params[i]
		for k := range s.Params {
			if s.Params[k].Name == p.Name && s.Params[k].Default != values[p.Name] {
				p.Value.Default = file.Value(values[p.Name])
			}
		}
	}
	return d, d.open(f)
}

// OfScene returns the document of one scene, as it is.
func OfScene(scene *sim.Scene) (*Document, error) {
	d := &Document{Name: scene.Name}
	return d, d.open(ofScene(scene))
}

// New returns an empty page: a room of 4 by 3 metres, seen from the side.
func New() *Document {
	d := &Document{Name: "drawing"}
	gravity := file.At(0, -9.81)
	arena := &file.Arena{Bare: true}
	arena.Size = file.At(4, 3)
	if err := d.open(&file.Scenario{Format: file.Format, Name: "drawing", Gravity: &gravity, Arena: arena}); err != nil {
		panic("edit: " + err.Error())
	}
	return d
}

// emptyBody stands in for the bodies of a page without any, where nothing is.
const emptyBody = "_"

// stateOf returns the version that a file makes, which it keeps, with the marks of the present one, or an error in words.
func (d *Document) stateOf(f *file.Scenario) (state, error) {
	text, err := file.Encode(f)
	if err != nil {
		return state{}, err
	}
	s := state{text: string(text), file: f, marks: d.marks}
	parsed := text
	empty := len(s.file.Bodies) == 0
	if empty {
		with := *s.file
		with.Bodies = []file.Body{{Name: emptyBody, Kind: string(sim.Kinematic), Shape: file.Shape{Outline: file.Outline{Circle: file.Value(1e-3)}}}}
		if parsed, err = file.Encode(&with); err != nil {
			return state{}, err
		}
	}
	if s.scenario, err = scenario.Parse(d.Name, parsed); err != nil {
		return state{}, inWords(err, s.file)
	}
	values, err := s.scenario.Values(nil)
	if err == nil {
		s.scene, s.made, err = s.scenario.Trace(d.seed, d.episode, values)
	}
	if err != nil {
		return state{}, inWords(err, s.file)
	}
	if len(s.scene.Bodies) > MaxBodies && len(s.scene.Bodies) > len(sceneOf(d).Bodies) {
		return state{}, fmt.Errorf("the scene would have %d bodies, and may have %d", len(s.scene.Bodies), MaxBodies)
	}
	if empty {
		s.scene.Bodies, s.made.Bodies = nil, nil
	}
	return s, nil
}

// MaxBodies is the most bodies to which a scene may grow by hand. With more a frame of the engine takes longer than it
// lasts.
const MaxBodies = 300

func sceneOf(d *Document) *sim.Scene {
	if d.scene == nil {
		return &sim.Scene{}
	}
	return d.scene
}

// Title returns what the document is called, and is to be saved as.
func (d *Document) Title() string { return d.Name }

// Text returns the canonical scenario file. It is one unless the page is Empty.
func (d *Document) Text() []byte { return []byte(d.text) }

// File returns what the text says. It must not be changed.
func (d *Document) File() *file.Scenario { return d.file }

// Scenario returns the scenario, or nil of a page without bodies.
func (d *Document) Scenario() *scenario.Scenario {
	if d.Empty() {
		return nil
	}
	return d.scenario
}

// Scene returns the scene as it is drawn. It must not be changed, and of an empty page it has no bodies.
func (d *Document) Scene() *sim.Scene { return d.scene }

// Episode returns the seed and the number of the episode that is drawn.
func (d *Document) Episode() (seed uint64, episode int) { return d.seed, d.episode }

// Empty reports whether the page has no bodies, and so is no scenario yet.
func (d *Document) Empty() bool { return len(d.file.Bodies) == 0 }

// TakeLost returns what was left out when what chance drew was written down, in words and once, or nothing.
func (d *Document) TakeLost() string {
	lost := d.lost
	d.lost = ""
	return lost
}

// Version returns a number that is another one after each change, undoing among them.
func (d *Document) Version() int { return d.version }

// put makes a file the present version, or returns in words why it is none.
func (d *Document) put(f *file.Scenario) error {
	s, err := d.stateOf(f)
	if err != nil {
		return err
	}
	if s.text != d.text {
		d.version++
	}
	d.state = s
	d.selection = slices.DeleteFunc(d.selection, func(i Item) bool { return !d.has(i) })
	return nil
}

// copied returns a copy of a file of which everything may be changed.
func copied(f *file.Scenario) *file.Scenario {
	text, err := file.Encode(f)
	if err != nil {
		panic("edit: " + err.Error())
	}
	return decoded(string(text))
}

// decoded returns what a text that was encoded says.
func decoded(text string) *file.Scenario {
	f, err := file.Source{Text: []byte(text)}.Decode()
	if err != nil {
		panic("edit: " + err.Error())
	}
	return f
}

// errNothing says that there is nothing to do something with.
var errNothing = errors.New("nothing is selected")
