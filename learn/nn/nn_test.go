package nn

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/learn/tape"
)

func testParams(seed uint64) (*Params, *MLP, LayerNorm) {
	rng := rand.New(rand.NewPCG(seed, 0))
	p := NewParams()
	m := NewMLP(p, "mlp", []int{3, 5, 2}, tape.ReLU, rng, 1)
	l := NewLayerNorm(p, "norm", 2)
	return p, m, l
}

func TestNetworkComputesItsFormula(t *testing.T) {
	p, m, l := testParams(1)
	for i := range p.Slice("mlp.0.bias") {
		p.Slice("mlp.0.bias")[i] = float32(i) / 7
	}
	copy(p.Slice("norm.gain"), []float32{2, 3})
	x := []float32{1, -2, 3}
	tp := tape.New()
	got := tp.Matrix(l.Forward(p.Bind(tp, p.Data(), nil), m.Forward(p.Bind(tp, p.Data(), nil), tp.Input(1, 3, x))))

	h := make([]float64, 5)
	for j := range h {
		h[j] = float64(p.Slice("mlp.0.bias")[j])
		for i, v := range x {
			h[j] += float64(v) * float64(p.Slice("mlp.0.weight")[i*5+j])
		}
		h[j] = max(h[j], 0)
	}
	var y [2]float64
	for j := range y {
		for i, v := range h {
			y[j] += v * float64(p.Slice("mlp.1.weight")[i*2+j])
		}
	}
	half := (y[0] - y[1]) / 2 // two values lie ±half from their mean
	unit := half / math.Sqrt(half*half+1e-5)
	for j, want := range []float64{2 * unit, -3 * unit} {
		if !scalar.EqualWithinAbs(float64(got.Data[j]), want, 1e-5) {
			t.Errorf("output %d = %v, want %v", j, got.Data[j], want)
		}
	}
}

func TestBindPlacesGradientsLikeData(t *testing.T) {
	p, m, l := testParams(2)
	grad := make([]float32, p.Len())
	tp := tape.New()
	b := p.Bind(tp, p.Data(), grad)
	y := l.Forward(b, m.Forward(b, tp.Input(2, 3, []float32{1, 2, 3, -1, 0, 2})))
	tp.Backward(tp.SquaredError(y, make([]float32, 4), nil))
	i := p.byName["norm.bias"]
	from, to := p.Range(i)
	var want [2]float32 // d Σy²/d bias = 2·Σ y
	for j, v := range tp.Matrix(y).Data {
		want[j%2] += 2 * v
	}
	for j, g := range grad[from:to] {
		if !(math.Abs(float64(g-want[j])) <= 1e-5) {
			t.Errorf("gradient of norm.bias[%d] = %v, want %v", j, g, want[j])
		}
	}
}

func TestBindAndForwardAllocateNothing(t *testing.T) {
	p, m, l := testParams(3)
	grad := make([]float32, p.Len())
	x, target := make([]float32, 12), make([]float32, 8)
	tp := tape.New()
	step := func() {
		tp.Reset()
		b := p.Bind(tp, p.Data(), grad)
		y := l.Forward(b, m.Forward(b, tp.Input(4, 3, x)))
		tp.Backward(tp.SquaredError(y, target, nil))
	}
	step()
	if n := testing.AllocsPerRun(20, step); n != 0 {
		t.Errorf("a steady step allocates %v times", n)
	}
}

func TestFanInKeepsDeviation(t *testing.T) {
	w := make([]float32, 400*100)
	FanIn(1.5)(w, 400, 100, rand.New(rand.NewPCG(1, 2)))
	var squares float64
	for _, v := range w {
		squares += float64(v) * float64(v)
	}
	if got := math.Sqrt(squares / 100); !scalar.EqualWithinAbs(got, 1.5, 0.02) { // deviation of a column's sum
		t.Errorf("deviation of x·w is %v, want 1.5", got)
	}
}

func TestAddRefusesTakenName(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("adding one name twice did not panic")
		}
	}()
	p := NewParams()
	p.Add("w", 1, 1, Zeros, nil)
	p.Add("w", 1, 1, Zeros, nil)
}

// TestHiddenWeightsMakeUpForTheirActivation: those that pass half of their input begin √2 times
// as wide, those that pass all of it do not; the last layer has the scale asked for.
func TestHiddenWeightsMakeUpForTheirActivation(t *testing.T) {
	t.Parallel()
	for act, gain := range map[tape.Activation]float64{tape.ReLU: math.Sqrt2, tape.SiLU: math.Sqrt2, tape.Tanh: 1} {
		p := NewParams()
		NewMLP(p, "mlp", []int{100, 200, 50}, act, rand.New(rand.NewPCG(1, 0)), 0.5)
		for name, want := range map[string]float64{"mlp.0.weight": gain / 10, "mlp.1.weight": 0.5 / math.Sqrt(200)} {
			var squares float64
			for _, w := range p.Slice(name) {
				squares += float64(w) * float64(w)
			}
			if got := math.Sqrt(squares / float64(len(p.Slice(name)))); !(math.Abs(got/want-1) < 0.05) {
				t.Errorf("activation %v: %s varies by %v, want %v", act, name, got, want)
			}
		}
	}
}
