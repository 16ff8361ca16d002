package widget_test

import (
	"image"
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/cmd/orrery-view/widget"
	"orrery/sim/render"
)

// colours of a theme in which all differ.
var theme = render.Theme{
	Text: render.Colour{R: 1, A: 255}, Muted: render.Colour{R: 100, G: 200, B: 50, A: 255}, Grid: render.Colour{R: 200, G: 100, B: 150, A: 255},
	True: render.Colour{B: 200, A: 255}, Predicted: render.Colour{R: 250, A: 255},
}

// painted returns what a widget draws where a unit is 2 px, and the first text and the first path of it.
func painted(w widget.Widget, mouse render.Point) (items []render.Item, text render.Text, path render.Path) {
	b := widget.Brush{List: &render.List{}, Theme: &theme, Unit: 2, Mouse: mouse, Faint: render.Colour{G: 9, A: 255}}
	b.Paint(&w)
	for i := len(b.List.Items) - 1; i >= 0; i-- {
		switch item := b.List.Items[i].(type) {
		case render.Text:
			text = item
		case render.Path:
			path = item
		}
	}
	return b.List.Items, text, path
}

var (
	part = image.Rect(20, 10, 220, 50)
	away = render.Point{X: 900, Y: 900}
	over = render.Point{X: 30, Y: 20}
)

// TestTextsStandInTheirWidget: headings and labels at its left, values and buttons in its middle, all in the middle of its height.
func TestTextsStandInTheirWidget(t *testing.T) {
	t.Parallel()
	between := func(share float64) render.Colour { return widget.Mix(theme.Grid, theme.Muted, share) }
	for name, c := range map[string]struct {
		widget widget.Widget
		mouse  render.Point
		value  string
		x      float64
		align  render.Align
		colour render.Colour
		bold   bool
		back   render.Colour
	}{
		"heading": {widget.Widget{Kind: widget.Heading, Text: "a"}, away, "a", 20, render.Left, theme.Muted, true, render.Colour{}}, "label": {widget.Widget{Kind: widget.Label, Text: "a"}, over, "a", 20, render.Left, theme.Muted, false, render.Colour{}},
		"value": {widget.Widget{Kind: widget.Label, Text: "a", Value: "b"}, away, "b", 120, render.Centre, theme.Muted, false, render.Colour{}}, "button": {widget.Widget{Kind: widget.Button, Text: "a"}, away, "a", 120, render.Centre, theme.Text, false, theme.Grid},
		"chosen": {widget.Widget{Kind: widget.Button, Text: "a", On: true}, over, "a", 120, render.Centre, widget.White, false, theme.True}, "below the mouse": {widget.Widget{Kind: widget.Button, Text: "a"}, over, "a", 120, render.Centre, theme.Text, false, between(0.35)},
		"with a curve": {widget.Widget{Kind: widget.Button, Text: "a", Curve: []float64{1, 1}}, away, "a", 32, render.Left, theme.Text, false, theme.Grid},
	} {
		c.widget.Part = part
		_, text, path := painted(c.widget, c.mouse)
		if text.Value != c.value || text.At.X != c.x || !scalar.EqualWithinAbs(text.At.Y, 30+0.36*24, 1e-9) || text.Align != c.align || text.Colour != c.colour || text.Bold != c.bold || text.Size != 24 {
			t.Errorf("%s: %+v", name, text)
		}
		if path.Fill != c.back {
			t.Errorf("%s: on %v, want %v", name, path.Fill, c.back)
		}
	}
	for room, w := range map[float64]widget.Widget{200: {Kind: widget.Label}, 192: {Kind: widget.Button}, 84: {Kind: widget.Button, Curve: []float64{1, 1}}} {
		w.Part, w.Text = part, "many words that are far too wide for any of these widgets"
		if _, text, _ := painted(w, away); !(text.Width() <= room && text.Width() >= room-24) {
			t.Errorf("a text is %v px wide, of %v", text.Width(), room)
		}
	}
}

