package eval

import "math"

// The least and greatest equivalent measurement error that is ever reported.
const (
	minEpsilon = 1e-6 // m
	maxEpsilon = 1    // m
)

// ladder holds the mean errors of the perturbed engine, one perturbation a rung.
type ladder struct {
	perturbations []float64   // m, ascending
	errors        [][]float64 // [horizon][rung], m
}

// add puts a rung on top, with its mean error at each horizon.
func (l *ladder) add(perturbation float64, errors []float64) {
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
func (l *ladder) epsilons(modelErrors []float64) []Number {
	out := make([]Number, len(modelErrors))
	for h, e := range modelErrors {
		out[h] = Number(epsilon(l.perturbations, l.errors[h], e))
	}
	return out
}

// epsilon returns the perturbation in metres at which the engine's mean error
// would be the given one. Both lists belong together; perturbations ascend.
// Between two rungs the logarithm of the error is taken to be linear in the
// logarithm of the perturbation, beyond the ends error and perturbation to be
// proportional, and the result is kept between minEpsilon and maxEpsilon. Where
// the ladder is not monotonic, because large errors saturate, the largest
// perturbation that fits is returned: the one least kind to the model.
func epsilon(perturbations, errors []float64, modelError float64) float64 {
	below := len(errors) - 1
	for below >= 0 && errors[below] > modelError {
		below--
	}
	var e float64
	switch last := len(errors) - 1; below {
	case -1:
		e = perturbations[0] * modelError / errors[0]
	case last:
		e = perturbations[last] * modelError / errors[last]
	default:
		share := math.Log(modelError/errors[below]) / math.Log(errors[below+1]/errors[below])
		e = perturbations[below] * math.Pow(perturbations[below+1]/perturbations[below], share)
	}
	return min(max(e, minEpsilon), maxEpsilon)
}
