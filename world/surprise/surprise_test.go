package surprise_test

import (
	"context"
	"errors"
	"math"
	"reflect"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/world"
	"orrery/world/surprise"
	"orrery/world/surprise/planted"
)

// episodes returns some of a kind that were seen, without their true states, and what was planted.
func episodes(s planted.Settings, kind planted.Kind, from, to int) (list []*sim.Trajectory, faults [][]planted.Fault) {
	for e := from; e < to; e++ {
		t, f := s.Episode(7, e, kind)
		if t.Seen != nil {
			t = planted.Blind(t)
		}
		list, faults = append(list, t), append(faults, f)
	}
	return list, faults
}

func find(t *testing.T, model world.Model, list []*sim.Trajectory) *surprise.Result {
	t.Helper()
	found, err := surprise.Find(t.Context(), model, list, 2, nil)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// causes are those by which faults are told, where one can be told.
var causes = map[planted.Kind]surprise.Cause{
	planted.Teleport: surprise.Jumped, planted.Missed: surprise.Through, planted.Vanished: surprise.Through,
	planted.Swapped: surprise.Swapped, planted.Heavier: surprise.MassChange,
}

// TestPlantedFaultsAreFound plants each kind in positions with a millimetre of noise, and in known states.
func TestPlantedFaultsAreFound(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does the work, and the race detector makes it ten times as long")
	}
	t.Parallel()
	for _, noise := range []float64{1e-3, 0} {
		for _, kind := range planted.Kinds() {
			s := planted.DefaultSettings()
			s.Noise = noise
			s.Frames = 40
			list, faults := episodes(s, kind, 0, 4)
			if noise > 0 {
				list, faults = list[:2], faults[:2]
			}
			found := find(t, planted.Law{}, list)
			if auc := planted.AUC(found.Scores, faults); !(auc >= 0.99) {
				t.Errorf("%s, noise %v m: AUC %v", kind, noise, auc)
			}
			told, all, wrong := 0, 0, 0
			for _, f := range slices.Concat(faults...) {
				if f.Frame < s.Frames-1 { // in the last frame it has hardly begun
					all += len(f.Bodies)
				}
			}
			for _, e := range found.Events {
				switch {
				case !planted.Is(faults[e.Episode], e.Frame, e.Body):
					wrong++
				case e.Cause == causes[kind]:
					told++
				}
				if !(e.Score >= surprise.Alarm) || !(e.Score <= found.Scores[e.Episode][e.Frame][e.Body]) {
					t.Errorf("%s, noise %v m: an event has a score of %v, the frame %v", kind, noise, e.Score, found.Scores[e.Episode][e.Frame][e.Body])
				}
			}
			if 2*told < all || wrong > 2 {
				t.Errorf("%s, noise %v m: %d of %d causes told, %d events elsewhere", kind, noise, told, all, wrong)
			}
		}
	}
}

// TestCleanMotionIsNoSurprise: scores are what they say, chances: a tenth is above 1, a hundredth
// above 2, and none is an event.
func TestCleanMotionIsNoSurprise(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does the work, and the race detector makes it ten times as long")
	}
	t.Parallel()
	list, _ := episodes(planted.DefaultSettings(), planted.None, 0, 8)
	found := find(t, planted.Law{}, list)
	if len(found.Events) > 0 {
		t.Errorf("events %v", found.Events)
	}
	var above [3]int
	all := 0
	for _, frames := range found.Scores {
		for _, bodies := range frames[3 : len(frames)-3] {
			for _, score := range bodies {
				all++
				for n := range above {
					if score > float64(n) {
						above[n]++
					}
				}
			}
		}
	}
	for n, share := range []float64{1, 0.1, 0.01} {
		least := []float64{0.6, 0.6, 0.2}[n] * share // above 2.5 the better of two explanations counts
		if got := float64(above[n]) / float64(all); !(got >= least && got <= 1.4*share) {
			t.Errorf("a share of %v has a score above %d, want about %v", got, n, share)
		}
	}
	if found.Noise != 1 || !(found.Doubt <= 0.01) {
		t.Errorf("noise %v times what is told, doubt %v of a model that is right", found.Noise, found.Doubt)
	}
}

