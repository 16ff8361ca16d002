package bench

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/learn/kernel"
	"orrery/learn/train"
)

// objectives returns one of each kind, small enough for central differences. A batch of
// the graphs is larger than what goes through the network at a time.
func objectives() map[string]train.Objective {
	cfg := Tiny()
	cfg.Interaction.Graphs = together + 3
	return map[string]train.Objective{
		"mlp":         newMLPObjective(cfg.MLP),
		"interaction": newInteractionObjective(cfg.Interaction),
	}
}

// slope returns the loss of some examples and its gradient.
func slope(t *testing.T, f train.Gradient, weights []float32, examples ...int32) (float64, []float32) {
	t.Helper()
	grad := make([]float32, len(weights))
	loss, err := f(weights, grad, examples)
	if err != nil || !(loss > 0) {
		t.Fatalf("loss %v, %v", loss, err)
	}
	return loss, grad
}

// TestGradientsAreThoseOfTheLoss by central differences along random directions.
func TestGradientsAreThoseOfTheLoss(t *testing.T) {
	t.Parallel()
	for name, o := range objectives() {
		f, weights, rng := o.NewGradient(), o.Params().Data(), rand.New(rand.NewPCG(5, 0))
		examples := []int32{0, 3, 1, 7, 8, 9, 10, 11, 2, 5}
		_, grad := slope(t, f, weights, examples...)
		for range 5 {
			const h = 2e-4
			ahead, behind, want := slices.Clone(weights), slices.Clone(weights), 0.0
			for i := range weights {
				d := rng.NormFloat64()
				ahead[i] += float32(h * d)
				behind[i] -= float32(h * d)
				want += d * float64(grad[i])
			}
			up, _ := slope(t, f, ahead, examples...)
			down, _ := slope(t, f, behind, examples...)
			if got := (up - down) / (2 * h); !scalar.EqualWithinAbsOrRel(got, want, 0.02, 0.02) {
				t.Errorf("%s: the loss grows by %v along a direction, its gradient says %v", name, got, want)
			}
		}
	}
}

// TestExamplesAreApart: the loss and the gradient of a batch are the sums of those of its
// examples, in whatever order and however often the network runs for it.
func TestExamplesAreApart(t *testing.T) {
	t.Parallel()
	for name, o := range objectives() {
		f, weights := o.NewGradient(), o.Params().Data()
		examples := make([]int32, o.Examples())
		for i := range examples {
			examples[i] = int32((i*5 + 2) % len(examples))
		}
		loss, grad := slope(t, f, weights, examples...)
		sum, sums := 0.0, make([]float32, len(grad))
		for _, i := range examples {
			one, _ := slope(t, f, weights, i)
			sum += one
			if _, err := f(weights, sums, []int32{i}); err != nil { // adds to what is there
				t.Fatal(err)
			}
		}
		if !scalar.EqualWithinRel(loss, sum, 1e-4) {
			t.Errorf("%s: a loss of %v, and %v one by one", name, loss, sum)
		}
		for i, g := range grad {
			if !scalar.EqualWithinAbsOrRel(float64(g), float64(sums[i]), 1e-3, 1e-3) {
				t.Errorf("%s: gradient %d is %v, and %v one by one", name, i, g, sums[i])
			}
		}
	}
}

// TestLossIsTheMeanSquare of one example: with weights of zero both networks answer zero.
func TestLossIsTheMeanSquare(t *testing.T) {
	t.Parallel()
	mean := func(target []float32) (sum float64) {
		for _, x := range target {
			sum += float64(x) * float64(x)
		}
		return sum / float64(len(target))
	}
	cfg := Tiny()
	mlp, graph := newMLPObjective(cfg.MLP), newInteractionObjective(cfg.Interaction)
	out, nodes := mlp.size.out(), graph.size.Nodes*graph.size.Node
	for name, c := range map[string]struct {
		objective train.Objective
		target    []float32
	}{
		"mlp":         {mlp, mlp.target[3*out : 4*out]},
		"interaction": {graph, graph.target[3*nodes : 4*nodes]},
	} {
		zeros := make([]float32, c.objective.Params().Len())
		if loss, _ := slope(t, c.objective.NewGradient(), zeros, 3); !scalar.EqualWithinRel(loss, mean(c.target), 1e-5) {
			t.Errorf("%s: a loss of %v, the mean square is %v", name, loss, mean(c.target))
		}
	}
}

// TestGraphsAreComplete: every ordered pair of the nodes of one graph has one edge, and
// graphs laid end to end have none between them.
func TestGraphsAreComplete(t *testing.T) {
	t.Parallel()
	size := Interaction{Graphs: 3, Nodes: 4, Node: 2, Edge: 3, Hidden: 4, Rounds: 1}
	o := newInteractionObjective(size)
	w := newInteractionBatch(o)
	w.gather([]int32{5, 0, 5})
	const graphs = 3
	if len(w.nodes) != graphs*4*2 || len(w.target) != len(w.nodes) || len(w.edges) != graphs*4*3*3 || len(w.receivers) != graphs*12 {
		t.Fatalf("%d node features, %d targets, %d edge features, %d edges", len(w.nodes), len(w.target), len(w.edges), len(w.receivers))
	}
	seen := map[[2]int32]bool{}
	for e, to := range w.receivers {
		from := w.senders[e]
		if to == from || to/4 != from/4 || int(to/4) != e/12 || seen[[2]int32{to, from}] {
			t.Errorf("edge %d goes from node %d to node %d", e, from, to)
		}
		seen[[2]int32{to, from}] = true
	}
	if !slices.Equal(w.nodes[:8], o.nodes[5*8:6*8]) || !slices.Equal(w.nodes[:8], w.nodes[16:]) ||
		!slices.Equal(w.edges[36:72], o.edges[:36]) || !slices.Equal(w.target[8:16], o.target[:8]) {
		t.Error("a graph's features are not its own")
	}
}

