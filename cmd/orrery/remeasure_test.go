package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTrainMeasuresRegionsAnew: the weights stay those of the model, and nothing can be asked of a training.
func TestTrainMeasuresRegionsAnew(t *testing.T) {
	skipShort(t)
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	mustRun(t, "gen", "billiards", "--out", at("data"), "--episodes", "6", "--frames", "31")
	mustRun(t, "gen", "billiards", "--out", at("other"), "--episodes", "5", "--frames", "31", "--seed", "9")
	mustRun(t, "train", at("data"), "--out", at("model"), "--steps", "3", "--width", "4", "--rounds", "1")
	mustRun(t, "train", at("other"), "--regions", at("model"), "--out", at("sure"))
	read := func(model, name string) []byte {
		text, err := os.ReadFile(filepath.Join(at(model), name))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if !bytes.Equal(read("model", "model.safetensors"), read("sure", "model.safetensors")) {
		t.Error("the weights have changed")
	}
	if a, b := read("model", "config.json"), read("sure", "config.json"); bytes.Equal(a, b) || !bytes.Contains(b, []byte("regions")) {
		t.Error("the regions have not changed")
	}
	if _, err := os.Stat(at("sure") + ".partial"); err == nil {
		t.Error("it leaves a working folder")
	}
	for flags, want := range map[string]string{
		"--steps 3": "train: --steps has no use with --regions", "--decay 0.1": "train: --decay has no use with --regions",
		"--ensemble 2": "train: --ensemble has no use with --regions",
	} {
		args := append([]string{"train", at("other"), "--regions", at("model"), "--out", at("none")}, strings.Fields(flags)...)
		if code, _, stderr := runLine(t.Context(), args...); code != 2 || !strings.Contains(stderr, want) {
			t.Errorf("%s: code %d, %s", flags, code, stderr)
		}
	}
	if code, _, stderr := runLine(t.Context(), "train", at("data"), "--ensemble", "2", "--out", at("none")); code != 2 || !strings.Contains(stderr, "--ensemble is for tables of impacts") {
		t.Errorf("code %d, %s", code, stderr)
	}
}
