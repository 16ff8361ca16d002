package edit

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"orrery/sim/scenario/file"
	"orrery/sim/scenario/library"
)

// all calls a function with every property of every thing of a document, and its section.
func all(d *Document, do func(section string, p *Property)) {
	each := func() {
		for _, s := range Sections(d) {
			for i := range s.Properties {
				do(s.Title, &s.Properties[i])
			}
		}
	}
	d.Select()
	each()
	for _, i := range d.Items() {
		d.Select(i)
		each()
	}
}

// TestWhatStandsThereMayBeTyped for every property of all scenarios of the library: it changes nothing, and what is dragged is undone
// to the same bytes.
func TestWhatStandsThereMayBeTyped(t *testing.T) {
	t.Parallel()
	checked, dragged, seen := map[string]bool{}, 0, map[string]int{}
	for _, s := range library.List() {
		d, err := Of(s, 7, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		text := bytes.Clone(d.Text())
		all(d, func(section string, p *Property) {
			kind, _, _ := strings.Cut(section, " ")
			if kind == "parameters" {
				kind = "" // their names are all of one kind
			}
			if p.Fixed || checked[s.Name+kind+p.Name] || seen[kind+p.Name] == 3 {
				return
			}
			checked[s.Name+kind+p.Name] = true
			seen[kind+p.Name]++
			if err := p.Set(d, p.Value); err != nil {
				t.Errorf("%s, %s: %s of %q is refused: %v", s.Name, section, p.Name, p.Value, err)
			}
			if p.Value != "" && !bytes.Equal(d.Text(), text) {
				t.Errorf("%s, %s: %s of %q changes the file", s.Name, section, p.Name, p.Value)
			}
			for len(d.Undoable()) > 0 {
				d.Undo()
			}
			if !p.Dragged() {
				return
			}
			d.Begin(p.Name)
			err := p.Drag(d, 10)
			d.Commit()
			if err == nil && bytes.Equal(d.Text(), text) {
				t.Errorf("%s, %s: %s of %q is not changed by dragging", s.Name, section, p.Name, p.Value)
			}
			if d.Undo(); !bytes.Equal(d.Text(), text) {
				t.Errorf("%s, %s: %s is not undone", s.Name, section, p.Name)
			}
			dragged++
		})
	}
	if len(seen) < 60 || dragged < 60 {
		t.Errorf("only %d properties, %d dragged", len(seen), dragged)
	}
}

const table = `{"format": 2, "arena": [4, 3], "materials": {"ice": {"friction": 0.05}}, "params": {"size": 0.1},
	"bodies": [{"name": "ball", "circle": 0.1, "mass": 2}, {"name": "box", "box": [0.2, 0.3], "at": [1, 0]}],
	"joints": [{"name": "tie", "spring": ["ball", "box"], "stiffness": 5}], "actuators": [{"force": "ball", "limit": 3}], "goals": [{"body": "ball", "place": [1, 1], "radius": 0.1}],
	"task": {"cost": {"distance": ["ball", "box"]}}}`

func open(t *testing.T) *Document {
	t.Helper()
	d, err := Open("table.scenario.json", []byte(table))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// property returns a property of what is selected.
func property(t *testing.T, d *Document, name string) *Property {
	t.Helper()
	for _, s := range Sections(d) {
		for i := range s.Properties {
			if s.Properties[i].Name == name {
				return &s.Properties[i]
			}
		}
	}
	t.Fatalf("there is no %s", name)
	return nil
}

// TestPropertiesAreWrittenAsTheFileHasThem, with what follows from them.
func TestPropertiesAreWrittenAsTheFileHasThem(t *testing.T) {
	t.Parallel()
	ball := Item{Kind: Body}
	for _, c := range []struct {
		of               []Item
		name, text, want string
	}{
		{[]Item{ball}, "mass", "3 kg", `"mass": 3`},
		{[]Item{ball}, "density", "7", `"density": 7`},
		{[]Item{ball}, "radius", "size*2", `"circle": "size*2"`},
		{[]Item{ball}, "friction", "0.1..0.9", `"friction": {"range": [0.1, 0.9]}`},
		{[]Item{ball}, "spin", "2±0.5", `"spin": {"normal": [2, 0.5]}`},
		{[]Item{ball}, "velocity x", "1 | 2 | 4", `"velocity": [{"choice": [1, 2, 4]}, 0]`},
		{[]Item{ball}, "angle", "45deg", `"angle": "45deg"`},
		{[]Item{ball}, "angle", "45°", `"angle": "45deg"`},
		{[]Item{ball}, "angle", "0.5 rad", `"angle": 0.5`},
		{[]Item{ball}, "radius", "10 mm", `"circle": "10mm"`},
		{[]Item{ball}, "radius", "12cm", `"circle": "12cm"`},
		{[]Item{ball}, "radius", "2*size m", `"circle": "2*size"`},
		{[]Item{ball}, "mass", "500 g", `"mass": "500g"`},
		{[]Item{ball}, "friction", "0.1 .. 0.9", `"friction": {"range": [0.1, 0.9]}`},
		{nil, "time limit", "500 ms", `"time_limit_s": "500ms"`},
		{[]Item{ball}, "material", "ice", `"material": "ice"`},
		{[]Item{ball}, "grip of the ground", "2", `"grip": 2`},
		{[]Item{ball}, "name", "puck", `"spring": ["puck", "box"]`},
		{[]Item{ball}, "name", "puck", `"distance": ["puck", "box"]`},
		{[]Item{ball, {Kind: Body, Index: 1}}, "elasticity", "0.7", `"name": "box", "box": [0.2, 0.3], "elasticity": 0.7`},
		{[]Item{{Kind: Actuator}}, "most", "2", `"low": -3, "high": 2`},
		{[]Item{{Kind: Actuator}}, "limit", "5", `"limit": 5`},
		{[]Item{{Kind: Joint}}, "stiffness", "−3+10", `"stiffness": "-3+10"`},
		{[]Item{{Kind: Joint}}, "damping", "0.5 N·s/m", `"damping": 0.5`},
		{[]Item{{Kind: Arena}}, "friction", "0.3", `"arena": {"size": [4, 3], "friction": 0.3}`},
		{nil, "gravity y", "-9.81", `"gravity": [0, -9.81]`},
		{nil, "steps a frame", "8", `"substeps": 8`},
		{nil, "size", "0.2", `"params": {"size": 0.2}`},
		{nil, "time limit", "3", `"time_limit_s": 3`},
		{nil, "cost", `[{"distance": ["ball", "box"]}, {"speed": "ball", "weight": 0.1}]`, `"weight": 0.1`},
		{nil, "success", `{"distance": ["ball", "box"], "below": 0.3}`, `"below": 0.3`},
		{nil, "reward", "sparse", `"reward": "sparse"`},
	} {
		d := open(t)
		d.Select(c.of...)
		if err := property(t, d, c.name).Set(d, c.text); err != nil {
			t.Errorf("%s %q: %v", c.name, c.text, err)
			continue
		}
		tidy := strings.NewReplacer("[ ", "[", " ]", "]", "{ ", "{", " }", "}").Replace(strings.Join(strings.Fields(string(d.Text())), " "))
		if !strings.Contains(tidy, c.want) {
			t.Errorf("%s %q: %s is not in %s", c.name, c.text, c.want, tidy)
		}
		if c.name == "density" && strings.Contains(tidy, `"mass"`) {
			t.Error("a body has mass and density")
		}
		if got := len(d.Undoable()); got != 1 {
			t.Errorf("%s: %d entries of the history", c.name, got)
		}
	}
}

// TestABodyHasMassOrDensity: whichever is given last is all that its file says.
func TestABodyHasMassOrDensity(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.Select(Item{Kind: Body})
	for _, c := range []struct {
		name, text    string
		mass, density bool
	}{{"density", "7", false, true}, {"mass", "3", true, false}, {"density", "8", false, true}} {
		if err := property(t, d, c.name).Set(d, c.text); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if b := &d.File().Bodies[0]; b.Mass.IsZero() == c.mass || b.Density.IsZero() == c.density {
			t.Errorf("%s %s: mass %v and density %v", c.name, c.text, b.Mass, b.Density)
		}
	}
}

// TestRefusedValuesSayTheRule and leave everything as it was.
func TestRefusedValuesSayTheRule(t *testing.T) {
	t.Parallel()
	ball := []Item{{Kind: Body}}
	for _, c := range []struct {
		of               []Item
		name, text, says string
	}{
		{ball, "mass", "-1", "must be"},
		{ball, "mass", "nan", "finite"},
		{ball, "mass", "0,5", "point"},
		{ball, "elasticity", "1.5", "must be"},
		{ball, "velocity x", "3 mm/s", "mm"},
		{ball, "friction", "slipery", "slipery"},
		{ball, "friction", "..1", "number is missing"},
		{ball, "friction", "1 | ", "number is missing"},
		{ball, "spin", "1±2 whole", "whole"},
		{ball, "name", "box", "box"},
		{ball, "material", "jelly", "jelly"},
		{nil, "frames", "0.2", "at least 1"},
		{nil, "frames", "many", "whole number"},
		{nil, "cost", "{", "as in the file"},
		{nil, "cost", `{"distanc": ["ball", "box"]}`, "distance"},
		{nil, "success", `{"distance": ["ball", "nothing"], "below": 1}`, "nothing"},
	} {
		d := open(t)
		d.Select(c.of...)
		before := string(d.Text())
		err := property(t, d, c.name).Set(d, c.text)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s %q: %v, must say %q", c.name, c.text, err, c.says)
		}
		if err != nil && (strings.Contains(err.Error(), "strconv") || strings.Contains(err.Error(), "invalid character")) {
			t.Errorf("%s %q: %v are no words of ours", c.name, c.text, err)
		}
		if string(d.Text()) != before || len(d.Undoable()) > 0 {
			t.Errorf("%s %q has changed something", c.name, c.text)
		}
	}
}

func TestNumbersComeBackAsTheyWereTyped(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "0", "-1.5", "1e-09", "size*2", "0.5..1.5", "1..5 whole", "-2..-1", "2±0.1", "1 | 2 | 4", "45deg", "size..2*size"} {
		n, err := parse(text, "m")
		got, typed := format(n)
		if err != nil || got != text || !typed {
			t.Errorf("%q comes back as %q, %v, %v", text, got, typed, err)
		}
	}
	if p := (&Property{Value: "2", Step: 0.1}); !p.Dragged() || math.IsNaN(p.number()) {
		t.Error("a number cannot be dragged")
	}
	for _, p := range []Property{{Value: "1..2", Step: 1}, {Value: "", Usual: "as ice", Step: 1}, {Value: "2"}, {Value: "2", Step: 1, Fixed: true}} {
		if p.Dragged() {
			t.Errorf("%+v can be dragged", p)
		}
	}
}

