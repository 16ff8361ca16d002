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

// TestNobodySeesMoreThanHalfATurn: a body that seems to have turned further from one picture to the next has turned by less, and its spin is that.
func TestNobodySeesMoreThanHalfATurn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		alike      int
		turn, want float64
	}{
		{1, 3.1, 3.1}, {1, 6.4, 6.4 - 2*math.Pi}, {1, -6.4, 2*math.Pi - 6.4}, {2, 2, 2}, {2, 3.2, 3.2 - math.Pi}, {0, 5, 5},
	} {
		track := track{known: true, last: look.Pose{Angle: 1}, pose: look.Pose{Angle: 1 + c.turn}, lastTime: 2}
		track.body = &look.Body{Alike: c.alike}
		track.took(2.5)
		if got := track.last.Angle - 1; !scalar.EqualWithinAbs(got, c.want, 1e-12) || !scalar.EqualWithinAbs(track.speed.Angle, 2*c.want, 1e-12) {
			t.Errorf("alike %d, a turn of %v: %v and a spin of %v, want %v", c.alike, c.turn, got, track.speed.Angle, c.want)
		}
	}
}

// TestPausesGrow: the first two tries come at once, later ones after 2, 4, … pictures, and never after more than the most.
func TestPausesGrow(t *testing.T) {
	t.Parallel()
	var p pause
	picture := 10
	for _, want := range []int{1, 1, 2, 4, 4} {
		if !p.over(picture) {
			t.Fatalf("in picture %d nothing is tried", picture)
		}
		p.failed(picture, 4)
		if p.over(picture+want-1) || !p.over(picture+want) {
			t.Errorf("after picture %d it goes on in picture %d, want %d later", picture, p.next, want)
		}
		picture += want
	}
}
