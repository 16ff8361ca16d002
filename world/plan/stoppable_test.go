package plan

import (
	"errors"
	"testing"

	"orrery/sim"
	"orrery/world"
)

// watchedToy is a toy that is unsure of a spread, unless it is bare.
type watchedToy struct{ toy }

func (m watchedToy) Bare() world.Model { return toy{move: m.move} }

// TestStoppableModelIsAsBareAsItsOwn asks whether uncertainty is predicted where
// nobody asks for it, which takes time.
func TestStoppableModelIsAsBareAsItsOwn(t *testing.T) {
	t.Parallel()
	scenes := []*sim.Scene{toyScene(t, sim.Velocity, 1, alongX, alongY)}
	unsure := toy{move: walked, spread: func(s sim.BodyState) float64 { return s.X + 1 }}
	goOn := func() error { return nil }
	for name, test := range map[string]struct {
		model     world.Model
		uncertain bool
	}{
		"watched":       {Stoppable(watchedToy{unsure}, goOn), true},
		"watched, bare": {world.Bare(Stoppable(watchedToy{unsure}, goOn)), false},
		"plain":         {Stoppable(toy{move: walked}, goOn), false},
		"plain, bare":   {world.Bare(Stoppable(toy{move: walked}, goOn)), false},
	} {
		predictor, err := test.model.Predictor(scenes)
		if err != nil {
			t.Fatal(err)
		}
		state := sim.State{{X: 1}}
		if err := predictor.Step(state, sim.Action{1, 0}); err != nil || state[0] != (sim.BodyState{X: 1 + dt}) {
			t.Errorf("%s: %v, %v", name, state, err)
		}
		u, uncertain := predictor.(world.Uncertain)
		if uncertain != test.uncertain || uncertain && u.Spread(nil)[0] != 2+dt {
			t.Errorf("%s: knows its uncertainty: %v, want %v", name, uncertain, test.uncertain)
		}
	}
}

// TestPredictorsAreNotMadeOnceStopped, which takes time too.
func TestPredictorsAreNotMadeOnceStopped(t *testing.T) {
	t.Parallel()
	enough := errors.New("enough")
	model := Stoppable(toy{move: walked}, func() error { return enough })
	if _, err := model.Predictor([]*sim.Scene{toyScene(t, sim.Velocity, 1, alongX, alongY)}); !errors.Is(err, enough) {
		t.Errorf("a predictor is made: %v", err)
	}
}

// TestSearchEndsWhereItIsStopped stops it at every thing that the model is asked for.
func TestSearchEndsWhereItIsStopped(t *testing.T) {
	t.Parallel()
	scene := toyScene(t, sim.Force, 10, alongX)
	unsure := toy{move: pushed, spread: func(sim.BodyState) float64 { return 0 }}
	enough := errors.New("enough")
	for _, caution := range []float64{0, 1} {
		c := config(t, "random", func(c *Config) { c.Horizon, c.Samples, c.Iterations, c.Caution = 3, chunkSize+8, 2, caution })
		act := func(left int) (int, error) {
			model := Stoppable(unsure, func() error {
				if left--; left < 0 {
					return enough
				}
				return nil
			})
			controller, err := NewController(model, scene, payMass, c, sim.NewRand(1, "test", 0))
			if err == nil {
				_, err = controller.Act(sim.State{{X: 1}})
			}
			return left, err
		}
		const plenty = 1000
		left, err := act(plenty)
		if err != nil {
			t.Fatal(err)
		}
		if asked := plenty - left; asked < 2*3*2 {
			t.Errorf("caution %v: %d calls of stop, want one for each prediction", caution, asked)
		}
		for n := range plenty - left {
			if _, err := act(n); !errors.Is(err, enough) {
				t.Errorf("caution %v: stopped after %d calls: %v", caution, n, err)
			}
		}
	}
}
