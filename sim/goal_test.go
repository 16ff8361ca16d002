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

// TestTurnsThatLookTheSameCountAsTheSame: the way back to the nearest of them.
func TestTurnsThatLookTheSameCountAsTheSame(t *testing.T) {
	t.Parallel()
	const degree = math.Pi / 180
	for _, c := range []struct {
		symmetry              int
		at, goal, turn, angle float64 // degrees
	}{
		{0, 200, 0, -160, 360}, {1, 200, 0, -160, 360}, {2, 200, 0, 20, 180}, {4, 80, 0, -10, 90}, {4, 765, 10, 35, 730}, {3, 50, 0, 50, 0},
		{AnyAngle, 77, 3, 0, 77},
	} {
		state := State{{X: 3, Y: 4, Angle: c.at * degree, VX: 1, Omega: 1}}
		for _, kind := range []GoalKind{Pose, Angle} {
			goal := Goal{Kind: kind, Angle: c.goal * degree, Symmetry: c.symmetry}
			if got := goal.Turn(state); !scalar.EqualWithinAbs(got, c.turn*degree, 1e-12) {
				t.Errorf("%s, symmetry %d, %v° from %v°: turn %v°, want %v°", kind, c.symmetry, c.at, c.goal, got/degree, c.turn)
			}
			if got := goal.Wanted(state).Angle; !scalar.EqualWithinAbs(got, c.angle*degree, 1e-12) {
				t.Errorf("%s, symmetry %d, %v° from %v°: wanted %v°, want %v°", kind, c.symmetry, c.at, c.goal, got/degree, c.angle)
			}
		}
	}
}

// TestWantedIsWhereTheGoalIsReached and keeps what the goal says nothing of.
func TestWantedIsWhereTheGoalIsReached(t *testing.T) {
	t.Parallel()
	state := State{{}, {X: 1, Y: 2, Angle: math.Pi / 2, VX: 5, VY: 6, Omega: 7}}
	for _, c := range []struct {
		goal Goal
		want BodyState
	}{
		{Goal{Kind: Place, Body: 1, Anchor: Vec{X: 1}, Target: Vec{X: 10, Y: 10}}, BodyState{X: 10, Y: 9, Angle: math.Pi / 2}},
		{Goal{Kind: Pose, Body: 1, Target: Vec{X: 10, Y: 10}, Angle: 1}, BodyState{X: 10, Y: 10, Angle: 1}},
		{Goal{Kind: Angle, Body: 1, Angle: 1}, BodyState{X: 1, Y: 2, Angle: 1}},
		{Goal{Kind: Inside, Body: 1, Region: "pen"}, BodyState{X: 1, Y: 2, Angle: math.Pi / 2}},
	} {
		got := c.goal.Wanted(state)
		for k, v := range got.Values() {
			if want := c.want.Values()[k]; !scalar.EqualWithinAbs(v, want, 1e-12) {
				t.Errorf("%s: %s %v, want %v", c.goal.Kind, stateNames[k], v, want)
			}
		}
	}
	for _, kind := range Kinds[GoalKind]() {
		(&Goal{Kind: kind}).Wanted(state) // panics for a kind without a rule
	}
}
