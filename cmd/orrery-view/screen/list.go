package screen

import (
	"cmp"
	"fmt"
	"image"
	"math"
	"slices"
	"strings"
	"time"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/widget"
	"orrery/sim/render"
	"orrery/sim/render/plot"
)

// List returns the picture.
func (s *Screen) List() *render.List {
	l := s.bare()
	if s.Session.Scene() != nil {
		s.drawFilming(l)
		s.drawToast(l)
	}
	if s.Look.Help {
		s.drawHelp(l)
	}
	return l
}

// bare returns the picture without what is only meant for whoever sits before it.
func (s *Screen) bare() *render.List {
	l := &render.List{Width: s.width, Height: s.height, Background: s.theme.Background}
	if s.Session.Scene() == nil {
		return l
	}
	step := s.drawStage(l)
	s.drawFoot(l, step)
	switch {
	case s.Editing():
		s.drawEditTitle(l)
	case s.Look.Readings:
		s.drawReadings(l)
	}
	if !s.places.plot.Empty() {
		s.drawPlots(l)
	}
	if !s.places.panel.Empty() {
		l.Add(render.Block(s.places.panel, 0, s.theme.Panel))
	}
	for _, w := range s.widgets() {
		if !w.Clip.Empty() {
			l.Add(render.Clip{Part: w.Clip})
		}
		s.paint(l, &w)
		if !w.Clip.Empty() {
			l.Add(render.Clip{Part: l.Bounds()})
		}
	}
	s.paintFocus(l)
	return l
}

// paint draws a widget.
func (s *Screen) paint(l *render.List, w *widget.Widget) {
	b := widget.Brush{List: l, Theme: s.theme, Faint: s.faint, Unit: s.unit, Mouse: s.mouse, Busy: s.drag.what != nothing, Held: s.drag.name}
	switch w.Kind {
	case widget.Field:
		s.paintField(l, w, b.Text(w), b.Hovers(w))
	case widget.Track:
		s.paintTrack(l, w, b.Hovers(w))
	case widget.Label, widget.Heading, widget.Button, widget.Slider, widget.Icon:
		b.Paint(w)
	}
}

// widgets returns everything that can be clicked or dragged.
func (s *Screen) widgets() []widget.Widget {
	return append(append(append(s.headWidgets(), s.barWidgets()...), s.toolWidgets()...), s.panel()...)
}

// headWidgets returns the modes, and buttons that would otherwise need a key, from
// the right to the left, as far as there is room.
func (s *Screen) headWidgets() []widget.Widget {
	var out []widget.Widget
	part := s.places.head
	x, y, high := part.Max.X, part.Min.Y, 26.0
	add := func(width float64, text string, on bool, do func()) {
		left := x - s.px(width)
		if left < part.Min.X {
			return
		}
		out = append(out, widget.Widget{
			Kind: widget.Button, Name: "head " + text, Part: image.Rect(left, y, x, y+s.px(high)), Text: text, On: on, Do: do,
		})
		x = left - s.px(4)
	}
	if s.forFingers() {
		high = fingerSize
	}
	add(high, "?", s.Look.Help, func() { s.Look.Help = !s.Look.Help })
	add(48, "panel", s.Look.Panel, func() { s.Look.Panel = !s.Look.Panel })
	if s.Editing() {
		add(44, other(s.theme.Name), false, s.switchTheme)
		x -= s.px(6)
		add(52, "done", false, s.toggleEdit)
		return out
	}
	planning, modes := s.Session.Planning(), 3.0
	if s.Session.HasTask() {
		modes++
	}
	if x-part.Min.X >= s.px(44+10+66*modes) { // else D must do
		add(44, other(s.theme.Name), false, s.switchTheme)
	}
	x -= s.px(6)
	for _, mode := range []compare.Mode{compare.Replay, compare.Duel, compare.Sandbox} {
		add(62, string(mode), s.Session.Mode() == mode && !planning, func() {
			s.Session.Plan(false)
			s.Session.SetMode(mode)
		})
	}
	if s.Session.HasTask() {
		add(62, "plan", planning, s.plan)
	}
	return out
}

// other returns the name of the other theme.
func other(theme string) string {
	if theme == "dark" {
		return "light"
	}
	return "dark"
}

func (s *Screen) switchTheme() { s.check(s.SetTheme(other(s.theme.Name))) }

// reading is one figure of the head with its name.
type reading struct{ name, value string }

