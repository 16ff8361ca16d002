package build

import (
	"fmt"
	"math"

	"orrery/sim"
)

// Law is a number that all of a scene obeys, and between which limits it is dragged.
type Law struct {
	Name, Unit string
	Low, High  float64 // in the unit
}

// Laws are those of any scene. Friction and elasticity are those between all that touches.
var Laws = []Law{{"gravity", "m/s²", 0, 20}, {"friction", "", 0, 1}, {"elasticity", "", 0, 1}}

// LawOf returns the value of a law of a scene, by its index in Laws: of what differs from shape to shape the mean over those of bodies.
func LawOf(scene *sim.Scene, law int) float64 {
	if law == 0 {
		return scene.Gravity.Len()
	}
	sum, count := 0.0, 0
	for i := range scene.Bodies {
		for k := range scene.Bodies[i].Shapes {
			sum, count = sum+*coefficient(&scene.Bodies[i].Shapes[k], law), count+1
		}
	}
	if count == 0 {
		return 0
	}
	mean := sum / float64(count)
	return mean * mean // what two such shapes have that touch
}

func coefficient(s *sim.Shape, law int) *float64 {
	if law == 1 {
		return &s.Friction
	}
	return &s.Elasticity
}

// WithLaw returns a copy of the scene that starts in a state and obeys a law of another value: gravity keeps its direction, or pulls
// downwards where there was none, and all that touches has the friction or the elasticity.
func WithLaw(scene *sim.Scene, state sim.State, law int, value float64) (*sim.Scene, error) {
	if l := Laws[law]; !(value >= l.Low && value <= l.High) {
		return nil, fmt.Errorf("%s %g%s must be %g to %g", l.Name, value, l.Unit, l.Low, l.High)
	}
	out := scene.StartingAt(state)
	if law == 0 {
		down := sim.Vec{Y: -1}
		if g := scene.Gravity.Len(); g > 0 {
			down = scene.Gravity.Scale(1 / g)
		}
		out.Gravity = down.Scale(value)
		return out, out.Validate()
	}
	each := func(shapes []sim.Shape) []sim.Shape {
		changed := append([]sim.Shape(nil), shapes...)
		for k := range changed {
			*coefficient(&changed[k], law) = math.Sqrt(value)
		}
		return changed
	}
	out.Walls = each(scene.Walls)
	for i := range out.Bodies {
		out.Bodies[i].Shapes = each(out.Bodies[i].Shapes)
	}
	out.Pairs = append([]sim.Pair(nil), scene.Pairs...)
	for k := range out.Pairs {
		if law == 1 {
			out.Pairs[k].Friction = value
		} else {
			out.Pairs[k].Elasticity = value
		}
	}
	return out, out.Validate()
}
