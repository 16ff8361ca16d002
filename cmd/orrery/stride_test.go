package main

import (
	"encoding/json"
	"path/filepath"
	"testing"
)

// TestModelsOfAStrideAreUsedEverywhere trains a model that predicts every third frame, and
// lets it predict, be drawn and be measured at the full rate, and plan in a task whose frames
// are as long as its own.
func TestModelsOfAStrideAreUsedEverywhere(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("trains a model")
	}
	at := func(name string) string { return filepath.Join(t.TempDir(), name) }
	data, model, rollout := tinyDataset(t), at("model"), at("rollout.json")
	mustRun(t, "train", data, "--stride", "3", "--steps", "20", "--out", model)

	var info rolloutInfo
	if err := json.Unmarshal([]byte(mustRun(t, "rollout", model, "--data", data, "--out", rollout, "--json")), &info); err != nil {
		t.Fatal(err)
	}
	if info.Frames != 31 {
		t.Errorf("%d frames are predicted, want the 31 of the episode", info.Frames)
	}
	mustRun(t, "render", rollout, "--out", at("rollout.png"))
	mustRun(t, "render", data, "--model", model, "--out", at("episode.png"))
	mustRun(t, "plan", "push", "--model", model, "--episodes", "1", "--tune", "samples=40", "--tune", "iterations=2", "--out", at("plan.json"))
	mustRun(t, "eval", model, "--data", data, "--stride", "3")
}
