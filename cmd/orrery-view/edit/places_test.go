package edit

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/scenario/file"
)

// TestPatchesGoBackAndForth between any two texts, and hold no more than what differs.
func TestPatchesGoBackAndForth(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		b := make([]byte, r.IntN(12))
		for i := range b {
			b[i] = "ab"[r.IntN(2)]
		}
		return string(b)
	}
	for range 2000 {
		a, b := text(), text()
		p := patchOf(a, b)
		if p.forth(a) != b || p.back(b) != a {
			t.Fatalf("%q and %q: %+v", a, b, p)
		}
		if p.before != "" && p.after != "" && (p.before[0] == p.after[0] || p.before[len(p.before)-1] == p.after[len(p.after)-1]) {
			t.Fatalf("%q and %q: %+v begins or ends alike", a, b, p)
		}
	}
	if p := patchOf("one two three", "one 2 three"); p != (patch{4, "two", "2"}) {
		t.Errorf("%+v", p)
	}
}

// TestTypedNumbersMayHaveTheirUnit, with or without a space, and those of another unit stay what they are.
func TestTypedNumbersMayHaveTheirUnit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, unit, want string }{
		{"0.5 m", "m", "0.5"}, {"0.5m", "m", "0.5"}, {" 2 m/s² ", "m/s²", "2"}, {"5 mm", "m", "5mm"}, {"30 deg", "", "30deg"}, {"30°", "", "30deg"}, {"30 °", "rad", "30deg"},
		{"−3", "m", "-3"}, {"1..2 m", "m", "1..2"}, {"1 m..2 m", "m", "1..2"}, {"1…2", "m", "1..2"}, {"1 m | 3 m", "m", "1 | 3"}, {"2 ± 0.5 m", "m", "2±0.5"}, {"1 .. 5 whole", "", "1..5 whole"},
		{"room", "m", "room"}, {"2 * size m", "m", "2 * size"}, {"room", "oom", "room"}, {"(a + b) m", "m", "(a + b)"}, {"m", "m", ""}, {"", "m", ""}, {"max(1, 2)", "", "max(1, 2)"}, {"1e-3 m", "m", "0.001"}, {"1e3 cm", "m", "1e3cm"},
	} {
		n, err := parse(c.text, c.unit)
		if got, _ := format(n); err != nil || got != c.want {
			t.Errorf("%q in %q is %q, %v; want %q", c.text, c.unit, got, err, c.want)
		}
	}
	for text, want := range map[string]string{"1..": "a number is missing", "| 2": "a number is missing", "1,5": "a point, as in 0.5", "1..2,5": "a point, as in 0.5", "NaN": "must be a finite number", "1..Inf": "must be a finite number", "2±1 whole": "no whole numbers"} {
		if n, err := parse(text, "m"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is %+v, %v; want %q", text, n, err, want)
		}
	}
}

// TestTheGridIsOfWholeSteps without what binary fractions leave, and none is no grid.
func TestTheGridIsOfWholeSteps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ x, step, want float64 }{{0.31, 0.1, 0.3}, {-0.31, 0.1, -0.3}, {0.349, 0.1, 0.3}, {0.351, 0.1, 0.4}, {-0.04, 0.1, 0}, {7.3, 2.5, 7.5}, {0.123456, 0, 0.123456}, {0.123456, -1, 0.123456}} {
		if got := grid(c.x, c.step); got != c.want || math.Signbit(got) != (c.want < 0) {
			t.Errorf("%v on a grid of %v is %v; want %v", c.x, c.step, got, c.want)
		}
	}
}

// TestLinesAreStraight at parts of 15 degrees: within two of these, or always, and as long as they were.
func TestLinesAreStraight(t *testing.T) {
	t.Parallel()
	from := sim.Vec{X: 1, Y: -2}
	for _, c := range []struct {
		degrees float64
		always  bool
		want    float64 // degrees; NaN for as it was
	}{{0, false, 0}, {1.9, false, 0}, {2.1, false, math.NaN()}, {-1.9, false, 0}, {47, false, 45}, {47.1, false, math.NaN()}, {7.4, true, 0}, {7.6, true, 15}, {178.5, false, 180}, {-178.5, false, -180}, {-92, false, -90}} {
		at := from.Add(sim.Vec{X: 2}.Rotate(c.degrees * math.Pi / 180))
		got, on := straight(from, at, c.always)
		want := at
		if !math.IsNaN(c.want) {
			want = from.Add(sim.Vec{X: 2}.Rotate(c.want * math.Pi / 180))
		}
		if on != !math.IsNaN(c.want) || !(got.Sub(want).Len() <= 3e-9) {
			t.Errorf("%v degrees: %v, %v; want %v", c.degrees, got, on, want)
		}
	}
	if got, on := straight(from, from, true); on || got != from {
		t.Errorf("no line goes to %v", got)
	}
}

