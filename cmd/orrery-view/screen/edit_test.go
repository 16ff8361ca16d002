package screen

import (
	"image"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"orrery/cmd/orrery-view/edit"
	"orrery/cmd/orrery-view/icon"
	"orrery/cmd/orrery-view/widget"
	"orrery/sim"
	"orrery/sim/render"
)

// editing returns a screen with an empty page in the edit mode.
func editing(t *testing.T, width, height int) *Screen {
	t.Helper()
	s := open(t, "pendulum")
	s.Resize(width, height, 1)
	s.Edit(edit.New())
	return s
}

// at returns where a place of the world is on the screen.
func (s *Screen) at(x, y float64) render.Point { return s.camera().Pixel(sim.Vec{X: x, Y: y}) }

// stroke drags with the mouse or, else, with a finger.
func (s *Screen) stroke(mouse bool, points ...render.Point) {
	for k := range len(points) - 1 {
		for _, share := range []float64{0, 0.5, 1} {
			p := render.Point{X: points[k].X + share*(points[k+1].X-points[k].X), Y: points[k].Y + share*(points[k+1].Y-points[k].Y)}
			in := Input{Mouse: p, Left: true}
			if !mouse {
				in.Touches = []Touch{{1, p}}
			}
			s.Update(in)
		}
	}
	end := Input{Mouse: points[len(points)-1]}
	if !mouse {
		end.Mouse = render.Point{X: 1, Y: 1} // where the mouse has been left
	}
	s.Update(end)
}

// type presses keys one after the other.
func (s *Screen) types(keys ...string) {
	for _, key := range keys {
		in := Input{Mouse: s.mouse, Keys: []string{key}}
		if rest, ok := strings.CutPrefix(key, "ctrl+"); ok {
			in.Keys, in.Control = []string{rest}, true
		}
		s.Update(in)
	}
}

