package walls

import (
	"testing"

	"orrery/world/watch/look"
)

// TestABodyMovesAsFarAsToEitherPicture: what sinks in between two pictures may do so before or after one of them.
func TestABodyMovesAsFarAsToEitherPicture(t *testing.T) {
	t.Parallel()
	w := Way{Places: []Place{
		{Pose: look.Pose{}, Seen: true}, {Pose: look.Pose{X: 1}, Seen: true}, {Pose: look.Pose{X: 1, Y: 4}, Seen: true}, {Pose: look.Pose{X: 99}}, {Pose: look.Pose{X: 3}, Seen: true},
	}}
	for k, want := range []float64{1, 4, 4, 98, 0} {
		if got := w.moved(k); k != 3 && got != want {
			t.Errorf("about picture %d it moves %g px, must be %g", k, got, want)
		}
	}
}
