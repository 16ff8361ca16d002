package screen

import (
	"fmt"
	"math"

	"orrery/cmd/orrery-view/session"
	"orrery/sim/render"
)

// drawFoot draws what stands below the stage: at the right how long a side of the
// grid is, step metres, and at the left what the user should know now.
func (s *Screen) drawFoot(l *render.List, step float64) {
	part := s.layout.foot
	if part.Empty() {
		return
	}
	left := float64(part.Min.X)
	right := s.drawScale(l, step)
	if text, colour := s.message(); text != "" {
		t := render.Text{Size: bodyText * s.unit, Colour: colour, Value: text}
		t.At = render.Point{X: left, Y: float64(part.Max.Y) - 5*s.unit}
		l.Add(t.Fitted(right - left))
		return
	}
	for _, e := range s.keyEntries() {
		t := render.Text{Size: smallText * s.unit, Colour: s.theme.Muted, Value: e.name}
		t.At = render.Point{X: left + 18*s.unit, Y: float64(part.Max.Y) - 6*s.unit}
		if t.At.X+t.Width() > right {
			return
		}
		e.draw(l, render.Point{X: left + 6*s.unit, Y: t.At.Y - 4*s.unit})
		l.Add(t)
		left = t.At.X + t.Width() + 18*s.unit
	}
}

// message returns the notice, what is being recorded, why there is no prediction, or
// the hint for someone who has not done anything yet.
func (s *Screen) message() (text string, colour render.Colour) {
	notice, why := s.Session.Notice(), s.Session.Reading().Why
	switch {
	case notice != "":
		return notice, s.theme.Text
	case s.recorder.active():
		return fmt.Sprintf("recording %.1f s · F9 ends it", s.recorder.seconds()), s.errorColour()
	case why != "" && s.Look.Ghost:
		models, chosen := s.Session.Models()
		return "no prediction by " + models[chosen].Name + ": " + why, s.theme.Text
	case s.Session.Arrived():
		return "done · click where it should go next", s.theme.Text
	case !s.touched && s.ticks < hintTicks:
		if s.Session.HasTask() {
			return "P lets a planner act · the arrow keys drive it · drag a body and throw it · F1 shows all keys", s.theme.Text
		}
		if len(s.Session.Scene().Actuators) > 0 {
			return "the arrow keys drive it · drag a body and throw it · F1 shows all keys", s.theme.Text
		}
		return "drag a body and throw it · right click adds one · F1 shows all keys", s.theme.Text
	}
	return "", render.Colour{}
}

// keyEntry explains one thing drawn by a small picture of it and a name.
type keyEntry struct {
	name string
	draw func(l *render.List, at render.Point)
}

// keyEntries explains what solid and outlined mean.
func (s *Screen) keyEntries() []keyEntry {
	disc := func(fill, edge render.Colour, width float64) func(*render.List, render.Point) {
		return func(l *render.List, at render.Point) {
			l.Add(render.Circle(at, 5*s.unit, fill, render.Stroke{Colour: edge, Width: width * s.unit}))
		}
	}
	t := s.theme
	entries := []keyEntry{{"true (solid)", disc(t.True, t.Rim, 1.5)}}
	if !s.Look.Ghost {
		return entries
	}
	if s.Session.Planning() {
		entries = append(entries, keyEntry{"goal (dashed)", func(l *render.List, at render.Point) {
			stroke := render.Stroke{Colour: t.Text, Width: 1.5 * s.unit, Dash: 2.5 * s.unit, Gap: 2 * s.unit}
			l.Add(render.Circle(at, 5*s.unit, render.Colour{}, stroke))
		}})
		return append(entries, keyEntry{"where the plan leads (outlined)", disc(t.Predicted.Fade(0.16), t.Predicted, 2)})
	}
	name := "predicted (outlined)"
	if s.Session.Mode() == session.Sandbox {
		horizon := float64(s.Session.Horizon()) * s.Session.Scene().FrameTime()
		name = fmt.Sprintf("predicted, %.2g s from now (outlined)", horizon)
	}
	return append(entries, keyEntry{name, disc(t.Predicted.Fade(0.16), t.Predicted, 2)})
}

// drawScale draws a side of the grid with its length, and returns where that begins.
func (s *Screen) drawScale(l *render.List, step float64) float64 {
	part := s.layout.foot
	y := float64(part.Max.Y) - 6*s.unit
	text := render.Text{Size: smallText * s.unit, Align: render.Right, Colour: s.theme.Muted, Value: render.FormatLength(step)}
	text.At = render.Point{X: float64(part.Max.X), Y: y}
	end := text.At.X - text.Width() - 6*s.unit
	from := end - step*s.camera().Scale
	if !(from >= float64(part.Min.X)) || math.IsInf(from, 0) {
		return float64(part.Max.X)
	}
	y -= 4 * s.unit
	stroke := render.Stroke{Colour: s.theme.Muted, Width: 1.5 * s.unit}
	tick := 3 * s.unit
	l.Add(text,
		render.Polyline(stroke, render.Point{X: from, Y: y}, render.Point{X: end, Y: y}),
		render.Polyline(stroke, render.Point{X: from, Y: y - tick}, render.Point{X: from, Y: y + tick}),
		render.Polyline(stroke, render.Point{X: end, Y: y - tick}, render.Point{X: end, Y: y + tick}))
	return from - 12*s.unit
}
