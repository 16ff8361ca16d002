// Package scenery makes a scene of the bodies and the walls that were seen in a film.
//
//	scene := scenery.Scene("table", bodies, walls, 400, 30, sim.Vec{})
//
// Lengths that were seen are px and angles rad; the scene has metres.
package scenery

import (
	"math"
	"slices"

	"orrery/sim"
	"orrery/sim/polygon"
	"orrery/world/watch/look"
	"orrery/world/watch/walls"
)

// Body is a body of a film.
type Body struct {
	Name string
	look.Body
	Start look.Pose // px and rad, where it is first seen
}

// Surfaces of which a film tells nothing before something is learned of it.
var surface = sim.Surface{Friction: 0.3, Elasticity: 0.7}

// density of all bodies in kg/m²: a film tells masses by their impacts alone.
const density = 1

// thin is the thickness of the lines that stand for walls, as a share of their length.
const thin = 0.002

// Scene returns what was seen as a scene in metres, with so many px to one, at so many frames per second. The lower left corner of the picture is its origin.
func Scene(name string, bodies []Body, found []walls.Wall, perMetre, fps float64, gravity sim.Vec) *sim.Scene {
	s := sim.DefaultScene()
	s.Name, s.Gravity = name, gravity
	s.FPS = max(int(math.Round(fps)), 1)
	for i := range bodies {
		b := &bodies[i]
		body := sim.Body{Name: b.Name, Kind: sim.Dynamic}
		body.Start.X, body.Start.Y, body.Start.Angle = b.Start.X/perMetre, b.Start.Y/perMetre, b.Start.Angle
		for _, shape := range b.Shapes {
			inMetres := shape
			inMetres.Vertices = scaled(shape.Vertices, 1/perMetre)
			inMetres.Radius = shape.Radius / perMetre
			inMetres.Friction, inMetres.Elasticity = surface.Friction, surface.Elasticity
			area, middle, moment := polygon.Measure(inMetres.Vertices, inMetres.Radius)
			body.Mass += density * area
			body.Moment += density * (moment + area*middle.Dot(middle))
			body.Shapes = append(body.Shapes, inMetres)
		}
		s.Bodies = append(s.Bodies, body)
	}
	for _, w := range found {
		// The free side of a line begins at its surface.
		half := thin * w.B.Sub(w.A).Len() / 2
		back := w.Normal().Scale(-half)
		ends := scaled([]sim.Vec{w.A.Add(back), w.B.Add(back)}, 1/perMetre)
		s.Walls = append(s.Walls, sim.NewShape(sim.Segment, half/perMetre, surface, ends...))
	}
	s.Walls = apart(s.Walls)
	return &s
}

// apart cuts walls that cross back to where they do, the one which is less beyond the other: those of scenes touch at most.
// Walls on one line are shortened to the part that is theirs alone, or left out, those with the least proof first.
func apart(walls []sim.Shape) (kept []sim.Shape) {
	for i := range walls {
		w := walls[i]
		w.Vertices = slices.Clone(w.Vertices)
		own := true
		for k := range kept {
			if own = own && part(&kept[k], &w); !own {
				break
			}
		}
		if own {
			kept = append(kept, w)
		}
	}
	return kept
}

// part makes two walls touch at most. It is false when that leaves nothing of the second.
func part(v, w *sim.Shape) bool {
	a, along := v.Vertices[0], v.Vertices[1].Sub(v.Vertices[0])
	b, across := w.Vertices[0], w.Vertices[1].Sub(w.Vertices[0])
	if sin := along.Cross(across); math.Abs(sin) > 1e-6*along.Len()*across.Len() {
		t, u := b.Sub(a).Cross(across)/sin, b.Sub(a).Cross(along)/sin
		if t <= 0 || t >= 1 || u <= 0 || u >= 1 {
			return true
		}
		at := a.Add(along.Scale(t))
		if min(t, 1-t)*along.Len() < min(u, 1-u)*across.Len() {
			v.Vertices[int(math.Round(t))] = at
		} else {
			w.Vertices[int(math.Round(u))] = at
		}
		return true
	}
	if math.Abs(along.Cross(b.Sub(a))) > 1e-3*thin*along.Len() {
		return true // beside each other
	}
	length := along.Len()
	along = along.Scale(1 / length)
	first, last := along.Dot(b.Sub(a)), along.Dot(w.Vertices[1].Sub(a))
	start, end := 0, 1
	if first > last {
		first, last, start, end = last, first, 1, 0
	}
	switch {
	case last <= 0 || first >= length:
		return true
	case first < 0 && -first >= last-length:
		w.Vertices[end] = a
	case last > length:
		w.Vertices[start] = v.Vertices[1]
	default:
		return false
	}
	return true
}

func scaled(points []sim.Vec, factor float64) []sim.Vec {
	out := make([]sim.Vec, len(points))
	for i, p := range points {
		out[i] = p.Scale(factor)
	}
	return out
}
