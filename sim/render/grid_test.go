package render

import (
	"math"
	"testing"
)

func TestStepsAreRound(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]float64{0.9: 1, 1: 1, 1.1: 2, 2.1: 5, 5.1: 10, 0.03: 0.05, 700: 1000} {
		near(t, "round step", RoundStep(v), want, 1e-12*want)
	}
}

// TestMultiplesMayBeOffByABillionth of a step, as sums of tenths are; beyond that a multiple is outside.
func TestMultiplesMayBeOffByABillionth(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      int
	}{{0, 0.3, 4}, {0.5e-10, 0.3 - 0.5e-10, 4}, {1.5e-10, 0.3, 3}, {0, 0.3 - 1.5e-10, 3}, {0.05, 0.09, 0}, {-0.1, 0.1, 3}} {
		got := Multiples(c.low, c.high, 0.1)
		if len(got) != c.want {
			t.Errorf("%d multiples of 0.1 from %v to %v, want %d", len(got), c.low, c.high, c.want)
		}
		for k := range got {
			near(t, "a multiple", got[k], math.Round(got[k]*10)/10, 1e-12)
			if k > 0 {
				near(t, "a step", got[k]-got[k-1], 0.1, 1e-12)
			}
		}
	}
}