// TestDraggedNumbersAreWholeSteps: a step a pixel from where it was, of what is usual where nothing stands there.
func TestDraggedNumbersAreWholeSteps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value, usual string
		step, pixels float64
		want         string
	}{
		{"0.234", "", 0.1, 3, "0.5"}, {"0.234", "", 0.1, -3, "-0.1"}, {"0.26", "", 0.1, 0, "0.3"}, {"", "2 by default", 0.5, 1, "2.5"}, {"10", "", 5, -3, "-5"}, {"0.1", "", 0.1, 2, "0.3"}, {"0.3", "", 0.1, -3, "0"}, {"1e6", "", 1, 1, "1e+06"},
	} {
		got, d := "", open(t)
		p := &Property{Name: "x", Value: c.value, Usual: c.usual, Step: c.step, set: func(_ *file.Scenario, text string) error {
			got = text
			return nil
		}}
		d.Begin("x")
		if err := p.Drag(d, c.pixels); err != nil || got != c.want && got != "-"+c.want {
			t.Errorf("%+v: %q, %v", c, got, err)
		}
	}
	if err := (&Property{Name: "x", Value: "1..2", Step: 1}).Drag(open(t), 1); err == nil || err.Error() != "x: it cannot be dragged" {
		t.Errorf("a range: %v", err)
	}
}

