package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orrery/cmd/orrery/clip"
	"orrery/cmd/orrery/experiment"
	"orrery/sim/canon"
	"orrery/world/eval"
)

// tinyDemo goes the whole way in a few seconds.
func tinyDemo(out string) experiment.Demo {
	return experiment.Demo{Settings: tinySeries(out, "150"), Episodes: 40, HeldOut: 10, Budget: time.Minute}
}

// TestDemoGoesTheWholeWay checks that a model of the demo has learnt to predict,
// and that all it promises is there.
func TestDemoGoesTheWholeWay(t *testing.T) {
	skipShort(t)
	out := filepath.Join(t.TempDir(), "demo")
	var stdout, stderr bytes.Buffer
	if err := runDemo(t.Context(), &stdout, &stderr, tinyDemo(out)); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(out, "metrics.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	result, err := eval.ReadResult(f)
	if err != nil {
		t.Fatal(err)
	}
	h := result.Headline()
	contact, ballistic := result.Row("contact").Position.Mean[h], result.Row("ballistic").Position.Mean[h]
	if !(contact < ballistic/2) {
		t.Errorf("contact is off by %v m at %v s, ballistic by %v m", contact, result.HorizonsS[h], ballistic)
	}
	for name, start := range map[string]string{"overlay.gif": "GIF89a", "report.html": "<!doctype html>", "figures/error.png": "\x89PNG"} {
		if text := read(t, filepath.Join(out, name)); !strings.HasPrefix(text, start) {
			t.Errorf("%s starts with %.20q, want %q", name, text, start)
		}
	}
	for _, part := range []string{"truth+1mm", "report.html", "overlay.gif"} {
		if !strings.Contains(stdout.String(), part) {
			t.Errorf("stdout lacks %s", part)
		}
	}
	for _, stage := range []string{"$ orrery gen mixed ", "$ orrery train ", "$ orrery eval "} {
		if !strings.Contains(stderr.String(), stage) {
			t.Errorf("stderr does not say %q", stage)
		}
	}

	weights := read(t, filepath.Join(out, "model", "model.safetensors"))
	again := tinyDemo(out)
	again.Resume = true
	if err := runDemo(t.Context(), &stdout, &stderr, again); err != nil {
		t.Errorf("resuming a demo that is done: %v", err)
	}
	if read(t, filepath.Join(out, "model", "model.safetensors")) != weights {
		t.Error("resuming a demo that is done trained again")
	}
}

// TestStagesWorkTogether goes the way of the demo one command line at a time.
func TestStagesWorkTogether(t *testing.T) {
	skipShort(t)
	data, model, dir := tinyDataset(t), tinyModel(t), t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }

	mustRun(t, "inspect", data, "--deep")
	if text := mustRun(t, "inspect", model); !strings.Contains(text, "error at 0.1 s") {
		t.Errorf("the model does not say how good it is: %s", text)
	}
	mustRun(t, "rollout", model, "--data", data, "--episode", "2", "--out", at("rollout.json"))
	if text := mustRun(t, "inspect", at("rollout.json"), "--json"); !strings.Contains(text, `"model": "contact"`) {
		t.Errorf("the rollout does not name its model: %s", text)
	}
	mustRun(t, "render", at("rollout.json"), "--out", at("rollout.gif"))
	mustRun(t, "render", data, "--episode", "2", "--model", model, "--out", at("overlay.gif"))
	if read(t, at("rollout.gif")) != read(t, at("overlay.gif")) {
		t.Error("a rollout and the prediction it holds look different")
	}
	mustRun(t, "render", data, "--out", at("truth.png"), "--theme", "dark", "--size", "640x480")

	if err := os.WriteFile(at("scene.json"), []byte(mustRun(t, "scenes", "tower", "--scene", "--seed", "3")), 0o644); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "inspect", at("scene.json"))
	mustRun(t, "render", at("scene.json"), "--frames", "10", "--out", at("scene.apng"))

	first := mustRun(t, "eval", model, "--data", data, "--json")
	second := mustRun(t, "eval", model, "--data", data, "--json", "--workers", "1")
	if withoutPace(first) != withoutPace(second) {
		t.Error("an evaluation depends on the number of workers")
	}
}

// withoutPace drops what depends on the clock from metrics.json.
func withoutPace(metrics string) string {
	var kept []string
	for line := range strings.Lines(metrics) {
		if !strings.Contains(line, "us_per_step") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

// TestSameSeedSameScene checks that what scenes shows is what gen runs.
func TestSameSeedSameScene(t *testing.T) {
	data := tinyDataset(t)
	shown, err := clip.Decode([]byte(mustRun(t, "scenes", "billiards", "--scene", "--episode", "5")))
	if err != nil {
		t.Fatal(err)
	}
	generated, err := clip.Load(t.Context(), data, "", 5, 0)
	if err != nil {
		t.Fatal(err)
	}
	a, errA := canon.Encode(shown.Scene)
	b, errB := canon.Encode(generated.Scene)
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Errorf("scenes shows %s, gen ran %s (%v, %v)", a, b, errA, errB)
	}
}
