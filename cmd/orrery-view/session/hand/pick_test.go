package hand

import (
	"math"
	"testing"

	"orrery/sim"
)

// TestPickFindsWhatIsUnderThePoint compares it with the body's own geometry.
func TestPickFindsWhatIsUnderThePoint(t *testing.T) {
	scene := sim.DefaultScene()
	disc, box := sim.NewDisc(0.1, 10, sim.Surface{}), sim.NewBox(0.2, 0.05, 10, sim.Surface{})
	disc.Start.X = 1
	box.Start = sim.BodyState{Angle: math.Pi / 2}
	scene.Bodies = []sim.Body{disc, box}
	state := scene.Start()
	for _, c := range []struct {
		at    sim.Vec
		reach float64
		want  int
	}{
		{sim.Vec{X: 1.09}, 0, 0},
		{sim.Vec{X: 1.11}, 0, -1},
		{sim.Vec{X: 1.11}, 0.02, 0},
		{sim.Vec{Y: 0.19}, 0, 1},
		{sim.Vec{X: 0.19}, 0, -1},
		{sim.Vec{X: 0.06, Y: 0.1}, 0.02, 1},
	} {
		if got := Pick(&scene, state, c.at, c.reach); got != c.want {
			t.Errorf("at %v within %v: body %d, want %d", c.at, c.reach, got, c.want)
		}
	}
}