// TestPropertiesOfSeveralThingsAreThoseThatAllHave: fixed where one of them is, and without a value where they differ.
func TestPropertiesOfSeveralThingsAreThoseThatAllHave(t *testing.T) {
	t.Parallel()
	var was []string
	set := func(who string) func(*file.Scenario, string) error {
		return func(_ *file.Scenario, text string) error {
			was = append(was, who+" "+text)
			return nil
		}
	}
	of := func(who string, change func(p *Property), more ...string) (out []Property) {
		for _, name := range append([]string{"name", "mass", "angle"}, more...) {
			p := Property{Name: name, Value: "1", Usual: "2", Step: 0.1, set: set(who + " " + name)}
			if name == "mass" && change != nil {
				change(&p)
			}
			out = append(out, p)
		}
		return out
	}
	for _, c := range []struct {
		name string
		all  [][]Property
		want string
	}{
		{"one", [][]Property{of("a", nil, "own")}, "name 1 2 0.1 false, mass 1 2 0.1 false, angle 1 2 0.1 false, own 1 2 0.1 false"},
		{"alike", [][]Property{of("a", nil, "own"), of("b", nil)}, "mass 1 2 0.1 false, angle 1 2 0.1 false"},
		{"other values", [][]Property{of("a", nil), of("b", func(p *Property) { p.Value = "3" }), of("c", nil)}, "mass  several 0 false, angle 1 2 0.1 false"},
		{"the first is fixed", [][]Property{of("a", func(p *Property) { p.Fixed = true }), of("b", nil)}, "mass 1 2 0.1 true, angle 1 2 0.1 false"},
		{"the second is fixed", [][]Property{of("a", nil), of("b", func(p *Property) { p.Fixed = true }), of("c", nil)}, "mass 1 2 0.1 true, angle 1 2 0.1 false"},
		{"one lacks it", [][]Property{of("a", nil), of("b", func(p *Property) { p.Name = "weight" })}, "angle 1 2 0.1 false"},
	} {
		var got []string
		for _, p := range merged(c.all) {
			got = append(got, fmt.Sprintf("%s %s %s %g %t", p.Name, p.Value, p.Usual, p.Step, p.Fixed))
		}
		if text := strings.Join(got, ", "); text != c.want {
			t.Errorf("%s: %s, want %s", c.name, text, c.want)
		}
	}
	all := merged([][]Property{of("a", nil), of("b", nil), of("c", nil)})
	if err := all[0].set(nil, "7"); err != nil || strings.Join(was, ", ") != "a mass 7, b mass 7, c mass 7" {
		t.Errorf("sets %q: %v", was, err)
	}
}
