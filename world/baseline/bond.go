package baseline

import (
	"math"

	"orrery/sim"
	"orrery/world/geom"
)

// unknownBond is the panic for a kind of joint or field that sim has and this package
// not.
const unknownBond = "baseline: a kind of joint or field without features"

// tie returns the bond of joint i, with its anchors where they are seen.
func (v *view) tie(i int) bond {
	j := &v.scene.Joints[i]
	a, b := &v.poses[j.A], stateOf(v.poses, j.B)
	placeA, placeB := a.Point(j.AnchorA), b.Point(j.AnchorB)
	t := bond{joint: j, Contact: geom.Contact{A: j.A, B: j.B}}
	switch delta := placeA.Sub(placeB); j.Kind {
	case sim.Pin, sim.Spring:
		t.Normal = unit(delta, sim.Vec{X: 1})
		t.Gap = delta.Len() - v.lengths[i]
	case sim.Rope: // like a contact, it pushes along its normal when the gap is below 0
		t.Normal = unit(delta, sim.Vec{X: 1}).Scale(-1)
		t.Gap = v.lengths[i] - delta.Len()
	case sim.Groove:
		groove := b.Point(j.EndB).Sub(placeB)
		along := unit(groove, sim.Vec{X: 1})
		at := min(max(delta.Dot(along), 0), groove.Len())
		t.room = min(at, groove.Len()-at)
		t.Normal = along.Perp()
		t.Gap = delta.Dot(t.Normal)
		placeB = placeB.Add(along.Scale(at))
	case sim.Pivot, sim.Motor: // the anchors of a pivot meet, so a direction that turns with a body stands in for the line between them
		t.Normal = unit(placeA.Sub(a.Position()), unit(placeB.Sub(b.Position()), sim.Vec{X: 1}))
		if j.Kind == sim.Pivot {
			t.Gap, t.aside = delta.Dot(t.Normal), t.Normal.Cross(delta)
		}
	default:
		panic(unknownBond)
	}
	t.ArmA, t.ArmB = placeA.Sub(a.Position()), placeB.Sub(b.Position())
	return t
}

// unit returns the direction of d, or another where it has none.
func unit(d, other sim.Vec) sim.Vec {
	if r := d.Len(); r > sim.MinMagnitude {
		return d.Scale(1 / r)
	}
	return other
}

// pull returns the bond of a field, between the centres of mass.
func (v *view) pull(f *sim.Field) bond {
	delta := v.poses[f.A].Position().Sub(v.poses[f.B].Position())
	return bond{field: f, Contact: geom.Contact{A: f.A, B: f.B, Normal: unit(delta, sim.Vec{X: 1}), Gap: delta.Len()}}
}

// jointSize is the number of features of a joint besides its kind.
const jointSize = 7

// appendJoint appends what an edge tells of joints, which is nothing for a model that
// knows none and zeros for an edge that is none: the kind, how far off and how near
// to an end the anchor is, what a spring does in a frame by itself, and how far a
// motor is from its rate and how quickly it gets there.
func (g *Given) appendJoint(dst []float32, b *bond, side, yield, omega float64) []float32 {
	if len(g.Joints) == 0 {
		return dst
	}
	j := b.joint
	if j == nil {
		return append(dst, make([]float32, len(g.Joints)+jointSize)...)
	}
	for _, kind := range g.Joints {
		dst = append(dst, float32(side)*flag(j.Kind == kind))
	}
	dt := g.Flight.FrameTime
	lack, torque := 0.0, 0.0
	if j.Kind == sim.Motor {
		lack, torque = omega-side*j.Rate, j.MaxTorque*dt/(g.Mass*g.Length)
	}
	return append(dst,
		squash(10*b.aside/g.Length), squash(100*b.aside/g.Length), squash(b.room/g.Length),
		soften(j.Stiffness*yield*dt*b.Gap/g.Kick), soften(j.Damping*yield*dt),
		soften(g.Length*lack/g.Speed), soften(torque/g.Kick))
}

// fieldSize is the number of features of a field besides its kind.
const fieldSize = 5 + 2*2*fieldPowers // two vectors for each power

// fieldPowers are the powers of the distance, from 1 down, that a field's force may
// go by.
const fieldPowers = 4

// leastDistance, in units of Span, keeps powers of the distance finite.
const leastDistance = 1e-3

// appendField is appendJoint for fields: the kind, the strength, the limit, the
// distance, and what would push the body if the force went by some powers of the
// distance, where bodies are seen and where they fly.
//
// The unit of strength is that of a force over a power of the distance: at a distance
// of Span it becomes one of velocity, by what it does to the body in a frame.
func (g *Given) appendField(dst []float32, b *bond, v *view, side, invMass float64) []float32 {
	if len(g.Fields) == 0 {
		return dst
	}
	f := b.field
	if f == nil {
		return append(dst, make([]float32, len(g.Fields)+fieldSize)...)
	}
	for _, kind := range g.Fields {
		dst = append(dst, flag(f.Kind == kind))
	}
	perNewton := g.Flight.FrameTime * invMass / g.Kick
	push, limit := g.pushOf(f)*perNewton, 0.0
	if f.Limit > 0 {
		limit = 1 / (1 + f.Limit*perNewton)
	}
	near := b.Gap / g.Span
	dst = append(dst, soften(push), float32(limit), float32(near), squash(math.Log(max(near, leastDistance))), float32(1/(1+near)))
	for _, state := range [2]sim.State{v.seen, v.flown} {
		delta := state[f.A].Position().Sub(state[f.B].Position()).Scale(side)
		direction, r := v.direction(unit(delta, sim.Vec{X: 1})), delta.Len()/g.Span
		force := push * r
		for range fieldPowers {
			size := soften(force)
			dst = append(dst, size*float32(direction.X), size*float32(direction.Y))
			force /= max(r, leastDistance)
		}
	}
	return dst
}

// pushOf returns the force of a field at a distance of Span, in newtons.
func (g *Given) pushOf(f *sim.Field) float64 {
	switch f.Kind {
	case sim.Linear:
		return f.Strength * g.Span
	case sim.InverseSquare:
		return f.Strength / (g.Span * g.Span)
	default:
		panic(unknownBond)
	}
}
