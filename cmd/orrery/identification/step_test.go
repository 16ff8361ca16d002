package identification

import (
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world/fit"
)

// TestTheOrderOfAStepIsTold where bodies fall and bounce in the engine, and not where nothing shows it.
func TestTheOrderOfAStepIsTold(t *testing.T) {
	t.Parallel()
	var fallen []*sim.Trajectory
	for k := range 12 {
		scene := sim.DefaultScene()
		scene.Gravity = sim.Vec{Y: -9.8}
		rough := sim.Surface{Friction: 0.5, Elasticity: 0.8}
		scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, rough, sim.Vec{X: -5}, sim.Vec{X: 5})}
		disc := sim.NewDisc(0.1, 10, rough)
		disc.Start = sim.BodyState{Y: 0.3 + 0.05*float64(k), VX: 1}
		scene.Bodies = []sim.Body{disc}
		motion, err := engine.Simulate(t.Context(), &scene, scene.Start(), 60, nil)
		if err != nil {
			t.Fatal(err)
		}
		fallen = append(fallen, motion)
	}
	for _, c := range []struct {
		name         string
		trajectories []*sim.Trajectory
		want         string
	}{
		{"falls and bounces", fallen, "in this order: correct, move, force, solve."},
		{"flies on", []*sim.Trajectory{two(1, 20, false)}, "does not show"},
	} {
		found, err := order(fit.Steps)(t.Context(), c.trajectories, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(found.Sentences) != 1 || !strings.Contains(found.Sentences[0], c.want) {
			t.Errorf("%s: %q, want %q", c.name, found.Sentences, c.want)
		}
	}
}
