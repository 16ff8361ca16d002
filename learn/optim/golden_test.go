package optim

import (
	"fmt"
	"strings"
	"testing"

	"orrery/sim/golden"
)

// TestTheSameGradientsTakeTheSameSteps compares weights, moments, averages and rates of some steps with those of earlier
// versions of this program, to five digits.
func TestTheSameGradientsTakeTheSameSteps(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	for _, decay := range []float32{0, 0.3} {
		weights := make([]float32, 11)
		for i := range weights {
			weights[i] = float32(i) - 4
		}
		adam, average := NewAdamW(len(weights), decay), NewEMA(weights, 0.6)
		schedule := Schedule{Peak: 0.2, Final: 0.01, Warmup: 3}
		gradient := make([]float32, len(weights))
		for k := range 12 {
			for i, w := range weights {
				gradient[i] = w*float32(1+i%3) - float32(k%4)
			}
			scale, norm := ClipScale(gradient, 14)
			rate := schedule.Rate(k, float64(k)/11)
			adam.Step(weights, gradient, float32(rate), scale)
			average.Update(weights)
			if k < 3 || k%4 == 3 {
				fmt.Fprintf(&got, "# decay %v, step %d\nrate %.5g, scale %.5g of norm %.5g\n", decay, adam.Steps, rate, scale, norm)
				fmt.Fprintf(&got, "weights %.5g\nfirst %.5g\nsecond %.5g\naverage %.5g after %d\n", weights, adam.First, adam.Second, average.Average, average.Updates)
			}
		}
		adam.Begin(0.1, 2)
		adam.Move(weights, gradient, 8, 11)
		average.Begin()
		average.Move(weights, 0, 8)
		fmt.Fprintf(&got, "in parts: weights %.5g\naverage %.5g\n", weights, average.Average)
	}
	for _, c := range [][2]float64{{0, 1}, {1, 1}, {2, 1}, {1e30, 3}} {
		fmt.Fprintf(&got, "clip %v to %v: %.5g\n", c[0], c[1], Clip(c[0], c[1]))
	}
	golden.CompareNear(t, "testdata/steps.txt", got.String(), 1e-3)
}
