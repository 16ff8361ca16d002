package observe

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/golden"
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

// TestAKinkHasTheSameSpeedsBeforeAndAfter: speeds of both intervals of a side agree to within the slack, and the two sides differ
// by more than twice that.
func TestAKinkHasTheSameSpeedsBeforeAndAfter(t *testing.T) {
	t.Parallel()
	at := []float64{0, 0.1, 0.25, 0.3, 0.5, 0.6}
	const left, right, slack = -3.0, 2.0, 0.1
	kinks := func(first, last float64, slack float64, unseen int) bool {
		r := &track{at: at, see: make([]sim.Sight, len(at))}
		x := 0.0
		for k := range at {
			if k > 0 {
				x += [...]float64{first, left, right, last, last}[k-1] * (at[k] - at[k-1])
			}
			r.see[k] = sim.Sight{Seen: k != unseen, X: x, Y: -2 * x}
		}
		return kink(r, 0, 2, left, right, slack) && kink(r, 1, 2, -2*left, -2*right, 2*slack)
	}
	for _, test := range []struct {
		name               string
		first, last, slack float64
		unseen             int
		want               bool
	}{
		{"a hit", left, right, slack, -1, true},
		{"nearly the same before", left + 0.09, right, slack, -1, true},
		{"slower before", left + 0.11, right, slack, -1, false},
		{"faster before", left - 0.11, right, slack, -1, false},
		{"nearly the same after", left, right - 0.09, slack, -1, true},
		{"slower after", left, right - 0.11, slack, -1, false},
		{"faster after", left, right + 0.11, slack, -1, false},
		{"sides are apart", left, right, 2.4, -1, true},
		{"sides are not apart", left, right, 2.6, -1, false},
		{"unseen before", left, right, slack, 0, false},
		{"unseen just before", left, right, slack, 1, false},
		{"unseen just after", left, right, slack, 3, false},
		{"unseen after", left, right, slack, 4, false},
		{"no number", left, math.NaN(), slack, -1, false},
	} {
		if got := kinks(test.first, test.last, test.slack, test.unseen); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
	r := &track{at: at, see: make([]sim.Sight, len(at))}
	if kink(r, 0, 1, left, right, slack) || kink(r, 0, 4, left, right, slack) {
		t.Error("a kink needs two sights on either side")
	}
}

// TestTheSameVelocitiesArePutRight compares velocities and their variances about hits with and between sights, on the beat of an
// engine and without, with noise on either side of the limits, with what earlier versions of this program made of them.
func TestTheSameVelocitiesArePutRight(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	at := []float64{0, 0.1, 0.2, 0.25, 0.35, 0.45}
	for _, noise := range []float64{1e-7, 2e-6, 3e-5, 6e-4, 1e-3, 5e-2} {
		for _, beat := range []float64{0, 0.02} {
			for _, opened := range [][]bool{{false, false, false}, {true, false, false}, {false, true, false}, {false, false, true}} {
				law := &Law{Noise: noise, Turn: 2 * noise, Speed: 1, Spin: 3, Beat: beat}
				b := &told{motion: motion{g: sim.Vec{X: 0.5, Y: -2}}}
				for k, time := range at { // it is hit at the fourth sight in x, and nearly there in y
					s := sim.Sight{Seen: true, Turned: k != 5, X: 2 * time, Y: -time, Angle: 4 * time}
					if time > 0.2 {
						s.X, s.Y, s.Angle = 0.5-3*(time-0.25), s.Y+1.5*(time-0.22), 1-5*(time-0.25)
					}
					b.track.at, b.track.see = append(b.track.at, time), append(b.track.see, s)
				}
				e := &Estimate{}
				times := []float64{0.2, 0.25, 0.3}
				for k := range times {
					v := float64(k)
					e.States = append(e.States, sim.State{{VX: 1.9 - 2.2*v, VY: -1 + 0.8*v, Omega: 4 - 4.4*v}})
					var c Covariance
					for i := range c {
						c[i] = 7
					}
					e.Covariance = append(e.Covariance, []Covariance{c})
				}
				law.guard(b, opened, times, e)
				fmt.Fprintf(&got, "noise %v, beat %v, open %v\n", noise, beat, opened)
				for k := range times {
					v, c := &e.States[k][0], &e.Covariance[k][0]
					fmt.Fprintf(&got, "  %.6g: variances %.6g %.6g %.6g beside %v\n", []float64{v.VX, v.VY, v.Omega}, c[21], c[28], c[35], c[3:6])
				}
			}
		}
	}
	golden.Compare(t, "testdata/guarded.txt", got.String())
}
