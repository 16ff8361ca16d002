package widget

import (
	"image"
	"math"
	"strings"

	"orrery/cmd/orrery-view/icon"
	"orrery/sim/render"
)

// Brush paints widgets.
type Brush struct {
	List  *render.List // to which it adds
	Theme *render.Theme
	Faint render.Colour // of marks that are to be seen and no more
	Unit  float64       // px
	Mouse render.Point  // px
	Busy  bool          // something is dragged, so that nothing else shows that the mouse is on it
	Held  string        // name of the widget that is dragged, or nothing
}

// Sizes of text in units.
const (
	SmallText = 12
	BodyText  = 13
	TitleText = 17
)

// Hovers reports whether the mouse is on a widget, or drags it.
func (b *Brush) Hovers(w *Widget) bool {
	return b.Held == w.Name && w.Name != "" || !b.Busy && w.Under(b.Mouse)
}

// Text returns the text of a widget at the left and in the middle of its height.
func (b *Brush) Text(w *Widget) render.Text {
	text := render.Text{Size: SmallText * b.Unit, Colour: b.Theme.Text, Value: w.Text}
	text.At = render.Point{X: float64(w.Part.Min.X), Y: float64(w.Part.Min.Y+w.Part.Max.Y)/2 + 0.36*text.Size}
	return text
}

// Paint draws a widget of any kind but Field and Track, of which only their owner knows what they show.
func (b *Brush) Paint(w *Widget) {
	t, l, text, hover := b.Theme, b.List, b.Text(w), b.Hovers(w)
	switch w.Kind {
	case Heading:
		text.Colour, text.Bold = t.Muted, true
		l.Add(text.Fitted(float64(w.Part.Dx())))
	case Label:
		text.Colour = t.Muted
		if w.Value != "" {
			text.Value, text.Align, text.At.X = w.Value, render.Centre, float64(w.Part.Min.X+w.Part.Max.X)/2
		}
		l.Add(text.Fitted(float64(w.Part.Dx())))
	case Button:
		back := t.Grid
		switch {
		case w.On:
			back, text.Colour = t.True, White
		case hover:
			back = Mix(t.Grid, t.Muted, 0.35)
		}
		l.Add(render.Block(w.Part, 5*b.Unit, back))
		if w.Curve != nil {
			text.At.X += 6 * b.Unit
			l.Add(text.Fitted(float64(w.Part.Dx())/2 - 8*b.Unit))
			b.spark(w)
			return
		}
		text.Align, text.At.X = render.Centre, float64(w.Part.Min.X+w.Part.Max.X)/2
		l.Add(text.Fitted(float64(w.Part.Dx()) - 4*b.Unit))
	case Icon:
		b.icon(w, hover)
	case Slider:
		b.slider(w, text, hover)
	default:
		panic("widget: a kind of widget that its owner paints")
	}
}

// slider draws name and value above a rail with a knob.
func (b *Brush) slider(w *Widget, text render.Text, hover bool) {
	t := b.Theme
	value := text
	value.Value, value.Align, value.At.X, value.Bold = w.Value, render.Right, float64(w.Part.Max.X), true
	text.At.Y = float64(w.Part.Min.Y) + 12*b.Unit
	value.At.Y, text.Colour = text.At.Y, t.Muted
	b.List.Add(value, text.Fitted(float64(w.Part.Dx())-value.Width()-8*b.Unit))
	left, right := w.Rail(b.Unit)
	y := float64(w.Part.Max.Y) - 8*b.Unit
	knob := render.Point{X: left + w.Share*(right-left), Y: y}
	line := func(colour render.Colour, width, from, to float64) render.Path {
		stroke := render.Stroke{Colour: colour, Width: width * b.Unit, Round: true}
		return render.Polyline(stroke, render.Point{X: from, Y: y}, render.Point{X: to, Y: y})
	}
	radius := 5.5 * b.Unit
	if hover {
		radius = 6.5 * b.Unit
	}
	b.List.Add(line(b.Faint, 1.5, left, right), line(t.True, 3, left, knob.X), render.Circle(knob, radius, t.Text, render.Stroke{}))
}

// icon draws a button with a drawing.
func (b *Brush) icon(w *Widget, hover bool) {
	t := b.Theme
	back, ink := t.Grid, t.Text
	switch {
	case w.Value == Off:
		ink = Mix(t.Muted, t.Grid, 0.45)
	case w.On:
		back, ink = t.True, White
	case hover:
		back = Mix(t.Grid, t.Muted, 0.35)
	}
	b.List.Add(render.Block(w.Part, 5*b.Unit, back))
	middle := render.Point{X: float64(w.Part.Min.X+w.Part.Max.X) / 2, Y: float64(w.Part.Min.Y+w.Part.Max.Y) / 2}
	size := min(float64(min(w.Part.Dx(), w.Part.Dy()))*0.36, 15*b.Unit)
	icon.Draw(b.List, w.Text, middle, size, b.Unit, ink)
}

// Decades is over how many powers of ten curves of buttons reach, up to a metre.
const Decades = 5

// spark draws the curve of a button in its right half, by powers of ten: what is at the bottom is too small to count.
func (b *Brush) spark(w *Widget) {
	part := image.Rect((w.Part.Min.X+w.Part.Max.X)/2, w.Part.Min.Y, w.Part.Max.X, w.Part.Max.Y).Inset(int(4*b.Unit + 0.5))
	colour := b.Theme.Predicted
	if w.On {
		colour = White
	}
	var way []render.Point
	for i, v := range w.Curve {
		if math.IsNaN(v) {
			break
		}
		high := min(max(1+math.Log10(max(v, 1e-12))/Decades, 0), 1)
		way = append(way, render.Point{
			X: float64(part.Min.X) + float64(i)/float64(len(w.Curve)-1)*float64(part.Dx()),
			Y: float64(part.Max.Y) - high*float64(part.Dy()),
		})
	}
	if len(way) > 1 {
		b.List.Add(render.Polyline(render.Stroke{Colour: colour, Width: 1.5 * b.Unit}, way...))
	}
}

// White is the colour of text on what is chosen.
var White = render.Colour{R: 255, G: 255, B: 255, A: 255}

// Mix returns a colour between two opaque ones, a share from 0 to 1 of the way from a to b.
func Mix(a, b render.Colour, share float64) render.Colour {
	blend := func(x, y uint8) uint8 { return uint8(float64(x) + share*(float64(y)-float64(x)) + 0.5) }
	return render.Colour{R: blend(a.R, b.R), G: blend(a.G, b.G), B: blend(a.B, b.B), A: 255}
}

// Wrapped returns a text in at most so many lines that are no wider than room pixels.
// Words that are wider, and what is too much for the last line, end in an ellipsis.
func Wrapped(text render.Text, value string, room float64, most int) []render.Text {
	var lines []render.Text
	text.Value = ""
	for _, word := range strings.Fields(value) {
		longer := text
		longer.Value = strings.TrimSpace(text.Value + " " + word)
		if longer.Width() > room && text.Value != "" && len(lines) < most-1 {
			lines = append(lines, text.Fitted(room))
			longer.Value = word
		}
		text = longer
	}
	return append(lines, text.Fitted(room))
}
