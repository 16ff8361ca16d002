package kernel

import (
	"math"
	"testing"
)

// TestExpHoldsItsArgument between −87 and 88, within which it is as right as float32 can be.
func TestExpHoldsItsArgument(t *testing.T) {
	for x := float32(-87); x <= 88; x += 0.37 {
		if got, want := float64(exp(x)), math.Exp(float64(x)); !(math.Abs(got/want-1) < 2e-7) {
			t.Errorf("exp(%v) is %v, want %v", x, got, want)
		}
	}
	for x, like := range map[float32]float32{88.5: 88, 1e30: 88, -87.5: -87, -1e30: -87} {
		if got := exp(x); got != exp(like) {
			t.Errorf("exp(%v) is %v, want %v", x, got, exp(like))
		}
	}
}
