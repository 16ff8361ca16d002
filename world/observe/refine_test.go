package observe

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// TestFlightsCorrectGravityWithinReason: up to a thousand m/s². What more they say is no gravity, but something else, and
// leaves the law as it was.
func TestFlightsCorrectGravityWithinReason(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ was, is, want float64 }{{-3, -4, -4}, {0, -0.01, 0}, {-999, -998, -998}, {-999, -1002, -999}, {999, 1002, 999}} {
		law := &Law{Gravity: sim.Vec{Y: c.was}, Noise: 1e-3, Turn: 1, Speed: 1, Spin: 1}
		f := flight{body: &told{motion: motion{g: law.Gravity}}}
		for k := range 60 {
			at := float64(k) / 60
			f.sight = append(f.sight, k)
			f.body.track.at = append(f.body.track.at, at)
			f.body.track.see = append(f.body.track.see, sim.Sight{Seen: true, X: 9*at + 1e-3*math.Sin(float64(7*k)), Y: 5 + at + c.is/2*at*at + 1e-3*math.Sin(float64(5*k))})
		}
		law.regress([]flight{f})
		if !scalar.EqualWithinAbs(law.Gravity.Y, c.want, 0.2) || !(law.Gravity.X == 0) {
			t.Errorf("flights with %v m/s² make %v of %v, want %v", c.is, law.Gravity.Y, c.was, c.want)
		}
	}
}
