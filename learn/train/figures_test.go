package train

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/learn/optim"
)

// counting has the loss k an example at the kth step, and always the same validation.
type counting struct {
	*sineObjective
	steps *int
}

func (c counting) NewGradient() Gradient {
	return func(_, _ []float32, examples []int32) (float64, error) {
		*c.steps++
		return float64(*c.steps * len(examples)), nil
	}
}

func (c counting) Validate(context.Context, []float32) (float64, error) { return 1, nil }

// countingConfig has one chunk a batch and reports every step.
func countingConfig() Config {
	cfg := Tiny()
	cfg.Workers, cfg.Chunk, cfg.ReportEvery, cfg.Warmup = 1, cfg.Batch, 1, 8
	return cfg
}

// The package comment defines these figures.
func TestReportsAreAsDefined(t *testing.T) {
	t.Parallel()
	cfg := countingConfig()
	cfg.Steps, cfg.ValidateEvery = 120, 1000
	r, err := Run(t.Context(), counting{newSineObjective(), new(int)}, cfg, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	mean := 0.0
	schedule := optim.Schedule{Peak: cfg.LearningRate, Final: cfg.FinalRate, Warmup: 8}
	for i, p := range r.Curve {
		mean += (float64(i+1) - mean) * max(1/float64(i+1), 0.02)
		if !scalar.EqualWithinRel(p.Loss, mean, 1e-12) {
			t.Fatalf("step %d: loss %v, want %v", p.Step, p.Loss, mean)
		}
		if want := schedule.Rate(i, float64(i)/120); p.LearningRate != want {
			t.Fatalf("step %d: learning rate %v, want %v", p.Step, p.LearningRate, want)
		}
		if want := i / (150 / cfg.Batch); p.Epoch != want {
			t.Fatalf("step %d: epoch %d, want %d", p.Step, p.Epoch, want)
		}
	}
}

func TestExamplesPerSecondCountExamples(t *testing.T) {
	t.Parallel()
	run, err := newRun(newSineObjective(), Tiny(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer run.close()
	run.cfg.Steps = 2000
	run.Step, run.reported = 500, time.Now().Add(-1000*time.Second)
	run.started = run.reported
	if err := run.report(nil); err != nil {
		t.Fatal(err)
	}
	if got, want := run.curve[0].ExamplesPerSecond, 500*16/1000.0; !scalar.EqualWithinRel(got, want, 0.05) {
		t.Errorf("%v examples a second, want %v", got, want)
	}
	if p := run.curve[0]; p.Fraction != 0.25 || !scalar.EqualWithinRel(p.Seconds, 1000, 0.05) || !scalar.EqualWithinRel(p.ETA.Seconds(), 3000, 0.05) {
		t.Errorf("a share of %v after %v s, another %v to go", p.Fraction, p.Seconds, p.ETA)
	}
}

// A validation that only equals the best is none: the first stays best, and patience
// counts from there.
func TestEqualValidationIsNoImprovement(t *testing.T) {
	t.Parallel()
	cfg := countingConfig()
	cfg.Steps, cfg.ValidateEvery, cfg.Patience = 1000, 10, 3
	r, err := Run(t.Context(), counting{newSineObjective(), new(int)}, cfg, "", nil)
	if err != nil || r.BestStep != 10 || r.Steps != 40 {
		t.Errorf("best step %d of %d, want 10 of 40; %v", r.BestStep, r.Steps, err)
	}
}

// The best average is on disk as soon as it was found.
func TestBestIsKeptOnDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := mustRun(t, Tiny(), dir)
	stored := newState(newSineObjective().params, Tiny())
	if err := stored.load(filepath.Join(dir, "best.safetensors"), Tiny()); err != nil {
		t.Fatal(err)
	}
	if stored.Step != r.BestStep || stored.BestValidation != r.BestValidation || stored.BestStep != r.BestStep {
		t.Errorf("stored at step %d with validation %v, want %d and %v", stored.Step, stored.BestValidation, r.BestStep, r.BestValidation)
	}
	for i, w := range stored.best {
		if w != r.Best[i] {
			t.Fatalf("weight %d is %v on disk, %v in memory", i, w, r.Best[i])
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "last.safetensors")); err != nil {
		t.Error(err)
	}
}

// Checkpoints from before validations were noted go on without doing one twice.
func TestOldCheckpointsAreOfValidatedSteps(t *testing.T) {
	t.Parallel()
	cfg := Tiny()
	config, err := json.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for position, want := range map[string]int{`{"step": 20, "best_step": 10}`: 20, `{"step": 20, "validated": 10}`: 10, `{"step": 20, "validated": 0}`: 0} {
		at, err := decodePosition(map[string]string{"format": checkpointFormat, "config": string(config), "position": position}, cfg)
		if err != nil || at.Validated != want {
			t.Errorf("%s: validated %d, want %d; %v", position, at.Validated, want, err)
		}
	}
	if _, err := decodePosition(map[string]string{"format": checkpointFormat, "config": string(config), "position": `{"step": 2, "validated": 3}`}, cfg); err == nil {
		t.Error("a validation after the last step is accepted")
	}
}

func TestSettingsHaveBounds(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Config){
		"chunk": func(c *Config) { c.Chunk = 0 }, "steps": func(c *Config) { c.Steps = -1 }, "budget": func(c *Config) { c.Budget = -1 },
		"learning_rate": func(c *Config) { c.LearningRate = 0 }, "final_rate": func(c *Config) { c.FinalRate = 2 * c.LearningRate },
		"warmup": func(c *Config) { c.Warmup = -1 }, "weight_decay": func(c *Config) { c.WeightDecay = 1 }, "clip": func(c *Config) { c.Clip = 0 },
		"workers": func(c *Config) { c.Workers = 0 }, "report_every": func(c *Config) { c.ReportEvery = 0 },
		"validate_every": func(c *Config) { c.ValidateEvery = 0 }, "checkpoint_every": func(c *Config) { c.CheckpointEvery = 0 },
		"patience": func(c *Config) { c.Patience = -1 },
	} {
		cfg := Tiny()
		change(&cfg)
		if err := cfg.Validate(); err == nil {
			t.Errorf("a bad %s is accepted", name)
		}
	}
	edge := Tiny()
	edge.LearningRate, edge.FinalRate, edge.Warmup, edge.WeightDecay, edge.EMA = 1, 1, 0, 0, 0
	if err := edge.Validate(); err != nil {
		t.Error(err)
	}
}

// TestOneStepIsARun: a single step is taken, and the fraction that is over goes by steps.
func TestOneStepIsARun(t *testing.T) {
	t.Parallel()
	cfg := countingConfig()
	for _, steps := range []int{1, 2} {
		cfg.Steps, cfg.Warmup = steps, 0
		r, err := Run(t.Context(), counting{newSineObjective(), new(int)}, cfg, "", nil)
		if err != nil || r.Steps != steps || len(r.Curve) != steps || r.Curve[0].Fraction != 1/float64(steps) {
			t.Errorf("%d steps wanted: %d steps, %d reports, %v", steps, r.Steps, len(r.Curve), err)
		}
	}
}

// TestDefaultsStayAsMeasured: the figures of the guide were measured with them. Package
// fit holds the guide to what it changes of them.
func TestDefaultsStayAsMeasured(t *testing.T) {
	t.Parallel()
	got := DefaultConfig()
	want := Config{
		Seed: 1, Batch: 512, Chunk: 64, Budget: 60_000_000_000,
		LearningRate: 0.003, FinalRate: 0.00003, Warmup: 100, WeightDecay: 0.0001, Clip: 1, EMA: 0.999,
		Workers: got.Workers, ReportEvery: 50, ValidateEvery: 500, CheckpointEvery: 500,
	}
	if got != want || got.Workers < 1 {
		t.Errorf("%+v, must be %+v", got, want)
	}
}

// TestOneBatchDoesNotHideTheLoss: a batch that explodes counts for a hundred times the greatest of
// the first ten. Nothing is less for that where losses are negative or nothing at first.
func TestOneBatchDoesNotHideTheLoss(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		early, loss, want float64
	}{{2, 1e15, 200}, {2, 199, 199}, {2, -1e9, -1e9}, {0, 1e15, 1e15}, {-3, 1e15, 1e15}} {
		var s position
		for s.Step = 1; s.Step <= 10; s.Step++ {
			s.count(c.early / float64(s.Step))
		}
		before := s.Loss
		s.Step = 60
		s.count(c.loss)
		if got := before + (s.Loss-before)/0.02; !scalar.EqualWithinAbsOrRel(got, c.want, 1e-9, 1e-9) {
			t.Errorf("%v after %v counts as %v, want %v", c.loss, c.early, got, c.want)
		}
	}
	s := position{Step: 10}
	if s.count(1e12); s.EarlyLoss != 1e12 || s.Loss != 1e11 {
		t.Errorf("the tenth step: %+v", s)
	}
}
