package plan

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
	"orrery/world"
)

// TestTheSameSearchesFindTheSamePlans compares plans, their costs and how much was tried of many settings with those of
// earlier versions of this program, to nine digits. They hold where the compiler fuses no multiplication with an
// addition. What plans should be like is held by other tests; this one tells of changes that nobody meant.
func TestTheSameSearchesFindTheSamePlans(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	low, high := []float64{-1, 0, -3}, []float64{1, 4, 3}
	for _, name := range Names() {
		for _, c := range []struct {
			what   string
			change func(c *Config)
		}{
			{"as it is", func(*Config) {}},
			{"knots, wide, decaying", func(c *Config) { c.Knots, c.Spread, c.Decay, c.Colour = 4, 1.5, 1.6, 0 }},
			{"coloured, few samples", func(c *Config) { c.Colour, c.Samples, c.Iterations = 3, 23, 4 }},
			{"enough", func(c *Config) { c.Enough, c.Iterations = 12, 20 }},
			{"keeps and remembers", func(c *Config) {
				if c.Update == Elites {
					c.Keep, c.Momentum, c.Elites = 0.6, 0.5, 7
				}
				if c.Update == Weights {
					c.Temperature = 0.5
				}
			}},
		} {
			settings := config(t, name, func(config *Config) {
				config.Horizon, config.Samples, config.Iterations = 6, 60, 5
				c.change(config)
			})
			p, err := NewPlanner(settings, low, high, sim.NewRand(1, "plan/golden", 0))
			if err != nil {
				t.Fatal(err)
			}
			tried, calls := 0, 0
			evaluate := func(costs, plans []float64) error {
				calls, tried = calls+1, tried+len(costs)
				size := len(plans) / len(costs)
				for k := range costs {
					costs[k] = 0
					for i, v := range row(plans, k, size) {
						d := v - 0.3*float64(i%4)
						costs[k] += float64(1+i%3) * d * d
					}
					if k%17 == 5 && calls == 2 {
						costs[k] = math.NaN() // a prediction that burst
					}
				}
				return nil
			}
			fmt.Fprintf(&got, "# %s, %s\n", name, c.what)
			for n := range 2 {
				plan, cost, err := p.Search(evaluate)
				if err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(&got, "search %d costs %.9g, %d calls, %d plans, %d candidates: %.9f\n", n, cost, calls, tried, p.Candidates(), plan)
				fmt.Fprintf(&got, "the last candidate %.9f\n", p.Candidate(p.Candidates() - 1)[:4])
				p.Shift(2)
			}
			p.Reset([]float64{0.5, 1, 2})
			fmt.Fprintf(&got, "anew from %.9f\n", p.mean[:6])
		}
	}

	scene := toyScene(t, sim.Velocity, 3, alongX, alongY)
	for _, name := range Names() {
		for _, c := range []struct {
			what   string
			model  world.Model
			change func(c *Config)
			guided bool
		}{
			{"walks", toy{move: walked}, func(*Config) {}, false},
			{"holds decisions, replans late, ends matter", toy{move: walked}, func(c *Config) { c.Repeat, c.Replan, c.Final = 3, 2, 7 }, false},
			{"cautious", toy{move: walked, spread: func(s sim.BodyState) float64 { return 0.1 + math.Abs(s.Y) }}, func(c *Config) { c.Caution = 2 }, false},
			{"cautious of regions", toy{move: walked, spread: func(s sim.BodyState) float64 { return 0.1 + math.Abs(s.X) }}, func(c *Config) { c.Caution, c.Within = 1, 0.9 }, false},
			{"guided", toy{move: walked}, func(c *Config) { c.Proposals, c.Samples = 5, 20 }, true},
			{"bounded, of a led body", ledToy{toy{move: walked}}, func(*Config) {}, false},
		} {
			asked := 0
			pay := func(state sim.State, a sim.Action) float64 {
				asked++
				return math.Hypot(state[0].X-1, state[0].Y+0.5) + 0.01*a[0]*a[0]
			}
			controller := newController(t, c.model, scene, pay, config(t, name, func(config *Config) {
				config.Horizon, config.Samples, config.Iterations = 5, 40, 3
				if config.Update == Elites {
					config.Elites = 6
				}
				c.change(config)
			}))
			if c.guided {
				controller.Propose(func() sim.Policy { return guide(sim.Vec{X: 0.8}, sim.Vec{X: 1, Y: -0.4}) })
			}
			if _, led := c.model.(ledToy); led {
				controller.Bound(func(state sim.State, _ sim.Action) float64 { return math.Abs(state[0].X - 1) })
			}
			fmt.Fprintf(&got, "# %s %s\n", name, c.what)
			state := sim.State{{X: -0.5, Y: 0.5}}
			for k := range 5 {
				due := controller.Due()
				action, err := controller.Act(state)
				if err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(&got, "frame %d, due %t: %.9f, costs %.9g, asked %d\n", k, due, action, controller.Cost(), asked)
				state[0] = walked(state[0], action)
			}
			expected, err := controller.Expected()
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&got, "expected in %d: %.9f\n", len(expected), expected[len(expected)-1][0].Values())
			considered, err := controller.Considered(3)
			if err != nil {
				t.Fatal(err)
			}
			for _, states := range considered {
				fmt.Fprintf(&got, "considered: %.9f\n", states[len(states)-1][0].Values())
			}
		}
	}
	golden.Compare(t, "testdata/plans.txt", got.String())
}
