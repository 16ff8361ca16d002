package plan

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// These tests compute by hand what one iteration draws and learns.

func TestPlannersAreSetUpAsTheirPapersSay(t *testing.T) {
	t.Parallel()
	base := Config{Horizon: 20, Repeat: 1, Replan: 1, Samples: 200, Iterations: 5, Spread: 0.5, Decay: 1, Final: 1}
	cem, icem, mppi, random := base, base, base, base
	cem.Update, cem.Elites, cem.Momentum = Elites, 20, 0.1
	icem.Update, icem.Elites, icem.Momentum, icem.Keep, icem.Colour, icem.Decay = Elites, 20, 0.1, 0.3, 2, 1.25
	mppi.Update, mppi.Temperature, mppi.Colour = Weights, 0.05, 1
	random.Update = Nothing
	for name, want := range map[string]Config{"cem": cem, "icem": icem, "mppi": mppi, "random": random} {
		got, err := DefaultConfig(name)
		if err != nil || got.Workers < 1 {
			t.Fatalf("%s: %d workers, %v", name, got.Workers, err)
		}
		if got.Workers = 0; got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

// TestEverySettingHasItsRange sets each to its least and greatest value, and beyond.
func TestEverySettingHasItsRange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		set       func(c *Config, v float64)
		good, bad []float64
		ofWeights bool
	}{
		{name: "horizon", set: func(c *Config, v float64) { c.Horizon = int(v) }, good: []float64{1, 1000}, bad: []float64{0, 1001}},
		{name: "repeat", set: func(c *Config, v float64) { c.Repeat = int(v) }, good: []float64{1, 500}, bad: []float64{0, 501}},
		{name: "replan", set: func(c *Config, v float64) { c.Replan = int(v) }, good: []float64{1, 20}, bad: []float64{0, 21}},
		{name: "samples", set: func(c *Config, v float64) { c.Samples, c.Elites = int(v), 1 }, good: []float64{2, 100_000}, bad: []float64{1, 100_001}},
		{name: "proposals", set: func(c *Config, v float64) { c.Proposals = int(v) }, good: []float64{0, 100_000}, bad: []float64{-1, 100_001}},
		{name: "iterations", set: func(c *Config, v float64) { c.Iterations = int(v) }, good: []float64{1, 1000}, bad: []float64{0, 1001}},
		{name: "workers", set: func(c *Config, v float64) { c.Workers = int(v) }, good: []float64{1, 1e6}, bad: []float64{0}},
		{name: "spread", set: func(c *Config, v float64) { c.Spread = v }, good: []float64{1e-6, 10}, bad: []float64{0, 0.9e-6, 10.1, math.NaN()}},
		{name: "colour", set: func(c *Config, v float64) { c.Colour = v }, good: []float64{0, 10}, bad: []float64{-0.1, 10.1, math.NaN()}},
		{name: "decay", set: func(c *Config, v float64) { c.Decay = v }, good: []float64{1, 10}, bad: []float64{0.9, 10.1, math.NaN()}},
		{name: "final", set: func(c *Config, v float64) { c.Final = v }, good: []float64{0, 1e6}, bad: []float64{-0.1, 1.1e6, math.NaN()}},
		{name: "caution", set: func(c *Config, v float64) { c.Caution = v }, good: []float64{0, 1e9}, bad: []float64{-0.1, 1.1e9, math.NaN()}},
		{name: "within", set: func(c *Config, v float64) { c.Within = v }, good: []float64{0, 0.5, 0.999}, bad: []float64{-0.1, 1, math.NaN()}},
		{name: "knots", set: func(c *Config, v float64) { c.Knots = int(v) }, good: []float64{0, 2, 20}, bad: []float64{-1, 1, 21}},
		{name: "elites", set: func(c *Config, v float64) { c.Elites = int(v) }, good: []float64{1, 200}, bad: []float64{0, 201}},
		{name: "keep", set: func(c *Config, v float64) { c.Keep = v }, good: []float64{0, 1}, bad: []float64{-0.1, 1.1, math.NaN()}},
		{name: "momentum", set: func(c *Config, v float64) { c.Momentum = v }, good: []float64{0, 0.999}, bad: []float64{-0.1, 1, math.NaN()}},
		{name: "temperature", set: func(c *Config, v float64) { c.Temperature = v }, good: []float64{1e-6, 1e6}, bad: []float64{0.9e-6, 1.1e6, math.NaN()}, ofWeights: true},
	} {
		planner := "cem"
		if c.ofWeights {
			planner = "mppi"
		}
		for _, v := range c.good {
			settings := config(t, planner, func(s *Config) { c.set(s, v) })
			if err := settings.Validate(); err != nil {
				t.Errorf("%s %v: %v", c.name, v, err)
			}
		}
		for _, v := range c.bad {
			settings := config(t, planner, func(s *Config) { c.set(s, v) })
			if settings.Validate() == nil {
				t.Errorf("%s %v passes", c.name, v)
			}
		}
	}
	for name, change := range map[string]func(c *Config){
		"elites": func(c *Config) { c.Elites = 1 }, "keep": func(c *Config) { c.Keep = 0.1 },
		"momentum": func(c *Config) { c.Momentum = 0.1 }, "temperature": func(c *Config) { c.Temperature = 1 },
	} {
		c := config(t, "random", change)
		if c.Validate() == nil {
			t.Errorf("random shooting takes a setting of %s", name)
		}
	}
}

