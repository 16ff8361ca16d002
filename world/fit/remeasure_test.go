package fit_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/world/fit"
	"orrery/world/spread/lbfgs"
)

// TestRemeasureKeepsTheWeights and gives a model regions that had none, of episodes that it knows or others.
func TestRemeasureKeepsTheWeights(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	config := fit.Tiny()
	config.Train.Steps = 3
	job := fit.Job{Episodes: fit.InMemory(corrected(), fit.Origin{}), Config: config}
	fitted, err := fit.Train(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	before, after := filepath.Join(t.TempDir(), "before"), filepath.Join(t.TempDir(), "after")
	if err := fitted.Save(before, false); err != nil {
		t.Fatal(err)
	}
	if len(fitted.Description.Spread) != 0 {
		t.Fatal("it has regions before")
	}
	job.Minimise = lbfgs.Minimise
	again, err := fit.Remeasure(t.Context(), job, before)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(again.Description.Spread), "regions") || len(again.Holdout) == 0 {
		t.Errorf("spread %.80s, held out %v", again.Description.Spread, again.Holdout)
	}
	if err := again.Save(after, false); err != nil {
		t.Fatal(err)
	}
	read := func(dir string) []byte {
		text, err := os.ReadFile(filepath.Join(dir, "model.safetensors"))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if !bytes.Equal(read(before), read(after)) {
		t.Error("the weights have changed")
	}
	if _, _, err := fit.Load(after); err != nil {
		t.Error(err)
	}
	short, err := corrected()[0].Part(0, 5)
	if err != nil {
		t.Fatal(err)
	}
	job.Episodes = fit.InMemory([]*sim.Trajectory{short}, fit.Origin{})
	if _, err := fit.Remeasure(t.Context(), job, before); err == nil || !strings.Contains(err.Error(), "2 episodes at least") {
		t.Errorf("of one episode: %v", err)
	}
}
