package oracle_test

import (
	"fmt"
	"math/rand/v2"

	"orrery/learn/nn"
	"orrery/learn/oracle"
	"orrery/learn/tape"
)

// The same network twice: on our tape and on Gorgonia.
func Example() {
	params := nn.NewParams()
	net := nn.NewMLP(params, "net", []int{2, 4, 1}, tape.SiLU, rand.New(rand.NewPCG(1, 0)), 1)
	x, y := []float32{0.5, -1, 2, 0.25}, []float32{1, -1} // two examples

	t := tape.New()
	ours := make([]float32, params.Len())
	b := params.Bind(t, params.Data(), ours)
	loss := t.SquaredError(net.Forward(b, t.Input(2, 2, x)), y, nil)
	t.Backward(loss)

	network, err := oracle.NewMLP(params, "net", tape.SiLU, oracle.Loss{})
	if err != nil {
		fmt.Println(err)
		return
	}
	theirs := make([]float32, params.Len())
	want, err := network.Gradient(params.Data(), theirs, oracle.Batch{Nodes: x, Target: y})
	if err != nil {
		fmt.Println(err)
		return
	}
	off := 0.0
	for i := range ours {
		off = max(off, float64(ours[i]-theirs[i]), float64(theirs[i]-ours[i]))
	}
	got := float64(t.Matrix(loss).Data[0])
	fmt.Println("losses agree:", got-want < 1e-5 && want-got < 1e-5)
	fmt.Println("gradients agree:", off < 1e-5)
	// Output:
	// losses agree: true
	// gradients agree: true
}
