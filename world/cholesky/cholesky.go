// Package cholesky solves linear equations of symmetric matrices in place, in slices that the caller
// keeps: those of fits are many, small, and the same size again and again.
package cholesky

import (
	"math"
	"slices"
)

// Factor replaces a symmetric matrix [n · n], of which the lower half counts, by its lower Cholesky factor; the
// half above stays as it is. It is false where there is none: where the matrix is not positive definite.
func Factor(a []float64, n int) bool {
	for j := range n {
		s := a[j*n+j]
		for k := range j {
			s -= a[j*n+k] * a[j*n+k]
		}
		if !(s > 0) || math.IsInf(s, 0) {
			return false
		}
		root := math.Sqrt(s)
		a[j*n+j] = root
		for i := j + 1; i < n; i++ {
			s := a[i*n+j]
			ri, rj := a[i*n:i*n+j], a[j*n:j*n+j]
			for k, v := range ri {
				s -= v * rj[k]
			}
			a[i*n+j] = s / root
		}
	}
	return true
}

// Solve replaces b [n · m] by the solution of a·x = b for the factor l of a [n · n] that Factor left.
func Solve(l []float64, n int, b []float64, m int) {
	for i := range n {
		bi := b[i*m : (i+1)*m]
		for k := range i {
			if v := l[i*n+k]; v != 0 {
				for c, x := range b[k*m : (k+1)*m] {
					bi[c] -= v * x
				}
			}
		}
		for c := range bi {
			bi[c] /= l[i*n+i]
		}
	}
	for i := n - 1; i >= 0; i-- {
		bi := b[i*m : (i+1)*m]
		for k := i + 1; k < n; k++ {
			if v := l[k*n+i]; v != 0 {
				for c, x := range b[k*m : (k+1)*m] {
					bi[c] -= v * x
				}
			}
		}
		for c := range bi {
			bi[c] /= l[i*n+i]
		}
	}
}

// Damped returns a step of a least-squares fit, or nil where there is none: the solution of the normal
// equations [n · n] for a slope [n], with the diagonal larger by a factor of 1 + damp, so that steps are shorter, and a little
// more, so that what nothing depends on stays (Levenberg 1944; Marquardt 1963). It leaves both as they are. The lower half of
// normal counts. Units are those of the equations.
func Damped(normal, slope []float64, damp float64) []float64 {
	const little = 1e-6
	n := len(slope)
	damped, x := slices.Clone(normal), slices.Clone(slope)
	for i := range n {
		damped[i*n+i] = damped[i*n+i]*(1+damp) + little
	}
	if !Factor(damped, n) {
		return nil
	}
	Solve(damped, n, x, 1)
	for _, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
	}
	return x
}
