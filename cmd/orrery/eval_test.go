package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/clip"
	"orrery/cmd/orrery/evaluation"
	"orrery/cmd/orrery/experiment"
	"orrery/world/eval"
)

// TestEvalPutsSetsSideBySide names datasets, makes sets, and writes it all down.
func TestEvalPutsSetsSideBySide(t *testing.T) {
	skipShort(t)
	data, model, dir := tinyDataset(t), tinyModel(t), t.TempDir()
	out := filepath.Join(dir, "report")
	table := mustRun(t, "eval", model, "--data", "own="+data, "--sets", "billiards", "--episodes", "3", "--report", out)
	for _, want := range []string{"\nown: 3 episodes", "\niid: 3", "\nmore: 3", "\nlong: 3", "× is the multiple of own"} {
		if !strings.Contains("\n"+table, want) {
			t.Errorf("the table lacks %q:\n%s", want, table)
		}
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
	if sets := result.Sets(); len(sets) != 4 || len(sets[3].HorizonsS) != 5 || !strings.Contains(string(sets[2].Dataset), `"bodies": 24`) {
		t.Errorf("%d sets, horizons %v", len(sets), sets[len(sets)-1].HorizonsS)
	}
	page := read(t, filepath.Join(out, "report.html"))
	for _, want := range []string{"Other sets", "The ladder", "Where the error comes from", "Median episode", "Worst episode"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// TestSetsAreWhatGenWrites compares episodes made in memory with those of a dataset.
func TestSetsAreWhatGenWrites(t *testing.T) {
	of, err := arguments.OpenScenario("billiards")
	if err != nil {
		t.Fatal(err)
	}
	made, err := makeSets(t.Context(), t.Output(), of, []string{"more"}, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "data")
	command := strings.Fields(made[0].Source.Command)[1:]
	mustRun(t, append(command, "--out", dir)...)
	written, err := clip.Load(t.Context(), dir, "", 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	a, b := made[0].Trajectories[0], written
	if len(a.States) != len(b.True) || len(a.Scene.Bodies) != 24 {
		t.Fatalf("%d frames of %d bodies, gen writes %d", len(a.States), len(a.Scene.Bodies), len(b.True))
	}
	for k := range a.States {
		for i, body := range a.States[k] {
			if off := body.Position().Sub(b.True[k][i].Position()).Len(); !(off <= 1e-6) {
				t.Fatalf("frame %d: body %d is %v m from where gen has it", k, i, off)
			}
		}
	}
}

func TestEnduranceIsCounted(t *testing.T) {
	data, model := tinyDataset(t), tinyModel(t)
	var found []evaluation.Endurance
	text := mustRun(t, "eval", model, "--data", data, "--episodes", "2", "--endurance", "50", "--json")
	if err := json.Unmarshal([]byte(text), &found); err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 || found[0].Model != "contact" || found[0].Episodes != 2 || found[0].Frames != 50 {
		t.Errorf("got %s", text)
	}
	if table := mustRun(t, "eval", model, "--data", data, "--endurance", "50"); !strings.Contains(table, "not finite  lost  too fast") {
		t.Errorf("got %s", table)
	}
}

func TestEvalRefuses(t *testing.T) {
	data, model := tinyDataset(t), tinyModel(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--sets", "milliards"}, `unknown scenario "milliards"`},
		{[]string{"--data", data, "--data", data}, `two sets are called "data"`},
		{[]string{"--data", data, "--endurance", "1"}, "--endurance 1 must be ≥ 2"},
		{[]string{"--data", data, "--endurance", "9", "--report", "x"}, "--endurance has no --report"},
		{[]string{"--data", data, "--endurance", "9", "--fitted"}, "--endurance has no --fitted"},
		{[]string{"--data", data, "--episodes", "0"}, "episodes 0 must be ≥ 1"},
	} {
		code, _, stderr := runLine(t.Context(), append([]string{"eval", model}, c.args...)...)
		if code != exitUsage || !strings.Contains(stderr, c.want) {
			t.Errorf("%v: exit code %d, %q, want %q", c.args, code, stderr, c.want)
		}
	}
}

// tinyAccuracy does some experiments in a few seconds.
func tinyAccuracy(out string, only ...string) accuracyOptions {
	return accuracyOptions{Accuracy: experiment.Accuracy{Settings: tinySeries(out, "3"), Only: only, Train: 8, Episodes: 2, Endure: 20}, JSON: true}
}

func TestAccuracyComparesWithTheTargets(t *testing.T) {
	skipShort(t)
	var stdout, stderr strings.Builder
	opts := tinyAccuracy(filepath.Join(t.TempDir(), "accuracy"), "mixed")
	if err := runAccuracy(t.Context(), &stdout, &stderr, opts); err != nil {
		t.Fatal(err)
	}
	var found []experiment.Finding
	if err := json.Unmarshal([]byte(stdout.String()), &found); err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, f := range found {
		if !f.Reached.Measured() {
			t.Errorf("%s of %s on %s was not measured", f.What, f.Model, f.Experiment)
		}
		if f.AtMost == nil {
			continue
		}
		asked++
		if f.Met != (float64(f.Reached) <= *f.AtMost) || f.Model != "contact" {
			t.Errorf("finding %+v", f)
		}
	}
	if want := 7; asked != want {
		t.Errorf("%d goals, want %d", asked, want)
	}
	if !has(t, filepath.Join(opts.Dir, "mixed", "report.html")) || !has(t, filepath.Join(opts.Dir, "accuracy.json")) {
		t.Error("the reports are missing")
	}
}

func TestAccuracyRefuses(t *testing.T) {
	for _, args := range [][]string{{"--only", "chess"}, {"--budget", "-1m"}, {"--episodes", "0"}, {"--endurance", "1"}, {"--resume", "--force"}} {
		if code, _, stderr := runLine(t.Context(), append([]string{"accuracy"}, args...)...); code != exitUsage {
			t.Errorf("%v: exit code %d, %q", args, code, stderr)
		}
	}
}
