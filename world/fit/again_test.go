package fit_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery/sim"
	"orrery/world"
	"orrery/world/fit"
)

// TestTrainingsGoOnFromAnother: the loss begins where the other ended, and settings stay.
func TestTrainingsGoOnFromAnother(t *testing.T) {
	t.Parallel()
	config := fit.Tiny()
	first, err := fit.Train(t.Context(), fit.Job{Episodes: dataset(6), Config: config})
	if err != nil {
		t.Fatal(err)
	}
	config.Seed = 99 // new weights would be others
	config.Train.Steps, config.Train.LearningRate, config.Train.FinalRate = 1, 1e-9, 1e-9
	on, err := fit.Train(t.Context(), fit.Job{Episodes: dataset(12), Config: config, From: first})
	if err != nil {
		t.Fatal(err)
	}
	anew, err := fit.Train(t.Context(), fit.Job{Episodes: dataset(12), Config: config})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := on.Description.Training.Loss, anew.Description.Training.Loss; !(a < b/2) {
		t.Errorf("the loss of going on is %v, of beginning anew %v", a, b)
	}
	if string(on.Description.Settings) != string(first.Description.Settings) {
		t.Error("settings are measured anew")
	}
	one, other := rollouts(t, first.Model), rollouts(t, on.Model)
	for i := range one {
		if off, _ := one[i].Scene.Distance(one[i].States[20], other[i].States[20]); !(off < 1e-3) {
			t.Errorf("a step that is hardly one moves bodies by %v m", off)
		}
	}
	config.SetKind("mlp")
	if _, err := fit.Train(t.Context(), fit.Job{Episodes: dataset(6), Config: config, From: first}); err == nil || !strings.Contains(err.Error(), "kind contact cannot go on as one of kind mlp") {
		t.Errorf("another kind: %v", err)
	}
}

// TestFilesOfAModelAreThoseOfItsFolder.
func TestFilesOfAModelAreThoseOfItsFolder(t *testing.T) {
	t.Parallel()
	config := fit.Tiny()
	config.Train.Steps = 2
	fitted, err := fit.Train(t.Context(), fit.Job{Episodes: dataset(6), Config: config})
	if err != nil {
		t.Fatal(err)
	}
	files, err := fitted.Files()
	if err != nil {
		t.Fatal(err)
	}
	model, about, err := fit.Decode(files[world.ConfigFile], files[world.WeightsFile])
	if err != nil || about.Training.Scenario != "mixed" || !strings.Contains(string(files[world.CardFile]), "`mixed`") {
		t.Fatalf("%v: %v", err, about)
	}
	want := rollouts(t, fitted.Model)
	for i, x := range rollouts(t, model) {
		if !slices.EqualFunc(x.States, want[i].States, slices.Equal[sim.State]) {
			t.Errorf("episode %d: the model of the files predicts something else", i)
		}
	}
}

// TestShortTrainingsRestOften, in one goroutine, and learn slower from round to round.
func TestShortTrainingsRestOften(t *testing.T) {
	t.Parallel()
	early, late := fit.DefaultConfig(), fit.DefaultConfig()
	early.SetShort(time.Second, 0)
	late.SetShort(time.Second, 500)
	if err := early.Validate(); err != nil {
		t.Error(err)
	}
	if err := late.Validate(); err != nil {
		t.Error(err)
	}
	if early.Train.Workers != 1 || early.Train.Budget != time.Second || early.Train.Seed == late.Train.Seed {
		t.Errorf("%+v", early.Train)
	}
	if a, b := early.Train.LearningRate, late.Train.LearningRate; !(b < a/5) || !(b > a/10) {
		t.Errorf("it learns at %v, later at %v", a, b)
	}
	reports := 0
	config := early
	config.SetShort(20*time.Millisecond, 0)
	if _, err := fit.Train(context.Background(), fit.Job{Episodes: dataset(6), Config: config, Report: func(fit.Progress) { reports++ }}); err != nil || reports < 3 {
		t.Errorf("%d reports: %v", reports, err)
	}
}