func near(t *testing.T, what string, got, want, by float64) {
	t.Helper()
	if !(math.Abs(got-want) <= by) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// TestDrawPlayAndStop: what is drawn with the mouse runs, and stopping comes back to it with nothing lost.
func TestDrawPlayAndStop(t *testing.T) {
	t.Parallel()
	s := editing(t, 1280, 800)
	_, p := s.find(t, "tool disc")
	s.click(p)
	s.stroke(true, s.at(0, 0.5), s.at(0.2, 0.5))
	d := s.Document()
	near(t, "radius", d.Scene().Bodies[0].Shapes[0].Radius, 0.2, 1e-9)
	text := string(d.Text())
	_, p = s.find(t, "bar play")
	s.click(p)
	if s.Editing() || s.Session.Paused() {
		t.Fatal("it does not play")
	}
	s.wait(60)
	if !(s.Session.State()[0].Y < 0.4) {
		t.Errorf("after a second the disc is at %v", s.Session.State()[0].Y)
	}
	_, p = s.find(t, "bar edit")
	s.click(p)
	if !s.Editing() || s.Document() != d || string(d.Text()) != text {
		t.Fatal("stopping does not come back to the edit")
	}
	if d.Scene().Bodies[0].Start.Y != 0.5 {
		t.Error("playing moved what is edited")
	}
	s.types("ctrl+z")
	if !d.Empty() {
		t.Error("after playing nothing can be undone")
	}
	s.types("ctrl+y", "a")
	if s.Editing() || !s.Session.Paused() {
		t.Error("A does not leave the edit mode")
	}
	s.wait(5)
	s.types("a")
	if !s.Editing() || s.Document() != d || string(d.Text()) != text {
		t.Error("A does not come back")
	}
}

// TestWhatIsShownIsEdited: a scenario of the library as its file has it, and a scene that a hand has changed as it is.
func TestWhatIsShownIsEdited(t *testing.T) {
	t.Parallel()
	s := open(t, "push")
	s.wait(3)
	s.types("a")
	if len(s.Document().File().Params) == 0 {
		t.Error("the scenario has lost its parameters")
	}
	s.types("a")
	s.Session.Spawn(0, sim.Vec{X: 0.9, Y: 0.9})
	bodies := len(s.Session.Scene().Bodies)
	s.types("a")
	if got := len(s.Document().Scene().Bodies); got != bodies {
		t.Errorf("%d bodies are edited, %d were shown", got, bodies)
	}
}

// TestKeysAloneBuildAPendulum, and run it.
func TestKeysAloneBuildAPendulum(t *testing.T) {
	t.Parallel()
	s := editing(t, 1280, 800)
	repeat := func(key string, n int) {
		for range n {
			s.types(key)
		}
	}
	s.types("1", "Enter") // at the cursor, in the middle
	repeat("ArrowRight", 2)
	s.types("Enter", "b")
	repeat("ArrowLeft", 2)
	s.types("Enter")
	repeat("ArrowUp", 6)
	repeat("ArrowRight", 6)
	s.types("Enter")
	d := s.Document()
	if scene := d.Scene(); len(scene.Bodies) != 1 || len(scene.Joints) != 1 || scene.Joints[0].Kind != sim.Pin || scene.Joints[0].B != sim.World {
		t.Fatalf("no pendulum: %s", d.Text())
	}
	length := d.Scene().Joints[0].AnchorB.Len()
	s.types("Space")
	lowest := math.Inf(1)
	for range 240 {
		s.wait(1)
		at := s.Session.State()[0].Position().Sub(d.Scene().Joints[0].AnchorB)
		near(t, "length of the rod", at.Len(), length, 0.01*length)
		lowest = min(lowest, at.Y)
	}
	near(t, "the lowest point", lowest, -length, 0.02*length)
	s.types("a", "Escape", "Tab")
	if len(d.Selection()) != 1 || !s.editor.keys {
		t.Error("tab selects nothing")
	}
	before := d.Scene().Bodies[0].Start.X
	s.types("v", "ArrowRight")
	if !(d.Scene().Bodies[0].Start.X > before) {
		t.Error("arrows do not move what is selected")
	}
	s.types("Delete")
	if !d.Empty() || len(d.Scene().Joints) != 0 || len(d.File().Points) != 0 {
		t.Errorf("after deleting the disc there is %s", d.Text())
	}
}

// TestFingersDo everything that a mouse does, on a small screen.
func TestFingersDo(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and fingers start no goroutine")
	}
	s := editing(t, 390, 844)
	tap := func(name string) {
		t.Helper()
		w, p := s.find(t, name)
		if w.Part.Dx() < 44 || w.Part.Dy() < 44 {
			t.Errorf("%s is %v, too small for a finger", name, w.Part)
		}
		s.stroke(false, p, p)
	}
	if w, _ := s.find(t, "head done"); w.Part.Dx() < 44 || w.Part.Dy() < 44 {
		t.Errorf("done is %v", w.Part)
	}
	tap("set draw")
	tap("tool box")
	s.stroke(false, s.at(-0.8, -0.4), s.at(0, 0.4))
	d := s.Document()
	if len(d.Scene().Bodies) != 1 {
		t.Fatalf("no box: %s", s.Session.Notice())
	}
	tap("set select")
	middle := s.at(-0.4, 0)
	s.stroke(false, middle, middle)
	if len(d.Selection()) != 1 {
		t.Fatal("a tap selects nothing")
	}
	for _, h := range s.editor.bench.Handles(s.reach()) {
		if h.Turn {
			about := d.Scene().Bodies[0].Start.Position()
			s.stroke(false, s.camera().Pixel(h.At), s.camera().Pixel(about.Add(h.At.Sub(about).Rotate(-math.Pi/4))))
			break
		}
	}
	near(t, "turned by a finger", d.Scene().Bodies[0].Start.Angle, -math.Pi/4, 1e-9)

	// Two fingers twice as far apart: all is twice as large, and nothing is drawn, whatever the tool.
	tap("set draw")
	text, before := string(d.Text()), s.camera().Scale
	a, b := s.at(-0.5, 0.8), s.at(0.5, 0.8)
	pinch := func(a, b render.Point) { s.Update(Input{Mouse: a, Left: true, Touches: []Touch{{1, a}, {2, b}}}) }
	s.Update(Input{Mouse: a, Left: true, Touches: []Touch{{1, a}}})
	pinch(a, b)
	reach := (b.X - a.X) / 2
	for k := range 11 {
		by := reach * float64(k) / 10
		sin, cos := math.Sincos(0.05 * float64(k)) // turned a little, too
		x, y := (reach+by)*cos, (reach+by)*sin
		m := render.Point{X: (a.X + b.X) / 2, Y: (a.Y + b.Y) / 2}
		pinch(render.Point{X: m.X - x, Y: m.Y - y}, render.Point{X: m.X + x, Y: m.Y + y})
	}
	s.Update(Input{Mouse: a, Left: true, Touches: []Touch{{1, a}}}) // one is lifted before the other
	s.Update(Input{Mouse: b, Left: true, Touches: []Touch{{1, b}}})
	s.Update(Input{Mouse: b})
	near(t, "pinched", s.camera().Scale/before, 2, 0.02)
	if string(d.Text()) != text || s.editor.bench.Busy() {
		t.Error("two fingers drew something")
	}

	// Two fingers that turn do so with what is selected, once they have turned by ten degrees: one entry, and the view stays.
	tap("set select")
	d.Select()
	s.types("f")
	s.stroke(false, s.at(-0.4, 0), s.at(-0.4, 0))
	entries, was := len(d.Undoable()), s.camera()
	turning := func(angle, reach float64) {
		m := s.at(0.2, 0.6)
		sin, cos := math.Sincos(angle)
		pinch(render.Point{X: m.X - reach*cos, Y: m.Y + reach*sin}, render.Point{X: m.X + reach*cos, Y: m.Y - reach*sin})
	}
	for k := range 8 {
		turning(0.01*float64(k), 60)
	}
	if len(d.Undoable()) != entries || d.Gesture() != "" {
		t.Error("fingers that hardly turn turn something")
	}
	for k := range 21 {
		turning(math.Pi/6*float64(k)/20, 60)
	}
	s.Update(Input{Mouse: s.at(0, 0)})
	near(t, "turned by two fingers", d.Scene().Bodies[0].Start.Angle, -math.Pi/4+math.Pi/6, 1e-9)
	if now := s.camera(); d.Gesture() != "" || !(now.World(render.Point{}).Sub(was.World(render.Point{})).Len() <= 1e-9) || !(math.Abs(now.Scale/was.Scale-1) < 1e-9) {
		t.Errorf("%q goes on; the view went from %v to %v", d.Gesture(), was, now)
	}
	if got := len(d.Undoable()); got != entries+1 {
		t.Errorf("%d entries after %d: %v", got, entries, d.Undoable())
	}
	s.types("ctrl+z")
	near(t, "turned back", d.Scene().Bodies[0].Start.Angle, -math.Pi/4, 1e-9)

	// A long press takes more; a second finger makes it none.
	tap("set select")
	d.Select()
	s.types("f")
	at := s.camera().Pixel(d.Scene().Bodies[0].Start.Position())
	for range 35 {
		s.Update(Input{Mouse: at, Left: true, Touches: []Touch{{1, at}}})
	}
	s.Update(Input{Mouse: at})
	if len(d.Selection()) != 1 {
		t.Errorf("after a long press %v is selected", d.Selection())
	}
	for range 20 {
		s.Update(Input{Mouse: at, Left: true, Touches: []Touch{{1, at}}})
	}
	pinch(at, s.at(1, 1))
	for range 40 {
		pinch(at, s.at(1, 1))
	}
	s.Update(Input{Mouse: at})
	if len(d.Selection()) != 1 {
		t.Errorf("a second finger did not end the press: %v is selected", d.Selection())
	}
	tap("do delete")
	if !d.Empty() {
		t.Error("the bin deletes nothing")
	}
	tap("bar undo")
	if d.Empty() {
		t.Error("undo brings nothing back")
	}
}

