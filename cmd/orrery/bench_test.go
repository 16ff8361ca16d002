package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/cmd/orrery/bench"
	"orrery/cmd/orrery/console"
	networks "orrery/learn/bench"
	"orrery/world/contact"
)

// tinyBench takes a fraction of a second.
func tinyBench(what string) benchOptions {
	opts := benchOptions{
		What: what, Sizes: networks.Tiny(), Bench: bench.Config{Contact: contact.Tiny(), Batch: 16, Scenes: 3, Generation: generation, Reading: reading}, JSON: true,
		Tune: console.Settings{"samples": 4, "iterations": 1, "elites": 2},
	}
	opts.Sizes.Duration = time.Millisecond
	return opts
}

// allMeasured are the results of all benchmarks, measured once for all tests, and what was said meanwhile.
var allMeasured = sync.OnceValues(func() (map[string]figures, string) {
	opts := tinyBench("")
	if err := opts.prepare(); err != nil {
		panic(err)
	}
	var log bytes.Buffer
	measured, err := measureBench(context.Background(), &log, &opts)
	if err != nil {
		panic(err)
	}
	return measured, log.String()
})

// measured returns the JSON of a benchmark.
func measured(t *testing.T, what string) map[string]any {
	t.Helper()
	skipShort(t)
	opts := tinyBench(what)
	all, _ := allMeasured()
	return printed(t, &opts, all)
}

// printed returns the JSON that is printed of results.
func printed(t *testing.T, opts *benchOptions, of map[string]figures) map[string]any {
	t.Helper()
	var out bytes.Buffer
	if err := printBench(&out, opts, of); err != nil {
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
	got := measured(t, "learn")
	wantPositive(t, got, "mlp_step_ms", "interaction_step_ms", "contact_step_ms", "workers")
	if _, ok := got["allocs_per_step"]; !ok {
		t.Error("allocs_per_step is missing")
	}
	wantPositive(t, got["gemm"].([]any)[0].(map[string]any), "m", "k", "n", "gflops")
	batch := got["contact"].(map[string]any)
	wantPositive(t, batch, "frames", "rounds", "hidden", "correction_rounds", "correction_hidden")
	wantPositive(t, batch["load"].(map[string]any), "bodies", "parted", "edges")
}

func TestBenchMeasuresPrediction(t *testing.T) {
	got := measured(t, "infer")
	wantPositive(t, got, "interaction_16_us", "interaction_16_team_us", "contact_frame_us", "contact_scene_frames_per_s", "engine_scene_frames_per_s")
	ratio := got["contact_scene_frames_per_s"].(float64) / got["engine_scene_frames_per_s"].(float64)
	if stated := got["contact_to_engine"].(float64); !scalar.EqualWithinAbs(stated, ratio, 1e-9*ratio) {
		t.Errorf("the ratio is %v, stated as %v", ratio, stated)
	}
}

func TestBenchMeasuresDecisions(t *testing.T) {
	got := measured(t, "plan")
	wantPositive(t, got, "contact_decision_ms", "engine_decision_ms", "cost_ns", "cost_share", "workers")
	ratio := got["engine_decision_ms"].(float64) / got["contact_decision_ms"].(float64)
	if stated := got["engine_to_contact"].(float64); !scalar.EqualWithinAbs(stated, ratio, 1e-9*ratio) {
		t.Errorf("the ratio is %v, stated as %v", ratio, stated)
	}
	if config := got["config"].(map[string]any); config["samples"] != 4. || config["horizon"] != 25. {
		t.Errorf("decided with %v", config)
	}
}

func TestBenchMeasuresCrowds(t *testing.T) {
	skipShort(t)
	got := measured(t, "crowd")
	crowds, _ := got["crowds"].([]any)
	if len(crowds) != 4 {
		t.Fatalf("%d crowds", len(crowds))
	}
	for i, c := range crowds {
		crowd := c.(map[string]any)
		wantPositive(t, crowd, "decision_ms", "points")
		if want := []float64{3, 6, 11, 20}[i]; crowd["bodies"] != want {
			t.Errorf("%v bodies, want %v", crowd["bodies"], want)
		}
	}
	first, last := crowds[0].(map[string]any), crowds[3].(map[string]any)
	grown := func(of string) float64 { return last[of].(float64) / first[of].(float64) }
	if stated, want := got["growth"].(float64), grown("decision_ms")/grown("points"); !scalar.EqualWithinAbs(stated, want, 1e-9*want) {
		t.Errorf("the growth is %v, stated as %v", want, stated)
	}
}

func TestBenchTakesAModel(t *testing.T) {
	opts := tinyBench("infer")
	opts.Model = tinyModel(t)
	if err := opts.prepare(); err != nil {
		t.Fatal(err)
	}
	of, err := measureBench(t.Context(), io.Discard, &opts)
	if err != nil {
		t.Fatal(err)
	}
	wantPositive(t, printed(t, &opts, of), "contact_frame_us", "contact_to_engine")
	opts.Model = filepath.Join(t.TempDir(), "nowhere")
	if err := runBench(t.Context(), io.Discard, io.Discard, opts); err == nil || !strings.Contains(err.Error(), "nowhere: no such file or directory; a model is a folder") {
		t.Errorf("a model that is not there: %v", err)
	}
}

func TestBenchMeasuresTheEngine(t *testing.T) {
	got := measured(t, "sim")
	wantPositive(t, got, "workers")
	for _, world := range []string{"A", "B", "C"} {
		wantPositive(t, got[world].(map[string]any), "steps_per_s")
	}
}

func TestBenchMeasuresReading(t *testing.T) {
	got := measured(t, "data")
	wantPositive(t, got, "frames", "value_mb", "load_mb_per_s", "csv_rows", "csv_rows_per_s", "csv_mb_per_s", "workers")
}

func TestBenchWithoutNameMeasuresAll(t *testing.T) {
	skipShort(t)
	opts := tinyBench("")
	all, log := allMeasured()
	if got := printed(t, &opts, all); len(got) != len(benchmarks) || got["sim"] == nil {
		t.Errorf("%d results: %v", len(got), got)
	}
	opts.JSON = false
	var out bytes.Buffer
	if err := printBench(&out, &opts, all); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"product 7×5×3 ", "contact training step, 16 frames", "contact prediction of 3 scenes", "decision by planning with the engine", "decision with 20 bodies", "a pile of 100 bodies", "engine on mixed, 6 bodies", "steps/s, 2 workers"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &out)
		}
	}
	if log != "measuring learn\nmeasuring infer\nmeasuring plan\nmeasuring crowd\nmeasuring sim\nmeasuring data\nmeasuring scenarios\n" {
		t.Errorf("log %q", log)
	}
}

