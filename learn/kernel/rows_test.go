package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
)

func TestElementwiseMatchesItsFormula(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 0))
	for _, n := range sizes {
		a, b, d := random(rng, n), random(rng, n), random(rng, n)
		for name, c := range map[string]struct {
			run  func(dst []float32)
			want func(i int) float32
		}{
			"Axpy":   {func(dst []float32) { Axpy(dst, 2, a) }, func(i int) float32 { return d[i] + 2*a[i] }},
			"Scale":  {func(dst []float32) { Scale(dst, 3, a) }, func(i int) float32 { return 3 * a[i] }},
			"Add":    {func(dst []float32) { Add(dst, a, b) }, func(i int) float32 { return a[i] + b[i] }},
			"Sub":    {func(dst []float32) { Sub(dst, a, b) }, func(i int) float32 { return a[i] - b[i] }},
			"Mul":    {func(dst []float32) { Mul(dst, a, b) }, func(i int) float32 { return a[i] * b[i] }},
			"MulAdd": {func(dst []float32) { MulAdd(dst, a, b) }, func(i int) float32 { return d[i] + a[i]*b[i] }},
			"EMA":    {func(dst []float32) { EMA(dst, a, 0.75) }, func(i int) float32 { return 0.75*d[i] + 0.25*a[i] }},
		} {
			dst, intact := guarded(t, d)
			c.run(dst)
			intact()
			want := make([]float64, n)
			for i := range want {
				want[i] = float64(c.want(i))
			}
			near(t, name, dst, want, 1e-6)
		}
	}
}

func TestSumSquares(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 0))
	for n := range 70 {
		x := random(rng, n)
		want := 0.0
		for _, v := range x {
			want += float64(v) * float64(v)
		}
		if got := SumSquares(x); !scalar.EqualWithinAbs(got, want, 1e-12*max(1, want)) {
			t.Errorf("sum of %d squares is %v, want %v", n, got, want)
		}
	}
}

func TestRowsMatchTheirTwins(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 0))
	for _, rows := range sizes {
		for _, n := range sizes {
			const nodes = 5
			index := make([]int32, rows)
			for e := range index {
				index[e] = int32(rng.IntN(nodes+1)) - 1
			}
			x, nodeValues, row := random(rng, rows*n), random(rng, nodes*n), random(rng, n)

			gathered := make([]float64, rows*n)
			gatherAdded := make([]float64, rows*n)
			scattered := make([]float64, nodes*n)
			added := make([]float64, rows*n)
			summed := make([]float64, n)
			for i, v := range nodeValues {
				scattered[i] = float64(v)
			}
			for j, v := range row {
				summed[j] = float64(v)
			}
			for e, i := range index {
				for j := range n {
					v := float64(x[e*n+j])
					if i >= 0 {
						gathered[e*n+j] = float64(nodeValues[int(i)*n+j])
						scattered[int(i)*n+j] += v
					}
					gatherAdded[e*n+j] = v + gathered[e*n+j]
					added[e*n+j] = v + float64(row[j])
					summed[j] += v
				}
			}
			for name, c := range map[string]struct {
				start []float32
				want  []float64
				run   func(dst []float32)
			}{
				"Gather":     {fill(rows*n, nan), gathered, func(dst []float32) { Gather(dst, nodeValues, index, n) }},
				"GatherAdd":  {x, gatherAdded, func(dst []float32) { GatherAdd(dst, nodeValues, index, n) }},
				"ScatterAdd": {nodeValues, scattered, func(dst []float32) { ScatterAdd(dst, x, index, n) }},
				"AddRow":     {fill(rows*n, nan), added, func(dst []float32) { AddRow(dst, x, row) }},
				"SumRows":    {row, summed, func(dst []float32) { SumRows(dst, x) }},
			} {
				dst, intact := guarded(t, c.start)
				c.run(dst)
				intact()
				near(t, name, dst, c.want, 1e-5)
			}
		}
	}
}

func TestBlocksTouchTheirColumnsOnly(t *testing.T) {
	src := []float32{1, 2, 3, 4, 5, 6} // [2,3]
	dst := fill(8, 10)                 // [2,4]
	CopyBlock(dst[1:], 4, src[1:], 3, 2, 2)
	if want := []float32{10, 2, 3, 10, 10, 5, 6, 10}; !slices.Equal(dst, want) {
		t.Errorf("copied block gives %v, want %v", dst, want)
	}
	AddBlock(dst[2:], 4, src, 3, 2, 2)
	if want := []float32{10, 2, 4, 12, 10, 5, 10, 15}; !slices.Equal(dst, want) {
		t.Errorf("added block gives %v, want %v", dst, want)
	}
}

// layerNorm64 is the naive twin, followed by the weighted sum Σ y·dy whose
// derivatives LayerNormBackward computes.
func layerNorm64(x, gain, bias, dy []float64) (y []float64, sum float64) {
	n := len(gain)
	y = make([]float64, len(x))
	for r := 0; r < len(x); r += n {
		mean, variance := 0.0, 0.0
		for _, v := range x[r : r+n] {
			mean += v / float64(n)
		}
		for _, v := range x[r : r+n] {
			variance += (v - mean) * (v - mean) / float64(n)
		}
		for i, v := range x[r : r+n] {
			y[r+i] = gain[i]*(v-mean)/math.Sqrt(variance+1e-5) + bias[i]
			sum += y[r+i] * dy[r+i]
		}
	}
	return y, sum
}

