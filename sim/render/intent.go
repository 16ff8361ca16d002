package render

import (
	"slices"

	"orrery/sim"
)

const unknownGoal = "render: a goal of an unknown kind"

// Goals draws what the scene's task wants: the dashed outline of a body where it
// should be, or a dashed ring round a place.
func (p *Painter) Goals() {
	stroke := Stroke{Colour: p.Theme.Text, Width: OutlineWidth * p.Unit, Dash: 5 * p.Unit, Gap: 4 * p.Unit}
	for i := range p.Scene.Goals {
		g := &p.Scene.Goals[i]
		switch g.Kind {
		case sim.Pose:
			p.List.Add(p.outline(g.Body, sim.BodyState{X: g.Target.X, Y: g.Target.Y, Angle: g.Angle}, stroke))
		case sim.Place:
			p.List.Add(Circle(p.place(g.Target, sim.BodyState{}), g.Radius*p.Camera.Scale, Colour{}, stroke))
		default:
			panic(unknownGoal)
		}
	}
}

// Intent is a planner's present plan.
type Intent struct {
	Considered [][]sim.State // where plans it has tried would lead, the cheapest first
	Expected   []sim.State   // where the plan it follows should lead
}

// Intent draws the ways that considered plans would take, which fade with their rank;
// that of the plan that is followed; and the bodies that it moves, outlined where it
// leads.
func (p *Painter) Intent(in Intent) {
	for k, states := range slices.Backward(in.Considered) {
		rank := float64(k) / float64(len(in.Considered))
		p.ways(states, p.Theme.Predicted.Fade(0.45*(1-rank)+0.05), 1)
	}
	p.ways(in.Expected, p.Theme.Panel, 5) // sets the plan off against the others
	outline := Stroke{Colour: p.Theme.Predicted, Width: OutlineWidth * p.Unit, Round: true}
	for _, i := range p.ways(in.Expected, p.Theme.Predicted, 3) {
		end := in.Expected[len(in.Expected)-1][i]
		p.List.Add(p.solid(i, end, p.Theme.Predicted.Fade(Tint)), p.outline(i, end, outline))
	}
}

// ways draws where a plan takes the centres of the bodies that it moves, which it
// returns, as lines of some units' width.
func (p *Painter) ways(states []sim.State, colour Colour, width float64) (moved []int) {
	path := Path{Open: true, Stroke: Stroke{Colour: colour, Width: width * p.Unit, Round: true}}
	for i := range p.Scene.Bodies {
		way := p.way(states, i)
		if slices.ContainsFunc(way, func(q Point) bool { return q.sub(way[0]).len() > p.Unit }) {
			path.Contours, moved = append(path.Contours, way), append(moved, i)
		}
	}
	if moved != nil {
		p.List.Add(path)
	}
	return moved
}
