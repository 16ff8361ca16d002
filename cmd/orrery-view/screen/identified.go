package screen

import (
	"math"
	"slices"

	"orrery/cmd/orrery-view/widget"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/world/identify"
)

// mostSliders is the number of values that have one; more would push the rest away.
const mostSliders = 12

// identifiedSection has a slider for each number that was read from motion, and says how well those that are tried
// fit.
func (s *Screen) identifiedSection(k *stack) {
	found, tried := s.Session.Identified()
	if len(found) == 0 {
		return
	}
	k.heading("IDENTIFIED")
	now, best := s.Session.FitError()
	length := func(v float64) string {
		if math.IsNaN(v) {
			return "–"
		}
		return formatError(v)
	}
	k.add(widget.Widget{Kind: widget.Label, Part: k.row(18, 2), Text: "error over 0.5 s: " + length(now)})
	k.add(widget.Widget{Kind: widget.Label, Part: k.row(18, 4), Text: "with the values found: " + length(best)})
	k.grid(1, choice{"values as found", false, s.Session.TryFound})
	for i := range found[:min(len(found), mostSliders)] {
		p := &found[i]
		low, high := tryRange(p)
		value, half, _ := p.Numbers()
		text := value + " ± " + half
		if tried[i] != p.Value {
			text = readable(tried[i], "") + ", found " + value
		}
		k.add(widget.Widget{
			Kind: widget.Slider, Name: "try " + string(p.Name) + " " + p.Of, Part: k.sliding(), Text: string(p.Name) + " " + p.Of, Value: text,
			Share: shareOf(tried[i], low, high),
			Set: func(share float64) {
				if math.Abs(share-(p.Value-low)/(high-low)) < 0.01 {
					s.Session.Try(i, p.Value) // which a hand would hardly hit
					return
				}
				s.Session.Try(i, low+share*(high-low))
			},
		})
	}
}

// tryRange returns the values between which a number is tried: as far either way as shows, and none that a scene
// cannot have.
func tryRange(p *identify.Parameter) (low, high float64) {
	reach := max(0.9*math.Abs(p.Value), 5*(p.Hi-p.Lo)/2, 1e-6)
	if !(reach <= math.MaxFloat64) { // an interval may have no ends
		reach = max(math.Abs(p.Value), 1)
	}
	low, high = p.Value-reach, p.Value+reach
	switch p.Name {
	case identify.Gravity, identify.Anchor, identify.Strength:
	case identify.Elasticity:
		low, high = max(low, 0), min(high, 1)
	case identify.Drag, identify.Friction, identify.Stiffness, identify.Damping, identify.Length, identify.Grip:
		low = max(low, 0)
	case identify.Mass, identify.Moment, identify.Radius:
		low = max(low, 0.05*p.Value)
	}
	if !(low < high) {
		high = low + reach
	}
	return low, high
}

// drawIdentified writes beside each body what it weighs, as far as that was found, with its interval.
func (s *Screen) drawIdentified(p *render.Painter, truth sim.State) {
	found, _ := s.Session.Identified()
	if len(found) == 0 {
		return
	}
	label := identify.Label{Scene: p.Scene}
	for i, pose := range truth {
		k := slices.IndexFunc(found, func(v identify.Parameter) bool { return v.Name == identify.Mass && v.Of == label.Body(i) })
		if k < 0 {
			continue
		}
		value, half, _ := found[k].Numbers()
		at := p.Camera.Pixel(pose.Position())
		front := render.Text{At: render.Point{X: at.X + 9*s.unit, Y: at.Y - 7*s.unit}, Size: widget.SmallText * s.unit, Bold: true, Colour: s.theme.Text,
			Value: value + " ± " + half + " " + found[k].Unit}
		shadow := front
		shadow.At, shadow.Colour = render.Point{X: front.At.X + s.unit, Y: front.At.Y + s.unit}, s.theme.Panel
		p.List.Add(shadow, front)
	}
}