func to64(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

func TestLayerNormAndItsGradient(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 0))
	for _, rows := range []int{0, 1, 7} {
		for _, n := range []int{2, 7, 8, 17, 24} { // those that fill whole vectors have code of their own
			x, gain, bias, dy := random(rng, rows*n), random(rng, n), random(rng, n), random(rng, rows*n)
			args := [][]float64{to64(x), to64(gain), to64(bias), to64(dy)}
			want, _ := layerNorm64(args[0], args[1], args[2], args[3])

			dst, intact := guarded(t, fill(rows*n, nan))
			stats := make([]float32, 2*rows)
			LayerNorm(dst, stats, x, gain, bias)
			intact()
			near(t, "LayerNorm", dst, want, 1e-5)

			starts := [][]float32{random(rng, rows*n), random(rng, n), random(rng, n)}
			var grads [3][]float32
			var checks [3]func()
			for i := range grads {
				grads[i], checks[i] = guarded(t, starts[i])
			}
			LayerNormBackward(grads[0], grads[1], grads[2], dy, x, gain, stats)
			LayerNormBackward(nil, nil, nil, dy, x, gain, stats)
			for i, g := range grads {
				checks[i]()
				slope := make([]float64, len(g))
				for j := range slope {
					const h = 1e-6
					at := args[i][j]
					args[i][j] = at + h
					_, up := layerNorm64(args[0], args[1], args[2], args[3])
					args[i][j] = at - h
					_, down := layerNorm64(args[0], args[1], args[2], args[3])
					args[i][j] = at
					slope[j] = float64(starts[i][j]) + (up-down)/(2*h)
				}
				near(t, "LayerNormBackward", g, slope, 1e-4)
			}
		}
	}
}

func TestHuberAndItsGradient(t *testing.T) {
	pred := []float32{0, 1, 3, -3, 0.5, 7}
	target := []float32{0.5, 1, 1, 1, 0, 0}
	scale := []float32{1, 2, 0.5}
	for _, c := range []struct {
		beta float32
		want float64 // of weight 2, by hand, differences −0.5 0 1 −4 1 3.5
	}{
		{float32(math.Inf(1)), 2 * (0.25 + 0 + 1 + 16 + 1 + 12.25)},
		{2, 2 * (0.25 + 0 + 1 + 12 + 1 + 10)},
	} {
		h := Huber{Weight: 2, Beta: c.beta}
		if got := h.Sum(pred, target, scale, 3); got != c.want {
			t.Errorf("beta %v: loss %v, want %v", c.beta, got, c.want)
		}
		grad, intact := guarded(t, fill(6, 1))
		h.Backward(grad, pred, target, scale, 3, 0.25)
		intact()
		for i := range pred {
			const step = 1.0 / 1024
			p := slices.Clone(pred)
			p[i] += step
			up := h.Sum(p, target, scale, 3)
			p[i] -= 2 * step
			slope := (up - h.Sum(p, target, scale, 3)) / (2 * step)
			if !scalar.EqualWithinAbs(float64(grad[i])-1, slope/4, 1e-4) {
				t.Errorf("beta %v: gradient %d is %v, want %v", c.beta, i, grad[i]-1, slope/4)
			}
		}
	}
}

// TestHuberMatchesItsTwin for many rows and columns, each with a factor of its own or with none.
func TestHuberMatchesItsTwin(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 0))
	for _, n := range []int{1, 3, 5, 8, 64, 70} {
		for _, rows := range []int{0, 1, 7, 17} {
			pred, target, scale := random(rng, rows*n), random(rng, rows*n), random(rng, n)
			for _, scale := range [][]float32{scale, nil} {
				h := Huber{Weight: 1.5, Beta: 0.7}
				sum, slope := 0.0, make([]float64, rows*n)
				start := random(rng, rows*n)
				for i := range pred {
					s := 1.0
					if scale != nil {
						s = float64(scale[i%n])
					}
					d := s * (float64(pred[i]) - float64(target[i]))
					if math.Abs(d) <= 0.7 {
						sum += 1.5 * d * d
					} else {
						sum += 1.5 * (2*0.7*math.Abs(d) - 0.7*0.7)
					}
					slope[i] = float64(start[i]) + 2*0.25*1.5*s*max(-0.7, min(d, 0.7))
				}
				if got := h.Sum(pred, target, scale, n); !scalar.EqualWithinAbsOrRel(got, sum, 1e-5, 1e-5) {
					t.Errorf("%d rows of %d: loss %v, want %v", rows, n, got, sum)
				}
				grad, intact := guarded(t, start)
				h.Backward(grad, pred, target, scale, n, 0.25)
				intact()
				near(t, "Huber.Backward", grad, slope, 1e-5)
				for i := range pred {
					value := pred[i]
					pred[i] = nan
					if got := h.Sum(pred, target, scale, n); got == got {
						t.Errorf("%d rows of %d: NaN at %d gives %v", rows, n, i, got)
					}
					pred[i] = value
				}
			}
		}
	}
}

func TestAdamStaysInsideItsSlices(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 0))
	for _, n := range sizes {
		w, intact := guarded(t, random(rng, n))
		m, mIntact := guarded(t, make([]float32, n))
		v, vIntact := guarded(t, make([]float32, n))
		start, g := slices.Clone(w), random(rng, n)
		Adam{Rate: 0.1, Beta1: 0.9, Beta2: 0.99, Epsilon: 1e-8, Scale: 2, Step: 1}.Update(w, m, v, g)
		intact()
		mIntact()
		vIntact()
		for i := range w {
			want := float64(start[i]) - math.Copysign(0.1, float64(g[i]))
			if !scalar.EqualWithinAbs(float64(w[i]), want, 1e-5) || !(math.Abs(float64(m[i]-0.2*g[i])) <= 1e-6) {
				t.Errorf("weight %d: %v, want %v", i, w[i], want)
			}
		}
	}
}
