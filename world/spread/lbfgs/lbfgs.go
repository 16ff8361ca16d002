package lbfgs

import "gonum.org/v1/gonum/optimize"

// Minimise returns a point [n] where value is about least: what the search has reached
// from start [n] when it gets no further, or after so many iterations, and never worse
// than start. Gradient sets dst [n] to the derivatives of value at x [n]. It is
// deterministic.
func Minimise(start []float64, iterations int, value func(x []float64) float64, gradient func(dst, x []float64)) []float64 {
	result, _ := optimize.Minimize(
		optimize.Problem{Func: value, Grad: gradient},
		start, &optimize.Settings{MajorIterations: iterations}, &optimize.LBFGS{},
	)
	// An error only says why it went no further, but then X may be anywhere.
	if result == nil || !(value(result.X) <= value(start)) {
		return start
	}
	return result.X
}
