package hits

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// normals are factorised normal equations. Each unknown is measured in the size of its diagonal, so
// that those of different units do not disturb each other; what nothing tells stays where it is.
type normals struct {
	scale []float64 // 0 for what nothing tells
	c     mat.Cholesky
}

// nothing is how small a diagonal is of what nothing tells: noise of one deviation at a million units.
const nothing = 1e-9

// newNormals factorises h with its diagonal raised by a share, or returns false.
func newNormals(h mat.Symmetric, damping float64) (*normals, bool) {
	n := h.SymmetricDim()
	f := &normals{scale: make([]float64, n)}
	s := mat.NewSymDense(n, nil)
	for i := range n {
		if d := h.At(i, i); d > nothing {
			f.scale[i] = 1 / math.Sqrt(d)
		}
		for j := range i {
			s.SetSym(i, j, h.At(i, j)*f.scale[i]*f.scale[j])
		}
		s.SetSym(i, i, 1+damping)
	}
	return f, f.c.Factorize(s)
}

// logDet returns the logarithm of the determinant, without what nothing tells.
func (f *normals) logDet() float64 {
	sum := f.c.LogDet()
	for _, v := range f.scale {
		if v > 0 {
			sum -= 2 * math.Log(v)
		}
	}
	return sum
}

// solve returns the solution for a right side.
func (f *normals) solve(g []float64) []float64 {
	d := mat.NewVecDense(len(g), nil)
	for k, v := range g {
		d.SetVec(k, v*f.scale[k])
	}
	if err := f.c.SolveVecTo(d, d); err != nil {
		if _, ill := err.(mat.Condition); !ill {
			return make([]float64, len(g))
		}
	}
	for k := range g {
		d.SetVec(k, d.AtVec(k)*f.scale[k])
	}
	return d.RawVector().Data
}

// inverse returns the inverse. What nothing tells has 0.
func (f *normals) inverse() *mat.SymDense {
	n := len(f.scale)
	out := mat.NewSymDense(n, nil)
	for k := range n {
		if f.scale[k] == 0 {
			continue
		}
		e := make([]float64, n)
		e[k] = 1
		for i, v := range f.solve(e) {
			if i >= k {
				out.SetSym(k, i, v)
			}
		}
	}
	return out
}
