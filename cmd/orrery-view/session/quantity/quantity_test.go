package quantity

import (
	"math"
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario/library"
)

// TestQuantitiesAreWhatTheyAreCalled, of two bodies that fly.
func TestQuantitiesAreWhatTheyAreCalled(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{}
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{}), sim.NewDisc(0.2, 10, sim.Surface{}), {Kind: sim.Kinematic}}
	state := sim.State{{X: 1, Y: 2, Angle: 3, VX: 3, VY: 4, Omega: 5}, {VX: -1}, {VX: 100}}
	m0, m1 := scene.Bodies[0].Mass, scene.Bodies[1].Mass
	px, py := 3*m0-m1, 4*m0
	want := map[string]float64{
		"momentum": math.Hypot(px, py), "momentum along x": px, "momentum along y": py, "x": 1, "y": 2, "angle": 3, "speed": 5,
		"velocity along x": 3, "velocity along y": 4, "angular velocity": 5,
		"energy": m0*25/2 + m1/2 + scene.Bodies[0].Moment*25/2,
	}
	for _, q := range All() {
		if got := q.Of(&scene, state, 0); !(math.Abs(got-want[q.Name]) <= 1e-12) || q.Unit == "" {
			t.Errorf("%s is %v %s, want %v", q.Name, got, q.Unit, want[q.Name])
		}
		delete(want, q.Name)
	}
	if len(want) > 0 {
		t.Errorf("there is no %v", want)
	}
}

// TestAPendulumKeepsItsEnergy as the engine has it.
func TestAPendulumKeepsItsEnergy(t *testing.T) {
	t.Parallel()
	of, err := library.Find("pendulum")
	if err != nil {
		t.Fatal(err)
	}
	values, err := of.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	scene, err := of.Sample(1, 0, values)
	if err != nil {
		t.Fatal(err)
	}
	swing, err := engine.Simulate(t.Context(), scene, nil, 61, nil)
	if err != nil {
		t.Fatal(err)
	}
	energy := All()[0]
	first := energy.Of(scene, swing.States[0], 0)
	for _, state := range swing.States {
		if now := energy.Of(scene, state, 0); !(math.Abs(now-first) <= 0.02*math.Abs(first)) {
			t.Fatalf("%v J become %v J", first, now)
		}
	}
}
