package plan

import (
	"math"
	"slices"
	"testing"

	"orrery/sim"
)

// guide returns a policy for walked and walled that goes from one place to the next
// and is a little slower each time it is asked.
func guide(places ...sim.Vec) sim.Policy {
	return func(decision int, state sim.State) sim.Action {
		at := state[0].Position()
		for len(places) > 1 && places[0].Sub(at).Len() < 0.2 {
			places = places[1:]
		}
		way := places[0].Sub(at).Scale(4 - 0.01*float64(decision))
		return sim.Action{way.X, way.Y} // beyond the range of the actuators, too
	}
}

// TestProposalOpensTheDoor has a planner that tries too little to find the door, among
// policies of which a few know where it is but not where the goal is.
func TestProposalOpensTheDoor(t *testing.T) {
	t.Parallel()
	start, goal := sim.BodyState{X: -0.3, Y: -0.1}, sim.Vec{X: 0.6, Y: -0.1}
	away := func(state sim.State, _ sim.Action) float64 { return state[0].Position().Sub(goal).Len() }
	model := toy{move: walled}
	for _, name := range Names() {
		c := config(t, name, func(c *Config) {
			c.Horizon, c.Repeat, c.Replan, c.Samples, c.Proposals, c.Iterations, c.Spread = 10, 3, 2, 30, 8, 2, 0.1
			if c.Update == Elites {
				c.Elites = 5
			}
		})
		for _, guided := range []bool{false, true} {
			controller, started := newController(t, model, toyScene(t, sim.Velocity, 1, alongX, alongY), away, c), 0
			if guided {
				controller.Propose(func() sim.Policy {
					if started++; started%5 != 0 {
						return guide(sim.Vec{X: -1, Y: -1})
					}
					return guide(sim.Vec{X: -0.2, Y: 0.7}, sim.Vec{X: 0.5, Y: 0.7}, sim.Vec{X: 0.4, Y: 0.1})
				})
			}
			end := follow(t, controller, model, start, 90)[90].Position()
			if arrived := end.Sub(goal).Len() < 0.1; arrived != guided || guided && started != 7*15 {
				t.Errorf("%s, guided %v: ends at %.2f after %d proposals", name, guided, end, started)
			}
		}
	}
}

// TestProposedPlanIsWhatItsPolicyDoes follows policies for every decision of more
// plans than fit into a chunk, and leaves alone those without.
func TestProposedPlanIsWhatItsPolicyDoes(t *testing.T) {
	t.Parallel()
	const n = 70
	start := sim.BodyState{X: -0.3, Y: -0.1}
	cost := func(state sim.State, action sim.Action) float64 { return state[0].X + 0.1*action[1] }
	scene := toyScene(t, sim.Velocity, 1, alongX, alongY)
	var first []float64
	for _, workers := range []int{1, 3} {
		c := config(t, "random", func(c *Config) { c.Horizon, c.Repeat, c.Samples, c.Workers = 4, 2, n, workers })
		r, err := NewRollouts(toy{move: walked}, scene, cost, c)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.From(sim.State{start}); err != nil {
			t.Fatal(err)
		}
		costs, plans, policies := make([]float64, n), slices.Repeat([]float64{0.5}, n*8), make([]sim.Policy, n)
		aim := func(k int) sim.Vec { return sim.Vec{X: math.Cos(float64(k)), Y: math.Sin(float64(k))} }
		for k := range policies {
			if k%7 != 0 {
				policies[k] = guide(aim(k))
			}
		}
		if err := r.evaluate(costs, plans, policies); err != nil {
			t.Fatal(err)
		}
		for k := range policies {
			state, act, sum := start, guide(aim(k)), 0.0
			for decision := range 4 {
				want := sim.Action{0.5, 0.5}
				if policies[k] != nil {
					want = scene.Clip(act(decision, sim.State{state}))
				}
				if got := row(row(plans, k, 8), decision, 2); !slices.Equal(got, want) {
					t.Fatalf("plan %d, decision %d: %v, want %v", k, decision, got, want)
				}
				for range 2 {
					state = walked(state, want)
					sum += cost(sim.State{state}, want)
				}
			}
			if costs[k] != sum {
				t.Errorf("plan %d costs %v, want %v", k, costs[k], sum)
			}
		}
		if first == nil {
			first = plans
		} else if !slices.Equal(first, plans) {
			t.Error("plans depend on the number of goroutines")
		}
	}
}

// TestSearchBeginsAtTheBestProposal and can only get worse from there.
func TestSearchBeginsAtTheBestProposal(t *testing.T) {
	t.Parallel()
	low, high, bottom := []float64{-1, 0}, []float64{1, 10}, []float64{0.3, 7, -0.8, 1, 0.1, 9}
	for _, name := range Names() {
		c := config(t, name, func(c *Config) { c.Horizon, c.Samples, c.Iterations, c.Proposals, c.Spread = 3, 40, 2, 50, 0.01 })
		p, err := NewPlanner(c, low, high, sim.NewRand(1, "test", 0))
		if err != nil {
			t.Fatal(err)
		}
		var atHand []float64
		p.propose = func(costs, plans []float64) error {
			if len(costs) != 50 {
				t.Errorf("%s: %d proposals, want 50", name, len(costs))
			}
			atHand = slices.Clone(row(plans, 0, len(bottom)))
			for k := 1; k < len(costs); k++ {
				copy(row(plans, k, len(bottom)), bottom)
				plans[k*len(bottom)+1] += float64(k%5) - 2 // every fifth is at the bottom
			}
			return bowl(bottom)(costs, plans)
		}
		evaluate := func(costs, plans []float64) error {
			for i, v := range plans {
				if off := math.Abs(v - bottom[i%len(bottom)]); !(off <= 0.05*(high[i%2]-low[i%2])) {
					t.Fatalf("%s: number %d of a plan is %v away from the best proposal", name, i, off)
				}
			}
			return bowl(bottom)(costs, plans)
		}
		plan, cost, err := p.Search(evaluate)
		if err != nil || cost != 0 || !slices.Equal(plan, bottom) {
			t.Errorf("%s: plan %v costs %v, want %v; %v", name, plan, cost, bottom, err)
		}
		p.Shift(1)
		if _, _, err = p.Search(evaluate); err != nil || !slices.Equal(atHand, []float64{-0.8, 1, 0.1, 9, 0.1, 9}) {
			t.Errorf("%s: the plan at hand is %v; %v", name, atHand, err)
		}
	}
}
