package baseline

import (
	"orrery/sim"
	"orrery/world/geom"
)

// end is a body at a place where it is touched. A wall's is zero.
type end struct {
	arm                sim.Vec // m, from the centre of mass
	now, flown         sim.Vec // m/s, velocity of the place before and after free flight
	invMass, invMoment float64 // 1/kg, 1/(kg·m²)
}

func newEnd(v *view, body int, arm sim.Vec) end {
	b := &v.scene.Bodies[body]
	return end{arm, velocityAt(&v.now[body], arm), velocityAt(&v.flown[body], arm), b.InvMass(), b.InvMoment()}
}

// velocityAt returns the velocity of the place of a body at arm.
func velocityAt(s *sim.BodyState, arm sim.Vec) sim.Vec {
	return sim.Vec{X: s.VX - s.Omega*arm.Y, Y: s.VY + s.Omega*arm.X}
}

// yield returns by how much an impulse of 1 N·s along a direction changes the
// velocity of the place in that direction, in m/s.
func (e *end) yield(along sim.Vec) float64 {
	r := e.arm.Cross(along)
	return e.invMass + e.invMoment*r*r
}

// edgeSize is the number of features of an edge.
const edgeSize = 26

// edge adds the edge by which one end of c acts on the other, to, on whose side the
// normal points. Apart from the direction of that normal, all is told along it and
// across.
func (n *interaction) edge(v *view, c *geom.Contact, normal sim.Vec, to, from *end, receiver, sender int32) {
	m := &n.config.Motion
	across := sim.Vec{X: -normal.Y, Y: normal.X}
	now, flown := to.now.Sub(from.now).Scale(1/m.Speed), to.flown.Sub(from.flown).Scale(1/m.Speed)
	shown := v.direction(normal)
	before := c.Gap - now.Dot(normal)*m.Speed*m.Flight.FrameTime

	f := append(v.graph.Edges, flag(c.Gap <= 0), flag(*from == end{}))
	f = appendGap(f, c.Gap/m.Length)
	f = appendGap(f, before/m.Length)
	f = append(f, float32(shown.X), float32(shown.Y))
	f = appendSpeed(f, now.Dot(normal))
	f = appendSpeed(f, now.Dot(across))
	f = appendSpeed(f, flown.Dot(normal))
	f = appendSpeed(f, flown.Dot(across))
	f = append(f,
		float32(to.arm.Dot(normal)/m.Length), float32(to.arm.Dot(across)/m.Length),
		float32(from.arm.Dot(normal)/m.Length), float32(from.arm.Dot(across)/m.Length),
		float32(to.invMass/(to.yield(normal)+from.yield(normal))),
		float32(to.invMass/(to.yield(across)+from.yield(across))),
		float32(c.Friction), float32(c.Elasticity))
	v.graph.Edges = f
	v.graph.Receivers, v.graph.Senders = append(v.graph.Receivers, receiver), append(v.graph.Senders, sender)
}
