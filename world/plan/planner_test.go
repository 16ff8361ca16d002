package plan

import (
	"errors"
	"math"
	"slices"
	"testing"

	"orrery/sim"
)

// learners are the planners that get better from one iteration to the next.
var learners = []string{"cem", "icem", "mppi"}

// config returns the default settings of a planner after a change.
func config(t testing.TB, name string, change func(c *Config)) Config {
	t.Helper()
	c, err := DefaultConfig(name)
	if err != nil {
		t.Fatal(err)
	}
	c.Workers = 1
	if change != nil {
		change(&c)
	}
	return c
}

// search runs one search of a new planner.
func search(t testing.TB, c Config, low, high []float64, evaluate Evaluate) (plan []float64, cost float64) {
	t.Helper()
	p, err := NewPlanner(c, low, high, sim.NewRand(1, "test", 0))
	if err != nil {
		t.Fatal(err)
	}
	plan, cost, err = p.Search(evaluate)
	if err != nil {
		t.Fatal(err)
	}
	return plan, cost
}

// each makes an Evaluate of a function of one plan.
func each(cost func(plan []float64) float64) Evaluate {
	return func(costs, plans []float64) error {
		size := len(plans) / len(costs)
		for k := range costs {
			costs[k] = cost(row(plans, k, size))
		}
		return nil
	}
}

// bowl costs the squared distance from a point, stretched along some axes.
func bowl(bottom []float64) Evaluate {
	return each(func(plan []float64) float64 {
		sum := 0.0
		for i, v := range plan {
			d := v - bottom[i]
			sum += float64(1+i%3) * d * d
		}
		return sum
	})
}

// TestBottomOfABowlIsFound also has a bottom out of bounds, of which the nearest
// point within them is the answer.
func TestBottomOfABowlIsFound(t *testing.T) {
	t.Parallel()
	low, high := []float64{-1, 0}, []float64{1, 10}
	bottom := []float64{0.3, 7, -0.8, 1, 0.1, 12}
	want := slices.Clone(bottom)
	want[5] = 10
	for _, name := range learners {
		c := config(t, name, func(c *Config) { c.Horizon, c.Samples, c.Iterations = 3, 200, 40 })
		plan, cost := search(t, c, low, high, bowl(bottom))
		tolerance := 0.02
		if name == "mppi" { // its plans spread as far in the end as in the beginning
			tolerance = 0.15
		}
		for i := range want {
			if off := math.Abs(plan[i]-want[i]) / (high[i%2] - low[i%2]); !(off <= tolerance) {
				t.Errorf("%s: number %d is %.3f, want %.3f", name, i, plan[i], want[i])
			}
		}
		if name != "mppi" && !(cost <= 12.001) { // 3·2² for what is out of bounds
			t.Errorf("%s: costs %v, want 12", name, cost)
		}
		random, _ := DefaultConfig("random")
		random.Horizon, random.Samples, random.Iterations = 3, 200, 40
		if _, chance := search(t, random, low, high, bowl(bottom)); !(chance > cost) {
			t.Errorf("%s: costs %v, no less than the %v of chance", name, cost, chance)
		}
	}
}

// TestBestPlanEverTriedIsReturned has costs that only chance can lower.
func TestBestPlanEverTriedIsReturned(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		least := math.Inf(1)
		var best []float64
		lottery := sim.NewRand(2, "lottery", 0)
		c := config(t, name, nil)
		plan, cost := search(t, c, []float64{-1}, []float64{1}, each(func(plan []float64) float64 {
			cost := lottery.Float64()
			if !(cost > least) {
				least, best = cost, slices.Clone(plan)
			}
			return cost
		}))
		if cost != least || !slices.Equal(plan, best) {
			t.Errorf("%s: returned a plan of cost %v, but tried one of %v", name, cost, least)
		}
	}
}

// TestUnitOfCostsDoesNotMatter scales and shifts all costs by powers of two, which
// rounds nothing.
func TestUnitOfCostsDoesNotMatter(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		c := config(t, name, func(c *Config) { c.Horizon = 4 })
		bottom := []float64{0.25, -0.5, 0.125, 0.75}
		plain := bowl(bottom)
		want, _ := search(t, c, []float64{-1}, []float64{1}, plain)
		got, _ := search(t, c, []float64{-1}, []float64{1}, func(costs, plans []float64) error {
			err := plain(costs, plans)
			for k := range costs {
				costs[k] *= 1024
			}
			return err
		})
		if !slices.Equal(got, want) {
			t.Errorf("%s: costs 1024 times as high lead to another plan", name)
		}
	}
}

func TestPlansStayWithinBounds(t *testing.T) {
	t.Parallel()
	low, high := []float64{-1, 3, 5}, []float64{2, 3, 100}
	for _, name := range Names() {
		c := config(t, name, func(c *Config) { c.Spread = 3 })
		count := 0
		search(t, c, low, high, each(func(plan []float64) float64 {
			for i, v := range plan {
				if !(v >= low[i%3]) || !(v <= high[i%3]) {
					t.Fatalf("%s: number %d is %v, out of %v to %v", name, i, v, low[i%3], high[i%3])
				}
			}
			count++
			return plan[0] - plan[2] + plan[5]
		}))
		want := 1 // the mean at the end
		for i := range c.Iterations {
			want += c.samples(i)
		}
		if count != want {
			t.Errorf("%s: tried %d plans, want %d", name, count, want)
		}
	}
}

