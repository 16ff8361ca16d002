package replay_test

import (
	"errors"
	"math"
	"slices"
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

// TestShowsTurnInACircle both ways, and where there is one it stays.
func TestShowsTurnInACircle(t *testing.T) {
	t.Parallel()
	var show func(k int) (replay.Show, error)
	show = func(k int) (replay.Show, error) { return replay.Show{Episode: k, Episodes: 5, Next: show}, nil }
	for _, c := range []struct{ at, by, want int }{{0, 1, 1}, {4, 1, 0}, {0, -1, 4}, {3, -13, 0}, {1, 14, 0}} {
		now, _ := show(c.at)
		if then, err := now.Turn(c.by); then.Episode != c.want || err != nil {
			t.Errorf("%d episodes from %d is %d, want %d, %v", c.by, c.at, then.Episode, c.want, err)
		}
	}
	for _, alone := range []replay.Show{
		{Label: "alone", Episodes: 1, Next: func(int) (replay.Show, error) { return replay.Show{}, errors.New("asked") }},
		{Label: "alone", Episodes: 9},
	} {
		if then, err := alone.Turn(1); then.Label != "alone" || err != nil {
			t.Errorf("%+v, %v", then, err)
		}
	}
}

// follows does what actions say, and moves by a metre where there is none; it falls ill at some place.
type follows struct{ ill float64 }

func (f follows) Step(state sim.State, action sim.Action) error {
	by := 1.
	if action != nil {
		by = action[0]
	}
	if state[0].X += by; state[0].X >= f.ill {
		state[0].X = math.NaN()
	}
	return nil
}

// TestASurveyFollowsActionsWhereThereAreSome, and ends where a prediction is no state. Of few frames each stands for several parts of the curve.
func TestASurveyFollowsActionsWhereThereAreSome(t *testing.T) {
	t.Parallel()
	motion := drifts("", 0, 5)
	motion.Actions = []sim.Action{{0.5}, {0.25}}
	var lines []replay.Line
	for _, ill := range []float64{9, 2.7} {
		s := replay.NewSurvey(&replay.Collection{Motion: func(int) (*sim.Trajectory, error) { return motion, nil }}, 1, 0,
			func(*sim.Scene) (replay.Stepper, error) { return follows{ill}, nil })
		for s.Step() {
		}
		lines = append(lines, s.Lines()[0])
	}
	for part, got := range lines[0].Curve {
		want := []float64{0.5, 0.75, 1.75, 2.75}[part/8] // four frames stand for a quarter of it each
		if part/8 == 3 {
			if v := lines[1].Curve[part]; !math.IsNaN(v) {
				t.Errorf("after the prediction is no state, part %d errs by %v", part, v)
			}
		} else if v := lines[1].Curve[part]; v != want {
			t.Errorf("before the prediction is no state, part %d errs by %v, want %v", part, v, want)
		}
		if got != want {
			t.Errorf("part %d errs by %v, want %v", part, got, want)
		}
	}
	if lines[0].Error != 2.75 || !math.IsNaN(lines[1].Error) {
		t.Errorf("judged by %v and %v", lines[0].Error, lines[1].Error)
	}
}

// TestSurveysAreMadeInPiecesOfSixteenFrames, so that a window stays quick, and go on from the next episode with another model.
func TestSurveysAreMadeInPiecesOfSixteenFrames(t *testing.T) {
	t.Parallel()
	var asked []int
	all := &replay.Collection{Motion: func(k int) (*sim.Trajectory, error) {
		asked = append(asked, k)
		return drifts("", 0, 34), nil
	}}
	stepped := 0
	counts := func(*sim.Scene) (replay.Stepper, error) { return counting{&stepped}, nil }
	s := replay.NewSurvey(all, 4, 0, counts)
	for k, want := range []int{0, 16, 32, 33, 33, 49} {
		if s.Step(); stepped != want {
			t.Errorf("after %d pieces %d frames are predicted, want %d", k+1, stepped, want)
		}
	}
	s.Renew(counts) // in the second episode
	for s.Step() {
	}
	if want := []int{0, 1, 2, 3, 0, 1}; !slices.Equal(asked, want) {
		t.Errorf("asked for %v, want %v", asked, want)
	}
}

type counting struct{ n *int }

func (c counting) Step(sim.State, sim.Action) error {
	*c.n++
	return nil
}

// breaks predicts rest for some frames, and then does what breaks it.
type breaks struct {
	left int
	does func(state sim.State) error
}

func (b *breaks) Step(state sim.State, _ sim.Action) error {
	if b.left--; b.left >= 0 {
		return nil
	}
	return b.does(state)
}

// TestEpisodesAreKnownAsFarAsModelsGo: one that fails, panics or says what is no number after half of it has no error, and the curve of what it did.
func TestEpisodesAreKnownAsFarAsModelsGo(t *testing.T) {
	t.Parallel()
	ways := []func(state sim.State) error{
		func(sim.State) error { return errors.New("no more") },
		func(sim.State) error { panic("broken") },
		func(state sim.State) error { state[0].X = math.NaN(); return nil },
		func(state sim.State) error { state[0].VY = math.Inf(1); return nil },
	}
	all := &replay.Collection{Motion: func(k int) (*sim.Trajectory, error) {
		if k == len(ways)+1 {
			return &sim.Trajectory{Scene: drifts("", 1, 1).Scene}, nil
		}
		return drifts("", 0.6, 65), nil
	}}
	next := -1
	s := replay.NewSurvey(all, len(ways)+2, 0, func(*sim.Scene) (replay.Stepper, error) {
		if next++; next >= len(ways) {
			panic("it does not begin")
		}
		return &breaks{32, ways[next]}, nil
	})
	for s.Step() {
	}
	for k, line := range s.Lines() {
		known := 0
		for _, v := range line.Curve {
			if !math.IsNaN(v) {
				known++
			}
		}
		if want := map[bool]int{true: 16}[k < len(ways)]; !line.Known || !math.IsNaN(line.Error) || known != want {
			t.Errorf("way %d: known %t, error %v, %d points of the curve, want %d", k, line.Known, line.Error, known, want)
		}
	}
	few := replay.NewSurvey(&replay.Collection{Motion: func(int) (*sim.Trajectory, error) { return drifts("", 0.6, 6), nil }}, 1, 0, func(*sim.Scene) (replay.Stepper, error) { return still{}, nil })
	for few.Step() {
	}
	for part, v := range few.Lines()[0].Curve { // of five frames each stands for a fifth of the curve
		if want := 0.01 * float64(part*5/replay.SparkPoints+1); !math.IsNaN(v) && !(math.Abs(v-want) < 0.011) {
			t.Errorf("part %d of a short episode errs by %v m, want %v", part, v, want)
		}
	}
	if curve := few.Lines()[0].Curve; slices.ContainsFunc(curve[:], math.IsNaN) {
		t.Errorf("a short episode has gaps: %v", curve)
	}
}
