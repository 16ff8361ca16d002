package walls

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world/watch/look"
)

// TestABodyMovesAsFarAsToEitherPicture: what sinks in between two pictures may do so before or after one of them. Its outermost point moves more where it turns, by a
// radian of its reach at most, as angles of bodies that look alike turned are unsure.
func TestABodyMovesAsFarAsToEitherPicture(t *testing.T) {
	t.Parallel()
	w := Way{Body: &look.Body{Shapes: sim.NewDisc(10, 1, sim.Surface{}).Shapes}, Places: []Place{
		{Pose: look.Pose{}, Seen: true}, {Pose: look.Pose{X: 1}, Seen: true}, {Pose: look.Pose{X: 1, Y: 4}, Seen: true}, {Pose: look.Pose{X: 99}}, {Pose: look.Pose{X: 3}, Seen: true},
		{Pose: look.Pose{X: 3, Angle: -0.2}, Seen: true}, {Pose: look.Pose{X: 5, Angle: -0.2 + 2*math.Pi + 0.1}, Seen: true}, {Pose: look.Pose{X: 5, Angle: 3}},
		{Pose: look.Pose{Angle: 1}, Seen: true}, {Pose: look.Pose{Angle: 3}, Seen: true},
	}}
	for k, want := range []float64{1, 4, 4, 98, 2, 3, 3, 0, 10, 10} {
		if got := w.moved(k); k != 3 && k != 7 && !scalar.EqualWithinAbs(got, want, 1e-9) {
			t.Errorf("about picture %d it moves %g px, must be %g", k, got, want)
		}
	}
}
