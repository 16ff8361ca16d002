package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
)

// The laws of this file hold for every size, and need no second implementation.

// inner returns Σ a·b in float64.
func inner(a, b []float32) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

// TestTransposesAreAdjoint: ⟨A·x, y⟩ = ⟨x, Aᵀ·y⟩ for every pair of a kernel and the one that
// its backward pass uses.
func TestTransposesAreAdjoint(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(31, 0))
	agree := func(what string, left, right float64, size int) {
		t.Helper()
		if !scalar.EqualWithinAbs(left, right, 1e-4*math.Sqrt(float64(size+1))) {
			t.Errorf("%s of %d: %v and %v", what, size, left, right)
		}
	}
	for _, m := range sizes {
		for _, n := range []int{1, 7, 16, 17, 40} {
			const k = 5
			b := random(rng, k*n)
			x, y := random(rng, m*k), random(rng, m*n)
			forward, back := make([]float32, m*n), make([]float32, m*k)
			MatMul(forward, x, pack(b, k, n), m, k, n, false)
			packed := make([]float32, PackLen(n, k)) // of b transposed, [n,k]
			PackTransposed(packed, b, n, k)
			MatMul(back, y, packed, m, n, k, false)
			agree("MatMul", inner(forward, y), inner(x, back), m*n)

			gradient := make([]float32, k*n)
			SumOuter(gradient, []Outer{{x, y}}, k, n, make([]float32, SumOuterWork(k, n)))
			agree("SumOuter", inner(forward, y), inner(gradient, b), m*n)

			index := make([]int32, 2*m+3)
			for e := range index {
				index[e] = int32(rng.IntN(m+1)) - 1 // -1 is skipped
			}
			spread := random(rng, len(index)*n)
			gathered, added := make([]float32, len(index)*n), make([]float32, m*n)
			Gather(gathered, y, index, n)
			ScatterAdd(added, spread, index, n)
			agree("Gather", inner(gathered, spread), inner(y, added), m*n)
			again := make([]float32, len(index)*n)
			if GatherAdd(again, y, index, n); !slices.Equal(again, gathered) {
				t.Errorf("GatherAdd to zeros of %d by %d is not Gather", m, n)
			}

			row, sum, wide := random(rng, n), make([]float32, n), make([]float32, m*n)
			AddRow(wide, make([]float32, m*n), row)
			SumRows(sum, y)
			agree("AddRow", inner(wide, y), inner(row, sum), m*n)
		}
	}
}

// TestProductsAddUp: a product in two halves of k, the second added, is the whole one, and
// SumOuter of rows in several terms is that of all rows at once.
func TestProductsAddUp(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(32, 0))
	const n = 19
	for _, m := range sizes {
		a, b := random(rng, m*10), random(rng, 10*n)
		whole, halves := make([]float32, m*n), make([]float32, m*n)
		MatMul(whole, a, pack(b, 10, n), m, 10, n, false)
		var left, right []float32
		for i := range m {
			left, right = append(left, a[10*i:10*i+4]...), append(right, a[10*i+4:10*i+10]...)
		}
		MatMul(halves, left, pack(b[:4*n], 4, n), m, 4, n, false)
		MatMul(halves, right, pack(b[4*n:], 6, n), m, 6, n, true)
		near(t, "halves", halves, to64(whole), 1e-5)

		y := random(rng, m*n)
		once, parts := make([]float32, 10*n), make([]float32, 10*n)
		work := make([]float32, SumOuterWork(10, n))
		SumOuter(once, []Outer{{a, y}}, 10, n, work)
		var terms []Outer
		for from := 0; from < m; from += 3 {
			to := min(from+3, m)
			terms = append(terms, Outer{a[10*from : 10*to], y[n*from : n*to]})
		}
		SumOuter(parts, terms, 10, n, work)
		if !slices.Equal(once, parts) {
			t.Errorf("%d rows in terms of three are not the rows at once", m)
		}
	}
}

