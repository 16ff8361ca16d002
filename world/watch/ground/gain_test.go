package ground

import (
	"math"
	"testing"
)

// TestLightHasItsLimits: no picture is told to be more than five times as light as the ground, or less than a fifth, and the limit for
// what is left out stays at four values or five times the mean.
func TestLightHasItsLimits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ gain, first, step, want float64 }{
		{9, 5, 1, 5}, {0.05, 100, 8, 0.2}, {4.5, 10, 2, 4.376}, {1, 50, 8, 1}, {0.3, 50, 8, 0.3},
	} {
		var w lightWork
		for k := range 18 {
			m := c.first + c.step*float64(k)
			w.means, w.values = append(w.means, float32(m)), append(w.values, float32(c.gain*m))
		}
		slope, offset, limit := w.line(float32(c.gain), 0, 24)
		middle := c.first + c.step*8.5
		if !(math.Abs(float64(slope)-c.want) <= 0.01*c.want) || !(math.Abs(float64(offset)-middle*(c.gain-float64(slope))) <= 0.01) || limit != 4 {
			t.Errorf("a gain of %v is told as %v from %v on, limit %v", c.gain, slope, offset, limit)
		}
	}
}
