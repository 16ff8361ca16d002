package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// sizes are tried in every dimension: none, one, odd, and both sides of a block.
var sizes = []int{0, 1, 7, 17, 64, 101}

var nan = float32(math.NaN())

// random returns n values of a normal distribution.
func random(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}

// guarded returns a copy of x between two runs of NaN, and a function that fails
// the test when the NaN are gone.
func guarded(t *testing.T, x []float32) ([]float32, func()) {
	const guard = 8
	all := make([]float32, len(x)+2*guard)
	for i := range all {
		all[i] = nan
	}
	mid := all[guard : guard+len(x)]
	copy(mid, x)
	return mid, func() {
		t.Helper()
		for i := range guard {
			if all[i] == all[i] || all[len(all)-1-i] == all[len(all)-1-i] {
				t.Fatal("wrote outside the destination")
			}
		}
	}
}

func fill(n int, v float32) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = v
	}
	return x
}

// near fails unless got is want within tolerance, relative above 1.
func near(t *testing.T, what string, got []float32, want []float64, tolerance float64) {
	t.Helper()
	for i, w := range want {
		if d := math.Abs(float64(got[i]) - w); !(d <= tolerance*max(1, math.Abs(w))) {
			t.Fatalf("%s: value %d is %v, want %v", what, i, got[i], w)
		}
	}
}

// product is the naive twin: start + a·b, with element (i,p) of a at i·aRow+p·aCol
// and (p,j) of b at p·bRow+j·bCol.
func product(start, a []float32, aRow, aCol int, b []float32, bRow, bCol, m, k, n int) []float64 {
	out := make([]float64, m*n)
	for i := range m {
		for j := range n {
			out[i*n+j] = float64(start[i*n+j])
			for p := range k {
				out[i*n+j] += float64(a[i*aRow+p*aCol]) * float64(b[p*bRow+j*bCol])
			}
		}
	}
	return out
}

func pack(b []float32, k, n int) []float32 {
	packed := make([]float32, PackLen(k, n))
	Pack(packed, b, k, n)
	return packed
}

func TestProductsMatchTheirTwin(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	for _, m := range append(sizes, 2*sumBlock+30) {
		for _, k := range sizes {
			for _, n := range sizes {
				if m > 101 && k*n > 17*17 {
					continue // slow, and the blocks of rows do not care
				}
				what := fmt.Sprintf("m %d, k %d, n %d", m, k, n)
				a, b, c := random(rng, m*k), random(rng, k*n), random(rng, m*n)
				zeros := make([]float32, max(m*k, k*n, m*n))
				check := func(name string, start []float32, want []float64, f func(dst []float32)) {
					t.Helper()
					dst, intact := guarded(t, start)
					f(dst)
					intact()
					near(t, name+" "+what, dst, want, 2e-5)
				}
				check("MatMul", fill(m*n, nan), product(zeros, a, k, 1, b, n, 1, m, k, n), func(dst []float32) { MatMul(dst, a, pack(b, k, n), m, k, n, false) })
				check("MatMul add", c, product(c, a, k, 1, b, n, 1, m, k, n), func(dst []float32) { MatMul(dst, a, pack(b, k, n), m, k, n, true) })
				check("SumOuter", b, product(b, a, 1, k, c, n, 1, k, m, n), func(dst []float32) {
					cut := m / 3 * (k % 2) // an even k has everything in one term
					terms := []Outer{{a[:cut*k], c[:cut*n]}, {}, {a[cut*k:], c[cut*n:]}}
					SumOuter(dst, terms, k, n, fill(SumOuterWork(k, n), nan))
				})
				check("transposed", a, product(a, c, n, 1, b, 1, n, m, n, k), func(dst []float32) {
					packed := make([]float32, PackLen(n, k))
					PackTransposed(packed, b, n, k)
					MatMul(dst, c, packed, m, n, k, true)
				})
			}
		}
	}
}

// A product with NaN in one row of a, or infinity times zero, must show it.
func TestProductsKeepNaN(t *testing.T) {
	a := []float32{0, 0, 1, 2}
	b := []float32{float32(math.Inf(1)), 1, 2, 3}
	dst := make([]float32, 4)
	MatMul(dst, a, pack(b, 2, 2), 2, 2, 2, false)
	if dst[0] == dst[0] || dst[1] != 0 {
		t.Errorf("0·∞ gives %v, want NaN; beside it %v, want 0", dst[0], dst[1])
	}
}

