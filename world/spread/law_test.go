package spread

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// randomHistory returns a rollout of a few bodies whose influences and errors are
// drawn at random.
func randomHistory(rng *rand.Rand) *history {
	h := &history{bodies: 4}
	for range 30 {
		frame := observed{off: []float64{rng.Float64() * 1e-10, rng.Float64() * 1e-12, -1, rng.Float64() * 1e-9}}
		for range 3 {
			f := influence{on: int32(rng.IntN(4)), share: rng.Float64(), lever: 100 * rng.Float64()}
			f.from = (f.on+int32(rng.IntN(5)))%5 - 1
			if f.from == f.on {
				f.from = -1
			}
			for j := range f.features {
				f.features[j] = rng.NormFloat64() / 2
			}
			f.features[always] = 1
			frame.influences = append(frame.influences, f)
		}
		h.frames = append(h.frames, frame)
	}
	return h
}

// TestGradientOfTheLikelihood compares it with central differences, with bounds out of
// reach and with bounds that matter.
func TestGradientOfTheLikelihood(t *testing.T) {
	t.Parallel()
	for _, bound := range []float64{1, 1e-9} {
		rng := sim.NewRand(1, "spread gradient", 0)
		h := randomHistory(rng)
		l := Law{numbers: prior(), time: 1.0 / 60}
		for i := range l.numbers {
			l.numbers[i] += 0.3 * rng.NormFloat64()
		}
		l.mostX, l.mostV = bound, 1e3*bound
		var gradient, ignored [numbers]float64
		l.likelihood(h, &gradient)
		for i := range l.numbers {
			const step = 1e-5
			up, down := l, l
			up.numbers[i] += step
			down.numbers[i] -= step
			a, _ := up.likelihood(h, &ignored)
			b, _ := down.likelihood(h, &ignored)
			if want := (a - b) / (2 * step); !scalar.EqualWithinAbs(gradient[i], want, 1e-5*(1+math.Abs(want))) {
				t.Errorf("bound %v, number %d: %v, want %v", bound, i, gradient[i], want)
			}
		}
	}
}
