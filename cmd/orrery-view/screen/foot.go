package screen

import (
	"fmt"
	"math"
	"slices"

	"orrery/cmd/orrery-view/session"
	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/tape"
	"orrery/cmd/orrery-view/widget"
	"orrery/sim/render"
	"orrery/sim/render/plot"
)

// drawFoot draws what stands below the stage: at the right how long a side of the
// grid is, step metres, and at the left what the drawing means.
func (s *Screen) drawFoot(l *render.List, step float64) {
	part := s.places.foot
	if part.Empty() {
		return
	}
	left, right := float64(part.Min.X), float64(part.Max.X)
	if s.Editing() {
		s.drawEditHint(l, left, s.drawScale(l, step))
		return
	}
	entries := s.keyEntries()
	_, from := s.scale(step)
	room := from - 12*s.unit - left
	if s.keyWidth(entries) > room {
		for k := range entries {
			entries[k].name = entries[k].short
		}
	}
	if s.keyWidth(entries) <= room || !slices.ContainsFunc(entries, func(e keyEntry) bool { return e.warns }) {
		right = s.drawScale(l, step)
	} // else a warning matters more than the scale
	for _, e := range entries {
		t := s.keyText(e)
		t.At = render.Point{X: left + 18*s.unit, Y: float64(part.Max.Y) - 6*s.unit}
		if e.draw == nil { // a reason, which may be long
			t.At.X = left
			t = t.Fitted(right - left)
		}
		if t.At.X+t.Width() > right {
			return
		}
		if e.draw != nil {
			e.draw(l, render.Point{X: left + 6*s.unit, Y: t.At.Y - 4*s.unit})
		}
		l.Add(t)
		left = t.At.X + t.Width() + keyGap*s.unit
	}
}

// keyGap is between two entries of the key, in units.
const keyGap = 18

// keyEntry explains one thing drawn by a small picture of it and a name.
type keyEntry struct {
	name, short string
	draw        func(l *render.List, at render.Point) // nil for words alone
	warns       bool
}

func (s *Screen) keyText(e keyEntry) render.Text {
	text := render.Text{Size: widget.SmallText * s.unit, Colour: s.theme.Muted, Value: e.name}
	if e.warns {
		text.Colour = s.errorColour()
	}
	return text
}

// keyWidth returns how many pixels entries need.
func (s *Screen) keyWidth(entries []keyEntry) float64 {
	width := 0.0
	for _, e := range entries {
		t := s.keyText(e)
		width += t.Width() + keyGap*s.unit
		if e.draw != nil {
			width += 18 * s.unit
		}
	}
	return width - keyGap*s.unit
}

// keyEntries explains what solid and outlined mean, or why nothing is outlined.
func (s *Screen) keyEntries() []keyEntry {
	t, ses := s.theme, s.Session
	disc := func(fill, edge render.Colour, width, dash float64) func(*render.List, render.Point) {
		return func(l *render.List, at render.Point) {
			stroke := render.Stroke{Colour: edge, Width: width * s.unit, Dash: dash * s.unit, Gap: 0.8 * dash * s.unit}
			l.Add(render.Circle(at, 5*s.unit, fill, stroke))
		}
	}
	predicted := disc(t.Predicted.Fade(0.16), t.Predicted, 2, 0)
	entries := []keyEntry{{name: "true (solid)", short: "true", draw: disc(t.True, t.Rim, 1.5, 0)}}
	if ses.Seen() != nil {
		entries = []keyEntry{{name: "estimated (solid)", short: "estimated", draw: disc(t.True, t.Rim, 1.5, 0)}, {name: "measured (cross)", short: "measured", draw: s.drawCross}}
	}
	if s.Look.Contacts {
		entries = append(entries, keyEntry{name: "what pushes it (predicted: dashed)", short: "push", draw: func(l *render.List, at render.Point) {
			reach := 6 * s.unit
			l.Add(render.Polyline(render.Stroke{Colour: t.Contact, Width: 2 * s.unit, Round: true},
				render.Point{X: at.X - reach, Y: at.Y}, render.Point{X: at.X + reach, Y: at.Y}))
		}})
	}
	if !s.Look.Ghost {
		return entries
	}
	if ses.Planning() {
		return append(entries, keyEntry{name: "goal (dashed)", short: "goal", draw: disc(render.Colour{}, t.Text, 1.5, 2.5)},
			keyEntry{name: "where the plan by " + s.guesser() + " leads (outlined)", short: "plan by " + s.guesser(), draw: predicted})
	}
	if why := ses.Reading().Why; why != "" {
		reason := "no prediction by " + s.guesser() + ": " + why
		return append(entries, keyEntry{name: reason, short: reason})
	}
	short := "predicted by " + s.guesser()
	name := short + " (outlined)"
	if ses.Mode() == compare.Sandbox {
		name = fmt.Sprintf("%s, %.2g s from now (outlined)", short, float64(ses.Horizon())*ses.Scene().FrameTime())
	}
	if frames := ses.History(); frames > 0 {
		since := fmt.Sprintf(" from %.2f s on", float64(frames-1)*ses.Scene().FrameTime())
		name, short = short+since+" (outlined)", short+since
	}
	if s.unknown() && ses.CanLearn() && !ses.Lesson().On {
		offer := "no model fits: free flight is drawn, without contacts (outlined) · L learns this scene"
		return append(entries, keyEntry{name: offer, short: "no model fits: L learns this scene", draw: predicted, warns: true})
	}
	if rival, c := ses.Rival(); c != nil {
		name, short = letterChosen+": "+name, letterChosen+" "+s.guesser()
		return append(entries, keyEntry{name: name, short: short, draw: predicted}, s.rivalEntry(rival))
	}
	entries = append(entries, keyEntry{name: name, short: short, draw: predicted})
	if s.worried.text != "" {
		warning := "cannot be right: " + s.worried.text
		return append(entries, keyEntry{name: warning, short: warning, warns: true})
	}
	if f := ses.Forecast(); f != nil && f.Regions != nil {
		name, short := "where 90 % (dashed) and 50 % should be", "may be"
		if were := ses.Coverage([2]float64{0.9, 0.5}); !math.IsNaN(were[0]) {
			name = fmt.Sprintf("where 90 %% (dashed) and 50 %% should be: %.0f %% and %.0f %% were", 100*were[0], 100*were[1])
			short = fmt.Sprintf("90 %% (dashed): %.0f %%", 100*were[0])
		}
		entries = append(entries, keyEntry{name: name, short: short, draw: disc(t.Predicted.Fade(0.1), t.Predicted, 1, 2.5)})
	} else if why := s.undoubted(); f != nil && why != "" {
		entries = append(entries, keyEntry{name: why, short: why})
	}
	if s.Look.Errors && ses.Mode() != compare.Sandbox {
		entries = append(entries, keyEntry{name: "error (line)", short: "error", draw: func(l *render.List, at render.Point) {
			reach := 6 * s.unit
			l.Add(render.Polyline(render.Stroke{Colour: t.Error, Width: 2 * s.unit, Round: true},
				render.Point{X: at.X - reach, Y: at.Y}, render.Point{X: at.X + reach, Y: at.Y}))
		}})
	}
	if ses.Surprise() != nil {
		entries = append(entries, keyEntry{name: "what surprises " + s.chosen() + " (strip below)", short: "surprise", draw: disc(t.Error, t.Error, 0, 0)})
	}
	return entries
}

