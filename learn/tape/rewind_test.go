package tape

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestRewoundTapeDoesWhatAFreshOneDoes runs batches on one binding of the
// parameters and each on a tape of its own.
func TestRewoundTapeDoesWhatAFreshOneDoes(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 0))
	values := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(rng.NormFloat64())
		}
		return x
	}
	const in, out = 9, 17
	weights, bias := values(in*out), values(out)
	bind := func(t *Tape, grad []float32) (w, b Value) {
		return t.Param(in, out, weights, grad[:in*out]), t.Param(1, out, bias, grad[in*out:])
	}
	run := func(t *Tape, w, b Value, rows int, x, target []float32) float32 {
		h := t.Linear(t.Input(rows, in, x), w, b, Tanh)
		square := t.MatMul(h, t.Scale(t.Input(out, out, target[:out*out]), 1)) // a right factor that is no parameter
		loss := t.SquaredError(square, target[:rows*out], nil)
		t.Backward(loss)
		return t.Matrix(loss).Data[0]
	}
	kept, grad := New(), make([]float32, in*out+out)
	w, b := bind(kept, grad)
	mark := kept.Mark()
	want := make([]float32, len(grad))
	for _, rows := range []int{5, 1, 30, 0, 12} {
		x, target := values(rows*in), values(max(rows, out)*out)
		kept.Rewind(mark)
		got := run(kept, w, b, rows, x, target)
		fresh := New()
		fw, fb := bind(fresh, want)
		if loss := run(fresh, fw, fb, rows, x, target); got != loss || !slices.Equal(grad, want) {
			t.Fatalf("%d rows: loss %v on a rewound tape, %v on a fresh one, gradients equal: %v", rows, got, loss, slices.Equal(grad, want))
		}
	}
	x, target := values(30*in), values(30*out)
	if n := testing.AllocsPerRun(20, func() {
		kept.Rewind(mark)
		run(kept, w, b, 30, x, target)
	}); n != 0 {
		t.Errorf("a steady program allocates %v times", n)
	}
}
