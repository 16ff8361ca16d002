package render

import "orrery/sim"

// Fields draws a line between the centres of bodies that a linear field ties together.
// Fields of other kinds act between all bodies of a scene and would hide them.
func (p *Painter) Fields(state sim.State) {
	stroke := Stroke{Colour: p.Theme.Wall.Fade(0.5), Width: p.Unit}
	for _, f := range p.Scene.Fields {
		if f.Kind == sim.Linear {
			p.List.Add(Polyline(stroke, p.place(sim.Vec{}, state[f.A]), p.place(sim.Vec{}, state[f.B])))
		}
	}
}
