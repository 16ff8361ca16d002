package edit

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/canon"
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

// TestNextGoesThroughAllThings, either way and round.
func TestNextGoesThroughAllThings(t *testing.T) {
	t.Parallel()
	NewBench(New()).Next(true) // where there is nothing but the room
	b := NewBench(openYard(t))
	items := b.Document.Items()
	for _, back := range []bool{false, true} {
		b.Document.Select()
		for k := range len(items) + 2 {
			b.Next(back)
			want := items[k%len(items)]
			if back {
				want = items[(2*len(items)-1-k)%len(items)]
			}
			if got := b.Document.Selection(); len(got) != 1 || got[0] != want {
				t.Fatalf("back %v, step %d: %v, want %v", back, k, got, want)
			}
		}
	}
}

// TestClicksGoThroughWhatLiesOnEachOther.
func TestClicksGoThroughWhatLiesOnEachOther(t *testing.T) {
	t.Parallel()
	b := bench()
	drag(t, b, "region", at(-1, -1), at(1, 1))
	drag(t, b, "box", at(-0.5, -0.5), at(0.5, 0.5))
	drag(t, b, "disc", at(0, 0), at(0.2, 0))
	b.Take("select")
	b.Document.Select()
	var got []string
	for range 5 {
		b.Down(at(0.15, 0.05))
		b.Up(at(0.15, 0.05))
		for _, i := range b.Document.Selection() {
			got = append(got, b.Document.NameOf(i))
		}
	}
	if names := strings.Join(got, " "); names != "box1 disc1 region1 box1 disc1" {
		t.Errorf("clicks selected %s", names)
	}
}

// TestHintsSayWhatIsNext for keys, fingers and a mouse.
func TestHintsSayWhatIsNext(t *testing.T) {
	t.Parallel()
	b := bench()
	for _, tool := range Tools() {
		b.Take(tool.Name)
		if b.Tool().Name != tool.Name {
			t.Errorf("%s is in hand instead of %s", b.Tool().Name, tool.Name)
		}
		if got := b.Hint(false, false); got != tool.Name+": "+tool.Click {
			t.Errorf("with a mouse: %q", got)
		}
		if got := b.Hint(true, false); tool.Keys != "" && got != tool.Name+": "+tool.Keys {
			t.Errorf("with keys: %q", got)
		}
		if got := b.Hint(false, true); strings.Contains(got, "click") && strings.HasPrefix(tool.Click, "click") && !strings.HasPrefix(got, tool.Name+": tap") {
			t.Errorf("with a finger: %q", got)
		}
	}
	b.Take("chain")
	for _, p := range []Pointer{at(0, 0), at(1, 0), at(1, 1)} {
		b.Down(p)
		b.Up(p)
		if mouse, finger := b.Hint(false, false), b.Hint(false, true); !strings.Contains(mouse, "click the next corner") || !strings.Contains(finger, "tap the next corner") {
			t.Errorf("after a corner: %q, %q", mouse, finger)
		}
	}
	b.Finish()
	if w := b.Document.File().Walls; len(w) != 1 || len(w[0].Chain) != 3 || w[0].Closed || b.Busy() {
		t.Errorf("the chain is %+v", w)
	}
}

