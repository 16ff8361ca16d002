package nn

import (
	"math/rand/v2"
	"slices"
	"testing"

	"orrery/learn/tape"
)

// TestFrozenNetworksAnswerAlike, bit for bit, whatever the widths and the number of rows.
func TestFrozenNetworksAnswerAlike(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 0))
	var frozen *Frozen // in the memory of that before
	for _, sizes := range [][]int{{8, 32, 32, 11}, {3, 16, 16, 3}, {5, 7}, {1, 24, 17, 40, 1}} {
		for _, act := range []tape.Activation{tape.ReLU, tape.Tanh} {
			p := NewParams()
			m := NewMLP(p, "net", sizes, act, rng, 1)
			for i := range p.Data() {
				p.Data()[i] += 0.1 * float32(rng.NormFloat64()) // biases begin as zeros
			}
			frozen = m.Freeze(p, p.Data(), frozen)
			in, out := sizes[0], sizes[len(sizes)-1]
			for _, rows := range []int{0, 1, 7, 13, 2, 3, 4, 5} {
				x := make([]float32, rows*in)
				for i := range x {
					x[i] = float32(rng.NormFloat64())
				}
				run := tape.New()
				want := run.Matrix(m.Forward(p.Bind(run, p.Data(), nil), run.Input(rows, in, x))).Data
				got := make([]float32, rows*out)
				frozen.Forward(got, x, rows)
				if !slices.Equal(got, want) {
					t.Fatalf("%v, %d rows: %v, want %v", sizes, rows, got, want)
				}
			}
		}
	}
}
