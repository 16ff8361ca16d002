package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"orrery/cmd/orrery/clip"
)

// TestRenderDrawsTheFramesAskedFor draws some frames of whatever can be drawn: an episode, a
// rollout and a scene.
func TestRenderDrawsTheFramesAskedFor(t *testing.T) {
	skipShort(t)
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
	if want := fmt.Sprintf(": %d frames, 2.00 s", clip.SceneFrames); !strings.Contains(text, want) {
		t.Errorf("%q, want %q", text, want)
	}
}
