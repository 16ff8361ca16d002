package train

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"orrery/sim/golden"
)

// listing is bowls that note which examples are taken, and how often they are validated.
type listing struct {
	*bowls
	weights     []float64 // [example], or nil
	taken       []string
	validations int
}

func (l *listing) NewGradient() Gradient {
	inner := l.bowls.NewGradient()
	return func(weights, grad []float32, examples []int32) (float64, error) {
		l.taken = append(l.taken, fmt.Sprint(examples))
		return inner(weights, grad, examples)
	}
}

func (l *listing) Validate(ctx context.Context, weights []float32) (float64, error) {
	l.validations++
	return l.bowls.Validate(ctx, weights)
}

// weighted is a listing that takes some examples more often than others.
type weighted struct{ *listing }

func (w weighted) Weight(example int) float64 { return w.weights[example] }

// TestTheSameRunsTakeTheSameSteps compares which examples are taken in which order, and what is reported of them, with
// what earlier versions of this program took and told, to five digits, for each setting.
func TestTheSameRunsTakeTheSameSteps(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	for _, c := range []struct {
		name   string
		change func(*Config, *listing)
	}{
		{"tiny", func(*Config, *listing) {}},
		{"another seed, batches that do not divide", func(c *Config, _ *listing) { c.Seed, c.Batch, c.Chunk = 2, 11, 5 }},
		{"no warmup, strict clip, decay", func(c *Config, _ *listing) { c.Warmup, c.Clip, c.WeightDecay, c.LearningRate = 0, 0.1, 0.3, 0.1 }},
		{"no average, final rate as high", func(c *Config, _ *listing) { c.EMA, c.FinalRate = 0, c.LearningRate }},
		{"patience", func(c *Config, _ *listing) {
			c.LearningRate, c.Patience, c.ValidateEvery, c.Steps, c.Clip = 1, 2, 3, 60, 100
		}},
		{"reports at other steps than validations", func(c *Config, _ *listing) { c.ReportEvery, c.ValidateEvery, c.Steps = 7, 4, 26 }},
		{"weights", func(_ *Config, l *listing) {
			for e := range l.Examples() {
				l.weights = append(l.weights, float64(e%5)/2)
			}
		}},
		{"few steps", func(c *Config, _ *listing) { c.Steps, c.Warmup = 2, 10 }},
	} {
		l := &listing{bowls: newBowls()}
		cfg := Tiny()
		cfg.Workers, cfg.LearningRate = 1, 0.05
		c.change(&cfg, l)
		var objective Objective = l
		if l.weights != nil {
			objective = weighted{l}
		}
		fmt.Fprintf(&got, "# %s\n", c.name)
		result, err := Run(t.Context(), objective, cfg, "", func(p Progress) {
			fmt.Fprintf(&got, "step %d of epoch %d: loss %.5g, rate %.5g, norm %.5g, fraction %.5g", p.Step, p.Epoch, p.Loss, p.LearningRate, p.GradientNorm, p.Fraction)
			if p.Validation != nil {
				fmt.Fprintf(&got, ", validation %.5g", *p.Validation)
			}
			fmt.Fprintln(&got)
		})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		fmt.Fprintf(&got, "%d steps, best %.5g at %d, %d validations, %d reports, weights %.5f, best %.5f\n", result.Steps, result.BestValidation, result.BestStep, l.validations, len(result.Curve), result.Weights, result.Best)
		fmt.Fprintf(&got, "%d takes: %s\n", len(l.taken), strings.Join(l.taken[:min(14, len(l.taken))], " "))
	}
	for _, most := range []int{20, 60, 1000} {
		s := newChapteredSine(most)
		for k := range s.chapters {
			s.chapters[k].Weight = float64(k%3+1) / 2
		}
		cfg := Tiny()
		cfg.Workers, cfg.Steps = 1, 25
		result, err := Run(t.Context(), s, cfg, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&got, "# windows of %d: %v, best at %d\n", most, s.opened, result.BestStep)
	}
	golden.Compare(t, "testdata/steps.txt", got.String())
}
