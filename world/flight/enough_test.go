package flight

import (
	"testing"

	"orrery/sim"
)

// TestEnoughFlightsAre500: flights with more room than the smallest body's reach do when there are 500 of them; with
// fewer, those that have three tenths of it count too, and so on. The last room is taken whatever it gives.
func TestEnoughFlightsAre500(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		frames, apart, want int // flights of the one body that is alone, of the two that are less than a reach apart, and in all
		gap                 float64
	}{
		{500, 500, 500, 0.05},
		{499, 499, 3 * 499, 0.05},
		{200, 200, 600, 0.02},
		{100, 100, 300, 0.002},
		{100, 100, 100, 5e-4}, // nearer than any room
	} {
		scene := sim.DefaultScene()
		state := sim.State{}
		for i, x := range []float64{0, 0.2 + c.gap, 9} {
			scene.Bodies = append(scene.Bodies, sim.NewDisc(0.1, 1, sim.Surface{}))
			scene.Bodies[i].Start = sim.BodyState{X: x}
			state = append(state, scene.Bodies[i].Start)
		}
		d := &sim.Trajectory{Scene: &scene}
		for range c.frames + 1 {
			d.States = append(d.States, state)
		}
		found, err := collectFlights(t.Context(), []*sim.Trajectory{d})
		if err != nil || len(found) != c.want {
			t.Errorf("%d frames with bodies %g m apart: %d flights, %v; want %d", c.frames, c.gap, len(found), err, c.want)
		}
	}
}