func TestSamplesDecay(t *testing.T) {
	t.Parallel()
	icem := config(t, "icem", nil)
	for i, want := range []int{200, 160, 128, 102, 81, 65, 52, 41, 40, 40} { // never fewer than twice the 20 elites
		if got := icem.samples(i); got != want {
			t.Errorf("iteration %d tries %d plans, want %d", i, got, want)
		}
	}
	random := config(t, "random", func(c *Config) { c.Decay, c.Samples = 10, 30 })
	for i, want := range []int{30, 3, 2, 2} {
		if got := random.samples(i); got != want {
			t.Errorf("iteration %d tries %d plans, want %d", i, got, want)
		}
	}
	few := config(t, "cem", func(c *Config) { c.Samples = 30 })
	if got := few.samples(3); got != 30 {
		t.Errorf("%d plans, want the 30 there are", got)
	}
}

func TestFirstPlansSpreadRoundTheMiddle(t *testing.T) {
	t.Parallel()
	const n = 20_000
	c := config(t, "random", func(c *Config) { c.Horizon, c.Iterations, c.Samples, c.Spread = 1, 1, n, 0.1 })
	var sum, squares [2]float64
	search(t, c, []float64{-1, 10}, []float64{3, 11}, func(costs, plans []float64) error {
		if len(costs) == n {
			for i, v := range plans {
				sum[i%2] += v / n
				squares[i%2] += v * v / n
			}
		}
		return nil
	})
	for i, want := range [][2]float64{{1, 0.2}, {10.5, 0.05}} { // a tenth of half the range
		if deviation := math.Sqrt(squares[i] - sum[i]*sum[i]); !scalar.EqualWithinRel(sum[i], want[0], 0.01) || !scalar.EqualWithinRel(deviation, want[1], 0.03) {
			t.Errorf("number %d has mean %.3f and standard deviation %.3f, want %v", i, sum[i], deviation, want)
		}
	}
}