// TestEpochsAreOfEightBatches, so that a median step begins no epoch.
func TestEpochsAreOfEightBatches(t *testing.T) {
	t.Parallel()
	cfg := Tiny()
	if got := newMLPObjective(cfg.MLP).Examples(); got != 8*8 {
		t.Errorf("%d rows, must be 64", got)
	}
	if got := newInteractionObjective(cfg.Interaction).Examples(); got != 8*4 {
		t.Errorf("%d graphs, must be 32", got)
	}
}

// TestEachElementOfAProductIsChecked: a wrong or missing number is found wherever it is.
func TestEachElementOfAProductIsChecked(t *testing.T) {
	t.Parallel()
	size, rng := Product{M: 4, K: 6, N: 5}, rand.New(rand.NewPCG(9, 0))
	a, b, c := random(rng, 4*6), random(rng, 6*5), make([]float32, 4*5)
	packed := make([]float32, kernel.PackLen(6, 5))
	kernel.Pack(packed, b, 6, 5)
	kernel.MatMul(c, a, packed, 4, 6, 5, false)
	if err := checkProduct(c, a, b, size); err != nil {
		t.Fatal(err)
	}
	for i, right := range c {
		for _, wrong := range []float32{right + 3e-5, right - 3e-5, float32(math.NaN()), float32(math.Inf(1))} {
			c[i] = wrong
			if checkProduct(c, a, b, size) == nil {
				t.Errorf("element %d is %v in place of %v, and nothing was said", i, wrong, right)
			}
		}
		c[i] = right
	}
}

// counting counts the batches' examples.
type counting struct {
	*mlpObjective
	examples *atomic.Int64
	chunks   *atomic.Int64
}

func (c counting) NewGradient() train.Gradient {
	f := c.mlpObjective.NewGradient()
	return func(weights, grad []float32, examples []int32) (float64, error) {
		c.examples.Add(int64(len(examples)))
		c.chunks.Add(1)
		return f(weights, grad, examples)
	}
}

func (c counting) Validate(context.Context, []float32) (float64, error) {
	return 0, fmt.Errorf("a measured step must not validate")
}

// TestStepTrainsOnWholeBatches: at least ten of them however short the time, each in as many
// chunks as are asked for, and the objective's weights stay as they are.
func TestStepTrainsOnWholeBatches(t *testing.T) {
	t.Parallel()
	o := counting{newMLPObjective(Tiny().MLP), new(atomic.Int64), new(atomic.Int64)}
	before := slices.Clone(o.Params().Data())
	r, err := Step(t.Context(), o, 7, 3, 1, 1)
	if err != nil || !(r.Seconds > 0) {
		t.Fatalf("%+v, %v", r, err)
	}
	steps, chunks := o.examples.Load()/7, o.chunks.Load()
	if o.examples.Load()%7 != 0 || steps < leastSteps || chunks != 3*steps {
		t.Errorf("%d examples in %d chunks, must be at least %d batches of 7 in %d chunks each", o.examples.Load(), chunks, leastSteps, 3)
	}
	if !slices.Equal(o.Params().Data(), before) {
		t.Error("the weights of the objective have changed")
	}
}

// TestTimeCallsAtLeastTwice: the first call says how often to repeat, the others count.
func TestTimeCallsAtLeastTwice(t *testing.T) {
	t.Parallel()
	calls := 0
	seconds, err := Time(t.Context(), 0, func() { calls++ })
	if err != nil || !(seconds >= 0) || calls < 2 {
		t.Errorf("%v s from %d calls, %v", seconds, calls, err)
	}
}

// TestPeakRSSCountsMebibytes: 64 MiB that were written to have been resident, and no
// process of a test has had a terabyte.
func TestPeakRSSCountsMebibytes(t *testing.T) {
	const size = 64
	memory := make([]byte, size<<20)
	for i := 0; i < len(memory); i += 1024 {
		memory[i] = 1
	}
	peak := PeakRSS()
	if peak == 0 {
		t.Skip("this system does not tell the peak")
	}
	if !(peak >= size && peak < 64*1024) {
		t.Errorf("a peak of %v MiB, must be at least %d", peak, size)
	}
	status, err := os.ReadFile("/proc/self/status")
	if _, line, found := strings.Cut(string(status), "VmHWM:"); err == nil && found {
		kib, err := strconv.ParseFloat(strings.Fields(line)[0], 64)
		if again := PeakRSS(); err != nil || !(peak <= kib/1024 && kib/1024 <= again) {
			t.Errorf("peaks of %v and then %v MiB, with %v KiB between: %v", peak, again, kib, err)
		}
	}
	if memory[0] != 1 {
		t.Error("the memory is gone")
	}
}
