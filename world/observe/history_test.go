package observe_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world/observe"
	"orrery/world/observe/discs"
)

// seenEpisode returns an episode of discs as estimates of all that was seen, its law and what truly happened.
func seenEpisode(t *testing.T) (*sim.Trajectory, *observe.Law, *discs.Episode) {
	t.Helper()
	set := discs.Default()
	set.Frames = 31
	episode := set.Episode(3)
	w := set.Watch(episode, 3)
	law, err := observe.Measure(t.Context(), []*observe.Watch{w})
	if err != nil {
		t.Fatal(err)
	}
	e, err := observe.Smooth(t.Context(), w, &law, episode.Times)
	if err != nil {
		t.Fatal(err)
	}
	return &sim.Trajectory{Scene: episode.Scene, States: e.States, Seen: &sim.Observation{Sights: w.Sights, Std: e.Std(), Impacts: e.Impacts}}, &law, episode
}

// TestHistoryKnowsThePastAlone: it starts near the truth, as far off as it says, and what comes later does not
// change the start.
func TestHistoryKnowsThePastAlone(t *testing.T) {
	t.Parallel()
	seen, law, episode := seenEpisode(t)
	const watched = 12
	for k := range seen.States { // what is told of later frames stays with them
		row := make([]sim.Covariance, len(seen.States[k]))
		for i := range row {
			row[i][0] = float64(k) + float64(i)/10 + 1
		}
		seen.Seen.Covariances = append(seen.Seen.Covariances, row)
	}
	got, err := observe.History(seen, law, watched)
	if err != nil {
		t.Fatal(err)
	}
	if err := got.Check(); err != nil {
		t.Fatal(err)
	}
	if len(got.States) != len(seen.States)-watched+1 || !slices.Equal(got.States[1], seen.States[watched]) || !slices.Equal(got.Seen.Sights[0], seen.Seen.Sights[watched-1]) {
		t.Fatalf("%d states from frame %d of %d", len(got.States), watched, len(seen.States))
	}
	for i, is := range got.States[0] {
		truth, std := episode.States[watched-1][i], got.Seen.Std[0][i]
		if off := is.Position().Sub(truth.Position()).Len(); !(off <= 5*math.Hypot(std.X, std.Y)) || !(off <= 5e-3) {
			t.Errorf("body %d starts %v m off, with deviations %+v", i, off, std)
		}
		if off := is.Velocity().Sub(truth.Velocity()).Len(); !(off <= 5*math.Hypot(std.VX, std.VY)) {
			t.Errorf("body %d starts %v m/s off, with deviations %+v", i, off, std)
		}
		c := got.Seen.Covariances[0][i]
		for axis, want := range std.Values() { // the diagonal of the triangle
			if diagonal := c[axis*(axis+1)/2+axis]; !(math.Abs(diagonal-want*want) <= 1e-12+1e-9*want*want) {
				t.Errorf("body %d: value %d has variance %v, want %v", i, axis, diagonal, want*want)
			}
		}
	}
	if n := len(got.Seen.Covariances); n != len(got.States) || got.Seen.Covariances[1][2] != seen.Seen.Covariances[watched][2] || got.Seen.Covariances[n-1][0] != seen.Seen.Covariances[len(seen.States)-1][0] {
		t.Errorf("%d covariances, after the start %v", n, got.Seen.Covariances[1][2])
	}
	for _, hit := range got.Seen.Impacts {
		if !(hit.Time > 0) || !slices.ContainsFunc(seen.Seen.Impacts, func(h sim.Impact) bool {
			return h.Body == hit.Body && math.Abs(h.Time-hit.Time-float64(watched-1)/30) <= 1e-9
		}) {
			t.Errorf("an impact at %v s", hit.Time)
		}
	}
	blind := *seen.Seen
	blind.Sights = slices.Clone(blind.Sights)
	for k := watched; k < len(blind.Sights); k++ {
		blind.Sights[k] = slices.Clone(blind.Sights[k])
		for i := range blind.Sights[k] {
			blind.Sights[k][i].X += 0.3
		}
	}
	other, err := observe.History(&sim.Trajectory{Scene: seen.Scene, States: seen.States, Seen: &blind}, law, watched)
	if err != nil || !slices.Equal(other.States[0], got.States[0]) {
		t.Errorf("%v: what comes later changes the start from %v to %v", err, got.States[0], other.States[0])
	}
}

