package train

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery/learn/nn"
	"orrery/learn/tape"
)

// sineObjective learns y = sin(3x) on 200 points with a small network.
type sineObjective struct {
	params *nn.Params
	net    *nn.MLP
	x, y   []float32
}

func newSineObjective() *sineObjective {
	rng := rand.New(rand.NewPCG(7, 0))
	s := &sineObjective{params: nn.NewParams()}
	s.net = nn.NewMLP(s.params, "net", []int{1, 16, 1}, tape.Tanh, rng, 1)
	for range 200 {
		x := 2*rng.Float64() - 1
		s.x = append(s.x, float32(x))
		s.y = append(s.y, float32(math.Sin(3*x)))
	}
	return s
}

func (s *sineObjective) Params() *nn.Params { return s.params }
func (s *sineObjective) Examples() int      { return 150 }
func (s *sineObjective) NewGradient() Gradient {
	return (&sineGradient{objective: s, tape: tape.New()}).gradient
}

func (s *sineObjective) Validate(_ context.Context, weights []float32) (float64, error) {
	held := make([]int32, 50)
	for i := range held {
		held[i] = int32(150 + i)
	}
	sum, err := s.NewGradient()(weights, make([]float32, len(weights)), held)
	return sum / 50, err
}

type sineGradient struct {
	objective *sineObjective
	tape      *tape.Tape
	x, y      []float32
}

func (w *sineGradient) gradient(weights, grad []float32, examples []int32) (float64, error) {
	w.x, w.y = w.x[:0], w.y[:0]
	for _, e := range examples {
		w.x, w.y = append(w.x, w.objective.x[e]), append(w.y, w.objective.y[e])
	}
	w.tape.Reset()
	out := w.objective.net.Forward(w.objective.params.Bind(w.tape, weights, grad), w.tape.Input(len(w.x), 1, w.x))
	loss := w.tape.SquaredError(out, w.y, nil)
	w.tape.Backward(loss)
	return float64(w.tape.Matrix(loss).Data[0]), nil
}

func mustRun(t *testing.T, cfg Config, dir string) Result {
	t.Helper()
	r, err := Run(context.Background(), newSineObjective(), cfg, dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestLearnsASine(t *testing.T) {
	cfg := Tiny()
	cfg.Steps, cfg.LearningRate = 2000, 0.02
	before, err := newSineObjective().Validate(t.Context(), newSineObjective().params.Data())
	if err != nil {
		t.Fatal(err)
	}
	r := mustRun(t, cfg, "")
	if !(r.BestValidation <= 0.01*before) {
		t.Errorf("validation %v, began at %v", r.BestValidation, before)
	}
	if got, _ := newSineObjective().Validate(t.Context(), r.Best); got != r.BestValidation {
		t.Errorf("best weights have validation %v, reported %v", got, r.BestValidation)
	}
	if r.Steps != 2000 || len(r.Curve) != 400 {
		t.Errorf("%d steps and %d reports, want 2000 and 400", r.Steps, len(r.Curve))
	}
}

func TestWeightsDoNotDependOnWorkers(t *testing.T) {
	cfg := Tiny()
	cfg.Batch = 18 // chunks of 4, 4, 4, 4, 2
	cfg.Workers = 1
	want := mustRun(t, cfg, "").Weights
	for _, cfg.Workers = range []int{2, 3, 8} {
		if !slices.Equal(mustRun(t, cfg, "").Weights, want) {
			t.Errorf("%d workers end with other weights than one", cfg.Workers)
		}
	}
	cfg.Seed++
	if slices.Equal(mustRun(t, cfg, "").Weights, want) {
		t.Error("another seed ends with the same weights")
	}
}

func TestEpochsVisitEveryExampleOnce(t *testing.T) {
	o := newOrder(3, 5, 20, nil)
	var first []int32
	for epoch := range 3 {
		var seen []int32
		for step := range 4 {
			seen = append(seen, o.examples(4*epoch+step)...)
		}
		if epoch > 0 && slices.Equal(seen, first) {
			t.Errorf("epoch %d has the order of epoch 0", epoch)
		} else if epoch == 0 {
			first = slices.Clone(seen)
		}
		slices.Sort(seen)
		for i, e := range seen {
			if int(e) != i {
				t.Fatalf("epoch %d visits %v", epoch, seen)
			}
		}
	}
	if got := newOrder(3, 5, 20, nil).examples(9); !slices.Equal(got, o.examples(9)) {
		t.Error("a batch depends on what was asked before")
	}
}

func TestCancelledRunResumesToTheSameBits(t *testing.T) {
	cfg := Tiny()
	want := mustRun(t, cfg, "")
	dir := t.TempDir()
	for {
		ctx, cancel := context.WithCancel(context.Background())
		r, err := Run(ctx, newSineObjective(), cfg, dir, func(Progress) { cancel() })
		cancel()
		if err == nil {
			if !slices.Equal(r.Weights, want.Weights) || !slices.Equal(r.Best, want.Best) || r.BestValidation != want.BestValidation {
				t.Error("weights differ from those of an uninterrupted run")
			}
			for i := range r.Curve {
				if r.Curve[i].Step != want.Curve[i].Step || r.Curve[i].Loss != want.Curve[i].Loss {
					t.Errorf("report %d: %+v, want %+v", i, r.Curve[i], want.Curve[i])
				}
			}
			if len(r.Curve) != len(want.Curve) {
				t.Errorf("%d reports, want %d", len(r.Curve), len(want.Curve))
			}
			break
		}
		if !errors.Is(err, context.Canceled) || len(r.Weights) == 0 {
			t.Fatalf("cancelled run: %d weights, error %v", len(r.Weights), err)
		}
	}
	if again := mustRun(t, cfg, dir); !slices.Equal(again.Weights, want.Weights) || again.Steps != cfg.Steps {
		t.Error("running a finished run again changes it")
	}
}

// TestACheckpointThatCannotBeSavedIsSaid stops a run whose folder is gone.
func TestACheckpointThatCannotBeSavedIsSaid(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "work")
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Run(ctx, newSineObjective(), Tiny(), dir, func(Progress) {
		cancel()
		if err := errors.Join(os.RemoveAll(dir), os.WriteFile(dir, nil, 0o644)); err != nil {
			t.Error(err)
		}
	})
	if err == nil || errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "could not be saved: ") {
		t.Errorf("error %v must say that the checkpoint is lost, and not pass for a mere stop", err)
	}
}

