package kernel

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestEveryArgumentMustFit tries each vector of every function that takes several with one
// number too few and one too many.
func TestEveryArgumentMustFit(t *testing.T) {
	t.Parallel()
	vectors := func(n int, do func(x ...[]float32)) func(lengths []int) {
		return func(lengths []int) {
			x := make([][]float32, n)
			for i := range x {
				x[i] = make([]float32, lengths[i])
			}
			do(x...)
		}
	}
	for name, c := range map[string]struct {
		n int
		f func(lengths []int)
	}{
		"Axpy":   {2, vectors(2, func(x ...[]float32) { Axpy(x[0], 1, x[1]) })},
		"Scale":  {2, vectors(2, func(x ...[]float32) { Scale(x[0], 1, x[1]) })},
		"Add":    {3, vectors(3, func(x ...[]float32) { Add(x[0], x[1], x[2]) })},
		"Sub":    {3, vectors(3, func(x ...[]float32) { Sub(x[0], x[1], x[2]) })},
		"Mul":    {3, vectors(3, func(x ...[]float32) { Mul(x[0], x[1], x[2]) })},
		"MulAdd": {3, vectors(3, func(x ...[]float32) { MulAdd(x[0], x[1], x[2]) })},
		"Slope":  {3, vectors(3, func(x ...[]float32) { ActivateSlope(x[0], x[1], x[2], SiLU) })},
		"EMA":    {2, vectors(2, func(x ...[]float32) { EMA(x[0], x[1], 0.5) })},
		"Adam":   {4, vectors(4, func(x ...[]float32) { Adam{Step: 1}.Update(x[0], x[1], x[2], x[3]) })},
	} {
		for i := range c.n {
			for _, n := range []int{0, 8, 17} {
				for _, change := range []int{-1, 0, 1} {
					if n+change < 0 {
						continue
					}
					lengths := make([]int, c.n)
					for j := range lengths {
						lengths[j] = n
					}
					lengths[i] += change
					if got := panics(t, c.f, lengths); got != (change != 0) {
						t.Errorf("%s with lengths %v: panics %v", name, lengths, got)
					}
				}
			}
		}
	}
}

// panics reports whether f says that a shape is wrong.
func panics(t *testing.T, f func(lengths []int), lengths []int) (did bool) {
	t.Helper()
	defer func() {
		switch fault := recover(); fault {
		case nil:
		case badShape:
			did = true
		default:
			t.Errorf("lengths %v: %v", lengths, fault)
		}
	}()
	f(lengths)
	return false
}

// TestNothingIsNormalised: rows of no values, and no rows, are legal.
func TestNothingIsNormalised(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 8} {
		gain := make([]float32, n)
		LayerNorm(nil, nil, nil, gain, gain)
		LayerNormBackward(make([]float32, 0), gain, gain, nil, nil, gain, nil)
		for i, g := range gain {
			if g != 0 {
				t.Errorf("rows of %d: gradient %d is %v", n, i, g)
			}
		}
	}
}

// TestLayersAreLinearOneAfterTheOther, to the last bit, whatever the number of rows.
func TestLayersAreLinearOneAfterTheOther(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 0))
	draw := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(rng.NormFloat64())
		}
		return x
	}
	for _, sizes := range [][]int{{8, 32, 32, 16}, {3, 16, 16, 16}, {1, 48}, {5, 80, 16}, {2, 7, 16}} {
		var layers []Layer
		sum := 0
		for i, out := range sizes[1:] {
			l := Layer{Packed: make([]float32, PackLen(sizes[i], out)), Bias: draw(out), In: sizes[i], Out: out, Act: Activation(i) % 2}
			Pack(l.Packed, draw(l.In*out), l.In, out)
			layers, sum = append(layers, l), sum+out
		}
		for rows := range 9 {
			x := draw(rows * sizes[0])
			got := Layers(make([]float32, rows*sum), x, layers, rows)
			for _, l := range layers {
				out := make([]float32, rows*l.Out)
				Linear(out, nil, x, l.Packed, l.Bias, rows, l.In, l.Out, l.Act)
				x = out
			}
			if !slices.Equal(got, x) {
				t.Fatalf("%v, %d rows: %v, want %v", sizes, rows, got, x)
			}
			for _, off := range [][]int{{1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
				lengths := []int{rows*sum + off[0], rows*sizes[0] + off[1]}
				if rows > 0 && !panics(t, func(n []int) { Layers(make([]float32, n[0]), make([]float32, n[1]), layers, rows) }, lengths) {
					t.Errorf("%v, %d rows: work and input of lengths %v are taken", sizes, rows, lengths)
				}
			}
		}
	}
}
