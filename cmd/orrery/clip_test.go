package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/planning"
	"orrery/sim"
)

// TestPredictionsFollowTheRecordedActions lets the engine predict its own episode,
// in which a robot acts, as it was recorded and as a rollout file keeps it: only
// who does the same comes to the same.
func TestPredictionsFollowTheRecordedActions(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "push")
	mustRun(t, "gen", "push", "--episodes", "1", "--out", dir)
	c, err := loadClip(t.Context(), dir, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	c.cut(60)
	for range 2 {
		if err := c.predict(t.Context(), io.Discard, planning.Engine{}, nil); err != nil {
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
		read, err := readClip(path)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.EqualFunc(read.Actions, c.Actions, slices.Equal[sim.Action]) {
			t.Fatal("the rollout file holds other actions")
		}
		c = read
	}
}

// TestRenderDrawsTheFramesAskedFor draws some frames of whatever can be drawn: an episode, a
// rollout and a scene.
func TestRenderDrawsTheFramesAskedFor(t *testing.T) {
	t.Parallel()
	data, dir := tinyDataset(t), t.TempDir()
	rollout, scene := filepath.Join(dir, "rollout.json"), filepath.Join(dir, "scene.json")
	mustRun(t, "rollout", tinyModel(t), "--data", data, "--out", rollout)
	mustRun(t, "scenes", "billiards", "--scene", "--out", scene)
	for _, path := range []string{data, rollout, scene} {
		text := mustRun(t, "render", path, "--out", filepath.Join(dir, "film.png"), "--force", "--frames", "5")
		if !strings.HasSuffix(text, "film.png: 5 frames, 0.07 s\n") {
			t.Errorf("%s: %q", path, text)
		}
	}
	text := mustRun(t, "rollout", tinyModel(t), "--data", scene, "--out", rollout, "--force")
	if want := fmt.Sprintf(": %d frames, 2.00 s", sceneFrames); !strings.Contains(text, want) {
		t.Errorf("%q, want %q", text, want)
	}
}
