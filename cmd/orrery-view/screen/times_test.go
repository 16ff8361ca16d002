package screen

import (
	"testing"
	"time"

	"orrery/cmd/orrery-view/session/tape"
	"orrery/sim"
	"orrery/sim/render"
)

// TestZoomHasLimits: from a tenth to fifty times.
func TestZoomHasLimits(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed")
	for factor, want := range map[float64]float64{1e9: 50, 1e-9: 0.1} {
		s.zoom = 1
		if s.zoomAt(render.Point{X: 100, Y: 100}, factor); s.zoom != want {
			t.Errorf("%g times as large is %g times as large", factor, s.zoom)
		}
	}
}

// TestStillIsWhatMovesByTwoHundredths of a metre or a radian a second at most, each body of those that forces move.
func TestStillIsWhatMovesByTwoHundredths(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	for range 3 {
		scene.Bodies = append(scene.Bodies, sim.NewDisc(0.1, 1, sim.Surface{}))
	}
	scene.Bodies[1].Kind = sim.Kinematic
	for name, c := range map[string]struct {
		body int
		by   sim.BodyState
		want bool
	}{
		"all rest": {0, sim.BodyState{}, true}, "one creeps": {2, sim.BodyState{VX: 0.011, VY: 0.016}, true}, "one goes": {2, sim.BodyState{VX: 0.013, VY: 0.016}, false},
		"one hardly turns": {0, sim.BodyState{Omega: -0.019}, true}, "one turns": {0, sim.BodyState{Omega: -0.021}, false}, "one is moved": {1, sim.BodyState{VX: 3}, true},
	} {
		state := make(sim.State, 3)
		state[c.body] = c.by
		if got := still(&scene, state); got != c.want {
			t.Errorf("%s: still is %t", name, got)
		}
	}
}

// TestWhatStandsStillGoesOnAfterTwoSeconds, for nobody who has touched anything yet, and a hint is there for twenty.
func TestWhatStandsStillGoesOnAfterTwoSeconds(t *testing.T) {
	t.Parallel()
	s := open(t, "mixed")
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{}
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	if err := s.Session.OpenScene(&scene); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ ticks, idle int }{{100, 100}, {20, 120}, {1, 0}, {5, 5}} {
		if s.wait(c.ticks); s.idle != c.idle {
			t.Errorf("after %d ticks more it has stood still for %d, want %d", c.ticks, s.idle, c.idle)
		}
	}
	s.Session.Pause(true)
	if s.wait(1); s.idle != 0 {
		t.Errorf("time stands still, and counts %d", s.idle)
	}
	const hint = "F1 shows all keys"
	for ticks, want := range map[int]bool{20*60 - 1: true, 20 * 60: false} {
		if s.ticks = ticks; says(s.List(), hint) != want {
			t.Errorf("at tick %d the hint is there: %t", ticks, !want)
		}
	}
	if s.ticks, s.touched = 10, true; says(s.List(), hint) {
		t.Error("the hint stays though it was understood")
	}
	// What is said of who predicts, and of what cannot be right, is read in so many seconds; a folder is looked at once in one.
	if explainTicks != 6*tape.TicksPerSecond || worryTicks != 2*tape.TicksPerSecond || recentTicks != tape.TicksPerSecond || tape.TicksPerSecond != 60 {
		t.Errorf("%d, %d and %d ticks of %d", explainTicks, worryTicks, recentTicks, tape.TicksPerSecond)
	}
}

// TestTimesAgoAreTold in minutes, hours and days.
func TestTimesAgoAreTold(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		59 * time.Second: "just now", time.Minute: "1 min ago", 59 * time.Minute: "59 min ago", time.Hour: "1 h ago", 47 * time.Hour: "47 h ago", 48 * time.Hour: "2 days ago", 240 * time.Hour: "10 days ago",
	} {
		if got := ago(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}
