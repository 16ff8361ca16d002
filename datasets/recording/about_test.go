package recording

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// TestTellsRatesNoiseGapsAndWalls describes flights between walls at ±1 of which all is known.
func TestTellsRatesNoiseGapsAndWalls(t *testing.T) {
	t.Parallel()
	f := fly(4, 600, 0.0005)
	for k := 100; k < 130; k++ {
		f.at(k, 1).Seen = false
	}
	a := Tell([]*Recording{mustIn(t, f.raw(true), Metres())})
	near := func(what string, got, want, tolerance float64) {
		t.Helper()
		if !scalar.EqualWithinAbs(got, want, tolerance) {
			t.Errorf("%s %v, want %v ± %v", what, got, want, tolerance)
		}
	}
	near("rate", a.RateHz, 30, 1e-9)
	near("time", a.Seconds, 599/30.0, 1e-9)
	near("unevenness", a.Uneven, 0, 1e-9)
	near("noise", a.NoiseM, 0.0005, 1e-4)
	near("share unseen", a.Unseen, 30/2400.0, 1e-9)
	near("longest gap", a.LongestS, 31/30.0, 1e-9)
	near("speed", a.Speed, 1.2, 0.01)
	near("lowest x", a.Low.X, -1, 0.04)
	near("highest y", a.High.Y, 1, 0.04)
	if a.Pictures != 600 || a.Turned != 0 || a.Falls() || !slices.Equal(a.Bodies, []string{"0", "1", "2", "3"}) {
		t.Errorf("%+v", a)
	}
	turns := 0
	for _, w := range a.Walls {
		turns += w.Hits
		want := map[string]float64{"left": -1, "right": 1, "bottom": -1, "top": 1}[w.Side]
		near(w.Side, w.At, want, 0.03)
	}
	// A body turns back every two metres along each axis.
	var ways float64
	for i := range 4 {
		v := f.speed(i)
		ways += (v.X + v.Y) * 20 / 2
	}
	if len(a.Walls) != 4 || !scalar.EqualWithinAbs(float64(turns), ways, 0.15*ways) || !scalar.EqualWithinAbs(float64(a.Hits), ways, 0.15*ways) {
		t.Errorf("walls %+v and %d hits, want about %.0f", a.Walls, a.Hits, ways)
	}
}

// speed returns how fast a body flies along each axis in m/s, either way.
func (f *film) speed(body int) sim.Vec {
	var v sim.Vec
	for k := range 3 { // pictures without a wall in between show it
		a, b := f.at(k, body), f.at(k+1, body)
		v.X, v.Y = max(v.X, 30*max(a.X-b.X, b.X-a.X)), max(v.Y, 30*max(a.Y-b.Y, b.Y-a.Y))
	}
	return v
}

// TestTellsGravity has bodies that fall freely, once with noise and once turned to the side.
func TestTellsGravity(t *testing.T) {
	t.Parallel()
	for _, sideways := range []bool{false, true} {
		f := &film{tracks: []string{"ball"}}
		random := sim.NewRand(4, "fall", 0)
		for k := range 40 {
			at := float64(k) / 30
			x, y := 0.5*at+0.001*random.NormFloat64(), 3*at-9.8/2*at*at+0.001*random.NormFloat64()
			if sideways {
				x, y = y, x
			}
			f.rows = append(f.rows, Row{Number: 2 + k, Frame: int64(k), Time: at, Seen: true, X: x, Y: y})
		}
		a := Tell([]*Recording{mustIn(t, f.raw(true), Metres())})
		down, across := -a.Gravity.Y, a.Gravity.X
		if sideways {
			down, across = -a.Gravity.X, a.Gravity.Y
		}
		if !(down > 9) || !(down < 10.6) || !scalar.EqualWithinAbs(across, 0, 0.8) || !a.Falls() || !(a.GravityStd < 1) || a.Hits > 0 {
			t.Errorf("gravity %v ± %v, %d hits, want 9.8 down", a.Gravity, a.GravityStd, a.Hits)
		}
	}
}
