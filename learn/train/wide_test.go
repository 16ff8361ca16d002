package train

import (
	"context"
	"slices"
	"testing"

	"orrery/learn/nn"
)

// wide is bowls with so many weights that they make several parts.
type wide struct {
	params *nn.Params
	*bowls
}

func newWide() wide {
	w := wide{nn.NewParams(), newBowls()}
	w.params.Add("w", 1, 2*partLen+bowlsWeights, nn.Ones, nil)
	return w
}

func (w wide) Params() *nn.Params { return w.params }

func (w wide) NewGradient() Gradient {
	inner := w.bowls.NewGradient()
	return func(weights, grad []float32, examples []int32) (sum float64, err error) {
		for from := 0; from+bowlsWeights <= len(weights); from += bowlsWeights {
			part, err := inner(weights[from:from+bowlsWeights], grad[from:from+bowlsWeights], examples)
			if err != nil {
				return 0, err
			}
			sum += part
		}
		return sum, nil
	}
}

func (w wide) Validate(ctx context.Context, weights []float32) (float64, error) {
	return w.bowls.Validate(ctx, weights[:bowlsWeights])
}

// TestPartsOfTheWeightsAreAsTheWhole: bowls that repeat along the weights stay alike across the parts that
// workers take, each gradient counts in the norm, and the bits are those of one worker.
func TestPartsOfTheWeightsAreAsTheWhole(t *testing.T) {
	t.Parallel()
	cfg := Tiny()
	cfg.Batch, cfg.Chunk, cfg.ReportEvery = 8, 3, 1
	cfg.Clip = 1e-3 // so that the norm counts
	var want Result
	for _, cfg.Workers = range []int{1, 2, 3} {
		o := newWide()
		r, err := Run(t.Context(), o, cfg, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		if cfg.Workers == 1 {
			want = r
			small := newBowls()
			copy(small.params.Data(), o.params.Data())
			one, err := Run(t.Context(), small, cfg, "", nil)
			if err != nil {
				t.Fatal(err)
			}
			copies := float64(len(r.Weights) / bowlsWeights)
			if got := r.Curve[0].GradientNorm / one.Curve[0].GradientNorm; !(got*got >= copies-0.01 && got*got <= copies+0.01) {
				t.Errorf("the square of the norm is %v times that of one bowl, must be %v times", got*got, copies)
			}
		}
		if !slices.Equal(r.Weights, want.Weights) || r.Curve[len(r.Curve)-1].GradientNorm != want.Curve[len(want.Curve)-1].GradientNorm {
			t.Errorf("%d workers end with other bits than one", cfg.Workers)
		}
		whole := len(r.Weights) / bowlsWeights * bowlsWeights
		for i, w := range r.Weights[:whole] {
			if d := w - r.Weights[i%bowlsWeights]; !(d <= 1e-5 && d >= -1e-5) || w == 1 {
				t.Fatalf("weight %d is %v, of the first bowl %v", i, w, r.Weights[i%bowlsWeights])
			}
		}
	}
}
