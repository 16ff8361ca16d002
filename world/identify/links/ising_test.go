package links

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"

	"orrery/sim"
	"orrery/world/identify"
)

// someForm is a form of a family's coefficients of so many pairs, with curvature in all directions.
func someForm(r *rand.Rand, count, t int) *form {
	p := count * t
	root, h := mat.NewDense(p, p, nil), mat.Dense{}
	for i := range p {
		for j := range p {
			root.Set(i, j, r.NormFloat64())
		}
	}
	h.Mul(root, root.T())
	f := &form{k: 3, l: make([]float64, p), h: make([]float64, p*p)}
	for i := range p {
		f.l[i] = 4 * r.NormFloat64()
		for j := range p {
			f.h[i*p+j] = h.At(i, j)
		}
	}
	return f
}

// worth returns −2 ln of the likelihood that a form says coefficients have.
func (f *form) worth(theta []float64) float64 {
	p := len(theta)
	h, x := mat.NewDense(p, p, f.h), mat.NewVecDense(p, theta)
	return f.k - 2*mat.Dot(mat.NewVecDense(p, f.l), x) + mat.Inner(x, h, x)
}

// TestSignsOfCommonValuesAreWorthWhatTheFormSays: as functions of the signs for given values, and of the values for
// given signs.
func TestSignsOfCommonValuesAreWorthWhatTheFormSays(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	const count, terms = 3, 2
	f := someForm(r, count, terms)
	for range 20 {
		v, z, theta := make([]float64, terms), make([]int8, count), make([]float64, count*terms)
		for k := range v {
			v[k] = r.NormFloat64()
		}
		for i := range z {
			z[i] = int8(r.IntN(3)) - 1
			for k := range v {
				theta[i*terms+k] = float64(z[i]) * v[k]
			}
		}
		want := f.worth(theta)
		if got := f.k + f.at(v).value(z); !scalar.EqualWithinRel(got, want, 1e-9) {
			t.Errorf("%v times %v: %v, want %v", z, v, got, want)
		}
		a, b := make([]float64, terms*terms), make([]float64, terms)
		f.gather(z, terms, a, b)
		x := mat.NewVecDense(terms, v)
		if got := f.k - 2*mat.Dot(mat.NewVecDense(terms, b), x) + mat.Inner(x, mat.NewDense(terms, terms, a), x); !scalar.EqualWithinRel(got, want, 1e-9) {
			t.Errorf("%v with %v: %v, want %v", v, z, got, want)
		}
	}
}

// TestSettledGraphsAreNoWorseThanOthers of the same values, and their values no worse than others of the same graphs.
// Where nothing acts the graph is empty, and as likely as the form says.
func TestSettledGraphsAreNoWorseThanOthers(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 8))
	c := &choice{family: &families[1], n: 3, guess: guess{values: true}}
	forms := []*form{someForm(r, 3, 2), someForm(r, 3, 2)}
	signs, values, score := c.settle(forms, []float64{1, 1})
	worth := func(signs [][]int8, values []float64) (sum float64) {
		for e, f := range forms {
			theta := make([]float64, 6)
			for i, z := range signs[e] {
				theta[2*i], theta[2*i+1] = float64(z)*values[0], float64(z)*values[1]
			}
			sum += f.worth(theta)
		}
		return sum
	}
	if got := worth(signs, values); !scalar.EqualWithinRel(got, score, 1e-9) {
		t.Errorf("%v of %v is worth %v, want %v", signs, values, score, got)
	}
	for code := range 1 << 6 {
		other := [][]int8{make([]int8, 3), make([]int8, 3)}
		for k := range 6 {
			other[k/3][k%3] = int8(code >> k & 1)
		}
		if w := worth(other, values); !(w >= score-1e-9) {
			t.Errorf("%v is worth %v, less than %v", other, w, score)
		}
	}
	for k := range values {
		for _, by := range []float64{0.99, 1.01} {
			other := append([]float64(nil), values...)
			other[k] *= by
			if w := worth(signs, other); !(w > score) {
				t.Errorf("values %v are worth %v, less than %v", other, w, score)
			}
		}
	}
	still := &form{k: 7, l: make([]float64, 6), h: forms[0].h}
	signs, _, score = c.settle([]*form{still}, []float64{1, 1})
	if len(signs) != 1 || signs[0][0] != 0 || signs[0][1] != 0 || signs[0][2] != 0 || score != 7 {
		t.Errorf("%v is worth %v where nothing acts, want none and 7", signs, score)
	}
}

