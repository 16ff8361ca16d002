package main

import (
	"encoding/json"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/datasets"
	"orrery/datasets/splits"
	"orrery/world"
)

// dividedDataset makes a dataset of ten episodes, six to train on, two of val and two of test.
func dividedDataset(t *testing.T, more ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "divided")
	mustRun(t, append([]string{"gen", "billiards", "--out", dir, "--episodes", "10", "--frames", "16", "--split", "train=0.6,val=0.2,test=0.2"}, more...)...)
	return dir
}

// TestTrainHeedsSplits: a model learns from train, is judged by val, and test makes no difference to it.
func TestTrainHeedsSplits(t *testing.T) {
	skipShort(t)
	t.Parallel()
	data, dir := dividedDataset(t), t.TempDir()
	fit := func(name string, args ...string) (string, world.Training) {
		out := filepath.Join(dir, name)
		mustRun(t, append([]string{"train", "--out", out, "--steps", "2", "--width", "8", "--rounds", "1"}, args...)...)
		d, err := world.ReadDescription(out)
		if err != nil {
			t.Fatal(err)
		}
		return read(t, filepath.Join(out, world.WeightsFile)), d.Training
	}
	usual, training := fit("usual", data)
	if training.Episodes != 6 {
		t.Errorf("it learned from %d episodes", training.Episodes)
	}
	var about struct{ Used splits.Splits }
	if err := json.Unmarshal(training.Dataset, &about); err != nil || about.Used.String() != "train 0 to 5, val 6 to 7" {
		t.Errorf("the model says that it used %v, %v", about.Used, err)
	}

	// The same episodes without test give the same weights.
	short := filepath.Join(dir, "short")
	mustRun(t, "gen", "billiards", "--out", short, "--episodes", "8", "--frames", "16", "--split", "train=6,val=2")
	if weights, _ := fit("same", short); weights != usual {
		t.Error("the split test makes a difference to the weights")
	}
	if weights, training := fit("all", data, "--split", "all"); weights == usual || training.Episodes != 9 || strings.Contains(string(training.Dataset), "used") {
		t.Errorf("from all it learned from %d episodes", training.Episodes)
	}
	if _, training := fit("test", data, "--split", "test"); training.Episodes != 1 {
		t.Errorf("from test it learned from %d episodes", training.Episodes)
	}

	// Eval takes test, of which the model has seen nothing.
	model := filepath.Join(dir, "usual")
	for split, warned := range map[string]bool{"": false, "test": false, "val": true, "train": true, "all": true} {
		args := []string{"eval", model, "--data", data}
		if split != "" {
			args = append(args, "--split", split)
		}
		code, out, stderr := runLine(t.Context(), args...)
		if code != exitDone || strings.Contains(stderr, "was trained on these episodes") != warned {
			t.Errorf("eval on %q: exit code %d, %s", split, code, stderr)
		}
		count := map[string]string{"": "2 episodes", "test": "2 episodes", "val": "2 episodes", "train": "6 episodes", "all": "10 episodes"}[split]
		if !strings.Contains(out, count) {
			t.Errorf("eval on %q does not measure %s:\n%s", split, count, out)
		}
	}
	for want, args := range map[string][]string{
		`has no split "tset", perhaps "test"`:             {"eval", model, "--data", data, "--split", "tset"},
		"--split is for --data":                           {"eval", model, "--sets", "mixed", "--split", "test"},
		"the split val judges the model":                  {"train", data, "--out", dir + "/n", "--holdout", "0.2"},
		`has no split "night"`:                            {"train", data, "--out", dir + "/n", "--split", "night"},
		"episode 2 of the split test must be from 0 to 1": {"rollout", model, "--data", data, "--split", "test", "--episode", "2", "--out", dir + "/r.json"},
		"which is no dataset":                             {"inspect", model, "--split", "test"},
		`--split "train=0.5,val=0.1" must be such as train=0.8,val=0.1,test=0.1: train=0.5,val=0.1: the shares`: {"gen", "billiards", "--out", dir + "/n", "--split", "train=0.5,val=0.1"},
		"--split val=0.1,test=0.1 makes 3 splits, and there are 2 episodes":                                     {"gen", "billiards", "--out", dir + "/n", "--episodes", "2", "--split", "val=0.1,test=0.1"},
	} {
		code, _, stderr := runLine(t.Context(), args...)
		if code == exitDone || !strings.Contains(stderr, want) {
			t.Errorf("%v: exit code %d, %s, want %s", args, code, stderr, want)
		}
	}
}

