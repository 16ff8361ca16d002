// Package ladder compares a model's error with that of an engine whose start is slightly off.
//
// Motion with collisions is chaotic: the engine itself, started from positions that are
// slightly off, soon ends elsewhere. The ladder has several rungs. Each rung is an error
// of the start in metres, and the error of the engine that follows from it. A model with
// the same error as a rung is as good as the engine with a start known that well; see
// Equivalent.
//
//	start := ladder.Displace(scene, state, 0.001, rng) // every dynamic body is 1 mm off
//	known := ladder.Equivalent(rungs, errors, modelError)
//
// The package knows no engine: the caller runs it. Evaluations and the viewer share this
// package, so a rung means the same in both. Randomness comes only from the argument rng.
package ladder

import (
	"math"
	"math/rand/v2"
	"slices"

	"orrery/sim"
)

// Rungs returns the usual rungs: displacements in metres, ascending.
func Rungs() []float64 { return []float64{1e-4, 1e-3, 1e-2} }

// Displace returns a copy of state in which every dynamic body is moved by exactly the
// given distance in metres, in a direction of its own that is drawn from rng. A
// displaced body may overlap another: not knowing better includes that. Kinematic
// bodies stay, as they are placed by who drives them.
func Displace(scene *sim.Scene, state sim.State, metres float64, rng *rand.Rand) sim.State {
	out := slices.Clone(state)
	for i := range out {
		if scene.Bodies[i].Kind == sim.Dynamic {
			sin, cos := math.Sincos(2 * math.Pi * rng.Float64())
			out[i].X += metres * cos
			out[i].Y += metres * sin
		}
	}
	return out
}

// Equivalent returns the displacement in metres at which the engine's mean error would
// be modelError. The lists belong together, one entry per rung: displacements [k] in
// metres, ascending, and the engine's mean errors [k] in metres. Between two rungs the
// logarithm of the error is taken to be linear in the logarithm of the displacement;
// beyond the ends error and displacement are taken to be proportional. Where the errors
// do not ascend, because large ones saturate, the largest displacement that fits is
// returned, the one least kind to the model. The result is NaN where nothing can be
// said: without rungs, for a rung whose error is not above 0, and for a modelError that
// is negative or no number.
func Equivalent(displacements, errors []float64, modelError float64) float64 {
	for _, e := range errors {
		if !(e > 0) {
			return math.NaN()
		}
	}
	last := len(errors) - 1
	if last < 0 || !(modelError >= 0) {
		return math.NaN()
	}
	below := last
	for below >= 0 && errors[below] > modelError {
		below--
	}
	switch below {
	case -1:
		return displacements[0] * modelError / errors[0]
	case last:
		return displacements[last] * modelError / errors[last]
	}
	share := math.Log(modelError/errors[below]) / math.Log(errors[below+1]/errors[below])
	return displacements[below] * math.Pow(displacements[below+1]/displacements[below], share)
}
