package identify

import (
	"math"
	"testing"
)

// TestNumbersHaveTheDigitsOfTheirIntervals: two of the half interval, no more than data have, and a power of ten where
// a number is small or large and yet known.
func TestNumbersHaveTheDigitsOfTheirIntervals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value, lo, hi float64
		want, between string
		half          string
	}{
		{0.80029, 0.799434, 0.801146, "0.80029", "0.79943 to 0.80115", "0.00086"},
		{9.806, 9.78, 9.832, "9.806", "9.780 to 9.832", "0.026"},
		{120, 100, 140, "120", "100 to 140", "20"},
		{-0.25, -0.25000003, -0.24999997, "-0.2500000", "-0.2500000 to -0.2500000", "3e-08"},
		{-1e-9, -4e-7, 4e-7, "0.0000000", "-0.0000004 to 0.0000004", "0.0000004"},
		{5.2604e-6, 5.25e-6, 5.27e-6, "5.2604e-06", "5.25e-06 to 5.27e-06", "1e-08"},
		{2.5e7, 2.4e7, 2.6e7, "2.5e+07", "2.4e+07 to 2.6e+07", "1e+06"},
		{2.5e7, 1.3e7, 3.7e7, "2.5e+07", "1.3e+07 to 3.7e+07", "1.2e+07"},
		{3.3333333e7, 2.0987655e7, 4.5679011e7, "3.33e+07", "2.1e+07 to 4.57e+07", "1.2e+07"},
		{5.2604123456e-6, 5.2604123446e-6, 5.2604123466e-6, "5.260412e-06", "5.260412e-06 to 5.260412e-06", "1e-15"},
		{3, 3, 3, "3.0000000", "3.0000000 to 3.0000000", "0"},
		{3, 2, math.Inf(1), "3.0000000", "2.0000000 to any", "any"},
	} {
		p := Known(Mass, "a", c.value, c.lo, c.hi, "kg", "")
		if value, half, interval := p.Numbers(); value != c.want || interval != c.between || half != c.half {
			t.Errorf("%v in %v to %v: %q, %q ± %q, want %q, %q ± %q", c.value, c.lo, c.hi, value, interval, half, c.want, c.between, c.half)
		}
	}
	unknown := Unknown(Mass, "a", "kg", "")
	if value, half, interval := unknown.Numbers(); value != "–" || half != "–" || interval != "–" {
		t.Errorf("what is not known is %q, %q", value, interval)
	}
}
