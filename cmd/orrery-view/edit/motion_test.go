package edit

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// TestMotionsMoveWhatTheyMove: about a point, along turned axes, and to the other side.
func TestMotionsMoveWhatTheyMove(t *testing.T) {
	t.Parallel()
	one := sim.Vec{X: 1, Y: 1}
	for name, c := range map[string]struct {
		motion motion
		p      sim.Vec
		want   sim.Vec
		angle  float64 // that 0.5 rad becomes
	}{
		"by":           {motion{by: sim.Vec{X: 2, Y: -1}, scale: one}, sim.Vec{X: 1, Y: 1}, sim.Vec{X: 3}, 0.5},
		"turned":       {motion{about: sim.Vec{X: 1}, turn: math.Pi / 2, scale: one}, sim.Vec{X: 3, Y: 1}, sim.Vec{Y: 2}, 0.5 + math.Pi/2},
		"wider":        {motion{about: sim.Vec{X: 1}, scale: sim.Vec{X: 3, Y: 0.5}}, sim.Vec{X: 2, Y: 2}, sim.Vec{X: 4, Y: 1}, 0.5},
		"wider, askew": {motion{scale: sim.Vec{X: 3, Y: 1}, frame: math.Pi / 2}, sim.Vec{X: 2, Y: 2}, sim.Vec{X: 2, Y: 6}, 0.5},
		"mirrored":     {motion{about: sim.Vec{X: 1}, scale: one, mirror: true}, sim.Vec{X: 3, Y: 2}, sim.Vec{X: -1, Y: 2}, -0.5},
	} {
		if got := c.motion.at(c.p); !(got.Sub(c.want).Len() <= 1e-12) {
			t.Errorf("%s: %v becomes %v, want %v", name, c.p, got, c.want)
		}
		if got := c.motion.angle(0.5); !scalar.EqualWithinAbs(got, c.angle, 1e-12) {
			t.Errorf("%s: 0.5 rad become %v, want %v", name, got, c.angle)
		}
	}
	for scale, want := range map[sim.Vec]float64{{X: 1, Y: 1}: 1, {X: 1, Y: 3}: 3, {X: 0.5, Y: 1}: 0.5, {X: 2, Y: 8}: 4, {X: 3, Y: 3}: 3} { // what is round grows by as much as its area does
		if got := (&motion{scale: scale}).even(); !scalar.EqualWithinAbs(got, want, 1e-12) {
			t.Errorf("%v is %v on all sides, want %v", scale, got, want)
		}
	}
}
