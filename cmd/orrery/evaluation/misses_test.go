package evaluation

import (
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world/identify"
)

// TestAnEngineMissesByTheMedian of how far bodies are off after three tenths of a second: of falls that are faster than the scene says by 1, 2
// and 30 m/s², half of 2·0.3² m.
func TestAnEngineMissesByTheMedian(t *testing.T) {
	t.Parallel()
	told := sim.DefaultScene()
	told.Gravity = sim.Vec{Y: -1}
	told.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{})}
	var training []*sim.Trajectory
	for _, more := range []float64{30, 1, 2} {
		truly := told
		truly.Gravity.Y -= more
		seen, err := engine.Simulate(t.Context(), &truly, nil, 61, nil)
		if err != nil {
			t.Fatal(err)
		}
		seen.Scene = &told
		training = append(training, seen)
	}
	r := &rival{values: &identify.Values{}, finer: 1}
	if got, err := r.misses(t.Context(), training); err != nil || !(got > 0.08 && got < 0.1) {
		t.Errorf("misses by %g m, want about 0.09: %v", got, err)
	}
}

// TestAnEngineThatMissesNothingTakesNoFinerSteps: falls are met by the first, and finer ones are not asked what they find.
func TestAnEngineThatMissesNothingTakesNoFinerSteps(t *testing.T) {
	t.Parallel()
	told := sim.DefaultScene()
	told.Gravity = sim.Vec{Y: -1}
	told.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{})}
	truly := told
	truly.Gravity.Y = -4
	seen, err := engine.Simulate(t.Context(), &truly, nil, 61, nil)
	if err != nil {
		t.Fatal(err)
	}
	seen.Scene = &told
	fits := 0
	r, err := fitEngine(t.Context(), []*sim.Trajectory{seen}, &identify.Options{Seed: 1, Workers: 1, Progress: func(_ string, done, of float64) {
		if done == of {
			fits++
		}
	}})
	if err != nil || r.finer != 1 || fits != 1 {
		t.Errorf("%d fits, %+v, %v", fits, r, err)
	}
}
