package screen

import (
	"image"

	"orrery/cmd/orrery-view/edit"
	"orrery/sim/render"
)

// kind says how a widget looks and what it reacts to.
type kind int

const (
	label      kind = iota // text
	heading                // text above a section
	button                 // does something when it is clicked
	slider                 // sets a value while it is dragged
	track                  // a slider for time
	iconButton             // a button with a drawing, which its text names
	field                  // a property that can be typed or dragged
)

// widget is something on the screen that can be read, clicked or dragged.
type widget struct {
	kind  kind
	name  string // by which a drag knows its widget again
	part  image.Rectangle
	text  string
	value string  // of a slider, at the right end; of a label, centred
	on    bool    // a button that is chosen
	share float64 // 0 to 1, of a slider
	do    func()
	set   func(share float64)
	curve []float64 // of a button, drawn in its right half

	property *edit.Property  // of a field
	clip     image.Rectangle // beyond which it cannot be seen; empty for none
}

// at returns the widget of a list that reacts at a point, the last drawn first.
func at(widgets []widget, p render.Point) (widget, bool) {
	point := image.Pt(int(p.X), int(p.Y))
	for i := len(widgets) - 1; i >= 0; i-- {
		w := widgets[i]
		if point.In(w.part) && (w.clip.Empty() || point.In(w.clip)) && (w.do != nil || w.set != nil || w.property != nil) {
			return w, true
		}
	}
	return widget{}, false
}

// shareAt returns which share of a slider lies left of a point.
func (w *widget) shareAt(p render.Point, unit float64) float64 {
	left, right := w.rail(unit)
	return min(max((p.X-left)/max(right-left, 1), 0), 1)
}

// rail returns where the rail of a slider begins and ends.
func (w *widget) rail(unit float64) (left, right float64) {
	inset := 7 * unit
	return float64(w.part.Min.X) + inset, float64(w.part.Max.X) - inset
}

// Sizes of text in units.
const (
	smallText = 12
	bodyText  = 13
	titleText = 17
	largeText = 21
)

// paint draws a widget.
func (s *Screen) paint(l *render.List, w *widget) {
	t := s.theme
	hover := (s.drag.name == w.name && w.name != "") || s.drag.what == nothing && image.Pt(int(s.mouse.X), int(s.mouse.Y)).In(w.part) &&
		(w.clip.Empty() || image.Pt(int(s.mouse.X), int(s.mouse.Y)).In(w.clip))
	text := render.Text{Size: smallText * s.unit, Colour: t.Text, Value: w.text}
	middle := float64(w.part.Min.Y+w.part.Max.Y)/2 + 0.36*text.Size
	text.At = render.Point{X: float64(w.part.Min.X), Y: middle}
	switch w.kind {
	case heading:
		text.Colour, text.Bold = t.Muted, true
		l.Add(text.Fitted(float64(w.part.Dx())))
	case label:
		text.Colour = t.Muted
		if w.value != "" {
			text.Value, text.Align, text.At.X = w.value, render.Centre, float64(w.part.Min.X+w.part.Max.X)/2
		}
		l.Add(text.Fitted(float64(w.part.Dx())))
	case button:
		back := t.Grid
		switch {
		case w.on:
			back, text.Colour = t.True, white
		case hover:
			back = mix(t.Grid, t.Muted, 0.35)
		}
		l.Add(render.Block(w.part, 5*s.unit, back))
		if w.curve != nil {
			text.At.X += 6 * s.unit
			l.Add(text.Fitted(float64(w.part.Dx())/2 - 8*s.unit))
			s.paintSpark(l, w)
			return
		}
		text.Align, text.At.X = render.Centre, float64(w.part.Min.X+w.part.Max.X)/2
		l.Add(text.Fitted(float64(w.part.Dx()) - 4*s.unit))
	case iconButton:
		s.paintIcon(l, w, hover)
	case field:
		s.paintField(l, w, text, hover)
	case slider:
		s.paintSlider(l, w, text, hover)
	case track:
		s.paintTrack(l, w, hover)
	}
}

// paintSlider draws name and value above a rail with a knob.
func (s *Screen) paintSlider(l *render.List, w *widget, text render.Text, hover bool) {
	t := s.theme
	value := text
	value.Value, value.Align, value.At.X, value.Bold = w.value, render.Right, float64(w.part.Max.X), true
	text.At.Y = float64(w.part.Min.Y) + 12*s.unit
	value.At.Y, text.Colour = text.At.Y, t.Muted
	l.Add(value, text.Fitted(float64(w.part.Dx())-value.Width()-8*s.unit))
	left, right := w.rail(s.unit)
	y := float64(w.part.Max.Y) - 8*s.unit
	knob := render.Point{X: left + w.share*(right-left), Y: y}
	line := func(colour render.Colour, width, from, to float64) render.Path {
		stroke := render.Stroke{Colour: colour, Width: width * s.unit, Round: true}
		return render.Polyline(stroke, render.Point{X: from, Y: y}, render.Point{X: to, Y: y})
	}
	radius := 5.5 * s.unit
	if hover {
		radius = 6.5 * s.unit
	}
	l.Add(line(s.faint, 1.5, left, right), line(t.True, 3, left, knob.X), render.Circle(knob, radius, t.Text, render.Stroke{}))
}

var white = render.Colour{R: 255, G: 255, B: 255, A: 255}

// mix returns a colour between two opaque ones.
func mix(a, b render.Colour, share float64) render.Colour {
	blend := func(x, y uint8) uint8 { return uint8(float64(x) + share*(float64(y)-float64(x)) + 0.5) }
	return render.Colour{R: blend(a.R, b.R), G: blend(a.G, b.G), B: blend(a.B, b.B), A: 255}
}
