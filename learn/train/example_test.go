package train_test

import (
	"context"
	"fmt"

	"orrery/learn/nn"
	"orrery/learn/tape"
	"orrery/learn/train"
)

// line is the objective of finding y = 2·x + 1 from 64 points of it.
type line struct {
	params       *nn.Params
	slope, shift nn.Index
}

func newLine() line {
	l := line{params: nn.NewParams()}
	l.slope = l.params.Add("slope", 1, 1, nn.Zeros, nil)
	l.shift = l.params.Add("shift", 1, 1, nn.Zeros, nil)
	return l
}

func (l line) Params() *nn.Params { return l.params }
func (l line) Examples() int      { return 64 }

func (l line) NewGradient() train.Gradient {
	t := tape.New()
	var x, target []float32
	return func(weights, grad []float32, examples []int32) (float64, error) {
		x, target = x[:0], target[:0]
		for _, e := range examples {
			at := float32(e)/32 - 1
			x, target = append(x, at), append(target, 2*at+1)
		}
		t.Reset()
		b := l.params.Bind(t, weights, grad)
		y := t.Linear(t.Input(len(x), 1, x), b.Value(l.slope), b.Value(l.shift), tape.None)
		loss := t.SquaredError(y, target, nil)
		t.Backward(loss)
		return float64(t.Matrix(loss).Data[0]), nil
	}
}

func (l line) Validate(_ context.Context, weights []float32) (float64, error) {
	return l.NewGradient()(weights, make([]float32, len(weights)), []int32{0, 31, 63})
}

func ExampleRun() {
	cfg := train.Tiny()
	cfg.Steps, cfg.LearningRate, cfg.WeightDecay = 300, 0.1, 0
	result, err := train.Run(context.Background(), newLine(), cfg, "", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("y = %.2f·x + %.2f after %d steps\n", result.Best[0], result.Best[1], result.Steps)
	// Output: y = 2.00·x + 1.00 after 300 steps
}
