package surprise

import "math"

// square is a symmetric matrix [n, n], of which the lower half is used.
type square struct {
	n int
	a []float64
}

func newSquare(n int) *square { return &square{n, make([]float64, n*n)} }

func (m *square) at(i, j int) *float64 { return &m.a[i*m.n+j] }

// factor replaces a positive definite matrix by its lower Cholesky factor. Pivots that rounding
// leaves without a positive value are taken as tiny.
func (m *square) factor() {
	for j := range m.n {
		whole := *m.at(j, j)
		sum := whole
		for k := range j {
			sum -= *m.at(j, k) * *m.at(j, k)
		}
		pivot := math.Sqrt(max(sum, 1e-13*whole, math.SmallestNonzeroFloat32))
		*m.at(j, j) = pivot
		for i := j + 1; i < m.n; i++ {
			sum := *m.at(i, j)
			for k := range j {
				sum -= *m.at(i, k) * *m.at(j, k)
			}
			*m.at(i, j) = sum / pivot
		}
	}
}

// forward replaces x by L⁻¹x, where m is the factor L.
func (m *square) forward(x []float64) {
	for i := range m.n {
		for k := range i {
			x[i] -= *m.at(i, k) * x[k]
		}
		x[i] /= *m.at(i, i)
	}
}

// backward replaces x by L⁻ᵀx.
func (m *square) backward(x []float64) {
	for i := m.n - 1; i >= 0; i-- {
		for k := i + 1; k < m.n; k++ {
			x[i] -= *m.at(k, i) * x[k]
		}
		x[i] /= *m.at(i, i)
	}
}