// TestLongPressSelectsMore than one thing, without keys.
func TestLongPressSelectsMore(t *testing.T) {
	t.Parallel()
	s := editing(t, 390, 844)
	s.take("disc")
	s.stroke(false, s.at(-1, 0), s.at(-0.7, 0))
	s.stroke(false, s.at(1, 0), s.at(1.3, 0))
	s.take("select")
	first, second := s.at(-1, 0), s.at(1, 0)
	s.stroke(false, first, first)
	for range 29 {
		s.Update(Input{Mouse: second, Left: true, Touches: []Touch{{1, second}}})
	}
	if len(s.Document().Selection()) != 1 {
		t.Error("29 sixtieths of a second are a long press already")
	}
	s.Update(Input{Mouse: second})
	s.stroke(false, first, first)
	for range 40 {
		s.Update(Input{Mouse: second, Left: true, Touches: []Touch{{1, second}}})
	}
	s.Update(Input{Mouse: second})
	if len(s.Document().Selection()) != 2 {
		t.Errorf("%v is selected", s.Document().Selection())
	}
}

// TestTheEditModeFits: parts keep apart and inside the picture at every size, and handles and texts are as large as they
// must be.
func TestTheEditModeFits(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{1280, 800}, {640, 480}, {390, 844}, {320, 240}, {1920, 1080}} {
		s := editing(t, size[0], size[1])
		s.wait(2)
		list := s.widgets()
		for i, w := range list {
			if !w.Part.In(s.List().Bounds()) {
				t.Errorf("%v: %s is outside: %v", size, w.Name, w.Part)
			}
			for _, other := range list[:i] {
				if w.Part.Overlaps(other.Part) {
					t.Errorf("%v: %s overlaps %s", size, w.Name, other.Name)
				}
			}
			if w.Kind == widget.Icon && (!icon.Has(w.Text) || buttonWords[w.Text] == "" && !strings.HasPrefix(w.Name, "tool ") && !strings.HasPrefix(w.Name, "set ")) {
				t.Errorf("the button %s has no drawing or no words", w.Name)
			}
		}
		for _, part := range []struct {
			name string
			ok   bool
		}{{"stage", s.places.stage.Dy() >= 60}, {"tools", !s.places.tools.Overlaps(s.places.stage)}, {"bar", !s.places.bar.Overlaps(s.places.stage)}} {
			if !part.ok {
				t.Errorf("%v: %s has no room: %+v", size, part.name, s.places)
			}
		}
	}
}

