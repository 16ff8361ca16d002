package footage

import (
	"testing"

	"orrery/sim"
)

// TestMotionIsShownByTwoPosesAPixel: of the body that moves or turns most, from 4 to 64.
func TestMotionIsShownByTwoPosesAPixel(t *testing.T) {
	t.Parallel()
	bodies := []figure{{reach: 20}, {reach: 5}}
	for _, c := range []struct {
		first, second sim.BodyState // where the bodies are at the end
		want          int
	}{
		{sim.BodyState{}, sim.BodyState{}, 4}, {sim.BodyState{X: 1.9}, sim.BodyState{}, 4}, {sim.BodyState{X: 3, Y: -4}, sim.BodyState{}, 10},
		{sim.BodyState{}, sim.BodyState{X: -3, Y: 4}, 10}, {sim.BodyState{Angle: -0.5}, sim.BodyState{}, 20}, {sim.BodyState{}, sim.BodyState{Angle: 2}, 20},
		{sim.BodyState{X: 5, Angle: 0.5}, sim.BodyState{X: 9}, 30}, {sim.BodyState{X: 31.9}, sim.BodyState{}, 63}, {sim.BodyState{X: 100}, sim.BodyState{}, 64},
	} {
		if got := posesBetween(bodies, make(sim.State, 2), sim.State{c.first, c.second}); got != c.want {
			t.Errorf("to %v and %v: %d poses, want %d", c.first, c.second, got, c.want)
		}
	}
}