// TestClimbingLeadsFromAnySignsToTheBest where edges do not depend on each other, however many must change.
func TestClimbingLeadsFromAnySignsToTheBest(t *testing.T) {
	t.Parallel()
	for _, signed := range []bool{false, true} {
		c := &choice{family: &family{terms: []int{termCharge}, signed: signed}, n: 8}
		m := pairs(c.n)
		levels := []int8{0, 1}
		if signed {
			levels = []int8{0, 1, -1}
		}
		s := &ising{make([]float64, m), make([]float64, m*m)}
		start, want := make([]int8, m), make([]int8, m)
		for i := range m {
			start[i], want[i] = levels[i%len(levels)], levels[i/len(levels)%len(levels)]
			s.l[i], s.h[i*m+i] = 2*float64(want[i]), 2+0.01*float64(i)
		}
		for i, got := range c.climb(s, start) {
			if got != want[i] {
				t.Errorf("signed %t: edge %d goes from %d to %d, want %d", signed, i, start[i], got, want[i])
			}
		}
	}
}

// TestChargesAreSearchedFromSeveralStarts: where charges frustrate each other many starts lead astray.
func TestChargesAreSearchedFromSeveralStarts(t *testing.T) {
	t.Parallel()
	const n = 8
	c := &choice{family: &families[3], n: n, guess: guess{charges: true}}
	missed := 0
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		m := pairs(n)
		s := &ising{make([]float64, m), make([]float64, m*m)}
		for i := range m {
			s.l[i] = r.NormFloat64()
			s.h[i*m+i] = 1
		}
		least := math.Inf(1)
		c.all(s, func(_ []int8, v float64) { least = min(least, v) })
		if got := s.value(c.searchCharges(s)); !(got <= least+1e-9) {
			missed++
		}
	}
	if missed > 3 {
		t.Errorf("%d of 60 best graphs were missed, want at most 3", missed)
	}
}

// TestChancesOfManyEdgesAreThoseOfEachAlone, the others staying as they are.
func TestChancesOfManyEdgesAreThoseOfEachAlone(t *testing.T) {
	t.Parallel()
	for _, signed := range []bool{false, true} {
		c := &choice{family: &family{terms: []int{termCharge}, signed: signed}, n: 8}
		m := pairs(c.n)
		r := rand.New(rand.NewPCG(9, 1))
		s := &ising{make([]float64, m), make([]float64, m*m)}
		z := make([]int8, m)
		for i := range m {
			z[i] = int8(i % 2)
			if signed {
				z[i] = int8(i%3) - 1
			}
			s.l[i], s.h[i*m+i] = r.NormFloat64(), 2
			for j := range i {
				s.h[i*m+j] = 0.2 * r.NormFloat64()
				s.h[j*m+i] = s.h[i*m+j]
			}
		}
		for p, got := range c.chances(s, z) {
			signs := []int8{0, z[p]} // of an edge that is there the sign is known
			if z[p] == 0 {
				signs[1] = 1
				if signed {
					signs = append(signs, -1)
				}
			}
			other := append([]int8(nil), z...)
			with, all := 0.0, 0.0
			for _, sign := range signs {
				other[p] = sign
				w := math.Exp(-(s.value(other) - s.value(z)) / 2)
				all += w
				if sign != 0 {
					with += w
				}
			}
			if want := with / all; !scalar.EqualWithinAbs(got, want, 1e-9) {
				t.Errorf("signed %t: pair %d of sign %d has probability %v, want %v", signed, p, z[p], got, want)
			}
		}
	}
}

