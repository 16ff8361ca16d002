package mirror

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"gonum.org/v1/gonum/mat"

	"orrery/world/identify"
)

// TestDampedStepsAreThoseOfADenseSolver of the knobs that are free and that something depends on; all others stay.
// None may be left.
func TestDampedStepsAreThoseOfADenseSolver(t *testing.T) {
	t.Parallel()
	const n = 5
	r := rand.New(rand.NewPCG(1, 2))
	root := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			if i != 3 { // on which nothing depends
				root.Set(i, j, r.NormFloat64()*math.Pow(10, float64(i)))
			}
		}
	}
	var full mat.Dense
	full.Mul(root, root.T())
	h, g := make([]float64, n*n), make([]float64, n)
	for i := range n {
		g[i] = r.NormFloat64()
		for j := range i + 1 {
			h[i*n+j] = full.At(i, j)
		}
	}
	for code := range 1 << n {
		held := make([]bool, n)
		var at []int
		for i := range n {
			held[i] = code>>i&1 == 1
			if !held[i] && i != 3 {
				at = append(at, i)
			}
		}
		const damping = 0.3
		want := make([]float64, n)
		if m := len(at); m > 0 {
			a, b := mat.NewDense(m, m, nil), mat.NewVecDense(m, nil)
			for x, i := range at {
				b.SetVec(x, -g[i])
				for y, j := range at {
					a.Set(x, y, full.At(i, j))
				}
				a.Set(x, x, (1+damping)*full.At(i, i))
			}
			var d mat.VecDense
			if err := d.SolveVec(a, b); err != nil {
				t.Fatal(err)
			}
			for x, i := range at {
				want[i] = d.AtVec(x)
			}
		}
		for i, got := range solveDamped(h, g, held, damping) {
			if !scalar.EqualWithinAbsOrRel(got, want[i], 1e-12, 1e-9) {
				t.Errorf("held %v: knob %d goes by %v, want %v", held, i, got, want[i])
			}
		}
	}
}

// TestWhatRoundingLeavesIsRaised: of two knobs that do the same the damping is all that is between; no number is
// refused.
func TestWhatRoundingLeavesIsRaised(t *testing.T) {
	t.Parallel()
	a := []float64{1, 0, 1 + 1e-13, 1}
	if factored(a, 2, 1e-15) == nil || a[0] != 1 {
		t.Error("what is positive but for rounding has no factor")
	}
	if factored([]float64{math.NaN()}, 1, 1e-14) != nil {
		t.Error("no number has a factor")
	}
}

// TestKnobsAtTheirBoundsStay when the errors would be less beyond, also where that leaves none to turn.
func TestKnobsAtTheirBoundsStay(t *testing.T) {
	t.Parallel()
	p := &problem{knobs: make([]knob, 2)}
	for _, c := range []struct{ u, want []float64 }{
		{[]float64{1, 0.5}, []float64{1, 0.25}},
		{[]float64{1, 0}, []float64{1, 0}},
		{[]float64{0.5, 0}, []float64{1, 0}},
	} {
		f := &fitted{u: c.u, sums: &sums{h: []float64{1, 0, 0, 1}, g: []float64{-5, 0.25}}}
		got, _ := p.step(f, 0, []float64{0, 0}, []float64{1, 1})
		for i := range got {
			if !scalar.EqualWithinAbs(got[i], c.want[i], 1e-12) {
				t.Errorf("from %v to %v, want %v", c.u, got, c.want)
			}
		}
	}
}

// TestScansTryShares of the greatest distance for a rope, the known lists for surfaces, and nothing for all else.
func TestScansTryShares(t *testing.T) {
	t.Parallel()
	rope := knob{name: identify.Length, rope: true, start: 0.5}
	for k, got := range rope.tried() {
		if want := ropes[k] / 2; !scalar.EqualWithinAbs(got, want, 1e-15) {
			t.Errorf("length %d is %v m, want %v", k, got, want)
		}
	}
	for _, c := range []struct {
		knob knob
		want int
	}{
		{rope, len(ropes)},
		{knob{name: identify.Length, start: 0.5}, 0},
		{knob{name: identify.Friction, start: 0.5}, len(frictions)},
		{knob{name: identify.Elasticity, start: 0.5}, len(elasticities)},
		{knob{name: identify.Mass, start: 0.5}, 0},
	} {
		if got := len(c.knob.tried()); got != c.want {
			t.Errorf("%s: %d values, want %d", c.knob.name, got, c.want)
		}
	}
}
