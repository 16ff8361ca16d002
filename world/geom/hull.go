package geom

import (
	"math"

	"orrery/sim"
	"orrery/world/lanes"
)

// hull is a convex shape in the world: vertices counter-clockwise, grown by a
// radius. Edge i runs from vertex i to the next and has its normal outwards. A
// segment has two edges, back to back; a circle has none.
type hull struct {
	vertices []sim.Vec
	normals  []sim.Vec
	radius   float64
	corners  *corners // where both are, if there are two to four; else nil
}

// corners are four vertices and their normals, as vectors take them. If there are fewer, the last one stands for those missing.
type corners [2 * mostCorners]sim.Vec

const mostCorners = 4

// roomOf returns how many vectors a hull of some vertices takes.
func roomOf(vertices int) int {
	switch {
	case vertices == 1:
		return 1
	case vertices <= mostCorners:
		return len(corners{})
	}
	return 2 * vertices
}

// vectors says whether hulls with few corners are placed and parted in vector code; tests turn it off.
var vectors = lanes.Here

// blank returns a hull for some vertices and a radius, in room, of which it returns the rest.
func blank(vertices int, radius float64, room []sim.Vec) (hull, []sim.Vec) {
	h := hull{radius: radius}
	switch n := vertices; {
	case n == 1:
		h.vertices, room = room[:1:1], room[1:]
	case n <= mostCorners:
		h.corners, room = (*corners)(room), room[len(corners{}):]
		h.vertices, h.normals = h.corners[:n:n], h.corners[mostCorners:mostCorners+n]
	default:
		h.vertices, h.normals, room = room[:n:n], room[n:2*n:2*n], room[2*n:]
	}
	return h, room
}

// newHull returns the hull of the vertices and a radius, in room, of which it returns the rest.
func newHull(vertices []sim.Vec, radius float64, room []sim.Vec) (hull, []sim.Vec) {
	h, room := blank(len(vertices), radius, room)
	copy(h.vertices, vertices)
	for i := range h.normals {
		d := h.edge(i).span()
		h.normals[i] = sim.Vec{X: d.Y, Y: -d.X}.Scale(1 / d.Len())
	}
	if c := h.corners; c != nil {
		for i := len(vertices); i < mostCorners; i++ {
			c[i], c[mostCorners+i] = c[i-1], c[mostCorners+i-1]
		}
	}
	return h, room
}

func (h *hull) edge(i int) edge {
	next := i + 1
	if next == len(h.vertices) {
		next = 0
	}
	return edge{h.vertices[i], h.vertices[next]}
}

// lowest returns the least coordinate of the vertices along n.
func (h *hull) lowest(n sim.Vec) float64 {
	low := math.Inf(1)
	for _, v := range h.vertices {
		low = min(low, v.Dot(n))
	}
	return low
}

// sideways is the cosine below which a normal counts as perpendicular to a
// direction: far above rounding errors, far below what anyone can see.
const sideways = 1e-9

// facing returns the edge that looks most along the unit vector n: of the two
// that meet at the vertex furthest along n, the one whose normal is nearer to n.
// It is a mere point on a circle and at the end of a segment that lies along n.
func (h *hull) facing(n sim.Vec) edge {
	i, far := 0, math.Inf(-1)
	for k, v := range h.vertices {
		if d := v.Dot(n); d > far {
			i, far = k, d
		}
	}
	tip := edge{h.vertices[i], h.vertices[i]}
	if len(h.normals) == 0 {
		return tip
	}
	before := i - 1
	if before < 0 {
		before = len(h.vertices) - 1
	}
	if h.normals[before].Dot(n) > h.normals[i].Dot(n) {
		i = before
	}
	if h.normals[i].Dot(n) < sideways {
		return tip
	}
	return h.edge(i)
}

// outside returns the normal of h along which other is furthest outside, and how
// far: negative when they overlap. It is satisfied with more than enough.
func (h *hull) outside(other *hull, enough float64) (normal sim.Vec, distance float64) {
	distance = math.Inf(-1)
	for i, n := range h.normals {
		if d := other.lowest(n) - h.vertices[i].Dot(n); d > distance {
			normal, distance = n, d
			if d > enough {
				break
			}
		}
	}
	return normal, distance
}

// coincide is the distance in metres below which two vertices are one point: the
// direction from one to the other would be mostly rounding errors.
const coincide = 1e-10