// TestSlidersShowTheirShare: name at the left and value at the right, above a rail, whose knob is larger below the mouse.
func TestSlidersShowTheirShare(t *testing.T) {
	t.Parallel()
	for mouse, radius := range map[render.Point]float64{away: 11, over: 13} {
		items, value, rail := painted(widget.Widget{Kind: widget.Slider, Part: part, Text: "gravity", Value: "9.81", Share: 0.25}, mouse)
		if len(items) != 5 {
			t.Fatalf("%d items", len(items))
		}
		name, done, knob := items[1].(render.Text), items[3].(render.Path), items[4].(render.Path)
		if value.Value != "9.81" || value.Align != render.Right || value.At != (render.Point{X: 220, Y: 34}) || !value.Bold || value.Colour != theme.Text {
			t.Errorf("value %+v", value)
		}
		if name.Value != "gravity" || name.At != (render.Point{X: 20, Y: 34}) || name.Colour != theme.Muted || name.Bold {
			t.Errorf("name %+v", name)
		}
		if a, b := rail.Contours[0][0], rail.Contours[0][1]; a != (render.Point{X: 34, Y: 34}) || b != (render.Point{X: 206, Y: 34}) || rail.Stroke.Width != 3 || rail.Stroke.Colour.G != 9 || !rail.Stroke.Round {
			t.Errorf("rail from %v to %v, %+v", a, b, rail.Stroke)
		}
		if b := done.Contours[0][1]; b != (render.Point{X: 34 + 43, Y: 34}) || done.Stroke.Width != 6 || done.Stroke.Colour != theme.True {
			t.Errorf("it is blue up to %v, %+v", b, done.Stroke)
		}
		for _, p := range knob.Contours[0] {
			if !scalar.EqualWithinAbs(math.Hypot(p.X-77, p.Y-34), radius, 0.2) {
				t.Errorf("the knob reaches to %v, must have a radius of %v", p, radius)
				break
			}
		}
	}
	wide := widget.Widget{Kind: widget.Slider, Part: part, Text: "a name that is far too long for this", Value: "1,000,000 m"}
	items, value, _ := painted(wide, away)
	if name := items[1].(render.Text); !(name.Width() <= 200-value.Width()-16 && name.Width() >= 200-value.Width()-16-26) {
		t.Errorf("the name is %v px wide beside a value of %v", name.Width(), value.Width())
	}
}

// TestCurvesOfButtonsAreByPowersOfTen: five of them up to a metre, in the right half; what is smaller or larger is at the end, and
// what is not a number ends it.
func TestCurvesOfButtonsAreByPowersOfTen(t *testing.T) {
	t.Parallel()
	curve := []float64{1e-9, 1e-5, 1e-3, 0.1, 1, 50, 0}
	for _, on := range []bool{false, true} {
		items, _, _ := painted(widget.Widget{Kind: widget.Button, Part: part, Curve: curve, On: on}, away)
		way := items[2].(render.Path)
		if want := map[bool]render.Colour{false: theme.Predicted, true: widget.White}[on]; way.Stroke.Colour != want || way.Stroke.Width != 3 {
			t.Errorf("%+v", way.Stroke)
		}
		for i, high := range []float64{0, 0, 0.4, 0.8, 1, 1, 0} {
			if p := way.Contours[0][i]; !scalar.EqualWithinAbs(p.X, 128+float64(i)/6*84, 1e-9) || !scalar.EqualWithinAbs(p.Y, 42-high*24, 1e-9) {
				t.Errorf("%v m is at %v", curve[i], p)
			}
		}
	}
	for n, curve := range map[int][]float64{2: {math.NaN(), 1}, 3: {1, 1, math.NaN(), 1}} {
		if items, _, _ := painted(widget.Widget{Kind: widget.Button, Part: part, Curve: curve}, away); len(items) != n || n == 3 && len(items[2].(render.Path).Contours[0]) != 2 {
			t.Errorf("%v: %d items", curve, len(items))
		}
	}
}

