package optim

import (
	"math"

	"orrery/learn/kernel"
)

// AdamW is the optimiser Adam with decoupled weight decay (Loshchilov and Hutter
// 2019, arXiv:1711.05101). Its fields may be stored and restored.
type AdamW struct {
	First, Second []float32 // [number of weights] running means of the gradient and of its square
	Steps         int       // taken so far
	Decay         float32   // share of a weight lost per step and unit of learning rate

	rule kernel.Adam // of the step that was begun last
}

// The constants of Adam, as its authors suggest.
const (
	beta1   = 0.9
	beta2   = 0.999
	epsilon = 1e-8
)

// NewAdamW returns an optimiser for n parameters.
func NewAdamW(n int, decay float32) *AdamW {
	return &AdamW{First: make([]float32, n), Second: make([]float32, n), Decay: decay}
}

// Step moves the weights against scale times the gradient at the given learning
// rate.
func (a *AdamW) Step(weights, gradient []float32, rate, scale float32) {
	a.Begin(rate, scale)
	a.Move(weights, gradient, 0, len(weights))
}

// Begin counts a step, at the given learning rate and with scale times the gradient, which Move takes.
func (a *AdamW) Begin(rate, scale float32) {
	a.Steps++
	a.rule = kernel.Adam{
		Rate: rate, Decay: a.Decay, Scale: scale,
		Beta1: beta1, Beta2: beta2, Epsilon: epsilon, Step: a.Steps,
	}
}

// Move takes the step that was begun last for the weights from…to, to excluded. Several goroutines may
// move weights of their own at once; where each but the last takes a multiple of 8 weights, they end with
// the bits of Step.
func (a *AdamW) Move(weights, gradient []float32, from, to int) {
	a.rule.Update(weights[from:to], a.First[from:to], a.Second[from:to], gradient[from:to])
}

// ClipScale returns the factor, at most 1, that brings the gradient's Euclidean
// norm down to limit, and the norm itself. A norm that is not finite gives a
// factor that is not either.
func ClipScale(gradient []float32, limit float64) (scale float32, norm float64) {
	norm = math.Sqrt(kernel.SumSquares(gradient))
	return Clip(norm, limit), norm
}

// Clip returns the factor, at most 1, that brings a norm down to limit. Both have the same unit.
func Clip(norm, limit float64) float32 {
	if norm <= limit {
		return 1
	}
	return float32(limit / norm)
}
