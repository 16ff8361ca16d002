package session

import (
	"math"
	"strings"
	"testing"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/sim"
	"orrery/world/flight"
)

// TestForecastsOfTheSandboxBridgeTheTimeToTheNext: they look three renewals further than is shown.
func TestForecastsOfTheSandboxBridgeTheTimeToTheNext(t *testing.T) {
	t.Parallel()
	s := open(t, "billiards", compare.Sandbox)
	s.SetHorizon(1)
	ticks(s, 30)
	if f := s.Forecast(); f == nil || len(f.States) != 60+3*4+1 { // frames of a second, and a fifteenth of one three times
		t.Errorf("the forecast is %+v", f)
	}
}

// TestBodiesMayBeWhereTheyTrulyWere: a replay goes beyond the walls of its scene, and a forecast that follows is no escape.
func TestBodiesMayBeWhereTheyTrulyWere(t *testing.T) {
	t.Parallel()
	const frames, speed = 120, 3.0
	for from, escapes := range map[float64]bool{2: false, -2: true} {
		scene := sim.DefaultScene()
		scene.Gravity = sim.Vec{}
		scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{})}
		scene.Bodies[0].Start = sim.BodyState{VY: speed}
		scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: 1, Y: -1}, sim.Vec{X: 1, Y: 1})}
		run := &sim.Trajectory{Scene: &scene}
		for k := range frames {
			at := float64(k) / 60
			truth := sim.BodyState{Y: speed * at, VY: speed}
			if from < 0 { // it is stopped, and the forecast is not
				truth = sim.BodyState{Y: min(speed*at, 0.1), VY: speed}
			}
			run.States = append(run.States, sim.State{truth})
		}
		s := open(t, "mixed", compare.Sandbox)
		if err := s.OpenShow(replay.Show{Episodes: 1, True: run}); err != nil {
			t.Fatal(err)
		}
		ticks(s, 400)
		if f := s.Forecast(); f == nil || len(f.States) != frames || (f.Escape != "") != escapes {
			t.Errorf("a forecast to 6 m of a body that goes on %v: %q", !escapes, f.Escape)
		}
	}
}

// TestASearchForMistakesIsAsLongAsItSays: forty starts that no lesson has, and six tries around each of the four worst.
func TestASearchForMistakesIsAsLongAsItSays(t *testing.T) {
	t.Parallel()
	s, _ := taught(t, "billiards")
	s.SeekWrong()
	h := s.hunt
	h.model = flight.Still()
	var drawn []int
	draw := h.subject.Draw
	h.subject.Draw = func(episode int) (*sim.Scene, sim.Policy, error) {
		drawn = append(drawn, episode)
		return draw(episode)
	}
	steps := 0
	for last := 0.0; last < 1; steps++ {
		s.hunts.Tick()
		_, done := s.Wrong()
		if !(done >= last) || steps > 20000 {
			t.Fatalf("after %v of the search %v is done", last, done)
		}
		last = done
	}
	if len(drawn) != 40 || drawn[0] != 1<<29 || drawn[39] != 1<<29+39 {
		t.Errorf("%d starts are drawn, from %d on", len(drawn), drawn[0])
	}
	found, _ := s.Wrong()
	if len(found) != 4 || h.tried != 64 {
		t.Errorf("%d scenes are found in %d tries", len(found), h.tried)
	}
	for _, w := range found {
		if !strings.HasPrefix(w.Label, "start ") || math.IsNaN(w.Error) {
			t.Errorf("%+v", w)
		}
	}
}
