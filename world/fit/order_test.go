package fit_test

import (
	"math"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world/fit"
	"orrery/world/flight"
)

// corrected are balls between two walls as an engine moves them that takes half of an overlap
// away before it turns velocities round, as matter.js does. No force acts that would show it.
func corrected() []*sim.Trajectory {
	rng := sim.NewRand(1, "test corrected", 0)
	var out []*sim.Trajectory
	for range 16 {
		scene := sim.DefaultScene()
		scene.Gravity = sim.Vec{}
		for _, x := range []float64{-1, 1} {
			scene.Walls = append(scene.Walls, sim.Shape{Kind: sim.Segment, Vertices: []sim.Vec{{X: x, Y: -100}, {X: x, Y: 100}}, Elasticity: 1})
		}
		ball := sim.NewDisc(0.1, 10, sim.Surface{Elasticity: 0.8})
		ball.Start = sim.BodyState{X: rng.Float64() - 0.5, VX: 6 * (rng.Float64() - 0.5), VY: rng.NormFloat64()}
		scene.Bodies = []sim.Body{ball}
		t := &sim.Trajectory{Scene: &scene, States: []sim.State{scene.Start()}}
		s := ball.Start
		for range 120 {
			s.X, s.Y = s.X+s.VX/60, s.Y+s.VY/60
			if over := math.Abs(s.X) - 0.9; over > 0 {
				s.X -= math.Copysign(over/2, s.X)
				if s.X*s.VX > 0 {
					s.VX *= -0.8
				}
			}
			t.States = append(t.States, sim.State{s})
		}
		out = append(out, t)
	}
	return out
}

// TestATrialDecidesOnTheOrder of a step, unless it is known or asked for.
func TestATrialDecidesOnTheOrder(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		engine bool
		order  flight.Order
		want   string
	}{
		"by a trial": {want: `"order":"force move correct solve"`},
		"known":      {engine: true},
		"asked for":  {order: flight.SolveFirst, want: `"order":"force solve move correct"`},
		"the usual":  {order: flight.EngineOrder},
	} {
		config := fit.Tiny()
		config.Order, config.Train.Steps = c.order, 2
		stages := map[fit.Stage]bool{}
		fitted, err := fit.Train(t.Context(), fit.Job{
			Episodes: fit.InMemory(corrected(), fit.Origin{Engine: c.engine}), Config: config,
			Report: func(p fit.Progress) { stages[p.Stage] = true },
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := string(fitted.Description.Settings); c.want != "" && !strings.Contains(got, c.want) || c.want == "" && strings.Contains(got, `"order"`) {
			t.Errorf("%s: %s", name, got)
		}
		if stages[fit.Choosing] != (name == "by a trial") {
			t.Errorf("%s: stages %v", name, stages)
		}
	}
}
