package screen

import (
	"math"
	"strings"
	"testing"

	"orrery/cmd/orrery-view/edit"
	"orrery/cmd/orrery-view/widget"
	"orrery/sim/render"
)

// drawn opens a table with a ball, which is selected, in the edit mode.
func drawn(t *testing.T) *Screen {
	t.Helper()
	s := open(t, "mixed")
	if err := s.OpenText("table.scenario.json", "", []byte(`{"format": 2, "arena": [4, 3], "bodies": [{"name": "ball", "circle": 0.1, "at": [0.5, 0]}, {"name": "box", "box": [0.2, 0.2]}]}`)); err != nil {
		t.Fatal(err)
	}
	s.Document().Select(edit.Item{Kind: edit.Body})
	s.Update(Input{})
	return s
}

// fieldOf returns the field of a property and a point in it.
func (s *Screen) fieldOf(t *testing.T, name string) (widget.Widget, render.Point) {
	t.Helper()
	for _, w := range s.widgets() {
		if w.Property != nil && propertyOf(&w).Name == name {
			return w, render.Point{X: float64(w.Part.Max.X - 20), Y: float64(w.Part.Min.Y+w.Part.Max.Y) / 2}
		}
	}
	t.Fatalf("there is no field for %s", name)
	return widget.Widget{}, render.Point{}
}

// TestPropertiesAreTyped with mouse and keys: taken by enter, dropped by escape, refused in words.
func TestPropertiesAreTyped(t *testing.T) {
	t.Parallel()
	s := drawn(t)
	w, at := s.fieldOf(t, "mass")
	s.click(at)
	if !s.Typing() || s.typing.name != w.Name {
		t.Fatal("a click begins no typing")
	}
	s.Update(Input{Mouse: at, Text: "2.5", Keys: []string{"2", "a"}}) // which are tools else
	s.hit("Enter")
	text := func() string { return string(s.Document().Text()) }
	if s.Typing() || !strings.Contains(text(), `"mass": 2.5`) || len(s.Document().Undoable()) != 1 || !s.Editing() {
		t.Fatalf("typed is %s", text())
	}
	s.click(at)
	s.Update(Input{Mouse: at, Text: "-3"})
	s.hit("Enter")
	if !s.Typing() || !s.typing.wrong || !strings.Contains(s.Session.Notice(), "mass") || !strings.Contains(text(), `"mass": 2.5`) {
		t.Errorf("a wrong mass: typing %v, %q, %s", s.Typing(), s.Session.Notice(), text())
	}
	s.hit("Escape")
	if s.Typing() || !s.Editing() {
		t.Error("escape ends no typing")
	}
	s.click(at)
	s.hit("c", "ctrl")
	s.hit("End")
	s.hit("v", "ctrl")
	if got := s.typing.field.Text(); got != "2.52.5" {
		t.Errorf("copied and pasted is %q", got)
	}
	s.hit("Escape")
	s.click(at)
	s.Update(Input{Mouse: at, Text: "4"})
	s.hit("Tab") // takes it, and goes on
	if next, ok := s.focused(); s.Typing() || !ok || next.Name == w.Name || !strings.Contains(text(), `"mass": 4`) {
		t.Errorf("tab goes on to %q", next.Name)
	}
}

// TestNumbersAreDragged to the side: one entry of the history. Upwards the panel is scrolled.
func TestNumbersAreDragged(t *testing.T) {
	t.Parallel()
	s := drawn(t)
	_, at := s.fieldOf(t, "x")
	drag := func(x, y float64) {
		s.Update(Input{Mouse: at, Left: true})
		for k := range 5 {
			s.Update(Input{Mouse: render.Point{X: at.X + x*float64(k+1)/5, Y: at.Y + y*float64(k+1)/5}, Left: true})
		}
		s.Update(Input{Mouse: render.Point{X: at.X + x, Y: at.Y + y}})
	}
	drag(-50, 0)
	if d := s.Document(); len(d.Undoable()) != 1 || !(math.Abs(d.Scene().Bodies[0].Start.X) <= 0.01) {
		t.Errorf("the ball is at %v after %v", d.Scene().Bodies[0].Start, d.Undoable())
	}
	s.Resize(1280, 400, 1)
	s.wait(1)
	_, at = s.fieldOf(t, "y")
	if drag(0, -60); !(s.scroll >= 50) || len(s.Document().Undoable()) != 1 || s.Typing() {
		t.Errorf("the panel is scrolled by %v, %v", s.scroll, s.Document().Undoable())
	}
}