// TestAMonkeyEdits for a while: nothing panics, all that is left is a scenario.
func TestAMonkeyEdits(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and editing starts no goroutine")
	}
	s := editing(t, 640, 480)
	rng := rand.New(rand.NewPCG(5, 5))
	keys := Keys()
	for range 300 {
		in := Input{Mouse: render.Point{X: 640 * rng.Float64(), Y: 480 * rng.Float64()}, Left: rng.IntN(2) == 0, Right: rng.IntN(20) == 0, Shift: rng.IntN(4) == 0, Control: rng.IntN(5) == 0}
		for n := range rng.IntN(3) {
			if in.Left {
				in.Touches = append(in.Touches, Touch{n, render.Point{X: in.Mouse.X + 40*float64(n), Y: in.Mouse.Y}})
			}
		}
		if key := keys[rng.IntN(len(keys))]; rng.IntN(2) == 0 && key != "F9" && key != "F12" && key != "p" && !strings.HasPrefix(key, "ctrl+") {
			in.Keys = []string{key}
		}
		s.Update(in)
		if rng.IntN(50) == 0 {
			s.List()
		}
		if d := s.Document(); len(d.Scene().Bodies) > 12 {
			d.SelectAll()
			s.check(d.Delete())
		}
		if !s.Editing() && rng.IntN(10) == 0 {
			s.toggleEdit()
		}
	}
	if d := s.Document(); !d.Empty() {
		if _, err := edit.Open("x", d.Text()); err != nil {
			t.Error(err)
		}
	}
}

// TestTheHelpIsWhole: nothing of it is cut off in the picture of a phone, nor in a wide one.
func TestTheHelpIsWhole(t *testing.T) {
	t.Parallel()
	for _, size := range []image.Point{{X: 390, Y: 844}, {X: 640, Y: 480}, {X: 1280, Y: 800}} {
		s := open(t, "mixed")
		s.Resize(size.X, size.Y, 1)
		for _, c := range s.helpColumns() {
			if !(c.width(s.unit)+2*helpMargin*s.unit <= float64(size.X)) {
				t.Errorf("%v: a column is %v px wide", size, c.width(s.unit))
			}
			for _, b := range c.rows {
				_, lines := s.helpTexts(b, c.what)
				var said []string
				for _, line := range lines {
					said = append(said, line.Value)
				}
				if got := strings.Join(said, " "); got != b.what {
					t.Errorf("%v: %q is shown of %q", size, got, b.what)
				}
			}
		}
	}
}

// TestTheHelpScrollsByDragging, as fingers have no wheel, and a click closes it.
func TestTheHelpScrollsByDragging(t *testing.T) {
	t.Parallel()
	s := editing(t, 390, 844)
	s.types("F1")
	s.stroke(false, s.at(0, 0.5), s.at(0, 0.1))
	if s.helpScroll != 0 || !s.Look.Help {
		t.Error("dragging down goes beyond the top")
	}
	before := s.at(0, 0.5)
	s.stroke(false, before, render.Point{X: before.X, Y: before.Y - 100})
	near(t, "scrolled", s.helpScroll, 100, 1e-9)
	s.click(before)
	if s.Look.Help {
		t.Error("a click does not close it")
	}
}

// TestHandlesAreAsLargeAsTheyMustBe: 28 units for a mouse and 44 for a finger.
func TestHandlesAreAsLargeAsTheyMustBe(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		mouse bool
		reach float64
	}{{true, 14}, {false, 22}} {
		for _, off := range []float64{c.reach - 1, c.reach + 1} {
			s := editing(t, 800, 800)
			s.take("box")
			s.stroke(c.mouse, s.at(-0.6, -0.6), s.at(0.6, 0.6))
			s.take("select")
			var corner render.Point
			for _, h := range s.editor.bench.Handles(s.reach()) {
				if p := s.camera().Pixel(h.At); !h.Turn && h.At.X > 0.6 && h.At.Y > 0.6 {
					corner = p
				}
			}
			from := render.Point{X: corner.X + off/math.Sqrt2, Y: corner.Y - off/math.Sqrt2}
			s.stroke(c.mouse, from, render.Point{X: from.X + 60, Y: from.Y - 60})
			taken := s.Document().Scene().Bodies[0].Mass > 10*1.45
			if taken != (off < c.reach) {
				t.Errorf("mouse %v: %v px from its middle a handle is taken: %v", c.mouse, off, taken)
			}
		}
	}
}
