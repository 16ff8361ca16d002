package engine

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// TestRopeHolds: a disc thrown up on a rope falls freely until the rope is taut,
// and then swings no further out than its length.
func TestRopeHolds(t *testing.T) {
	const length = 0.8
	scene := free(240, disc(0.2, 0.5, 1, 1))
	scene.Gravity = sim.Vec{Y: -9.81}
	scene.Joints = []sim.Joint{{Kind: sim.Rope, A: 0, B: sim.World, AnchorA: sim.Vec{Y: 0.1}, AnchorB: sim.Vec{Y: 1}, Length: length}}
	dt, taut := scene.StepTime(), false
	for frame, state := range run(t, scene, 1000).States {
		out := state[0].Point(sim.Vec{Y: 0.1}).Sub(sim.Vec{Y: 1}).Len() - length
		if !(out <= 0.01) {
			t.Fatalf("frame %d: %v m beyond the rope", frame, out)
		}
		if taut = taut || out > 0; !taut {
			near(t, frame, "vx", state[0].VX, 1)
			near(t, frame, "vy", state[0].VY, 1-9.81*dt*float64(frame))
		}
	}
	if !taut {
		t.Error("the rope was never taut")
	}
}

// TestGrooveKeepsItsLine: a bead on a tilted groove of a moving body slides along
// it to its end and stays there.
func TestGrooveKeepsItsLine(t *testing.T) {
	rail := pusher(0, 0, 0.5, 0)
	rail.Start.Angle = -0.5
	bead := disc(0, 0, 0.5, 0)
	rail.Group, bead.Group = 1, 1
	scene := free(240, bead, rail)
	scene.Gravity = sim.Vec{Y: -9.81}
	scene.Joints = []sim.Joint{{Kind: sim.Groove, A: 0, B: 1, AnchorA: sim.Vec{}, AnchorB: sim.Vec{X: -0.5}, EndB: sim.Vec{X: 1}}}
	states := run(t, scene, 480).States
	for frame, state := range states {
		at := state[0].Position().Sub(state[1].Position()).Rotate(-state[1].Angle)
		if !(math.Abs(at.Y) <= 0.002) || !(at.X <= 1.03) {
			t.Fatalf("frame %d: the bead is at %v of the rail", frame, at)
		}
		if slide := 9.81 * math.Sin(0.5) * math.Pow(float64(frame)/240, 2) / 2; !(slide >= 0.9) && !scalar.EqualWithinAbs(at.X, slide, 0.01) {
			t.Fatalf("frame %d: slid %v m, want %v m", frame, at.X, slide)
		}
	}
	end := states[479]
	if x := end[0].Position().Sub(end[1].Position()).Len(); !scalar.EqualWithinAbs(x, 1, 0.01) {
		t.Errorf("the bead ends %v m along the rail", x)
	}
}

// TestSpringFollowsItsRecurrence: x ← x + v·dt, v ← (v − k·(x − length)/m·dt)·e^(−d/m·dt).
func TestSpringFollowsItsRecurrence(t *testing.T) {
	const k, d, length = 40.0, 1.5, 0.5
	scene := free(200, disc(1, 0, 0.2, 0))
	scene.Joints = []sim.Joint{{Kind: sim.Spring, A: 0, B: sim.World, Length: length, Stiffness: k, Damping: d}}
	dt, x, v := scene.StepTime(), 1.0, 0.2
	for frame, state := range run(t, scene, 1000).States {
		near(t, frame, "x", state[0].X, x)
		near(t, frame, "vx", state[0].VX, v)
		x += v * dt
		v = (v - k*(x-length)*dt) * math.Exp(-d*dt)
	}
	if !scalar.EqualWithinAbs(x, length, 0.02) {
		t.Errorf("the spring settles at %v m", x)
	}
}

// TestMotorReachesItsRate by its torque, turning both bodies by their moments.
func TestMotorReachesItsRate(t *testing.T) {
	const torque, rate = 0.01, 3.0
	heavy := disc(2, 0, 0, 0)
	heavy.Moment *= 3
	scene := free(100, disc(0, 0, 0, 0), heavy)
	scene.Joints = []sim.Joint{{Kind: sim.Motor, A: 0, B: 1, Rate: rate, MaxTorque: torque}}
	a, b := scene.Bodies[0].InvMoment(), scene.Bodies[1].InvMoment()
	for frame, state := range run(t, scene, 400).States {
		turned := min(torque*float64(frame)/100, rate/(a+b)) // N·m·s
		near(t, frame, "omega of a", state[0].Omega, turned*a)
		near(t, frame, "omega of b", state[1].Omega, -turned*b)
	}
}

// TestGroupPassesThrough: bodies of one group do not meet; others and walls do.
func TestGroupPassesThrough(t *testing.T) {
	for _, groups := range [][2]int{{0, 0}, {1, 2}, {3, 3}} {
		a, b := disc(-0.5, 0, 1, 0), disc(0.5, 0, -1, 0)
		a.Group, b.Group = groups[0], groups[1]
		scene := free(60, a, b)
		scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, smooth, sim.Vec{X: 1, Y: -1}, sim.Vec{X: 1, Y: 1})}
		states := run(t, scene, 120).States
		through := groups[0] == groups[1] && groups[0] != 0
		if passed := states[45][0].VX > 0; passed != through {
			t.Errorf("groups %v: passed %v", groups, passed)
		}
		if through && !(states[119][0].VX <= -0.99) {
			t.Errorf("groups %v: the wall was passed: %+v", groups, states[119][0])
		}
	}
}