// TestStrayingFromFreeFlightIsThatOfALine: a least-squares fit of place and velocity along each axis, by matrices.
func TestStrayingFromFreeFlightIsThatOfALine(t *testing.T) {
	t.Parallel()
	for _, keep := range []float64{1, 0.6} {
		r := rand.New(rand.NewPCG(11, 12))
		const n, frames, body = 2, 14, 1
		tr := &track{system: &system{n: n, gravity: sim.Vec{X: 0.4, Y: -2}, keep: keep, frame: 0.1}, frames: frames, noise: 0.03}
		for k := range frames * n {
			tr.seen, tr.after = append(tr.seen, k/n != 6), append(tr.after, 0.05*r.Float64())
			tr.z = append(tr.z, 3+r.NormFloat64(), -1+r.NormFloat64())
		}
		for _, ends := range [][2]int{{0, 13}, {2, 11}, {1, 7}, {3, 8}} {
			low, high := ends[0], ends[1]
			misfit, count := 0.0, 0
			for axis, g := range []float64{0.4, -2} {
				var rows, z []float64
				for k := low; k <= high; k++ {
					if !tr.seen[k*n+body] {
						continue
					}
					// Velocity v' = g − d·v, integrated in small steps for a start at rest and for one of 1 m/s.
					time, steps := float64(k-low)*0.1+tr.after[k*n+body], 4000
					dt, d := time/float64(steps), -math.Log(keep)
					fall, fallSpeed, reach, speed := 0.0, 0.0, 0.0, 1.0
					for range steps {
						half, halfSpeed := speed-dt/2*d*speed, fallSpeed+dt/2*(g-d*fallSpeed)
						reach, fall = reach+dt*half, fall+dt*halfSpeed
						speed, fallSpeed = speed-dt*d*half, fallSpeed+dt*(g-d*halfSpeed)
					}
					rows, z = append(rows, 1, reach), append(z, tr.z[2*(k*n+body)+axis]-fall)
				}
				count += len(z)
				a, b := mat.NewDense(len(z), 2, rows), mat.NewVecDense(len(z), z)
				var line, off mat.VecDense
				if err := line.SolveVec(a, b); err != nil {
					t.Fatal(err)
				}
				off.MulVec(a, &line)
				off.SubVec(b, &off)
				misfit += mat.Dot(&off, &off)
			}
			got, ok := tr.flight(body, low, high)
			if enough := high-low >= 6 && count > 8; ok != enough {
				t.Errorf("frames %d to %d: told %t, want %t", low, high, ok, enough)
			} else if want := misfit / 0.03 / float64(count-4); ok && !scalar.EqualWithinRel(got, want, 1e-5) {
				t.Errorf("frames %d to %d, %v kept: %v, want %v", low, high, keep, got, want)
			}
		}
	}
}

// TestNumbersAndTheirNoiseAreCounted over all tracks, as many as were seen.
func TestNumbersAndTheirNoiseAreCounted(t *testing.T) {
	t.Parallel()
	data, noise := told([]*track{
		{system: &system{n: 2}, seen: []bool{true, false, true, true}, noise: 0.5},
		{system: &system{n: 1}, seen: []bool{true, true, false, true, true}, noise: 2},
		{system: &system{n: 2}, frames: 3, exact: make([]float64, 24), noise: 1},
	})
	if data != 6+8+16 || noise != 0.5*6+2*8+16 {
		t.Errorf("%v numbers of %v m², want 30 of 35", data, noise)
	}
}

// TestUncertaintyOfALengthIsThatOfItsParts: by differences of the quotient, and the signs and units of all values.
func TestUncertaintyOfALengthIsThatOfItsParts(t *testing.T) {
	t.Parallel()
	spring, rest, damper := one{-8, 0.4}, one{6, 0.5}, one{-0.3, 0.02}
	r := &report{Result: &identify.Result{}, scene: &sim.Scene{}, found: &found{choice: &choice{family: &families[2]}}}
	r.values("a-b", [2]int{0, 1}, []one{spring, rest, damper}, &identify.Options{})
	const h = 1e-6
	byRest := (rest.value + h) / -spring.value / h
	byRest -= (rest.value - h) / -spring.value / h
	bySpring := rest.value/-(spring.value+h)/h - rest.value/-(spring.value-h)/h
	length := math.Hypot(byRest/2*rest.std, bySpring/2*spring.std)
	want := []struct {
		name       identify.Name
		value, std float64
		unit       string
	}{{identify.Stiffness, 8, 0.4, "N/m"}, {identify.Length, 0.75, length, "m"}, {identify.Damping, 0.3, 0.02, "N·s/m"}}
	if len(r.Parameters) != len(want) {
		t.Fatalf("%d parameters, want %d", len(r.Parameters), len(want))
	}
	for k, w := range want {
		p := r.Parameters[k]
		if p.Name != w.name || p.Unit != w.unit || !scalar.EqualWithinAbs(p.Value, w.value, 1e-12) ||
			!scalar.EqualWithinAbs(p.Lo, w.value-1.96*w.std, 1e-8) || !scalar.EqualWithinAbs(p.Hi, w.value+1.96*w.std, 1e-8) {
			t.Errorf("%+v, want %+v", p, w)
		}
	}
}

// TestTheNearestSignIsBeyondHalf: of springs there is none below nothing.
func TestTheNearestSignIsBeyondHalf(t *testing.T) {
	t.Parallel()
	for _, signed := range []bool{false, true} {
		c := &choice{family: &family{signed: signed}}
		for v, want := range map[float64]int8{0.51: 1, 3: 1, 0.5: 0, 0: 0, -0.5: 0, -0.51: -1, -3: -1} {
			if !signed {
				want = max(want, 0)
			}
			if got := c.nearest(v); got != want {
				t.Errorf("signed %t: the nearest to %v is %d, want %d", signed, v, got, want)
			}
		}
	}
}