// TestNamesThatMayNotBeGiven: those of things, of copies, of what has none, and words that mean something.
func TestNamesThatMayNotBeGiven(t *testing.T) {
	t.Parallel()
	f := &file.Scenario{
		Bodies: []file.Body{{Name: "ball"}, {Name: "rod", Count: file.Value(3)}, {}},
		Walls:  []file.Wall{{Name: "edge"}}, Joints: []file.Joint{{Name: "tie"}}, Goals: []file.Goal{{Name: "home"}},
		Points: []entryP{entryOf("hook", file.At(0, 0))}, Regions: []entryR{entryOf("pen", file.Region{})},
		Fields: []file.Field{{Name: "pull"}}, Actuators: []file.Actuator{{Name: "push"}},
	}
	for name, want := range map[string]bool{
		"ball": true, "ball1": false, "rod": true, "rod0": true, "rod27": true, "rods": false, "rodx1": false, "edge": true, "tie": true, "home": true, "hook": true, "pen": true, "pull": true, "push": true,
		"world": true, "arena": true, "all": true, "walls": true, "bodies": true, "goals": true, "body2": true, "body3": false, "wall0": true, "wall1": false, "joint0": true, "goal1": false, "goal0": true, "actuator0": true, "field0": true, "new": false,
	} {
		if got := taken(f, name); got != want {
			t.Errorf("%s is taken: %v", name, got)
		}
	}
	for base, want := range map[string]string{"disc": "disc1", "ball": "ball1", "ball7": "ball1", "body": "body3", "": "thing1", "42": "thing1", "rod": "rod_1", "rod5": "rod_1"} {
		if got := FreeName(f, base); got != want || taken(f, got) {
			t.Errorf("a free name like %q is %q; want %q", base, got, want)
		}
	}
	for reference, want := range map[string]string{"ball": "ball", "ball.rim": "ball", "rod[2]": "rod", "rod[i + 1].tip": "rod", "": ""} {
		if got := baseOf(reference); got != want {
			t.Errorf("%q begins with %q; want %q", reference, got, want)
		}
	}
}

// TestRenamedThingsAreReferredToByTheirNewName everywhere, with what follows the name, and others stay.
func TestRenamedThingsAreReferredToByTheirNewName(t *testing.T) {
	t.Parallel()
	d := openYard(t)
	f := d.File()
	before := d.Scene()
	Rename(f, "ball", "orb")
	Rename(f, "pen", "yard")
	for i := range f.Bodies {
		if f.Bodies[i].Name == "ball" {
			f.Bodies[i].Name = "orb"
		}
	}
	for i := range f.Regions {
		f.Regions[i].Name = "yard"
	}
	if got := f.Joints[0].Rope[0]; got != "orb" {
		t.Errorf("a rope ties %q", got)
	}
	if got := f.Joints[2].Spring[0]; got != "bar.tip" {
		t.Errorf("a spring ties %q", got)
	}
	if got := f.Actuators[1].Against; got != "orb" {
		t.Errorf("a torque is against %q", got)
	}
	if f.Goals[0].Body != "orb" || f.Goals[2].Region != "yard" || f.Fields[0].InverseSquare[0] != "orb" {
		t.Errorf("%+v, %+v, %+v", f.Goals[0], f.Goals[2], f.Fields[0])
	}
	s, err := d.stateOf(f)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := before.Joints[0], s.scene.Joints[0]; a.A != b.A || a.B != b.B || a.AnchorB != b.AnchorB {
		t.Errorf("the rope is another: %+v, was %+v", b, a)
	}
	Rename(f, "", "x")
	Rename(f, "orb", "")
	if f.Joints[0].Rope[0] != "orb" {
		t.Error("no name is a name")
	}
}

