package screen

import (
	"fmt"
	"image"
	"math"

	"orrery/cmd/orrery-view/lesson"
	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/widget"
	"orrery/sim/render"
	"orrery/sim/render/plot"
)

// The letters of two models that are compared.
const (
	letterChosen = "A"
	letterRival  = "B"
)

// rivalColour returns the colour of the second model: reddish purple (Okabe and Ito 2008), fit to be seen.
func (s *Screen) rivalColour() render.Colour {
	base := render.Colour{R: 0xcc, G: 0x79, B: 0xa7, A: 255}
	colour := base
	for share := 0.1; render.Contrast(colour, s.theme.Panel) < 4.5 && share <= 1; share += 0.1 {
		colour = widget.Mix(base, s.theme.Text, share)
	}
	return colour
}

// drawRival draws where the second model says bodies will go, or went, apart from the first one's.
func (s *Screen) drawRival(p *render.Painter, frame int, blend float64) {
	_, c := s.Session.Rival()
	if c == nil || !s.Look.Ghost {
		return
	}
	f, shown := c.Forecast(), frame
	if s.Session.Mode() == compare.Sandbox {
		shown = min(frame+s.Session.Horizon(), f.Last())
	}
	state, ok := f.At(shown)
	if !ok || shown <= frame && s.Session.Mode() == compare.Sandbox {
		return
	}
	if before, ok := f.At(shown - 1); ok {
		state = between(before, state, blend)
	}
	p.Hatched(state, s.rivalColour())
	p.Letters(state, letterRival, 1, s.rivalColour())
}

// rivalEntry explains the second ghost.
func (s *Screen) rivalEntry(name string) keyEntry {
	colour := s.rivalColour()
	return keyEntry{name: letterRival + ": by " + name + " (dashed, hatched)", short: letterRival + " " + name, draw: func(l *render.List, at render.Point) {
		l.Add(render.Circle(at, 5*s.unit, colour.Fade(0.16), render.Stroke{Colour: colour, Width: 2 * s.unit, Dash: 2.5 * s.unit, Gap: 2 * s.unit}))
	}}
}

// nextRival compares with another model, in the order of the list, and with none after the last.
func (s *Screen) nextRival(by int) {
	models, chosen := s.Session.Models()
	now, _ := s.Session.Rival()
	names := []string{""}
	at := 0
	for i, m := range models {
		if i == chosen {
			continue
		}
		if m.Name == now {
			at = len(names)
		}
		names = append(names, m.Name)
	}
	s.Session.SetRival(names[(at+by+len(names))%len(names)])
	if name, c := s.Session.Rival(); c != nil {
		s.Session.Notify("compared with " + name + " · Y goes on to the next")
	}
}

// compareSection chooses a second model, and has a table of how wrong both are.
func (s *Screen) compareSection(k *stack) {
	models, chosen := s.Session.Models()
	if len(models) < 2 || s.Session.Planning() {
		return
	}
	k.heading("COMPARE")
	name, c := s.Session.Rival()
	if c == nil {
		k.grid(1, choice{"compare with another model", false, func() { s.nextRival(-1) }})
		return
	}
	k.grid(3, choice{"previous", false, func() { s.nextRival(-1) }}, choice{"none", false, func() { s.Session.SetRival("") }}, choice{"next", false, func() { s.nextRival(1) }})
	k.text(letterChosen + " is " + models[chosen].Name + ", " + letterRival + " is " + name)
	row := func(when string, a, b float64) {
		text := func(v float64) string {
			if math.IsNaN(v) {
				return "–"
			}
			return formatError(v)
		}
		part := k.row(17, 0)
		third := part.Dx() / 3
		for i, value := range []string{when, text(a), text(b)} {
			cell := image.Rect(part.Min.X+i*third, part.Min.Y, part.Min.X+(i+1)*third, part.Max.Y)
			k.add(widget.Widget{Kind: widget.Label, Part: cell, Text: value})
		}
	}
	head := k.row(17, 0)
	third := head.Dx() / 3
	for i, value := range []string{"mean error", letterChosen, letterRival} {
		k.add(widget.Widget{Kind: widget.Label, Part: image.Rect(head.Min.X+i*third, head.Min.Y, head.Min.X+(i+1)*third, head.Max.Y), Text: value})
	}
	for _, seconds := range lesson.Horizons {
		row(fmt.Sprintf("at %g s", seconds), s.errorAt(s.Session.Comparison, seconds), s.errorAt(c, seconds))
	}
	row("now", s.Session.Reading().Error, c.Reading().Error)
	if why := c.Reading().Why; why != "" {
		k.text(letterRival + " has no prediction: " + why)
	}
	k.y += s.px(4)
}

// errorAt returns the mean error of a comparison so many seconds after its start, in metres, or NaN.
func (s *Screen) errorAt(c *compare.Comparison, seconds float64) float64 {
	frame := int(math.Round(seconds * float64(s.Session.Scene().FPS)))
	errors, _, _ := c.Errors()
	if s.Session.Mode() == compare.Sandbox {
		errors = c.Leads()
	}
	if frame < len(errors) {
		return errors[frame]
	}
	return math.NaN()
}

// drawComparison draws the errors of both models.
func (s *Screen) drawComparison(l *render.List, name string, c *compare.Comparison) {
	dt := s.Session.Scene().FrameTime()
	chart := plot.Chart{List: l, Theme: s.theme, Unit: s.unit, Title: "mean position error", Y: plot.Axis{Unit: "m", Decades: true, Least: 1e-6, Most: 1}, X: plot.Axis{Name: "time", Unit: "s"}}
	if s.Session.Mode() == compare.Sandbox {
		chart.X.Name = "how far ahead"
	}
	models, chosen := s.Session.Models()
	for _, side := range []struct {
		letter, name string
		of           *compare.Comparison
		colour       render.Colour
		dash         float64
	}{{letterChosen, models[chosen].Name, s.Session.Comparison, s.theme.Predicted, 0}, {letterRival, name, c, s.rivalColour(), 4}} {
		errors, first, every := side.of.Errors()
		if s.Session.Mode() == compare.Sandbox {
			errors, first, every = side.of.Leads(), 0, 1
		}
		curve := plot.Curve{Name: side.letter + " " + side.name, Y: errors, Colour: side.colour, Dash: side.dash}
		for k := range errors {
			curve.X = append(curve.X, float64(first+k*every)*dt)
		}
		chart.Curves = append(chart.Curves, curve)
	}
	chart.Cursor = math.NaN()
	if s.Session.Mode() != compare.Sandbox {
		_, first, _ := s.Session.Errors()
		last := first + s.Session.Horizon()
		if s.Session.Mode() == compare.Replay {
			_, last = s.Session.Span()
		}
		chart.X.Least, chart.X.Most, chart.Cursor = float64(first)*dt, float64(last)*dt, float64(s.Session.Frame())*dt
	}
	if !chart.Draw(s.places.plot) {
		s.drawWaiting(l, chart.Title)
	}
}
