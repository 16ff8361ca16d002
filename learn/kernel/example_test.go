package kernel_test

import (
	"fmt"

	"orrery/learn/kernel"
)

// A layer of a network and the way back through it.
func Example() {
	x := []float32{1, 2, 3, -1, 0, 1} // two rows of three values
	w := []float32{1, 0, 0, 1, 1, -1} // [3, 2]
	bias := []float32{0.5, 0}
	packed := make([]float32, kernel.PackLen(3, 2))
	kernel.Pack(packed, w, 3, 2)
	y := make([]float32, 4)
	kernel.Linear(y, nil, x, packed, bias, 2, 3, 2, kernel.ReLU)
	fmt.Println("relu(x·w + bias) =", y)

	dy, dx := []float32{1, 1, 1, 1}, make([]float32, 6)
	kernel.ActivateBackward(dy, dy, y, nil, kernel.ReLU)
	back := make([]float32, kernel.PackLen(2, 3))
	kernel.PackTransposed(back, w, 2, 3)
	kernel.MatMul(dx, dy, back, 2, 2, 3, false)
	fmt.Println("gradient by x =", dx)
	// Output:
	// relu(x·w + bias) = [4.5 0 0.5 0]
	// gradient by x = [1 0 1 1 0 1]
}
