package spread

import (
	"math"

	"orrery/world/region"
)

// tilt says how the errors of a body differ along the axes: a variance v with a tilt t is,
// along a direction of angle φ, v + t₀·cos 2φ + t₁·sin 2φ. A push turns with the place
// where bodies meet, so what an error of position makes of the velocity is across it; all
// else is as moments have it. Tilts need no numbers of their own.
type tilt struct{ xx, xv, vv [2]float64 }

// mostTilt is the largest share of a variance that its tilt may be: ellipses are at most
// 1:5.
const mostTilt = 12.0 / 13

// tilt advances the tilts by a frame after which the moments are errors. Changes are those
// of the frame, and scratch is as long as errors.
func (l *Law) tilt(tilts []tilt, errors []moments, influences []influence, changes []change, scratch [][2]float64) {
	dt := l.time
	for i := range tilts {
		t := &tilts[i]
		for k := range 2 {
			t.xx[k] += dt * (2*t.xv[k] + dt*t.vv[k])
			t.xv[k] += dt * t.vv[k]
		}
	}
	clear(scratch)
	for i := range influences {
		f := &influences[i]
		off := errors[f.on].xx
		if f.from >= 0 {
			off += errors[f.from].xx
			for k := range 2 {
				scratch[f.on][k] += f.answers[mix] * f.share * tilts[f.from].vv[k]
			}
		}
		for k := range 2 {
			scratch[f.on][k] -= f.answers[steer] * f.lever * off * f.way[k]
		}
	}
	for i := range tilts {
		t, kept := &tilts[i], changes[i].keep
		for k := range 2 {
			t.xv[k] *= math.Sqrt(kept)
			t.vv[k] = kept*t.vv[k] + scratch[i][k]
		}
		bound(&t.xx, errors[i].xx)
		bound(&t.vv, errors[i].vv)
	}
}

// bound shortens a tilt to the most that its variance allows.
func bound(t *[2]float64, variance float64) {
	if length, most := math.Hypot(t[0], t[1]), mostTilt*variance; length > most {
		t[0], t[1] = t[0]*most/length, t[1]*most/length
	}
}

// region returns the region of a body with these errors of position some seconds after
// its state was known.
func (l *Law) region(e moments, t *tilt, time float64) region.Region {
	if l.regions == nil {
		return region.Normal(math.Sqrt(e.xx))
	}
	r := t.ellipse(e.xx)
	r.Reach = l.regions.reach(math.Log(e.xx)/2, math.Log(time))
	return *r
}

// ellipse returns a region without reach, its larger axis first.
func (t *tilt) ellipse(variance float64) *region.Region {
	length := math.Hypot(t.xx[0], t.xx[1])
	return &region.Region{Axes: [2]float64{math.Sqrt(variance + length), math.Sqrt(variance - length)}, Angle: math.Atan2(t.xx[1], t.xx[0]) / 2}
}
