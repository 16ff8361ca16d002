package plan

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world"
)

// drawPlans returns n plans of a configuration for a number of actuators.
func drawPlans(c Config, n, actuators int) []float64 {
	rng := sim.NewRand(1, "plans", n)
	plans := make([]float64, n*c.Horizon*actuators)
	for i := range plans {
		plans[i] = rng.NormFloat64()
	}
	return plans
}

// TestCostIsThatOfTheStates adds up by hand what the model of a mass leads to.
func TestCostIsThatOfTheStates(t *testing.T) {
	t.Parallel()
	scene := toyScene(t, sim.Force, 10, alongX, alongY)
	cost := func(state sim.State, force sim.Action) float64 {
		return state[0].X + 10*state[0].Y + 100*force[0] + 1000*force[1]
	}
	for _, n := range []int{1, 2, 31, 64, 65, 300, 700} {
		c := config(t, "random", func(c *Config) { c.Horizon, c.Repeat, c.Samples, c.Final = 3, 2, 700, 5 })
		r, err := NewRollouts(toy{move: pushed}, scene, cost, c)
		if err != nil {
			t.Fatal(err)
		}
		start := sim.State{{X: 0.25, Y: -1, VX: 0.5}}
		if err := r.From(start); err != nil {
			t.Fatal(err)
		}
		plans, costs := drawPlans(c, n, 2), make([]float64, n)
		costs[0] = 1e9 // what stood there before must not count
		if err := r.Evaluate(costs, plans); err != nil {
			t.Fatal(err)
		}
		for k := range costs {
			plan := row(plans, k, 6)
			states, err := r.States(plan)
			if err != nil {
				t.Fatal(err)
			}
			want, s := 0.0, start[0]
			for frame := range 6 {
				force := sim.Action(row(plan, frame/2, 2))
				s = pushed(s, force)
				if states[frame+1][0] != s {
					t.Fatalf("plan %d of %d: frame %d is %v, want %v", k, n, frame+1, states[frame+1][0], s)
				}
				weight := 1.0
				if frame == 5 {
					weight = 5
				}
				want += weight * cost(sim.State{s}, force)
			}
			if !scalar.EqualWithinAbs(costs[k], want, 1e-9*math.Abs(want)) {
				t.Fatalf("plan %d of %d costs %v, want %v", k, n, costs[k], want)
			}
		}
	}
}

// TestWorkersDoNotMatter has a model that remembers what it was asked before, so
// that only the same questions in the same order give the same answers.
func TestWorkersDoNotMatter(t *testing.T) {
	t.Parallel()
	scene := toyScene(t, sim.Force, 10, alongX)
	model := toy{move: pushed, remembers: true}
	for _, name := range Names() {
		var want []sim.BodyState
		for _, workers := range []int{1, 2, 5, 16} {
			c := config(t, name, func(c *Config) { c.Samples, c.Workers = 333, workers })
			got := follow(t, newController(t, model, scene, payMass, c), model, sim.BodyState{X: 1}, 5)
			if workers == 1 {
				want = got
			} else if !slices.Equal(got, want) {
				t.Errorf("%s: %d workers act differently from one", name, workers)
			}
		}
	}
}

// TestLookingChangesNothing asks a controller, whose model remembers, for what it
// expects.
func TestLookingChangesNothing(t *testing.T) {
	t.Parallel()
	scene := toyScene(t, sim.Force, 10, alongX)
	model := toy{move: pushed, remembers: true}
	var ways [2][]sim.BodyState
	for look := range ways {
		c := newController(t, model, scene, payMass, config(t, "icem", nil))
		s := sim.BodyState{X: 1}
		for range 5 {
			action, err := c.Act(sim.State{s})
			if err != nil {
				t.Fatal(err)
			}
			if look == 1 {
				if states, err := c.Considered(7); err != nil || len(states) != 7 {
					t.Fatalf("%d plans, %v", len(states), err)
				}
				if _, err := c.Expected(); err != nil {
					t.Fatal(err)
				}
			}
			s = pushed(s, action)
			ways[look] = append(ways[look], s)
		}
	}
	if !slices.Equal(ways[0], ways[1]) {
		t.Error("looking changed what was done")
	}
}

func TestRollingOutAllocatesNothing(t *testing.T) {
	scene := toyScene(t, sim.Force, 10, alongX)
	c := config(t, "cem", nil)
	r, err := NewRollouts(toy{move: pushed}, scene, payMass, c)
	if err != nil {
		t.Fatal(err)
	}
	plans, costs := drawPlans(c, c.Samples, 1), make([]float64, c.Samples)
	if n := testing.AllocsPerRun(10, func() { _ = r.Evaluate(costs, plans) }); !(n <= 0) {
		t.Errorf("%v allocations", n)
	}
}

func TestBadStatesAreNamed(t *testing.T) {
	t.Parallel()
	scene := toyScene(t, sim.Force, 10, alongX)
	r, err := NewRollouts(toy{move: pushed}, scene, payMass, config(t, "cem", nil))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.From(make(sim.State, 2)); err == nil || err.Error() != "plan: state of 2 bodies must have the scene's 1" {
		t.Errorf("error %v", err)
	}
	if err := r.From(sim.State{{X: math.NaN()}}); err == nil || !strings.Contains(err.Error(), "body 0: x NaN must be finite") {
		t.Errorf("error %v", err)
	}
	scene.Actuators = nil
	if _, err := NewRollouts(toy{move: pushed}, scene, payMass, config(t, "cem", nil)); err == nil || err.Error() != "plan: scene toy has no actuators" {
		t.Errorf("error %v", err)
	}
}

