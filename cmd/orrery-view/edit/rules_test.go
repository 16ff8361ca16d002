package edit

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/canon"
	"orrery/sim/scenario/file"
)

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

// TestCancellingIsAChangeItself, for who has looked at what was tried, and none where nothing was.
func TestCancellingIsAChangeItself(t *testing.T) {
	t.Parallel()
	d := openYard(t)
	choose(t, d, "ball")
	for _, by := range []float64{1, 0} {
		d.Begin("move")
		if err := d.Move(sim.Vec{X: by}); err != nil {
			t.Fatal(err)
		}
		during := d.Version()
		if d.Cancel(); (d.Version() != during) != (by != 0) {
			t.Errorf("moved by %v m: version %d after %d", by, d.Version(), during)
		}
	}
	d.Begin("lock")
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	during := d.Version()
	if d.Cancel(); d.Version() == during || d.Locked(d.Selection()[0]) {
		t.Errorf("locked: version %d after %d", d.Version(), during)
	}
}

// TestGroupsAreApart, however many there are, and taking one apart leaves the others.
func TestGroupsAreApart(t *testing.T) {
	t.Parallel()
	d, err := Open("row", []byte(`{"format": 2, "bodies": [{"name": "b", "count": 16, "circle": 0.01, "at": ["i/10", 0]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	group := func(k int) {
		d.Select(Item{Body, 0, k}, Item{Body, 0, k + 1})
		if err := d.Group(); err != nil {
			t.Fatal(err)
		}
	}
	for k := 0; k < 16; k += 2 {
		group(k)
	}
	group(4) // takes it apart
	for k := range 16 {
		want := 2
		if k/2 == 2 {
			want = 1
		}
		if d.Select(Item{Body, 0, k}); len(d.Selection()) != want {
			t.Errorf("with %d there are %v", k, d.Selection())
		}
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
