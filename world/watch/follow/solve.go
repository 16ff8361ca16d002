package follow

import (
	"math"

	"orrery/world/watch/look"
)

// solver solves normal equations without new memory.
type solver struct {
	lower []float64   // [n, n]
	step  []float64   // [n]
	tried []look.Pose // by descend
	taken []taken
}

// solve returns the x with (a + damp·diagonal of a)·x = b, for a symmetric a of [n, n]. A value that nothing tells of stays 0.
func (s *solver) solve(a, b []float64, damp float64) (x []float64, ok bool) {
	if !s.factor(a, len(b), damp) {
		return nil, false
	}
	s.step = sized(s.step, len(b))
	copy(s.step, b)
	s.substitute(s.step)
	for _, v := range s.step {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, false
		}
	}
	return s.step, true
}

// factor fills lower with Cholesky's factor of a + damp·diagonal. What has no weight gets one, so that it stays where it is.
func (s *solver) factor(a []float64, n int, damp float64) bool {
	s.lower = sized(s.lower, n*n)
	for i := range n {
		for k := range i + 1 {
			sum := a[i*n+k]
			if i == k {
				sum += damp * sum
				if a[i*n+i] < 1e-9 {
					sum = 1
				}
			}
			for m := range k {
				sum -= s.lower[i*n+m] * s.lower[k*n+m]
			}
			if i != k {
				s.lower[i*n+k] = sum / s.lower[k*n+k]
				continue
			}
			if !(sum > 1e-12*a[i*n+i]) {
				if damp > 0 && sum > -1e-9*a[i*n+i] {
					sum = max(1e-9*a[i*n+i], 1e-12)
				} else {
					return false
				}
			}
			s.lower[i*n+i] = math.Sqrt(sum)
		}
	}
	return true
}

// substitute replaces b by the solution of lower·lowerᵀ·x = b.
func (s *solver) substitute(b []float64) {
	n := len(b)
	for i := range n {
		for k := range i {
			b[i] -= s.lower[i*n+k] * b[k]
		}
		b[i] /= s.lower[i*n+i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			b[i] -= s.lower[k*n+i] * b[k]
		}
		b[i] /= s.lower[i*n+i]
	}
}
