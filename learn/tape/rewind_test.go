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

// TestVariablesBeforeAMarkBeginAnew: what a program adds to their slopes is gone with it.
func TestVariablesBeforeAMarkBeginAnew(t *testing.T) {
	run := New()
	x := run.Variable(1, 1, []float32{3})
	constant := run.Input(1, 1, []float32{2})
	mark := run.Mark()
	for range 3 {
		run.Rewind(mark)
		run.Backward(run.Mul(x, constant))
		if got := run.Grad(x).Data; len(got) != 1 || got[0] != 2 {
			t.Errorf("slope %v, want [2]", got)
		}
		if got := run.Grad(constant).Data; got != nil {
			t.Errorf("a constant has the slope %v", got)
		}
	}
}

// TestBlocksGrowToAQuarterOfAMegabyte, each twice as long as the one before, and no longer unless more is taken at once.
func TestBlocksGrowToAQuarterOfAMegabyte(t *testing.T) {
	var a arena
	for k := range 55 {
		want := min(2048<<min(k, 5), 65536)
		a.take(want)
		if got := len(a.blocks[len(a.blocks)-1]); len(a.blocks) != k+1 || got != want {
			t.Fatalf("block %d of %d has %d values, want %d", k, len(a.blocks), got, want)
		}
	}
	if a.take(65537); len(a.blocks[55]) != 65537 {
		t.Errorf("a block of %d values for 65,537", len(a.blocks[55]))
	}
}

// TestALossIsOneNumber, neither a row nor a column of them.
func TestALossIsOneNumber(t *testing.T) {
	for _, size := range [][2]int{{1, 2}, {2, 1}, {0, 1}, {1, 0}} {
		wantPanic(t, "loss", badLoss, func(tape *Tape, _ Value) {
			tape.Backward(tape.Variable(size[0], size[1], make([]float32, size[0]*size[1])))
		})
	}
}
