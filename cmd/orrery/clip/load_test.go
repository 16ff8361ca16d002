package clip_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery/clip"
	"orrery/cmd/orrery/console"
	"orrery/sim"
	"orrery/sim/canon"
	"orrery/world"
	"orrery/world/flight"
)

// sample is a dataset of four episodes of 61 frames.
const sample = "../../../datasets/sample"

// written writes a text to a file of a name.
func written(t *testing.T, name string, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, text, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// rolling returns the file of a scene in which a disc goes 0.6 m a second.
func rolling(t *testing.T) string {
	t.Helper()
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{}
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	scene.Bodies[0].Start.VX = 0.6
	text, err := canon.Encode(&scene)
	if err != nil {
		t.Fatal(err)
	}
	return written(t, "scene.json", text)
}

// TestScenesRunForTwoSeconds unless they are asked for more or less.
func TestScenesRunForTwoSeconds(t *testing.T) {
	t.Parallel()
	path := rolling(t)
	for frames, want := range map[int]int{0: 121, 10: 10, 200: 200} {
		c, err := clip.Load(t.Context(), path, "", 0, frames)
		if err != nil || len(c.True) != want || c.Label != "" || c.Seen != nil {
			t.Fatalf("%d frames: %d, %v", frames, len(c.True), err)
		}
		if x, seconds := c.True[want-1][0].X, float64(want-1)/60; !(max(x-0.6*seconds, 0.6*seconds-x) <= 1e-9) || !(max(c.Seconds()-seconds, seconds-c.Seconds()) <= 1e-9) {
			t.Errorf("after %v s it is at %v m", c.Seconds(), x)
		}
	}
	c, err := clip.Read(path)
	if err != nil || c.True != nil || len(c.Scene.Bodies) != 1 {
		t.Errorf("%v", err)
	}
}

// TestScenariosActAsTheirFirstPolicy: an episode of a file is that of the same seed which gen makes.
func TestScenariosActAsTheirFirstPolicy(t *testing.T) {
	t.Parallel()
	path := "../../../assets/scenarios/push.scenario.json"
	var starts []sim.State
	for episode := range 2 {
		c, err := clip.Load(t.Context(), path, "", episode, 0)
		if err != nil {
			t.Fatal(err)
		}
		if c.Seed != 1 || c.Episode != episode || !strings.Contains(c.Label, "seed 1") || len(c.True) < 2 {
			t.Errorf("episode %d is %d of seed %d, %q, of %d frames", episode, c.Episode, c.Seed, c.Label, len(c.True))
		}
		starts = append(starts, c.True[0])
		cut, err := clip.Load(t.Context(), path, "", episode, 7)
		if err != nil || len(cut.True) != 7 || !slices.Equal(cut.True[6], c.True[6]) || len(c.Actions) > 0 && len(cut.Actions) != 6 {
			t.Errorf("seven frames of episode %d: %d, %v", episode, len(cut.True), err)
		}
	}
	if slices.Equal(starts[0], starts[1]) {
		t.Error("all episodes are one")
	}
}

// TestWhatCannotBeLoadedSaysWhy.
func TestWhatCannotBeLoadedSaysWhy(t *testing.T) {
	t.Parallel()
	scene := rolling(t)
	model := t.TempDir()
	if err := os.WriteFile(filepath.Join(model, world.WeightsFile), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	broken, wrong := written(t, "scene.json", []byte(`{"version":1,`)), written(t, "wrong.json", []byte(`{"version":1,"fps":0}`))
	rollout := filepath.Join(t.TempDir(), "rollout.json")
	c, err := clip.Load(t.Context(), scene, "", 0, 30)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Predict(t.Context(), io.Discard, flight.Ballistic(), nil); err != nil {
		t.Fatal(err)
	}
	if err := console.WriteFile(rollout, c.Encode); err != nil {
		t.Fatal(err)
	}
	if c, err := clip.Load(t.Context(), rollout, "", 0, 12); err != nil || len(c.True) != 12 || len(c.Predicted) != 12 || c.Model != "ballistic" {
		t.Errorf("twelve frames of a rollout: %v", err)
	}
	for _, c := range []struct {
		path, split     string
		episode, frames int
		want            string
		usage           bool
	}{
		{model, "", 0, 0, model + " is a model; a dataset, rollout or scene is needed", true},
		{scene, "train", 0, 0, scene + " is a file, and only datasets have splits", true},
		{scene, "", 1, 0, scene + " is a file of one episode; --episode is for datasets and scenarios", true},
		{rollout, "", 1, 0, rollout + " is a file of one episode; --episode is for datasets and scenarios", true},
		{rollout, "", 0, 31, rollout + ": --frames 31 must be at most the 30 frames of ", false},
		{sample, "", 1, 62, sample + ": --frames 62 must be at most the 61 frames of ", false},
		{sample, "", 4, 0, "episode 4", false},
		{broken, "", 0, 0, broken + ": ", false},
		{wrong, "", 0, 0, wrong + ": ", false},
		{scene + "x", "", 0, 0, "no such file", false},
	} {
		_, err := clip.Load(t.Context(), c.path, c.split, c.episode, c.frames)
		if err == nil || !strings.Contains(err.Error(), c.want) || console.IsUsage(err) != c.usage {
			t.Errorf("%v (a mistake of the user: %v), want %q, %v", err, console.IsUsage(err), c.want, c.usage)
		}
	}
}

// TestOnlyWhatWasObservedIsWatched, and what was observed is shown as long as the clip is.
func TestOnlyWhatWasObservedIsWatched(t *testing.T) {
	t.Parallel()
	c, err := clip.Load(t.Context(), rolling(t), "", 0, 9)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Watch(t.Context(), 3); err == nil || err.Error() != "the scene: only of motion that was observed can frames be watched, and its states are known" {
		t.Error(err)
	}
	c.Seen = &sim.Observation{Sights: make([][]sim.Sight, 9)}
	for k := range c.Seen.Sights {
		c.Seen.Sights[k] = []sim.Sight{{X: float64(k), Seen: true}}
	}
	c.Cut(5)
	if seen := c.Film().Seen; len(seen) != 5 || seen[4][0].X != 4 {
		t.Errorf("sights of %d frames are shown", len(seen))
	}
}

// leaps predicts that everything is far away after one frame.
type leaps struct{ world.Model }

type leaper struct{}

func (leaps) Kind() string { return "leaps" }

func (leaps) Predictor([]*sim.Scene) (world.Predictor, error) { return leaper{}, nil }

func (leaper) Step(state sim.State, _ sim.Action) error {
	state[0].X += 1e6
	return nil
}

// TestPredictionsThatCannotBeRightAreSaid.
func TestPredictionsThatCannotBeRightAreSaid(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		model world.Model
		want  string
	}{{leaps{flight.Ballistic()}, "warning: the prediction of leaps cannot be right: "}, {flight.Ballistic(), ""}} {
		motion, err := clip.Load(t.Context(), sample, "", 0, 8)
		if err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		if err := motion.Predict(t.Context(), &log, c.model, nil); err != nil {
			t.Fatal(err)
		}
		if (c.want == "") != !strings.Contains(log.String(), "warning") || !strings.Contains(log.String(), c.want) || (motion.Escape != nil) != (c.want != "") {
			t.Errorf("%s says %q, escapes: %+v", c.model.Kind(), log.String(), motion.Escape)
		}
		if motion.Model != c.model.Kind() || len(motion.Predicted) != 8 {
			t.Errorf("%d frames by %q", len(motion.Predicted), motion.Model)
		}
	}
}
