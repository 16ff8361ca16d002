package hits

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"

	"orrery/sim"
	"orrery/world/observe"
)

// TestImpulseIsNewtonsAndCoulombs for bodies of any masses and arms.
func TestImpulseIsNewtonsAndCoulombs(t *testing.T) {
	t.Parallel()
	r := sim.NewRand(1, "impulse", 0)
	slid, stuck := 0, 0
	for k := range 500 {
		way := 2 * math.Pi * r.Float64()
		n := sim.Vec{X: math.Cos(way), Y: math.Sin(way)}
		// arms point roughly from the centres to the contact, which lies against the normal of the first
		c := contact{normal: n, armA: n.Scale(-0.1).Add(n.Perp().Scale(0.06 * r.NormFloat64())), armB: n.Scale(0.2).Add(n.Perp().Scale(0.06 * r.NormFloat64()))}
		a, b := [2]float64{1 + r.Float64(), 300 * r.Float64()}, [2]float64{r.Float64(), 100 * r.Float64()}
		if k%3 == 0 {
			b = [2]float64{} // a wall
		}
		s := [2]sim.BodyState{{VX: r.NormFloat64(), VY: r.NormFloat64(), Omega: 3 * r.NormFloat64()}, {VX: r.NormFloat64(), VY: r.NormFloat64(), Omega: 3 * r.NormFloat64()}}
		e, mu := r.Float64(), 0.6*r.Float64()
		slip := func(s *[2]sim.BodyState) sim.Vec {
			return s[0].Velocity().Add(c.armA.Perp().Scale(s[0].Omega)).Sub(s[1].Velocity()).Sub(c.armB.Perp().Scale(s[1].Omega))
		}
		before := slip(&s)
		if before.Dot(n) > -0.1 {
			continue
		}
		push, rub := impulse(a, b, &s, &c, e, mu)
		j := n.Scale(push).Add(n.Perp().Scale(rub))
		s[0].VX, s[0].VY, s[0].Omega = s[0].VX+a[0]*j.X, s[0].VY+a[0]*j.Y, s[0].Omega+a[1]*c.armA.Cross(j)
		s[1].VX, s[1].VY, s[1].Omega = s[1].VX-b[0]*j.X, s[1].VY-b[0]*j.Y, s[1].Omega-b[1]*c.armB.Cross(j)
		after := slip(&s)
		if !scalar.EqualWithinAbs(after.Dot(n), -e*before.Dot(n), 1e-9) {
			t.Fatalf("%d: parts at %v m/s; want %v", k, after.Dot(n), -e*before.Dot(n))
		}
		if math.Abs(rub) < mu*push-1e-12 {
			stuck++
			if !scalar.EqualWithinAbs(after.Dot(n.Perp()), 0, 1e-9) {
				t.Fatalf("%d: sticks and slides at %v m/s", k, after.Dot(n.Perp()))
			}
			continue
		}
		slid++
		if !scalar.EqualWithinAbs(math.Abs(rub), mu*push, 1e-9) {
			t.Fatalf("%d: rubs %v N s of a push of %v at a friction of %v", k, rub, push, mu)
		}
	}
	if slid < 50 || stuck < 50 {
		t.Errorf("%d slide and %d stick: too few to tell", slid, stuck)
	}
}

// TestFlightIsThatOfSmallSteps with and without drag, forwards and backwards.
func TestFlightIsThatOfSmallSteps(t *testing.T) {
	t.Parallel()
	for _, f := range []flight{{gravity: sim.Vec{X: 0.5, Y: -9.8}}, {gravity: sim.Vec{Y: -9.8}, drag: 0.7, turnDrag: 0.2}, {gravity: sim.Vec{X: 1, Y: 2}, drag: 1e-5}} {
		for _, dt := range []float64{0.8, -0.3} {
			s := sim.BodyState{X: 1, Y: 2, Angle: 0.3, VX: 1.5, VY: -2, Omega: 4}
			want := s
			const steps = 4000
			h := dt / steps
			for range steps { // the midpoint of each
				mx, my, mo := want.VX+h/2*(f.gravity.X-f.drag*want.VX), want.VY+h/2*(f.gravity.Y-f.drag*want.VY), want.Omega-h/2*f.turnDrag*want.Omega
				want.X, want.Y, want.Angle = want.X+h*mx, want.Y+h*my, want.Angle+h*mo
				want.VX, want.VY, want.Omega = want.VX+h*(f.gravity.X-f.drag*mx), want.VY+h*(f.gravity.Y-f.drag*my), want.Omega-h*f.turnDrag*mo
			}
			got := f.fly(s, dt)
			for k, v := range got.Values() {
				if w := want.Values()[k]; !scalar.EqualWithinAbs(v, w, 1e-6) {
					t.Errorf("drag %v, %v s: %s is %v; want %v", f.drag, dt, s.Names()[k], v, w)
				}
			}
		}
	}
}

