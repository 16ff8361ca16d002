package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/contest"
	"orrery/cmd/orrery/experiment"
	"orrery/cmd/orrery/planning"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
)

// tinyTasks practises a task in a few seconds.
func tinyTasks(out, task string) tasksOptions {
	return tasksOptions{Tasks: experiment.Tasks{
		Settings: tinySeries(out, "3"), Only: []string{task}, Actors: experiment.Actors(), Play: 8, Steps: 3, Episodes: 2,
	}, JSON: true}
}

// TestTasksCompareAllActors goes the whole way, looks for what each did, and lets an
// interrupted run go on.
func TestTasksCompareAllActors(t *testing.T) {
	skipShort(t)
	opts := tinyTasks(filepath.Join(t.TempDir(), "tasks"), "reach")
	runOnce := func() (results []*contest.Result, commands string) {
		t.Helper()
		var stdout, stderr strings.Builder
		if err := runTasks(t.Context(), &stdout, &stderr, opts); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(stdout.String()), &results); err != nil {
			t.Fatal(err)
		}
		return results, stderr.String()
	}
	results, commands := runOnce()
	dir := filepath.Join(opts.Dir, "reach")
	for _, want := range []string{
		"$ orrery gen reach --episodes 8", "$ orrery train " + filepath.Join(dir, "play"), "--model interaction --seed 1 --steps 3",
		"$ orrery plan reach --model " + filepath.Join(dir, "contact") + " --episodes 2 --seed 2", "--model true", "--model random",
	} {
		if strings.Count(commands, want) == 0 {
			t.Errorf("%q is not among the commands:\n%s", want, commands)
		}
	}
	var acted []string
	for _, r := range results {
		acted = append(acted, filepath.Base(r.Model))
		if r.Task != "reach" || r.Protocol != string(planning.Task) || r.Episodes != 2 || r.Attempts != nil {
			t.Errorf("got %+v", r)
		}
		if kind := filepath.Base(r.Model); (r.TrainS != nil) != (kind == "contact" || kind == "interaction") || r.TrainS != nil && !(*r.TrainS > 0) {
			t.Errorf("%s was trained for %v s", kind, r.TrainS)
		}
	}
	if actors := experiment.Actors(); !slices.Equal(acted, actors) {
		t.Errorf("%v acted, want %v", acted, actors)
	}
	last := filepath.Join(dir, "task-random.json")
	before, err := os.ReadFile(last)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(last); err != nil {
		t.Fatal(err)
	}
	opts.Resume = true
	again, commands := runOnce()
	if after, err := os.ReadFile(last); err != nil || string(after) != string(before) {
		t.Errorf("resumed: %v, %s, want %s", err, after, before)
	}
	if strings.Contains(commands, "training") || len(again) != len(results) || *again[0].DecisionMS != *results[0].DecisionMS {
		t.Errorf("did again what was done:\n%s", commands)
	}
	for want, change := range map[string]func(){
		"play was made with --episodes 8 and is now to be made with --episodes 9":              func() { opts.Play = 9 },
		"contact was made with --steps 3 and is now to be made with --steps 4":                 func() { opts.Steps = 4 },
		"task-contact.json was made with --episodes 2 and is now to be made with --episodes 3": func() { opts.Episodes = 3 },
		"play was made with --seed 1 and is now to be made with --seed 7":                      func() { opts.Seed = 7 },
	} {
		kept := opts
		change()
		if err := runTasks(t.Context(), io.Discard, io.Discard, opts); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("resumed with another setting: %v, want %q", err, want)
		}
		opts = kept
	}
}

// TestEpisodesAbreastAreThoseInTurn compares everything but the clock.
func TestEpisodesAbreastAreThoseInTurn(t *testing.T) {
	var results [2]contest.Result
	for i, abreast := range []int{1, 3} {
		opts := defaultPlanOptions()
		opts.Task, opts.Model, opts.Episodes, opts.Abreast, opts.JSON = mustFind(t, "push"), planning.EngineKind, 3, abreast, true
		opts.Tune = console.Settings{"samples": 8, "elites": 2, "iterations": 1, "horizon": 4}
		var stdout strings.Builder
		if err := runPlan(t.Context(), &stdout, io.Discard, opts); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(stdout.String()), &results[i]); err != nil {
			t.Fatal(err)
		}
		results[i].DecisionMS = nil
		for k := range results[i].Attempts {
			results[i].Attempts[k].DecisionMS = 0
		}
	}
	if !reflect.DeepEqual(results[0], results[1]) || len(results[0].Attempts) != 3 {
		t.Errorf("in turn: %+v\nabreast: %+v", results[0], results[1])
	}
}

func mustFind(t *testing.T, name string) *scenario.Scenario {
	t.Helper()
	s, err := library.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTasksRefuse(t *testing.T) {
	for args, want := range map[string]string{
		"--only chess": `unknown task "chess"; there are ballcup`, "--actors mlp": `unknown actor "mlp"; there are contact`, "--actors random,random": `actor "random" must be named once`, "--only push,push": `task "push" must be named once`,
		"--episodes 0": "episodes 0 must be ≥ 1", "--steps -1": "steps -1 must be ≥ 1", "--train-episodes -1": "train-episodes -1 must be",
		"--workers 0": "workers 0 must be ≥ 1", "--resume --force": "exclude each other",
	} {
		code, _, stderr := runLine(t.Context(), append([]string{"tasks"}, strings.Fields(args)...)...)
		if code != exitUsage || !strings.Contains(stderr, want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: exit code %d, %q; want %q", args, code, stderr, want)
		}
	}
}
