package main

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"orrery/world/fit"
)

// A model of any kind, from any backend that can train it, goes through the rest of
// the program.
func TestEveryModelAndBackendTrains(t *testing.T) {
	data := tinyDataset(t)
	models := []string{tinyModel(t)}
	for _, kind := range []string{"interaction", "mlp"} {
		for _, backend := range fit.Backends() {
			opts := trainOptions{Data: data, Out: filepath.Join(t.TempDir(), kind+"-"+backend), Fit: fit.Tiny()}
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
	opts := trainOptions{Data: "data", Out: "out", Fit: fit.Tiny()}
	opts.Fit.SetKind("mlp")
	opts.Fit.Backend, opts.Fit.Train.Steps = fit.Gorgonia, 7
	if got, want := opts.command(), "orrery train data --out out --model mlp --backend gorgonia --steps 7 --seed 1"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
