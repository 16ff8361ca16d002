package render

import "testing"

func TestStepsAreRound(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]float64{0.9: 1, 1: 1, 1.1: 2, 2.1: 5, 5.1: 10, 0.03: 0.05, 700: 1000} {
		near(t, "round step", RoundStep(v), want, 1e-12*want)
	}
}
