package plan

import (
	"math"
	"slices"
	"sync/atomic"
	"testing"

	"orrery/sim"
	"orrery/world"
)

// ledToy is a toy of which x is led.
type ledToy struct{ toy }

func (m ledToy) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	return &ledPredictor{toyPredictor{model: m.toy, copies: len(scenes)}}, nil
}

type ledPredictor struct{ toyPredictor }

func (p *ledPredictor) Lead(state sim.State, velocity sim.Action) bool {
	state[0].X += velocity[0] * dt
	return true
}

// dragged moves a point at the velocity that is asked for, and turns the faster the farther it is from where it began.
func dragged(s sim.BodyState, velocity sim.Action) sim.BodyState {
	s.X += velocity[0] * dt
	s.Angle += s.X * s.X * dt
	return s
}

// TestBoundsChangeNoPlan: a search that is told what states cost at least finds the same plan and, with any number of
// workers, the same candidates, and rolls fewer plans out unless all of them count.
func TestBoundsChangeNoPlan(t *testing.T) {
	t.Parallel()
	scene := toyScene(t, sim.Velocity, 3, alongX)
	least := func(state sim.State, _ sim.Action) float64 { return math.Abs(state[0].X - 1) }
	for _, name := range Names() {
		search := func(bounded bool, workers int) (plan []float64, cost float64, candidates []float64, asked int64) {
			var count atomic.Int64
			pay := func(state sim.State, action sim.Action) float64 {
				count.Add(1)
				return math.Hypot(least(state, action), state[0].Angle-0.4)
			}
			c := newController(t, stoppable{Model: ledToy{toy{move: dragged}}, stop: func() error { return nil }}, scene, pay, config(t, name, func(c *Config) {
				c.Samples, c.Workers, c.Final = 333, workers, 10
			}))
			if bounded {
				c.Bound(least)
			}
			if _, err := c.Act(sim.State{{}}); err != nil {
				t.Fatal(err)
			}
			for k := range c.planner.Candidates() {
				candidates = append(candidates, c.planner.Candidate(k)...)
			}
			return slices.Clone(c.plan), c.cost, candidates, count.Load()
		}
		want, cost, _, all := search(false, 2)
		var first []float64
		for _, workers := range []int{1, 2, 5} {
			got, by, candidates, asked := search(true, workers)
			if !slices.Equal(got, want) || by != cost {
				t.Errorf("%s, %d workers: another plan, which costs %v and not %v", name, workers, by, cost)
			}
			if first == nil {
				first = candidates
			}
			if !slices.Equal(candidates, first) {
				t.Errorf("%s: %d workers put plans in another order than one", name, workers)
			}
			if spares := name != "mppi"; spares && !(asked < all) || !spares && asked != all {
				t.Errorf("%s, %d workers: %d costs asked for, %d without a bound", name, workers, asked, all)
			}
		}
	}
}

// TestBoundsNeedModelsThatKnowWhereBodiesAreLed: others roll all plans out.
func TestBoundsNeedModelsThatKnowWhereBodiesAreLed(t *testing.T) {
	t.Parallel()
	scene := toyScene(t, sim.Velocity, 3, alongX)
	least := func(state sim.State, _ sim.Action) float64 { return math.Abs(state[0].X - 1) }
	c := newController(t, toy{move: dragged}, scene, least, config(t, "random", nil))
	c.Bound(least)
	if _, err := c.Act(sim.State{{}}); err != nil {
		t.Fatal(err)
	}
	if c.rollouts.bound.active {
		t.Error("plans are spared by a model that does not know")
	}
}

// TestAsManyCostsAreKeptAsCount: the least of all, in order, and the most of them says what may still count.
func TestAsManyCostsAreKeptAsCount(t *testing.T) {
	t.Parallel()
	b := &bound{counts: 3}
	for _, c := range []struct {
		learnt []float64
		best   []float64
		worst  float64
	}{
		{[]float64{5, 7}, []float64{5, 7}, math.Inf(1)},
		{[]float64{math.NaN(), math.Inf(1), 6}, []float64{5, 6, 7}, 7},
		{[]float64{7, 9, 4, 8, 5}, []float64{4, 5, 5}, 5},
		{[]float64{5, 6}, []float64{4, 5, 5}, 5},
	} {
		b.learn(c.learnt)
		if !slices.Equal(b.best, c.best) || b.worst() != c.worst {
			t.Errorf("after %v: %v, of which %v counts; want %v and %v", c.learnt, b.best, b.worst(), c.best, c.worst)
		}
	}
}
