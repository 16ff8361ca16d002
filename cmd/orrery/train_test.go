package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"orrery/world"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"orrery/world/fit"
)

// A model of any kind, from any backend that can train it, goes through the rest of
// the program.
func TestEveryModelAndBackendTrains(t *testing.T) {
	skipShort(t)
	data := tinyDataset(t)
	models := []string{tinyModel(t)}
	for _, kind := range []string{"interaction", "mlp"} {
		for _, backend := range fit.Backends() {
			opts := trainOptions{Data: []string{data}, Out: filepath.Join(t.TempDir(), kind+"-"+backend), Fit: fit.Tiny()}
			opts.Fit.Kind, opts.Fit.Backend, opts.Fit.Train.Steps = kind, backend, 3
			if err := runTrain(context.Background(), io.Discard, io.Discard, opts); err != nil {
				t.Fatalf("%s on %s: %v", kind, backend, err)
			}
			models = append(models, opts.Out)
		}
	}
	table := mustRun(t, append([]string{"eval", "--data", data, "--episodes", "2"}, models...)...)
	for _, row := range []string{"contact", "interaction-native", "interaction-gorgonia", "mlp-native", "mlp-gorgonia"} {
		if !strings.Contains(table, "\n"+row+" ") {
			t.Errorf("the table has no row %s:\n%s", row, table)
		}
	}
}

func TestGorgoniaRefusesWhatItCannotTrain(t *testing.T) {
	code, _, stderr := runLine(t.Context(), "train", tinyDataset(t), "--out", filepath.Join(t.TempDir(), "out"), "--backend", "gorgonia")
	if want := "backend gorgonia cannot train a contact model: the mechanics"; code != exitUsage || !strings.Contains(stderr, want) {
		t.Errorf("exit code %d, stderr %q, want %q", code, stderr, want)
	}
}

