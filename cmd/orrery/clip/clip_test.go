package clip_test

import (
	"io"
	"path/filepath"
	"slices"
	"testing"

	"orrery/cmd/orrery/clip"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/episodes"
	"orrery/cmd/orrery/planning"
	"orrery/datasets/generate"
	"orrery/sim"
	"orrery/sim/scenario/library"
	"orrery/world"
)

// TestPredictionsFollowTheRecordedActions lets the engine predict its own episode,
// in which a robot acts, as it was recorded and as a rollout file keeps it: only
// who does the same comes to the same.
func TestPredictionsFollowTheRecordedActions(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "push")
	push, err := library.Find("push")
	if err != nil {
		t.Fatal(err)
	}
	recipe := episodes.Recipe{Scenario: push, Episodes: 1, Frames: push.Frames, Seed: 8}
	if err := recipe.Write(t.Context(), io.Discard, dir, generate.Options{Workers: 1}); err != nil {
		t.Fatal(err)
	}
	c, err := clip.Load(t.Context(), dir, "", 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	if c.Seed != 8 || c.Episode != 0 {
		t.Errorf("episode %d of seed %d", c.Episode, c.Seed)
	}
	c.Cut(60)
	for range 2 {
		if err := c.Predict(t.Context(), io.Discard, planning.Engine{}, nil); err != nil {
			t.Fatal(err)
		}
		for k, state := range c.Predicted {
			for i, pose := range state {
				// Datasets hold float32.
				if off := pose.Position().Sub(c.True[k][i].Position()).Len(); !(off <= 1e-4) {
					t.Fatalf("frame %d, body %d: %v m off", k, i, off)
				}
			}
		}
		if moved := c.True[59][0].Position().Sub(c.True[0][0].Position()).Len(); !(moved >= 0.1) {
			t.Fatalf("the robot moved %v m, which shows nothing", moved)
		}
		path := filepath.Join(t.TempDir(), "rollout.json")
		if err := console.WriteFile(path, c.Encode); err != nil {
			t.Fatal(err)
		}
		read, err := clip.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.EqualFunc(read.Actions, c.Actions, slices.Equal[sim.Action]) {
			t.Fatal("the rollout file holds other actions")
		}
		c = read
	}
}

// TestWhatIsCutAwayIsGone: frames, what was done in them, and that predictions failed there.
func TestWhatIsCutAwayIsGone(t *testing.T) {
	t.Parallel()
	for frame, stays := range map[int]bool{3: true, 4: false, 5: false} {
		c := &clip.Clip{}
		c.True, c.Predicted, c.Actions = make([]sim.State, 6), make([]sim.State, 6), make([]sim.Action, 5)
		c.Escape = &world.Escape{Frame: frame}
		c.Cut(4)
		if len(c.True) != 4 || len(c.Predicted) != 4 || len(c.Actions) != 3 || (c.Escape != nil) != stays {
			t.Errorf("a failure in frame %d of 4: %+v", frame, c.Escape)
		}
	}
}

// TestEpisodesOfASplitAreCountedInIt: the sample has four, all to train on.
func TestEpisodesOfASplitAreCountedInIt(t *testing.T) {
	t.Parallel()
	const sample = "../../../datasets/sample"
	for episode, want := range map[int]string{
		3: "", 4: sample + ": episode 4 of the split train must be from 0 to 3",
	} {
		_, err := clip.Load(t.Context(), sample, "train", episode, 0)
		if (err == nil) != (want == "") || err != nil && err.Error() != want {
			t.Errorf("episode %d: %v, want %q", episode, err, want)
		}
	}
	if _, err := clip.Load(t.Context(), sample, "nowhere", 0, 0); !console.IsUsage(err) {
		t.Errorf("a split that there is not: %v", err)
	}
}