// TestWhatIsClickedHasTheSizeOfTheGrid, and is like the body before.
func TestWhatIsClickedHasTheSizeOfTheGrid(t *testing.T) {
	t.Parallel()
	b := bench()
	click := func(tool string, p Pointer) {
		t.Helper()
		b.Take(tool)
		b.Down(p)
		b.Up(p)
		if b.Refusal() != "" {
			t.Fatalf("%s: %s", tool, b.Refusal())
		}
	}
	click("disc", Pointer{At: sim.Vec{X: -1}, Reach: 0.05, Grid: 0.2})
	if err := b.Document.Change("density", func(f *file.Scenario) error {
		f.Bodies[0].Density, f.Bodies[0].Friction, f.Bodies[0].Grip = literal(3), literal(0.9), &file.Grip{Even: literal(2)}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	click("box", Pointer{At: sim.Vec{X: 1}, Reach: 0.05, Grid: 0.2})
	click("capsule", Pointer{At: sim.Vec{Y: 1}, Reach: 0.05})
	s := b.Document.Scene()
	near(t, "a disc's radius", s.Bodies[0].Shapes[0].Radius, 0.2)
	near(t, "a box's mass", s.Bodies[1].Mass, 3*0.4*0.4)
	near(t, "a box's friction", s.Bodies[1].Shapes[0].Friction, 0.9)
	near(t, "a box's grip", s.Bodies[1].Grip.Along, 2)
	const long, thick = 0.3, 0.3 / 8
	near(t, "a capsule's mass", s.Bodies[2].Mass, 3*(2*thick*long+math.Pi*thick*thick))
	near(t, "a capsule's middle", s.Bodies[2].Start.X, long/2)
}

// TestASketchIsWhatWillBe: the outline of a bar is one radius from its middle line everywhere.
func TestASketchIsWhatWillBe(t *testing.T) {
	t.Parallel()
	b := bench()
	b.Take("capsule")
	b.Down(at(0, 0))
	b.Move(at(0.4, 0.3))
	line := b.Sketch().Lines[0]
	axis := sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{}, sim.Vec{X: 0.4, Y: 0.3})
	reach := 0.0
	for k, v := range line.Corners {
		if got := axis.Distance(v); !(math.Abs(got-0.5/8) <= 1e-9) {
			t.Errorf("corner %d is %v m from the middle line", k, got)
		}
		reach = max(reach, v.Sub(sim.Vec{X: 0.2, Y: 0.15}).Len())
	}
	if !line.Closed || !(math.Abs(reach-0.25-0.5/8) <= 1e-9) || len(line.Corners) < 24 {
		t.Errorf("the outline reaches %v m from its middle and has %d corners", reach, len(line.Corners))
	}
}

// TestAMotorNailsOnlyWhatIsLoose.
func TestAMotorNailsOnlyWhatIsLoose(t *testing.T) {
	t.Parallel()
	b := bench()
	drag(t, b, "box", at(-0.5, -0.1), at(0.5, 0.1))
	drag(t, b, "pivot", at(0.4, 0), at(0.4, 0))
	drag(t, b, "motor", at(0.4, 0), at(0.4, 0))
	drag(t, b, "rod", at(-0.4, 0), at(-0.4, 1))
	if s := b.Document.Scene(); len(s.Joints) != 3 || s.Joints[1].Kind != sim.Motor {
		t.Errorf("joints %+v", s.Joints)
	}
	// A pivot of named points holds as well.
	d := openYard(t)
	if f := d.File(); !isNailed(f, "bar", "world") || !isNailed(f, "world", "bar") || isNailed(f, "cart", "world") || isNailed(f, "ball", "world") {
		t.Error("what is nailed is not known")
	}
	if got := base(d.File(), "hook"); got != "world" {
		t.Errorf("a point of the world belongs to %s", got)
	}
	if got := base(d.File(), "bar.tip"); got != "bar" {
		t.Errorf("a point of a bar belongs to %s", got)
	}
}

// TestForcesSuitTheLighterBody: 1 m/s² at the distance at which they are.
func TestForcesSuitTheLighterBody(t *testing.T) {
	t.Parallel()
	b := bench()
	drag(t, b, "disc", at(0, 0), at(0.2, 0))
	drag(t, b, "disc", at(1.5, 0), at(1.6, 0))
	drag(t, b, "repel", at(0, 0), at(1.5, 0))
	s := b.Document.Scene()
	about(t, "strength", s.Fields[0].Strength, s.Bodies[1].Mass*1.5*1.5)
	drag(t, b, "spring", at(0, 0.1), at(1.5, 0))
	about(t, "stiffness", b.Document.Scene().Joints[0].Stiffness, s.Bodies[1].Mass*math.Pow(2*math.Pi/0.7, 2))
	near(t, "length", b.Document.Scene().Joints[0].Length, math.Hypot(1.5, 0.1))
}

// TestWeldedBodiesWeighWhatBothDid.
func TestWeldedBodiesWeighWhatBothDid(t *testing.T) {
	t.Parallel()
	d := openYard(t)
	before := d.Scene()
	mass := before.Bodies[1].Mass + before.Bodies[2].Mass
	if err := d.Weld(thing(t, d, "bar"), thing(t, d, "cart")); err != nil {
		t.Fatal(err)
	}
	s := d.Scene()
	if len(s.Bodies) != 3 || len(s.Bodies[1].Shapes) != 2 {
		t.Fatalf("%d bodies", len(s.Bodies))
	}
	near(t, "mass", s.Bodies[1].Mass, mass)
	for _, name := range []string{"coil", "wheel"} {
		if strings.Contains(others(d), name) {
			t.Errorf("%s ties a body to itself", name)
		}
	}
	for _, name := range []string{"rail", "push", "penned", "named", "nail"} {
		if i := thing(t, d, name); i.Kind == Goal && s.Bodies[s.Goals[i.Index].Body].Name != "bar" {
			t.Errorf("%s is of %s", name, s.Bodies[s.Goals[i.Index].Body].Name)
		}
	}
	if got := d.Selection(); len(got) != 1 || d.NameOf(got[0]) != "bar" {
		t.Errorf("%v is selected", got)
	}
	if err := d.Weld(thing(t, d, "bar"), thing(t, d, "bar")); err == nil {
		t.Error("a body is welded to itself")
	}
}

// TestDocumentsOfScenes have what the scene has, and scenes and files of both formats open.
func TestDocumentsOfScenes(t *testing.T) {
	t.Parallel()
	scene := openYard(t).Scene()
	d, err := OfScene(scene)
	if err != nil {
		t.Fatal(err)
	}
	alike(t, "the yard", scene, d.Scene())
	for i := range scene.Actuators {
		a, b := scene.Actuators[i], d.Scene().Actuators[i]
		if a.Kind != b.Kind || a.Body != b.Body || a.Against != b.Against || a.Axis != b.Axis || a.Low != b.Low || a.High != b.High {
			t.Errorf("actuator %d is %+v, want %+v", i, b, a)
		}
	}
	text, err := canon.Encode(scene)
	if err != nil {
		t.Fatal(err)
	}
	read, err := Open("yard.json", text)
	if err != nil {
		t.Fatal(err)
	}
	alike(t, "the yard as a scene", scene, read.Scene())
	want, now := places(scene), places(read.Scene())
	for name, at := range want {
		if got, ok := now[name]; !ok || !(got.Sub(at).Len() <= 2e-6) {
			t.Errorf("%s is %v, want %v", name, got, at)
		}
	}
	if _, err := Open("bad.json", []byte(`{"format": 2, "bodies": [{"circle": -1}]}`)); err == nil {
		t.Error("a disc of −1 m opens")
	}
	empty, err := Open("empty.scenario.json", []byte(`{"format": 2, "arena": [4, 3]}`))
	if err != nil || !empty.Empty() || empty.Scenario() != nil {
		t.Errorf("a page without bodies: %v", err)
	}
}

// TestScenesGrowToABound and not beyond it.
func TestScenesGrowToABound(t *testing.T) {
	t.Parallel()
	const of = `{"format": 2, "bodies": [{"name": "b", "count": %d, "circle": 0.01, "at": ["i/10", 0]}]}`
	d, err := Open("grid", fmt.Appendf(nil, of, 300))
	if err != nil {
		t.Fatal(err)
	}
	const want = "the scene would have 301 bodies, and may have 300"
	if err := d.Add("draw", disc(0.1, -5, 0)); err == nil || err.Error() != want {
		t.Errorf("one more: %v", err)
	}
	if _, err := Open("grid", fmt.Appendf(nil, of, 301)); err == nil || err.Error() != want {
		t.Errorf("one more in a file: %v", err)
	}
}

// TestVersionsTellChanges, undoing among them, and looking is none.
func TestVersionsTellChanges(t *testing.T) {
	t.Parallel()
	d := openYard(t)
	last := d.Version()
	for _, c := range []struct {
		what    string
		do      func() error
		changes bool
	}{
		{"select", func() error { choose(t, d, "ball"); return nil }, false}, {"move", func() error { return d.Move(sim.Vec{X: 0.1}) }, true},
		{"move by nothing", func() error { return d.Move(sim.Vec{}) }, false},
		{"lock", d.Lock, true}, {"undo", func() error { d.Undo(); return nil }, true}, {"undo", func() error { d.Undo(); return nil }, true},
		{"redo", func() error { d.Redo(); return nil }, true}, {"copy", d.Copy, false},
		{"a gesture that is cancelled", func() error {
			d.Begin("move")
			err := d.Move(sim.Vec{X: 1})
			d.Cancel()
			return err
		}, true},
	} {
		if err := c.do(); err != nil {
			t.Errorf("%s: %v", c.what, err)
		}
		if now := d.Version(); (now != last) != c.changes {
			t.Errorf("%s: version %d after %d", c.what, now, last)
		}
		last = d.Version()
	}
}

// TestHandlesStandInTheFrameOfAThing, and scaling ends before a thing is nothing.
func TestHandlesStandInTheFrameOfAThing(t *testing.T) {
	t.Parallel()
	b := NewBench(openYard(t))
	b.Take("select")
	const reach = 0.02
	for name, angle := range map[string]float64{"bar": 0.5, "stone": 0.3, "pen": 0.1, "cart": 0} {
		choose(t, b.Document, name)
		middle := places(b.Document.Scene())[map[string]string{"bar": "bar", "cart": "cart", "pen": "pen", "stone": ""}[name]]
		if name == "stone" {
			middle = sim.Vec{X: 2.2, Y: 1.2}
		}
		turning := 0
		for _, h := range b.Handles(reach) {
			way := h.At.Sub(middle).Rotate(-angle)
			if h.Turn {
				turning++
				if !(math.Abs(way.X) <= 1e-9 && way.Y > 0) {
					t.Errorf("%s: the handle that turns is %v from the middle", name, way)
				}
			}
			if !(math.Abs(way.X) <= 1e-9) && !(math.Abs(way.Y) <= 1e-9) && h.grip.what != gripScale {
				t.Errorf("%s: a handle at %v does not scale", name, way)
			}
		}
		if turning != 1 {
			t.Errorf("%s: %d handles turn", name, turning)
		}
	}
	choose(t, b.Document, "arena")
	for _, h := range b.Handles(reach) {
		if h.Turn {
			t.Error("a room can be turned")
		}
	}
	choose(t, b.Document, "cart")
	for _, h := range b.Handles(reach) {
		if way := h.At.Sub(sim.Vec{Y: -1}); h.grip.what == gripScale && way.X > 0 && math.Abs(way.Y) <= 1e-9 {
			b.Down(Pointer{At: h.At, Reach: reach})
			b.Move(Pointer{At: h.At.Add(sim.Vec{X: -0.1}), Reach: reach, Free: true})
			b.Up(Pointer{At: h.At.Add(sim.Vec{X: -3}), Reach: reach, Free: true})
			break
		}
	}
	if size, _ := vecOf(b.Document.File().Bodies[2].Box); !(size.Sub(sim.Vec{X: 0.02 * 0.4, Y: 0.2}).Len() <= 1e-9) {
		t.Errorf("pulled through itself a box is %v", size)
	}
}

// TestShiftKeepsToAnAxis when something is moved, and adds to a lasso.
func TestShiftKeepsToAnAxis(t *testing.T) {
	t.Parallel()
	b := NewBench(openYard(t))
	b.Take("select")
	pull := func(from, by sim.Vec) {
		b.Down(Pointer{At: from, Reach: 0.02})
		b.Move(Pointer{At: from.Add(by.Scale(0.5)), Reach: 0.02, Shift: true, Free: true})
		b.Up(Pointer{At: from.Add(by), Reach: 0.02, Shift: true, Free: true})
	}
	pull(sim.Vec{X: 0.1, Y: -1.05}, sim.Vec{X: 0.1, Y: -0.5})
	if got := places(b.Document.Scene())["cart"]; !(got.Sub(sim.Vec{Y: -1.5}).Len() <= 1e-9) {
		t.Errorf("moved down, the cart is at %v", got)
	}
	pull(sim.Vec{X: 0.1, Y: -1.55}, sim.Vec{X: 0.7, Y: -0.5})
	if got := places(b.Document.Scene())["cart"]; !(got.Sub(sim.Vec{X: 0.7, Y: -1.5}).Len() <= 1e-9) {
		t.Errorf("moved aside, the cart is at %v", got)
	}
	choose(t, b.Document, "cart")
	if err := b.Document.Lock(); err != nil {
		t.Fatal(err)
	}
	choose(t, b.Document, "stone")
	round := []sim.Vec{{X: 0.8, Y: 0.3}, {X: 1.2, Y: 0.3}, {X: 1.2, Y: 0.7}, {X: 0.8, Y: 0.7}}
	b.Down(Pointer{At: round[0], Reach: 0.01, Shift: true})
	for _, at := range round[1:] {
		b.Move(Pointer{At: at, Reach: 0.01, Shift: true})
	}
	b.Up(Pointer{At: round[0].Add(sim.Vec{Y: 0.02}), Reach: 0.01, Shift: true})
	var names []string
	for _, i := range b.Document.Selection() {
		names = append(names, b.Document.NameOf(i))
	}
	if got := strings.Join(names, " "); got != "stone ball" {
		t.Errorf("a lasso with shift selects %s", got)
	}
}
