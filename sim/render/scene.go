package render

import (
	"image"
	"math"

	"orrery/sim"
)

// Painter adds parts of a scene to a list, as a camera sees them. True bodies
// are solid with a rim, predicted ones outlined over a light tint, so the two
// differ without their colours. Both carry a mark along their x axis, which
// tells how they are turned.
//
// A Painter that is kept from picture to picture remembers the outlines of bodies. It
// belongs to one goroutine.
type Painter struct {
	List   *List
	Scene  *sim.Scene
	Camera Camera
	Theme  *Theme
	Unit   float64 // px; every line is a multiple of it

	shapes silhouettes
}

// Grid draws lines across a part of the picture at round multiples of a step in
// metres, and returns the step: 1, 2 or 5 times a power of ten, at least 40 units
// apart.
func (p *Painter) Grid(part image.Rectangle) (step float64) {
	step = RoundStep(40 * p.Unit / p.Camera.Scale)
	low := Point{float64(part.Min.X), float64(part.Max.Y)}
	high := Point{float64(part.Max.X), float64(part.Min.Y)}
	bounds := Bounds{p.Camera.World(low), p.Camera.World(high)}
	grid := Path{Open: true, Stroke: Stroke{Colour: p.Theme.Grid, Width: 1}}
	for _, x := range Multiples(bounds.Min.X, bounds.Max.X, step) {
		column := MiddleOfPixel(p.Camera.Pixel(sim.Vec{X: x}).X)
		grid.Contours = append(grid.Contours, []Point{{column, low.Y}, {column, high.Y}})
	}
	for _, y := range Multiples(bounds.Min.Y, bounds.Max.Y, step) {
		row := MiddleOfPixel(p.Camera.Pixel(sim.Vec{Y: y}).Y)
		grid.Contours = append(grid.Contours, []Point{{low.X, row}, {high.X, row}})
	}
	p.List.Add(grid)
	return step
}

// Multiples returns the multiples of step from low to high, in the unit of all three.
func Multiples(low, high, step float64) []float64 {
	first := math.Ceil(low/step - 1e-9)
	out := make([]float64, 0, 64)
	// A count, because adding 1 to a large float64 may not change it.
	for k := range int(math.Floor(high/step+1e-9)-first) + 1 {
		out = append(out, (first+float64(k))*step)
	}
	return out
}

// RoundStep returns the smallest of 1, 2, 5, 10, 20, … that is at least v, in the unit of v.
func RoundStep(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, lead := range []float64{1, 2, 5} {
		if lead*power >= v*(1-1e-9) {
			return lead * power
		}
	}
	return 10 * power
}

// MiddleOfPixel moves a coordinate in px so that a line of odd width fills whole pixels.
func MiddleOfPixel(v float64) float64 { return math.Floor(v) + 0.5 }

// Walls draws the walls. One without thickness is still a visible line.
func (p *Painter) Walls() {
	stroke := Stroke{Colour: p.Theme.Wall, Width: 2.5 * p.Unit, Round: true}
	for i := range p.Scene.Walls {
		path := Path{Fill: p.Theme.Wall, Stroke: stroke}
		path.Contours = p.pixels([][]sim.Vec{Contour(&p.Scene.Walls[i], p.tolerance())}, sim.BodyState{})
		p.List.Add(path)
	}
}

// Bodies draws a true state and, unless it is nil, a predicted one. The tint of
// the prediction lies below the truth and its outline above, so that neither
// changes the other's colour.
func (p *Painter) Bodies(truth, predicted sim.State) {
	rim := Stroke{Colour: p.Theme.Rim, Width: RimWidth * p.Unit, Round: true}
	outline := Stroke{Colour: p.Theme.Predicted, Width: OutlineWidth * p.Unit, Round: true}
	for i, pose := range predicted {
		p.List.Add(p.solid(i, pose, p.Theme.Predicted.Fade(Tint)))
	}
	for i, pose := range truth {
		p.List.Add(p.solid(i, pose, p.Theme.True), p.outline(i, pose, rim))
	}
	for i, pose := range predicted {
		p.List.Add(p.outline(i, pose, outline))
	}
}

// Outlines draws the edges of true bodies and, unless it is nil, of predicted ones, for a photo below them shows
// the bodies themselves. A light or dark edge sets the lines off against whatever is there.
func (p *Painter) Outlines(truth, predicted sim.State) {
	for i, pose := range truth {
		p.Outline(i, pose, p.Theme.True)
	}
	for i, pose := range predicted {
		p.Outline(i, pose, p.Theme.Predicted)
	}
}

// How things look in the scene, its key and its plot. A unit is the width of a thin
// line, at least a pixel: Painter.Unit.
const (
	SmallText    = 12   // units per em, the smallest text: no text is below 12 px
	RimWidth     = 1.5  // units
	OutlineWidth = 2    // units
	ErrorWidth   = 1.75 // units
	Tint         = 0.16 // opacity inside a predicted body
)

// solid returns the inside of body i.
func (p *Painter) solid(i int, pose sim.BodyState, fill Colour) Path {
	return Path{Contours: p.pixels(p.silhouette(i).inside, pose), Fill: fill}
}

// outline returns the edge of body i and its mark.
func (p *Painter) outline(i int, pose sim.BodyState, stroke Stroke) Path {
	return Path{Contours: p.pixels(p.silhouette(i).edge, pose), Open: true, Stroke: stroke}
}

