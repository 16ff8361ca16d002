package nn_test

import (
	"fmt"
	"math/rand/v2"

	"orrery/learn/nn"
	"orrery/learn/tape"
)

func Example() {
	params := nn.NewParams()
	net := nn.NewMLP(params, "net", []int{2, 8, 1}, tape.Tanh, rand.New(rand.NewPCG(1, 0)), 0)
	for i := range nn.Index(params.Count()) {
		rows, cols := params.Shape(i)
		fmt.Printf("%s [%d,%d]\n", params.Name(i), rows, cols)
	}
	t := tape.New()
	y := net.Forward(params.Bind(t, params.Data(), nil), t.Input(3, 2, make([]float32, 6)))
	fmt.Println(params.Len(), "values; output", t.Matrix(y).Data)
	// Output:
	// net.0.weight [2,8]
	// net.0.bias [1,8]
	// net.1.weight [8,1]
	// net.1.bias [1,1]
	// 33 values; output [0 0 0]
}
