package mirror

import (
	"math"
	"testing"
)

// TestIntervalsHoldNinetyFiveOfAHundred.
func TestIntervalsHoldNinetyFiveOfAHundred(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	if held := math.Erf(normal95 / math.Sqrt2); !(math.Abs(held-0.95) < 1e-3) {
		t.Errorf("%g of normal values are held", held)
	}
}