// TestBurstPredictionsAreAvoided gives no number or infinity for most plans.
func TestBurstPredictionsAreAvoided(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		c := config(t, name, func(c *Config) { c.Horizon = 1; c.Samples = 100 })
		plan, cost := search(t, c, []float64{-1}, []float64{1}, each(func(plan []float64) float64 {
			switch {
			case plan[0] > 0.7:
				return math.Abs(plan[0] - 0.9)
			case plan[0] > 0:
				return math.NaN()
			}
			return math.Inf(1)
		}))
		if !(plan[0] > 0.7 && cost < 0.1) {
			t.Errorf("%s: %v costs %v, want about 0.9", name, plan, cost)
		}
	}
	p, err := NewPlanner(config(t, "cem", nil), []float64{-1}, []float64{1}, sim.NewRand(1, "test", 0))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Search(each(func([]float64) float64 { return math.NaN() })); !errors.Is(err, errHopeless) {
		t.Errorf("error %v, want %v", err, errHopeless)
	}
}

// TestEverythingElseThanBurstIsLearntFrom has fewer finite costs than elites.
func TestEverythingElseThanBurstIsLearntFrom(t *testing.T) {
	t.Parallel()
	for _, name := range learners {
		c := config(t, name, func(c *Config) { c.Horizon, c.Iterations = 1, 1 })
		p, err := NewPlanner(c, []float64{-1}, []float64{1}, sim.NewRand(1, "test", 0))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := p.Search(each(func(plan []float64) float64 {
			if plan[0] > 0.9 {
				return plan[0]
			}
			return math.Inf(1)
		})); err != nil {
			t.Fatal(err)
		}
		if want := 0.9 * (1 - c.Momentum); !(p.mean[0] >= want) {
			t.Errorf("%s: the mean is %.3f, want at least %.3f", name, p.mean[0], want)
		}
	}
}

