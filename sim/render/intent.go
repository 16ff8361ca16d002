package render

import "orrery/sim"

// Goals draws what the scene's task wants: the dashed outline of a body where it
// should be, or a dashed ring round a place.
func (p *Painter) Goals() {
	stroke := Stroke{Colour: p.Theme.Text, Width: outlineWidth * p.Unit, Dash: 5 * p.Unit, Gap: 4 * p.Unit}
	for i := range p.Scene.Goals {
		g := &p.Scene.Goals[i]
		if g.Kind == sim.Pose {
			p.List.Add(p.outline(g.Body, sim.BodyState{X: g.Target.X, Y: g.Target.Y, Angle: g.Angle}, stroke))
			continue
		}
		p.List.Add(Circle(p.place(g.Target, sim.BodyState{}), g.Radius*p.Camera.Scale, Colour{}, stroke))
	}
}

// Intent draws where a plan takes the centre of every body, as a line of some
// units' width and an opacity of 0 to 1.
func (p *Painter) Intent(states []sim.State, width, opacity float64) {
	stroke := Stroke{Colour: p.Theme.Predicted.Fade(opacity), Width: width * p.Unit, Round: true}
	for i := range p.Scene.Bodies {
		p.List.Add(Polyline(stroke, p.way(states, i)...))
	}
}
