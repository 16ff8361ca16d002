package contact

import (
	"math"
	"slices"

	"orrery/sim"
	"orrery/world/geom"
)

// vec3 is a generalised velocity or force: two linear components, one angular.
type vec3 [3]float32

func (p *vec3) dot(q *[3]float32) float32 { return p[0]*q[0] + p[1]*q[1] + p[2]*q[2] }

func (p *vec3) addTo(q *[3]float32, s float32) {
	q[0] += s * p[0]
	q[1] += s * p[1]
	q[2] += s * p[2]
}

// edge is one touching point as the network sees it. Its frame has the axes n,
// from body b to body a, and t, a quarter turn counter-clockwise from n.
// Impulses are in units of the relative velocity they cause, so that an impulse
// of −u stops a relative velocity of u.
type edge struct {
	a, b       int32   // rows of the bodies; b < 0 for a wall
	readA      [2]vec3 // relative velocity along n and t, per unit of a's velocity
	readB      [2]vec3 // the same for b
	pushA      [2]vec3 // velocity change of a, per unit of impulse along n and t
	pushB      [2]vec3 // the same for b
	gap        float32 // m, ≤ 0
	coupling   float32 // relative velocity along t that a unit impulse along n causes, scaled to [−1, 1]
	friction   float32
	limit      float32 // friction, as a ratio of impulses in their own units: what Coulomb's law allows along t per unit along n
	elasticity float32
	busy       float32 // number of touching points on the busier body
}

// graph is the touching points of one or several scenes over one list of bodies.
// Edges are grouped by colour: no body takes part in two edges of one colour, so
// a colour is worked out at once and the colours one after the other.
type graph struct {
	bodies int
	edges  []edge
	colour []int // [colours+1] first edge of each colour
}

// maxColours bounds the number of groups. A body with more touching points than
// that has the rest of them worked out at once, in the last group.
const maxColours = 64

// colouring finds the edges of one scene and their colours; it is scratch space.
type colouring struct {
	contacts []geom.Contact
	edges    []edge
	colours  []int
	taken    []uint64 // [n] bit c: the body has an edge of colour c
	busy     []int    // [n]
}

// find lists the edges of scene at state, with body rows counted from first, and
// the colour of each. Both belong to the colouring until the next call.
//
// The deepest point of a pair comes first, whichever way round the geometry
// lists them, so that mirror images get the same colours.
func (c *colouring) find(scene *sim.Scene, layout *geom.Layout, state sim.State, first int) ([]edge, []int) {
	c.contacts = layout.Contacts(c.contacts[:0], state, 0)
	for i := 1; i < len(c.contacts); i++ {
		p, q := &c.contacts[i-1], &c.contacts[i]
		if p.ID>>1 == q.ID>>1 && q.Gap < p.Gap {
			*p, *q = *q, *p
		}
	}
	c.taken = resize(c.taken, len(state))
	c.busy = resize(c.busy, len(state))
	for i := range c.contacts {
		for _, body := range [2]int{c.contacts[i].A, c.contacts[i].B} {
			if body != geom.Wall {
				c.busy[body]++
			}
		}
	}
	c.edges, c.colours = c.edges[:0], c.colours[:0]
	for i := range c.contacts {
		p := &c.contacts[i]
		c.edges = append(c.edges, newEdge(scene, p, first, c.busy))
		taken := c.taken[p.A]
		if p.B != geom.Wall {
			taken |= c.taken[p.B]
		}
		colour := 0
		for colour < maxColours-1 && taken>>colour&1 != 0 {
			colour++
		}
		for _, body := range [2]int{p.A, p.B} {
			if body != geom.Wall {
				c.taken[body] |= 1 << colour
			}
		}
		c.colours = append(c.colours, colour)
	}
	return c.edges, c.colours
}

// newEdge computes what the network needs of contact p.
func newEdge(scene *sim.Scene, p *geom.Contact, first int, busy []int) edge {
	n := p.Normal
	t := sim.Vec{X: -n.Y, Y: n.X}
	a := &scene.Bodies[p.A]
	massA, momentA, massB, momentB := a.InvMass(), a.InvMoment(), 0.0, 0.0
	e := edge{
		a: int32(first + p.A), b: -1, gap: float32(p.Gap),
		friction: float32(p.Friction), elasticity: float32(p.Elasticity), busy: float32(busy[p.A]),
	}
	if p.B != geom.Wall {
		b := &scene.Bodies[p.B]
		massB, momentB = b.InvMass(), b.InvMoment()
		e.b = int32(first + p.B)
		e.busy = max(e.busy, float32(busy[p.B]))
	}
	an, at, bn, bt := p.ArmA.Cross(n), p.ArmA.Cross(t), p.ArmB.Cross(n), p.ArmB.Cross(t)
	// Effective inverse masses: the relative velocity that a unit of impulse makes.
	kn := massA + massB + momentA*an*an + momentB*bn*bn
	kt := massA + massB + momentA*at*at + momentB*bt*bt
	e.limit = float32(p.Friction * kt / kn)
	e.coupling = float32((momentA*an*at + momentB*bn*bt) / math.Sqrt(kn*kt))
	for i, axis := range [2]struct {
		dir        sim.Vec
		armA, armB float64
		k          float64
	}{{n, an, bn, kn}, {t, at, bt, kt}} {
		e.readA[i] = vec3{float32(axis.dir.X), float32(axis.dir.Y), float32(axis.armA)}
		e.readB[i] = vec3{-float32(axis.dir.X), -float32(axis.dir.Y), -float32(axis.armB)}
		e.pushA[i] = vec3{float32(massA * axis.dir.X / axis.k), float32(massA * axis.dir.Y / axis.k), float32(momentA * axis.armA / axis.k)}
		e.pushB[i] = vec3{-float32(massB * axis.dir.X / axis.k), -float32(massB * axis.dir.Y / axis.k), -float32(momentB * axis.armB / axis.k)}
	}
	return e
}

// resize returns s with n zero elements, keeping its memory where it can.
func resize[T any](s []T, n int) []T {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}

// merge makes g the union of several scenes' edges: edges[i] has colour
// colours[i]. It keeps the order of edges within a colour.
func (g *graph) merge(bodies int, edges []edge, colours []int) {
	g.bodies = bodies
	count := 0
	for _, c := range colours {
		count = max(count, c+1)
	}
	g.colour = resize(g.colour, count+1)
	for _, c := range colours {
		g.colour[c+1]++
	}
	for c := range count {
		g.colour[c+1] += g.colour[c]
	}
	g.edges = resize(g.edges, len(edges))
	var next [maxColours]int
	copy(next[:], g.colour)
	for i := range edges {
		g.edges[next[colours[i]]] = edges[i]
		next[colours[i]]++
	}
}