func TestTrainTellsTheCommandThatTrainsAlike(t *testing.T) {
	opts := trainOptions{Data: []string{"data"}, Out: "out", Fit: fit.Tiny()}
	opts.Fit.SetKind("mlp")
	opts.Fit.Backend, opts.Fit.Train.Steps = fit.Gorgonia, 7
	opts.Fit.Holdout, opts.Fit.MLP = 0.25, fit.DefaultConfig().MLP
	if got, want := opts.command(), "orrery train data --out out --model mlp --backend gorgonia --steps 7 --seed 1 --holdout 0.25"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Every flag reaches the training, its recipe and the command line in the model.
func TestTrainHeedsItsFlagsAndRecordsThem(t *testing.T) {
	t.Parallel()
	data, out := tinyDataset(t), filepath.Join(t.TempDir(), "model")
	line := "train " + data + " --out " + out + " --model interaction --steps 2 --seed 4 --holdout 0.3 --batch 7 --rate 0.002 --width 12 --rounds 1 --patience 3"
	mustRun(t, strings.Fields(line+" --workers 3")...)
	d, err := world.ReadDescription(out)
	if err != nil {
		t.Fatal(err)
	}
	if want := "orrery " + line; d.Training.Command != want {
		t.Errorf("the model records the command\n%s, want\n%s", d.Training.Command, want)
	}
	var recipe struct {
		Seed         uint64
		Batch, Chunk int
		Workers      int
		Patience     int
		Rate         float64 `json:"learning_rate"`
		Holdout      float64
	}
	if err := json.Unmarshal(d.Training.Recipe, &recipe); err != nil {
		t.Fatal(err)
	}
	if recipe.Seed != 4 || recipe.Batch != 7 || recipe.Chunk != 4 || recipe.Workers != 3 || recipe.Patience != 3 || recipe.Rate != 0.002 || recipe.Holdout != 0.3 {
		t.Errorf("the recipe is %+v", recipe)
	}
	var settings struct{ Hidden, Rounds int }
	if err := json.Unmarshal(d.Settings, &settings); err != nil {
		t.Fatal(err)
	}
	if settings.Hidden != 12 || settings.Rounds != 1 {
		t.Errorf("the settings are %+v", settings)
	}
}

func TestTrainRefusesFlagsBeforeTheWork(t *testing.T) {
	t.Parallel()
	data, dir := tinyDataset(t), t.TempDir()
	full := filepath.Join(dir, "photos")
	if err := os.MkdirAll(full, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"holiday.jpg": "picture", world.ConfigFile: `{"model_type": "bert"}`, world.WeightsFile: ""} {
		if err := os.WriteFile(filepath.Join(full, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	partial := filepath.Join(dir, "mine.partial")
	if err := os.MkdirAll(filepath.Join(partial, "thesis"), 0o755); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "model")
	for want, flags := range map[string][]string{
		"train: --batch 0 must be ≥ 1":               {"--out", out, "--batch", "0"},
		"train: --batch -3 must be ≥ 1":              {"--out", out, "--batch", "-3"},
		"train: --rate \"NaN\" must be a number":     {"--out", out, "--rate", "NaN"},
		"train: --width -1 must be ≥ 1":              {"--out", out, "--width", "-1"},
		"train: --rounds 0 must be ≥ 1":              {"--out", out, "--rounds", "0"},
		"train: --rounds 2: a model of kind mlp has": {"--out", out, "--rounds", "2", "--model", "mlp"},
		"train: --rate 7 must be above 0 and ≤ 1":    {"--out", out, "--rate", "7"},
		"patience -1 must be":                        {"--out", out, "--patience", "-1"},
		"holdout 1 must be above 0 and below 1":      {"--out", out, "--holdout", "1"},
		"photos is not a model":                      {"--out", full, "--force"},
		"file is not a model":                        {"--out", file, "--force"},
		"is a file, so nothing can be written below": {"--out", filepath.Join(file, "model")},
		"mine.partial is not an interrupted":         {"--out", filepath.Join(dir, "mine"), "--force"},
		"photos exists; --force replaces it":         {"--out", full},
	} {
		code, stdout, stderr := runLine(t.Context(), append([]string{"train", data, "--steps", "1000000"}, flags...)...)
		if code == exitDone || stdout != "" || !strings.Contains(stderr, want) {
			t.Errorf("%v: exit code %d, stderr %q, want %q", flags, code, stderr, want)
		}
	}
	for _, path := range []string{filepath.Join(full, "holiday.jpg"), filepath.Join(partial, "thesis")} {
		if _, err := os.Stat(path); err != nil {
			t.Errorf("a refused training has touched what is no model: %v", err)
		}
	}
}

// TestTrainOnOneEpisode, of which no whole one is held out.
func TestTrainOnOneEpisode(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data, out := filepath.Join(dir, "data"), filepath.Join(dir, "model")
	mustRun(t, "gen", "billiards", "--episodes", "1", "--frames", "60", "--out", data)
	code, _, stderr := runLine(t.Context(), "train", data, "--out", out, "--steps", "2")
	if code != exitDone || !strings.Contains(stderr, "no whole episode is held out: the model has no figures") {
		t.Fatalf("exit code %d, stderr %q", code, stderr)
	}
	if _, err := world.ReadDescription(out); err != nil {
		t.Error(err)
	}
}

// Episodes too short for any figure give a model without figures.
func TestTrainOnShortEpisodesSavesTheModel(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data, out := filepath.Join(dir, "data"), filepath.Join(dir, "model")
	mustRun(t, "gen", "billiards", "--episodes", "30", "--frames", "5", "--out", data)
	code, _, stderr := runLine(t.Context(), "train", data, "--out", out, "--steps", "2", "--holdout", "0.4")
	if code != exitDone || !strings.Contains(stderr, "the episodes held out last 0.0667 s at most and the first figure is at 0.1 s: the model has no figures") {
		t.Fatalf("exit code %d, stderr %q", code, stderr)
	}
	if _, err := world.ReadDescription(out); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(out, world.MetricsFile)); err == nil {
		t.Error("there are figures")
	}
	if _, err := os.Stat(out + ".partial"); err == nil {
		t.Error("the working directory is still there")
	}
}

func TestTrainSaysThatThereIsNothingToLearn(t *testing.T) {
	skipShort(t)
	t.Parallel()
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	mustRun(t, "gen", "dominoes", "--episodes", "3", "--frames", "2", "--out", data)
	for kind, want := range map[string]string{"contact": "nothing ever touches", "interaction": "there is nothing to"} {
		code, _, stderr := runLine(t.Context(), "train", data, "--out", filepath.Join(dir, kind), "--model", kind, "--steps", "20")
		if strings.Contains(stderr, "goroutine") || code != exitDone && !strings.Contains(stderr, want) {
			t.Errorf("%s: exit code %d, stderr %q, want a model or %q", kind, code, stderr, want)
		}
		if left := filepath.Join(dir, kind+".partial"); has(t, left) {
			t.Errorf("%s was left, as if a training had been interrupted", left)
		}
	}
}

// A training that is stopped by a signal says how to go on, and does.
func TestSignalEndsTrainingWhichGoesOn(t *testing.T) {
	skipShort(t)
	t.Parallel()
	data, out := tinyDataset(t), filepath.Join(t.TempDir(), "model")
	line := []string{"train", data, "--out", out, "--steps", "3000", "--width", "8"}
	for sessions, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		cmd, stderr := start(t, append(line, "--resume")...)
		waitFor(t, "event file of this session", func() bool {
			files, err := filepath.Glob(filepath.Join(out+".partial", "events.*"))
			return err == nil && len(files) > sessions
		})
		mustDie(t, cmd, signal)
		if code, want := cmd.ProcessState.ExitCode(), "--resume goes on with "+out+".partial"; code != exitFailed || !strings.Contains(stderr.String(), want) {
			t.Fatalf("%v: exit code %d, stderr %q, want %q", signal, code, stderr, want)
		}
	}
	for want, flags := range map[string][]string{
		"begun with width 8, not 9":      {"--width", "9"},
		"begun with steps 3000, not 20":  {"--steps", "20"},
		"begun with model contact, not":  {"--model", "mlp"},
		"begun with batch 256, not 5":    {"--batch", "5"},
		"begun with rate 0.006, not 0.1": {"--rate", "0.1"},
		"begun with holdout 0.05, not":   {"--holdout", "0.5"},
		"begun with patience 0, not 2":   {"--patience", "2"},
	} {
		code, _, stderr := runLine(t.Context(), append(append(line, "--resume"), flags...)...)
		if code != exitFailed || !strings.Contains(stderr, want) {
			t.Errorf("%v: exit code %d, stderr %q, want %q", flags, code, stderr, want)
		}
	}
	mustRun(t, append(line, "--resume")...)
	whole := filepath.Join(t.TempDir(), "whole")
	mustRun(t, "train", data, "--out", whole, "--steps", "3000", "--width", "8")
	got, err := os.ReadFile(filepath.Join(out, world.WeightsFile))
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join(whole, world.WeightsFile))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("a training stopped twice and resumed gives other weights than one that was not")
	}
}

