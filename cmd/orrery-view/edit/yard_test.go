package edit

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/scenario/file"
)

// yard has a thing of every kind, tied and driven in every way.
const yard = `{"format": 2, "arena": [8, 6],
	"points": {"hook": [1, 1], "spot": [-1, -1.5]},
	"regions": {"pen": {"box": [0.6, 0.4], "at": [2, -1.5], "angle": 0.1}},
	"walls": [{"name": "ledge", "segment": [[-2.5, -2], [-1.5, -2]]}, {"name": "steps", "chain": [[-3, 2], [-2.5, 2.2], [-2, 2]]},
		{"name": "stone", "box": [0.4, 0.2], "at": [2.2, 1.2], "angle": 0.3}],
	"bodies": [
		{"name": "ball", "circle": 0.1, "at": [1, 0.5], "velocity": [1, 2], "spin": 3, "points": {"rim": [0.1, 0]}},
		{"name": "bar", "box": [0.8, 0.2], "at": [-1, 0.5], "angle": 0.5, "mass": 2, "moment": 0.3, "points": {"tip": [0.4, 0]}},
		{"name": "cart", "box": [0.4, 0.2], "at": [0, -1]},
		{"name": "pusher", "kind": "kinematic", "circle": 0.15, "at": [-2, 1]}],
	"joints": [
		{"name": "string", "rope": ["ball", "hook"], "length": 0.6},
		{"name": "rail", "groove": ["cart", "world"], "from": [-0.5, -1], "to": [0.5, -1]},
		{"name": "coil", "spring": ["bar.tip", "cart"], "length": 1, "stiffness": 5},
		{"name": "nail", "pivot": ["bar", "world"], "at": [-1, 0.5]},
		{"name": "wheel", "motor": ["bar", "cart"], "rate": 2, "max_torque": 1},
		{"name": "slot", "groove": ["ball", "bar"], "from": [0, 0.1], "to": [0.3, 0.1]}],
	"fields": [{"name": "pull", "inverse_square": ["ball", "bar"], "strength": -1}],
	"actuators": [{"name": "push", "force": "cart", "limit": 3}, {"name": "twist", "torque": "bar", "against": "ball", "limit": 1}, {"name": "pace", "velocity": "pusher"}],
	"goals": [{"name": "there", "body": "ball", "place": [1.5, 0.5], "radius": 0.1}, {"name": "so", "body": "bar", "pose": [-1, 1, 0.2]},
		{"name": "penned", "body": "cart", "region": "pen"}, {"name": "turned", "body": "bar", "angle": 1}, {"name": "named", "body": "cart", "place": "spot", "radius": 0.1}]}`