// TestThingsAreWhereTheyAre: what each looks like in the world, and its spots, by hand.
func TestThingsAreWhereTheyAre(t *testing.T) {
	t.Parallel()
	d := openYard(t)
	turn := func(x, y, angle float64, p sim.Vec) sim.Vec { return sim.Vec{X: x, Y: y}.Add(p.Rotate(angle)) }
	for _, c := range []struct {
		name  string
		spots []sim.Vec
	}{
		{"ball", []sim.Vec{{X: 1, Y: 0.5}}},
		{"string", []sim.Vec{{X: 1, Y: 0.5}, {X: 1, Y: 1}}},
		{"rail", []sim.Vec{{X: 0, Y: -1}, {X: -0.5, Y: -1}, {X: 0.5, Y: -1}}},
		{"coil", []sim.Vec{turn(-1, 0.5, 0.5, sim.Vec{X: 0.4}), {Y: -1}}},
		{"nail", []sim.Vec{{X: -1, Y: 0.5}, {X: -1, Y: 0.5}}},
		{"wheel", []sim.Vec{{X: -1, Y: 0.5}, {Y: -1}}},
		{"slot", []sim.Vec{{X: 1, Y: 0.5}, turn(-1, 0.5, 0.5, sim.Vec{Y: 0.1}), turn(-1, 0.5, 0.5, sim.Vec{X: 0.3, Y: 0.1})}},
		{"pull", []sim.Vec{{X: 1, Y: 0.5}, {X: -1, Y: 0.5}}},
		{"push", []sim.Vec{{Y: -1}}},
		{"there", []sim.Vec{{X: 1.5, Y: 0.5}}},
		{"so", []sim.Vec{{X: -1, Y: 1}}},
		{"penned", nil},
		{"turned", []sim.Vec{{X: -1, Y: 0.5}}},
		{"named", []sim.Vec{{X: -1, Y: -1.5}}},
		{"hook", []sim.Vec{{X: 1, Y: 1}}},
		{"ledge", nil}, {"pen", nil},
	} {
		got := d.Spots(thing(t, d, c.name))
		if len(got) != len(c.spots) {
			t.Errorf("%s has the spots %v; want %v", c.name, got, c.spots)
			continue
		}
		for k := range got {
			if !(got[k].Sub(c.spots[k]).Len() <= 1e-9) {
				t.Errorf("%s has the spots %v; want %v", c.name, got, c.spots)
			}
		}
	}
	for name, want := range map[string]float64{"bar": 0.5, "ball": 0, "stone": 0.3, "pen": 0.1, "ledge": 0, "there": 0} {
		near(t, "the frame of "+name, d.Frame(thing(t, d, name)), want)
	}
	for name, want := range map[string]int{"steps": 2, "ledge": 1, "stone": 1, "ball": 1, "there": 1, "so": 1, "penned": 1, "turned": 0, "string": 0, "push": 0, "pen": 1} {
		if got := len(d.Shapes(thing(t, d, name))); got != want {
			t.Errorf("%s has %d shapes; want %d", name, got, want)
		}
	}
}

// TestBoxesAroundThings hold all of them, also in a frame that is turned, and nothing has none.
func TestBoxesAroundThings(t *testing.T) {
	t.Parallel()
	d := openYard(t)
	box := func(frame float64, want [4]float64, names ...string) {
		t.Helper()
		var items []Item
		for _, name := range names {
			items = append(items, thing(t, d, name))
		}
		low, high, ok := d.BoundsIn(frame, items...)
		if got := [4]float64{low.X, low.Y, high.X, high.Y}; !ok || !slices.EqualFunc(got[:], want[:], func(a, b float64) bool { return math.Abs(a-b) <= 1e-9 }) {
			t.Errorf("%v in a frame of %v rad: %v, %v; want %v", names, frame, got, ok, want)
		}
	}
	box(0, [4]float64{0.9, 0.4, 1.1, 0.6}, "ball")
	box(math.Pi/2, [4]float64{0.4, -1.1, 0.6, -0.9}, "ball")
	box(0, [4]float64{-0.2, -1.1, 1.1, 0.6}, "ball", "cart")
	middle := sim.Vec{X: -1, Y: 0.5}.Rotate(-0.5)
	box(0.5, [4]float64{middle.X - 0.4, middle.Y - 0.1, middle.X + 0.4, middle.Y + 0.1}, "bar") // as it lies
	box(0, [4]float64{1, 0.5, 1, 1}, "string")
	box(0, [4]float64{-4, -3, 4, 3}, "arena")
	if _, _, ok := d.Bounds(); ok {
		t.Error("nothing has a place")
	}
}

