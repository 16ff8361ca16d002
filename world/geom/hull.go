package geom

import (
	"math"

	"orrery/sim"
)

// hull is a convex shape in the world: vertices counter-clockwise, grown by a
// radius. Edge i runs from vertex i to the next and has its normal outwards. A
// segment is a polygon of two edges, back to back; a circle has none.
type hull struct {
	vertices []sim.Vec
	normals  []sim.Vec
	radius   float64
}

func newHull(n int, radius float64) hull {
	h := hull{vertices: make([]sim.Vec, n), radius: radius}
	if n > 1 {
		h.normals = make([]sim.Vec, n)
	}
	return h
}

func (h *hull) setNormals() {
	for i := range h.normals {
		d := h.vertices[h.next(i)].Sub(h.vertices[i])
		s := 1 / d.Len()
		h.normals[i] = sim.Vec{X: d.Y * s, Y: -d.X * s}
	}
}

func (h *hull) next(i int) int {
	if i+1 == len(h.vertices) {
		return 0
	}
	return i + 1
}

// support returns the vertex furthest along n.
func (h *hull) support(n sim.Vec) int {
	best, far := 0, math.Inf(-1)
	for i, v := range h.vertices {
		if d := v.Dot(n); d > far {
			best, far = i, d
		}
	}
	return best
}

// facing returns the ends of the edge that looks most along n: of the two edges
// that meet at the support vertex, the one whose normal is nearer to n. A
// circle's edge is its centre twice.
func (h *hull) facing(n sim.Vec) (from, to sim.Vec) {
	i := h.support(n)
	if h.normals == nil {
		return h.vertices[i], h.vertices[i]
	}
	before := i - 1
	if before < 0 {
		before = len(h.vertices) - 1
	}
	if h.normals[before].Dot(n) > h.normals[i].Dot(n) {
		i = before
	}
	return h.vertices[i], h.vertices[h.next(i)]
}

// point is one place of a contact.
type point struct {
	onA, onB sim.Vec // m, in the world
	gap      float64
}

// collide writes the points at which a and b are closer than margin, and
// returns their number and the common unit normal from b to a.
func collide(dst *[2]point, a, b *hull, margin float64) (int, sim.Vec) {
	reach := a.radius + b.radius + margin
	away, distance := separation(a, b, reach) // away: from a to b
	if distance > reach {
		return 0, sim.Vec{}
	}
	if a.normals == nil || b.normals == nil {
		var onA, onB sim.Vec // on the hulls; the side that is no circle may touch between vertices
		if a.normals == nil {
			onA = a.vertices[0]
			onB = onA.Add(away.Scale(distance))
		} else {
			onB = b.vertices[0]
			onA = onB.Sub(away.Scale(distance))
		}
		dst[0] = point{onA.Add(away.Scale(a.radius)), onB.Sub(away.Scale(b.radius)), distance - a.radius - b.radius}
		return 1, away.Scale(-1)
	}
	return clip(dst, a, b, away, margin), away.Scale(-1)
}

// clip finds the two ends of the stretch over which the facing edges of a and b
// lie opposite each other, seen along the unit vector away from a to b.
func clip(dst *[2]point, a, b *hull, away sim.Vec, margin float64) int {
	along := sim.Vec{X: -away.Y, Y: away.X}
	a0, a1 := a.facing(away)
	b1, b0 := b.facing(away.Scale(-1)) // the other way round, so that 0 pairs with 0
	sa0, sa1, sb0, sb1 := a0.Dot(along), a1.Dot(along), b0.Dot(along), b1.Dot(along)
	ends := [2][2]sim.Vec{
		{between(a0, a1, sa0, sa1, sb0), between(b0, b1, sb0, sb1, sa0)},
		{between(a0, a1, sa0, sa1, sb1), between(b0, b1, sb0, sb1, sa1)},
	}
	n := 0
	for _, end := range ends {
		onA, onB := end[0].Add(away.Scale(a.radius)), end[1].Sub(away.Scale(b.radius))
		if gap := onB.Sub(onA).Dot(away); gap <= margin {
			dst[n] = point{onA, onB, gap}
			n++
		}
	}
	return n
}

// between returns the point of the edge p to q, whose ends have the coordinates
// sp and sq, nearest to coordinate s.
func between(p, q sim.Vec, sp, sq, s float64) sim.Vec {
	if sp == sq {
		return p
	}
	f := min(max((s-sp)/(sq-sp), 0), 1)
	return sim.Vec{X: p.X + f*(q.X-p.X), Y: p.Y + f*(q.Y-p.Y)}
}

// separation returns the unit direction from a to b along which the hulls,
// without their radii, are furthest apart, and how far: negative when they
// overlap. Beyond reach the result is only a lower bound.
func separation(a, b *hull, reach float64) (sim.Vec, float64) {
	away, distance := faceSeparation(a, b, math.Inf(-1), sim.Vec{}, 1)
	away, distance = faceSeparation(b, a, distance, away, -1)
	if distance <= 0 && (a.normals != nil || b.normals != nil) || distance > reach {
		return away, distance
	}
	return closest(a, b)
}

// faceSeparation improves on the best axis so far with the normals of a, turned
// by sign so that all axes point the same way.
func faceSeparation(a, b *hull, best float64, axis sim.Vec, sign float64) (sim.Vec, float64) {
	for i, n := range a.normals {
		face := a.vertices[i].Dot(n)
		nearest := math.Inf(1)
		for _, v := range b.vertices {
			nearest = min(nearest, v.Dot(n)-face)
		}
		if nearest > best {
			best, axis = nearest, n.Scale(sign)
		}
	}
	return axis, best
}

// closest returns the direction from a to b between the nearest points of two
// hulls that do not overlap, and their distance. For coinciding points any
// direction is right; it returns +y.
func closest(a, b *hull) (sim.Vec, float64) {
	best, away := math.Inf(1), sim.Vec{}
	try := func(d sim.Vec) {
		if l := d.Dot(d); l < best {
			best, away = l, d
		}
	}
	for i, v := range a.vertices {
		for k, w := range b.vertices {
			try(onEdge(v, w, b.vertices[b.next(k)]).Sub(v))
			try(w.Sub(onEdge(w, v, a.vertices[a.next(i)])))
		}
	}
	distance := math.Sqrt(best)
	if distance == 0 {
		return sim.Vec{Y: 1}, 0
	}
	return away.Scale(1 / distance), distance
}

// onEdge returns the point of the edge p to q nearest to v.
func onEdge(v, p, q sim.Vec) sim.Vec {
	d := q.Sub(p)
	l := d.Dot(d)
	if l == 0 {
		return p
	}
	f := min(max(v.Sub(p).Dot(d)/l, 0), 1)
	return p.Add(d.Scale(f))
}
