package baseline

import (
	"orrery/sim"
	"orrery/world/geom"
)

// bond is the reason why bodies act on each other: a contact, a joint or a field. The
// last two are told like contacts, between the places on which they act, with a
// normal along which they act and a gap by which they are not as they should be.
type bond struct {
	geom.Contact
	late  bool    // where bodies fly in a frame, and not in its first step
	aside float64 // m, as the gap but across the normal
	room  float64 // m, from an anchor to the nearest end of its groove
	joint *sim.Joint
	field *sim.Field
}

// end is a body at a place where it is acted on. A wall's is zero.
type end struct {
	arm                sim.Vec // m, from the centre of mass
	now, flown         sim.Vec // m/s, velocity of the place before and after free flight
	back, ahead        sim.Vec // m, from the place as seen to where it was, and to where it flies
	omega              float64 // rad/s, after free flight
	invMass, invMoment float64 // 1/kg, 1/(kg·m²)
}

func newEnd(v *view, body int, arm sim.Vec) end {
	b, now, seen, flown := &v.scene.Bodies[body], &v.now[body], &v.poses[body], &v.flown[body]
	return end{
		arm: arm, now: velocityAt(now, arm), flown: velocityAt(flown, arm),
		back: shift(arm, seen, now), ahead: shift(arm, seen, flown),
		omega: flown.Omega, invMass: b.InvMass(), invMoment: b.InvMoment(),
	}
}

// velocityAt returns the velocity of the place of a body at arm.
func velocityAt(s *sim.BodyState, arm sim.Vec) sim.Vec {
	return sim.Vec{X: s.VX - s.Omega*arm.Y, Y: s.VY + s.Omega*arm.X}
}

// shift returns how the place at arm moves when a body goes from one pose to another,
// to first order: what touches a disc that spins stays where it is.
func shift(arm sim.Vec, from, to *sim.BodyState) sim.Vec {
	turn := to.Angle - from.Angle
	return to.Position().Sub(from.Position()).Add(sim.Vec{X: -turn * arm.Y, Y: turn * arm.X})
}

// yield returns by how much an impulse of 1 N·s along a direction changes the
// velocity of the place in that direction, in m/s.
func (e *end) yield(along sim.Vec) float64 {
	r := e.arm.Cross(along)
	return e.invMass + e.invMoment*r*r
}

// connect adds the edges of a bond: one in either direction, or from a wall one that
// begins and ends at the body.
func (n *interaction) connect(v *view, b *bond) {
	rowA, endA := n.row(v, b.A), newEnd(v, b.A, b.ArmA)
	if b.B == geom.Wall {
		n.edge(v, b, 1, &endA, &end{}, rowA, rowA)
		return
	}
	rowB, endB := n.row(v, b.B), newEnd(v, b.B, b.ArmB)
	n.edge(v, b, 1, &endA, &endB, rowA, rowB)
	n.edge(v, b, -1, &endB, &endA, rowB, rowA)
}

// contactSize is the number of features that all edges have.
const contactSize = 31

// edgeSize returns the number of features of an edge.
func (g *Given) edgeSize() int {
	size := contactSize
	if len(g.Joints) > 0 {
		size += len(g.Joints) + jointSize
	}
	if len(g.Fields) > 0 {
		size += len(g.Fields) + fieldSize
	}
	return size
}

// edge adds the edge by which one end of b acts on the other, to. The side is 1 when
// that is A's and -1 when it is B's. Apart from the direction of the normal to its
// side, all is told along that normal and across.
func (n *interaction) edge(v *view, b *bond, side float64, to, from *end, receiver, sender int32) {
	m := &n.config.Given
	normal := b.Normal.Scale(side)
	across := normal.Perp()
	now, flown := to.now.Sub(from.now).Scale(1/m.Speed), to.flown.Sub(from.flown).Scale(1/m.Speed)
	back, ahead := to.back.Sub(from.back), to.ahead.Sub(from.ahead)
	shown := v.direction(normal)
	yield := to.yield(normal) + from.yield(normal)

	f := append(v.graph.Edges, flag(b.Gap <= 0), flag(b.B == geom.Wall), flag(b.late))
	f = appendGap(f, b.Gap/m.Length)
	f = appendGap(f, (b.Gap+back.Dot(normal))/m.Length)
	f = appendGap(f, (b.Gap+ahead.Dot(normal))/m.Length)
	f = append(f, float32(shown.X), float32(shown.Y), squash(ahead.Dot(across)/m.Length))
	f = appendSpeed(f, now.Dot(normal))
	f = appendSpeed(f, now.Dot(across))
	f = appendSpeed(f, flown.Dot(normal))
	f = appendSpeed(f, flown.Dot(across))
	f = append(f,
		float32(to.arm.Dot(normal)/m.Length), float32(to.arm.Dot(across)/m.Length),
		float32(from.arm.Dot(normal)/m.Length), float32(from.arm.Dot(across)/m.Length),
		float32(to.invMass/yield), float32(to.invMass/(to.yield(across)+from.yield(across))),
		float32(b.Friction), float32(b.Elasticity))
	f = m.appendJoint(f, b, side, yield, to.omega-from.omega)
	f = m.appendField(f, b, v, side, to.invMass)
	v.graph.Edges = f
	v.graph.Receivers, v.graph.Senders = append(v.graph.Receivers, receiver), append(v.graph.Senders, sender)
}
