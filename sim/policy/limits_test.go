package policy

import (
	"math"
	"slices"
	"testing"

	"orrery/sim"
)

// TestPushersRestWhereThereIsNothingToDo: without the robot or the goal that they are told, or with a robot that is to push itself.
func TestPushersRestWhereThereIsNothingToDo(t *testing.T) {
	t.Parallel()
	scene := court()
	scene.Bodies[1].Start.X = 3
	scene.Goals = []sim.Goal{{Kind: sim.Place, Body: 1, Target: sim.Vec{X: 5}}, {Kind: sim.Place, Body: 0, Target: sim.Vec{X: 5}}, {Kind: sim.Angle, Body: 1}}
	for _, c := range []struct {
		robot, goal int
		acts        bool
	}{{0, 0, true}, {-1, 0, false}, {2, 0, false}, {0, -1, false}, {0, 3, false}, {0, 1, false}, {0, 2, false}} {
		act := Push("push", "", func(*sim.Scene) (int, int) { return c.robot, c.goal }).Start(1, 0, scene)
		if got := act(0, scene.Start()); slices.Equal(got, scene.Rest()) == c.acts {
			t.Errorf("robot %d, goal %d: %v", c.robot, c.goal, got)
		}
	}
}

// TestPushersStandStillWhereAllIsDone: a body that is in its place has no side that is behind it.
func TestPushersStandStillWhereAllIsDone(t *testing.T) {
	t.Parallel()
	scene := court()
	scene.Goals = []sim.Goal{{Kind: sim.Place, Body: 1}}
	act := Push("push", "", func(*sim.Scene) (int, int) { return 0, 0 }).Start(1, 0, scene)
	for _, a := range act(0, sim.State{{X: 1}, {}}) {
		if !(math.Abs(a) <= 999) {
			t.Errorf("the robot is asked for %v m/s", a)
		}
	}
}

// TestArenasCoverWhatThereIs: inside walls by the margin, and without them bodies and the places that goals want, with as much
// again to each side.
func TestArenasCoverWhatThereIs(t *testing.T) {
	t.Parallel()
	if low, high := Arena(court(), 0.5); low != (sim.Vec{X: -19.5, Y: -19.5}) || high != (sim.Vec{X: 19.5, Y: 19.5}) {
		t.Errorf("within walls %v to %v", low, high)
	}
	for _, c := range []struct {
		goal      sim.Goal
		low, high sim.Vec
	}{
		{sim.Goal{Kind: sim.Place, Target: sim.Vec{X: 4, Y: 1}}, sim.Vec{X: -5.9, Y: -2.9}, sim.Vec{X: 8.9, Y: 2.9}},
		{sim.Goal{Kind: sim.Pose, Target: sim.Vec{X: -2, Y: -3}}, sim.Vec{X: -4.9, Y: -6.9}, sim.Vec{X: 3.9, Y: 4.9}},
		{sim.Goal{Kind: sim.Angle, Target: sim.Vec{X: 40, Y: 1}}, sim.Vec{X: -2.9, Y: -2.9}, sim.Vec{X: 2.9, Y: 2.9}},
	} {
		scene := sim.DefaultScene()
		scene.Bodies = []sim.Body{sim.NewDisc(0.5, 1, sim.Surface{}), sim.NewDisc(1, 1, sim.Surface{})}
		scene.Bodies[0].Start.X, scene.Goals = 0.5, []sim.Goal{c.goal}
		if low, high := Arena(&scene, 0.1); !(low.Sub(c.low).Len() <= 1e-12) || !(high.Sub(c.high).Len() <= 1e-12) {
			t.Errorf("%s: %v to %v, want %v to %v", c.goal.Kind, low, high, c.low, c.high)
		}
	}
}

// TestPlacesAreWithinTheMargin of an arena that is not about the origin, and in its middle where the margin leaves nothing.
func TestPlacesAreWithinTheMargin(t *testing.T) {
	t.Parallel()
	p := start(court())
	p.low, p.high = sim.Vec{X: 1, Y: 2}, sim.Vec{X: 5, Y: 3}
	low, high := sim.Vec{X: math.Inf(1), Y: math.Inf(1)}, sim.Vec{X: math.Inf(-1), Y: math.Inf(-1)}
	for range 2000 {
		v := p.anywhere(p.rng, 0.3)
		low, high = sim.Vec{X: min(low.X, v.X), Y: min(low.Y, v.Y)}, sim.Vec{X: max(high.X, v.X), Y: max(high.Y, v.Y)}
	}
	if !(low.Sub(sim.Vec{X: 1.3, Y: 2.3}).Len() <= 0.02) || !(high.Sub(sim.Vec{X: 4.7, Y: 2.7}).Len() <= 0.02) || !(low.X >= 1.3 && low.Y >= 2.3 && high.X <= 4.7 && high.Y <= 2.7) {
		t.Errorf("places from %v to %v", low, high)
	}
	if v := p.anywhere(p.rng, 2); v != (sim.Vec{X: 3, Y: 2.5}) {
		t.Errorf("without room at %v", v)
	}
}

// TestActionsStayAboutTheMiddleOfTheirRange, which need not be nothing, and a scene of one frame a second has policies, too.
func TestActionsStayAboutTheMiddleOfTheirRange(t *testing.T) {
	t.Parallel()
	scene := court()
	scene.FPS = 1
	scene.Actuators = []sim.Actuator{{Kind: sim.Velocity, Low: 10, High: 14}}
	for _, p := range []Policy{Random(), Noise()} {
		act, sum, squares := p.Start(3, 0, scene), 0.0, 0.0
		const n = 4000
		for frame := range n {
			a := act(frame, nil)[0]
			sum, squares = sum+a/n, squares+(a-12)*(a-12)/n
		}
		want := map[string]float64{"random": 4 / math.Sqrt(12), "noise": 1.08}[p.Name] // the noise is cut at both ends
		if !(math.Abs(sum-12) <= 0.15) || !(math.Abs(math.Sqrt(squares)-want) <= 0.08) {
			t.Errorf("%s: %v ± %v, want 12 ± %v", p.Name, sum, math.Sqrt(squares), want)
		}
	}
}
