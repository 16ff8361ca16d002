package sim

import (
	"math"
	"testing"
)

func TestDistanceIsTheMeanOverDynamicBodies(t *testing.T) {
	t.Parallel()
	scene := DefaultScene()
	for range 3 {
		scene.Bodies = append(scene.Bodies, NewDisc(0.1, 10, Surface{}))
	}
	scene.Bodies[1].Kind = Kinematic
	a, b := scene.Start(), scene.Start()
	b[0].X, b[0].Y, b[0].Angle = 3, 4, 2*math.Pi-0.5 // 5 m and half a radian off
	b[1].X, b[1].Angle = 100, 1                      // does not count
	b[2].X, b[2].Angle = -1, 4*math.Pi
	metres, radians := scene.Distance(a, b)
	if !(math.Abs(metres-3) <= 1e-12) || !(math.Abs(radians-0.25) <= 1e-12) {
		t.Errorf("%v m and %v rad, want 3 and 0.25", metres, radians)
	}
	b[2].X = math.NaN()
	if metres, _ := scene.Distance(a, b); !math.IsNaN(metres) {
		t.Errorf("%v m to a place that is not a number", metres)
	}
}

func TestDistanceWithoutDynamicBodiesIsNone(t *testing.T) {
	t.Parallel()
	scene := DefaultScene()
	if metres, radians := scene.Distance(nil, nil); metres != 0 || radians != 0 {
		t.Errorf("%v m and %v rad in an empty scene", metres, radians)
	}
}

// A kind that is added to BodyKinds must get a rule here too: free panics without one.
func TestEveryKindOfBodyHasARuleForDistance(t *testing.T) {
	t.Parallel()
	free := 0
	for _, kind := range Kinds[BodyKind]() {
		if kind.free() {
			free++
		}
	}
	if free != 1 {
		t.Errorf("%d kinds of body are moved by forces, want 1", free)
	}
}