func TestLinearIsProductBiasActivation(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 0))
	const k, n = 7, 5
	for _, m := range []int{0, 1, 17, rowBlock, 200} {
		x, w, bias := random(rng, m*k), random(rng, k*n), random(rng, n)
		z := product(make([]float32, m*n), x, k, 1, w, n, 1, m, k, n)
		for i := range z {
			z[i] += float64(bias[i%n])
		}
		for act, f := range activations {
			y, dy := make([]float64, len(z)), make([]float64, len(z))
			for i, v := range z {
				y[i], dy[i] = f.value(v), f.slope(v)
			}
			out, intact := guarded(t, fill(m*n, nan))
			Linear(out, nil, x, pack(w, k, n), bias, m, k, n, act)
			intact()
			near(t, "out", out, y, 1e-5)
			if !act.NeedsSlope() {
				continue
			}
			slope, slopeIntact := guarded(t, fill(m*n, nan))
			Linear(out, slope, x, pack(w, k, n), bias, m, k, n, act)
			intact()
			slopeIntact()
			near(t, "slope", slope, dy, 1e-5)
			near(t, "out beside slope", out, y, 1e-5)
		}
	}
}

// activations holds the float64 twins.
var activations = map[Activation]struct{ value, slope func(x float64) float64 }{
	None: {func(x float64) float64 { return x }, func(float64) float64 { return 1 }},
	ReLU: {func(x float64) float64 { return max(x, 0) }, func(x float64) float64 {
		if x > 0 {
			return 1
		}
		return 0
	}},
	SiLU: {func(x float64) float64 { return x / (1 + math.Exp(-x)) }, func(x float64) float64 {
		s := 1 / (1 + math.Exp(-x))
		return s + x*s*(1-s)
	}},
	Tanh: {math.Tanh, func(x float64) float64 { return 1 - math.Tanh(x)*math.Tanh(x) }},
}

func TestActivationsMatchTheirTwins(t *testing.T) {
	var x []float32
	for v := float32(-100); v <= 100; v += 0.037 {
		x = append(x, v)
	}
	x = append(x, 0, 0.6249999, 0.625, -0.625, 1e-20)
	for act, f := range activations {
		value, slope := make([]float64, len(x)), make([]float64, len(x))
		for i, v := range x {
			value[i], slope[i] = f.value(float64(v)), 3*f.slope(float64(v))
		}
		y, dx := make([]float32, len(x)), fill(len(x), 3)
		Activate(y, x, act)
		near(t, "value", y, value, 1e-6)
		kept := slices.Clone(x)
		if act.NeedsSlope() {
			alone := slices.Clone(y)
			ActivateSlope(y, kept, kept, act)
			if !slices.Equal(y, alone) {
				t.Errorf("activation %d has other values beside its slopes", act)
			}
		}
		ActivateBackward(dx, dx, y, kept, act)
		near(t, "slope", dx, slope, 3e-6)
		Activate(y[:1], []float32{nan}, act)
		if y[0] == y[0] {
			t.Errorf("activation %d of NaN is %v", act, y[0])
		}
	}
}

// TestValuesDoNotDependOnTheirPlace activates a list of every length and compares
// bit for bit with each value by itself.
func TestValuesDoNotDependOnTheirPlace(t *testing.T) {
	x := random(rand.New(rand.NewPCG(5, 6)), 41)
	for _, act := range []Activation{None, ReLU, SiLU, Tanh} {
		alone := make([]float32, len(x))
		for i := range x {
			Activate(alone[i:i+1], x[i:i+1], act)
		}
		for n := range len(x) + 1 {
			together := make([]float32, n)
			Activate(together, x[:n], act)
			if !slices.Equal(together, alone[:n]) {
				t.Errorf("activation %d of %d values differs from that of each", act, n)
			}
		}
	}
}

func TestExpAndTanhRelativeError(t *testing.T) {
	for x := float32(-80); x < 80; x += 0.0137 {
		if e := math.Abs(float64(exp(x))/math.Exp(float64(x)) - 1); !(e <= 2e-7) {
			t.Fatalf("exp(%v) is off by %v", x, e)
		}
		if e := math.Abs(float64(tanh(x/40))/math.Tanh(float64(x/40)) - 1); !(e <= 2e-7) {
			t.Fatalf("tanh(%v) is off by %v", x/40, e)
		}
	}
}

func TestWrongSizesPanic(t *testing.T) {
	three, four := make([]float32, 3), make([]float32, 4)
	for name, f := range map[string]func(){
		"MatMul":    func() { MatMul(three, four, four, 2, 2, 2, false) },
		"SumOuter":  func() { SumOuter(four, []Outer{{four, three}}, 2, 2, make([]float32, SumOuterWork(2, 2))) },
		"Pack":      func() { Pack(three, four, 2, 2) },
		"Linear":    func() { Linear(four, three, four, four, four[:2], 2, 2, 2, ReLU) },
		"Add":       func() { Add(four, four, three) },
		"AddRow":    func() { AddRow(four, four, three) },
		"SumRows":   func() { SumRows(three, four) },
		"Gather":    func() { Gather(four, four, []int32{0}, 2) },
		"LayerNorm": func() { LayerNorm(four, four, four, three, three) },
		"Huber":     func() { Huber{1, 1}.Sum(four, four, three, 2) },
		"Adam":      func() { Adam{}.Update(four, four, three, four) },
	} {
		func() {
			defer func() {
				if recover() != badShape {
					t.Errorf("%s: no panic about the shape", name)
				}
			}()
			f()
		}()
	}
}
