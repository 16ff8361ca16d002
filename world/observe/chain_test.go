package observe

import (
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"
)

// TestSmoothedLinesAreThoseOfLeastSquares smooths one coordinate forwards and backwards, and compares
// places, velocities and their covariances with those of one dense problem of all its states.
func TestSmoothedLinesAreThoseOfLeastSquares(t *testing.T) {
	t.Parallel()
	const n, q, g = 7, 0.3, -2.0
	r := rand.New(rand.NewPCG(3, 4))
	for _, drag := range []float64{0, 0.8} {
		gaps := make([]float64, n)
		glides := make([]glide, n)
		sights, noise := make([]float64, n), make([]float64, n) // no noise: not seen
		for k := range n {
			gaps[k] = 0.02 + 0.1*r.Float64()
			glides[k] = newGlide(drag, gaps[k])
			sights[k] = r.NormFloat64()
			if k != 2 {
				noise[k] = 0.01 + 0.1*r.Float64()
			}
		}
		first := line{x: 0.3, v: -1, pp: 0.5, pv: 0.2, vv: 0.9}

		lines, ahead := make([]line, n), make([]line, n)
		for k := range n {
			lines[k] = first
			if k > 0 {
				lines[k] = lines[k-1]
				lines[k].fly(glides[k], g, q, gaps[k])
			}
			ahead[k] = lines[k]
			if noise[k] > 0 {
				lines[k].see(sights[k], noise[k])
			}
		}
		for k := n - 2; k >= 0; k-- {
			lines[k].back(&ahead[k+1], &lines[k+1], glides[k+1])
		}

		information, pull := mat.NewSymDense(2*n, nil), mat.NewVecDense(2*n, nil)
		// add adds the equations rows·states = right, whose errors have a covariance.
		add := func(rows, covariance *mat.Dense, right *mat.VecDense) {
			var inverse, weighed, square mat.Dense
			if err := inverse.Inverse(covariance); err != nil {
				t.Fatal(err)
			}
			weighed.Mul(rows.T(), &inverse)
			square.Mul(&weighed, rows)
			var b mat.VecDense
			b.MulVec(&weighed, right)
			pull.AddVec(pull, &b)
			for i := range 2 * n {
				for j := i; j < 2*n; j++ {
					information.SetSym(i, j, information.At(i, j)+square.At(i, j))
				}
			}
		}
		start := mat.NewDense(2, 2*n, nil)
		start.Set(0, 0, 1)
		start.Set(1, 1, 1)
		add(start, mat.NewDense(2, 2, []float64{first.pp, first.pv, first.pv, first.vv}), mat.NewVecDense(2, []float64{first.x, first.v}))
		for k := 1; k < n; k++ {
			s, dt := glides[k], gaps[k]
			rows := mat.NewDense(2, 2*n, nil)
			rows.Set(0, 2*k, 1)
			rows.Set(1, 2*k+1, 1)
			rows.Set(0, 2*k-2, -1)
			rows.Set(0, 2*k-1, -s.reach)
			rows.Set(1, 2*k-1, -s.keep)
			add(rows, mat.NewDense(2, 2, []float64{q * dt * dt * dt / 3, q * dt * dt / 2, q * dt * dt / 2, q * dt}),
				mat.NewVecDense(2, []float64{s.fall * g, s.reach * g}))
		}
		for k := range n {
			if noise[k] > 0 {
				rows := mat.NewDense(1, 2*n, nil)
				rows.Set(0, 2*k, 1)
				add(rows, mat.NewDense(1, 1, []float64{noise[k]}), mat.NewVecDense(1, []float64{sights[k]}))
			}
		}
		var factor mat.Cholesky
		if !factor.Factorize(information) {
			t.Fatal("the dense problem has no single answer")
		}
		var want mat.VecDense
		var covariance mat.SymDense
		if err := factor.SolveVecTo(&want, pull); err != nil {
			t.Fatal(err)
		}
		if err := factor.InverseTo(&covariance); err != nil {
			t.Fatal(err)
		}
		for k, l := range lines {
			for _, c := range []struct {
				what      string
				got, want float64
			}{
				{"place", l.x, want.AtVec(2 * k)}, {"velocity", l.v, want.AtVec(2*k + 1)},
				{"variance of the place", l.pp, covariance.At(2*k, 2*k)}, {"covariance", l.pv, covariance.At(2*k, 2*k+1)},
				{"variance of the velocity", l.vv, covariance.At(2*k+1, 2*k+1)},
			} {
				if !scalar.EqualWithinAbsOrRel(c.got, c.want, 1e-10, 1e-8) {
					t.Errorf("drag %g: state %d: %s is %g, want %g", drag, k, c.what, c.got, c.want)
				}
			}
		}
	}
}

// TestCrowdsAreCountedForBothBodies holds that neither body of a hit may have more of them at one time than
// can be told apart.
func TestCrowdsAreCountedForBothBodies(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		events []event
		hit    pair
		want   bool
	}{
		{"nothing", nil, pair{body: 0, other: 1}, false},
		{"two of the first", []event{{pair: pair{body: 0, other: 2}}, {pair: pair{body: 3, other: 0}}}, pair{body: 0, other: 1}, false},
		{"three of the first", []event{{pair: pair{body: 0, other: 2}}, {pair: pair{body: 3, other: 0}}, {pair: pair{body: 0, other: -1}}}, pair{body: 0, other: 1}, true},
		{"three of the second", []event{{pair: pair{body: 1, other: 2}}, {pair: pair{body: 3, other: 1}}, {pair: pair{body: 1, other: -1}}}, pair{body: 0, other: 1}, true},
		{"three of a wall", []event{{pair: pair{body: 2, other: -1}}, {pair: pair{body: 3, other: -1}}, {pair: pair{body: 4, other: -1}}}, pair{body: 0, other: -1}, false},
		{"three long ago", []event{{pair: pair{body: 0, other: 2}, time: -1}, {pair: pair{body: 3, other: 0}, time: -1}, {pair: pair{body: 0, other: -1}, time: -1}},
			pair{body: 0, other: 1}, false},
	} {
		s := search{events: c.events, beat: 0.1}
		if got := s.crowded(event{pair: c.hit}); got != c.want {
			t.Errorf("%s: crowded is %v", c.name, got)
		}
	}
}