const unknownJoint = "render: a joint of an unknown kind"

// Joints draws every joint of a state: a line from anchor to anchor, dashed for a
// rope and to and fro for a spring, and a ring on each; a groove is a line of its
// own. A motor has no place.
func (p *Painter) Joints(state sim.State) {
	stroke := Stroke{Colour: p.Theme.Wall, Width: 1.5 * p.Unit, Round: true}
	for _, j := range p.Scene.Joints {
		a, b := p.anchor(state, j.A, j.AnchorA), p.anchor(state, j.B, j.AnchorB)
		rings := []Point{a, b}
		switch j.Kind {
		case sim.Motor:
			continue
		case sim.Groove:
			p.List.Add(Polyline(stroke, b, p.anchor(state, j.B, j.EndB)))
			rings = rings[:1]
		case sim.Rope:
			rope := stroke
			rope.Dash, rope.Gap = 5*p.Unit, 3*p.Unit
			p.List.Add(Polyline(rope, a, b))
		case sim.Spring:
			p.List.Add(Polyline(stroke, coil(a, b, 4*p.Unit)...))
		case sim.Pivot, sim.Pin:
			p.List.Add(Polyline(stroke, a, b))
		default:
			panic(unknownJoint)
		}
		for _, end := range rings {
			p.List.Add(Circle(end, 2.5*p.Unit, p.Theme.Panel, stroke))
		}
	}
}

// coil returns a line from a to b that goes to and fro in its middle, by a width.
func coil(a, b Point, width float64) []Point {
	const turns = 8
	along := b.sub(a)
	length := along.len()
	if length == 0 {
		return []Point{a, b}
	}
	across := Point{-along.Y, along.X}.scale(width / length)
	points := []Point{a, a.lerp(b, 0.15)}
	for k := range turns {
		side := 1.0
		if k%2 == 1 {
			side = -1
		}
		points = append(points, a.lerp(b, 0.15+0.7*(float64(k)+0.5)/turns).add(across.scale(side)))
	}
	return append(points, a.lerp(b, 0.85), b)
}

func (p *Painter) anchor(state sim.State, body int, anchor sim.Vec) Point {
	if body == sim.World {
		return p.Camera.Pixel(anchor)
	}
	return p.place(anchor, state[body])
}

// Errors draws a line from the centre of each true body to that of its
// prediction, with a light edge that sets it off against the bodies.
func (p *Painter) Errors(truth, predicted sim.State) {
	line := Stroke{Colour: p.Theme.Error, Width: ErrorWidth * p.Unit, Round: true}
	edge := Stroke{Colour: p.Theme.Panel, Width: (ErrorWidth + 2) * p.Unit, Round: true}
	for i := range truth {
		from, to := p.place(sim.Vec{}, truth[i]), p.place(sim.Vec{}, predicted[i])
		p.List.Add(
			Polyline(edge, from, to), Circle(from, 3.25*p.Unit, p.Theme.Panel, Stroke{}),
			Polyline(line, from, to), Circle(from, 2.25*p.Unit, p.Theme.Error, Stroke{}),
		)
	}
}

// Trail draws the way the centre of each body took through the states.
func (p *Painter) Trail(states []sim.State, colour Colour, dashed bool) {
	trail := Path{Open: true, Stroke: Stroke{Colour: colour, Width: 1.5 * p.Unit}}
	if dashed {
		trail.Stroke.Dash, trail.Stroke.Gap = 3*p.Unit, 2.5*p.Unit
	}
	for i := range p.Scene.Bodies {
		trail.Contours = append(trail.Contours, p.way(states, i))
	}
	p.List.Add(trail)
}

// tolerance is the flatness in metres, or up to half as much: a view that is zoomed
// gently needs no new outlines for each picture.
func (p *Painter) tolerance() float64 {
	return flatness / math.Exp2(math.Ceil(math.Log2(p.Camera.Scale)))
}

// pixels places lines of a body's frame in the picture.
func (p *Painter) pixels(lines [][]sim.Vec, pose sim.BodyState) [][]Point {
	centre, scale := p.place(sim.Vec{}, pose), p.Camera.Scale
	sin, cos := math.Sincos(pose.Angle)
	out, count := make([][]Point, len(lines)), 0
	for _, line := range lines {
		count += len(line)
	}
	points := make([]Point, 0, count)
	for i, line := range lines {
		for _, v := range line {
			points = append(points, Point{centre.X + scale*(cos*v.X-sin*v.Y), centre.Y - scale*(sin*v.X+cos*v.Y)})
		}
		out[i] = points[len(points)-len(line) : len(points) : len(points)]
	}
	return out
}

// place maps a point of a body's frame to the picture. A centre further than two
// pictures away is drawn there: a prediction that has burst must not lead the
// rasteriser out of its numbers, nor a dashed trail to millions of dashes.
func (p *Painter) place(v sim.Vec, pose sim.BodyState) Point {
	away := pose.Position().Sub(p.Camera.Centre)
	if far := 2 * float64(p.List.Width+p.List.Height) / p.Camera.Scale; away.Dot(away) > far*far {
		away = away.Scale(far / away.Len())
	}
	return p.Camera.Pixel(p.Camera.Centre.Add(away).Add(v.Rotate(pose.Angle)))
}
