package walls

import (
	"math"
	"testing"
)

// TestLinesAreThoseOfMostPoints: two of five that lie far to either side move them hardly.
func TestLinesAreThoseOfMostPoints(t *testing.T) {
	t.Parallel()
	for _, off := range []float64{50, -50} {
		x, y := make([]float64, 15), make([]float64, 15)
		for i := range x {
			x[i] = float64(i)
			y[i] = 3 + 0.25*x[i]
			if i%5 == 1 || i%5 == 3 {
				y[i] += off
			}
		}
		if start, slope := theilSen(x, y); !(math.Abs(start-3) < 0.1 && math.Abs(slope-0.25) < 0.01) {
			t.Errorf("off by %v: %v + %v x, want 3 + 0.25 x", off, start, slope)
		}
	}
}
