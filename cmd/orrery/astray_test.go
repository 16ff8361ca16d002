package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/canon"
	"orrery/sim/engine"
	"orrery/sim/scenario/library"
	"orrery/world"
	"orrery/world/choose"
	"orrery/world/eval"
	"orrery/world/rollout"
)

// importedFlight imports a disc that flies at a speed in m/s, over a floor that it never
// touches.
func importedFlight(t *testing.T, speed float64) string {
	t.Helper()
	dir := t.TempDir()
	scene := sim.DefaultScene()
	scene.Name = "flight"
	scene.Bodies = []sim.Body{sim.NewDisc(0.05, 10, sim.Surface{})}
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{}, sim.Vec{X: -1, Y: -0.2}, sim.Vec{X: 1, Y: -0.2})}
	scene.Bodies[0].Start.VX = speed
	text, err := canon.Encode(&scene)
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	table.WriteString("episode,frame,body,x,y,angle,vx,vy,omega\n")
	for episode := range 4 {
		for frame := range 31 {
			fmt.Fprintf(&table, "%d,%d,0,%g,0,0,%g,0,0\n", episode, frame, speed*float64(frame)/60, speed)
		}
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	for name, content := range map[string]string{"scene.json": string(text), "flight.csv": table.String()} {
		if err := os.WriteFile(in(name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	mustRun(t, "import", "csv", in("flight.csv"), "--scene", in("scene.json"), "--out", in("data"))
	return in("data")
}

func TestImportedEpisodesAreNotComparedWithTheEngine(t *testing.T) {
	skipShort(t)
	t.Parallel()
	data := importedFlight(t, 1)
	text := mustRun(t, "eval", tinyModel(t), "engine=true", "--data", data)
	for _, no := range []string{"truth", "true engine", "initial positions known"} {
		if strings.Contains(text, no) {
			t.Errorf("the table says %q of episodes that the engine did not make:\n%s", no, text)
		}
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if last := lines[len(lines)-1]; !strings.Contains(last, "m, the best fitted engine by") {
		t.Errorf("ends with %q", last)
	}
	if !strings.Contains(text, "\nengine ") || !strings.Contains(text, "\nmeasured ") {
		t.Errorf("no row of the engine as a model:\n%s", text)
	}
	report := filepath.Join(t.TempDir(), "report")
	mustRun(t, "eval", tinyModel(t), "--data", data, "--report", report)
	page, err := os.ReadFile(filepath.Join(report, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(page), "true engine") || !strings.Contains(string(page), "the best fitted engine by") {
		t.Error("the report compares with the engine")
	}
}

func TestModelsThatGoAstrayAreNamedByEvalAndRollout(t *testing.T) {
	skipShort(t)
	t.Parallel()
	data := importedFlight(t, 200) // hundred times the billiards that the tiny model knows
	text := mustRun(t, "eval", "fast="+tinyModel(t), "--data", data)
	want := "fast goes astray in 4 of 4 rollouts (4 too fast); the worst is episode 0 (scene flight): at frame 0 body 0 is too fast: 200 m/s"
	if !strings.Contains(text, want) {
		t.Fatalf("no word of %q in\n%s", want, text)
	}
	out := filepath.Join(t.TempDir(), "rollout.json")
	code, stdout, stderr := runLine(t.Context(), "rollout", tinyModel(t), "--data", data, "--out", out, "--json")
	if code != exitDone || !strings.Contains(stderr, "warning: the prediction of contact cannot be right: at frame 0 body 0 is too fast: 200 m/s") {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
	var info rolloutInfo
	if err := json.Unmarshal([]byte(stdout), &info); err != nil || info.Escape == nil || info.Escape.Kind != world.TooFast {
		t.Errorf("%v: %s", err, stdout)
	}
	f, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	file, err := rollout.Decode(f)
	if err != nil || file.Escape == nil || *file.Escape != *info.Escape {
		t.Errorf("the file has %+v, %v", file, err)
	}
}

func TestEvalNamesItsRows(t *testing.T) {
	skipShort(t)
	t.Parallel()
	data, model := tinyDataset(t), tinyModel(t)
	var result eval.Result
	text := mustRun(t, "eval", "a="+model, "b="+model, "true", model, "--data", data, "--json")
	if err := json.Unmarshal([]byte(text), &result); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, row := range result.Rows {
		names = append(names, row.Name)
	}
	if got, want := strings.Join(names[:6], " "), "still ballistic a b true contact"; got != want {
		t.Errorf("rows %s, want %s", got, want)
	}
	// The engine itself is off by the rounding of the dataset, and after a single frame by
	// the impulses of contacts that last, which no state shows.
	if row := result.Row("true"); !(row.Position.Mean[0] < 1e-5) || !(row.OneStepM < 1e-4) || row.Escapes != nil {
		t.Errorf("the engine is off by %v m, %v m after a frame", row.Position.Mean[0], row.OneStepM)
	}
	if a, b := result.Row("a").Position.Mean[0], result.Row("contact").Position.Mean[0]; !(a == b) {
		t.Errorf("one model is off by %v and %v", a, b)
	}
	for want, args := range map[string][]string{
		"two models are called a; NAME=DIR names one":          {"a=" + model, "a=" + model},
		"two models are called model":                          {model, model},
		"still is the name of a row that is always there":      {"still=" + model},
		"truth+1mm is the name of a row that is always there":  {"truth+1mm=" + model},
		`"=` + model + `" must be DIR or NAME=DIR`:             {"=" + model},
		`"a=" must be DIR or NAME=DIR`:                         {"a="},
		"--json and --out - both print to stdout":              {model, "--json", "--out", "-"},
		`two sets are called "iid"; --data NAME=DIR names one`: {model, "--sets", "billiards", "--data", "iid=" + data},
	} {
		code, _, stderr := runLine(t.Context(), append(append([]string{"eval"}, args...), "--data", data)...)
		if code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("%v: exit code %d, %q, want %q", args, code, stderr, want)
		}
	}
}

// A model that refuses a scene of the last set does so before anything is measured.
func TestEvalRefusesBeforeTheWork(t *testing.T) {
	skipShort(t)
	t.Parallel()
	data := importedFlight(t, 1)
	mustRun(t, "gen", "billiards", "--episodes", "2", "--frames", "4", "--out", data+"-short")
	code, _, stderr := runLine(t.Context(), "eval", tinyModel(t), "--data", data, "--data", data+"-short")
	if want := "episodes of 4 frames must reach the first horizon of 0.1 s in set data-short"; code != exitFailed || !strings.Contains(stderr, want) || strings.Contains(stderr, "evaluating") {
		t.Errorf("exit code %d, %q, want %q and no evaluation", code, stderr, want)
	}
}

func TestVersionIsAFlagToo(t *testing.T) {
	t.Parallel()
	if flag, command := mustRun(t, "--version"), mustRun(t, "version"); flag != command || !strings.HasPrefix(flag, "orrery ") {
		t.Errorf("--version says %q and version %q", flag, command)
	}
}

// TestWhatTrulyHappensEscapesNothing lets the guard see what the engine does in every
// scenario: a warning of the truth would make all others worthless.
func TestWhatTrulyHappensEscapesNothing(t *testing.T) {
	skipShort(t)
	t.Parallel()
	for _, s := range library.List() {
		values, err := s.Values(nil)
		if err != nil {
			t.Fatal(err)
		}
		for episode := range 3 {
			scene, err := s.Sample(5, episode, values)
			if err != nil {
				t.Fatal(err)
			}
			e := engine.New()
			if err := e.Load(scene); err != nil {
				t.Fatal(err)
			}
			truth, err := e.Run(nil, 121, nil)
			if err != nil {
				t.Fatal(err)
			}
			seen := choose.SeenIn([]*sim.Trajectory{truth})
			guard := world.NewGuard(scene, &seen)
			for _, state := range truth.States {
				guard.See(state)
			}
			if escape := guard.Escape(); escape != nil {
				t.Errorf("%s, episode %d: %v", s.Name, episode, escape)
			}
		}
	}
}
