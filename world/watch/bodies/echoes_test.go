package bodies_test

import (
	"math"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world/watch/bodies"
	"orrery/world/watch/look"
)

// reflected is where the reflection of what is somewhere is seen in a table, below a line: on a part of its way only.
func reflected(of func(t float64) look.Pose, line, from, to float64) func(float64) look.Pose {
	return func(t float64) look.Pose {
		p := of(t)
		if p.X < from || p.X > to {
			return look.Pose{X: -100, Y: -100}
		}
		return look.Pose{X: p.X, Y: 2*line - p.Y}
	}
}

// TestReflectionsAreNoBodies: what goes as a body goes, or as its mirror image, and comes and goes in the open, is ignored. What goes along with
// another body from beginning to end, or comes in at the edge, is a body, and so is one that goes its own way and is seen for a while.
func TestReflectionsAreNoBodies(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	ball := straight(20, 90, 2, -0.3, 0, 0)
	things := []thing{{disc(10), red, ball}, {[]sim.Shape{rectangle(16, 6, 0, 0)}, blue, reflected(ball, 55, 50, 95)}}
	seen := find(t, filmed(t, things, 60, 1), bodies.DefaultOptions())
	expect(t, seen, things[:1], 0.1)
	if len(seen.Ignored) != 1 || !strings.Contains(seen.Ignored[0].Reason, "reflection") {
		t.Errorf("ignored is %v", seen.Ignored)
	}

	for name, other := range map[string]func(float64) look.Pose{
		"along":    straight(20, 30, 2, -0.3, 0, 0),
		"from out": straight(-30, 30, 2, -0.3, 0, 0),
		"own way":  reflected(straight(20, 90, 2, 0.8, 0, 0), 60, 50, 95),
	} {
		things := []thing{{disc(10), red, ball}, {disc(7), blue, other}}
		if seen := find(t, filmed(t, things, 60, 1), bodies.DefaultOptions()); len(seen.Found) != 2 {
			t.Errorf("%s: %d bodies are found, there are 2; ignored %v", name, len(seen.Found), seen.Ignored)
		}
	}
}

// TestPartsOfABallGoOnInIt: before a wall of its colour only a ball's bright top is seen, and later all of it. That is one body, which was there all along.
func TestPartsOfABallGoOnInIt(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	const whole = 30 // the first picture that shows all of it
	way := straight(20, 80, 2, -0.6, 0, 0)
	part := func(top bool) func(float64) look.Pose {
		return func(t float64) look.Pose {
			p := way(t)
			switch {
			case top != (t < whole):
				return look.Pose{X: -100, Y: -100}
			case top:
				p.Y += 4
			}
			return p
		}
	}
	things := []thing{{disc(10), blue, part(false)}, {disc(5), blue, part(true)}}
	seen := find(t, filmed(t, things, 60, 1), bodies.DefaultOptions())
	expect(t, seen, things[:1], 0.1)
	for number := range 60 {
		want := way(float64(number))
		if at, ok := seen.Found[0].Place(number); !ok || !(math.Hypot(at.X-want.X, at.Y-want.Y) <= 4.5) {
			t.Errorf("picture %d: it is seen at %v, %v; it is at %v", number, at, ok, want)
		}
	}
}

// TestABallThatGlintsForAMomentIsFound: in three pictures a part of it is brighter, so that it seems to fall to pieces and to be put together again.
func TestABallThatGlintsForAMomentIsFound(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	way := straight(20, 80, 2, -0.6, 0, 0)
	glint := func(t float64) look.Pose {
		if t < 24 || t > 26 {
			return look.Pose{X: -100, Y: -100}
		}
		return way(t)
	}
	things := []thing{{disc(8), blue, way}, {[]sim.Shape{rectangle(6, 10, -3, 0)}, [3]float64{44, 120, 218}, glint}}
	seen := find(t, filmed(t, things, 50, 1), bodies.DefaultOptions())
	expect(t, seen, things[:1], 0.1)
}
