package tape

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"orrery/sim/golden"
)

// spreadOut returns n numbers that differ from place to place.
func spreadOut(n int, phase float64) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(math.Sin(1.7*float64(i)+phase) + 0.1*float64(i%3))
	}
	return x
}

// TestTheSameProgramsHaveTheSameGradients compares what each operation answers, and its gradients, with what earlier versions
// of this program computed, to five digits.
func TestTheSameProgramsHaveTheSameGradients(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	index, senders := []int32{2, -1, 0, 2, 1}, []int32{1, 1, 0, 2, 0}
	operations := []struct {
		name string
		of   func(tp *Tape, x, y, w, row Value) Value // of [5,3], [5,3], [3,4] and [1,4]
	}{
		{"add", func(tp *Tape, x, y, _, _ Value) Value { return tp.Add(x, y) }},
		{"a sum with itself", func(tp *Tape, x, _, _, _ Value) Value { return tp.Add(x, x) }},
		{"sub", func(tp *Tape, x, y, _, _ Value) Value { return tp.Sub(x, y) }},
		{"mul", func(tp *Tape, x, y, _, _ Value) Value { return tp.Mul(x, y) }},
		{"scale", func(tp *Tape, x, _, _, _ Value) Value { return tp.Scale(x, -1.5) }},
		{"product", func(tp *Tape, x, _, w, _ Value) Value { return tp.MatMul(x, w) }},
		{"one weight twice", func(tp *Tape, x, y, w, _ Value) Value { return tp.Add(tp.MatMul(x, w), tp.MatMul(y, w)) }},
		{"row", func(tp *Tape, x, _, w, row Value) Value { return tp.AddRow(tp.MatMul(x, w), row) }},
		{"linear", func(tp *Tape, x, _, w, row Value) Value { return tp.Linear(x, w, row, None) }},
		{"linear relu", func(tp *Tape, x, _, w, row Value) Value { return tp.Linear(x, w, row, ReLU) }},
		{"linear silu", func(tp *Tape, x, _, w, row Value) Value { return tp.Linear(x, w, row, SiLU) }},
		{"linear tanh", func(tp *Tape, x, _, w, row Value) Value { return tp.Linear(x, w, row, Tanh) }},
		{"tanh", func(tp *Tape, x, _, _, _ Value) Value { return tp.Activate(x, Tanh) }},
		{"silu", func(tp *Tape, x, _, _, _ Value) Value { return tp.Activate(x, SiLU) }},
		{"relu", func(tp *Tape, x, _, _, _ Value) Value { return tp.Activate(x, ReLU) }},
		{"edges", func(tp *Tape, x, y, w, row Value) Value {
			ends := tp.MatMul(tp.Rows(y, 0, 3), w)
			return tp.LinearEdges(x, w, row, ends, tp.Scale(ends, 0.5), senders, []int32{0, 2, 1, 1, 2}, SiLU)
		}},
		{"edges without activation", func(tp *Tape, x, y, w, row Value) Value {
			ends := tp.MatMul(y, w)
			return tp.LinearEdges(x, w, row, ends, ends, senders, []int32{4, 3, 3, 0, 1}, None)
		}},
		{"norm", func(tp *Tape, x, _, w, row Value) Value { return tp.LayerNorm(tp.MatMul(x, w), row, row) }},
		{"sum with a norm", func(tp *Tape, x, y, w, row Value) Value {
			return tp.AddLayerNorm(tp.MatMul(y, w), tp.MatMul(x, w), row, tp.Scale(row, 2))
		}},
		{"beside", func(tp *Tape, x, y, _, _ Value) Value { return tp.Concat(x, y, x) }},
		{"columns", func(tp *Tape, x, _, _, _ Value) Value { return tp.Columns(x, 1, 3) }},
		{"rows", func(tp *Tape, x, _, _, _ Value) Value { return tp.Rows(x, 1, 4) }},
		{"gather", func(tp *Tape, x, _, _, _ Value) Value { return tp.Gather(x, index) }},
		{"scatter", func(tp *Tape, x, _, _, _ Value) Value { return tp.ScatterAdd(x, index, 4) }},
	}
	tp := New()
	wgrad := make([]float32, 12)
	for _, o := range operations {
		for _, squares := range []bool{false, true} {
			tp.Reset()
			x, y := tp.Variable(5, 3, spreadOut(15, 0)), tp.Variable(5, 3, spreadOut(15, 2))
			clear(wgrad)
			w, row := tp.Param(3, 4, spreadOut(12, 1), wgrad), tp.Variable(1, 4, spreadOut(4, 3))
			z := o.of(tp, x, y, w, row)
			m := tp.Matrix(z)
			target, scale := spreadOut(len(m.Data), 4), spreadOut(m.Cols, 5)
			var loss Value
			if squares {
				loss = tp.SquaredError(z, target, scale)
			} else {
				fmt.Fprintf(&got, "# %s [%d,%d]\n%.5g\n", o.name, m.Rows, m.Cols, m.Data)
				loss = tp.SmoothL1(z, target, nil, 0.6)
			}
			tp.Backward(loss)
			fmt.Fprintf(&got, "loss %.5g", tp.Matrix(loss).Data)
			for _, v := range []Value{x, y, w, row} {
				fmt.Fprintf(&got, ", %.4g", tp.Grad(v).Data)
			}
			fmt.Fprintf(&got, ", depends %t\n", tp.Depends(z))
		}
	}
	golden.CompareNear(t, "testdata/operations.txt", got.String(), 1e-3)
}
