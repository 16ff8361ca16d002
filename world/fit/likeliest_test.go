package fit

import (
	"math"
	"testing"
)

// TestTheLikeliestIsKeptUnlessAnotherIsClearlyBetter: another must stay below a share of its loss, and the least of those does.
func TestTheLikeliestIsKeptUnlessAnotherIsClearlyBetter(t *testing.T) {
	t.Parallel()
	nothing := math.Inf(1)
	for _, c := range []struct {
		losses []float64
		want   int
	}{
		{[]float64{1}, 0}, {[]float64{1, 0.66}, 0}, {[]float64{1, 0.64}, 1}, {[]float64{1, 0.64, 0.63}, 2}, {[]float64{1, 0.63, 0.64}, 1},
		{[]float64{nothing, 5}, 1}, {[]float64{nothing, nothing}, 0}, {[]float64{5, nothing}, 0},
	} {
		if got := likeliest(c.losses, 0.65); got != c.want {
			t.Errorf("of losses %v number %d is taken, want %d", c.losses, got, c.want)
		}
	}
}
