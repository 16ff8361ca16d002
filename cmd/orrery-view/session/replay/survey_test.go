package replay_test

import (
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/cmd/orrery-view/session/replay"
	"orrery/sim"
)

// still predicts that nothing moves, and fails where a scene is called so.
type still struct{ panics bool }

func (s still) Step(sim.State, sim.Action) error {
	if s.panics {
		panic("broken")
	}
	return nil
}

// drifts returns an episode in which a disc goes some metres a second.
func drifts(name string, speed float64, frames int) *sim.Trajectory {
	scene := sim.DefaultScene()
	scene.Name = name
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	t := &sim.Trajectory{Scene: &scene}
	for k := range frames {
		t.States = append(t.States, sim.State{{X: speed * float64(k) / float64(scene.FPS)}})
	}
	return t
}

// TestASurveyHasTheErrorsOfAllEpisodes, in closed form for a model that predicts rest, whatever fails among them.
func TestASurveyHasTheErrorsOfAllEpisodes(t *testing.T) {
	t.Parallel()
	episodes := []*sim.Trajectory{drifts("", 0.1, 121), drifts("", 0.3, 31), drifts("refused", 1, 61), drifts("panics", 1, 61), drifts("", 1, 1), nil, drifts("", 1, 1201)}
	var asked []int
	all := &replay.Collection{Motion: func(k int) (*sim.Trajectory, error) {
		if asked = append(asked, k); episodes[k] == nil {
			return nil, errors.New("gone")
		}
		return episodes[k], nil
	}}
	s := replay.NewSurvey(all, len(episodes), 3, func(scene *sim.Scene) (replay.Stepper, error) {
		if scene.Name == "refused" {
			return nil, errors.New("no")
		}
		return still{scene.Name == "panics"}, nil
	})
	if s.Lines()[0].Known {
		t.Error("known before anything was done")
	}
	steps := 1
	for s.Step() {
		steps++
	}
	if steps < 40 || len(asked) != 7 || asked[0] != 3 || asked[6] != 2 {
		t.Errorf("%d steps, asked for %v", steps, asked)
	}
	nan := math.NaN()
	for k, want := range []float64{0.1, 0.15, nan, nan, nan, nan, 1} { // an episode that ends before a second is judged at its end
		line := s.Lines()[k]
		if !line.Known || !(scalar.EqualWithinAbs(line.Error, want, 1e-12) || math.IsNaN(want) && math.IsNaN(line.Error)) {
			t.Errorf("episode %d: %v, want %v m", k, line.Error, want)
		}
		last := line.Curve[replay.SparkPoints-1]
		if end := map[int]float64{0: 0.2, 1: 0.15, 6: 10}[k]; end > 0 && !scalar.EqualWithinAbs(last, end, 1e-12) || end == 0 && !math.IsNaN(last) {
			t.Errorf("episode %d ends with %v m, want %v", k, last, end)
		}
	}
	if first := s.Lines()[0].Curve[0]; !scalar.EqualWithinAbs(first, 0.1*4/60, 1e-12) { // of 120 frames 4 are in each part at most
		t.Errorf("the first part errs by %v m", first)
	}
	stopped := replay.NewSurvey(all, len(episodes), 0, func(*sim.Scene) (replay.Stepper, error) { return still{}, nil })
	if stopped.Stop(); stopped.Step() {
		t.Error("goes on when it was stopped")
	}
}

// fixed predicts that everything is where it says.
type fixed float64

func (f fixed) Step(state sim.State, _ sim.Action) error {
	state[0].X = float64(f)
	return nil
}

// TestASurveyGoesOnWithABetterModel: what it was wrong by stands until the new one has predicted an episode, and all come round, also after
// the survey was done.
func TestASurveyGoesOnWithABetterModel(t *testing.T) {
	t.Parallel()
	const n = 5
	all := &replay.Collection{Motion: func(int) (*sim.Trajectory, error) { return drifts("", 0, 61), nil }}
	by := func(off float64) func(*sim.Scene) (replay.Stepper, error) {
		return func(*sim.Scene) (replay.Stepper, error) { return fixed(off), nil }
	}
	s := replay.NewSurvey(all, n, 0, by(3))
	count := func(off float64, old bool) (k int) {
		for _, l := range s.Lines() {
			if l.Known && l.Error == off && l.Old == old {
				k++
			}
		}
		return k
	}
	for count(3, false) < 2 {
		s.Step()
	}
	s.Step() // in the third episode
	s.Renew(by(2))
	if count(3, true) != 2 {
		t.Errorf("%+v", s.Lines())
	}
	for s.Step() {
	}
	if count(2, false) != n {
		t.Errorf("not all are predicted by the new model: %+v", s.Lines())
	}
	s.Renew(by(1))
	if count(2, true) != n {
		t.Errorf("%+v", s.Lines())
	}
	for s.Step() {
	}
	if count(1, false) != n {
		t.Errorf("not all are predicted by the newest model: %+v", s.Lines())
	}
}
