package train

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
)

// faulty is an objective that panics in one of its functions after some calls.
type faulty struct {
	*sineObjective
	chunks      int // gradients before one panics; 0 never does
	validations int // likewise
}

func (f *faulty) NewGradient() Gradient {
	gradient := f.sineObjective.NewGradient()
	return func(weights, grad []float32, examples []int32) (float64, error) {
		if f.chunks--; f.chunks == 0 {
			panic("the handle came off")
		}
		return gradient(weights, grad, examples)
	}
}

func (f *faulty) Validate(ctx context.Context, weights []float32) (float64, error) {
	if f.validations--; f.validations == 0 {
		var none []float32
		return float64(none[3]), nil
	}
	return f.sineObjective.Validate(ctx, weights)
}

// A fault of the program ends a run with one sentence, and the steps before it are not
// lost.
func TestPanicIsAnErrorAndLosesNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		objective *faulty
		want      string
		first     int // step of the next session's first report
	}{
		"worker":     {&faulty{sineObjective: newSineObjective(), chunks: 14*4 + 2}, "step 15 (epoch 1, batch 5): a training worker failed by a fault of this program: the handle came off", 15},
		"validation": {&faulty{sineObjective: newSineObjective(), validations: 2}, "validation after step 20: validation failed by a fault of this program: runtime error: index out of range [3] with length 0", 20},
	} {
		dir := t.TempDir()
		cfg := Tiny()
		cfg.Workers, cfg.CheckpointEvery = 1, 1000
		_, err := Run(context.Background(), c.objective, cfg, dir, nil)
		var fault *Panic
		if !errors.As(err, &fault) || err.Error() != c.want {
			t.Errorf("%s: error %q, want %q", name, err, c.want)
			continue
		}
		if strings.Contains(err.Error(), "\n") || !strings.Contains(fault.Stack, "panic_test.go") {
			t.Errorf("%s: one sentence must be shown and the stack kept: %q, %s", name, err, fault.Stack)
		}
		first := 0
		r, err := Run(context.Background(), newSineObjective(), cfg, dir, func(p Progress) {
			if first == 0 { // the session's first report
				first = p.Step
			}
		})
		if err != nil || first != c.first {
			t.Errorf("%s: the next session first reports step %d, want %d: %v", name, first, c.first, err)
		}
		if want := mustRun(t, cfg, ""); !slices.Equal(r.Weights, want.Weights) || !slices.Equal(r.Best, want.Best) {
			t.Errorf("%s: weights differ from those of a run without a fault", name)
		}
	}
}

// slow is an objective whose nth validation is still under way when the run is stopped.
type slow struct {
	*sineObjective
	n    int
	stop func()
}

func (s *slow) Validate(ctx context.Context, weights []float32) (float64, error) {
	if s.n--; s.n == 0 {
		s.stop()
		return 0, ctx.Err()
	}
	return s.sineObjective.Validate(ctx, weights)
}

// A run that is stopped while it validates makes up for that validation and for its
// report.
func TestRunStoppedInValidationResumesToTheSameBits(t *testing.T) {
	t.Parallel()
	cfg := Tiny()
	want := mustRun(t, cfg, "")
	for n := 1; n <= 3; n++ {
		dir := t.TempDir()
		ctx, cancel := context.WithCancel(context.Background())
		_, err := Run(ctx, &slow{newSineObjective(), n, cancel}, cfg, dir, nil)
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("validation %d: error %v", n, err)
		}
		got := mustRun(t, cfg, dir)
		if !slices.Equal(got.Weights, want.Weights) || !slices.Equal(got.Best, want.Best) || got.BestStep != want.BestStep {
			t.Errorf("validation %d: weights differ from those of an uninterrupted run", n)
		}
		if len(got.Curve) != len(want.Curve) {
			t.Fatalf("validation %d: %d reports, want %d", n, len(got.Curve), len(want.Curve))
		}
		for i, p := range got.Curve {
			q := want.Curve[i]
			if p.Step != q.Step || p.Loss != q.Loss || p.GradientNorm != q.GradientNorm || p.LearningRate != q.LearningRate || (p.Validation == nil) != (q.Validation == nil) {
				t.Errorf("validation %d, report %d: %+v, want %+v", n, i, p, q)
			}
		}
	}
}

// constant has a loss that no weight changes.
type constant struct{ *sineObjective }

func (c constant) NewGradient() Gradient {
	return func(_, _ []float32, examples []int32) (float64, error) { return float64(len(examples)), nil }
}

func TestNoGradientIsAGradient(t *testing.T) {
	t.Parallel()
	cfg := Tiny()
	cfg.WeightDecay = 0
	objective := constant{newSineObjective()}
	r, err := Run(context.Background(), objective, cfg, "", nil)
	if err != nil || !slices.Equal(r.Weights, objective.Params().Data()) {
		t.Errorf("weights changed without a gradient, or: %v", err)
	}
	if last := r.Curve[len(r.Curve)-1]; last.Loss != 1 || last.GradientNorm != 0 {
		t.Errorf("last report %+v", last)
	}
}