// TestTheSmallerIsOnTop of what is picked at a point: ends before bodies, bodies before walls, these before regions, goals and the arena.
func TestTheSmallerIsOnTop(t *testing.T) {
	t.Parallel()
	d := openYard(t)
	for _, c := range []struct {
		name  string
		at    sim.Vec
		reach float64
		want  []string
	}{
		{"a body and what is tied to its middle", sim.Vec{X: 1, Y: 0.5}, 0.02, []string{"string", "slot", "pull", "ball"}},
		{"beside its middle", sim.Vec{X: 1.05, Y: 0.5}, 0.02, []string{"ball"}},
		{"along a rope", sim.Vec{X: 1.01, Y: 0.75}, 0.02, []string{"string"}},
		{"beside a rope", sim.Vec{X: 1.03, Y: 0.75}, 0.02, nil},
		{"beside it, within reach", sim.Vec{X: 1.03, Y: 0.75}, 0.04, []string{"string"}},
		{"a region and the goal in it", sim.Vec{X: 2.1, Y: -1.5}, 0.02, []string{"penned", "pen"}},
		{"the goal's rim", sim.Vec{X: 1.55, Y: 0.5}, 0.02, []string{"there"}},
		{"the edge", sim.Vec{X: 4.01, Y: 0.2}, 0.02, []string{"arena"}},
		{"a wall", sim.Vec{X: -2, Y: -2.01}, 0.02, []string{"ledge"}},
		{"nothing", sim.Vec{X: 3, Y: 2}, 0.02, nil},
	} {
		var got []string
		for _, i := range d.Pick(c.at, c.reach) {
			got = append(got, d.NameOf(i))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q; want %q", c.name, got, c.want)
		}
	}
}

// TestPointsInTheFrameOfABody: Local takes back where the body stands and how it is turned.
func TestPointsInTheFrameOfABody(t *testing.T) {
	t.Parallel()
	d := openYard(t)
	p := d.Local(thing(t, d, "bar"), sim.Vec{X: -1, Y: 0.5}.Add(sim.Vec{X: 0.4, Y: 0.1}.Rotate(0.5)))
	near(t, "along the bar", p.X, 0.4)
	near(t, "across the bar", p.Y, 0.1)
	if p := d.Local(thing(t, d, "ledge"), sim.Vec{X: 3, Y: 4}); p != (sim.Vec{X: 3, Y: 4}) {
		t.Errorf("a wall has a frame: %v", p)
	}
	if i, ok := d.Named("cart"); !ok || d.NameOf(i) != "cart" {
		t.Error("the cart is not found")
	}
	if _, ok := d.Named("ledge"); ok {
		t.Error("a wall is a body")
	}
}

// TestGesturesAreOneEntry of the history, whatever was tried in them; what is cancelled or refused leaves nothing.
func TestGesturesAreOneEntry(t *testing.T) {
	t.Parallel()
	d := openYard(t)
	start, version := string(d.Text()), d.Version()
	gravity := func(y float64) func(*file.Scenario) error {
		return func(f *file.Scenario) error {
			at := file.At(0, y)
			f.Gravity = &at
			return nil
		}
	}
	if err := d.Try(gravity(-1)); err == nil {
		t.Error("something is tried in no gesture")
	}
	d.Begin("fall")
	for y := range 5 {
		if err := d.Try(gravity(-float64(y) - 1)); err != nil {
			t.Fatal(err)
		}
	}
	if d.Gesture() != "fall" || len(d.Undoable()) != 0 || d.Scene().Gravity.Y != -5 {
		t.Errorf("%q, %q, gravity %v", d.Gesture(), d.Undoable(), d.Scene().Gravity)
	}
	if err := d.Try(func(f *file.Scenario) error { f.FPS = 30; return nil }); err != nil || d.Scene().FPS != 30 || d.Scene().Gravity != (sim.Vec{}) {
		t.Errorf("%v: what is tried comes on top of what was tried before: gravity %v", err, d.Scene().Gravity)
	}
	d.Cancel()
	if string(d.Text()) != start || d.Gesture() != "" || d.Version() == version {
		t.Error("what was cancelled left something, or nobody was told")
	}
	d.Begin("fall")
	if err := d.Try(gravity(-2)); err != nil {
		t.Fatal(err)
	}
	d.Begin("fly") // commits
	d.Commit()     // of nothing
	if !slices.Equal(d.Undoable(), []string{"fall"}) {
		t.Errorf("%q", d.Undoable())
	}
	refused := d.Change("sink", func(f *file.Scenario) error {
		f.Bodies[0].Circle = file.Value(-1)
		return nil
	})
	if refused == nil || d.Gesture() != "" || !slices.Equal(d.Undoable(), []string{"fall"}) || d.Scene().Gravity.Y != -2 {
		t.Errorf("%v, %q", refused, d.Undoable())
	}
	if name, ok := d.Undo(); !ok || name != "fall" || string(d.Text()) != start || !slices.Equal(d.Redoable(), []string{"fall"}) {
		t.Errorf("%q, %v", name, ok)
	}
	if _, ok := d.Undo(); ok {
		t.Error("what was not done is undone")
	}
	if name, ok := d.Redo(); !ok || name != "fall" || d.Scene().Gravity.Y != -2 {
		t.Errorf("%q, %v", name, ok)
	}
	if _, ok := d.Redo(); ok {
		t.Error("what was not undone is done again")
	}
	d.Undo()
	if err := d.Change("other", gravity(-3)); err != nil || len(d.Redoable()) != 0 {
		t.Errorf("%v; after another change %q is still there", err, d.Redoable())
	}
	d.Begin("half")
	d.Try(gravity(-9))
	if name, ok := d.Undo(); !ok || name != "half" || d.Scene().Gravity.Y != -3 || len(d.Undoable()) != 1 {
		t.Errorf("%q, %v, gravity %v", name, ok, d.Scene().Gravity)
	}
}