// TestScalesAreMeasured: noise that is larger than told and a model that bounces too little are taken
// into account, and no alarm is raised.
func TestScalesAreMeasured(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does the work, and the race detector makes it ten times as long")
	}
	t.Parallel()
	s := planted.DefaultSettings()
	list, _ := episodes(s, planted.None, 0, 3)
	for _, episode := range list {
		for _, row := range episode.Seen.Sights {
			for i := range row {
				row[i].Std, row[i].StdTurn = row[i].Std/2, row[i].StdTurn/2
			}
		}
	}
	found := find(t, planted.Law{}, list)
	if !(found.Noise > 1.8 && found.Noise < 2.2) || len(found.Events) > 0 {
		t.Errorf("noise is %v times what is told, want 2; events %v", found.Noise, found.Events)
	}
	list, _ = episodes(s, planted.None, 0, 2)
	found = find(t, planted.Law{Bounce: 0.8}, list)
	if !(found.Doubt > 0.01) {
		t.Errorf("a model that bounces too little is off by %v where it pushes", found.Doubt)
	}
	if len(found.Events) > 3 {
		t.Errorf("%d events by a model that bounces too little", len(found.Events))
	}
}

// TestWhatWasNotSeenIsNoSurprise loses a fifth of the sights and all angles.
func TestWhatWasNotSeenIsNoSurprise(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	list, faults := episodes(planted.DefaultSettings(), planted.Teleport, 0, 2)
	for e, episode := range list {
		rng := sim.NewRand(1, "lost", e)
		for _, row := range episode.Seen.Sights {
			for i := range row {
				row[i].Turned, row[i].Seen = false, rng.Float64() > 0.2
			}
		}
	}
	found := find(t, planted.Law{}, list)
	if auc := planted.AUC(found.Scores, faults); !(auc >= 0.99) {
		t.Errorf("AUC %v", auc)
	}
	for _, e := range found.Events {
		if !planted.Is(faults[e.Episode], e.Frame, e.Body) {
			t.Errorf("event %+v without a fault", e)
		}
	}
}

// TestTracksStaySwapped swaps two tracks and moves one of the bodies later: the event names the track
// that has the body then.
func TestTracksStaySwapped(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does the work, and the race detector makes it ten times as long")
	}
	t.Parallel()
	s := planted.DefaultSettings()
	s.Noise = 0
	episode, _ := s.Episode(7, 3, planted.None)
	for k := range episode.States {
		if k >= 20 {
			episode.States[k][0], episode.States[k][1] = episode.States[k][1], episode.States[k][0]
			episode.States[k][0].Angle += 4 * math.Pi // by whoever counts turns along tracks
		}
		if k >= 40 {
			episode.States[k][1].X += 0.3 // what was called 0
		}
	}
	found := find(t, planted.Law{}, []*sim.Trajectory{episode})
	var got [][3]any
	for _, e := range found.Events {
		if e.Frame <= 40 {
			got = append(got, [3]any{e.Frame, e.Body, e.Cause})
		}
	}
	want := [][3]any{{20, 0, surprise.Swapped}, {20, 1, surprise.Swapped}, {40, 1, surprise.Jumped}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
}

