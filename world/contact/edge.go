package contact

import (
	"math"
	"slices"

	"orrery/sim"
	"orrery/world/geom"
)

// edge is one touching point as the network sees it. Its frame has the axes n,
// from body b to body a, and t, a quarter turn counter-clockwise from n.
// Impulses are in units of the relative velocity they cause, so that an impulse
// of −u stops a relative velocity of u.
type edge struct {
	a, b       int32 // rows of the bodies; b < 0 for a wall
	axis       [2]lever
	gap        float32 // m, ≤ 0
	coupling   float32 // relative velocity along t that a unit impulse along n causes, scaled to [−1, 1]
	friction   float32
	limit      float32 // friction, as a ratio of impulses in their own units: what Coulomb's law allows along t per unit along n
	elasticity float32
	calm       float32    // m/s, the speed of approach below which nothing bounces
	sink       float32    // m/s, the approach up to which sides may fall faster than before; 0 is any
	impact     bool       // it is met within a step
	stays      bool       // its sides stay together until the end of the step
	busy       float32    // number of touching points on the busier body
	resist     [2]float32 // 1/kg, relative velocity along each axis per N·s
	id         uint64     // see geom.Contact.ID
}

// lever describes how two bodies meet along one direction: at which arms, and what a unit
// of impulse along it does to each.
type lever struct {
	x, y       float32 // the direction
	armA, armB float32 // m; what turning adds to the velocity along the direction
	pushA      float32 // change of a's velocity along the direction
	pushB      float32 // change of b's velocity against it
	turnA      float32 // change of a's angular velocity
	turnB      float32 // change of b's angular velocity, the other way round
}

// newLever returns the lever of two bodies along a direction and the inverse mass
// that resists there, the relative velocity that 1 N·s causes.
func newLever(a, b inverse, dir sim.Vec, armA, armB sim.Vec) (l lever, k float64) {
	return leverOf(a, b, dir, armA.Cross(dir), armB.Cross(dir))
}

// leverOf is newLever for given arms.
func leverOf(a, b inverse, dir sim.Vec, armA, armB float64) (l lever, k float64) {
	k = dir.Dot(dir)*(a.mass+b.mass) + a.moment*armA*armA + b.moment*armB*armB
	return lever{
		x: float32(dir.X), y: float32(dir.Y), armA: float32(armA), armB: float32(armB),
		pushA: float32(a.mass / k), pushB: float32(b.mass / k),
		turnA: float32(a.moment * armA / k), turnB: float32(b.moment * armB / k),
	}, k
}

// still is the motion of walls.
var still [3]float32

// row returns the velocity of body i, or that of walls when i < 0.
func row(v []float32, i int32) *[3]float32 {
	if i < 0 {
		return &still
	}
	return (*[3]float32)(v[3*i:])
}

// read returns the velocity of a's point relative to b's along the lever.
func (l *lever) read(a, b *[3]float32) float32 {
	return l.x*(a[0]-b[0]) + l.y*(a[1]-b[1]) + l.armA*a[2] - l.armB*b[2]
}

// push changes the velocities by an impulse j along the lever. That of walls must
// not be passed.
func (l *lever) push(a, b *[3]float32, j float32) {
	l.pushOne(a, j)
	p := j * l.pushB
	b[0] -= p * l.x
	b[1] -= p * l.y
	b[2] -= j * l.turnB
}

// pushOne is push against a wall.
func (l *lever) pushOne(a *[3]float32, j float32) {
	p := j * l.pushA
	a[0] += p * l.x
	a[1] += p * l.y
	a[2] += j * l.turnA
}

// echo returns how much an impulse of 1 along another lever of the same point changes
// the relative velocity along l.
func (l *lever) echo(other *lever) float32 {
	return (l.x*other.x+l.y*other.y)*(other.pushA+other.pushB) + l.armA*other.turnA + l.armB*other.turnB
}

// pushed is the transpose of push: how a change of j moves a loss whose gradient
// with respect to the velocities is da and db.
func (l *lever) pushed(da, db *[3]float32) float32 {
	return l.pushA*(l.x*da[0]+l.y*da[1]) + l.turnA*da[2] - l.pushB*(l.x*db[0]+l.y*db[1]) - l.turnB*db[2]
}

// readBack is the transpose of read: it adds to the gradients of the velocities
// what d, the gradient of the relative velocity, asks for.
func (l *lever) readBack(da, db *[3]float32, d float32) {
	da[0] += d * l.x
	da[1] += d * l.y
	da[2] += d * l.armA
	if db == &still {
		return
	}
	db[0] -= d * l.x
	db[1] -= d * l.y
	db[2] -= d * l.armB
}

// push changes the velocities v by impulses along the normal and the tangent.
func (e *edge) push(v []float32, jn, jt float32) {
	a := row(v, e.a)
	if e.b < 0 {
		e.axis[0].pushOne(a, jn)
		e.axis[1].pushOne(a, jt)
		return
	}
	b := row(v, e.b)
	e.axis[0].push(a, b, jn)
	e.axis[1].push(a, b, jt)
}

// part changes the velocities v by an impulse along the normal alone.
func (e *edge) part(v []float32, j float32) {
	if a := row(v, e.a); e.b < 0 {
		e.axis[0].pushOne(a, j)
	} else {
		e.axis[0].push(a, row(v, e.b), j)
	}
}

