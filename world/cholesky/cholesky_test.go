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

// A damped step solves the equations with a larger diagonal, and changes neither side; without a solution there is none.
func TestDampedStepsAreShorter(t *testing.T) {
	t.Parallel()
	normal, slope := []float64{4, 1, 1, 3}, []float64{1, 2}
	full, short := Damped(normal, slope, 0), Damped(normal, slope, 1)
	for i, want := range []float64{1. / 11, 7. / 11} {
		if !scalar.EqualWithinAbs(full[i], want, 1e-6) {
			t.Errorf("step %v, want %v", full[i], want)
		}
	}
	for i, want := range []float64{4. / 47, 15. / 47} { // of 8 1, 1 6
		if !scalar.EqualWithinAbs(short[i], want, 1e-6) {
			t.Errorf("damped step %v, want %v", short[i], want)
		}
	}
	if normal[0] != 4 || slope[1] != 2 {
		t.Error("the equations were changed")
	}
	for _, bad := range [][]float64{{-1, 0, 0, 1}, {math.NaN(), 0, 0, 1}} {
		if x := Damped(bad, slope, 0); x != nil {
			t.Errorf("%v has the step %v", bad, x)
		}
	}
	if x := Damped([]float64{1}, []float64{math.Inf(1)}, 0); x != nil {
		t.Errorf("an endless step %v", x)
	}
}
