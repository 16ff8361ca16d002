package retrace

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestChainSolvesWhatADenseMatrixDoes: unknowns and variances are those of the whole matrix.
func TestChainSolvesWhatADenseMatrixDoes(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{1, 1}, {1, 5}, {2, 3}, {7, 4}} {
		frames, d := size[0], size[1]
		rng := rand.New(rand.NewPCG(1, uint64(d)))
		n := frames * d
		c := newChain(frames, d)
		whole, right := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
		for k := range frames {
			for i := range d {
				c.right[k][i] = rng.NormFloat64()
				right.SetVec(k*d+i, c.right[k][i])
				for j := range i + 1 {
					v := rng.NormFloat64()
					if i == j {
						v = 6*float64(d) + math.Abs(v)
					}
					c.diag[k][i*d+j], c.diag[k][j*d+i] = v, v
					whole.SetSym(k*d+i, k*d+j, v)
				}
				for j := range d {
					if k > 0 {
						v := rng.NormFloat64()
						c.below[k][i*d+j] = v
						whole.SetSym(k*d+i, (k-1)*d+j, v)
					}
				}
			}
		}
		for _, damp := range []float64{0.5, 0} {
			damped := mat.NewSymDense(n, nil)
			damped.CopySym(whole)
			for i := range n {
				damped.SetSym(i, i, whole.At(i, i)*(1+damp))
			}
			var factor mat.Cholesky
			if !factor.Factorize(damped) {
				t.Fatal("the test's matrix is not positive definite")
			}
			var want mat.VecDense
			if err := factor.SolveVecTo(&want, right); err != nil {
				t.Fatal(err)
			}
			got := c.solve(damp)
			var inverse mat.SymDense
			if err := factor.InverseTo(&inverse); err != nil {
				t.Fatal(err)
			}
			variances := c.variances()
			for k := range frames {
				for i := range d {
					if !(math.Abs(got[k][i]-want.AtVec(k*d+i)) <= 1e-10) {
						t.Errorf("%v: unknown %d of block %d is %v, want %v", size, i, k, got[k][i], want.AtVec(k*d+i))
					}
					if want := inverse.At(k*d+i, k*d+i); !(math.Abs(variances[k][i]-want) <= 1e-10) {
						t.Errorf("%v: variance %d of block %d is %v, want %v", size, i, k, variances[k][i], want)
					}
				}
			}
		}
	}
	c := newChain(2, 1)
	c.diag[0][0], c.diag[1][0], c.below[1][0] = 1, 1, 2
	if c.solve(0) != nil {
		t.Error("a matrix that is not positive definite has a solution")
	}
}