func openYard(t *testing.T) *Document {
	t.Helper()
	d, err := Open("yard.scenario.json", []byte(yard))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// thing returns an item of a document by its name.
func thing(t *testing.T, d *Document, name string) Item {
	t.Helper()
	for _, i := range d.Items() {
		if d.NameOf(i) == name {
			return i
		}
	}
	t.Fatalf("there is no %s", name)
	return Item{}
}

func choose(t *testing.T, d *Document, names ...string) {
	t.Helper()
	var items []Item
	for _, name := range names {
		items = append(items, thing(t, d, name))
	}
	d.Select(items...)
}

// places returns what of a scene may be moved, by name: places in m, and numbers as the x of one.
func places(s *sim.Scene) map[string]sim.Vec {
	out := map[string]sim.Vec{}
	for i := range s.Bodies {
		b := &s.Bodies[i]
		out[b.Name] = b.Start.Position()
		out[b.Name+" angle"] = sim.Vec{X: b.Start.Angle}
		out[b.Name+" velocity"] = b.Start.Velocity()
		out[b.Name+" spin"] = sim.Vec{X: b.Start.Omega}
		out[b.Name+" mass"], out[b.Name+" moment"] = sim.Vec{X: b.Mass}, sim.Vec{X: b.Moment}
	}
	for _, p := range s.Points {
		if p.Body == sim.World {
			out[p.Name] = p.At
		} else {
			out[s.Bodies[p.Body].Name+"."+p.Name] = p.At
		}
	}
	for _, j := range s.Joints {
		out[j.Name+" a"], out[j.Name+" b"], out[j.Name+" end"] = j.AnchorA, j.AnchorB, j.EndB
		out[j.Name+" length"], out[j.Name+" rate"] = sim.Vec{X: j.Length}, sim.Vec{X: j.Rate}
	}
	for _, g := range s.Goals {
		out[g.Name], out[g.Name+" angle"], out[g.Name+" radius"] = g.Target, sim.Vec{X: g.Angle}, sim.Vec{X: g.Radius}
	}
	for _, r := range s.Regions {
		var sum sim.Vec
		for _, v := range r.Vertices {
			sum = sum.Add(v.Scale(1 / float64(len(r.Vertices))))
		}
		out[r.Name] = sum
	}
	for i, w := range s.Walls {
		for k, v := range w.Vertices {
			out[fmt.Sprint("wall ", i, " corner ", k)] = v
		}
	}
	return out
}

// TestWhatBelongsToAThingMovesWithIt, and nothing else does.
func TestWhatBelongsToAThingMovesWithIt(t *testing.T) {
	t.Parallel()
	by, about := sim.Vec{X: 0.1, Y: 0.2}, sim.Vec{X: 1, Y: 0.5}
	move := func(d *Document) error { return d.Move(by) }
	turn := func(d *Document) error { return d.Rotate(about, 0.25) }
	wide := func(d *Document) error { return d.Scale(about, sim.Vec{X: 2, Y: 2}, 0) }
	v := func(x, y float64) sim.Vec { return sim.Vec{X: x, Y: y} }
	for _, c := range []struct {
		what string
		do   func(*Document) error
		of   string // names of what is selected
		want map[string]sim.Vec
	}{
		{"a region", move, "pen", map[string]sim.Vec{"pen": v(2.1, -1.3)}},
		{"a point, and the goal there", move, "spot", map[string]sim.Vec{"spot": v(-0.9, -1.3), "named": v(-0.9, -1.3)}},
		{"a goal that is a place", move, "there", map[string]sim.Vec{"there": v(1.6, 0.7)}},
		{"a goal that is a pose", move, "so", map[string]sim.Vec{"so": v(-0.9, 1.2)}},
		{"a goal that is a region", move, "penned", map[string]sim.Vec{"pen": v(2.1, -1.3)}},
		{"a goal at a point leaves that", move, "named", map[string]sim.Vec{"named": v(-0.9, -1.3)}},
		{"a pose turns", turn, "so", map[string]sim.Vec{"so": about.Add(v(-2, 0.5).Rotate(0.25)), "so angle": v(0.45, 0)}},
		{"an angle turns", turn, "turned", map[string]sim.Vec{"turned angle": v(1.25, 0)}},
		{"a goal grows", wide, "there", map[string]sim.Vec{"there": v(2, 0.5), "there radius": v(0.2, 0)}},
		{"a rope takes its point with it", move, "string", map[string]sim.Vec{"hook": v(1.1, 1.2), "string b": v(1.1, 1.2)}},
		{"a line in the world", move, "rail", map[string]sim.Vec{"rail b": v(-0.4, -0.8), "rail end": v(0.6, -0.8)}},
		{"a spring slides along its body", move, "coil", map[string]sim.Vec{
			"bar.tip": v(0.4, 0).Add(by.Rotate(-0.5)), "coil a": v(0.4, 0).Add(by.Rotate(-0.5)),
		}},
		{"a body turns with its velocity", turn, "ball", map[string]sim.Vec{"ball angle": v(0.25, 0), "ball velocity": v(1, 2).Rotate(0.25)}},
		{"a body grows", wide, "bar", map[string]sim.Vec{
			"bar": v(-3, 0.5), "bar mass": v(8, 0), "bar moment": v(4.8, 0), "bar.tip": v(0.8, 0), "coil a": v(0.8, 0),
			"nail b": v(-3, 0.5), "slot b": v(0, 0.1), "slot end": v(0.3, 0.1),
		}},
		{"lines", move, "ledge steps", map[string]sim.Vec{
			"wall 4 corner 0": v(-2.4, -1.8), "wall 4 corner 1": v(-1.4, -1.8), "wall 5 corner 0": v(-2.9, 2.2), "wall 5 corner 1": v(-2.4, 2.4),
			"wall 6 corner 0": v(-2.4, 2.4), "wall 6 corner 1": v(-1.9, 2.2),
		}},
		{"a room", move, "arena", map[string]sim.Vec{
			"wall 0 corner 0": v(-3.9, -2.8), "wall 0 corner 1": v(4.1, -2.8), "wall 1 corner 0": v(4.1, -2.8), "wall 1 corner 1": v(4.1, 3.2),
			"wall 2 corner 0": v(4.1, 3.2), "wall 2 corner 1": v(-3.9, 3.2), "wall 3 corner 0": v(-3.9, 3.2), "wall 3 corner 1": v(-3.9, -2.8),
		}},
		{"a room grows", func(d *Document) error { return d.Scale(sim.Vec{}, sim.Vec{X: 1.5, Y: 1}, 0) }, "arena", map[string]sim.Vec{
			"wall 0 corner 0": v(-6, -3), "wall 0 corner 1": v(6, -3), "wall 1 corner 0": v(6, -3), "wall 1 corner 1": v(6, 3),
			"wall 2 corner 0": v(6, 3), "wall 2 corner 1": v(-6, 3), "wall 3 corner 0": v(-6, 3), "wall 3 corner 1": v(-6, -3),
		}},
		{"a room is never turned", func(d *Document) error { return d.Rotate(about, 0.3) }, "arena", nil},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			d := openYard(t)
			want := places(d.Scene())
			for name, at := range c.want {
				if _, ok := want[name]; !ok {
					t.Fatalf("there is no %s", name)
				}
				want[name] = at
			}
			choose(t, d, strings.Fields(c.of)...)
			if err := c.do(d); err != nil {
				t.Fatal(err)
			}
			now := places(d.Scene())
			for name, at := range want {
				if got := now[name]; !(got.Sub(at).Len() <= 1e-8) {
					t.Errorf("%s is %v, want %v", name, got, at)
				}
			}
		})
	}
}

