package eval

import (
	"orrery/world/ladder"
)

// The least and greatest equivalent measurement error that is ever reported.
const (
	minEpsilon = 1e-6 // m
	maxEpsilon = 1    // m
)

// rungs holds the mean errors of the perturbed engine, one perturbation a rung.
type rungs struct {
	perturbations []float64   // m, ascending
	errors        [][]float64 // [horizon][rung], m
}

// add puts a rung on top, with its mean error at each horizon.
func (l *rungs) add(perturbation float64, errors []float64) {
	l.perturbations = append(l.perturbations, perturbation)
	if l.errors == nil {
		l.errors = make([][]float64, len(errors))
	}
	for h, e := range errors {
		l.errors[h] = append(l.errors[h], e)
	}
}

// epsilons returns the equivalent measurement error of a model in metres from
// its mean error at each horizon.
func (l *rungs) epsilons(modelErrors []float64) []Number {
	out := make([]Number, len(modelErrors))
	for h, e := range modelErrors {
		out[h] = Number(min(max(ladder.Equivalent(l.perturbations, l.errors[h], e), minEpsilon), maxEpsilon))
	}
	return out
}
