package learned

import (
	"math"
	"testing"

	"orrery/world/plan"
)

// TestASearchTriesAtMostSoManyPlans: in the same proportions as the settings, down to two an iteration and one iteration.
func TestASearchTriesAtMostSoManyPlans(t *testing.T) {
	t.Parallel()
	whole := plan.Config{Samples: 150, Proposals: 20, Elites: 10, Iterations: 3, Decay: 1.25}
	if got, want := tried(&whole), 20+1+150+120+96; got != want {
		t.Errorf("%d plans are tried, want %d", got, want)
	}
	few := plan.Config{Samples: 30, Elites: 14, Iterations: 3, Decay: 2}
	if got, want := tried(&few), 1+30+28+28; got != want { // twice the elites at least
		t.Errorf("%d plans are tried, want %d", got, want)
	}
	for _, samples := range []int{386, 387, 200, 40, 10, 4} {
		c := whole
		if err := atMost(&c, samples); err != nil {
			t.Fatal(err)
		}
		n := tried(&c)
		if n > samples || 10*n < 9*min(samples, 387)-50 || c.Elites < 1 || c.Samples < 2 || c.Iterations < 1 {
			t.Errorf("%d of at most %d plans: %+v", n, samples, c)
		}
		if samples >= 387 && c != whole {
			t.Errorf("%+v is changed to %+v", whole, c)
		}
		if samples == 200 && (c.Iterations != 3 || !(math.Abs(float64(c.Proposals)/float64(c.Samples)-20./150) < 0.02)) {
			t.Errorf("other proportions: %+v", c)
		}
	}
	c := whole
	if err := atMost(&c, 3); err == nil || err.Error() != "budget: 3 plans must be 4 at least" {
		t.Errorf("got %v", err)
	}
}

// TestTheFarthestNumberIsNamed: a millionth of it, or of 1 if that is more, is near; what is no number is far.
func TestTheFarthestNumberIsNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values, seen []float64
		want         int
	}{
		{[]float64{1, 2}, []float64{1, 2}, -1}, {[]float64{0.9e-6, 2}, []float64{0, 2}, -1}, {[]float64{1.1e-6, 2}, []float64{0, 2}, 0},
		{[]float64{0, 1e3 + 0.9e-3}, []float64{0, 1e3}, -1}, {[]float64{0, -1e3 - 1.1e-3}, []float64{0, -1e3}, 1},
		{[]float64{2e-6, 3e-6}, []float64{0, 0}, 1}, {[]float64{3e-6, 2e-6}, []float64{0, 0}, 0}, {[]float64{math.NaN(), 0}, []float64{0, 0}, 0},
	} {
		if got := farthest(c.values, c.seen); got != c.want {
			t.Errorf("%v of %v: %d, want %d", c.values, c.seen, got, c.want)
		}
	}
	if got := distance([]float64{1, 2, 3}, []float64{1, 4, 0}); got != 4+9 {
		t.Errorf("distance %v", got)
	}
}
