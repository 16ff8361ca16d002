package session

import (
	"math"
	"runtime"
	"sync/atomic"
	"testing"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/jobs"
	"orrery/sim"
	"orrery/world"
	"orrery/world/choose"
	"orrery/world/flight"
)

// stepper is a model whose steps are a function.
type stepper func(state sim.State) error

func (stepper) Kind() string    { return "stepper" }
func (stepper) Parameters() int { return 0 }
func (f stepper) Predictor([]*sim.Scene) (world.Predictor, error) {
	return stepPredictor(f), nil
}

type stepPredictor func(state sim.State) error

func (f stepPredictor) Step(state sim.State, _ sim.Action) error { return f(state) }

// TestAnEmptySceneIsRefused: the scene before goes on, and its last body stays.
func TestAnEmptySceneIsRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	for _, mode := range []compare.Mode{compare.Sandbox, compare.Duel} {
		s := open(t, "mixed", mode)
		ticks(s, 10)
		empty := sim.DefaultScene()
		if err := s.OpenScene(&empty); err == nil {
			t.Fatal("a scene without bodies was taken")
		}
		frame := s.Frame()
		if ticks(s, 10); s.Frame() <= frame || s.Scene().Name != "mixed" {
			t.Errorf("%s: frame %d of %s", mode, s.Frame(), s.Scene().Name)
		}
		for range s.Scene().Bodies {
			s.Delete(0)
		}
		if ticks(s, 10); len(s.Scene().Bodies) != 1 || s.Notice() == "" {
			t.Errorf("%s: %d bodies are left, %q", mode, len(s.Scene().Bodies), s.Notice())
		}
	}
}

// TestNumbersThatAreNoneAreNotShown: a model that predicts NaN has failed, and is said to.
func TestNumbersThatAreNoneAreNotShown(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	for _, mode := range []compare.Mode{compare.Sandbox, compare.Duel} {
		s := open(t, "mixed", mode)
		steps := 0
		s.AddModel(choose.Candidate{Name: "nan", Model: stepper(func(state sim.State) error {
			if steps++; steps%7 == 0 {
				state[0].VX = math.NaN()
			}
			return nil
		})})
		ticks(s, 60)
		if s.Reading().Why == "" || s.Frame() < 20 {
			t.Errorf("%s: frame %d, %q", mode, s.Frame(), s.Reading().Why)
		}
		for _, state := range s.Forecast().Between(0, 1<<20) {
			if err := state.Check(); err != nil {
				t.Errorf("%s: %v", mode, err)
			}
		}
	}
}

// TestABodyMayVanishFromTheHand: who deletes what is being dragged lets it go.
func TestABodyMayVanishFromTheHand(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	for _, mode := range []compare.Mode{compare.Sandbox, compare.Duel} {
		s := open(t, "mixed", mode)
		last := len(s.Scene().Bodies) - 1
		s.Grab(last, s.State()[last].Position())
		s.Pull(sim.Vec{X: 0.5})
		ticks(s, 5)
		s.Delete(last)
		if body, _, _ := s.Hand(); body >= 0 {
			t.Errorf("%s: body %d is held", mode, body)
		}
		s.Pull(sim.Vec{Y: 0.5})
		s.Release()
		if ticks(s, 30); len(s.Scene().Bodies) != last {
			t.Errorf("%s: %d bodies", mode, len(s.Scene().Bodies))
		}
	}
}

// TestLatePredictionsAreDropped: while a model takes its time, ticks do not wait for it, or
// this test would not end, and what was asked for in between is never begun.
func TestLatePredictionsAreDropped(t *testing.T) {
	t.Parallel()
	s := New(jobs.Threads, nil)
	var begun atomic.Int32
	release := make(chan bool)
	slow := choose.Candidate{Name: "slow", Model: stepper(func(sim.State) error {
		begun.Add(1)
		<-release
		return nil
	})}
	s.SetModels([]choose.Candidate{slow, {Name: "ballistic", Model: flight.Ballistic()}})
	s.SetModel(0)
	for k := range 120 {
		var err error
		switch {
		case k%40 == 0:
			err = openNamed(s, []string{"mixed", "billiards", "pile"}[k/40], 1)
		case k%10 == 5:
			s.Restart()
		}
		if err != nil {
			t.Fatal(err)
		}
		s.Tick()
		for begun.Load() == 0 {
			runtime.Gosched() // until the lane is at it
		}
	}
	if n := begun.Load(); n != 1 {
		t.Errorf("%d predictions are being made at once", n)
	}
	s.SetModel(1)
	s.Tick()
	close(release)
	for s.Forecast() == nil { // once the slow model has let go
		s.Tick()
		runtime.Gosched()
	}
	if n := begun.Load(); n != 1 {
		t.Errorf("%d steps of predictions that nobody wants", n)
	}
}

// TestScenesChangeUnderAPrediction: forecasts of another scene are never shown, in which
// bodies might be missing.
func TestScenesChangeUnderAPrediction(t *testing.T) {
	t.Parallel()
	s := New(jobs.Threads, nil)
	s.SetModels([]choose.Candidate{{Name: "ballistic", Model: flight.Ballistic()}})
	for k := range 200 {
		name := []string{"mixed", "pile", "tower", "push", "pendulum"}[k%5]
		if err := openNamed(s, name, uint64(k)); err != nil {
			t.Fatal(err)
		}
		s.SetMode([]compare.Mode{compare.Sandbox, compare.Duel}[k%2])
		for range 3 {
			s.Tick()
			for _, state := range s.Forecast().Between(0, 1<<20) {
				if len(state) != len(s.Scene().Bodies) {
					t.Fatalf("%s: a forecast of %d bodies", name, len(state))
				}
			}
		}
	}
}
