// Package scenery makes a scene of the bodies and the walls that were seen in a film.
//
//	scene := scenery.Scene("table", bodies, walls, 400, 30, sim.Vec{})
//
// Lengths that were seen are px and angles rad; the scene has metres.
package scenery

import (
	"math"

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

// thickness of the lines that stand for walls, in m of the scene's size.
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
	return &s
}

func scaled(points []sim.Vec, factor float64) []sim.Vec {
	out := make([]sim.Vec, len(points))
	for i, p := range points {
		out[i] = p.Scale(factor)
	}
	return out
}
