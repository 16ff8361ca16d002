package cholesky

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"
)

// TestSolutionsAreThoseOfADenseSolver for several right sides at once, whatever the upper half says; a matrix of no
// rows has a factor too.
func TestSolutionsAreThoseOfADenseSolver(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 7 {
		for m := 1; m <= 3; m++ {
			a, b := make([]float64, n*n), make([]float64, n*m)
			root := make([]float64, n*n)
			for k := range root {
				root[k] = r.NormFloat64()
			}
			for i := range n {
				for j := range n {
					for k := range n {
						a[i*n+j] += root[i*n+k] * root[j*n+k]
					}
				}
				a[i*n+i] += 0.1
			}
			for k := range b {
				b[k] = r.NormFloat64()
			}
			var want mat.Dense
			if n > 0 {
				if err := want.Solve(mat.NewDense(n, n, append([]float64(nil), a...)), mat.NewDense(n, m, append([]float64(nil), b...))); err != nil {
					t.Fatal(err)
				}
			}
			for i := range n {
				for j := i + 1; j < n; j++ {
					a[i*n+j] = math.NaN()
				}
			}
			if !Factor(a, n) {
				t.Fatalf("%d rows: no factor", n)
			}
			Solve(a, n, b, m)
			for k, got := range b {
				if !scalar.EqualWithinAbsOrRel(got, want.At(k/m, k%m), 1e-9, 1e-9) {
					t.Errorf("%d rows, %d sides: %d is %v, want %v", n, m, k, got, want.At(k/m, k%m))
				}
			}
		}
	}
}

// TestOnlyPositiveMatricesHaveAFactor.
func TestOnlyPositiveMatricesHaveAFactor(t *testing.T) {
	t.Parallel()
	for _, a := range [][]float64{{0}, {-1}, {math.NaN()}, {math.Inf(1)}, {1, 0, 1, 1}, {1, 0, 2, 1}, {1, 0, math.NaN(), 1}} {
		n := 1
		if len(a) > 1 {
			n = 2
		}
		if given := append([]float64(nil), a...); Factor(a, n) {
			t.Errorf("%v has a factor", given)
		}
	}
}
