package geom

import (
	"math"
	"math/rand/v2"
	"testing"

	"orrery/sim"
)

// TestCirclesHoldTheirHull, touch its farthest corner, and are about the origin unless that
// makes them a tenth larger.
func TestCirclesHoldTheirHull(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 0))
	moved := 0
	for range 500 {
		n, off := 1+rng.IntN(7), sim.Vec{X: rng.NormFloat64(), Y: rng.NormFloat64()}.Scale(rng.Float64())
		var corners []sim.Vec
		for k := range n {
			corners = append(corners, sim.Vec{X: 0.3 + rng.Float64()}.Rotate(2*math.Pi*float64(k)/float64(n)).Add(off))
		}
		h, _ := newHull(corners, 0.1*rng.Float64(), make([]sim.Vec, roomOf(len(corners))))
		centre, radius := h.circle()
		farthest, fromOrigin := 0.0, 0.0
		for _, v := range corners {
			farthest, fromOrigin = max(farthest, v.Sub(centre).Len()), max(fromOrigin, v.Len())
		}
		if !(math.Abs(farthest+h.radius-radius) < 1e-12) {
			t.Errorf("%v: the circle of %v m is off its farthest corner, %v m away", corners, radius, farthest)
		}
		if centre != (sim.Vec{}) {
			if moved++; !(fromOrigin+h.radius > 1.1*radius) {
				t.Errorf("%v: a circle about the origin has %v m, not much more than %v", corners, fromOrigin+h.radius, radius)
			}
		}
	}
	if moved < 50 {
		t.Errorf("only %d of the circles are not about the origin", moved)
	}
}
