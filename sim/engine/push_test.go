package engine

import (
	"math"
	"testing"

	"orrery/sim"
)

// TestPushChangesMomentumBothWays: the impulse is the change of momentum, and its
// lever the change of angular momentum about the centre of mass.
func TestPushChangesMomentumBothWays(t *testing.T) {
	scene := sim.DefaultScene()
	box := sim.NewBox(0.2, 0.1, 25, sim.Surface{})
	box.Start = sim.BodyState{X: 1, Y: 2, Angle: 0.3, VX: -1, VY: 0.5, Omega: 2}
	scene.Bodies = []sim.Body{box}
	e := New()
	if err := e.Load(&scene); err != nil {
		t.Fatal(err)
	}
	impulse, at := sim.Vec{X: 0.7, Y: -0.4}, sim.Vec{X: 1.15, Y: 2.05}
	if err := e.Push(0, impulse, at); err != nil {
		t.Fatal(err)
	}
	got := e.State(nil)[0]
	near(t, 0, "vx", got.VX, -1+impulse.X/box.Mass)
	near(t, 0, "vy", got.VY, 0.5+impulse.Y/box.Mass)
	near(t, 0, "omega", got.Omega, 2+at.Sub(box.Start.Position()).Cross(impulse)/box.Moment)
	near(t, 0, "x", got.X, 1)
}

func TestPushRefusesWhatItCannotDo(t *testing.T) {
	e := New()
	if e.Push(0, sim.Vec{}, sim.Vec{}) == nil {
		t.Error("pushed without a scene")
	}
	scene := sim.DefaultScene()
	plate := sim.NewDisc(0.1, 10, sim.Surface{})
	plate.Kind, plate.Mass, plate.Moment = sim.Kinematic, 0, 0
	scene.Bodies = []sim.Body{plate}
	if err := e.Load(&scene); err != nil {
		t.Fatal(err)
	}
	for _, body := range []int{-1, 1} {
		if e.Push(body, sim.Vec{}, sim.Vec{}) == nil {
			t.Errorf("pushed body %d of one", body)
		}
	}
	if e.Push(0, sim.Vec{X: math.NaN()}, sim.Vec{}) == nil {
		t.Error("pushed by NaN")
	}
	if err := e.Push(0, sim.Vec{X: 1}, sim.Vec{}); err != nil || e.State(nil)[0] != plate.Start {
		t.Errorf("a kinematic body moved, or %v", err)
	}
}
