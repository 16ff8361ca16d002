package optim

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
)

// TestRatesFallAlongHalfACosine: after the rise, from the peak to the end and no further before or beyond.
func TestRatesFallAlongHalfACosine(t *testing.T) {
	t.Parallel()
	s := Schedule{Peak: 3, Final: 1, Warmup: 4}
	for _, c := range []struct {
		step     int
		fraction float64
		want     float64
	}{{9, -5, 3}, {9, 0, 3}, {9, 0.25, 2 + math.Sqrt2/2}, {9, 0.5, 2}, {9, 1, 1}, {9, 7, 1}, {0, 0, 0.75}, {2, 0, 2.25}, {3, 0, 3}, {4, 0, 3}, {1, 0.5, 1}} {
		if got := s.Rate(c.step, c.fraction); !scalar.EqualWithinAbs(got, c.want, 1e-12) {
			t.Errorf("%+v: a rate of %v", c, got)
		}
	}
}

// TestTheFirstStepIsAsLargeAsTheRate, whatever the gradient is, unless it is as small as what keeps the division from failing.
func TestTheFirstStepIsAsLargeAsTheRate(t *testing.T) {
	t.Parallel()
	for gradient, want := range map[float32]float64{5: 0.1, -3e3: -0.1, 1e-8: 0.05, 3e-8: 0.075, 0: 0} {
		a, w := NewAdamW(1, 0), []float32{0}
		a.Step(w, []float32{gradient}, 0.1, 1)
		if !scalar.EqualWithinAbs(float64(-w[0]), want, 1e-4) {
			t.Errorf("a gradient of %v moves by %v, want %v", gradient, -w[0], want)
		}
	}
	a, w := NewAdamW(1, 0.5), []float32{2}
	if a.Step(w, []float32{4}, 0.1, 0.25); !scalar.EqualWithinAbs(float64(w[0]), 2-0.1*0.5*2-0.1, 1e-5) || a.Steps != 1 {
		t.Errorf("with decay it is %v after %d steps", w[0], a.Steps)
	}
}
