package follow_test

import (
	"context"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"

	"orrery/sim"
	"orrery/sim/render/footage"
	"orrery/world/watch/follow"
)

// quantile returns the value below which a share of values lies.
func quantile(share float64, values []float64) float64 {
	slices.Sort(values)
	return stat.Quantile(share, stat.Empirical, values, nil)
}

// TestCleanFilmsAreFollowedToAHundredthOfAPixel: discs that collide, and shapes of all kinds.
func TestCleanFilmsAreFollowedToAHundredthOfAPixel(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	for scenario, most := range map[string]float64{"billiards": 0.005, "mixed": 0.01} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			out := shoot(t, scenario, 1, 20, nil).follow(t, follow.DefaultOptions())
			if out.lost > 0 || out.all == 0 {
				t.Errorf("%d of %d lost", out.lost, out.all)
			}
			if mean := stat.Mean(out.errors, nil); !(mean <= most) {
				t.Errorf("mean error %.4f px, most %.4f", mean, most)
			}
			if scenario != "mixed" {
				return
			}
			if angle := quantile(0.95, out.angles); !(angle <= 0.1*3.1416/180) {
				t.Errorf("95 %% of angles within %.5f rad, want 0.1°", angle)
			}
		})
	}
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	for _, o := range []follow.Options{{}, {Window: 1, Memory: 1}, {Window: 1, Memory: 1, Exposure: 1.1, Outlier: 9}, {Memory: 1, Outlier: 9}, {Window: 1, Outlier: 9}} {
		if o.Validate() == nil {
			t.Errorf("%+v is taken", o)
		}
	}
	o := follow.DefaultOptions()
	if err := o.Validate(); err != nil {
		t.Error(err)
	}
}

// TestCancellingEndsIt with the context's error.
func TestCancellingEndsIt(t *testing.T) {
	t.Parallel()
	m := stage(t, [][]sim.Shape{discOf(9)}, 6, nil, func(_ int, k float64) sim.BodyState { return sim.BodyState{X: 40 + 5*k, Y: 60} })
	g := m.plate(t, footage.Default().Ground)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var last error
	for _, err := range follow.All(ctx, m.film, g, m.found, follow.DefaultOptions()) {
		last = err
	}
	if last != context.Canceled {
		t.Errorf("error %v", last)
	}
}
