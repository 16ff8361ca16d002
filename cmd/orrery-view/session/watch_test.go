package session

import (
	"math"
	"slices"
	"testing"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/sim"
	"orrery/world/observe"
)

// seenFlight returns two discs that fly apart for some frames, seen with a millimetre of noise, as
// estimates that are exact.
func seenFlight(frames int) *sim.Trajectory {
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 100, sim.Surface{}), sim.NewDisc(0.15, 100, sim.Surface{})}
	rng := sim.NewRand(5, "test/seen", 0)
	t := &sim.Trajectory{Scene: &scene, Seen: &sim.Observation{}}
	for k := range frames {
		x := float64(k) / 60
		state := sim.State{{X: x, VX: 1}, {X: 0.5 - x/2, Y: 1, VX: -0.5}}
		row, std := make([]sim.Sight, 2), make(sim.State, 2)
		for i := range row {
			row[i] = sim.Sight{X: state[i].X + 1e-3*rng.NormFloat64(), Y: state[i].Y + 1e-3*rng.NormFloat64(), Seen: true, Std: 1e-3}
			std[i] = sim.BodyState{X: 1e-4, Y: 1e-4, VX: 1e-3, VY: 1e-3}
		}
		t.States, t.Seen.Sights, t.Seen.Std = append(t.States, state), append(t.Seen.Sights, row), append(t.Seen.Std, std)
	}
	scene.Bodies[0].Start, scene.Bodies[1].Start = t.States[0][0], t.States[0][1]
	return t
}

// settle waits for the forecast of a replay.
func settle(t *testing.T, s *Session) {
	t.Helper()
	for k := 0; s.Forecast() == nil || s.making != nil; k++ {
		if s.Tick(); k > 5000 {
			t.Fatalf("there is no forecast: %q", s.Notice())
		}
	}
}

// TestAGhostStartsAfterWhatWasWatched: from the state that the first frames alone tell, at the last of
// them, and as unsure of it as they leave it; in the next episode, too, and no further than there is one
// frame to predict.
func TestAGhostStartsAfterWhatWasWatched(t *testing.T) {
	t.Parallel()
	long, short := seenFlight(40), seenFlight(9)
	shows := []replay.Show{{True: long, Episodes: 2}, {True: short, Episode: 1, Episodes: 2}}
	for i := range shows {
		shows[i].Next = func(episode int) (replay.Show, error) { return shows[episode], nil }
	}
	s := open(t, "billiards", compare.Sandbox)
	if s.SetHistory(12); s.History() != 0 || s.MaxHistory() != 0 || s.Seen() != nil || s.Sights(9) != nil {
		t.Fatalf("in the sandbox %d of %d frames are watched", s.History(), s.MaxHistory())
	}
	if err := s.OpenShow(shows[0]); err != nil {
		t.Fatal(err)
	}
	s.Pause(true)
	settle(t, s)
	whole, _ := observe.WatchOf(long)
	law, err := observe.Measure(t.Context(), []*observe.Watch{whole})
	if err != nil {
		t.Fatal(err)
	}
	want, err := observe.History(long, &law, 12)
	if err != nil {
		t.Fatal(err)
	}
	f := s.Forecast()
	if f.From != 11 || !slices.Equal(f.States[0], want.States[0]) || f.Last() != 39 || slices.Equal(f.States[0], long.States[11]) {
		t.Errorf("from frame %d to %d, starting with %v, want 11 to 39 and %v", f.From, f.Last(), f.States[0], want.States[0])
	}
	if _, ok := f.At(10); ok {
		t.Error("there is a ghost while the model watches")
	}
	if errors, first, _ := s.Errors(); first != 11 || len(errors) != 29 || !(errors[0] > 0) {
		t.Errorf("%d errors from frame %d on", len(errors), first)
	}
	if s.judge.Competing() {
		t.Error("the engine passes for the truth of what was measured")
	}
	law0 := s.law
	s.SetHistory(3)
	settle(t, s)
	if f = s.Forecast(); f.From != 2 || s.law != law0 {
		t.Errorf("from frame %d, law measured anew: %v", f.From, s.law != law0)
	}
	s.SetHistory(0)
	settle(t, s)
	if f = s.Forecast(); f.From != 0 || !slices.Equal(f.States[0], long.States[0]) {
		t.Errorf("told its start, it begins at %d in %v", f.From, f.States[0])
	}
	s.SetHistory(12)
	s.Episode(1)
	settle(t, s)
	if f = s.Forecast(); f.From != 7 || f.Last() != 8 || s.History() != 8 || s.lawOf != short {
		t.Errorf("of 9 frames %d are watched, from %d to %d is predicted", s.History(), f.From, f.Last())
	}
	s.Seek(5)
	if got := s.Sights(3); len(got) != 3 || !slices.Equal(got[2], short.Seen.Sights[5]) || !slices.Equal(got[0], short.Seen.Sights[3]) {
		t.Errorf("at frame 5 it shows %v", got)
	}
	if got := s.Sights(30); len(got) != 6 {
		t.Errorf("%d rows up to frame 5", len(got))
	}
	shows[1].Predicted, shows[1].Model = short.States, "other"
	if err := s.OpenShow(shows[1]); err != nil || s.History() != 0 || s.MaxHistory() != 0 {
		t.Errorf("%v: %d of %d frames of a rollout are watched, whose start is what it is", err, s.History(), s.MaxHistory())
	}
}

// TestAWatchedStartIsAsUnsureAsItWas: the regions of the first frame are what the frames leave open, and
// grow as the velocity lets them.
func TestAWatchedStartIsAsUnsureAsItWas(t *testing.T) {
	t.Parallel()
	seen := seenFlight(30)
	whole, _ := observe.WatchOf(seen)
	law, err := observe.Measure(t.Context(), []*observe.Watch{whole})
	if err != nil {
		t.Fatal(err)
	}
	after, err := observe.History(seen, &law, 10)
	if err != nil {
		t.Fatal(err)
	}
	doubt := drift(after)
	for body := range 2 {
		start := math.Hypot(after.Seen.Std[0][body].X, after.Seen.Std[0][body].Y) / math.Sqrt2
		if got := doubt(body, 0); !(math.Abs(got-start) <= 1e-12) || !(start > 1e-5) {
			t.Errorf("body %d starts %v m unsure, want %v", body, got, start)
		}
		if got, want := doubt(body, 18), after.Seen.Drift(body, 18./60); !(got == want) || !(got > 2*start) {
			t.Errorf("body %d is %v m unsure after 18 frames, want %v", body, got, want)
		}
	}
}

// TestWhatCannotBeWatchedIsTold, and the window goes on.
func TestWhatCannotBeWatchedIsTold(t *testing.T) {
	t.Parallel()
	s, seen := open(t, "billiards", compare.Sandbox), seenFlight(30)
	s.SetHistory(10)
	for _, row := range seen.Seen.Sights {
		row[0].Std = -1 // no reader lets it pass
	}
	if err := s.OpenShow(replay.Show{True: seen, Episodes: 1}); err != nil {
		t.Fatal(err)
	}
	for k := 0; s.Notice() == "" && k < 100; k++ {
		s.Tick()
	}
	if s.Notice() == "" || s.Forecast() != nil {
		t.Errorf("notice %q", s.Notice())
	}
}
