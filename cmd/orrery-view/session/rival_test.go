package session

import (
	"math"
	"testing"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/cmd/orrery/planning"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world/choose"
	"orrery/world/flight"
)

// rivals returns a session in which free flight can be compared with the engine.
func rivals(t *testing.T, scene string) *Session {
	t.Helper()
	s := open(t, scene, compare.Sandbox)
	s.SetModels([]choose.Candidate{{Name: "engine", Model: planning.Engine{}}, {Name: "ballistic", Model: flight.Ballistic()}})
	return s
}

// TestTwoModelsPredictOnOneClock in every mode, each with errors of its own.
func TestTwoModelsPredictOnOneClock(t *testing.T) {
	t.Parallel()
	s := rivals(t, "mixed")
	if name, c := s.Rival(); name != "" || c != nil {
		t.Fatal("someone competes unasked")
	}
	s.SetRival("engine")
	ticks(s, 200)
	name, c := s.Rival()
	if name != "engine" || c == nil || c.Forecast() == nil || s.Forecast() == nil {
		t.Fatalf("%q: %v", name, c)
	}
	if a, b := s.Leads(), c.Leads(); len(a) == 0 || len(a) != len(b) || !(b[len(b)-1] < a[len(a)-1]/10) {
		t.Errorf("free flight errs by %v, the engine by %v", a, b)
	}
	s.Restart()
	s.SetMode(compare.Duel)
	s.SetHorizon(2)
	for n := 0; n < 2000 && s.Frame() < 60; n++ {
		s.Tick()
	}
	mine, first, _ := s.Errors()
	other, begin, _ := c.Errors()
	if len(mine) < 60 || len(other) < 60 || first != begin || c.Horizon() != s.Horizon() {
		t.Fatalf("%d and %d errors, from %d and %d", len(mine), len(other), first, begin)
	}
	if !(other[60] < 1e-9) || !(mine[60] > 0.01) {
		t.Errorf("after a second free flight errs by %v m, the engine by %v m", mine[60], other[60])
	}
	e := engine.New()
	if err := e.Load(s.Scene()); err != nil {
		t.Fatal(err)
	}
	film, err := e.Run(nil, 61, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.OpenShow(replay.Show{Label: "run", True: film, Episodes: 1}); err != nil {
		t.Fatal(err)
	}
	ticks(s, 120)
	if off := c.Reading(); len(c.Forecast().States) != 61 || math.IsNaN(off.Error) {
		t.Errorf("%+v after %d frames", off, len(c.Forecast().States))
	}
	s.SetRival("")
	if _, c := s.Rival(); c != nil {
		t.Error("it still competes")
	}
}

// TestARivalForgetsWhatWasLeft: what it expected of a motion is not compared with another one that undoing brings back, which went on for longer.
func TestARivalForgetsWhatWasLeft(t *testing.T) {
	t.Parallel()
	s := rivals(t, "mixed")
	s.SetRival("engine")
	ticks(s, 200)
	s.Restart()
	ticks(s, 30)
	s.Undo()
	if s.Frame() < 150 {
		t.Fatalf("undoing leads to frame %d", s.Frame())
	}
	if _, c := s.Rival(); len(c.Leads()) > 0 {
		t.Errorf("what was expected before is judged: %v", c.Leads())
	}
}

// TestARivalIsAnother model than the chosen one, and one that there is.
func TestARivalIsAnother(t *testing.T) {
	t.Parallel()
	s := rivals(t, "billiards")
	for _, name := range []string{"ballistic", "nobody"} {
		if s.SetRival(name); s.rivalIndex() >= 0 {
			t.Errorf("%s competes", name)
		}
	}
	s.SetRival("engine")
	s.SetModel(0)
	if _, c := s.Rival(); c != nil {
		t.Error("the engine competes with itself")
	}
	s.SetModel(1)
	if name, _ := s.Rival(); name != "engine" {
		t.Errorf("%q competes", name)
	}
	s.AddModel(choose.Candidate{Name: "engine", Model: flight.Ballistic()})
	if models, chosen := s.Models(); models[chosen].Name != "engine-2" || s.rivalIndex() != 1 {
		t.Errorf("%s is chosen, %d competes", models[chosen].Name, s.rivalIndex())
	}
	s.Spawn(0, sim.Vec{})
	ticks(s, 90)
	if _, c := s.Rival(); c == nil || c.Forecast() == nil || len(c.Forecast().States[0]) != len(s.Scene().Bodies) {
		t.Error("a changed scene has no second ghost")
	}
}