// TestLayerNormKeepsNeitherPlaceNorSize: a row plus a constant, or times one, comes out the
// same; every row has mean 0 and variance 1, and the gradient has no part along either.
func TestLayerNormKeepsNeitherPlaceNorSize(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(33, 0))
	for _, n := range []int{2, 7, 16, 17, 64} {
		const rows = 5
		x, gain, bias := random(rng, rows*n), fill(n, 1), make([]float32, n)
		stats := make([]float32, 2*rows)
		plain, moved, larger := make([]float32, rows*n), make([]float32, rows*n), make([]float32, rows*n)
		LayerNorm(plain, stats, x, gain, bias)
		shifted, scaled := make([]float32, rows*n), make([]float32, rows*n)
		AddRow(shifted, x, fill(n, 3))
		Scale(scaled, 20, x)
		LayerNorm(moved, make([]float32, 2*rows), shifted, gain, bias)
		LayerNorm(larger, make([]float32, 2*rows), scaled, gain, bias)
		near(t, "moved rows", moved, to64(plain), 1e-4)
		if n > 2 { // two values that happen to be close show the 1e-5 beside the variance
			near(t, "larger rows", larger, to64(plain), 1e-3)
		}
		dx, dy := make([]float32, rows*n), random(rng, rows*n)
		LayerNormBackward(dx, nil, nil, dy, x, gain, stats)
		for r := range rows {
			y, d := plain[r*n:][:n], dx[r*n:][:n]
			if mean := inner(y, gain) / float64(n); !scalar.EqualWithinAbs(mean, 0, 1e-5) {
				t.Errorf("%d values: mean %v", n, mean)
			}
			if variance := inner(y, y) / float64(n); n > 2 && !scalar.EqualWithinAbs(variance, 1, 1e-3) {
				t.Errorf("%d values: variance %v", n, variance)
			}
			length := math.Sqrt(inner(d, d)) + 1
			if along := inner(d, gain); !scalar.EqualWithinAbs(along, 0, 1e-4*length) {
				t.Errorf("%d values: the gradient moves all by %v", n, along)
			}
			if n > 2 {
				if along := inner(d, y); !scalar.EqualWithinAbs(along, 0, 2e-2*length) {
					t.Errorf("%d values: the gradient makes all larger by %v", n, along)
				}
			}
		}
	}
	// A constant row becomes the bias, not NaN.
	out := make([]float32, 4)
	LayerNorm(out, make([]float32, 2), fill(4, 7), fill(4, 1), []float32{1, 2, 3, 4})
	if !slices.Equal(out, []float32{1, 2, 3, 4}) {
		t.Errorf("a constant row becomes %v", out)
	}
}

// TestActivationsHaveTheSlopeOfTheirBackward pass, by differences in float64.
func TestActivationsHaveTheSlopeOfTheirBackward(t *testing.T) {
	t.Parallel()
	twins := map[Activation]func(float64) float64{
		None: func(x float64) float64 { return x },
		ReLU: func(x float64) float64 { return max(x, 0) },
		SiLU: func(x float64) float64 { return x / (1 + math.Exp(-x)) },
		Tanh: math.Tanh,
	}
	var x []float32
	for v := float32(-9); v < 9; v += 0.11 { // never 0, where ReLU has no slope
		x = append(x, v)
	}
	for act, twin := range twins {
		y, dx := make([]float32, len(x)), make([]float32, len(x))
		Activate(y, x, act)
		slope := make([]float32, len(x))
		if act.NeedsSlope() {
			ActivateSlope(y, slope, x, act)
		}
		ActivateBackward(dx, fill(len(x), 2), y, slope, act)
		for i, v := range x {
			const h = 1e-5
			if want := (twin(float64(v)+h) - twin(float64(v)-h)) / h; !scalar.EqualWithinAbs(float64(dx[i]), want, 1e-4) {
				t.Errorf("activation %d at %v has slope %v, want %v", act, v, dx[i]/2, want/2)
			}
		}
	}
}

