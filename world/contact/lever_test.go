package contact

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// pinned returns a hold of two bodies of different mass, moment and angle, or of one and
// the world, by anchors beside their centres.
func pinned(world bool) (hold, sim.State) {
	scene := sim.DefaultScene()
	for i := range 2 {
		b := sim.NewDisc(0.2, 1, sim.Surface{})
		b.Mass, b.Moment = 1+float64(i), 0.02+0.05*float64(i)
		b.Start = sim.BodyState{X: 0.3 * float64(i), Y: 0.1, Angle: 0.4 + float64(i)}
		scene.Bodies = append(scene.Bodies, b)
	}
	j := sim.Joint{Kind: sim.Pivot, A: 0, B: 1, AnchorA: sim.Vec{X: 0.2, Y: 0.07}, AnchorB: sim.Vec{X: -0.11, Y: 0.15}}
	if world {
		j.B = sim.World
	}
	scene.Joints = []sim.Joint{j}
	state := scene.Start()
	s := placed{scene: &scene, kinds: []int32{0}}
	for i := range scene.Bodies {
		s.inverses = append(s.inverses, inverse{scene.Bodies[i].InvMass(), scene.Bodies[i].InvMoment()})
	}
	return newHold(&s, 0, state), state
}

// pointVelocity returns the velocity of the anchor on A relative to that on B, by v + ω × arm.
func (h *hold) pointVelocity(v []float32) sim.Vec {
	at := func(v []float32, arm sim.Vec) sim.Vec {
		return sim.Vec{X: float64(v[0]) - float64(v[2])*arm.Y, Y: float64(v[1]) + float64(v[2])*arm.X}
	}
	if h.b == nil {
		return at(v, h.armA)
	}
	return at(v, h.armA).Sub(at(v[3:], h.armB))
}

// TestPivotImpulsesLeaveEachOtherAlone: an impulse of 1 along either direction of a pivot
// changes the relative velocity of its anchors by 1 in that direction and by 0 in the
// other, and keeps momentum and, about the anchor, angular momentum.
func TestPivotImpulsesLeaveEachOtherAlone(t *testing.T) {
	t.Parallel()
	for _, world := range []bool{false, true} {
		h, _ := pinned(world)
		both := h.pivot(nil, sim.Vec{})
		if len(both) != 2 {
			t.Fatalf("a pivot has %d ties", len(both))
		}
		for i := range both {
			l, v := &both[i].axis, make([]float32, 6)
			if world {
				l.pushOne(row(v, 0), 1)
			} else {
				l.push(row(v, 0), row(v, 1), 1)
			}
			change := h.pointVelocity(v)
			along := sim.Vec{X: float64(l.x), Y: float64(l.y)}
			if !scalar.EqualWithinAbs(change.Dot(along), 1, 1e-5) || !scalar.EqualWithinAbs(change.Cross(along), 0, 1e-5) {
				t.Errorf("world %v, direction %d: the anchors' velocity changes by %v along and %v across",
					world, i, change.Dot(along), change.Cross(along))
			}
			if got := l.read(row(v, 0), row(v, 1)); !scalar.EqualWithinAbs(float64(got), 1, 1e-5) {
				t.Errorf("world %v, direction %d: the lever reads %v", world, i, got)
			}
			if echo := l.echo(&both[1-i].axis); !world && !scalar.EqualWithinAbs(float64(echo), 0, 1e-5) {
				t.Errorf("direction %d hears %v of the other", i, echo)
			}
			if a, b := h.inverses(); !world {
				x := float64(v[0])/a.mass + float64(v[3])/b.mass
				y := float64(v[1])/a.mass + float64(v[4])/b.mass
				if !scalar.EqualWithinAbs(math.Hypot(x, y), 0, 1e-6) {
					t.Errorf("direction %d: momentum changes by (%v, %v)", i, x, y)
				}
			}
		}
	}
}

// TestPushedAndReadBackAreTransposes: ⟨read(v), d⟩ = ⟨v, readBack(d)⟩ and likewise for push.
func TestPushedAndReadBackAreTransposes(t *testing.T) {
	t.Parallel()
	h, _ := pinned(false)
	rng := sim.NewRand(8, "test levers", 0)
	for _, tie := range h.pivot(nil, sim.Vec{}) {
		l := &tie.axis
		var v, g, back, change [6]float32
		for i := range v {
			v[i], g[i] = float32(rng.NormFloat64()), float32(rng.NormFloat64())
		}
		dot := func(x, y [6]float32) (sum float64) {
			for i := range x {
				sum += float64(x[i]) * float64(y[i])
			}
			return sum
		}
		const d = 0.7
		l.readBack(row(back[:], 0), row(back[:], 1), d)
		if got, want := dot(v, back), d*float64(l.read(row(v[:], 0), row(v[:], 1))); !scalar.EqualWithinAbs(got, want, 1e-5) {
			t.Errorf("readBack gives %v, read %v", got, want)
		}
		l.push(row(change[:], 0), row(change[:], 1), d)
		if got, want := dot(g, change), d*float64(l.pushed(row(g[:], 0), row(g[:], 1))); !scalar.EqualWithinAbs(got, want, 1e-5) {
			t.Errorf("push gives %v, pushed %v", got, want)
		}
	}
}

// TestTiesAreAlongUnitVectors for every joint that holds a direction, at distances other
// than 1 m, and know in which time the joint should be where it belongs.
func TestTiesAreAlongUnitVectors(t *testing.T) {
	t.Parallel()
	for _, joint := range []sim.Joint{
		{Kind: sim.Pin}, {Kind: sim.Rope, Length: 0.5}, {Kind: sim.Pivot, AnchorA: sim.Vec{X: 0.4}, AnchorB: sim.Vec{X: -0.5}},
		{Kind: sim.Groove, AnchorB: sim.Vec{X: -0.1, Y: -0.1}, EndB: sim.Vec{X: 0.2, Y: 0.3}},
	} {
		model, scene := twoDiscs(t, joint)
		all := ties(model, scene, 2.5)
		if len(all) == 0 {
			t.Fatalf("a %s holds nothing", joint.Kind)
		}
		off := 0.0 // m
		for _, tie := range all {
			if size := math.Hypot(float64(tie.axis.x), float64(tie.axis.y)); !scalar.EqualWithinAbs(size, 1, 1e-6) {
				t.Errorf("a %s holds along a vector of length %v", joint.Kind, size)
			}
			off = math.Hypot(off, float64(tie.off)*model.net.config.Flight.FrameTime)
		}
		want := map[sim.JointKind]float64{sim.Pin: 1.5, sim.Rope: 2, sim.Pivot: 1.6}[joint.Kind]
		if joint.Kind == sim.Groove { // from the nearest place on the groove
			from, to, at := sim.Vec{X: 2.4, Y: -0.1}, sim.Vec{X: 2.7, Y: 0.3}, sim.Vec{}
			along := to.Sub(from)
			share := min(max(at.Sub(from).Dot(along)/along.Dot(along), 0), 1)
			want = at.Sub(from.Add(along.Scale(share))).Len()
		}
		if !scalar.EqualWithinAbs(off, want, 1e-4) {
			t.Errorf("a %s is off by %v m, must be %v", joint.Kind, off, want)
		}
	}
}
