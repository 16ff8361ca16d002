package plan

import (
	"math"
	"sync/atomic"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world"
)

// steppedToy is a toy of eight steps a frame, which in fewer moves half as far again, and counts the frames it is asked for.
type steppedToy struct {
	toy
	coarse bool
	frames *[2]atomic.Int64 // in eight steps, and in fewer
}

func newSteppedToy() steppedToy { return steppedToy{toy{move: dragged}, false, new([2]atomic.Int64)} }

func (m steppedToy) Coarse(steps int) (world.Model, bool) {
	if steps >= 8 {
		return m, false
	}
	m.coarse, m.move = true, func(s sim.BodyState, velocity sim.Action) sim.BodyState {
		return dragged(s, sim.Action{1.5 * velocity[0]})
	}
	return m, true
}

func (m steppedToy) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	inner, err := m.toy.Predictor(scenes)
	return &steppedPredictor{inner, m}, err
}

type steppedPredictor struct {
	world.Predictor
	model steppedToy
}

func (p *steppedPredictor) Step(state sim.State, actions sim.Action) error {
	at := 0
	if p.model.coarse {
		at = 1
	}
	p.model.frames[at].Add(int64(len(state)))
	return p.Predictor.Step(state, actions)
}

// TestPlansAreFoundRoughlyAndThenExactly by models that can do with fewer steps, stoppable or not: a plan costs in the end what it
// does in all steps, most of the work is done in fewer, and nothing is where none are asked for.
func TestPlansAreFoundRoughlyAndThenExactly(t *testing.T) {
	t.Parallel()
	scene := toyScene(t, sim.Velocity, 3, alongX)
	cost := func(state sim.State, _ sim.Action) float64 { return math.Abs(state[0].X - 1) }
	for _, name := range Names() {
		for _, c := range []struct {
			inner      int
			enough     float64
			fine, some bool // frames in all steps, and in fewer
		}{{0, 0, true, false}, {8, 0, true, false}, {3, 0, true, true}, {3, 1e9, false, true}} {
			m := newSteppedToy()
			for _, model := range []world.Model{m, Stoppable(m, func() error { return nil }), world.AnyPace(m, scene.FrameTime())} {
				m.frames[0].Store(0)
				m.frames[1].Store(0)
				controller := newController(t, model, scene, cost, config(t, name, func(config *Config) {
					config.Inner, config.Enough, config.Iterations, config.Workers = c.inner, c.enough, 10, 2
				}))
				if _, err := controller.Act(sim.State{{}}); err != nil {
					t.Fatal(err)
				}
				fine, some := m.frames[0].Load(), m.frames[1].Load()
				if (some > 0) != c.some || c.some && !(some > fine && fine > 0) || c.fine && !(fine > some/5) {
					t.Errorf("%s, inner %d, enough %v: %d frames in all steps and %d in fewer", name, c.inner, c.enough, fine, some)
				}
				states, err := controller.Expected()
				if err != nil {
					t.Fatal(err)
				}
				want := 0.0
				for _, state := range states[1:] {
					want += cost(state, nil)
				}
				if got := controller.Cost(); !scalar.EqualWithinAbsOrRel(got, want, 1e-12, 1e-12) {
					t.Errorf("%s, inner %d, enough %v: the plan costs %v, and says %v", name, c.inner, c.enough, want, got)
				}
			}
		}
	}
}

// partToy counts the copies of a scene that its predictors advance, of which they may leave some.
type partToy struct {
	ledToy
	advanced *atomic.Int64
}

func (m partToy) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	return &partPredictor{ledPredictor{toyPredictor{model: m.toy, copies: len(scenes)}}, m.advanced}, nil
}

type partPredictor struct {
	ledPredictor
	advanced *atomic.Int64
}

func (p *partPredictor) Only(scenes int) bool {
	p.copies = scenes
	return true
}

func (p *partPredictor) Step(state sim.State, actions sim.Action) error {
	p.advanced.Add(int64(len(state)))
	return p.ledPredictor.Step(state, actions)
}

// TestNoCopyIsAdvancedForNothing: where predictors can do without, none follows a plan that another one follows.
func TestNoCopyIsAdvancedForNothing(t *testing.T) {
	t.Parallel()
	scene := toyScene(t, sim.Velocity, 3, alongX)
	for _, bounded := range []bool{false, true} {
		var advanced, paid atomic.Int64
		cost := func(state sim.State, _ sim.Action) float64 {
			paid.Add(1)
			return state[0].X * state[0].X
		}
		c := newController(t, Stoppable(partToy{ledToy{toy{move: dragged}}, &advanced}, func() error { return nil }), scene, cost, config(t, "cem", func(c *Config) { c.Samples, c.Workers = 333, 2 }))
		if bounded {
			c.Bound(func(sim.State, sim.Action) float64 { return 0 })
		}
		if _, err := c.Act(sim.State{{X: 1}}); err != nil {
			t.Fatal(err)
		}
		if advanced.Load() != paid.Load() {
			t.Errorf("bounded %v: %d copies advanced a frame, %d of them for a plan", bounded, advanced.Load(), paid.Load())
		}
	}
}
