package session

import (
	"math"

	"orrery/sim"
)

// Pick returns the body of a state at a point of the world: the nearest of those
// no further away than reach metres, the topmost of those it lies in, or -1.
func Pick(scene *sim.Scene, state sim.State, at sim.Vec, reach float64) int {
	best := -1
	for i, pose := range state {
		local := at.Sub(pose.Position()).Rotate(-pose.Angle)
		distance := math.Inf(1)
		for k := range scene.Bodies[i].Shapes {
			distance = min(distance, shapeDistance(&scene.Bodies[i].Shapes[k], local))
		}
		if distance = max(distance, 0); distance <= reach {
			best, reach = i, distance
		}
	}
	return best
}

// shapeDistance returns how far a point is outside a shape, both in the body's
// frame; inside it is negative.
func shapeDistance(s *sim.Shape, p sim.Vec) float64 {
	nearest, outside := math.Inf(1), len(s.Vertices) < 3
	for i, a := range s.Vertices {
		b := s.Vertices[(i+1)%len(s.Vertices)]
		edge := b.Sub(a)
		share := 0.0
		if length := edge.Dot(edge); length > 0 {
			share = min(max(p.Sub(a).Dot(edge)/length, 0), 1)
		}
		nearest = min(nearest, p.Sub(a.Add(edge.Scale(share))).Len())
		outside = outside || edge.Cross(p.Sub(a)) < 0
	}
	if !outside {
		nearest = -nearest
	}
	return nearest - s.Radius
}