// TestIconsAreOfTheirState: faint where they are of no use, white where they are chosen, and no larger than 15 units.
func TestIconsAreOfTheirState(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		widget widget.Widget
		mouse  render.Point
		back   render.Colour
		ink    render.Colour
	}{
		{widget.Widget{}, away, theme.Grid, theme.Text}, {widget.Widget{}, over, widget.Mix(theme.Grid, theme.Muted, 0.35), theme.Text}, {widget.Widget{On: true}, over, theme.True, widget.White},
		{widget.Widget{On: true, Value: widget.Off}, over, theme.Grid, widget.Mix(theme.Muted, theme.Grid, 0.45)},
	} {
		for size, box := range map[float64]image.Rectangle{14.4: part, 30: image.Rect(20, 10, 220, 210)} {
			c.widget.Kind, c.widget.Text, c.widget.Part = widget.Icon, "undo", box
			items, _, back := painted(c.widget, c.mouse)
			if back.Fill != c.back || len(items) < 2 {
				t.Errorf("%+v: on %v of %d items", c.widget, back.Fill, len(items))
			}
			middle := render.Point{X: float64(box.Min.X+box.Max.X) / 2, Y: float64(box.Min.Y+box.Max.Y) / 2}
			far := 0.0
			for _, item := range items[1:] {
				path := item.(render.Path)
				if path.Fill != c.ink && path.Stroke.Colour != c.ink {
					t.Errorf("%+v: drawn with %v, %v", c.widget, path.Fill, path.Stroke.Colour)
				}
				for _, contour := range path.Contours {
					for _, p := range contour {
						far = max(far, math.Abs(p.X-middle.X), math.Abs(p.Y-middle.Y))
					}
				}
			}
			if !(far <= 1.1*size) || !(far >= 0.5*size) {
				t.Errorf("%v: it reaches %v px from its middle, want about %v", box, far, size)
			}
		}
	}
	if got, want := widget.Mix(render.Colour{R: 0, G: 10, B: 255}, render.Colour{R: 255, G: 11, B: 0}, 0.5), (render.Colour{R: 128, G: 11, B: 128, A: 255}); got != want {
		t.Errorf("mixed to %v", got)
	}
}

// TestWidgetsInWords: for those who do not see them.
func TestWidgetsInWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		widget widget.Widget
		want   widget.Node
		said   bool
	}{
		{widget.Widget{Kind: widget.Heading, Name: "n", Text: "a", On: true}, widget.Node{ID: "heading a", Role: "heading", Name: "a"}, true}, {widget.Widget{Kind: widget.Label, Text: "a", Value: "b"}, widget.Node{ID: "text a", Role: "text", Name: "a"}, true},
		{widget.Widget{Kind: widget.Label, Value: "b"}, widget.Node{ID: "text b", Role: "text", Name: "b"}, true}, {widget.Widget{Kind: widget.Label}, widget.Node{ID: "text ", Role: "text"}, false},
		{widget.Widget{Kind: widget.Button, Name: "n", Text: "‹", On: true}, widget.Node{ID: "n", Role: "button", Name: "one frame back", On: true}, true}, {widget.Widget{Kind: widget.Button, Name: "n", Text: "a"}, widget.Node{ID: "n", Role: "button", Name: "a"}, true},
		{widget.Widget{Kind: widget.Icon, Name: "n", Text: "undo", Value: widget.Off}, widget.Node{ID: "n", Role: "button", Name: "undo", Off: true}, true}, {widget.Widget{Kind: widget.Icon, Name: "n", Text: "undo"}, widget.Node{ID: "n", Role: "button", Name: "undo"}, true},
		{widget.Widget{Kind: widget.Field, Name: "n", Text: "mass", Value: "2", Unit: "kg"}, widget.Node{ID: "n", Role: "field", Name: "mass, kg", Value: "2"}, true}, {widget.Widget{Kind: widget.Field, Name: "n", Text: "name", Value: "x"}, widget.Node{ID: "n", Role: "field", Name: "name", Value: "x"}, true},
		{widget.Widget{Kind: widget.Slider, Name: "n", Text: "g", Value: "9", Share: 0.12345}, widget.Node{ID: "n", Role: "slider", Name: "g", Value: "9", Share: 0.123}, true}, {widget.Widget{Kind: widget.Track, Name: "n", Share: 0.9996}, widget.Node{ID: "n", Role: "slider", Name: "time", Share: 1}, true},
	} {
		if got, said := c.widget.Node(); got != c.want || said != c.said {
			t.Errorf("%+v: %+v, %v", c.widget, got, said)
		}
	}
	for _, c := range []struct {
		w    widget.Widget
		want bool
	}{{widget.Widget{}, false}, {widget.Widget{Do: func() {}}, true}, {widget.Widget{Set: func(float64) {}}, true}, {widget.Widget{Property: 3}, true}} {
		if c.w.Reacts() != c.want {
			t.Errorf("it reacts: %v", !c.want)
		}
	}
	nameless := widget.Widget{Part: part}
	if b := (&widget.Brush{Mouse: away, Busy: true}); b.Hovers(&nameless) {
		t.Error("what has no name is taken for what is held")
	}
}
