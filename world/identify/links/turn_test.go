package links_test

import (
	"math"
	"testing"

	"orrery/sim"
	"orrery/world/identify/links"
)

// TestBodiesGoOnTurning, as no force between middles turns them, and what is no state is an error.
func TestBodiesGoOnTurning(t *testing.T) {
	t.Parallel()
	for _, step := range links.Steps() {
		scene := box(three...)
		p, err := (&links.Model{Step: step}).Predictor([]*sim.Scene{scene})
		if err != nil {
			t.Fatal(err)
		}
		state := scene.Start()
		state[1].Omega = -3
		if err := p.Step(state, nil); err != nil || !(math.Abs(state[1].Angle-scene.Bodies[1].Start.Angle+3*scene.FrameTime()) < 1e-12) || state[0].Angle != scene.Bodies[0].Start.Angle {
			t.Errorf("%s: turned to %v, %v", step, state[1].Angle, err)
		}
		state[0].X = math.NaN()
		if err := p.Step(state, nil); err == nil {
			t.Errorf("%s: a body that is nowhere is predicted", step)
		}
	}
}
