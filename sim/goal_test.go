package sim

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
)

// TestGoalsMeasureFromTheAnchorAndTheShortWay turns a body by a right angle and
// several whole turns: what was ahead of it is now above.
func TestGoalsMeasureFromTheAnchorAndTheShortWay(t *testing.T) {
	state := State{{X: 9, Y: 9}, {X: 1, Y: 2, Angle: math.Pi/2 + 6*math.Pi}}
	place := Goal{Kind: Place, Body: 1, Anchor: Vec{X: 1}, Target: Vec{X: 4, Y: 7}, Radius: 1}
	if got := place.Distance(state); !scalar.EqualWithinAbs(got, 5, 1e-12) {
		t.Errorf("distance %v m, want 5", got)
	}
	for _, c := range []struct{ angle, want float64 }{{math.Pi / 2, 0}, {0, math.Pi / 2}, {-math.Pi / 4, 3 * math.Pi / 4}, {-0.6 * math.Pi, -0.9 * math.Pi}} {
		pose := Goal{Kind: Pose, Body: 1, Angle: c.angle}
		if got := pose.Turn(state); !scalar.EqualWithinAbs(got, c.want, 1e-12) {
			t.Errorf("turn %v rad from %v, want %v", got, c.angle, c.want)
		}
	}
}