// TestEpisodesCountInTheirSplit: rollout takes the episode of the split.
func TestEpisodesCountInTheirSplit(t *testing.T) {
	t.Parallel()
	data := dividedDataset(t)
	d, err := datasets.Open(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	want, err := d.Episode(t.Context(), 7)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "r.json")
	mustRun(t, "rollout", tinyModel(t), "--data", data, "--split", "val", "--episode", "1", "--out", out)
	var file struct {
		Episode int
		True    [][][]float64
	}
	if err := json.Unmarshal([]byte(read(t, out)), &file); err != nil || file.Episode != 7 {
		t.Errorf("the file is of episode %d, %v", file.Episode, err)
	}
	if _, err := d.Split("val"); err != nil || len(want.States) != 16 {
		t.Error(err)
	}
	text := mustRun(t, "inspect", data, "--split", "val", "--deep")
	for _, want := range []string{"2 of the split val 6 to 7", "splits      train 0 to 5, val 6 to 7, test 8 to 9", "32, 60 per second"} {
		if !strings.Contains(text, want) {
			t.Errorf("inspect does not say %q:\n%s", want, text)
		}
	}
	var summary datasets.Summary
	if err := json.Unmarshal([]byte(mustRun(t, "inspect", data, "--json")), &summary); err != nil || !slices.Equal(summary.Splits, d.Splits()) || summary.Split != "" {
		t.Errorf("inspect --json: %v, %v", summary.Splits, err)
	}
}

// TestATrainingGoesOnWithItsSplit: what a training is resumed on is the same split, and a dataset that is not
// divided is known as it always was.
func TestATrainingGoesOnWithItsSplit(t *testing.T) {
	t.Parallel()
	divided, known := dividedDataset(t), map[string]string{}
	for _, split := range []string{"", "all", "test", "val"} {
		opts := trainOptions{Split: split}
		d, err := opts.openSet(t.Context(), io.Discard, divided)
		if err != nil {
			t.Fatal(err)
		}
		identity := d.Origin().Identity
		if other, found := known[identity]; found {
			t.Errorf("the split %q is taken for %q", split, other)
		}
		known[identity] = split
		training, holdout := d.Deal(0.5, 1)
		for _, k := range slices.Concat(training, holdout) {
			if in := d.Splits().Of(k); split == "" && in == "test" || split != "" && split != "all" && in != split {
				t.Errorf("the split %q has episode %d, which is of %s", split, k, in)
			}
		}
	}
	opts := trainOptions{}
	d, err := opts.openSet(t.Context(), io.Discard, tinyDataset(t))
	if err != nil {
		t.Fatal(err)
	}
	provenance := d.Provenance()
	want, err := json.Marshal(provenance)
	if err != nil {
		t.Fatal(err)
	}
	provenance.Files = nil
	about, err := json.Marshal(provenance)
	if err != nil {
		t.Fatal(err)
	}
	if o := d.Origin(); o.Identity != string(want) || string(o.Provenance) != string(about) {
		t.Errorf("a dataset that is not divided is %s", o.Identity)
	}
	short := filepath.Join(t.TempDir(), "short")
	mustRun(t, "gen", "billiards", "--out", short, "--episodes", "2", "--frames", "4", "--split", "train=1,test=1")
	if _, err := opts.openSet(t.Context(), io.Discard, short); err == nil || !strings.Contains(err.Error(), "the split train has 1 episode, and training needs 2 at least") {
		t.Errorf("one episode to train on: %v", err)
	}
}