// TestElitesGiveMeanAndSpread computes both from the three best plans.
func TestElitesGiveMeanAndSpread(t *testing.T) {
	t.Parallel()
	c := config(t, "cem", func(c *Config) {
		c.Horizon, c.Iterations, c.Samples, c.Elites, c.Momentum, c.Keep = 1, 1, 50, 3, 0.25, 0.7
	})
	p, err := NewPlanner(c, []float64{-1}, []float64{3}, sim.NewRand(1, "test", 0))
	if err != nil {
		t.Fatal(err)
	}
	var tried []float64
	if _, _, err := p.Search(func(costs, plans []float64) error {
		if len(costs) > 1 {
			tried = slices.Clone(plans)
		}
		for k := range costs {
			costs[k] = -plans[k]
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(tried)
	a, b, d := tried[49], tried[48], tried[47]
	mean := (a + b + d) / 3
	deviation := math.Sqrt(((a-mean)*(a-mean) + (b-mean)*(b-mean) + (d-mean)*(d-mean)) / 3)
	if want := 0.25*1 + 0.75*mean; !scalar.EqualWithinAbs(p.mean[0], want, 1e-12) { // the middle was 1
		t.Errorf("mean %v, want %v", p.mean[0], want)
	}
	if want := 0.25*1 + 0.75*deviation; !scalar.EqualWithinAbs(p.spread[0], want, 1e-12) { // half of half the range of 4
		t.Errorf("standard deviation %v, want %v", p.spread[0], want)
	}
	if p.kept != 2 { // 0.7 of 3, whole ones only
		t.Errorf("%d elites are tried again, want 2", p.kept)
	}
}

// TestWeightsFallWithExcessCost has costs of 2 and 5 beside one that is infinite: the mean
// excess is 1.5, so with a temperature of 0.5 an excess of 3 weighs exp(−4).
func TestWeightsFallWithExcessCost(t *testing.T) {
	t.Parallel()
	c := config(t, "mppi", func(c *Config) { c.Horizon, c.Iterations, c.Samples, c.Temperature = 1, 1, 3, 0.5 })
	p, err := NewPlanner(c, []float64{-1}, []float64{1}, sim.NewRand(1, "test", 0))
	if err != nil {
		t.Fatal(err)
	}
	var tried []float64
	if _, _, err := p.Search(func(costs, plans []float64) error {
		if len(costs) > 1 {
			tried = slices.Clone(plans)
			copy(costs, []float64{5, math.Inf(1), 2})
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	w := math.Exp(-4)
	if want := (tried[2] + w*tried[0]) / (1 + w); !scalar.EqualWithinAbs(p.mean[0], want, 1e-12) {
		t.Errorf("mean %v, want %v", p.mean[0], want)
	}
}

func TestBoundsAreChecked(t *testing.T) {
	t.Parallel()
	inf := math.Inf(1)
	for _, b := range [][2][]float64{
		{nil, nil}, {{0}, {1, 2}}, {{1}, {0}}, {{0, math.NaN()}, {1, 1}}, {{0}, {inf}}, {{-inf}, {0}}, {{0, 2}, {1, 1}},
	} {
		if _, err := NewPlanner(config(t, "cem", nil), b[0], b[1], sim.NewRand(1, "test", 0)); err == nil {
			t.Errorf("bounds %v to %v pass", b[0], b[1])
		}
	}
	if _, err := NewPlanner(config(t, "cem", nil), []float64{1}, []float64{1}, sim.NewRand(1, "test", 0)); err != nil {
		t.Errorf("a single value: %v", err)
	}
	if _, err := NewPlanner(Config{}, []float64{0}, []float64{1}, sim.NewRand(1, "test", 0)); err == nil {
		t.Error("settings of zeros pass")
	}
}

// TestEqualCostsKeepTheFirstPlan lets nothing but the order decide.
// TestElitesOfAFormerIterationAreGone: where no plan of an iteration has a finite cost, the next tries none of those before again.
func TestElitesOfAFormerIterationAreGone(t *testing.T) {
	t.Parallel()
	c := config(t, "icem", func(c *Config) {
		c.Horizon, c.Iterations, c.Samples, c.Elites, c.Keep = 2, 3, 20, 4, 0.5
	})
	for _, hopeless := range []bool{false, true} {
		p, err := NewPlanner(c, []float64{-1}, []float64{1}, sim.NewRand(1, "test", 0))
		if err != nil {
			t.Fatal(err)
		}
		var tried [][]float64
		if _, _, err := p.Search(func(costs, plans []float64) error {
			if len(costs) > 1 {
				tried = append(tried, slices.Clone(plans))
			}
			for k := range costs {
				if costs[k] = plans[2*k]; hopeless && len(tried) == 2 {
					costs[k] = math.Inf(1)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		again := 0
		for k := 0; k < len(tried[2]); k += 2 {
			for _, before := range tried[:2] {
				for j := 0; j < len(before); j += 2 {
					if slices.Equal(tried[2][k:k+2], before[j:j+2]) {
						again++
					}
				}
			}
		}
		if (again == 0) != hopeless {
			t.Errorf("no finite cost in the second iteration %v: the third tries %d plans again", hopeless, again)
		}
	}
}

func TestEqualCostsKeepTheFirstPlan(t *testing.T) {
	t.Parallel()
	c := config(t, "random", func(c *Config) { c.Horizon, c.Iterations = 1, 1 })
	p, err := NewPlanner(c, []float64{-1}, []float64{1}, sim.NewRand(1, "test", 0))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Search(func(costs, _ []float64) error { clear(costs); return nil }); err != nil {
		t.Fatal(err)
	}
	for k := range p.Candidates() {
		if p.order[k] != k {
			t.Fatalf("candidate %d is plan %d", k, p.order[k])
		}
	}
}