// TestWorkersDoNotMatter compares one worker with three.
func TestWorkersDoNotMatter(t *testing.T) {
	t.Parallel()
	list, _ := episodes(planted.DefaultSettings(), planted.Teleport, 0, 2)
	one, err := surprise.Find(t.Context(), planted.Law{}, list, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	done := 0
	three, err := surprise.Find(t.Context(), planted.Law{}, list, 3, func(n int) { done = max(done, n) })
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(one, three) || done != len(list) {
		t.Errorf("three workers find something else, or tell of %d of %d episodes", done, len(list))
	}
}

// TestSearchFindsTheSameStepByStep compares a search of one episode with the whole.
func TestSearchFindsTheSameStepByStep(t *testing.T) {
	t.Parallel()
	s := planted.DefaultSettings()
	s.Noise = 0
	episode, _ := s.Episode(7, 2, planted.Teleport)
	search := surprise.Begin(planted.Law{}, episode)
	if r := search.Result(); len(r.Scores) != 1 || r.Scores[0] != nil {
		t.Errorf("scores %v before the first step", r.Scores)
	}
	steps := 0
	for more := true; more; steps++ {
		var err error
		if more, err = search.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	want := find(t, planted.Law{}, []*sim.Trajectory{episode})
	if got := search.Result(); !reflect.DeepEqual(got.Scores, want.Scores) || !reflect.DeepEqual(got.Events, want.Events) {
		t.Errorf("events %v, want %v", got.Events, want.Events)
	}
	if steps < s.Frames-2 || steps > s.Frames+2 {
		t.Errorf("%d steps for %d frames", steps, s.Frames)
	}
	impact := *episode
	impact.Impact, impact.States = true, impact.States[:2]
	if _, err := surprise.Begin(planted.Law{}, &impact).Step(t.Context()); err == nil {
		t.Error("it searches an impact")
	}
}

// stubborn is a model that ends the context after so many steps and goes on.
type stubborn struct {
	planted.Law
	end  context.CancelFunc
	left *int
}

func (m stubborn) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	p, err := m.Law.Predictor(scenes)
	return stepper{p, m}, err
}

type stepper struct {
	world.Predictor
	stubborn
}

func (s stepper) Step(state sim.State, a sim.Action) error {
	if *s.left--; *s.left == 0 {
		s.end()
	}
	return s.Predictor.Step(state, a)
}

// TestFindEndsWithItsContext counts the steps that a model takes after the end.
func TestFindEndsWithItsContext(t *testing.T) {
	t.Parallel()
	list, _ := episodes(planted.DefaultSettings(), planted.None, 0, 3)
	for _, steps := range []int{5, 5000} {
		ctx, end := context.WithCancel(t.Context())
		left := steps
		_, err := surprise.Find(ctx, stubborn{end: end, left: &left}, list, 1, nil)
		if !errors.Is(err, context.Canceled) || left < -1 {
			t.Errorf("error %v, and %d steps after the end", err, -left)
		}
	}
}

// broken is a model that panics.
type broken struct{ planted.Law }

func (broken) Predictor([]*sim.Scene) (world.Predictor, error) { return nil, errors.New("no means") }

// TestErrorsNameTheEpisode judges what cannot be judged.
func TestErrorsNameTheEpisode(t *testing.T) {
	t.Parallel()
	s := planted.DefaultSettings()
	s.Noise = 0
	episode, _ := s.Episode(1, 0, planted.None)
	impact := *episode
	impact.Impact, impact.States = true, impact.States[:2]
	for want, run := range map[string]func() error{
		"episode 1: in an impact no time passes, so that nothing can be said of its motion": func() error {
			_, err := surprise.Find(t.Context(), planted.Law{}, []*sim.Trajectory{episode, &impact}, 1, nil)
			return err
		},
		"no means": func() error {
			_, err := surprise.Find(t.Context(), broken{}, []*sim.Trajectory{episode}, 1, nil)
			return err
		},
	} {
		if err := run(); err == nil || err.Error() != want {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	empty, err := surprise.Find(t.Context(), planted.Law{}, nil, 2, nil)
	if err != nil || len(empty.Events)+len(empty.Scores) > 0 {
		t.Errorf("of nothing: %v, %v", empty, err)
	}
}

// TestCausesWithoutAReason change velocities with nothing near, and where discs touch.
func TestCausesWithoutAReason(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.FPS = 30
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 100, sim.Surface{}), sim.NewDisc(0.1, 100, sim.Surface{Elasticity: 1})}
	at := func(k int, speed float64) sim.State {
		s := float64(k-15) / 30
		b := sim.BodyState{X: 0.6 * s, VX: 0.6}
		if k > 15 {
			b = sim.BodyState{X: speed * s, VX: speed}
		}
		return sim.State{b, {X: -0.7, Y: 0.5}}
	}
	for _, noise := range []float64{0, 1e-3} {
		rng := sim.NewRand(3, "noise", 0)
		episode := &sim.Trajectory{Scene: &scene}
		for k := range 31 {
			episode.States = append(episode.States, at(k, 1.2))
		}
		if noise > 0 {
			episode.Seen = &sim.Observation{}
			for _, s := range episode.States {
				var row []sim.Sight
				for _, b := range s {
					row = append(row, sim.Sight{X: b.X + noise*rng.NormFloat64(), Y: b.Y + noise*rng.NormFloat64(), Seen: true, Std: noise})
				}
				episode.Seen.Sights = append(episode.Seen.Sights, row)
				episode.Seen.Std = append(episode.Seen.Std, make(sim.State, len(s)))
			}
		}
		found := find(t, planted.Law{}, []*sim.Trajectory{episode})
		if len(found.Events) != 1 || found.Events[0].Cause != surprise.Untouched || !scalar.EqualWithinAbs(float64(found.Events[0].Frame), 16, 1) {
			t.Errorf("noise %v: events %+v, want one of what moved untouched at frame 16", noise, found.Events)
		}
	}
}