// TestNormalsAreThoseOfDenseAlgebra with unknowns of very different units.
func TestNormalsAreThoseOfDenseAlgebra(t *testing.T) {
	t.Parallel()
	r := sim.NewRand(1, "normals", 0)
	j := mat.NewDense(30, 4, nil)
	for i := range 30 {
		for k, unit := range []float64{1, 1e4, 1e-4, 0} {
			j.Set(i, k, unit*r.NormFloat64())
		}
	}
	var h mat.SymDense
	h.SymOuterK(1, j.T())
	f, ok := newNormals(&h, 0)
	if !ok {
		t.Fatal("no solution")
	}
	want := []float64{3, 2e-4, -5e4}
	g := make([]float64, 4)
	for i := range 3 {
		for k := range 3 {
			g[i] += h.At(i, k) * want[k]
		}
	}
	got := f.solve(g)
	for k, w := range append(want, 0) {
		if !scalar.EqualWithinRel(got[k], w, 1e-9) && got[k] != w {
			t.Errorf("unknown %d is %v; want %v", k, got[k], w)
		}
	}
	z := f.inverse()
	for i := range 3 {
		for k := range 3 {
			sum := 0.0
			for q := range 3 {
				sum += h.At(i, q) * z.At(q, k)
			}
			same := 0.0
			if i == k {
				same = 1
			}
			if !scalar.EqualWithinAbs(sum*math.Sqrt(h.At(k, k)/h.At(i, i)), same, 1e-9) {
				t.Errorf("the product with the inverse has %v at %d, %d", sum, i, k)
			}
		}
	}
	lower, _ := newNormals(h.SliceSym(0, 3).(*mat.SymDense), 0)
	var c mat.Cholesky
	if !c.Factorize(h.SliceSym(0, 3)) || !scalar.EqualWithinAbs(lower.logDet(), c.LogDet(), 1e-9) || !scalar.EqualWithinAbs(f.logDet(), lower.logDet(), 1e-9) {
		t.Errorf("the logarithm of the determinant is %v; want %v", f.logDet(), c.LogDet())
	}
}

// TestEdgesAreFound among turns at two lines and elsewhere.
func TestEdgesAreFound(t *testing.T) {
	t.Parallel()
	r := sim.NewRand(2, "edges", 0)
	var all []turn
	lines := []edge{{normal: sim.Vec{X: 0.6, Y: 0.8}, offset: -1}, {normal: sim.Vec{X: -1}, offset: -2}}
	for k := range 24 {
		l := &lines[k%2]
		radius := 0.1 + 0.05*float64(k%3)
		at := l.normal.Scale(l.offset + radius + 1e-3*r.NormFloat64()).Add(l.normal.Perp().Scale(2*r.Float64() - 1))
		all = append(all, turn{body: k % 3, place: at, radius: radius, change: l.normal.Add(l.normal.Perp().Scale(0.3 * r.NormFloat64()))})
	}
	for range 3 {
		all = append(all, turn{place: sim.Vec{X: r.Float64(), Y: r.Float64()}, radius: 0.1, change: sim.Vec{X: r.NormFloat64(), Y: r.NormFloat64()}})
	}
	found := edges(all, 0.004)
	if len(found) != 2 {
		t.Fatalf("%d lines were found; want 2", len(found))
	}
	for _, want := range lines {
		hits := 0
		for _, e := range found {
			if e.normal.Dot(want.normal) > 0.999 && scalar.EqualWithinAbs(e.offset, want.offset, 0.003) && len(e.hits) >= 10 {
				hits++
			}
		}
		if hits != 1 {
			t.Errorf("the line %+v was found %d times among %+v", want, hits, found)
		}
	}
	if walls, of := segments(found, nil); len(walls) != 2 || len(of) != 2 {
		t.Errorf("%d walls; want 2", len(walls))
	}
}

// TestThinningKeepsEpisodesFromBeginningToEnd, all of them where they are few.
func TestThinningKeepsEpisodesFromBeginningToEnd(t *testing.T) {
	t.Parallel()
	one := &observe.Watch{Scene: &sim.Scene{Bodies: make([]sim.Body, 4)}, Times: make([]float64, 1000)}
	for _, n := range []int{1, 10, 37, 400} {
		all := make([]*observe.Watch, n)
		for k := range all {
			all[k] = one
		}
		some, which := thin(all)
		if want := min(n, 40_000/4000); len(some) < want || len(some) > want+1 || len(which) != len(some) {
			t.Errorf("%d of %d episodes are left; want %d", len(some), n, want)
		}
		if last := which[len(which)-1]; last < n-1-n/9 {
			t.Errorf("the last of %d episodes that is left is %d", n, last)
		}
	}
}

// TestWhatIsOpenSpoilsNothingElse: two constants of which only the sum shows have wide deviations, and a third keeps its own.
func TestWhatIsOpenSpoilsNothingElse(t *testing.T) {
	t.Parallel()
	h := mat.NewSymDense(3, []float64{4, 4, 0, 4, 4, 0, 0, 0, 9})
	if _, ok := newNormals(h, 0); ok {
		t.Error("equations that leave something open are solved")
	}
	f, ok := newNormals(h, hardly)
	if !ok {
		t.Fatal("they are not solved at all")
	}
	inverse := f.inverse()
	if got := inverse.At(2, 2); !(math.Abs(got-1.0/9) <= 1e-6) {
		t.Errorf("what is told has a variance of %v, want 1/9", got)
	}
	if got := inverse.At(0, 0); !(got > 1e6) {
		t.Errorf("what is open has a variance of %v", got)
	}
}
