package contact

import (
	"math"

	"orrery/sim"
)

// tie is one direction in which a joint holds two bodies. Its impulse is in units
// of the relative velocity it causes.
type tie struct {
	a, b      int32 // rows of the bodies; b < 0 for the world
	kind      int32 // index among the joint kinds of the model
	axis      lever
	off       float32 // m/s, the velocity that would leave in one step to how far the joint is from where it should be
	rate      float32 // m/s or rad/s, the relative velocity it should have
	low, high float32 // m/s or rad/s, bounds of the impulse
}

// Gains of a tie, trained for each kind.
const (
	gainRate   = iota // relative velocity now, less the one it should have
	gainOff           // the velocity that would bring it where it should be in one frame
	gainStrain        // impulse so far
	tieGains
)

// far bounds impulses that nothing else bounds, in m/s or rad/s: sweeps of a model that has hardly
// learned may feed on themselves, and beyond float32 there are no numbers.
const far = 1e15

// unknownJoint is the panic for a kind of joint that sim has and this package not.
const unknownJoint = "contact: a kind of joint without mechanics"

// addTies appends the ties of a scene's joints at state.
func (g *graph) addTies(s *placed, state sim.State) {
	for i := range s.scene.Joints {
		j := &s.scene.Joints[i]
		if j.Kind == sim.Spring { // a force; see applySprings
			continue
		}
		h := newHold(s, i, state)
		apart := h.at.Sub(h.endB)
		switch j.Kind {
		case sim.Pivot:
			g.ties = h.pivot(g.ties, apart)
		case sim.Pin:
			if r := apart.Len(); r > 0 {
				g.ties = append(g.ties, h.tie(apart.Scale(1/r), r-s.lengths[i], -far, far))
			}
		case sim.Rope:
			if r := apart.Len(); r > j.Length {
				g.ties = append(g.ties, h.tie(apart.Scale(1/r), r-j.Length, -far, 0))
			}
		case sim.Groove:
			g.ties = h.groove(g.ties)
		case sim.Motor:
			g.ties = append(g.ties, h.motor())
		default:
			panic(unknownJoint)
		}
	}
}

// applySprings changes the velocities of state by what the springs of its scene do in some seconds.
func applySprings(s *placed, state sim.State, time float64) {
	for i := range s.scene.Joints {
		if j := &s.scene.Joints[i]; j.Kind == sim.Spring {
			h := newHold(s, i, state)
			h.spring(time)
		}
	}
}

// hold is a joint at a state.
type hold struct {
	placed     *placed
	joint      *sim.Joint
	kind       int32          // its index among the kinds of the model
	a, b       *sim.BodyState // b is nil for the world
	at, endB   sim.Vec        // m, the anchors
	originB    sim.Vec        // m, B's centre of mass, or the origin of the world
	armA, armB sim.Vec        // m, from the centres of mass to the anchors
}

// newHold returns joint i of a scene at state.
func newHold(s *placed, i int, state sim.State) hold {
	j := &s.scene.Joints[i]
	h := hold{placed: s, joint: j, kind: s.kinds[i], a: &state[j.A], endB: j.AnchorB}
	h.armA = j.AnchorA.Rotate(h.a.Angle)
	h.at = h.a.Position().Add(h.armA)
	if j.B != sim.World {
		h.b = &state[j.B]
		h.endB, h.originB = h.b.Point(j.AnchorB), h.b.Position()
	}
	h.armB = h.endB.Sub(h.originB)
	return h
}

// inverses returns what resists at its ends.
func (h *hold) inverses() (a, b inverse) {
	a = h.placed.inverses[h.joint.A]
	if h.b != nil {
		b = h.placed.inverses[h.joint.B]
	}
	return a, b
}

func (h *hold) newTie() tie {
	t := tie{a: int32(h.placed.first + h.joint.A), b: -1, kind: h.kind}
	if h.b != nil {
		t.b = int32(h.placed.first + h.joint.B)
	}
	return t
}

// tie holds the anchors, which are off by some metres, along a direction.
func (h *hold) tie(dir sim.Vec, off float64, low, high float32) tie {
	t := h.newTie()
	t.off, t.low, t.high = float32(off/h.placed.step.Time()), low, high
	a, b := h.inverses()
	t.axis, _ = newLever(a, b, dir, h.armA, h.armB)
	return t
}

// pivot holds both directions. Along the principal axes of what resists there an
// impulse in one does not disturb the other.
func (h *hold) pivot(dst []tie, apart sim.Vec) []tie {
	a, b := h.inverses()
	xx := a.moment * h.armA.Y * h.armA.Y
	yy := a.moment * h.armA.X * h.armA.X
	xy := -a.moment * h.armA.X * h.armA.Y
	if h.b != nil {
		xx += b.moment * h.armB.Y * h.armB.Y
		yy += b.moment * h.armB.X * h.armB.X
		xy -= b.moment * h.armB.X * h.armB.Y
	}
	n := sim.Vec{X: 1}.Rotate(math.Atan2(2*xy, xx-yy) / 2)
	t := n.Perp()
	return append(dst, h.tie(n, apart.Dot(n), -far, far), h.tie(t, apart.Dot(t), -far, far))
}

// groove holds A's anchor on a line of B and, at its ends, from going further.
func (h *hold) groove(dst []tie) []tie {
	end := h.joint.EndB
	if h.b != nil {
		end = h.b.Point(end)
	}
	along := end.Sub(h.endB)
	length := along.Len()
	along = along.Scale(1 / length)
	across := along.Perp()
	from := h.at.Sub(h.endB)
	h.armB = h.at.Sub(h.originB) // B is pushed where A's anchor is
	dst = append(dst, h.tie(across, from.Dot(across), -far, far))
	switch x := from.Dot(along); {
	case x < 0:
		dst = append(dst, h.tie(along, x, 0, far))
	case x > length:
		dst = append(dst, h.tie(along, x-length, -far, 0))
	}
	return dst
}

// motor turns A against B with no more than its torque.
func (h *hold) motor() tie {
	a, b := h.inverses()
	t := h.newTie()
	l, k := leverOf(a, b, sim.Vec{}, 1, 1)
	t.axis, t.rate, t.high = l, float32(h.joint.Rate), float32(h.joint.MaxTorque*h.placed.step.Time()*k)
	t.low = -t.high
	return t
}

// spring pulls the anchors to its length and damps their motion, for dt seconds.
func (h *hold) spring(dt float64) {
	apart := h.at.Sub(h.endB)
	r := apart.Len()
	if r == 0 {
		return
	}
	n := apart.Scale(1 / r)
	a, b := h.inverses()
	armA, armB := h.armA.Cross(n), h.armB.Cross(n)
	_, k := leverOf(a, b, n, armA, armB)
	u := n.Dot(h.a.Velocity()) + armA*h.a.Omega
	if h.b != nil {
		u -= n.Dot(h.b.Velocity()) + armB*h.b.Omega
	}
	j := -h.joint.Stiffness*(r-h.joint.Length)*dt - u*(1-math.Exp(-h.joint.Damping*dt*k))/k
	push(h.a, a, n, armA, j)
	if h.b != nil {
		push(h.b, b, n, armB, -j)
	}
}

// push changes the velocity of a body by an impulse of j N·s.
func push(s *sim.BodyState, b inverse, dir sim.Vec, arm, j float64) {
	s.VX += j * b.mass * dir.X
	s.VY += j * b.mass * dir.Y
	s.Omega += j * b.moment * arm
}
