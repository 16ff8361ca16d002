package train

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/learn/nn"
)

// bowls has the loss k·|w − target of the example|² of an example of batch k, from few to
// many, so that gradients are far from alike and only some are clipped.
type bowls struct {
	params  *nn.Params
	targets [][]float64 // [example][n]
	steep   []float64   // [example]
}

const bowlsWeights, bowlsExamples = 5, 40

func newBowls() *bowls {
	b := &bowls{params: nn.NewParams()}
	rng := rand.New(rand.NewPCG(7, 0))
	b.params.Add("w", 1, bowlsWeights, nn.Zeros, nil)
	for range bowlsExamples {
		target := make([]float64, bowlsWeights)
		for i := range target {
			target[i] = rng.NormFloat64()
		}
		b.targets, b.steep = append(b.targets, target), append(b.steep, math.Exp(2*rng.NormFloat64()))
	}
	return b
}

func (b *bowls) Params() *nn.Params { return b.params }
func (b *bowls) Examples() int      { return bowlsExamples }

// slopes adds the gradient at the weights to grad, and returns the loss.
func (b *bowls) slopes(weights []float64, grad []float64, example int32) (loss float64) {
	for i, w := range weights {
		d := w - b.targets[example][i]
		loss += b.steep[example] * d * d
		grad[i] += 2 * b.steep[example] * d
	}
	return loss
}

func (b *bowls) NewGradient() Gradient {
	return func(weights, grad []float32, examples []int32) (sum float64, err error) {
		w, g := make([]float64, len(weights)), make([]float64, len(weights))
		for i := range w {
			w[i] = float64(weights[i])
		}
		for _, e := range examples {
			sum += b.slopes(w, g, e)
		}
		for i := range g {
			grad[i] += float32(g[i])
		}
		return sum, nil
	}
}

func (b *bowls) Validate(_ context.Context, weights []float32) (loss float64, err error) {
	w, g := make([]float64, len(weights)), make([]float64, len(weights))
	for i := range w {
		w[i] = float64(weights[i])
	}
	for e := range b.targets {
		loss += b.slopes(w, g, int32(e)) / bowlsExamples
	}
	return loss, nil
}

// TestRunIsTheLoopOfTheTextbooks holds a run against a loop written out in float64: the
// mean gradient of a batch, clipped to a norm, a rate that warms up and falls along a
// cosine, Adam with decoupled decay of weights, and an average whose memory warms up.
func TestRunIsTheLoopOfTheTextbooks(t *testing.T) {
	t.Parallel()
	cfg := Tiny()
	cfg.Batch, cfg.Chunk, cfg.Steps, cfg.Warmup = 8, 3, 60, 7
	cfg.LearningRate, cfg.FinalRate, cfg.WeightDecay, cfg.Clip, cfg.EMA = 0.05, 0.01, 0.3, 20, 0.8
	cfg.ReportEvery, cfg.ValidateEvery = 1, 20
	b := newBowls()
	r, err := Run(t.Context(), b, cfg, "", nil)
	if err != nil {
		t.Fatal(err)
	}

	const beta1, beta2, epsilon = 0.9, 0.999, 1e-8
	w, average := make([]float64, bowlsWeights), make([]float64, bowlsWeights)
	first, second := make([]float64, bowlsWeights), make([]float64, bowlsWeights)
	order := newOrder(cfg.Seed, cfg.Batch, bowlsExamples, nil)
	clipped := 0
	for step := range cfg.Steps {
		grad, loss := make([]float64, bowlsWeights), 0.0
		for _, e := range order.examples(step) {
			loss += b.slopes(w, grad, e)
		}
		norm := 0.0
		for i := range grad {
			grad[i] /= float64(cfg.Batch)
			norm += grad[i] * grad[i]
		}
		norm = math.Sqrt(norm)
		if !scalar.EqualWithinRel(r.Curve[step].GradientNorm, norm, 1e-3) {
			t.Fatalf("step %d: gradient of %v, want %v", step, r.Curve[step].GradientNorm, norm)
		}
		if !(norm <= cfg.Clip) {
			clipped++
			for i := range grad {
				grad[i] *= cfg.Clip / norm
			}
		}
		rate := cfg.FinalRate + (cfg.LearningRate-cfg.FinalRate)*(1+math.Cos(math.Pi*float64(step)/float64(cfg.Steps)))/2
		rate *= min(1, float64(step+1)/float64(cfg.Warmup))
		memory := min(cfg.EMA, (1+float64(step))/(10+float64(step)))
		for i := range w {
			first[i] = beta1*first[i] + (1-beta1)*grad[i]
			second[i] = beta2*second[i] + (1-beta2)*grad[i]*grad[i]
			m, v := first[i]/(1-math.Pow(beta1, float64(step+1))), second[i]/(1-math.Pow(beta2, float64(step+1)))
			w[i] -= rate*cfg.WeightDecay*w[i] + rate*m/(math.Sqrt(v)+epsilon)
			average[i] = memory*average[i] + (1-memory)*w[i]
		}
	}
	if clipped < 10 || clipped > 50 {
		t.Fatalf("%d of %d gradients are clipped", clipped, cfg.Steps)
	}
	for i, want := range average {
		if !scalar.EqualWithinAbs(float64(r.Weights[i]), want, 2e-5) {
			t.Errorf("weight %d is %v, want %v", i, r.Weights[i], want)
		}
	}
}
