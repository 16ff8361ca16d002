package studio

import (
	"math"
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/render/footage"
	"orrery/sim/scenario/library"
)

// TestWhatIsFilmedIsWhatHappens compares shots, which see every step of the engine, with the frames of the scenario.
func TestWhatIsFilmedIsWhatHappens(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"mixed", "push", "pusht", "pendulum"} {
		s, err := library.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		values, err := s.Values(nil)
		if err != nil {
			t.Fatal(err)
		}
		scene, err := s.Sample(3, 2, values)
		if err != nil {
			t.Fatal(err)
		}
		var acting sim.Policy
		if policy, err := s.Policy(""); len(scene.Actuators) > 0 {
			if err != nil {
				t.Fatal(err)
			}
			acting = policy.Start(3, 2, scene)
		}
		trajectory, err := engine.Simulate(t.Context(), scene, nil, 31, acting)
		if err != nil {
			t.Fatal(err)
		}
		settings := footage.Default()
		settings.Rate = float64(scene.FPS)
		shot, err := Shoot(t.Context(), name, 3, 2, 31, settings)
		if err != nil {
			t.Fatal(err)
		}
		if shot.Len() != 31 {
			t.Errorf("%s: %d pictures", name, shot.Len())
		}
		for i, state := range trajectory.States {
			for k, b := range shot.Truth(i) {
				want := shot.Place(state[k].Position())
				if !(want.Sub(sim.Vec{X: b.X, Y: b.Y}).Len() < 1e-9) || !(math.Abs(b.Angle-state[k].Angle) < 1e-9) {
					t.Fatalf("%s, picture %d, body %d is at %g %g %g, should be at %g %g %g", name, i, k, b.X, b.Y, b.Angle, want.X, want.Y, state[k].Angle)
				}
			}
		}
	}
}

func TestShootSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	if _, err := Shoot(t.Context(), "nothing", 1, 0, 2, footage.Default()); err == nil {
		t.Error("a scenario that does not exist is filmed")
	}
	settings := footage.Default()
	settings.Rate = 0
	if _, err := Shoot(t.Context(), "mixed", 1, 0, 2, settings); err == nil {
		t.Error("a film without a rate is made")
	}
}