// readings returns what the head tells, the most important first.
func (s *Screen) readings() []reading {
	r := s.Session.Reading()
	unknown := func(v float64, text string) string {
		if math.IsNaN(v) {
			return "–"
		}
		return text
	}
	seconds := float64(s.Session.Frame()) * s.Session.Scene().FrameTime()
	out := []reading{{"time", fmt.Sprintf("%.2f s", seconds)}}
	name := "error now"
	if s.Session.Mode() == compare.Sandbox {
		name = fmt.Sprintf("error %.1f s ahead", r.Lead)
	}
	out = append(out, reading{name, unknown(r.Error, formatError(r.Error))})
	if noise := s.noise(); noise > 0 {
		out = append(out, reading{"measurements are off by", formatError(noise)})
	} else if s.Session.Mode() != compare.Sandbox {
		out = append(out, reading{"equivalent measurement error", unknown(r.Equivalent, formatError(r.Equivalent))})
	}
	engine := reading{"engine", formatCost(s.Session.Reading().EngineCost)}
	pictures := reading{"pictures", fmt.Sprintf("%.0f /s", s.FPS)}
	if thought := s.Session.Thought(); thought != nil {
		return append(out, reading{"decision", formatThought(thought.Cost)}, engine, pictures)
	}
	return append(out, reading{"model", formatCost(r.Cost)}, engine, pictures)
}

// formatError writes a length that may be much smaller than a millimetre.
func formatError(v float64) string {
	switch {
	case v > 0 && v < 1e-6:
		return "< 0.001 mm"
	case v < 1e-3:
		return fmt.Sprintf("%.2g mm", v*1e3)
	}
	return plot.FormatLength(v)
}

func formatCost(d time.Duration) string {
	switch {
	case d == 0:
		return "–"
	case d >= time.Millisecond:
		return fmt.Sprintf("%.3g ms/frame", microseconds(d)/1e3)
	}
	return fmt.Sprintf("%.3g µs/frame", microseconds(d))
}

func formatThought(d time.Duration) string {
	if d >= time.Second {
		return fmt.Sprintf("%.3g s", d.Seconds())
	}
	return fmt.Sprintf("%.3g ms", microseconds(d)/1e3)
}

// drawReadings draws what is shown at the left of the head, and its figures below,
// as many as there is room for.
func (s *Screen) drawReadings(l *render.List) {
	part := s.places.head
	x := float64(part.Min.X)
	limit := float64(part.Max.X)
	for _, w := range s.headWidgets() {
		limit = min(limit, float64(w.Part.Min.X)-10*s.unit)
	}
	title := render.Text{Size: widget.TitleText * s.unit, Bold: true, Colour: s.theme.Text, Value: s.Session.Scene().Name}
	title.At = render.Point{X: x, Y: float64(part.Min.Y) + (5+s.headHigh()/2)*s.unit}
	note := render.Text{Size: widget.BodyText * s.unit, Colour: s.theme.Muted, Value: s.Session.Label()}
	note.At = render.Point{X: x + title.Width() + 9*s.unit, Y: title.At.Y}
	readings := s.readings()
	if title.Width() <= limit-x {
		l.Add(title, note.Fitted(limit-note.At.X))
	} else { // beside the buttons there is no room, but there is below
		half := float64(part.Dx()) / 2
		title.Size, note.Bold = widget.SmallText*s.unit, true
		readings = slices.Insert(readings, 0, reading{title.Fitted(half).Value, cmp.Or(note.Fitted(half).Value, "–")})
	}

	if float64(part.Dy()) < s.headHigh()*s.unit+30*s.unit {
		return
	}
	base := float64(part.Max.Y)
	for _, r := range readings {
		name := render.Text{Size: widget.SmallText * s.unit, Colour: s.theme.Muted, Value: r.name}
		value := render.Text{Size: widget.BodyText * s.unit, Bold: true, Colour: s.theme.Text, Value: r.value}
		if strings.HasPrefix(r.name, "error") {
			value.Colour = s.errorColour()
		}
		name.At = render.Point{X: x, Y: base - 19*s.unit}
		value.At = render.Point{X: x, Y: base - 3*s.unit}
		wide := max(name.Width(), value.Width())
		if x+wide > float64(part.Max.X) {
			return
		}
		l.Add(name, value)
		// A column is as wide as most figures, so that these do not move the next one.
		x += max(wide, 74*s.unit) + 16*s.unit
	}
}

// errorColour returns the colour of errors, made fit to be read on the background.
func (s *Screen) errorColour() render.Colour {
	colour := s.theme.Error
	for share := 0.1; render.Contrast(colour, s.theme.Background) < 4.5 && share <= 1; share += 0.1 {
		colour = widget.Mix(s.theme.Error, s.theme.Text, share)
	}
	return colour
}
