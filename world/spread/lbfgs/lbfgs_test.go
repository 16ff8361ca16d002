package lbfgs_test

import (
	"math"
	"testing"

	"orrery/world/spread/lbfgs"
)

// TestMinimise walks down Rosenbrock's valley, which is least at (1, 1), and gets no
// further in fewer iterations.
func TestMinimise(t *testing.T) {
	value := func(x []float64) float64 { return math.Pow(1-x[0], 2) + 100*math.Pow(x[1]-x[0]*x[0], 2) }
	gradient := func(dst, x []float64) {
		dst[0] = -2*(1-x[0]) - 400*x[0]*(x[1]-x[0]*x[0])
		dst[1] = 200 * (x[1] - x[0]*x[0])
	}
	start := []float64{-1.2, 1}
	least := lbfgs.Minimise(start, 100, value, gradient)
	if !(math.Hypot(least[0]-1, least[1]-1) <= 1e-5) {
		t.Errorf("least at %v", least)
	}
	if start[0] != -1.2 || start[1] != 1 {
		t.Errorf("start became %v", start)
	}
	if early := lbfgs.Minimise(start, 3, value, gradient); !(value(early) < value(start)) || !(value(early) >= 1e-3) {
		t.Errorf("after 3 iterations at %v, where it is %v", early, value(early))
	}
}

// TestMinimiseWithoutNumbers: a search that cannot begin stays where it is.
func TestMinimiseWithoutNumbers(t *testing.T) {
	none := func([]float64) float64 { return math.NaN() }
	if at := lbfgs.Minimise([]float64{2}, 10, none, func(dst, _ []float64) { dst[0] = math.NaN() }); len(at) != 1 || at[0] != 2 {
		t.Errorf("went to %v", at)
	}
}

// TestMinimiseWhereItIsTooSteep: where the square of the slope is beyond numbers there is no way down, and the search ends at once.
func TestMinimiseWhereItIsTooSteep(t *testing.T) {
	calls := 0
	at := lbfgs.Minimise([]float64{1}, 10, func(x []float64) float64 { return 1e200 * x[0] }, func(dst, _ []float64) {
		calls++
		dst[0] = 1e200
	})
	if at[0] != 1 || calls != 1 {
		t.Errorf("went to %v, and asked for %d slopes", at, calls)
	}
}
