package task

import (
	"math"

	"orrery/sim"
)

const (
	maxVertices = 64                            // of a shape, as sim has it
	roundness   = 64                            // corners that stand for a circle
	maxCorners  = roundness + 2*maxVertices + 1 // of a rounded polygon
)

// Coverage returns the share of the area at a goal's pose that the goal's body covers, from
// 0 to 1. Where several angles count as the same, the nearest is the goal's. Circles are
// taken for polygons of 64 corners, and what shapes share counts once. Of a body without area, such as a bare line, and of a region, which
// wants no pose, it is 1.
func Coverage(scene *sim.Scene, g *sim.Goal) Measure {
	parts := areas(&scene.Bodies[g.Body])
	aim, always := fixed(g)
	reach, corners := 0.0, 0
	for _, part := range parts {
		corners = max(corners, len(part))
		for _, p := range part {
			reach = max(reach, p.Len())
		}
	}
	return func(state sim.State, _ sim.Action) float64 {
		aim := aim
		if !always {
			aim = wanted(g, state)
		}
		at := newFrame(state[g.Body])
		if len(parts) > 0 && at.origin.Sub(aim.origin).Len() > 2*reach {
			return 0 // too far to meet
		}
		if corners <= fewCorners {
			var room [4 * 2 * fewCorners]sim.Vec // clearing more takes longer than all else
			return coverage(parts, at, aim, room[:])
		}
		var room [4 * 2 * maxCorners]sim.Vec
		return coverage(parts, at, aim, room[:])
	}
}

// fewCorners is how many corners most bodies' parts have at most.
const fewCorners = 8

// coverage returns the share of convex parts in one frame that the same parts in another cover. The room has four
// times twice the corners of a part.
func coverage(parts [][]sim.Vec, at, aim frame, room []sim.Vec) float64 {
	n := len(room) / 4
	common, whole := 0.0, 0.0
	for _, part := range parts {
		target := aim.place(room[:0:n], part)
		whole += area(target)
		for _, other := range parts {
			placed := at.place(room[n:n:2*n], other)
			common += area(intersect(placed, target, room[2*n:2*n:3*n], room[3*n:3*n]))
		}
	}
	if whole == 0 {
		return 1
	}
	return common / whole
}

// intersect returns the part of a polygon that lies in a convex one, both
// counter-clockwise (Sutherland and Hodgman, "Reentrant polygon clipping", 1974). It writes
// to room and spare, and the result is in one of them.
func intersect(polygon, convex, room, spare []sim.Vec) []sim.Vec {
	for i, from := range convex {
		side := convex[(i+1)%len(convex)].Sub(from)
		kept := room[:0]
		for k, b := range polygon {
			a := polygon[(k+len(polygon)-1)%len(polygon)]
			da, db := side.Cross(a.Sub(from)), side.Cross(b.Sub(from))
			if da < 0 != (db < 0) {
				kept = append(kept, a.Add(b.Sub(a).Scale(da/(da-db))))
			}
			if db >= 0 {
				kept = append(kept, b)
			}
		}
		polygon, room, spare = kept, spare, kept
	}
	return polygon
}

// area returns the area of a polygon, counter-clockwise, in m².
func area(polygon []sim.Vec) float64 {
	sum := 0.0
	for i, a := range polygon {
		sum += a.Cross(polygon[(i+1)%len(polygon)]) / 2
	}
	return sum
}

// areas returns convex polygons that fill a body's shapes, in its frame, and do not overlap:
// where shapes do, the later ones have what the earlier ones leave.
func areas(body *sim.Body) (parts [][]sim.Vec) {
	const overlap = 1e-9 // of a part's area, below which it is rounding
	for i := range body.Shapes {
		whole := outline(&body.Shapes[i])
		if area(whole) == 0 {
			continue
		}
		left := [][]sim.Vec{whole}
		for _, before := range parts {
			var next [][]sim.Vec
			for _, piece := range left {
				common := intersect(piece, before, make([]sim.Vec, 0, 2*maxCorners), make([]sim.Vec, 0, 2*maxCorners))
				if area(common) <= overlap*area(whole) {
					next = append(next, piece)
					continue
				}
				next = append(next, without(piece, before, overlap*area(whole))...)
			}
			left = next
		}
		parts = append(parts, left...)
	}
	return parts
}

// without returns convex pieces that fill what a convex polygon has outside another: beyond
// each of its sides, what lies within the sides before. Pieces of at most some area are
// left out.
func without(polygon, convex []sim.Vec, least float64) (pieces [][]sim.Vec) {
	for i, from := range convex {
		to := convex[(i+1)%len(convex)]
		if piece := half(polygon, to, from); area(piece) > least {
			pieces = append(pieces, piece)
		}
		polygon = half(polygon, from, to)
	}
	return pieces
}

// half returns the part of a polygon on the left of a line.
func half(polygon []sim.Vec, from, to sim.Vec) (kept []sim.Vec) {
	for k, b := range polygon {
		a := polygon[(k+len(polygon)-1)%len(polygon)]
		da, db := to.Sub(from).Cross(a.Sub(from)), to.Sub(from).Cross(b.Sub(from))
		if da < 0 != (db < 0) {
			kept = append(kept, a.Add(b.Sub(a).Scale(da/(da-db))))
		}
		if db >= 0 {
			kept = append(kept, b)
		}
	}
	return kept
}

// outline returns the corners of a shape, counter-clockwise: those of a polygon without
// rounding as they are, and for round ones corners on their arcs.
func outline(s *sim.Shape) (corners []sim.Vec) {
	const step = 2 * math.Pi / roundness
	if s.Radius == 0 {
		return s.Vertices
	}
	n := len(s.Vertices)
	for i, v := range s.Vertices {
		// An arc from one side's normal to the next, in equal steps of at most the usual one.
		first, turn := sim.Vec{X: 1}, 2*math.Pi-step
		switch next := normal(v, s.Vertices[(i+1)%n]); {
		case n == 2:
			first, turn = next.Scale(-1), math.Pi
		case n > 2:
			first = normal(s.Vertices[(i+n-1)%n], v)
			turn = math.Atan2(first.Cross(next), first.Dot(next))
		}
		steps := max(1, math.Ceil(turn/step-1e-9))
		for k := range int(steps) + 1 {
			corners = append(corners, v.Add(first.Rotate(float64(k)*turn/steps).Scale(s.Radius)))
		}
	}
	return corners
}

// normal returns the direction of length 1 to the right of a line, which is outside of a
// counter-clockwise polygon's side, or zero where there is no line.
func normal(from, to sim.Vec) sim.Vec {
	side := to.Sub(from)
	return sim.Vec{X: side.Y, Y: -side.X}.Scale(1 / max(side.Len(), 1e-300))
}
