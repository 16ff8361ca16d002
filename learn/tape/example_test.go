package tape_test

import (
	"fmt"

	"orrery/learn/tape"
)

func Example() {
	weights, gradient := []float32{2}, []float32{0}
	t := tape.New()
	for range 3 { // three steps of gradient descent towards y = 3·x
		t.Reset()
		clear(gradient)
		x := t.Input(2, 1, []float32{1, 2})
		w := t.Param(1, 1, weights, gradient)
		b := t.Input(1, 1, []float32{0})
		y := t.Linear(x, w, b, tape.None)
		loss := t.SquaredError(y, []float32{3, 6}, nil)
		t.Backward(loss)
		fmt.Printf("loss %.4f, gradient %.4f\n", t.Matrix(loss).Data[0], gradient[0])
		weights[0] -= 0.05 * gradient[0]
	}
	// Output:
	// loss 5.0000, gradient -10.0000
	// loss 1.2500, gradient -5.0000
	// loss 0.3125, gradient -2.5000
}