// brittle is a model that breaks down where a force along x is at least the limit, and
// has a fault where it is at least twice as much.
type brittle struct {
	toy
	limit float64
}

func (m brittle) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	inner, err := m.toy.Predictor(scenes)
	return brittlePredictor{inner, m.limit, len(scenes)}, err
}

type brittlePredictor struct {
	world.Predictor
	limit  float64
	copies int
}

func (p brittlePredictor) Step(state sim.State, actions sim.Action) error {
	a := len(actions) / p.copies
	for k := range p.copies {
		switch force := actions[k*a]; {
		case force >= 2*p.limit:
			panic("index out of range")
		case force >= p.limit:
			return errors.New("too strong")
		}
	}
	return p.Predictor.Step(state, actions)
}

// A plan on which the model breaks down costs infinitely much, and the others what they
// cost without it.
func TestOnlyThePlanThatBreaksTheModelIsLost(t *testing.T) {
	t.Parallel()
	scene := toyScene(t, sim.Force, 10, alongX)
	for _, workers := range []int{1, 3} {
		c := config(t, "random", func(c *Config) { c.Horizon, c.Repeat, c.Samples, c.Workers = 2, 2, 300, workers })
		cost := func(state sim.State, _ sim.Action) float64 { return state[0].X }
		evaluate := func(model world.Model, plans []float64, n int) ([]float64, error) {
			t.Helper()
			r, err := NewRollouts(model, scene, cost, c)
			if err != nil {
				t.Fatal(err)
			}
			costs := make([]float64, n)
			return costs, r.Evaluate(costs, plans)
		}
		plans := make([]float64, 2*300)
		for i := range plans {
			plans[i] = math.Mod(float64(i)*0.618, 1)
		}
		want, err := evaluate(toy{move: pushed}, plans, 300)
		if err != nil {
			t.Fatal(err)
		}
		plans[2*40+1], plans[2*290] = 1.5, 1.5
		got, err := evaluate(brittle{toy{move: pushed}, 1.5}, plans, 300)
		if err != nil {
			t.Fatal(err)
		}
		for k := range got {
			if broken := k == 40 || k == 290; !broken && !(got[k] == want[k]) || broken && !math.IsInf(got[k], 1) {
				t.Errorf("%d workers: plan %d costs %v, want %v", workers, k, got[k], want[k])
			}
		}
		if _, err := evaluate(brittle{toy{move: pushed}, 0}, make([]float64, 4), 2); err == nil || !strings.Contains(err.Error(), "a fault of this program in model toy: index out of range") {
			t.Errorf("got %v", err)
		}
		if _, err := evaluate(brittle{toy{move: pushed}, 0.1}, []float64{0.15, 0, 0, 0.15}, 2); err == nil || !strings.Contains(err.Error(), "breaks down on every plan: too strong") {
			t.Errorf("got %v", err)
		}
		if costs, err := evaluate(brittle{toy{move: pushed}, 0.1}, []float64{0.15, 0}, 1); err != nil || !math.IsInf(costs[0], 1) {
			t.Errorf("one plan alone costs %v, %v", costs, err)
		}
		if workers > 1 {
			continue
		}
		gone, left := errors.New("enough"), 20 // enough for a chunk or two, and for the Predictors
		stop := Stoppable(toy{move: pushed}, func() error {
			if left--; left < 0 {
				return gone
			}
			return nil
		})
		if _, err := evaluate(stop, plans, 300); !errors.Is(err, gone) {
			t.Errorf("a stop gives %v", err)
		}
	}
}

// TestCautionIsPaidForInEveryFrame adds up by hand what a model is unsure of.
func TestCautionIsPaidForInEveryFrame(t *testing.T) {
	t.Parallel()
	scene := toyScene(t, sim.Force, 10, alongX)
	free := func(sim.State, sim.Action) float64 { return 0 }
	for _, set := range []struct{ caution, within, radius float64 }{
		{0.5, 0, 1}, {1, 0, 1}, {3, 0, 1}, {2, 0.5, math.Sqrt(2 * math.Ln2)}, {1, 0.9, math.Sqrt(2 * math.Ln10)},
	} {
		c := config(t, "random", func(c *Config) {
			c.Horizon, c.Repeat, c.Samples, c.Caution, c.Within, c.Final = 2, 2, 10, set.caution, set.within, 5
		})
		model := watchedToy{toy{move: pushed, spread: func(s sim.BodyState) float64 { return math.Abs(s.X) }}}
		r, err := NewRollouts(model, scene, free, c)
		if err != nil {
			t.Fatal(err)
		}
		plans, costs := drawPlans(c, 4, 1), make([]float64, 4)
		if err := r.Evaluate(costs, plans); err != nil {
			t.Fatal(err)
		}
		for k := range costs {
			states, err := r.States(row(plans, k, 2))
			if err != nil {
				t.Fatal(err)
			}
			want := 0.0
			for _, s := range states[1:] {
				want += set.caution * set.radius * math.Abs(s[0].X)
			}
			if !scalar.EqualWithinAbs(costs[k], want, 1e-9) || want == 0 {
				t.Errorf("plan %d costs %v, want %v", k, costs[k], want)
			}
		}
	}
}
