package recording

import (
	"testing"

	"orrery/sim"
)

// TestWhatNoiseExplainsIsNotOdd: a sight that is off by some deviations is a hit or an accident, one that
// is off by many is an outlier.
func TestWhatNoiseExplainsIsNotOdd(t *testing.T) {
	t.Parallel()
	const noise = 0.001
	for off, odd := range map[float64]bool{14 * noise: false, 45 * noise: true} {
		found := 0
		for track := range 20 {
			f := fly(20, 60, noise)
			f.at(24, track).Y += off
			for _, o := range mustIn(t, f.raw(false), Metres()).Odd() {
				if o.Kind == Outlier && o.Picture == 24 {
					found++
				}
			}
		}
		if odd && found < 16 || !odd && found > 0 {
			t.Errorf("%d of 20 sights that are off by %v deviations are outliers", found, off/noise)
		}
	}
}

// TestABodyMayBeHitAtTheEnd: what it does in its last step is no way that is known, so it may be as fast
// as the fastest bodies are, of which there are few.
func TestABodyMayBeHitAtTheEnd(t *testing.T) {
	t.Parallel()
	f := fly(20, 60, 0)
	for k := range 60 { // one in twenty is three times as fast
		f.at(k, 7).X, f.at(k, 7).Y = -1+0.12*float64(k%16), float64(k/16)
	}
	last, before := f.at(59, 3), f.at(58, 3)
	last.X, last.Y = before.X+0.1, before.Y
	for _, o := range mustIn(t, f.raw(false), Metres()).Odd() {
		if o.Picture == 59 {
			t.Error(o.Text)
		}
	}
}

// TestAWayGoesOnAtTheSpeedBeforeOrAfter: of two bodies that change places one is as fast as it was, or as it is then, and
// what is seen for the last time has the former alone.
func TestAWayGoesOnAtTheSpeedBeforeOrAfter(t *testing.T) {
	t.Parallel()
	way := func(x ...float64) (q path) { // at ten pictures a second
		for k, at := range x {
			q.at, q.time, q.p = append(q.at, k), append(q.time, 0.1*float64(k)), append(q.p, sim.Vec{X: at})
		}
		return q
	}
	before := way(0, 0.01, 9, 9) // 0.1 m/s
	for _, c := range []struct {
		step  float64 // m, from where the other was last
		after []float64
		want  bool
	}{
		{0.9 * 1.5 * 0.01, nil, true},
		{1.1 * 1.5 * 0.01, nil, false},
		{0.9 * 1.5 * 0.1, nil, false},
		{0.9 * 1.5 * 0.1, []float64{0.1}, true}, // 1 m/s
		{1.1 * 1.5 * 0.1, []float64{0.1}, false},
	} {
		x := []float64{5, 5, 0.01 + c.step}
		for _, by := range c.after {
			x = append(x, x[2]+by)
		}
		q := way(x...)
		if got := q.goesOn(&before, 2); got != c.want {
			t.Errorf("%v m on, then %v m: %v", c.step, c.after, got)
		}
	}
}
