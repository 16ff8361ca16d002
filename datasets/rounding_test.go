package datasets

import "testing"

// TestLimitsAreKeptThroughRounding, and nothing else becomes a limit.
func TestLimitsAreKeptThroughRounding(t *testing.T) {
	t.Parallel()
	const limit = 1.0 / 60
	for value, want := range map[float64]float64{
		limit: limit, float64(float32(limit)): limit, -float64(float32(limit)): -limit, limit * (1 + 9e-7): limit,
		limit * (1 + 2e-6): limit * (1 + 2e-6), -2 * limit: -2 * limit, limit * (1 - 1e-9): limit * (1 - 1e-9), 0: 0,
	} {
		if got := unrounded(value, limit); got != want {
			t.Errorf("%v becomes %v, want %v", value, got, want)
		}
	}
}
