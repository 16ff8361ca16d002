package session

import (
	"strings"
	"testing"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery/planning"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/scenario"
	"orrery/world/choose"
	"orrery/world/flight"
)

// seek waits until a search has ended.
func seek(t *testing.T, s *Session) []Wrong {
	t.Helper()
	s.SeekWrong()
	for range 20000 {
		if found, done := s.Wrong(); done >= 1 {
			return found
		}
		s.hunts.Tick()
	}
	t.Fatal("the search does not end")
	return nil
}

// TestMistakesAreFoundAndShown: as wrong as told, the worst first and worse than usual, and learned from on request.
func TestMistakesAreFoundAndShown(t *testing.T) {
	t.Parallel()
	s, c := taught(t, "billiards")
	s.Pause(true)
	if found, done := s.Wrong(); found != nil || done != 0 {
		t.Error("something is found before anyone looks")
	}
	if s.LearnWrong(); len(c.added) > 0 || !strings.Contains(s.Notice(), "nothing is found") {
		t.Error("nothing is learned from")
	}
	found := seek(t, s)
	if len(found) != 4 {
		t.Fatalf("%d scenes are found", len(found))
	}
	usual := 0.0
	for k := range 10 {
		scene, _, err := s.hunt.subject.Draw(k)
		if err != nil {
			t.Fatal(err)
		}
		usual += wrongness(t, scene) / 10
	}
	for i, w := range found {
		if i > 0 && !(w.Error <= found[i-1].Error) || !(w.Error > 1.5*usual) {
			t.Errorf("%d: an error of %v m, the usual one is %v", i, w.Error, usual)
		}
		if off := wrongness(t, w.Scene); !(off > 0.999*w.Error && off < 1.001*w.Error) {
			t.Errorf("%d: the error is %v m, not %v", i, off, w.Error)
		}
	}
	if s.ShowWrong(found[1]); s.Scene() != found[1].Scene || s.Mode() != compare.Duel || !strings.Contains(s.Label(), "perturbed") {
		t.Errorf("%s shows %s", s.Mode(), s.Label())
	}
	s.LearnWrong()
	s.LearnWrong()
	if len(c.added) != 8 || len(c.subjects) != 1 || c.subjects[0].Name != "billiards" || !s.Lesson().On {
		t.Errorf("%d scenes are added to %d lessons", len(c.added), len(c.subjects))
	}
	c.says(s, 9, "")
	s.Learn()
	s.LearnWrong()
	if want := "begin pause resume"; strings.Join(c.said, " ") != want {
		t.Errorf("%v, want %s", c.said, want)
	}
	if s.Undo(); s.Scene() == found[1].Scene {
		t.Error("showing a scene cannot be undone")
	}
}

// TestMistakesBelongToTheirScenario, whatever is on the stage by now; and what changes there has bodies of its own.
func TestMistakesBelongToTheirScenario(t *testing.T) {
	t.Parallel()
	s, _ := taught(t, "mixed")
	s.Pause(true)
	found := seek(t, s)
	if err := openNamed(s, "billiards", 3); err != nil || len(found) == 0 {
		t.Fatal(err)
	}
	s.ShowWrong(found[0])
	if of, _ := s.Scenario(); of == nil || of.Name != "mixed" || s.Seed() != 7 {
		t.Errorf("it is of %+v", s.Origin)
	}
	if err := s.Set(scenario.Values{"gravity": 5}); err != nil {
		t.Fatal(err)
	}
	if sampled, err := s.Sample(); err != nil || !same(sampled, s.Scene()) {
		t.Errorf("a scene of others' shapes in its places: %v", err)
	}
}

// wrongness returns how far free flight is off after half a second, in metres.
func wrongness(t *testing.T, scene *sim.Scene) float64 {
	t.Helper()
	frames := scene.FPS / 2
	truth, err := engine.Simulate(t.Context(), scene, nil, frames+1, nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := flight.Ballistic().Predictor([]*sim.Scene{scene})
	if err != nil {
		t.Fatal(err)
	}
	state := scene.Start()
	for range frames {
		if err := p.Step(state, nil); err != nil {
			t.Fatal(err)
		}
	}
	off, _ := scene.Distance(state, truth.States[frames])
	return off
}

// TestWhoMakesNoMistakesIsFoundWithNone, and another search takes the place of the first.
func TestWhoMakesNoMistakesIsFoundWithNone(t *testing.T) {
	t.Parallel()
	s, _ := taught(t, "billiards")
	s.SeekWrong()
	s.hunts.Tick()
	s.SetModels([]choose.Candidate{{Name: "engine", Model: planning.Engine{}}})
	for _, w := range seek(t, s) {
		if !(w.Error < 1e-9) {
			t.Errorf("the engine errs by %v m", w.Error)
		}
	}
}