// separation returns the unit direction from a to b along which the hulls,
// without their radii, are furthest apart, and how far: negative when they
// overlap. Beyond reach the result is only a lower bound.
func separation(a, b *hull, reach float64) (away sim.Vec, distance float64) {
	switch {
	case len(b.vertices) == 1:
		return a.separationFrom(b.vertices[0], reach)
	case len(a.vertices) == 1:
		away, distance = b.separationFrom(a.vertices[0], reach)
		return away.Scale(-1), distance
	}
	away, distance = alongNormals(a, b, reach)
	if distance <= 0 || distance > reach {
		return away, distance
	}
	// The vertex nearest to an edge lies beside it or past its end; only there is
	// the true distance longer than along the normal.
	between, ends := a.facing(away).nearest(b.facing(away.Scale(-1)))
	if length := math.Sqrt(between.Dot(between)); ends && length > coincide {
		return between.Scale(1 / length), length
	}
	return away, distance
}

// separationFrom is separation from a point.
func (h *hull) separationFrom(p sim.Vec, reach float64) (away sim.Vec, distance float64) {
	if len(h.normals) == 0 {
		return h.separationFromVertex(0, p, sim.Vec{X: 1})
	}
	nearest := 0
	distance = math.Inf(-1)
	for i, n := range h.normals {
		if d := p.Sub(h.vertices[i]).Dot(n); d > distance {
			nearest, distance = i, d
			if d > reach {
				return n, d
			}
		}
	}
	away = h.normals[nearest]
	if distance <= 0 && len(h.vertices) > 2 { // inside; a segment has no inside
		return away, distance
	}
	e := h.edge(nearest)
	switch span := e.span(); {
	case p.Sub(e.from).Dot(span) < 0:
		return h.separationFromVertex(nearest, p, away)
	case p.Sub(e.to).Dot(span) > 0:
		return h.separationFromVertex((nearest+1)%len(h.vertices), p, away)
	}
	return away, distance
}

// separationFromVertex is separation of vertex i from a point, in a direction that is
// given for the case that they coincide.
func (h *hull) separationFromVertex(i int, p, otherwise sim.Vec) (away sim.Vec, distance float64) {
	between := p.Sub(h.vertices[i])
	if length := math.Sqrt(between.Dot(between)); length > coincide {
		return between.Scale(1 / length), length
	}
	return otherwise, 0
}

// ofNormals is separation limited to the normals of a and b.
func ofNormals(a, b *hull, reach float64) (away sim.Vec, distance float64) {
	if vectors && a.corners != nil && b.corners != nil {
		axis, distance := lanes.PartCorners(&a.corners[0].X, &b.corners[0].X, reach)
		if axis < mostCorners {
			return a.corners[mostCorners+axis], distance
		}
		return b.corners[axis].Scale(-1), distance
	}
	away, distance = a.outside(b, reach)
	if distance > reach {
		return away, distance
	}
	if normal, d := b.outside(a, reach); d > distance {
		away, distance = normal.Scale(-1), d
	}
	return away, distance
}

// alongNormals is separation limited to the normals of a and b and, for segments, their own direction.
func alongNormals(a, b *hull, reach float64) (away sim.Vec, distance float64) {
	away, distance = ofNormals(a, b, reach)
	if distance > 0 || len(a.vertices) > 2 || len(b.vertices) > 2 {
		return away, distance
	}
	// Segments in line are apart lengthwise only, where neither has a normal.
	along := sim.Vec{X: -a.normals[0].Y, Y: a.normals[0].X}
	for _, axis := range [2]sim.Vec{along, along.Scale(-1)} {
		if d := b.lowest(axis) + a.lowest(axis.Scale(-1)); d > distance {
			away, distance = axis, d
		}
	}
	return away, distance
}

// box returns the box that h fills.
func (h *hull) box() box {
	far := math.Inf(-1)
	b := box{far, far, far, far}
	for _, v := range h.vertices {
		b = box{max(b.left, -v.X), max(b.down, -v.Y), max(b.right, v.X), max(b.up, v.Y)}
	}
	return box{b.left + h.radius, b.down + h.radius, b.right + h.radius, b.up + h.radius}
}

// circle returns a circle round h: about the origin when that costs little, so that
// it need not be turned with the body.
func (h *hull) circle() (centre sim.Vec, radius float64) {
	about := func(p sim.Vec) (r float64) {
		for _, v := range h.vertices {
			r = max(r, v.Sub(p).Len())
		}
		return r + h.radius
	}
	for _, v := range h.vertices {
		centre = centre.Add(v.Scale(1 / float64(len(h.vertices))))
	}
	own, least := about(sim.Vec{}), about(centre)
	if own <= 1.1*least {
		return sim.Vec{}, own
	}
	return centre, least
}
