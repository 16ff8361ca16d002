package session

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/jobs"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world"
	"orrery/world/choose"
)

// restarted is the engine as a model that may start anywhere.
type restarted struct{ truthful }

func (restarted) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	e := engine.New()
	return &fromState{e}, e.Load(scenes[0])
}

type fromState struct{ *engine.Engine }

func (f *fromState) Step(state sim.State, action sim.Action) error {
	if err := f.Reset(state); err != nil {
		return err
	}
	defer func() { copy(state, f.State(nil)) }()
	return f.Frame(action)
}

// TestForecastsKnowWhatThePolicyWillDo: a model that is right about everything is right
// about a scene that acts at random, too, and nothing unseen can be sought.
func TestForecastsKnowWhatThePolicyWillDo(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	s := New(jobs.InTick, nil)
	s.SetModels([]choose.Candidate{{Name: "engine", Model: restarted{}}})
	if err := openNamed(s, "drive", 3); err != nil {
		t.Fatal(err)
	}
	for range 400 {
		s.Tick()
		if _, last := s.Span(); last != s.Frame() {
			t.Fatalf("frame %d of %d", s.Frame(), last)
		}
	}
	if s.tape.End() < s.Frame()+s.Horizon() {
		t.Errorf("foresees %d frames", s.tape.End()-s.Frame())
	}
	if len(errorsOf(s)) < 20 {
		t.Fatalf("judged %d forecasts", len(errorsOf(s)))
	}
	for _, e := range errorsOf(s) {
		if !(e <= 1e-3) {
			t.Fatalf("error %v m", e)
		}
	}
	_, seen := s.Span()
	s.Seek(1 << 30)
	if frame := s.Frame(); frame != seen {
		t.Errorf("sought frame %d of %d", frame, seen)
	}
}

// TestWhoTakesOverForgetsWhatWasForeseen: keys, hands and planners act at once, not when
// what was computed ahead has passed.
func TestWhoTakesOverForgetsWhatWasForeseen(t *testing.T) {
	t.Parallel()
	for what, take := range map[string]func(s *Session){
		"keys": func(s *Session) { s.Drive(sim.Vec{X: 1}, sim.Vec{X: 1}) },
		"hand": func(s *Session) { s.Grab(0, s.State()[0].Position()) },
		"duel": func(s *Session) { s.SetMode(compare.Duel) },
	} {
		s := open(t, "drive", compare.Sandbox)
		ticks(s, 60)
		frame, state := s.Frame(), slices.Clone(s.State())
		if s.tape.End() <= frame+1 {
			t.Fatalf("%s: foresees nothing", what)
		}
		take(s)
		ticks(s, 5)
		if s.tape.End() > s.Frame()+1 {
			t.Errorf("%s: %d frames are foreseen", what, s.tape.End()-s.Frame())
		}
		if !slices.Equal(s.tape.At(frame), state) {
			t.Errorf("%s: the past has changed", what)
		}
	}
}

// TestAPlannerTakesOverAtOnce: the first action after P is the planner's.
func TestAPlannerTakesOverAtOnce(t *testing.T) {
	t.Parallel()
	s, _ := pilotedBy(t, jobs.InTick, func() *clockwork { return &clockwork{} })
	s.Plan(false)
	ticks(s, 60)
	frame := s.Frame()
	if s.tape.End() <= frame+1 {
		t.Fatal("foresees nothing")
	}
	s.Plan(true)
	if ticks(s, 30); s.Frame() <= frame || s.tape.End() > s.Frame() {
		t.Fatalf("at frame %d of %d, planned from %d", s.Frame(), s.tape.End(), frame)
	}
	action := s.tape.Action(frame)
	if length := (sim.Vec{X: action[0], Y: action[1]}).Len(); !scalar.EqualWithinAbs(length, 0.5, 1e-9) {
		t.Errorf("action %v is not the planner's", action)
	}
}
