package optim_test

import (
	"fmt"

	"orrery/learn/optim"
)

// The least of (a − 3)² + (b + 1)², with the gradient written by hand.
func Example() {
	const steps = 400
	weights, gradient := []float32{0, 0}, make([]float32, 2)
	adam := optim.NewAdamW(len(weights), 0)
	average := optim.NewEMA(weights, 0.9)
	schedule := optim.Schedule{Peak: 0.1, Final: 0.001, Warmup: 10}
	for step := range steps {
		gradient[0], gradient[1] = 2*(weights[0]-3), 2*(weights[1]+1)
		clip, _ := optim.ClipScale(gradient, 1)
		rate := schedule.Rate(step, float64(step)/steps)
		adam.Step(weights, gradient, float32(rate), clip)
		average.Update(weights)
	}
	fmt.Printf("a = %.2f, b = %.2f after %d steps\n", average.Average[0], average.Average[1], adam.Steps)
	// Output: a = 3.00, b = -1.00 after 400 steps
}