// TestDraggedNumbersGoInWholeSteps from what they were when the drag began.
func TestDraggedNumbersGoInWholeSteps(t *testing.T) {
	t.Parallel()
	d := openYard(t)
	choose(t, d, "bar")
	p := property(t, d, "mass")
	if !p.Dragged() || p.Value != "2" {
		t.Fatalf("%+v", p)
	}
	d.Begin("mass")
	for _, pixels := range []float64{3, -7, 10.4} {
		if err := p.Drag(d, pixels); err != nil {
			t.Fatal(err)
		}
		near(t, "the mass", d.Scene().Bodies[1].Mass, 2+p.Step*math.Round(pixels))
	}
	d.Commit()
	if len(d.Undoable()) != 1 {
		t.Errorf("%q", d.Undoable())
	}
	if err := property(t, d, "mass").Set(d, "-1"); err == nil || !strings.HasPrefix(err.Error(), "mass") && !strings.Contains(err.Error(), "mass") {
		t.Errorf("a mass of -1: %v", err)
	}
}

// TestWeldedThingsKeepTheirPlace and what was tied to either; what tied one to the other is gone.
func TestWeldedThingsKeepTheirPlace(t *testing.T) {
	t.Parallel()
	d := openYard(t)
	bar, cart := thing(t, d, "bar"), thing(t, d, "cart")
	outline := func() (low, high sim.Vec) {
		low, high, _ = d.Bounds(d.Items()[slices.IndexFunc(d.Items(), func(i Item) bool { return d.NameOf(i) == "bar" })])
		return low, high
	}
	low, high, _ := d.Bounds(bar, cart)
	mass := d.Scene().Bodies[1].Mass + d.Scene().Bodies[2].Mass
	if err := d.Weld(bar, bar); err == nil {
		t.Error("a body is welded to itself")
	}
	if err := d.Weld(bar, thing(t, d, "ledge")); err == nil {
		t.Error("a body is welded to a wall")
	}
	if err := d.Weld(bar, cart); err != nil {
		t.Fatal(err)
	}
	l, h := outline()
	near(t, "the left end", l.X, low.X)
	near(t, "the lower end", l.Y, low.Y)
	near(t, "the right end", h.X, high.X)
	near(t, "the upper end", h.Y, high.Y)
	i, ok := d.Named("bar")
	if !ok || !(math.Abs(d.Scene().Bodies[d.BodyOf(i)].Mass-mass) <= 1e-9) || !d.Selected(i) {
		t.Errorf("both weigh %v; want %v", d.Scene().Bodies[d.BodyOf(i)].Mass, mass)
	}
	names := map[string]bool{}
	for _, i := range d.Items() {
		names[d.NameOf(i)] = true
	}
	for name, want := range map[string]bool{"cart": false, "coil": false, "wheel": false, "rail": true, "nail": true, "push": true, "string": true, "slot": true, "penned": true} {
		if names[name] != want {
			t.Errorf("%s is there: %v", name, names[name])
		}
	}
	if _, ok := d.Undo(); !ok || len(d.Scene().Bodies) != 4 {
		t.Error("a weld is not undone at once")
	}
}
