package bodies_test

import (
	"math"
	"testing"

	"orrery/sim"
	"orrery/world/watch/bodies"
	"orrery/world/watch/look"
)

// TestMarksOfADiscAreSeen: a white disc of low contrast that rolls has two small marks near its rim, by which its angle is seen. One that is
// darker at its rim has none.
func TestMarksOfADiscAreSeen(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	const radius = 14
	roll := straight(20, 60, 2, 0, 0, -2./radius)
	on := func(x float64) func(float64) look.Pose {
		return func(t float64) look.Pose {
			p := roll(t)
			at := p.Apply(sim.Vec{X: x, Y: 1})
			return look.Pose{X: at.X, Y: at.Y}
		}
	}
	white, black := [3]float64{120, 200, 250}, [3]float64{110, 110, 110}
	for name, c := range map[string]struct {
		things []thing
		turns  bool
	}{
		"marked": {[]thing{{disc(radius), white, roll}, {disc(1.3), black, on(10.5)}, {disc(1.3), black, on(-10.5)}}, true},
		"plain":  {[]thing{{disc(radius), white, roll}}, false},
		"rimmed": {[]thing{{disc(radius), [3]float64{100, 180, 240}, roll}, {disc(radius - 3), white, roll}}, false},
	} {
		seen := find(t, filmed(t, c.things, 50, 4), bodies.DefaultOptions())
		if len(seen.Found) != 1 {
			t.Errorf("%s: %d bodies are found, there is 1; ignored %v", name, len(seen.Found), seen.Ignored)
			continue
		}
		b := &seen.Found[0]
		if b.Turns != c.turns || b.Paint.Width > 0 != c.turns || c.turns && b.Alike != 1 || !(math.Abs(b.Reach()-radius) <= 0.2) {
			t.Errorf("%s: turns %v, %d squares of paint, %d turns look alike, radius %.2f", name, b.Turns, b.Paint.Width, b.Alike, b.Reach())
		}
	}
}
