package spread

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
)

// TestTiltsComeOverFromOtherBodies, as far as they mix, turn across the push, and stay within what variances allow.
func TestTiltsComeOverFromOtherBodies(t *testing.T) {
	t.Parallel()
	l := &Law{time: 0.5}
	before := []tilt{{xx: [2]float64{0.1, -0.2}, xv: [2]float64{0.03, 0.01}, vv: [2]float64{0.2, 0.1}}, {vv: [2]float64{0.4, -0.6}}}
	tilts := append([]tilt(nil), before...)
	errors := []moments{{xx: 4, vv: 9}, {xx: 3, vv: 8}}
	f := influence{on: 0, from: 1, share: 0.25, lever: 2, way: [2]float64{0.6, 0.8}}
	f.answers[mix], f.answers[steer] = 0.7, 0.01
	l.tilt(tilts, errors, []influence{f}, []change{{keep: 0.36}, {keep: 1}}, make([][2]float64, 2))
	for k := range 2 {
		b := before[0]
		for _, c := range []struct {
			name      string
			got, want float64
		}{
			{"place", tilts[0].xx[k], b.xx[k] + 0.5*(2*b.xv[k]+0.5*b.vv[k])},
			{"place and velocity", tilts[0].xv[k], 0.6 * (b.xv[k] + 0.5*b.vv[k])},
			{"velocity", tilts[0].vv[k], 0.36*b.vv[k] + 0.7*0.25*before[1].vv[k] - 0.01*2*(4+3)*f.way[k]},
			{"velocity of the other", tilts[1].vv[k], before[1].vv[k]},
		} {
			if !scalar.EqualWithinAbs(c.got, c.want, 1e-12) {
				t.Errorf("%s, axis %d: %v, want %v", c.name, k, c.got, c.want)
			}
		}
	}
	errors[0] = moments{xx: 0.01, vv: 0.02}
	l.tilt(tilts, errors, nil, []change{{keep: 1}, {keep: 1}}, make([][2]float64, 2))
	for what, c := range map[string][2]float64{"place": {math.Hypot(tilts[0].xx[0], tilts[0].xx[1]), 0.01}, "velocity": {math.Hypot(tilts[0].vv[0], tilts[0].vv[1]), 0.02}} {
		if !scalar.EqualWithinAbs(c[0], c[1]*12/13, 1e-12) {
			t.Errorf("the tilt of a %s is %v of %v", what, c[0], c[1])
		}
	}
}