// undoubted says why no ellipses show how unsure the chosen model is, or nothing where nobody expects them.
func (s *Screen) undoubted() string {
	models, chosen := s.Session.Models()
	switch {
	case !models[chosen].Trained():
		return ""
	case models[chosen].Name == session.Learned && s.Session.Lesson().On:
		return "how unsure it is: not measured yet"
	}
	return "how unsure it is: never measured"
}

// drawCross draws a measurement in the key.
func (s *Screen) drawCross(l *render.List, at render.Point) {
	reach := 2 * render.SightReach * s.unit
	cross := render.Polyline(render.Stroke{Colour: s.theme.Text, Width: s.unit}, render.Point{X: at.X - reach, Y: at.Y}, render.Point{X: at.X + reach, Y: at.Y})
	cross.Contours = append(cross.Contours, []render.Point{{X: at.X, Y: at.Y - reach}, {X: at.X, Y: at.Y + reach}})
	l.Add(cross)
}

// guesser returns the name of the model whose predictions are shown.
func (s *Screen) guesser() string {
	if show := s.Session.Show(); s.Session.Mode() == compare.Replay && show.Predicted != nil {
		return show.Model
	}
	return s.chosen()
}

// chosen returns the name of the chosen model.
func (s *Screen) chosen() string {
	models, chosen := s.Session.Models()
	return models[chosen].Name
}

// worried says what cannot be right about the predictions, for a while.
type worried struct {
	text  string
	ticks int // left
}

// worryTicks is the shortest time for which a worry is shown: forecasts are renewed so often that
// nobody could read what changes with each.
const worryTicks = 2 * tape.TicksPerSecond

// explainTicks is the time for which the screen says why another model predicts, where the panel that
// says so is not shown.
const explainTicks = 6 * tape.TicksPerSecond

// worry notes when a forecast leaves what can happen, and when another model predicts.
func (s *Screen) worry() {
	s.explain--
	if choice := s.Session.Choice(); choice != s.choice {
		s.choice, s.explain = choice, explainTicks
	}
	if s.worried.ticks--; s.worried.ticks > 0 {
		return
	}
	s.worried = worried{text: s.Session.Reading().Escape, ticks: worryTicks}
	if s.worried.text == "" {
		s.worried.ticks = 0
	}
}

// drawScale draws a side of the grid with its length, and returns where that begins.
func (s *Screen) drawScale(l *render.List, step float64) float64 {
	text, from := s.scale(step)
	if text.Value == "" {
		return from
	}
	end, y := text.At.X-text.Width()-6*s.unit, text.At.Y-4*s.unit
	stroke := render.Stroke{Colour: s.theme.Muted, Width: 1.5 * s.unit}
	tick := 3 * s.unit
	l.Add(text,
		render.Polyline(stroke, render.Point{X: from, Y: y}, render.Point{X: end, Y: y}),
		render.Polyline(stroke, render.Point{X: from, Y: y - tick}, render.Point{X: from, Y: y + tick}),
		render.Polyline(stroke, render.Point{X: end, Y: y - tick}, render.Point{X: end, Y: y + tick}))
	return from - 12*s.unit
}

// scale returns what a side of the grid is called and where it begins. There is no text where it does not fit.
func (s *Screen) scale(step float64) (text render.Text, from float64) {
	part := s.places.foot
	text = render.Text{Size: widget.SmallText * s.unit, Align: render.Right, Colour: s.theme.Muted, Value: plot.FormatLength(step)}
	text.At = render.Point{X: float64(part.Max.X), Y: float64(part.Max.Y) - 6*s.unit}
	from = text.At.X - text.Width() - 6*s.unit - step*s.camera().Scale
	if !(from >= float64(part.Min.X)) || math.IsInf(from, 0) {
		return render.Text{}, float64(part.Max.X)
	}
	return text, from
}
