package screen

import (
	"fmt"
	"image"
	"slices"
	"testing"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/widget"
	"orrery/sim/render"
)

// minTextContrast is what WCAG 2.2 §1.4.3 asks of text.
const minTextContrast = 4.5

// TestEveryTextCanBeRead measures the contrast of every text with what lies below it, in both
// themes, in every mode, with help, hovering and all that can be shown.
func TestEveryTextCanBeRead(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	for _, theme := range []string{"dark", "light"} {
		for _, size := range []image.Point{{1280, 800}, {390, 844}} {
			s := open(t, "push")
			if err := s.SetTheme(theme); err != nil {
				t.Fatal(err)
			}
			s.Resize(size.X, size.Y, 1)
			look := s.Look
			s.Look.Numbers, s.Look.Velocities, s.Look.Contacts, s.Look.Panel = true, true, true, true
			s.Look.Errors = false // whose lines may cross a number
			for _, mode := range []compare.Mode{compare.Sandbox, compare.Duel} {
				s.Session.SetMode(mode)
				s.wait(40)
				s.legible(t, fmt.Sprintf("%s %v %s", theme, size, mode))
			}
			for _, w := range s.widgets() {
				if w.Kind == widget.Button && !w.Part.Empty() {
					s.mouse = render.Point{X: float64(w.Part.Min.X+w.Part.Max.X) / 2, Y: float64(w.Part.Min.Y+w.Part.Max.Y) / 2}
					s.legible(t, fmt.Sprintf("%s %v over %s", theme, size, w.Name))
					break
				}
			}
			s.Session.Notify("a notice that is there to be read")
			s.legible(t, fmt.Sprintf("%s %v notice", theme, size))
			s.Look = look
			s.Look.Help = true
			s.legible(t, fmt.Sprintf("%s %v help", theme, size))
		}
	}
}

// TestRailsCanBeSeen on all that they lie on, as can where lines of the grid cross.
func TestRailsCanBeSeen(t *testing.T) {
	t.Parallel()
	for _, theme := range []string{"dark", "light"} {
		s := open(t, "pendulum")
		if err := s.SetTheme(theme); err != nil {
			t.Fatal(err)
		}
		for _, back := range []render.Colour{s.theme.Background, s.theme.Panel} {
			if got := render.Contrast(s.faint, back); !(got >= 3 && got < 4) {
				t.Errorf("%s: a rail has a contrast of %.2f:1 on %v", theme, got, back)
			}
		}
		of := func(w widget.Widget) bool {
			l := &render.List{}
			s.paint(l, &w)
			return slices.ContainsFunc(l.Items, func(i render.Item) bool { p, is := i.(render.Path); return is && p.Stroke.Colour == s.faint })
		}
		s.types("a")
		for _, item := range s.List().Items {
			if p, is := item.(render.Path); is && p.Stroke.Colour == s.faint && len(p.Contours) > 20 {
				theme = ""
			}
		}
		if theme != "" {
			t.Errorf("%s: no crossing of the grid is marked", theme)
		}
		if !of(widget.Widget{Kind: widget.Slider, Part: image.Rect(0, 0, 100, 40)}) || !of(widget.Widget{Kind: widget.Track, Part: image.Rect(0, 0, 100, 40)}) {
			t.Error("a rail has another colour")
		}
	}
}

// TestFingersHitEverything: on a small screen all that can be pressed or dragged is as large as a finger needs, in every mode.
func TestFingersHitEverything(t *testing.T) {
	t.Parallel()
	s := open(t, "push")
	s.Session.SetTeacher(&school{}, nil)
	s.Resize(390, 844, 1)
	s.Look.Panel = true
	check := func(where string) {
		t.Helper()
		s.wait(2)
		for _, w := range s.widgets() {
			if w.Do == nil && w.Set == nil && w.Property == nil {
				continue
			}
			if size := w.Part.Size(); size.X < s.px(fingerSize) || size.Y < s.px(fingerSize) {
				t.Errorf("%s: %q is %v", where, w.Name, size)
			}
			if w.Clip.Empty() && !w.Part.In(image.Rect(0, 0, 390, 844)) {
				t.Errorf("%s: %q is at %v", where, w.Name, w.Part)
			}
		}
		for _, name := range []string{"head ?", "head panel", "head sandbox"} {
			if where != "edit" && !slices.ContainsFunc(s.widgets(), func(w widget.Widget) bool { return w.Name == name }) {
				t.Errorf("%s: %q finds no room", where, name)
			}
		}
	}
	for _, mode := range []compare.Mode{compare.Sandbox, compare.Duel} {
		s.Session.SetMode(mode)
		check(string(mode))
	}
	s.types("a")
	s.Document().SelectAll()
	check("edit")
}

// legible measures the texts of the picture as it is.
func (s *Screen) legible(t *testing.T, where string) {
	t.Helper()
	list := s.List()
	items := slices.Clone(list.Items)
	list.Items = slices.DeleteFunc(list.Items, func(item render.Item) bool { _, is := item.(render.Text); return is })
	picture := list.Image()
	for i, item := range items {
		text, is := item.(render.Text)
		if !is {
			continue
		}
		x := text.Left()
		box := image.Rect(int(x), int(text.At.Y-0.7*text.Size), int(x+text.Width()), int(text.At.Y)).Intersect(picture.Rect)
		if box.Empty() || covered(box, items[i+1:]) {
			continue
		}
		if got := render.Contrast(text.Colour, mostly(picture, box)); !(got >= minTextContrast) {
			t.Errorf("%s: %q has a contrast of %.2f:1, must have at least %g:1", where, text.Value, got, minTextContrast)
		}
	}
}

// covered reports whether one of the items that come later lies over a part.
func covered(part image.Rectangle, later []render.Item) bool {
	for _, item := range later {
		path, is := item.(render.Path)
		if !is || path.Fill.A < 128 || len(path.Contours) == 0 {
			continue
		}
		var over image.Rectangle
		for k, p := range path.Contours[0] {
			at := image.Rect(int(p.X), int(p.Y), int(p.X)+1, int(p.Y)+1)
			if over = over.Union(at); k == 0 {
				over = at
			}
		}
		if part.In(over) {
			return true
		}
	}
	return false
}

// mostly returns the colour that most pixels of a part have.
func mostly(picture *image.RGBA, part image.Rectangle) render.Colour {
	counts, best, most := map[render.Colour]int{}, render.Colour{}, 0
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			p := picture.RGBAAt(x, y)
			c := render.Colour{R: p.R, G: p.G, B: p.B, A: 255}
			if counts[c]++; counts[c] > most {
				best, most = c, counts[c]
			}
		}
	}
	return best
}