// TestWhatIsTypedStaysInItsDrawing: another one that is opened meanwhile has nothing of it, and of a number that was dragged neither.
func TestWhatIsTypedStaysInItsDrawing(t *testing.T) {
	t.Parallel()
	s := drawn(t)
	if err := s.Document().Copy(); err != nil {
		t.Fatal(err)
	}
	s.Document().Select(edit.Item{Kind: edit.Body, Index: 1})
	s.wait(1)
	_, at := s.fieldOf(t, "mass")
	s.click(at)
	s.Update(Input{Mouse: at, Text: "7"})
	lone := func() {
		t.Helper()
		if err := s.OpenText("lone.scenario.json", "", []byte(`{"format": 2, "arena": [4, 3], "bodies": [{"name": "alone", "circle": 0.1}]}`)); err != nil {
			t.Fatal(err)
		}
	}
	lone()
	former := s.Document()
	if s.click(s.at(0.9, 0.9)); s.Typing() || strings.Contains(string(former.Text()), "mass") || len(former.Undoable()) > 0 {
		t.Errorf("typed there is %s", former.Text())
	}
	s.types("ctrl+v")
	if len(former.Scene().Bodies) != 2 {
		t.Error("what was copied in another drawing cannot be pasted")
	}
	former.Select(edit.Item{Kind: edit.Body})
	s.wait(1)
	_, at = s.fieldOf(t, "x")
	s.Update(Input{Mouse: at, Left: true})
	s.Update(Input{Mouse: render.Point{X: at.X + 20, Y: at.Y}, Left: true})
	before := len(former.Undoable())
	lone()
	if former.Gesture() != "" || len(former.Undoable()) != before+1 {
		t.Errorf("%q is under way for ever, %v", former.Gesture(), former.Undoable())
	}
}

// TestASecondFingerEndsDragging of a number, which is an entry of the history.
func TestASecondFingerEndsDragging(t *testing.T) {
	t.Parallel()
	s := drawn(t)
	_, at := s.fieldOf(t, "x")
	for k := range 3 {
		p := render.Point{X: at.X + 10*float64(k), Y: at.Y}
		s.Update(Input{Mouse: p, Left: true, Touches: []Touch{{1, p}}})
	}
	s.Update(Input{Mouse: at, Left: true, Touches: []Touch{{1, at}, {2, s.at(0, 0)}}})
	s.Update(Input{Mouse: at})
	if d := s.Document(); d.Gesture() != "" || len(d.Undoable()) != 1 {
		t.Errorf("%q is under way, %v", d.Gesture(), d.Undoable())
	}
}

// TestTurningKeysTurnAsTheySay: [ one way and ] the other, with shift as well, which prints braces.
func TestTurningKeysTurnAsTheySay(t *testing.T) {
	t.Parallel()
	for key, degrees := range map[string]float64{"[": 15, "]": -15, "{": 1, "}": -1} {
		s := drawn(t)
		s.Document().Select(edit.Item{Kind: edit.Body, Index: 1})
		s.Update(Input{Mouse: s.mouse, Keys: []string{key}, Shift: key == "{" || key == "}"})
		near(t, key, s.Document().Scene().Bodies[1].Start.Angle*180/math.Pi, degrees, 1e-6)
	}
}

// TestTheKeyboardReachesAllOfThePanel by F6 and tab, shows where it is, and uses it.
func TestTheKeyboardReachesAllOfThePanel(t *testing.T) {
	t.Parallel()
	s := drawn(t)
	seen := map[string]bool{}
	s.hit("F6")
	for range 200 {
		w, ok := s.focused()
		if !ok {
			t.Fatal("the keyboard is nowhere")
		}
		if !w.Clip.Empty() && !w.Part.In(w.Clip.Inset(-1)) {
			t.Errorf("%s is out of view", w.Name)
		}
		if seen[w.Name] {
			break
		}
		seen[w.Name] = true
		s.hit("Tab")
	}
	for _, w := range s.namedWidgets() {
		if (w.Do != nil || w.Set != nil || w.Property != nil) && w.Name != "" && !seen[w.Name] {
			t.Errorf("the keyboard does not reach %s", w.Name)
		}
	}
	s.hit("Escape")
	if s.typing.focus != "" || len(s.Document().Selection()) != 1 {
		t.Error("escape leaves no panel, or does more")
	}
	w, _ := s.fieldOf(t, "kind")
	s.typing.focus = w.Name
	before := len(s.List().Items)
	s.hit("Enter")
	if s.typing.menu != w.Name || len(s.List().Items) <= before {
		t.Error("the choices are not shown")
	}
	if s.Do("kinematic"); !strings.Contains(string(s.Document().Text()), `"kind": "kinematic"`) {
		t.Error("nothing is chosen")
	}
	w, _ = s.fieldOf(t, "radius")
	s.typing.focus = w.Name
	if s.hit("ArrowRight"); !strings.Contains(string(s.Document().Text()), `"circle": 0.105`) {
		t.Errorf("an arrow makes %s", s.Document().Text())
	}
	if s.Type(w.Name, "0.3"); !strings.Contains(string(s.Document().Text()), `"circle": 0.3`) {
		t.Error("words do not type")
	}
}