// TestHuberIsEvenAndConvex, and a square up to Beta with a tangent beyond.
func TestHuberIsEvenAndConvex(t *testing.T) {
	t.Parallel()
	for _, h := range []Huber{{Weight: 1, Beta: 0.5}, {Weight: 3, Beta: 2}, {Weight: 0.1, Beta: float32(math.Inf(1))}} {
		at := func(d float32) float64 { return h.Sum([]float32{d}, []float32{0}, nil, 1) }
		slope := func(d float32) float64 {
			grad := []float32{0}
			h.Backward(grad, []float32{d}, []float32{0}, nil, 1, 1)
			return float64(grad[0])
		}
		before := math.Inf(-1)
		for d := float32(-5); d <= 5; d += 0.125 {
			if at(d) != at(-d) || slope(d) != -slope(-d) {
				t.Errorf("beta %v: %v and its opposite differ", h.Beta, d)
			}
			if s := slope(d); !(s >= before) {
				t.Errorf("beta %v: the slope falls at %v", h.Beta, d)
			} else {
				before = s
			}
			size := math.Abs(float64(d))
			if want := float64(h.Weight) * size * size; !(size > float64(h.Beta)) && !scalar.EqualWithinAbs(at(d), want, 1e-6*(1+want)) {
				t.Errorf("beta %v: the loss of %v is %v, want %v", h.Beta, d, at(d), want)
			}
			if most := 2 * float64(h.Weight) * float64(h.Beta); !(math.Abs(slope(d)) <= most*(1+1e-6)) || !(size <= float64(h.Beta)) && !scalar.EqualWithinAbs(math.Abs(slope(d)), most, 1e-6*most) {
				t.Errorf("beta %v: the slope at %v is %v, at most %v", h.Beta, d, slope(d), most)
			}
		}
	}
}

// TestAdamFollowsItsFormula for many steps, as Loshchilov and Hutter write it, in float64.
func TestAdamFollowsItsFormula(t *testing.T) {
	t.Parallel()
	for _, s := range []Adam{
		{Rate: 0.01, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, Scale: 1},
		{Rate: 0.02, Decay: 0.5, Beta1: 0.8, Beta2: 0.95, Epsilon: 0.1, Scale: 0.25},
		{Rate: 0.3, Decay: 0.1, Beta1: 0, Beta2: 0.5, Epsilon: 1e-3, Scale: 4},
	} {
		rng := rand.New(rand.NewPCG(34, 0))
		const n = 37
		w := random(rng, n)
		m, v := make([]float32, n), make([]float32, n)
		theta, m64, v64 := to64(w), make([]float64, n), make([]float64, n)
		rate, decay, scale, eps := float64(s.Rate), float64(s.Decay), float64(s.Scale), float64(s.Epsilon)
		b1, b2 := float64(s.Beta1), float64(s.Beta2)
		for step := 1; step <= 30; step++ {
			g := random(rng, n)
			s.Step = step
			s.Update(w, m, v, g)
			for i := range theta {
				gi := scale * float64(g[i])
				m64[i] = b1*m64[i] + (1-b1)*gi
				v64[i] = b2*v64[i] + (1-b2)*gi*gi
				mHat, vHat := m64[i]/(1-math.Pow(b1, float64(step))), v64[i]/(1-math.Pow(b2, float64(step)))
				theta[i] -= rate * (mHat/(math.Sqrt(vHat)+eps) + decay*theta[i])
			}
			near(t, "weights", w, theta, 1e-4)
		}
	}
}

// TestEMAIsAGeometricSum: after k moves towards x the average keeps decay to the k of its
// start.
func TestEMAIsAGeometricSum(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(35, 0))
	for _, n := range sizes {
		for _, decay := range []float32{0, 0.5, 0.875, 1} {
			start, x := random(rng, n), random(rng, n)
			average, intact := guarded(t, start)
			for k := 1; k <= 6; k++ {
				EMA(average, x, decay)
				keep, want := math.Pow(float64(decay), float64(k)), make([]float64, n)
				for i := range want {
					want[i] = keep*float64(start[i]) + (1-keep)*float64(x[i])
				}
				near(t, "average", average, want, 1e-5)
			}
			intact()
		}
	}
}