// set computes what the network needs of contact p in scene s.
func (e *edge) set(s *placed, p *geom.Contact) {
	n := p.Normal
	t := n.Perp()
	a, b := s.inverses[p.A], inverse{}
	e.a, e.b = int32(s.first+p.A), -1
	if p.B != geom.Wall {
		b = s.inverses[p.B]
		e.b = int32(s.first + p.B)
	}
	e.gap, e.friction, e.elasticity = float32(p.Gap), float32(p.Friction), float32(p.Elasticity)
	var kn, kt float64
	e.axis[0], kn = newLever(a, b, n, p.ArmA, p.ArmB)
	e.axis[1], kt = newLever(a, b, t, p.ArmA, p.ArmB)
	e.id, e.resist = p.ID, [2]float32{float32(kn), float32(kt)}
	e.limit = float32(p.Friction * kt / kn)
	both := a.moment*p.ArmA.Cross(n)*p.ArmA.Cross(t) + b.moment*p.ArmB.Cross(n)*p.ArmB.Cross(t)
	e.coupling = float32(both / math.Sqrt(kn*kt))
	e.calm, e.sink, e.impact, e.stays = s.calm, s.sink, false, false
}

// graph has all that ties the bodies of one or several scenes together: touching points,
// joints and fields.
type graph struct {
	edges  []edge
	hits   []hit // of the edges, where impacts have a law of their own
	ties   []tie
	pulls  []pull
	scenes []extent
}

// extent says where the parts of one scene end and those of the next begin.
type extent struct{ edges, ties int }

// bounds returns what belongs to scene k.
func (g *graph) bounds(k int) (from, to extent) {
	if k > 0 {
		from = g.scenes[k-1]
	}
	return from, g.scenes[k]
}

// apart reports whether nothing of scene k touches or is tied.
func (g *graph) apart(k int) bool {
	from, to := g.bounds(k)
	return from == to
}

// end ends a scene: what comes after belongs to the next one.
func (g *graph) end() { g.scenes = append(g.scenes, extent{len(g.edges), len(g.ties)}) }

// add appends what ties the bodies of scene k of another graph together, but for fields.
func (g *graph) add(other *graph, k int) {
	from, to := other.bounds(k)
	g.edges = append(g.edges, other.edges[from.edges:to.edges]...)
	g.ties = append(g.ties, other.ties[from.ties:to.ties]...)
	if len(other.hits) == 0 {
		return
	}
	for _, h := range other.hits[from.edges:to.edges] {
		h.first = g.looks()
		g.hits = append(g.hits, h)
	}
}

func (g *graph) reset() {
	g.edges, g.hits, g.ties, g.pulls, g.scenes = g.edges[:0], g.hits[:0], g.ties[:0], g.pulls[:0], g.scenes[:0]
}

// finder lists the touching points of scenes; it is scratch space.
type finder struct {
	contacts   []geom.Contact
	clearances []geom.Clearance
	busy       []int // [n]
}

// addDue appends the points of the pairs that meet at state.
func (f *finder) addDue(g *graph, s *placed, state sim.State) {
	f.contacts = f.meeting(f.contacts[:0], s, state, s.impacts.due)
	from := len(g.edges)
	f.append(g, s, state)
	for i := from; i < len(g.edges); i++ {
		g.edges[i].impact = true
		if s.late {
			g.edges[i].elasticity, g.edges[i].stays = 0, true
		}
	}
}

// add appends the touching points of a scene at state and reports whether there are
// any.
//
// The deepest point of a pair comes first, whichever way round the geometry
// lists them, so that mirror images are swept in the same order. This engine has the second end first, always
// of a wall and mostly of two bodies, and stops sweeping before that has ceased to matter: a model of it does likewise.
func (f *finder) add(g *graph, s *placed, state sim.State) bool {
	f.contacts = s.detector.Contacts(f.contacts[:0], state, 0)
	return f.append(g, s, state)
}

// append appends the points found of a scene at state and reports whether there are any.
func (f *finder) append(g *graph, s *placed, state sim.State) bool {
	if len(f.contacts) == 0 {
		return false
	}
	f.busy = resize(f.busy, len(state))
	for i := range f.contacts {
		p := &f.contacts[i]
		if i > 0 {
			if q := &f.contacts[i-1]; q.ID>>1 == p.ID>>1 && (s.ends || p.Gap < q.Gap) {
				*p, *q = *q, *p
			}
		}
		f.busy[p.A]++
		if p.B != geom.Wall {
			f.busy[p.B]++
		}
	}
	for i := range f.contacts {
		p := &f.contacts[i]
		most := f.busy[p.A]
		if p.B != geom.Wall {
			most = max(most, f.busy[p.B])
		}
		g.edges = slices.Grow(g.edges, 1)[:len(g.edges)+1]
		e := &g.edges[len(g.edges)-1]
		e.set(s, p)
		e.busy = float32(most)
		if s.sides != nil {
			h := newHit(s.scene, e, p, state, s.sides)
			h.first = g.looks()
			g.hits = append(g.hits, h)
		}
	}
	return true
}

// resize returns s with n zero elements, keeping its memory where it can.
func resize[T any](s []T, n int) []T {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}
