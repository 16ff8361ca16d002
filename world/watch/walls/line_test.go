package walls

import (
	"math"
	"testing"

	"orrery/sim"
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

// TestWallsHideWhatLiesJustBehindThem: within a width, along nearly the same way and on the same side, and up to three px before them.
func TestWallsHideWhatLiesJustBehindThem(t *testing.T) {
	t.Parallel()
	w := Wall{A: sim.Vec{}, B: sim.Vec{X: 100}}
	behind := w.Normal().Scale(-1)
	for _, c := range []struct {
		a, b float64 // how far the ends lie behind, px
		want bool
	}{{4, 4, true}, {9.9, 5, true}, {10.1, 5, false}, {5, 10.1, false}, {-2.9, 0, true}, {-3.1, 0, false}, {0, -3.1, false}} {
		v := Wall{A: w.A.Add(behind.Scale(c.a)), B: w.B.Add(behind.Scale(c.b))}
		if got := w.hides(&v, 10); got != c.want {
			t.Errorf("%v px and %v px behind: hidden %v", c.a, c.b, got)
		}
		v.A, v.B = v.B, v.A
		if w.hides(&v, 10) {
			t.Errorf("%v px and %v px behind, of the other side: hidden", c.a, c.b)
		}
	}
	for turn, want := range map[float64]bool{0.4: true, 0.5: false} { // whose cosines are 0.92 and 0.88
		v := Wall{A: sim.Vec{X: 50}, B: sim.Vec{X: 50}.Add(sim.Vec{X: 5}.Rotate(turn))}
		if got := w.hides(&v, 10); got != want {
			t.Errorf("turned by %v: hidden %v", turn, got)
		}
	}
}
