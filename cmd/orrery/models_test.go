package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery/cmd/orrery/episodes"
	"orrery/cmd/orrery/experiment"
	"orrery/sim/scenario/library"
	"orrery/world"
	"orrery/world/eval"
	"orrery/world/fit"

	"gonum.org/v1/gonum/floats"
)

// modelsDir is where the viewer's models are.
const modelsDir = "../../assets/models"

// The errors at one second of a few other episodes differ from those of a model's card. Most
// of a mean can come from the few episodes in which a collision was missed by a hair, and
// where half of the episodes have no collision a median says little. So one of the two must
// agree with the card, and the other must not be much greater.
const (
	agreeFactor = 2
	mostFactor  = 4
)

// TestEmbeddedModelsKeepWhatTheirCardsPromise measures each on episodes that nobody has
// seen, and looks for the figures in the card.
func TestEmbeddedModelsKeepWhatTheirCardsPromise(t *testing.T) {
	skipShort(t)
	for _, name := range embeddedModels {
		episodes := 40
		if strings.HasPrefix(name, "push") {
			episodes = 120 // in most of them hardly anything is touched within a second
		}
		dir := filepath.Join(modelsDir, name)
		model, d, err := fit.Load(dir)
		if err != nil {
			t.Error(err)
			continue
		}
		scores, err := eval.ReadScores(dir)
		if err != nil || scores == nil || scores.Episodes < 150 {
			t.Errorf("%s: not measured on enough episodes: %v", dir, err)
			continue
		}
		promised := scores.ErrorAt(d.Kind, 1)
		card, err := os.ReadFile(filepath.Join(dir, world.CardFile))
		if line := fmt.Sprintf("| position error at 1 s (m) | %.4g |", float64(promised)); err != nil || !bytes.Contains(card, []byte(line)) {
			t.Errorf("%s: the card lacks %q: %v", dir, line, err)
		}
		errs := errorsAfterASecond(t, name, model, episodes)
		h := slices.Index(scores.HorizonsS, 1)
		mean := floats.Sum(errs) / float64(episodes) / float64(promised)
		median := (errs[episodes/2-1] + errs[episodes/2]) / 2 / scores.Row(d.Kind).Position.Median[h]
		t.Logf("%s: median %.2f, mean %.2f times what the card says", name, median, mean)
		agrees := func(ratio float64) bool { return ratio < agreeFactor && ratio > 1.0/agreeFactor }
		if !(mean < mostFactor && median < mostFactor) || !agrees(mean) && !agrees(median) {
			t.Errorf("%s: after a second the median error is %.2f and the mean error %.2f times that of the card", name, median, mean)
		}
	}
}

// errorsAfterASecond returns the position errors of a model, in metres and the least first,
// in episodes of a seed of their own.
func errorsAfterASecond(t *testing.T, name string, model world.Model, count int) []float64 {
	t.Helper()
	s, err := library.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	recipe := episodes.Recipe{Scenario: s, Episodes: count, Seed: 3, Frames: min(s.Frames, 121), Policy: modelPolicies[name]} // at most 120 frames are a second
	_, truths, err := recipe.Run(t.Context(), runtime.NumCPU(), 0)
	if err != nil {
		t.Fatal(err)
	}
	var errs []float64
	for _, truth := range truths {
		last := truth.Scene.FPS
		predicted, err := world.Predict(t.Context(), model, truth, last+1, nil)
		if err != nil {
			t.Fatal(err)
		}
		off, _ := truth.Scene.Distance(truth.States[last], predicted[last])
		errs = append(errs, off)
	}
	slices.Sort(errs)
	return errs
}

func TestEmbeddedModelsAreSmall(t *testing.T) {
	total, found := int64(0), 0
	err := fs.WalkDir(os.DirFS(modelsDir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		total += info.Size()
		if strings.HasSuffix(path, world.WeightsFile) {
			found++
		}
		return nil
	})
	if err != nil || found != len(embeddedModels) || total > 50e3*int64(found) {
		t.Errorf("%d models of %d bytes, want %d of at most 50 kB each; %v", found, total, len(embeddedModels), err)
	}
}

// TestEmbeddedModelsHaveRegions of several levels, which the viewer draws; see train --regions.
func TestEmbeddedModelsHaveRegions(t *testing.T) {
	t.Parallel()
	for _, name := range embeddedModels {
		text, err := os.ReadFile(filepath.Join(modelsDir, name, world.ConfigFile))
		if err != nil {
			t.Fatal(err)
		}
		var config struct {
			Spread struct {
				Regions struct{ Levels, Sigmas, Times []float64 }
			}
		}
		if err := json.Unmarshal(text, &config); err != nil {
			t.Fatal(err)
		}
		if r := config.Spread.Regions; len(r.Levels) < 5 || len(r.Sigmas) < 2 || len(r.Times) < 2 {
			t.Errorf("%s has regions of %d levels, by %d sizes and %d times", name, len(r.Levels), len(r.Sigmas), len(r.Times))
		}
	}
}

// TestModelsMakesWhatTheViewerLoads trains one for three steps, twice over the other.
func TestModelsMakesWhatTheViewerLoads(t *testing.T) {
	skipShort(t)
	out := filepath.Join(t.TempDir(), "models")
	opts := modelsOptions{experiment.Models{Settings: tinySeries("", "3"), Out: out, Budget: time.Minute, Episodes: 4, HeldOut: 2}, []string{"push"}}
	for range 2 {
		if err := runModels(context.Background(), io.Discard, io.Discard, opts); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(filepath.Join(out, "push"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	if want := []string{world.CardFile, world.ConfigFile, world.MetricsFile, world.WeightsFile}; !slices.Equal(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
	opts.Only = []string{"chess"}
	if err := runModels(context.Background(), io.Discard, io.Discard, opts); err == nil || !strings.Contains(err.Error(), `unknown scenario "chess"; there are mixed`) {
		t.Errorf("error %v", err)
	}
	if has(t, out+".work") {
		t.Error("the work of models that are done stays")
	}
	// An interruption leaves the work, with which --resume goes on.
	opts.Only, opts.Scenarios = []string{"push"}, nil
	whole := opts.Run
	var lines []string
	opts.Run = func(ctx context.Context, out, log io.Writer, args []string) error {
		if args[0] == "eval" {
			return errors.New("interrupted")
		}
		return whole(ctx, out, log, args)
	}
	if err := runModels(t.Context(), io.Discard, io.Discard, opts); err == nil || !has(t, out+".work") {
		t.Errorf("interrupted: %v", err)
	}
	if err := runModels(t.Context(), io.Discard, io.Discard, opts); err == nil || !strings.Contains(err.Error(), "exists") {
		t.Errorf("begun again unasked: %v", err)
	}
	opts.Run = func(ctx context.Context, out, log io.Writer, args []string) error {
		lines = append(lines, args[0])
		return whole(ctx, out, log, args)
	}
	opts.Resume = true
	if err := runModels(t.Context(), io.Discard, io.Discard, opts); err != nil || !slices.Equal(lines, []string{"gen", "gen", "eval"}) || has(t, out+".work") {
		t.Errorf("resumed with %v: %v", lines, err)
	}
}