// TestTrainLearnsFromSeveralDatasets: the model says what it learned from with which weight, has
// figures of each, and is recognised by any of them.
func TestTrainLearnsFromSeveralDatasets(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, second, out := filepath.Join(dir, "first"), filepath.Join(dir, "second"), filepath.Join(dir, "model")
	mustRun(t, "gen", "mixed", "--out", first, "--episodes", "4", "--frames", "40", "--seed", "5")
	mustRun(t, "gen", "billiards", "--out", second, "--episodes", "4", "--frames", "40", "--seed", "6")
	line := "train " + first + " " + second + " --out " + out + " --model contact --steps 2 --weight second=2.5 --seed 4 --width 8 --rounds 1"
	mustRun(t, strings.Fields(line)...)
	d, err := world.ReadDescription(out)
	if err != nil {
		t.Fatal(err)
	}
	if want := "orrery " + line; d.Training.Command != want {
		t.Errorf("the model records the command\n%s, want\n%s", d.Training.Command, want)
	}
	if d.Training.Scenario != "mixed + billiards" || !d.Training.On("billiards") || !d.Training.On("mixed") || d.Training.On("pile") {
		t.Errorf("it was trained on %s", d.Training.Scenario)
	}
	var about struct {
		Sets []struct {
			Weight     float64
			Provenance struct{ Scenario string }
		}
	}
	if err := json.Unmarshal(d.Training.Dataset, &about); err != nil {
		t.Fatal(err)
	}
	if len(about.Sets) != 2 || about.Sets[0].Weight != 1 || about.Sets[1].Weight != 2.5 || about.Sets[1].Provenance.Scenario != "billiards" {
		t.Errorf("the sets are %+v", about.Sets)
	}
	metrics, err := os.ReadFile(filepath.Join(out, world.MetricsFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"set": "first"`, `"set": "second"`} {
		if !strings.Contains(string(metrics), want) {
			t.Errorf("the figures have no %s", want)
		}
	}
	if _, _, stderr := runLine(t.Context(), "eval", out, "--data", second, "--episodes", "1"); !strings.Contains(stderr, "was trained on these episodes") {
		t.Errorf("eval on a set it was trained on says %q", stderr)
	}
}

func TestTrainRefusesDatasetsThatDoNotGoTogether(t *testing.T) {
	t.Parallel()
	data, dir := tinyDataset(t), t.TempDir()
	twin, slow := filepath.Join(dir, filepath.Base(data)), filepath.Join(dir, "slow")
	if err := os.CopyFS(twin, os.DirFS(data)); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "gen", "push", "--out", slow, "--episodes", "2", "--frames", "3")
	for want, args := range map[string][]string{
		"is named twice":                         {data, data},
		"has 20 frames per second, but " + data:  {data, slow},
		"must name one of the datasets: " + data: {data, slow, "--weight", "fast=2"},
		`slow, perhaps "slow"`:                   {data, slow, "--weight", "slaw=2"},
		"from 0.01 to 100 after data/x=y=":       {data, slow, "--weight", "data/x=y=z"},
		"such as data/own=2":                     {data, slow, "--weight", "=2"},
		"there is only one":                      {data, "--weight", "data=2"},
		"two datasets are called data":           {data, twin, "--weight", "data=2"},
		"a number from 0.01 to 100 after slow=":  {data, slow, "--weight", "slow=0"},
		"must be a dataset and how often":        {data, slow, "--weight", "slow"},
	} {
		out := filepath.Join(dir, "model")
		code, _, stderr := runLine(t.Context(), append([]string{"train", "--steps", "1", "--out", out}, args...)...)
		if code == exitDone || !strings.Contains(stderr, want) {
			t.Errorf("%v: exit code %d, stderr %q, want %q", args, code, stderr, want)
		}
		if _, err := os.Stat(out + ".partial"); err == nil {
			t.Errorf("%v: leaves work behind", args)
		}
	}
}
