package hand

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
			distance = min(distance, scene.Bodies[i].Shapes[k].Distance(local))
		}
		if distance = max(distance, 0); distance <= reach {
			best, reach = i, distance
		}
	}
	return best
}

// Room returns the point nearest to a given one, of some around it, at which nothing is
// within a distance in metres, or the given one if there is none. It does not look behind
// walls.
func Room(scene *sim.Scene, state sim.State, at sim.Vec, distance float64) sim.Vec {
	const tries, golden = 300, 2.399963 // rad, an angle that spreads points evenly
	for k := range tries {
		away := sim.Vec{X: 0.6 * distance * math.Sqrt(float64(k))}.Rotate(golden * float64(k))
		to := at.Add(away)
		if Pick(scene, state, to, distance) < 0 && !Walled(scene, at, to, distance) {
			return to
		}
	}
	return at
}

// Walled reports whether a wall is within a distance in metres of the point to, or between it and
// the point from.
func Walled(scene *sim.Scene, from, to sim.Vec, distance float64) bool {
	for i := range scene.Walls {
		wall := &scene.Walls[i]
		if wall.Distance(to) < distance {
			return true
		}
		for k, a := range wall.Vertices {
			b := wall.Vertices[(k+1)%len(wall.Vertices)]
			if crosses(from, to, a, b) {
				return true
			}
		}
	}
	return false
}

// crosses reports whether two lines from point to point do.
func crosses(a, b, c, d sim.Vec) bool {
	along, across := b.Sub(a), d.Sub(c)
	return along.Cross(c.Sub(a))*along.Cross(d.Sub(a)) < 0 && across.Cross(a.Sub(c))*across.Cross(b.Sub(c)) < 0
}
