package recording

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// TestBodiesFallWhereGravityIsSure: by five deviations, and by a twentieth of a metre in a second and second.
func TestBodiesFallWhereGravityIsSure(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		gravity, std float64
		falls        bool
	}{{0.051, 0, true}, {0.049, 0, false}, {2.01, 0.4, true}, {1.99, 0.4, false}} {
		a := About{Gravity: sim.Vec{X: 0.6 * c.gravity, Y: -0.8 * c.gravity}, GravityStd: c.std}
		if a.Falls() != c.falls {
			t.Errorf("%v ± %v m/s²: falls %v", c.gravity, c.std, !c.falls)
		}
	}
}

// TestWallsAreBesideTheirOutermostTenth: one in ten that turns back beyond a wall is an accident. More than half must turn
// back within a tenth of the way that was seen.
func TestWallsAreBesideTheirOutermostTenth(t *testing.T) {
	t.Parallel()
	at := func(sign float64, accident float64) (out []float64) {
		for k := range 19 {
			out = append(out, sign*(1-0.01*float64(k)))
		}
		return append(out, sign*accident)
	}
	for n, walls := range map[int]int{2: 0, 3: 1} {
		few := &About{High: sim.Vec{X: 1, Y: 1}}
		if few.setWalls(map[string][]float64{"top": make([]float64, n)}); len(few.Walls) != walls {
			t.Errorf("%d that turn back make %d walls, want %d", n, len(few.Walls), walls)
		}
	}
	a := &About{Low: sim.Vec{X: -1, Y: -2}, High: sim.Vec{X: 1, Y: 2}}
	a.setWalls(map[string][]float64{
		"right": at(1, 1.5), "left": at(-1, 1.5), "top": at(1, 9),
		"bottom": {-2, -1.9, -1, -0.8, 0}, // two of five
	})
	want := []Wall{{"left", -0.99, 19}, {"right", 0.99, 19}, {"top", 0.99, 19}}
	if !slices.EqualFunc(a.Walls, want, func(a, b Wall) bool {
		return a.Side == b.Side && a.Hits == b.Hits && scalar.EqualWithinAbs(a.At, b.At, 1e-9)
	}) {
		t.Errorf("walls %v, want %v", a.Walls, want)
	}
}

// TestOneMissingSightIsAGap of two steps.
func TestOneMissingSightIsAGap(t *testing.T) {
	t.Parallel()
	f := fly(2, 60, 0)
	f.at(20, 1).Seen = false
	a := Tell([]*Recording{mustIn(t, f.raw(true), Metres())})
	if !scalar.EqualWithinAbs(a.LongestS, 2/30.0, 1e-9) || !scalar.EqualWithinAbs(a.Unseen, 1/120.0, 1e-9) {
		t.Errorf("a gap of %v s, %v unseen", a.LongestS, a.Unseen)
	}
}
