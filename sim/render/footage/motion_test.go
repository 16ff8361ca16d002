package footage

import (
	"math"
	"testing"

	"orrery/sim"
)

// TestBetweenStatesBodiesMoveAsTheyDid compares what lies between two states with motions that are known.
func TestBetweenStatesBodiesMoveAsTheyDid(t *testing.T) {
	t.Parallel()
	const seconds = 0.1
	bounce := func(at float64) func(float64) sim.BodyState { // at a time in s it turns back, with half the speed, and spins the other way
		return func(time float64) sim.BodyState {
			before, since := min(time, at), max(time-at, 0)
			b := sim.BodyState{X: 1 + 3*before - 1.5*since, Y: 2*before + 2*since, Angle: 5*before - 2*since, VX: 3, VY: 2, Omega: 5}
			if since > 0 {
				b.VX, b.Omega = -1.5, -2
			}
			return b
		}
	}
	for name, c := range map[string]struct {
		at        func(float64) sim.BodyState
		tolerance float64
	}{
		"uniform": {func(s float64) sim.BodyState {
			return sim.BodyState{X: 1 - 2*s, Y: s, Angle: 3 * s, VX: -2, VY: 1, Omega: 3}
		}, 1e-12},
		"early bounce":  {bounce(0.02), 1e-12},
		"late bounce":   {bounce(0.09), 1e-12},
		"free fall":     {func(s float64) sim.BodyState { return sim.BodyState{Y: 1 + s - 5*s*s, VY: 1 - 10*s} }, 10 * seconds * seconds / 8},
		"at rest":       {func(float64) sim.BodyState { return sim.BodyState{X: 1, Y: 2, Angle: 3} }, 0},
		"bounce at end": {bounce(0.0999), 3e-2},
	} {
		a, b := c.at(0), c.at(seconds)
		for _, share := range []float64{0, 0.1, 0.3, 0.5, 0.8, 1} {
			got, want := between(a, b, share, seconds), c.at(share*seconds)
			if off := math.Hypot(got.X-want.X, got.Y-want.Y); !(off <= c.tolerance) || !(math.Abs(got.Angle-want.Angle) <= c.tolerance) {
				t.Errorf("%s: %g of the way it is at %g %g %g, should be at %g %g %g", name, share, got.X, got.Y, got.Angle, want.X, want.Y, want.Angle)
			}
		}
	}
}

// TestStatesAtTimesBetweenAndBeyond asks a shot for times at, between and beyond its states.
func TestStatesAtTimesBetweenAndBeyond(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene() // 60 a second
	disc := sim.NewDisc(0.1, 1, sim.Surface{})
	scene.Bodies = []sim.Body{disc}
	states := make([]sim.State, 4)
	for k := range states {
		states[k] = sim.State{{X: 6 * float64(k) / 60, VX: 6, Angle: float64(k) / 30, Omega: 2}}
	}
	settings := Default()
	settings.Rate = 25 // between the frames
	shot, err := New(&scene, states, settings)
	if err != nil {
		t.Fatal(err)
	}
	if shot.Len() != 2 || shot.Time(1) != 0.04 {
		t.Errorf("%d pictures, the second after %g s", shot.Len(), shot.Time(1))
	}
	for _, time := range []float64{-0.01, 0, 0.012, 1.0 / 60, 0.04, 0.05, 0.06} {
		b := shot.at(time)[0]
		if !(math.Abs(b.X-6*time) < 1e-12) || !(math.Abs(b.Angle-2*time) < 1e-12) {
			t.Errorf("after %g s it is at %g, %g rad", time, b.X, b.Angle)
		}
	}
}

// TestBodiesTurnBetweenTheirStates, and never at one: there motion is as the state says.
func TestBodiesTurnBetweenTheirStates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ product, square, want float64 }{{1, 2, 0.5}, {-1, 1, 0.05}, {0.01, 1, 0.05}, {0.99, 1, 0.95}, {9, 1, 0.95}, {0, 0, 0.5}} {
		if got := turning(c.product, c.square, 1); !(math.Abs(got-c.want) < 1e-12) {
			t.Errorf("%g of %g: they turn at %g s, must at %g", c.product, c.square, got, c.want)
		}
	}
}