func TestBenchRefusesBadSizes(t *testing.T) {
	for args, want := range map[string]string{
		"gpu":               `unknown benchmark "gpu"; there are learn, infer, plan, crowd, sim, data, scenarios`,
		"sim sim":           `unexpected argument "sim"`,
		"--workers 0":       "workers 0 must be",
		"--duration 0s":     "duration 0s must be",
		"--mlp 64":          "mlp layers 1 must be",
		"--scenes 0":        "scenes 0 must be",
		"--contact-batch 0": "contact-batch 0 must be",
		"--model m":         "--model is for infer, plan or crowd",
		"sim --model m":     "bench: --model has no use for sim",
		"infer --mlp 3,3":   "--mlp has no use for infer",
		"learn --scenes 3":  "--scenes has no use for learn",
	} {
		code, _, stderr := runLine(t.Context(), append([]string{"bench"}, strings.Fields(args)...)...)
		if code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("bench %s: exit code %d, %q lacks %q", args, code, stderr, want)
		}
	}
}

// A run is saved, compared with another of the same settings, and refused beside others.
func TestBenchComparesWithASavedRun(t *testing.T) {
	skipShort(t)
	saved := filepath.Join(t.TempDir(), "run.json")
	small := []string{"bench", "sim", "--duration", "1ms"}
	with := func(more ...string) (int, string, string) { return runLine(t.Context(), slices.Concat(small, more)...) }
	if code, _, stderr := with("--repeat", "4", "--out", saved); code != 0 || !strings.Contains(stderr, "round 4 of 4") {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	var run bench.Run
	if err := console.ReadJSON(saved, &run); err != nil {
		t.Fatal(err)
	}
	if run.Rounds() != 4 || len(run.Figures) != 3 || run.CPU == "" || run.Settings["duration"] != "1ms" || run.Settings["repeat"] != "" {
		t.Errorf("saved %+v", run)
	}
	const discs = "A: 16 discs in a box"
	// A figure that was a thousandth of today's has moved beyond noise.
	for i, m := range run.Figures {
		if m.Name == discs {
			for r := range m.Samples {
				run.Figures[i].Samples[r] /= 1000
			}
		}
	}
	if err := console.WriteFile(saved, run.WriteJSON); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := with("--repeat", "4", "--against", saved, "--json")
	var moves []bench.Move
	if err := json.Unmarshal([]byte(stdout), &moves); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v: %s", code, err, stderr)
	}
	i := slices.IndexFunc(moves, func(m bench.Move) bool { return m.Name == discs })
	if len(moves) != 3 || moves[i].Verdict != bench.Better || !(moves[i].Ratio > 10) {
		t.Errorf("moves %+v", moves)
	}
	for want, args := range map[string][]string{
		"--duration is 2ms, but the saved run measured with 1ms": {"--duration", "2ms", "--against", saved},
		"no such file":                          {"--against", saved + ".gone"},
		"run.json exists":                       {"--out", saved},
		"--out - cannot be used with --against": {"--out", "-", "--against", saved},
	} {
		if code, _, stderr := with(args...); code == 0 || !strings.Contains(stderr, want) {
			t.Errorf("%v: exit code %d, %q lacks %q", args, code, stderr, want)
		}
	}
}