// TestAMirrorTurnsEverythingRound: what moves, turns and drives does so the other way.
func TestAMirrorTurnsEverythingRound(t *testing.T) {
	t.Parallel()
	d := openYard(t)
	before := places(d.Scene())
	d.SelectAll()
	low, high, _ := d.Bounds(d.Selection()...)
	if err := d.Mirror(); err != nil {
		t.Fatal(err)
	}
	now := places(d.Scene())
	for _, name := range []string{"ball", "bar", "cart", "pusher", "hook", "spot", "there", "so", "pen", "rail b", "rail end"} {
		want := sim.Vec{X: low.X + high.X - before[name].X, Y: before[name].Y}
		if got := now[name]; !(got.Sub(want).Len() <= 1e-8) {
			t.Errorf("%s is at %v, want %v", name, got, want)
		}
	}
	for _, name := range []string{"bar angle", "ball spin", "wheel rate", "so angle", "turned angle", "ball velocity", "bar.tip", "slot end"} {
		want := sim.Vec{X: -before[name].X, Y: before[name].Y}
		if got := now[name]; !(got.Sub(want).Len() <= 1e-8) {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}

// TestLengthsGrowWithBothBodies of a spring, and not with one.
func TestLengthsGrowWithBothBodies(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		of   []string
		want float64
	}{{[]string{"bar", "cart"}, 1.5}, {[]string{"bar"}, 1}, {[]string{"cart"}, 1}} {
		d := openYard(t)
		choose(t, d, c.of...)
		if err := d.Scale(sim.Vec{X: -1}, sim.Vec{X: 1.5, Y: 1.5}, 0); err != nil {
			t.Fatal(err)
		}
		near(t, strings.Join(c.of, " and "), places(d.Scene())["coil length"].X, c.want)
	}
}

// others returns the names of all things of a file besides bodies, walls and the arena.
func others(d *Document) string {
	var list []string
	for _, i := range d.Items() {
		if i.Kind != Wall && i.Kind != Arena {
			list = append(list, d.NameOf(i))
		}
	}
	return strings.Join(list, " ")
}

// TestWhatCannotBeWithoutAThingGoesWithIt, and what can stays.
func TestWhatCannotBeWithoutAThingGoesWithIt(t *testing.T) {
	t.Parallel()
	all := others(openYard(t))
	for name, gone := range map[string]string{
		"ball":   "ball string slot pull twist there hook",
		"bar":    "bar coil nail wheel slot pull twist so turned",
		"cart":   "cart rail coil wheel push penned named",
		"pusher": "pusher pace",
		"spot":   "spot named",
		"pen":    "pen penned",
		"hook":   "hook string",
		"string": "string hook",
		"push":   "push",
		"there":  "there",
	} {
		for _, do := range []struct {
			name string
			do   func(*Document) error
		}{{"delete", (*Document).Delete}, {"cut", (*Document).Cut}} {
			d := openYard(t)
			choose(t, d, name)
			if err := do.do(d); err != nil {
				t.Errorf("%s %s: %v", do.name, name, err)
				continue
			}
			var want []string
			for _, other := range strings.Fields(all) {
				if !slices.Contains(strings.Fields(gone), other) {
					want = append(want, other)
				}
			}
			if got := others(d); got != strings.Join(want, " ") {
				t.Errorf("without %s there are %s, want %s", name, got, strings.Join(want, " "))
			}
			if got := d.Undoable(); len(got) != 1 || got[0] != do.name {
				t.Errorf("%s %s: the history is %v", do.name, name, got)
			}
			if len(d.Selection()) != 0 {
				t.Errorf("%s %s: %v is selected", do.name, name, d.Selection())
			}
		}
	}
}

// TestMarksStayWithTheirThings when what is before them in the file goes.
func TestMarksStayWithTheirThings(t *testing.T) {
	t.Parallel()
	d := openYard(t)
	choose(t, d, "cart")
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	choose(t, d, "ball")
	if err := d.Delete(); err != nil {
		t.Fatal(err)
	}
	if !d.Locked(thing(t, d, "cart")) || d.Locked(thing(t, d, "bar")) || d.Locked(thing(t, d, "pusher")) {
		t.Error("another thing is locked")
	}
}

// TestCopiesAreTiedAsTheOriginals, as far away as they are pasted, and what ties to others is not copied.
func TestCopiesAreTiedAsTheOriginals(t *testing.T) {
	t.Parallel()
	d := openYard(t)
	if err := d.Paste(sim.Vec{}); err == nil {
		t.Error("nothing was copied, and is pasted")
	}
	if _, ok := d.Copied(); ok {
		t.Error("something was copied")
	}
	choose(t, d, "ball", "bar", "cart", "pen", "ledge", "stone")
	if err := d.Copy(); err != nil {
		t.Fatal(err)
	}
	if middle, ok := d.Copied(); !ok || !(middle.Sub(sim.Vec{X: -0.15, Y: -0.4}).Len() <= 1e-9) { // from the ledge's left end to the stone, which is on top
		t.Errorf("what was copied is about %v, %v", middle, ok)
	}
	before := places(d.Scene())
	by := sim.Vec{X: 20, Y: 10}
	if err := d.Paste(by); err != nil {
		t.Fatal(err)
	}
	now, s := places(d.Scene()), d.Scene()
	for copied, of := range map[string]string{
		"ball1": "ball", "bar1": "bar", "cart1": "cart", "hook1": "hook", "pen1": "pen", "there1": "there", "so1": "so", "rail1 b": "rail b", "rail1 end": "rail end",
		"wall 8 corner 0": "wall 4 corner 0", "wall 8 corner 1": "wall 4 corner 1", "wall 9 corner 0": "wall 7 corner 0",
	} {
		if got, want := now[copied], before[of].Add(by); !(got.Sub(want).Len() <= 1e-8) {
			t.Errorf("%s is at %v, want %v as %s", copied, got, want, of)
		}
	}
	for copied, of := range map[string]string{
		"bar1 angle": "bar angle", "ball1 velocity": "ball velocity", "so1 angle": "so angle", "turned1 angle": "turned angle", "wheel1 rate": "wheel rate",
		"coil1 length": "coil length", "bar1.tip": "bar.tip", "slot1 b": "slot b", "slot1 end": "slot end", "named1": "named",
	} {
		if got, want := now[copied], before[of]; !(got.Sub(want).Len() <= 1e-8) {
			t.Errorf("%s is %v, want %v as %s", copied, got, want, of)
		}
	}
	named := func(body int) string {
		if body == sim.World {
			return "world"
		}
		return s.Bodies[body].Name
	}
	for _, j := range s.Joints {
		if base, isCopy := strings.CutSuffix(j.Name, "1"); isCopy {
			of := s.Joints[slices.IndexFunc(s.Joints, func(o sim.Joint) bool { return o.Name == base })]
			for _, end := range [][2]int{{of.A, j.A}, {of.B, j.B}} {
				if want := named(end[0]); named(end[1]) != want+"1" && want != "world" || want == "world" && end[1] != sim.World {
					t.Errorf("%s ties %s where %s ties %s", j.Name, named(end[1]), base, want)
				}
			}
		}
	}
	if g := s.Goals[slices.IndexFunc(s.Goals, func(g sim.Goal) bool { return g.Name == "penned1" })]; g.Region != "pen1" || named(g.Body) != "cart1" {
		t.Errorf("the copy of a goal is %+v", g)
	}
	if a := s.Actuators[slices.IndexFunc(s.Actuators, func(a sim.Actuator) bool { return a.Name == "twist1" })]; named(a.Body) != "bar1" || named(a.Against) != "ball1" {
		t.Errorf("the copy of a torque is %+v", a)
	}
	if f := s.Fields[len(s.Fields)-1]; len(s.Fields) != 2 || named(f.A) != "ball1" || named(f.B) != "bar1" {
		t.Errorf("fields %+v", s.Fields)
	}

	d = openYard(t)
	choose(t, d, "ball")
	if err := d.Duplicate(sim.Vec{Y: 1}); err != nil {
		t.Fatal(err)
	}
	if got := strings.ReplaceAll(others(d), others(openYard(t)), ""); !strings.Contains(got, "ball1") || !strings.Contains(got, "string1") ||
		strings.Contains(got, "slot1") || strings.Contains(got, "pull1") || strings.Contains(got, "twist1") {
		t.Errorf("a ball alone was duplicated: there are %s", got)
	}
	choose(t, d, "bar")
	if err := d.Duplicate(sim.Vec{Y: 3}); err != nil {
		t.Fatal(err)
	}
	if got := others(d); !strings.Contains(got, "bar1") || !strings.Contains(got, "nail1") || strings.Contains(got, "twist1") {
		t.Errorf("a bar that turns against a ball was duplicated: there are %s", got)
	}
	if _, ok := d.Copied(); ok {
		t.Error("duplicating copied for pasting, too")
	}
}

// TestEndsArePutWhereTheyAreDragged, and no other end moves.
func TestEndsArePutWhereTheyAreDragged(t *testing.T) {
	t.Parallel()
	to := sim.Vec{X: 0.3, Y: 0.1}
	for _, c := range []struct {
		name  string
		ends  int
		moves map[int][]int // further ends that an end takes along
	}{{"string", 2, nil}, {"rail", 3, nil}, {"coil", 2, nil}, {"nail", 1, nil}, {"wheel", 0, nil}, {"slot", 3, nil}, {"ledge", 2, nil}, {"steps", 3, nil}, {"stone", 0, nil}, {"ball", 0, nil}} {
		d := openYard(t)
		if got := len(d.Ends(thing(t, d, c.name))); got != c.ends {
			t.Errorf("%s has %d ends, want %d", c.name, got, c.ends)
			continue
		}
		for k := range c.ends {
			d := openYard(t)
			i := thing(t, d, c.name)
			before := d.Ends(i)
			if err := d.PutEnd(i, k, to); err != nil {
				t.Errorf("%s, end %d: %v", c.name, k, err)
				continue
			}
			i = thing(t, d, c.name)
			for n, at := range d.Ends(i) {
				want := before[n]
				if n == k {
					want = to
				}
				if !(at.Sub(want).Len() <= 1e-8) {
					t.Errorf("%s: end %d was put at %v, and end %d is at %v, want %v", c.name, k, to, n, at, want)
				}
			}
			if d.Select(i); d.Lock() != nil || d.PutEnd(i, k, sim.Vec{}) == nil {
				t.Errorf("%s is locked, and its end %d moves", c.name, k)
			}
		}
	}
	// A point that others use stays where it is, and the end gets its own.
	d := openYard(t)
	if err := d.Change("tie", func(f *file.Scenario) error {
		f.Joints = append(f.Joints, file.Joint{Name: "other", Rope: &[2]string{"cart", "hook"}, Length: literal(3)})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := d.PutEnd(thing(t, d, "string"), 1, to); err != nil {
		t.Fatal(err)
	}
	if at := d.Ends(thing(t, d, "other"))[1]; at != (sim.Vec{X: 1, Y: 1}) {
		t.Errorf("the end of another rope is at %v", at)
	}
}
