package eval

import (
	"orrery/world/ladder"
)

// The least and greatest equivalent measurement error that is ever reported.
const (
	minEpsilon = 1e-6 // m
	maxEpsilon = 1    // m
)

// Ladder holds the mean position errors of the perturbed engine, one perturbation a
// rung.
type Ladder struct {
	PerturbationsM []float64   // m, ascending
	ErrorsM        [][]float64 // [horizon][rung], m
}

// add puts a rung on top, with its mean error at each horizon.
func (l *Ladder) add(perturbation float64, errors []float64) {
	l.PerturbationsM = append(l.PerturbationsM, perturbation)
	if l.ErrorsM == nil {
		l.ErrorsM = make([][]float64, len(errors))
	}
	for h, e := range errors {
		l.ErrorsM[h] = append(l.ErrorsM[h], e)
	}
}

// epsilons returns the equivalent measurement error of a model in metres from
// its mean error at each horizon.
func (l *Ladder) epsilons(modelErrors []float64) []Number {
	out := make([]Number, len(modelErrors))
	for h, e := range modelErrors {
		out[h] = Number(min(max(ladder.Equivalent(l.PerturbationsM, l.ErrorsM[h], e), minEpsilon), maxEpsilon))
	}
	return out
}
