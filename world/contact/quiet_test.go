package contact

import (
	"math"
	"slices"
	"testing"

	"orrery/sim"
)

// pair returns two predictors of one scene.
func pair(t *testing.T, model *Model, scene *sim.Scene) (a, b *predictor) {
	t.Helper()
	for _, p := range []**predictor{&a, &b} {
		made, err := model.Predictor([]*sim.Scene{scene})
		if err != nil {
			t.Fatal(err)
		}
		*p = made.(*predictor)
	}
	return a, b
}

// apart advances both predictors by a frame and returns by how much, in metres, metres
// per second and radians, they come to differ at most.
func apart(t *testing.T, a, b *predictor, state sim.State) float64 {
	t.Helper()
	other := slices.Clone(state)
	for p, s := range map[*predictor]sim.State{a: state, b: other} {
		if err := p.Step(s, nil); err != nil {
			t.Fatal(err)
		}
	}
	most := 0.0
	for i, s := range state {
		o := other[i]
		most = max(most, math.Abs(s.X-o.X), math.Abs(s.Y-o.Y), math.Abs(s.Angle-o.Angle),
			math.Abs(s.VX-o.VX), math.Abs(s.VY-o.VY), math.Abs(s.Omega-o.Omega))
	}
	return most
}

// TestFlightsMissNothing compares with a prediction that looks for contacts at every
// step.
func TestFlightsMissNothing(t *testing.T) {
	config := windy()
	config.Steps = 8
	config.Flight.FrameTime = 0.1
	model := calmModel(t, config)
	rng := sim.NewRand(8, "test flights", 0)
	parts, hits := 0, 0
	for range 60 {
		data := crowd(rng, 3)
		data.Scene.FPS = 10
		for i := range data.States[0] {
			data.States[0][i].X *= 4
			data.States[0][i].Y *= 4
		}
		quick, slow := pair(t, model, data.Scene)
		slow.tracked = true
		state := slices.Clone(data.States[0])
		for range 5 {
			if d := apart(t, quick, slow, state); d > 1e-9 {
				t.Fatalf("flights lead elsewhere by %.3g", d)
			}
			if steps := quick.run.graphs.used; steps > 1 && steps < config.Steps {
				parts++
			}
			if slow.places[0].touches {
				hits++
			}
		}
	}
	if parts < 20 || hits < 20 {
		t.Errorf("%d frames flown in part and %d that end in contact prove nothing", parts, hits)
	}
}

// TestLonePointsAreSweptAlike compares points that are alone in their scene with the
// sweeps over all bodies, which learning uses.
func TestLonePointsAreSweptAlike(t *testing.T) {
	model := calmModel(t, windy())
	rng := sim.NewRand(8, "test lone points", 0)
	lone := 0
	for range 200 {
		data := crowd(rng, 2)
		alone, together := pair(t, model, data.Scene)
		together.run.learn = true
		if d := apart(t, alone, together, slices.Clone(data.States[0])); d > 2e-5 {
			t.Fatalf("a lone point is off by %.3g", d)
		}
		if len(alone.here.edges) == 1 {
			lone++
		}
	}
	if lone < 20 {
		t.Errorf("%d lone points prove nothing", lone)
	}
}
