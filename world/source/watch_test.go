package source

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/flight"
	"orrery/world/geom"
)

// approaching returns a box that comes down on a wall at 1 m/s and turns at some rad/s, in two frames.
func approaching(omega float64) *sim.Trajectory {
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{}
	scene.Bodies = []sim.Body{{Kind: sim.Dynamic, Mass: 1, Moment: 1, Shapes: []sim.Shape{sim.NewShape(sim.Polygon, 0, sim.Surface{},
		sim.Vec{X: -0.3, Y: -0.4}, sim.Vec{X: 0.3, Y: -0.4}, sim.Vec{X: 0.3, Y: 0.4}, sim.Vec{X: -0.3, Y: 0.4})}}}
	state := sim.State{{Y: 1, VY: -1, Omega: omega}}
	return &sim.Trajectory{Scene: &scene, States: []sim.State{state, state}}
}

// TestTurningHidesWhatFollows where its fastest point moves at more than a tenth of the approach.
func TestTurningHidesWhatFollows(t *testing.T) {
	t.Parallel()
	f := flight.DefaultFlight()
	for omega, told := range map[float64]bool{0: false, 0.19: false, 0.21: true, -0.5: true} {
		of := approaching(omega)
		w := newWatch(of, &f)
		w.flown = of.States[0]
		m := meeting{}
		w.watchVelocities(&m, &geom.Clearance{A: 0, B: geom.Wall, Normal: sim.Vec{Y: 1}}, of.States[1])
		if m.approach != 1 || m.told != told {
			t.Errorf("turning at %v rad/s: approach %v, told %v, want %v", omega, m.approach, m.told, told)
		}
	}
}

// TestDoubtIsOfBothEndsOfAFrame: four deviations of both, and of places also what the speed makes of the frame's time.
func TestDoubtIsOfBothEndsOfAFrame(t *testing.T) {
	t.Parallel()
	of := approaching(0)
	of.Seen = &sim.Observation{Std: []sim.State{{{X: 0.03, VX: 0.4, Omega: 0.6}}, {{Y: 0.04, VY: 0.2}}}}
	f := flight.DefaultFlight()
	place, speed := newWatch(of, &f).doubt(0, 0)
	wantSpeed := 4 * math.Hypot(0.4+0.5*0.6, 0.2)
	if want := 4*0.05 + wantSpeed*of.Scene.FrameTime(); !scalar.EqualWithinRel(speed, wantSpeed, 1e-12) || !scalar.EqualWithinRel(place, want, 1e-12) {
		t.Errorf("%v m and %v m/s, want %v and %v", place, speed, want, wantSpeed)
	}
}

// TestOnlyTwoThatAreAloneMeet: a third shape near either of them may change what they do.
func TestOnlyTwoThatAreAloneMeet(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{}
	for range 3 {
		scene.Bodies = append(scene.Bodies, sim.NewDisc(0.2, 1, sim.Surface{}))
	}
	f := flight.DefaultFlight()
	f.FrameTime = scene.FrameTime()
	for third, want := range map[float64]int{10: 1, -0.45: 0, 0.86: 0} { // beside neither, the first, the second
		state := sim.State{{X: 0, VX: 1}, {X: 0.41}, {X: third}}
		next := sim.State{{X: 0.01, VX: 0.5}, {X: 0.415, VX: 0.5}, {X: third}}
		w := newWatch(&sim.Trajectory{Scene: &scene, States: []sim.State{state, next}}, &f)
		if got := w.frame(nil, 0); len(got) != want {
			t.Errorf("a third at %v m: %d meetings, want %d", third, len(got), want)
		}
	}
}
