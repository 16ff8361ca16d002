package observe

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// TestAHitAtASightLeavesItsVelocityOpen: it is the mean of those before and after, which gravity changes on the way to the
// sights beside it, with the deviation that covers both. What is told well by its neighbours stays.
func TestAHitAtASightLeavesItsVelocityOpen(t *testing.T) {
	t.Parallel()
	const g, before, after, s, dt = -10.0, -3.0, 2.0, 0.1, 0.05
	law := &Law{Noise: 1e-6, Turn: 1e-6, Speed: 1, Spin: 1}
	told := func() (*told, *Estimate) {
		b := &told{motion: motion{g: sim.Vec{Y: g}}}
		b.track = track{at: []float64{0, s, s + dt}, see: []sim.Sight{
			{Seen: true, X: -before * s, Y: -before*s + g*s*s/2}, {Seen: true}, {Seen: true, X: after * dt, Y: after*dt + g*dt*dt/2},
		}}
		e := &Estimate{States: []sim.State{{{VX: -0.1, VY: -0.1}}}, Covariance: [][]Covariance{{{}}}}
		for i := range e.Covariance[0][0] {
			e.Covariance[0][0][i] = 7
		}
		return b, e
	}
	b, e := told()
	law.guard(b, []bool{true}, []float64{s}, e)
	now, c := e.States[0][0], e.Covariance[0][0]
	blur := law.Noise * math.Sqrt2 / dt
	want := (after-before)*(after-before)/4 + blur*blur
	for axis, v := range map[int]float64{3: now.VX, 4: now.VY} {
		if !scalar.EqualWithinAbs(v, (before+after)/2, 1e-9) || !scalar.EqualWithinAbs(c[axis*sim.StateSize+axis], want, 1e-9) {
			t.Errorf("value %d is %v with variance %v, want %v and %v", axis, v, c[axis*sim.StateSize+axis], (before+after)/2, want)
		}
		if c[axis*sim.StateSize] != 0 || c[axis] != 0 {
			t.Errorf("value %d varies with the place", axis)
		}
	}
	if c[0] != 7 || c[5*sim.StateSize+5] != 7 {
		t.Error("other values are open, too")
	}
	for v, stays := range map[float64]bool{before: true, after: true, before - 1.24: true, before - 1.26: false, after + 1.24: true, after + 1.26: false} {
		b, e := told()
		e.States[0][0].VX = v
		law.guard(b, []bool{false}, []float64{s}, e)
		if got := e.States[0][0].VX; (got == v) != stays {
			t.Errorf("%v m/s between %v and %v becomes %v", v, before, after, got)
		}
	}
	b, e = told()
	law.Speed = 1e-3 // so that noise tells velocities too badly
	if law.guard(b, []bool{true}, []float64{s}, e); e.States[0][0].VX != -0.1 {
		t.Error("a velocity that noise hides is put right")
	}
}
