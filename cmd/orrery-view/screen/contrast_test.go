package screen

import (
	"fmt"
	"image"
	"slices"
	"testing"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/sim/render"
)

// minTextContrast is what WCAG 2.2 §1.4.3 asks of text.
const minTextContrast = 4.5

// TestEveryTextCanBeRead measures the contrast of every text with what lies below it, in both
// themes, in every mode, with help, hovering and all that can be shown.
func TestEveryTextCanBeRead(t *testing.T) {
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
				if w.kind == button && !w.part.Empty() {
					s.mouse = render.Point{X: float64(w.part.Min.X+w.part.Max.X) / 2, Y: float64(w.part.Min.Y+w.part.Max.Y) / 2}
					s.legible(t, fmt.Sprintf("%s %v over %s", theme, size, w.name))
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
		x := text.At.X
		switch text.Align {
		case render.Centre:
			x -= text.Width() / 2
		case render.Right:
			x -= text.Width()
		}
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
