package follow

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/world/watch/look"
)

// TestTurnsThatLookTheSameAreNoMotion: of the angles at which a body looks the same the one nearest to where it turns is told.
func TestTurnsThatLookTheSameAreNoMotion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		alike     int
		predicted float64
		angle     float64
		want      float64
	}{
		{2, 3, 3.1 - math.Pi, 3.1}, {2, 40, 39.8 - 5*math.Pi, 39.8}, {4, 0.2, 0.1 + math.Pi/2, 0.1},
		{1, 3, 3.1 - math.Pi, 3.1 - math.Pi}, {0, 3, 1, 1},
	} {
		track := track{known: true, predicted: look.Pose{Angle: c.predicted}}
		track.body = &look.Body{Alike: c.alike}
		if got := track.nearest(c.angle); !scalar.EqualWithinAbs(got, c.want, 1e-12) {
			t.Errorf("alike %d, %v near %v: %v, want %v", c.alike, c.angle, c.predicted, got, c.want)
		}
	}
}
