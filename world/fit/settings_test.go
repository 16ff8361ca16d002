package fit_test

import (
	"math"
	"testing"

	"orrery/sim"
	"orrery/world/contact"
	"orrery/world/fit"
)

func TestBatchesAreSharedByTwo(t *testing.T) {
	t.Parallel()
	var c fit.Config
	for batch, chunk := range map[int]int{1: 1, 2: 1, 7: 4, 256: 128} {
		c.SetBatch(batch)
		if c.Train.Batch != batch || c.Train.Chunk != chunk {
			t.Errorf("batch %d has chunks of %d, want %d", c.Train.Batch, c.Train.Chunk, chunk)
		}
	}
}

// Each side of the split has an episode, whatever the share.
func TestHoldoutAndStrideAreHeeded(t *testing.T) {
	t.Parallel()
	for share, want := range map[float64]int{0.001: 1, 0.5: 3, 0.999: 5} {
		config := fit.Tiny()
		config.Holdout, config.Train.Steps, config.Stride = share, 1, 2
		f, err := run(t.Context(), dataset(6), config, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		about := f.Description.Training
		if len(f.Holdout) != want || about.Episodes != 6-want {
			t.Errorf("share %v holds out %d episodes of 6 and trains on %d", share, len(f.Holdout), about.Episodes)
		}
		if got := about.Seen.FrameTime; got != 2.0/60 {
			t.Errorf("with stride 2 a frame lasts %v s", got)
		}
		if got, want := f.HoldoutTime, 58.0/60; !(math.Abs(got-want) < 1e-9) {
			t.Errorf("the longest episode held out lasts %v s, want %v s", got, want)
		}
	}
}

// What is stored is the weights that were best, not the last ones.
func TestStoredWeightsAreTheBest(t *testing.T) {
	t.Parallel()
	config := fit.Tiny()
	config.Train.Steps, config.Train.ValidateEvery, config.Train.LearningRate, config.Train.EMA = 12, 1, 0.5, 0
	f, err := run(t.Context(), dataset(4), config, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	best, last := math.Inf(1), 0.0
	for _, p := range f.Curve {
		last = *p.Validation
		best = min(best, last)
	}
	if last == best {
		t.Fatal("the last step is the best: nothing can be told")
	}
	if f.Description.Training.Loss != best {
		t.Errorf("described with loss %v, want %v", f.Description.Training.Loss, best)
	}
	var training, holdout []*sim.Trajectory
	for i, x := range simulated()[:4] {
		if i == f.Holdout[0] {
			holdout = append(holdout, x)
		} else {
			training = append(training, x)
		}
	}
	settings := config.Contact
	if err := settings.Measure(t.Context(), training, 0); err != nil {
		t.Fatal(err)
	}
	model, err := contact.New(settings, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := model.Weights().Load(save(t, f) + "/model.safetensors"); err != nil {
		t.Fatal(err)
	}
	objective, err := contact.NewObjective(t.Context(), model, training, holdout)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := objective.Validate(t.Context(), model.Weights().Data()); err != nil || got != best {
		t.Errorf("the stored weights have validation %v, the best was %v; %v", got, best, err)
	}
}
