package nn

import (
	"math"
	"math/rand/v2"
)

// Init sets the values of a new rows × cols parameter. Inits that are not random
// ignore the generator, which may then be nil.
type Init func(values []float32, rows, cols int, rng *rand.Rand)

// Zeros sets every value of a parameter [rows,cols] to 0.
func Zeros(values []float32, _, _ int, _ *rand.Rand) { clear(values) }

// Ones sets every value of a parameter [rows,cols] to 1.
func Ones(values []float32, _, _ int, _ *rand.Rand) {
	for i := range values {
		values[i] = 1
	}
}

// FanIn draws from a normal distribution of mean 0 and standard deviation gain/√rows, so
// that x·w has gain, a factor, times the deviation of x. A gain of √2 makes up for what ReLU
// cuts off (He et al. 2015, arXiv:1502.01852).
func FanIn(gain float32) Init {
	return func(values []float32, rows, _ int, rng *rand.Rand) {
		s := float64(gain) / math.Sqrt(float64(rows))
		for i := range values {
			values[i] = float32(s * rng.NormFloat64())
		}
	}
}