// TestLonePlanIsLearntFrom lets all plans of an iteration burst but one.
func TestLonePlanIsLearntFrom(t *testing.T) {
	t.Parallel()
	for _, name := range learners {
		c := config(t, name, func(c *Config) { c.Horizon, c.Iterations, c.Momentum = 1, 1, 0 })
		p, err := NewPlanner(c, []float64{-1}, []float64{1}, sim.NewRand(1, "test", 0))
		if err != nil {
			t.Fatal(err)
		}
		var lone float64
		if _, _, err := p.Search(func(costs, plans []float64) error {
			for k := range costs {
				costs[k] = math.Inf(1)
			}
			if k := len(costs) / 2; k > 0 { // not the mean at the end
				costs[k], lone = 3, plans[k]
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if p.mean[0] != lone {
			t.Errorf("%s: the mean is %v, want %v", name, p.mean[0], lone)
		}
	}
}

// TestBurstIterationsTeachNothing: where all plans of a later iteration burst, the search goes on from what it knew.
func TestBurstIterationsTeachNothing(t *testing.T) {
	t.Parallel()
	for _, name := range learners {
		c := config(t, name, func(c *Config) { c.Horizon, c.Iterations, c.Keep = 1, 3, 0 })
		p, err := NewPlanner(c, []float64{-1}, []float64{1}, sim.NewRand(1, "test", 0))
		if err != nil {
			t.Fatal(err)
		}
		iteration, known := 0, math.NaN()
		plan, cost, err := p.Search(func(costs, plans []float64) error {
			if iteration++; iteration == 2 {
				known = p.mean[0]
			}
			for k := range costs {
				if costs[k] = math.NaN(); iteration == 1 {
					costs[k] = math.Abs(plans[k] - 0.5)
				}
			}
			return nil
		})
		if err != nil || !(cost < 0.5) || !(math.Abs(plan[0]-0.5) == cost) || !(p.mean[0] == known) {
			t.Errorf("%s: plan %v costs %v, mean %v, want %v: %v", name, plan, cost, p.mean[0], known, err)
		}
	}
}

// TestSearchGoesOnFromTheShiftedPlan moves the bottom of a bowl by one decision,
// as time does, and lets the second search have a single iteration.
func TestSearchGoesOnFromTheShiftedPlan(t *testing.T) {
	t.Parallel()
	const h = 8
	wave := func(shift int) []float64 {
		bottom := make([]float64, h)
		for i := range bottom {
			bottom[i] = 0.8 * math.Sin(float64(min(i+shift, h-1)))
		}
		return bottom
	}
	for _, name := range learners {
		c := config(t, name, func(c *Config) { c.Horizon, c.Iterations, c.Colour = h, 40, 0 })
		p, err := NewPlanner(c, []float64{-1}, []float64{1}, sim.NewRand(1, "test", 0))
		if err != nil {
			t.Fatal(err)
		}
		first, _, err := p.Search(bowl(wave(0)))
		if err != nil {
			t.Fatal(err)
		}
		follow := slices.Clone(first)
		p.config.Iterations = 1
		p.Shift(1)
		if got, want := p.mean, append(follow[1:], follow[h-1]); !slices.Equal(got, want) {
			t.Errorf("%s: begins at %v, want %v", name, got, want)
		}
		_, warm, err := p.Search(bowl(wave(1)))
		if err != nil {
			t.Fatal(err)
		}
		p.Reset([]float64{0})
		_, cold, err := p.Search(bowl(wave(1)))
		if err != nil {
			t.Fatal(err)
		}
		if !(warm <= cold/2) {
			t.Errorf("%s: one iteration costs %v after the shift and %v from nothing", name, warm, cold)
		}
	}
}

// TestKeptElitesAreTriedAgain counts plans of one iteration that come back in the
// next, and across a shift.
func TestKeptElitesAreTriedAgain(t *testing.T) {
	t.Parallel()
	c := config(t, "icem", func(c *Config) { c.Horizon, c.Samples, c.Iterations, c.Decay = 2, 50, 2, 1 })
	p, err := NewPlanner(c, []float64{-1}, []float64{1}, sim.NewRand(1, "test", 0))
	if err != nil {
		t.Fatal(err)
	}
	var rounds [][]float64
	measure := bowl([]float64{0.2, 0.4})
	evaluate := func(costs, plans []float64) error {
		if len(costs) > 1 {
			rounds = append(rounds, slices.Clone(plans))
		}
		return measure(costs, plans)
	}
	if _, _, err := p.Search(evaluate); err != nil {
		t.Fatal(err)
	}
	kept := int(c.Keep * float64(c.Elites))
	for k := range kept {
		if again := row(rounds[1], k, 2); !contains(rounds[0], again) {
			t.Errorf("elite %d %v was not among the plans before", k, again)
		}
	}
	elites := slices.Clone(p.elites)
	p.Shift(1)
	if _, _, err := p.Search(evaluate); err != nil {
		t.Fatal(err)
	}
	for k := range kept {
		last := elites[2*k+1]
		if got := row(rounds[2], k, 2); !slices.Equal(got, []float64{last, last}) {
			t.Errorf("elite %d is %v after the shift, want %v twice", k, got, last)
		}
	}
}

func contains(plans, plan []float64) bool {
	for at := 0; at < len(plans); at += len(plan) {
		if slices.Equal(plans[at:at+len(plan)], plan) {
			return true
		}
	}
	return false
}

func TestSearchesRepeat(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		c := config(t, name, nil)
		bottom := make([]float64, c.Horizon)
		a, _ := search(t, c, []float64{-1}, []float64{1}, bowl(bottom))
		b, _ := search(t, c, []float64{-1}, []float64{1}, bowl(bottom))
		if !slices.Equal(a, b) {
			t.Errorf("%s: the same search found another plan", name)
		}
	}
}

func TestSearchAllocatesNothing(t *testing.T) {
	for _, name := range Names() {
		p, err := NewPlanner(config(t, name, nil), []float64{-1}, []float64{1}, sim.NewRand(1, "test", 0))
		if err != nil {
			t.Fatal(err)
		}
		evaluate := bowl(make([]float64, 20))
		if n := testing.AllocsPerRun(10, func() { _, _, _ = p.Search(evaluate) }); !(n <= 0) {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// TestSearchEndsWhenAPlanIsGoodEnough, not before, and makes all its iterations when none is.
func TestSearchEndsWhenAPlanIsGoodEnough(t *testing.T) {
	t.Parallel()
	for _, name := range learners {
		var all []float64 // the best cost so far after each call
		tell := func(bests *[]float64) Evaluate {
			cost, best := bowl([]float64{0.3, -0.2, 0.5, 0.1}), math.Inf(1)
			return func(costs, plans []float64) error {
				err := cost(costs, plans)
				best = min(best, slices.Min(costs))
				*bests = append(*bests, best)
				return err
			}
		}
		change := func(enough float64) func(c *Config) {
			return func(c *Config) { c.Horizon, c.Knots, c.Colour, c.Iterations, c.Enough = 2, 0, 0, 8, enough }
		}
		low, high := []float64{-1, -1}, []float64{1, 1}
		search(t, config(t, name, change(0)), low, high, tell(&all))
		if len(all) != 9 { // the mean is tried in the end
			t.Fatalf("%s: %d calls", name, len(all))
		}
		enough := all[2] // after the third iteration
		last := 1 + slices.Index(all, enough)
		var some []float64
		_, cost := search(t, config(t, name, change(enough)), low, high, tell(&some))
		if !(cost <= enough) || len(some) != last+1 || !slices.Equal(some[:last], all[:last]) {
			t.Errorf("%s: a plan of %v after %d calls, want one of %v after %d", name, cost, len(some), enough, last+1)
		}
		some = nil
		search(t, config(t, name, change(1e-300)), low, high, tell(&some))
		if len(some) != len(all) {
			t.Errorf("%s: %d calls for what no plan reaches, want %d", name, len(some), len(all))
		}
	}
}
