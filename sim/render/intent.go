package render

import (
	"slices"

	"orrery/sim"
)

const unknownGoal = "render: a goal of an unknown kind"

// Goals draws what the scene's task wants in a state: the dashed outline of a body where
// it should be, a dashed ring round a place, the dashed edge of a region. A body of which
// only the angle is wanted is outlined where it is, turned as wanted. Regions that are no
// goal are a light tint, and points of the world light crosses.
func (p *Painter) Goals(state sim.State) {
	stroke := Stroke{Colour: p.Theme.Text, Width: OutlineWidth * p.Unit, Dash: 5 * p.Unit, Gap: 4 * p.Unit}
	for i := range p.Scene.Regions {
		p.List.Add(p.region(&p.Scene.Regions[i], p.light(), Stroke{}))
	}
	for i := range p.Scene.Goals {
		g := &p.Scene.Goals[i]
		switch g.Kind {
		case sim.Pose, sim.Angle:
			p.List.Add(p.outline(g.Body, g.Wanted(state), stroke))
		case sim.Place:
			p.List.Add(Circle(p.place(g.Target, sim.BodyState{}), g.Radius*p.Camera.Scale, Colour{}, stroke))
		case sim.Inside:
			p.List.Add(p.region(p.Scene.Region(g.Region), Colour{}, stroke))
		default:
			panic(unknownGoal)
		}
	}
	p.crosses(state, true)
}

// Points draws a light cross at every point that is on a body.
func (p *Painter) Points(state sim.State) { p.crosses(state, false) }

// light is the tint of a region.
func (p *Painter) light() Colour { return p.Theme.Text.Fade(0.08) }

// region returns a region, filled and with an edge.
func (p *Painter) region(r *sim.Region, fill Colour, edge Stroke) Path {
	return Path{Contours: p.pixels([][]sim.Vec{Contour(&r.Shape, p.tolerance())}, sim.BodyState{}), Fill: fill, Stroke: edge}
}

// crosses draws the points of the world, or those on bodies, over a light edge that sets
// them off against what they lie on.
func (p *Painter) crosses(state sim.State, world bool) {
	const reach = 4 // units
	path := Path{Open: true, Stroke: Stroke{Colour: p.Theme.Panel.Fade(0.7), Width: 3 * p.Unit}}
	for i := range p.Scene.Points {
		if point := &p.Scene.Points[i]; (point.Body == sim.World) == world {
			at, arm := p.anchor(state, point.Body, point.At), reach*p.Unit
			path.Contours = append(path.Contours,
				[]Point{at.sub(Point{X: arm}), at.add(Point{X: arm})}, []Point{at.sub(Point{Y: arm}), at.add(Point{Y: arm})})
		}
	}
	if path.Contours == nil {
		return
	}
	p.List.Add(path)
	path.Stroke.Colour, path.Stroke.Width = p.Theme.Text.Fade(0.7), p.Unit
	p.List.Add(path)
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