func TestResumeRefusesAnotherConfig(t *testing.T) {
	dir := t.TempDir()
	cfg := Tiny()
	mustRun(t, cfg, dir)
	cfg.Workers = 1
	mustRun(t, cfg, dir)
	cfg.FinalRate = 1e-4
	_, err := Run(context.Background(), newSineObjective(), cfg, dir, nil)
	if err == nil || !strings.Contains(err.Error(), "final_rate 0.0001 must be 3e-05") || !strings.Contains(err.Error(), dir) {
		t.Errorf("error %v", err)
	}
}

func TestPatienceStopsEarly(t *testing.T) {
	cfg := Tiny()
	cfg.Steps, cfg.ValidateEvery, cfg.Patience = 5000, 10, 3
	cfg.LearningRate, cfg.Clip = 1, 1e9 // too fast to keep improving
	r := mustRun(t, cfg, "")
	if r.Steps == 5000 || r.Steps != r.BestStep+30 {
		t.Errorf("stopped after step %d, best at %d", r.Steps, r.BestStep)
	}
}

func TestBudgetEndsTheRun(t *testing.T) {
	cfg := Tiny()
	cfg.Steps, cfg.Budget = 0, 50*time.Millisecond
	r := mustRun(t, cfg, "")
	if !(r.Seconds >= 0.05) || !(r.Seconds <= 5) || r.Steps == 0 {
		t.Errorf("%d steps in %v s", r.Steps, r.Seconds)
	}
	last := r.Curve[len(r.Curve)-1]
	if !(last.LearningRate <= 0.1*cfg.LearningRate) || last.Fraction != 1 || last.ETA != 0 || last.Validation == nil {
		t.Errorf("last report %+v", last)
	}
}

// poisonedObjective gives a gradient that is not finite after some steps.
type poisonedObjective struct{ *sineObjective }

func (p poisonedObjective) NewGradient() Gradient {
	gradient, left := p.sineObjective.NewGradient(), 25*4 // four chunks a batch
	return func(weights, grad []float32, examples []int32) (float64, error) {
		loss, err := gradient(weights, grad, examples)
		if left--; left < 0 {
			from, _ := p.params.Range(2)
			grad[from+3] = float32(math.Inf(1))
		}
		return loss, err
	}
}

func TestNonFiniteGradientStopsAndKeepsTheCheckpoint(t *testing.T) {
	dir := t.TempDir()
	cfg := Tiny()
	cfg.Workers = 1
	_, err := Run(context.Background(), poisonedObjective{newSineObjective()}, cfg, dir, nil)
	if err == nil || !strings.Contains(err.Error(), `step 26 (epoch 2, batch 7)`) ||
		!strings.Contains(err.Error(), `"net.1.weight" is +Inf at value 3`) {
		t.Fatalf("error %v", err)
	}
	if r := mustRun(t, cfg, dir); !slices.Equal(r.Weights, mustRun(t, cfg, "").Weights) {
		t.Error("the checkpoint from before does not lead on to the right weights")
	}
}

func TestBadConfigsAreRefused(t *testing.T) {
	for want, change := range map[string]func(*Config){
		"batch 0 must be > 0":                        func(c *Config) { c.Batch = 0 },
		"batch 151 must be ≤ examples 150":           func(c *Config) { c.Batch = 151 },
		"learning_rate NaN":                          func(c *Config) { c.LearningRate = math.NaN() },
		"ema 1 must be ≥ 0 and below 1":              func(c *Config) { c.EMA = 1 },
		"steps or budget must be above 0":            func(c *Config) { c.Steps = 0 },
		"steps 30 and budget 1ns exclude each other": func(c *Config) { c.Budget = 1 },
	} {
		cfg := Tiny()
		change(&cfg)
		if _, err := Run(context.Background(), newSineObjective(), cfg, "", nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	if err := DefaultConfig().Validate(); err != nil {
		t.Error(err)
	}
}

func TestSteadyStepAllocatesNothing(t *testing.T) {
	cfg := Tiny()
	cfg.Steps = 1000
	r, err := newRun(newSineObjective(), cfg, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	step := func() {
		if err := r.step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for range 20 { // both workers have seen a chunk, and two epochs began
		step()
	}
	// One generator an epoch of nine steps is all that may remain.
	if n := testing.AllocsPerRun(90, step); n != 0 {
		t.Errorf("a steady step allocates %v times", n)
	}
}

func TestDamagedCheckpointIsAnError(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, Tiny(), dir)
	path := filepath.Join(dir, "last.safetensors")
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, file[:len(file)-4], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(context.Background(), newSineObjective(), Tiny(), dir, nil); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v", err)
	}
}
