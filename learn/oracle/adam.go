package oracle

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Adam is Gorgonia's optimiser of that name, with its usual constants.
type Adam struct {
	solver            *G.AdamSolver
	weights, gradient *tensor.Dense
}

// NewAdam returns an optimiser for n weights that takes steps at the given rate.
func NewAdam(n int, rate float64) *Adam {
	return &Adam{G.NewAdamSolver(G.WithLearnRate(rate)), matrix(n, 1), matrix(n, 1)}
}

// Value returns the weights; it and Grad are for the solver.
func (a *Adam) Value() G.Value { return a.weights }

// Grad returns the gradient.
func (a *Adam) Grad() (G.Value, error) { return a.gradient, nil }

// Step moves the weights against the gradient.
func (a *Adam) Step(weights, gradient []float32) error {
	set(a.weights, weights)
	set(a.gradient, gradient)
	if err := a.solver.Step([]G.ValueGrad{a}); err != nil {
		return fmt.Errorf("oracle: %w", err)
	}
	copy(weights, float32s(a.weights))
	return nil
}
