package fit_test

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

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
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
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
	settings.Ends = true // as of all that steps as this engine does
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

// TestSettingsHaveBounds: the values at a bound are accepted, those beyond are refused by name.
func TestSettingsHaveBounds(t *testing.T) {
	t.Parallel()
	for rule, c := range map[string]struct {
		set       func(c *fit.Config, x float64)
		good, bad []float64
	}{
		"holdout":     {func(c *fit.Config, x float64) { c.Holdout = x }, []float64{0.001, 0.999}, []float64{0, 1, -0.1, math.NaN()}},
		"stride":      {func(c *fit.Config, x float64) { c.Stride = int(x) }, []float64{1, 7}, []float64{0, -1}},
		"inner_steps": {func(c *fit.Config, x float64) { c.InnerSteps = int(x) }, []float64{0, 1}, []float64{-1}},
		"ensemble":    {func(c *fit.Config, x float64) { c.Ensemble = int(x) }, []float64{0, 1, 64}, []float64{-1, 65}},
		"batch":       {func(c *fit.Config, x float64) { c.Train.Batch = int(x) }, []float64{1}, []float64{0}},
	} {
		for _, x := range c.good {
			config := fit.Tiny()
			if c.set(&config, x); config.Validate() != nil {
				t.Errorf("%s %v: %v", rule, x, config.Validate())
			}
		}
		for _, x := range c.bad {
			config := fit.Tiny()
			if c.set(&config, x); config.Validate() == nil || !strings.Contains(config.Validate().Error(), rule) {
				t.Errorf("%s %v: %v, must name it", rule, x, config.Validate())
			}
		}
	}
	for _, kind := range fit.Kinds() { // the settings of other kinds do not count
		config := fit.Tiny()
		config.SetKind(kind)
		broken := config
		width, _ := broken.Sizes()
		if *width = 0; broken.Validate() == nil || config.Validate() != nil {
			t.Errorf("%s: a width of 0 gives %v, the usual one %v", kind, broken.Validate(), config.Validate())
		}
		for _, other := range fit.Kinds() {
			if config := fit.Tiny(); other != kind {
				config.SetKind(kind)
				width, _ := config.Sizes()
				*width = 0
				config.SetKind(other)
				if err := config.Validate(); err != nil {
					t.Errorf("%s, with a width of 0 for %s: %v", other, kind, err)
				}
			}
		}
	}
}

// TestDefaultsAreThoseOfTheGuide: the lines about settings in the guide are those that the
// defaults give.
func TestDefaultsAreThoseOfTheGuide(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../assets/guide/model.md")
	if err != nil {
		t.Fatal(err)
	}
	c := fit.DefaultConfig()
	lines := []string{
		fmt.Sprintf("learning rate rises for %d steps and falls to %g at the end.", c.Train.Warmup, c.Train.FinalRate),
		fmt.Sprintf("norm of the gradient is at most %g.", c.Train.Clip),
		fmt.Sprintf("keep %g of their average in each step.", c.Train.EMA),
		fmt.Sprintf("judged every %d steps on %g of the episodes, which are held out.", c.Train.ValidateEvery, c.Holdout),
		fmt.Sprintf("The seed is %d.", c.Seed),
	}
	for _, kind := range fit.Kinds() {
		c.SetKind(kind)
		width, rounds := c.Sizes()
		count := "–"
		if rounds != nil {
			count = fmt.Sprint(*rounds)
		}
		lines = append(lines, fmt.Sprintf("| `%s` | %d | %g | %g | %d | %s |", kind, c.Train.Batch, c.Train.LearningRate, c.Train.WeightDecay, *width, count))
	}
	text := strings.Join(strings.Fields(string(guide)), " ")
	for _, line := range lines {
		if !strings.Contains(text, line) {
			t.Errorf("the guide lacks %q", line)
		}
	}
	// What the guide need not tell: every frame is used, for a minute unless told otherwise.
	if d := fit.DefaultConfig(); d.Kind != "contact" || d.Backend != "native" || d.Stride != 1 || d.InnerSteps != 0 ||
		d.Train.Budget != time.Minute || d.Train.Steps != 0 || d.Train.Patience != 0 {
		t.Errorf("%+v", d)
	}
}
