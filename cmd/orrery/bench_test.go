package main

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"orrery/learn/bench"
	"orrery/sim/scenario"
	"orrery/world/contact"
)

// tinyBench takes a fraction of a second.
func tinyBench(what string) benchOptions {
	opts := benchOptions{What: what, Sizes: bench.Tiny(), Contact: contact.Tiny(), Batch: 16, Scenes: 3, JSON: true}
	opts.Sizes.Duration = time.Millisecond
	return opts
}

// measured returns the JSON of a benchmark.
func measured(t *testing.T, opts benchOptions) map[string]any {
	t.Helper()
	var out bytes.Buffer
	if err := runBench(t.Context(), &out, &bytes.Buffer{}, opts); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	return got
}

func wantPositive(t *testing.T, got map[string]any, keys ...string) {
	t.Helper()
	for _, key := range keys {
		if x, ok := got[key].(float64); !ok || !(x > 0) || math.IsInf(x, 0) {
			t.Errorf("%s is %v, must be above 0", key, got[key])
		}
	}
}

func TestBenchMeasuresTraining(t *testing.T) {
	got := measured(t, tinyBench("learn"))
	wantPositive(t, got, "mlp_step_ms", "interaction_step_ms", "contact_step_ms", "workers")
	if _, ok := got["allocs_per_step"]; !ok {
		t.Error("allocs_per_step is missing")
	}
	wantPositive(t, got["gemm"].([]any)[0].(map[string]any), "m", "k", "n", "gflops")
	batch := got["contact"].(map[string]any)
	wantPositive(t, batch, "frames", "rounds", "hidden", "correction_rounds", "correction_hidden")
	for _, network := range []string{"impulse", "correction"} {
		load := batch[network].(map[string]any)
		wantPositive(t, load, "bodies")
		if edges := load["edges"].([]any); len(edges) == 0 || !(edges[0].(float64) > 0) {
			t.Errorf("%s: edges %v", network, edges)
		}
	}
}

func TestBenchMeasuresPrediction(t *testing.T) {
	got := measured(t, tinyBench("infer"))
	wantPositive(t, got, "interaction_16_us", "contact_frame_us", "contact_scene_frames_per_s", "engine_scene_frames_per_s")
	ratio := got["contact_scene_frames_per_s"].(float64) / got["engine_scene_frames_per_s"].(float64)
	if stated := got["contact_to_engine"].(float64); math.Abs(stated-ratio) > 1e-9*ratio {
		t.Errorf("the ratio is %v, stated as %v", ratio, stated)
	}
}

func TestBenchMeasuresEveryScenario(t *testing.T) {
	skipShort(t)
	all := measured(t, tinyBench("sim"))["scenarios"].(map[string]any)
	for _, s := range scenario.List() {
		got, ok := all[s.Name].(map[string]any)
		if !ok {
			t.Fatalf("%s is missing", s.Name)
		}
		wantPositive(t, got, "bodies", "steps_per_s")
	}
}

func TestBenchWithoutNameMeasuresAll(t *testing.T) {
	skipShort(t)
	opts := tinyBench("")
	opts.JSON = false
	var out, log bytes.Buffer
	if err := runBench(t.Context(), &out, &log, opts); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"product 7×5×3 ", "contact training step, 16 frames", "contact prediction of 3 scenes", "engine on mixed, 6 bodies", "steps/s, 2 workers"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &out)
		}
	}
	if log.String() != "measuring learn\nmeasuring infer\nmeasuring sim\n" {
		t.Errorf("log %q", log.String())
	}
}

func TestBenchRefusesBadSizes(t *testing.T) {
	for args, want := range map[string]string{
		"gpu":               `unknown benchmark "gpu"; there are learn, infer, sim`,
		"sim sim":           `unexpected argument "sim"`,
		"--workers 0":       "workers 0 must be",
		"--duration 0s":     "duration 0s must be",
		"--mlp 64":          "mlp layers 1 must be",
		"--scenes 0":        "scenes 0 must be",
		"--contact-batch 0": "contact-batch 0 must be",
	} {
		code, _, stderr := runLine(t.Context(), append([]string{"bench"}, strings.Fields(args)...)...)
		if code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("bench %s: exit code %d, %q lacks %q", args, code, stderr, want)
		}
	}
}
