package optim

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
)

func TestFirstAdamStepIsTheRate(t *testing.T) {
	w := []float32{1, 2, 3, 4}
	g := []float32{0.5, -20, 1e-3, 0}
	NewAdamW(4, 0).Step(w, g, 0.1, 1)
	for i, want := range []float64{0.9, 2.1, 2.9, 4} { // w − rate·sign(g)
		if !scalar.EqualWithinAbs(float64(w[i]), want, 1e-5) {
			t.Errorf("weight %d = %v, want %v", i, w[i], want)
		}
	}
}

func TestDecayWithoutGradientIsGeometric(t *testing.T) {
	w := []float32{2}
	a := NewAdamW(1, 0.5)
	for range 10 {
		a.Step(w, []float32{0}, 0.1, 1)
	}
	if want := 2 * math.Pow(0.95, 10); !scalar.EqualWithinAbs(float64(w[0]), want, 1e-6) {
		t.Errorf("weight = %v, want %v", w[0], want)
	}
}

func TestAdamFindsTheBottomOfABowl(t *testing.T) {
	w := []float32{3, -2}
	g := make([]float32, 2)
	a := NewAdamW(2, 0)
	s := Schedule{Peak: 0.1, Final: 1e-4, Warmup: 10}
	for step := range 500 {
		g[0], g[1] = w[0]-1, 100*(w[1]-0.5) // of (w₀−1)²/2 + 50·(w₁−½)²
		a.Step(w, g, float32(s.Rate(step, float64(step)/500)), 1)
	}
	if !scalar.EqualWithinAbs(float64(w[0]), 1, 1e-3) || !scalar.EqualWithinAbs(float64(w[1]), 0.5, 1e-3) {
		t.Errorf("ended at %v, want [1 0.5]", w)
	}
}

// adam64 is the algorithm as published, in float64.
type adam64 struct{ w, m, v []float64 }

func (a adam64) step(t int, g []float64, rate, decay float64) {
	for i := range g {
		a.w[i] -= rate * decay * a.w[i]
		a.m[i] = 0.9*a.m[i] + 0.1*g[i]
		a.v[i] = 0.999*a.v[i] + 0.001*g[i]*g[i]
		m := a.m[i] / (1 - math.Pow(0.9, float64(t)))
		v := a.v[i] / (1 - math.Pow(0.999, float64(t)))
		a.w[i] -= rate * m / (math.Sqrt(v) + 1e-8)
	}
}

func TestAdamFollowsItsFloat64Twin(t *testing.T) {
	const n = 17
	rng := rand.New(rand.NewPCG(1, 2))
	a := NewAdamW(n, 0.01)
	twin := adam64{make([]float64, n), make([]float64, n), make([]float64, n)}
	w, g := make([]float32, n), make([]float32, n)
	for i := range w {
		w[i] = float32(rng.NormFloat64())
		twin.w[i] = float64(w[i])
	}
	g64 := make([]float64, n)
	for step := 1; step <= 100; step++ {
		for i := range g {
			g[i] = float32(rng.NormFloat64() * 3)
			g64[i] = float64(g[i]) * 0.25
		}
		a.Step(w, g, 0.01, 0.25)
		twin.step(step, g64, 0.01, 0.01)
	}
	for i := range w {
		if !scalar.EqualWithinAbs(float64(w[i]), twin.w[i], 1e-5) {
			t.Errorf("weight %d = %v, want %v", i, w[i], twin.w[i])
		}
	}
}

// TestPartsMoveAsTheWhole: steps and updates that are taken in parts have the bits of those at once.
func TestPartsMoveAsTheWhole(t *testing.T) {
	const n = 41
	rng := rand.New(rand.NewPCG(3, 0))
	w, g := make([]float32, n), make([]float32, n)
	a, b := NewAdamW(n, 0.1), NewAdamW(n, 0.1)
	ea, eb := NewEMA(w, 0.9), NewEMA(w, 0.9)
	v := slices.Clone(w)
	for range 20 {
		for i := range g {
			g[i] = float32(rng.NormFloat64())
		}
		a.Step(w, g, 0.01, 0.5)
		ea.Update(w)
		b.Begin(0.01, 0.5)
		eb.Begin()
		for _, part := range [][2]int{{16, 32}, {32, n}, {0, 16}} {
			b.Move(v, g, part[0], part[1])
			eb.Move(v, part[0], part[1])
		}
	}
	if !slices.Equal(w, v) || !slices.Equal(ea.Average, eb.Average) || a.Steps != b.Steps || ea.Updates != eb.Updates {
		t.Error("parts end with other bits than the whole")
	}
}

func TestClipScale(t *testing.T) {
	g := []float32{3, 0, 4, 0, 12}
	if s, norm := ClipScale(g, 20); s != 1 || norm != 13 {
		t.Errorf("below the limit: %v, %v, want 1, 13", s, norm)
	}
	if s, _ := ClipScale(g, 6.5); s != 0.5 {
		t.Errorf("above the limit: %v, want 0.5", s)
	}
	if s, norm := ClipScale(nil, 1); s != 1 || norm != 0 {
		t.Errorf("no gradient: %v, %v, want 1, 0", s, norm)
	}
	if _, norm := ClipScale([]float32{float32(math.NaN())}, 1); !math.IsNaN(norm) {
		t.Errorf("norm of NaN is %v", norm)
	}
}

func TestEMAWarmsUp(t *testing.T) {
	e := NewEMA([]float32{1}, 0.5)
	want := 1.0
	for step := range 20 {
		x := float64(step * step)
		e.Update([]float32{float32(x)})
		d := min(0.5, float64(1+step)/float64(10+step))
		want = d*want + (1-d)*x
		if got := float64(e.Average[0]); !scalar.EqualWithinAbs(got, want, 1e-5*want) {
			t.Errorf("average after update %d = %v, want %v", step, got, want)
		}
	}
}

func TestScheduleRisesThenFalls(t *testing.T) {
	s := Schedule{Peak: 1, Final: 0.1, Warmup: 4}
	for _, c := range []struct {
		step           int
		fraction, want float64
	}{{0, 0, 0.25}, {3, 0, 1}, {100, 0, 1}, {100, 0.5, 0.55}, {100, 1, 0.1}, {100, 2, 0.1}} {
		if got := s.Rate(c.step, c.fraction); !scalar.EqualWithinAbs(got, c.want, 1e-12) {
			t.Errorf("rate at step %d, fraction %v = %v, want %v", c.step, c.fraction, got, c.want)
		}
	}
}

func TestStepsAllocateNothing(t *testing.T) {
	w, g := make([]float32, 100), make([]float32, 100)
	a, e := NewAdamW(100, 0), NewEMA(w, 0.9)
	if n := testing.AllocsPerRun(10, func() {
		s, _ := ClipScale(g, 1)
		a.Step(w, g, 0.1, s)
		e.Update(w)
	}); n != 0 {
		t.Errorf("a step allocates %v times", n)
	}
}
