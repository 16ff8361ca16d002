package observe

import (
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"
)

// TestEnvelopeAgreesWithDenseMatrices compares solutions and inverses with gonum's.
func TestEnvelopeAgreesWithDenseMatrices(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 7, 17} {
		first := make([]int, n)
		for i := range first {
			first[i] = r.IntN(i + 1)
		}
		e, dense := newEnvelope(first), mat.NewSymDense(n, nil)
		for range 5 * n { // a sum of squares of sparse rows is positive definite
			i := r.IntN(n)
			j := first[i] + r.IntN(i-first[i]+1)
			a, b := r.NormFloat64(), r.NormFloat64()
			add := func(i, j int, v float64) {
				e.add(i, j, v)
				dense.SetSym(i, j, dense.At(i, j)+v)
			}
			if i == j {
				add(i, i, a*a)
				continue
			}
			add(i, i, a*a)
			add(j, j, b*b)
			add(i, j, a*b)
		}
		for i := range n {
			e.add(i, i, 0.1)
			dense.SetSym(i, i, dense.At(i, i)+0.1)
		}
		right := make([]float64, n)
		for i := range right {
			right[i] = r.NormFloat64()
		}
		var want mat.VecDense
		if err := want.SolveVec(dense, mat.NewVecDense(n, append([]float64(nil), right...))); err != nil {
			t.Fatal(err)
		}
		if !e.factor() {
			t.Fatalf("%d rows: not positive definite", n)
		}
		e.solve(right)
		for i := range right {
			if !scalar.EqualWithinAbsOrRel(right[i], want.AtVec(i), 1e-9, 1e-9) {
				t.Errorf("%d rows: x[%d] = %v, want %v", n, i, right[i], want.AtVec(i))
			}
		}
		var inverse mat.Dense
		if err := inverse.Inverse(dense); err != nil {
			t.Fatal(err)
		}
		z := e.inverse()
		for i := range n {
			for j := first[i]; j <= i; j++ {
				if !scalar.EqualWithinAbsOrRel(z.at(i, j), inverse.At(i, j), 1e-8, 1e-8) {
					t.Errorf("%d rows: inverse[%d, %d] = %v, want %v", n, i, j, z.at(i, j), inverse.At(i, j))
				}
			}
		}
	}
	bad := newEnvelope([]int{0, 0})
	bad.add(0, 0, 1)
	bad.add(1, 0, 2)
	bad.add(1, 1, 1)
	if bad.factor() {
		t.Error("an indefinite matrix was factored")
	}
}