// TestHistoryHasBounds: one frame at least to watch, and one to predict.
func TestHistoryHasBounds(t *testing.T) {
	t.Parallel()
	seen, law, _ := seenEpisode(t)
	for frames, want := range map[int]string{0: "frames to watch 0 must be from 1 to 30", 31: "frames to watch 31 must be from 1 to 30", 30: "", 1: ""} {
		if _, err := observe.History(seen, law, frames); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%d frames: %v", frames, err)
		}
	}
	if _, err := observe.History(&sim.Trajectory{Scene: seen.Scene, States: seen.States}, law, 3); err == nil || !strings.Contains(err.Error(), "only of motion that was observed") {
		t.Errorf("of known states: %v", err)
	}
}

// TestHistoryGoesOnWithItsActions: the first is that of the last frame that was watched.
func TestHistoryGoesOnWithItsActions(t *testing.T) {
	t.Parallel()
	seen, law, _ := seenEpisode(t)
	for k := range len(seen.States) - 1 {
		seen.Actions = append(seen.Actions, sim.Action{float64(k)})
	}
	got, err := observe.History(seen, law, 5)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(got.Actions); n != len(got.States)-1 || got.Actions[0][0] != 4 {
		t.Errorf("%d actions from %v on for %d states", n, got.Actions[0], len(got.States))
	}
}

// TestEstimatesWithoutCovariancesHaveTheirDeviations, each body its own.
func TestEstimatesWithoutCovariancesHaveTheirDeviations(t *testing.T) {
	t.Parallel()
	seen, law, _ := seenEpisode(t)
	const watched = 5
	for k := range seen.Seen.Std {
		for i := range seen.Seen.Std[k] {
			seen.Seen.Std[k][i] = sim.BodyState{X: 1 + float64(k), Y: 1 + float64(i), VX: 0.5 + float64(i), Omega: 3}
		}
	}
	seen.Seen.Impacts = []sim.Impact{{Time: 0.1}, {Time: 4. / 30}, {Time: 0.15, Body: 1}, {Time: 0.2, Body: 2}}
	got, err := observe.History(seen, law, watched)
	if err != nil {
		t.Fatal(err)
	}
	for k := 1; k < len(got.States); k++ {
		for i, c := range got.Seen.Covariances[k] {
			at := 0
			for row := range sim.StateSize {
				for col := range row + 1 {
					want, values := 0.0, seen.Seen.Std[k+watched-1][i].Values()
					if row == col {
						want = values[row] * values[row]
					}
					if c[at] != want {
						t.Fatalf("frame %d, body %d: entry %d, %d is %v, want %v", k, i, row, col, c[at], want)
					}
					at++
				}
			}
		}
	}
	if hits := got.Seen.Impacts; len(hits) != 2 || !(math.Abs(hits[0].Time-0.15+4./30) <= 1e-12) || !(math.Abs(hits[1].Time-0.2+4./30) <= 1e-12) {
		t.Errorf("impacts %+v", hits)
	}
}

// TestWhatAPictureSawLaterIsNotThePast, though the picture began before.
func TestWhatAPictureSawLaterIsNotThePast(t *testing.T) {
	t.Parallel()
	seen, law, _ := seenEpisode(t)
	w, times := observe.WatchOf(seen)
	const last = 10
	filter := func(change func(*sim.Sight)) sim.State {
		own := *w
		own.Sights = slices.Clone(w.Sights)
		own.Sights[last] = slices.Clone(w.Sights[last])
		change(&own.Sights[last][0])
		state, _, err := observe.Filter(&own, law, times[last])
		if err != nil {
			t.Fatal(err)
		}
		return state
	}
	later := filter(func(s *sim.Sight) { s.After, s.X = 0.01, s.X+0.3 })
	if unseen := filter(func(s *sim.Sight) { *s = sim.Sight{} }); !slices.Equal(later, unseen) {
		t.Errorf("%v with what was seen later, %v without", later[0], unseen[0])
	}
}
