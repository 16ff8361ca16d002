package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/learn/bench"
	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/world/contact"
)

// tinyBench takes a fraction of a second.
func tinyBench(what string) benchOptions {
	opts := benchOptions{
		What: what, Sizes: bench.Tiny(), Contact: contact.Tiny(), Batch: 16, Scenes: 3, JSON: true,
		Tune: settings{"samples": 4, "iterations": 1, "elites": 2},
	}
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
	wantPositive(t, batch["load"].(map[string]any), "bodies", "parted", "edges")
}

func TestBenchMeasuresPrediction(t *testing.T) {
	got := measured(t, tinyBench("infer"))
	wantPositive(t, got, "interaction_16_us", "contact_frame_us", "contact_scene_frames_per_s", "engine_scene_frames_per_s")
	ratio := got["contact_scene_frames_per_s"].(float64) / got["engine_scene_frames_per_s"].(float64)
	if stated := got["contact_to_engine"].(float64); !scalar.EqualWithinAbs(stated, ratio, 1e-9*ratio) {
		t.Errorf("the ratio is %v, stated as %v", ratio, stated)
	}
}

func TestBenchMeasuresDecisions(t *testing.T) {
	opts := tinyBench("plan")
	got := measured(t, opts)
	wantPositive(t, got, "contact_decision_ms", "engine_decision_ms", "workers")
	ratio := got["engine_decision_ms"].(float64) / got["contact_decision_ms"].(float64)
	if stated := got["engine_to_contact"].(float64); !scalar.EqualWithinAbs(stated, ratio, 1e-9*ratio) {
		t.Errorf("the ratio is %v, stated as %v", ratio, stated)
	}
	if config := got["config"].(map[string]any); config["samples"] != 4. || config["horizon"] != 25. {
		t.Errorf("decided with %v", config)
	}
}

func TestBenchTakesAModel(t *testing.T) {
	opts := tinyBench("infer")
	opts.Model = tinyModel(t)
	wantPositive(t, measured(t, opts), "contact_frame_us", "contact_to_engine")
	opts.Model = filepath.Join(t.TempDir(), "nowhere")
	if err := runBench(t.Context(), io.Discard, io.Discard, opts); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a model that is not there: %v", err)
	}
}

// TestAlternateTakesTurns, and forgets the first times.
func TestAlternateTakesTurns(t *testing.T) {
	order := ""
	work := func(name string, takes time.Duration) func() error {
		return func() error {
			if !strings.Contains(order, name) {
				time.Sleep(50 * time.Millisecond)
			}
			order += name
			time.Sleep(takes)
			return nil
		}
	}
	a, b, err := alternate(t.Context(), 20*time.Millisecond, 3, work("a", time.Millisecond), work("b", 5*time.Millisecond))
	if err != nil || len(a) < 3 || len(a) != len(b) || !(median(a) >= 0.001) || !(median(a) <= median(b)) || !(median(b) <= 0.05) || !strings.HasPrefix(order, "abab") || strings.Contains(order, "aa") {
		t.Errorf("%v and %v in the order %s: %v", a, b, order, err)
	}
	failing := errors.New("failing")
	if _, _, err := alternate(t.Context(), 0, 1, func() error { return nil }, func() error { return failing }); err != failing {
		t.Errorf("got %v", err)
	}
}

func TestBenchMeasuresTheEngine(t *testing.T) {
	got := measured(t, tinyBench("sim"))
	wantPositive(t, got, "workers")
	for _, world := range []string{"A", "B", "C"} {
		wantPositive(t, got[world].(map[string]any), "steps_per_s")
	}
}

// TestBenchWorldsAreWhatTheySay: discs that never leave their box, a pile that has
// come down, and a disc that follows its targets and moves the T.
func TestBenchWorldsAreWhatTheySay(t *testing.T) {
	last := func(world benchWorld) (*sim.Scene, sim.State) {
		rng := congruence(1)
		scene, policy := world(&rng)
		trajectory, err := runEngine(scene, nil, 1+benchWorldSteps/scene.Substeps, policy)
		if err != nil {
			t.Fatal(err)
		}
		return scene, trajectory.States[len(trajectory.States)-1]
	}
	scene, state := last(billiardsWorld)
	if kept := scene.Energy(state) / scene.Energy(scene.Start()); len(state) != 16 || !(kept >= 0.1) || !(kept <= 1) {
		t.Errorf("A: %d discs keep %v of their energy", len(state), kept)
	}
	for i, b := range state {
		if !(math.Abs(b.X) <= 0.94) || !(math.Abs(b.Y) <= 0.94) {
			t.Errorf("A: disc %d is at %v", i, b.Position())
		}
	}
	_, state = last(pileWorld)
	height := 0.0
	for _, b := range state {
		height += b.Y / 100
	}
	if len(state) != 100 || !(height >= 0.2) || !(height <= 0.4) {
		t.Errorf("B: %d bodies lie %v m high", len(state), height)
	}
	scene, state = last(pusherWorld)
	if tee := scene.Bodies[0].Start; !scalar.EqualWithinAbs(tee.Angle, 1.4857, 1e-4) || state[0] == tee || !(state[1].Position().Sub(sim.Vec{X: 2.5, Y: 2.5}).Len() <= 2.2) {
		t.Errorf("C: from %+v to %+v", tee, state)
	}
}

func TestBenchMeasuresEveryScenario(t *testing.T) {
	skipShort(t)
	all := measured(t, tinyBench("scenarios"))["scenarios"].(map[string]any)
	for _, s := range scenario.List() {
		got, ok := all[s.Name].(map[string]any)
		if !ok {
			t.Fatalf("%s is missing", s.Name)
		}
		wantPositive(t, got, "bodies", "steps_per_s")
		if slices.Contains(benchGenerated, s.Name) {
			wantPositive(t, got["gen"].(map[string]any), "episodes", "frames", "frames_per_s", "share")
		}
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
	for _, want := range []string{"product 7×5×3 ", "contact training step, 16 frames", "contact prediction of 3 scenes", "decision by planning with the engine", "a pile of 100 bodies", "engine on mixed, 6 bodies", "steps/s, 2 workers"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &out)
		}
	}
	if log.String() != "measuring learn\nmeasuring infer\nmeasuring plan\nmeasuring sim\nmeasuring scenarios\n" {
		t.Errorf("log %q", log.String())
	}
}

func TestBenchRefusesBadSizes(t *testing.T) {
	for args, want := range map[string]string{
		"gpu":               `unknown benchmark "gpu"; there are learn, infer, plan, sim, scenarios`,
		"sim sim":           `unexpected argument "sim"`,
		"--workers 0":       "workers 0 must be",
		"--duration 0s":     "duration 0s must be",
		"--mlp 64":          "mlp layers 1 must be",
		"--scenes 0":        "scenes 0 must be",
		"--contact-batch 0": "contact-batch 0 must be",
		"sim --model m":     "--model is for infer or plan",
	} {
		code, _, stderr := runLine(t.Context(), append([]string{"bench"}, strings.Fields(args)...)...)
		if code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("bench %s: exit code %d, %q lacks %q", args, code, stderr, want)
		}
	}
}

// BenchmarkWorld is what default.pgo, which `go build` reads, is a profile of.
func BenchmarkWorld(b *testing.B) {
	for name, world := range map[string]benchWorld{"A": billiardsWorld, "B": pileWorld, "C": pusherWorld} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				rate, err := stepRate(b.Context(), time.Second, world)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(rate, "steps/s")
			}
		})
	}
}
