package build

import (
	"fmt"
	"math"
	"slices"

	"orrery/sim"
)

// MaxBodies is the most bodies to which a scene may grow by hand. With more a frame of the
// engine takes longer than it lasts.
const MaxBodies = 300

// Spawnable are the kinds of body that can be spawned.
var Spawnable = []string{"disc", "box", "plank", "hexagon"}

// Spawned returns a body of a kind, an index of Spawnable, that suits a scene: as large,
// slippery, bouncy and rough on the ground as its others are. It starts at rest at a
// point of the world.
func Spawned(scene *sim.Scene, kind int, at sim.Vec) sim.Body {
	size, surface, grip := 0.12, sim.Surface{Friction: 0.4, Elasticity: 0.6}, sim.Grip{}
	density, material := 10.0, ""
	var sizes []float64
	for i := range scene.Bodies {
		if b := &scene.Bodies[i]; b.Kind == sim.Dynamic {
			s := &b.Shapes[0]
			surface, material, grip = s.Surface(), s.Material, b.Grip
			// A disc of mass m and radius r has the moment m·r²/2.
			sizes = append(sizes, math.Sqrt(2*b.Moment/b.Mass))
			density = b.Mass / (math.Pi * sizes[len(sizes)-1] * sizes[len(sizes)-1])
		}
	}
	if len(sizes) > 0 {
		slices.Sort(sizes)
		size = sizes[len(sizes)/2]
	}
	var body sim.Body
	switch Spawnable[kind] {
	case "box":
		body = sim.NewBox(0.9*size, 0.9*size, density, surface)
	case "plank":
		body = sim.NewBox(2*size, 0.4*size, density, surface)
	case "hexagon":
		body = hexagon(1.1*size, density, surface)
	default:
		body = sim.NewDisc(size, density, surface)
	}
	body.Grip, body.Shapes[0].Material = grip, material
	body.Start.X, body.Start.Y = at.X, at.Y
	return body
}

// hexagon returns a regular hexagon. Its area is 3√3/2·r², and its moment that of
// its mass at a mean square distance of 5/12·r².
func hexagon(radius, density float64, s sim.Surface) sim.Body {
	corners := make([]sim.Vec, 6)
	for k := range corners {
		corners[k] = sim.Vec{X: radius}.Rotate(float64(k) * math.Pi / 3)
	}
	mass := density * 1.5 * math.Sqrt(3) * radius * radius
	return sim.Body{Kind: sim.Dynamic, Mass: mass, Moment: mass * radius * radius * 5 / 12,
		Shapes: []sim.Shape{sim.NewShape(sim.Polygon, 0, s, corners...)}}
}

// With returns a copy of the scene that starts in a state and has one body more, the
// last.
func With(scene *sim.Scene, state sim.State, body sim.Body) (*sim.Scene, error) {
	if len(scene.Bodies) >= MaxBodies {
		return nil, fmt.Errorf("the scene has %d bodies, at most %d can be spawned", len(scene.Bodies), MaxBodies)
	}
	out := scene.StartingAt(state)
	out.Bodies = append(out.Bodies, body)
	return out, out.Validate()
}

// Without returns a copy of the scene that starts in a state and lacks a body, and
// the joints, fields, actuators, goals and points that need it.
func Without(scene *sim.Scene, state sim.State, body int) (*sim.Scene, error) {
	if len(scene.Bodies) == 1 {
		return nil, fmt.Errorf("the last body cannot be deleted")
	}
	out := without(scene.StartingAt(state), body)
	return out, out.Validate()
}

// without returns a copy of a scene without a body and what needs it, valid or not.
func without(scene *sim.Scene, body int) *sim.Scene {
	out := *scene
	out.Bodies = slices.Delete(slices.Clone(scene.Bodies), body, body+1)
	// World is -1 and stays; what comes after the body moves up.
	moved := func(i int) int {
		if i > body {
			i--
		}
		return i
	}
	out.Joints, out.Fields, out.Actuators, out.Goals, out.Points = nil, nil, nil, nil, nil
	for _, j := range scene.Joints {
		if j.A != body && j.B != body {
			j.A, j.B = moved(j.A), moved(j.B)
			out.Joints = append(out.Joints, j)
		}
	}
	for _, f := range scene.Fields {
		if f.A != body && f.B != body {
			f.A, f.B = moved(f.A), moved(f.B)
			out.Fields = append(out.Fields, f)
		}
	}
	for _, a := range scene.Actuators {
		if a.Body != body && a.Against != body {
			a.Body, a.Against = moved(a.Body), moved(a.Against)
			out.Actuators = append(out.Actuators, a)
		}
	}
	for _, g := range scene.Goals {
		if g.Body != body {
			g.Body = moved(g.Body)
			out.Goals = append(out.Goals, g)
		}
	}
	for _, p := range scene.Points {
		if p.Body != body {
			p.Body = moved(p.Body)
			out.Points = append(out.Points, p)
		}
	}
	return &out
}
