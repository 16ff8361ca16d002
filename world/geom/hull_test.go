package geom

import (
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// TestPointsOnACornerTouchIt, also where there is no way from one to the other to take the
// direction from: it is then the one that was given.
func TestPointsOnACornerTouchIt(t *testing.T) {
	t.Parallel()
	h, given := &hull{vertices: []sim.Vec{{X: 3, Y: 4}}}, sim.Vec{Y: 1}
	for _, c := range []struct {
		p, away  sim.Vec
		distance float64
	}{
		{sim.Vec{X: 3, Y: 4}, given, 0},
		{sim.Vec{X: 6, Y: 8}, sim.Vec{X: 0.6, Y: 0.8}, 5},
		{sim.Vec{X: 3, Y: 3.75}, sim.Vec{Y: -1}, 0.25},
	} {
		away, distance := h.separationFromVertex(0, c.p, given)
		if !(away.Sub(c.away).Len() <= 1e-12) || !scalar.EqualWithinAbs(distance, c.distance, 1e-12) {
			t.Errorf("%v: %v m along %v, want %v along %v", c.p, distance, away, c.distance, c.away)
		}
	}
}

// TestAlongNormalsLooksAtNormalsFirst: the lengthwise gap of two segments counts only where
// no normal tells them apart.
func TestAlongNormalsLooksAtNormalsFirst(t *testing.T) {
	t.Parallel()
	segment := func(x, y float64) *hull {
		h, _ := newHull([]sim.Vec{{X: x, Y: y}, {X: x + 1, Y: y}}, 0, make([]sim.Vec, roomOf(2)))
		return &h
	}
	a := segment(0, 0)
	for _, c := range []struct {
		b        *hull
		away     sim.Vec
		distance float64
	}{
		{segment(0.5, 0.5), sim.Vec{Y: 1}, 0.5},
		{segment(3, -0.5), sim.Vec{Y: -1}, 0.5},
		{segment(3, 0), sim.Vec{X: 1}, 2},
		{segment(-4, 0), sim.Vec{X: -1}, 3},
		{segment(0.5, 0), sim.Vec{}, 0},
	} {
		away, distance := alongNormals(a, c.b, 10)
		if c.away == (sim.Vec{}) {
			away = c.away // any will do
		}
		if !(away.Sub(c.away).Len() <= 1e-12) || !scalar.EqualWithinAbs(distance, c.distance, 1e-12) {
			t.Errorf("%v: %v m along %v, want %v along %v", c.b.vertices, distance, away, c.distance, c.away)
		}
	}
}
