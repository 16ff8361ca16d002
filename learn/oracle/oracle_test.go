package oracle_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"orrery/learn/nn"
	"orrery/learn/optim"
	"orrery/learn/oracle"
	"orrery/learn/tape"
	"orrery/learn/train"
)

// subject is a network on both sides.
type subject struct {
	params *nn.Params
	theirs *oracle.Network
	// ours records the network's output on a tape.
	ours func(b nn.Bound, batch oracle.Batch) tape.Value
	loss oracle.Loss
	draw func(rng *rand.Rand, nodes int) oracle.Batch
}

func (s *subject) record(t *tape.Tape, grad []float32, batch oracle.Batch) (output, loss tape.Value) {
	output = s.ours(s.params.Bind(t, s.params.Data(), grad), batch)
	if s.loss.Beta > 0 {
		return output, t.SmoothL1(output, batch.Target, s.loss.Scale, float32(s.loss.Beta))
	}
	return output, t.SquaredError(output, batch.Target, s.loss.Scale)
}

// gradient is Network.Gradient of ours.
func (s *subject) gradient(grad []float32, batch oracle.Batch) float64 {
	t := tape.New()
	_, loss := s.record(t, grad, batch)
	t.Backward(loss)
	return float64(t.Matrix(loss).Data[0])
}

// stir makes every parameter random, biases and gains included, so that none can
// be left out unseen.
func stir(p *nn.Params, rng *rand.Rand) {
	for i := range p.Data() {
		p.Data()[i] += 0.1 * float32(rng.NormFloat64())
	}
}

func random(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}

func newMLP(t *testing.T, act tape.Activation, loss oracle.Loss) *subject {
	rng := rand.New(rand.NewPCG(1, uint64(act)))
	s := &subject{params: nn.NewParams(), loss: loss}
	nn.NewMLP(s.params, "other", []int{2, 3}, act, rng, 1) // a neighbour, to be left alone
	net := nn.NewMLP(s.params, "net", []int{5, 16, 12, 3}, act, rng, 1)
	stir(s.params, rng)
	s.ours = func(b nn.Bound, batch oracle.Batch) tape.Value {
		return net.Forward(b, b.Tape.Input(len(batch.Nodes)/5, 5, batch.Nodes))
	}
	s.draw = func(rng *rand.Rand, rows int) oracle.Batch {
		return oracle.Batch{Nodes: random(rng, 5*rows), Target: random(rng, 3*rows)}
	}
	var err error
	if s.theirs, err = oracle.NewMLP(s.params, "net", act, loss); err != nil {
		t.Fatal(err)
	}
	return s
}

func newInteraction(t *testing.T, act tape.Activation, loss oracle.Loss) *subject {
	rng := rand.New(rand.NewPCG(2, uint64(act)))
	s := &subject{params: nn.NewParams(), loss: loss}
	sizes := nn.InteractionSizes{Node: 5, Edge: 4, Hidden: 12, Rounds: 2, Out: 3, Activation: act}
	net := nn.NewInteraction(s.params, "net", sizes, rng)
	stir(s.params, rng)
	s.ours = func(b nn.Bound, batch oracle.Batch) tape.Value {
		nodes := b.Tape.Input(len(batch.Nodes)/5, 5, batch.Nodes)
		edges := b.Tape.Input(len(batch.Edges)/4, 4, batch.Edges)
		return net.Forward(b, nodes, edges, batch.Receivers, batch.Senders)
	}
	s.draw = func(rng *rand.Rand, nodes int) oracle.Batch {
		batch := oracle.Batch{Nodes: random(rng, 5*nodes), Target: random(rng, 3*nodes)}
		for i := range nodes {
			for j := range nodes {
				if i != j {
					batch.Edges = append(batch.Edges, random(rng, 4)...)
					batch.Receivers, batch.Senders = append(batch.Receivers, int32(i)), append(batch.Senders, int32(j))
				}
			}
		}
		return batch
	}
	var err error
	if s.theirs, err = oracle.NewInteraction(s.params, "net", sizes.Rounds, act, loss); err != nil {
		t.Fatal(err)
	}
	return s
}

var (
	squares = oracle.Loss{}
	scaled  = oracle.Loss{Scale: []float32{1, 0.5, 2}}
	huber   = oracle.Loss{Scale: []float32{1, 0.5, 2}, Beta: 0.7}
)

func subjects(t *testing.T) map[string]*subject {
	return map[string]*subject{
		"mlp ReLU":         newMLP(t, tape.ReLU, squares),
		"mlp SiLU":         newMLP(t, tape.SiLU, huber),
		"mlp Tanh":         newMLP(t, tape.Tanh, scaled),
		"interaction ReLU": newInteraction(t, tape.ReLU, huber),
		"interaction SiLU": newInteraction(t, tape.SiLU, squares),
		"interaction Tanh": newInteraction(t, tape.Tanh, scaled),
	}
}

// distance is that of two vectors in units of the length of the second.
func distance(a, b []float32) float64 {
	var apart, size float64
	for i := range b {
		d := float64(a[i]) - float64(b[i])
		apart, size = apart+d*d, size+float64(b[i])*float64(b[i])
	}
	if apart == 0 {
		return 0
	}
	return math.Sqrt(apart / size)
}

func TestOutputsAndGradientsAgreeWithGorgonia(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	for name, s := range subjects(t) {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(3, 0))
			for _, nodes := range []int{4, 7, 2, 1, 4} {
				batch := s.draw(rng, nodes)
				want, err := s.theirs.Output(s.params.Data(), batch)
				if err != nil {
					t.Fatal(err)
				}
				tp := tape.New()
				output, _ := s.record(tp, nil, batch)
				if d := distance(tp.Matrix(output).Data, want); !(d < 1e-4) {
					t.Errorf("%d nodes: outputs differ by %.1e of their size", nodes, d)
				}
				s.compareGradients(t, batch)
			}
		})
	}
}

func (s *subject) compareGradients(t *testing.T, batch oracle.Batch) {
	t.Helper()
	ours, theirs := make([]float32, s.params.Len()), make([]float32, s.params.Len())
	loss, err := s.theirs.Gradient(s.params.Data(), theirs, batch)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.gradient(ours, batch); !(math.Abs(got-loss) <= 1e-4*loss) {
		t.Errorf("loss is %v, want %v", got, loss)
	}
	for i := range nn.Index(s.params.Count()) {
		from, to := s.params.Range(i)
		if d := distance(ours[from:to], theirs[from:to]); !(d < 1e-4) {
			t.Errorf("gradient of %s differs by %.1e of its size\n%v\n%v", s.params.Name(i), d, ours[from:min(to, from+8)], theirs[from:min(to, from+8)])
		}
	}
}

func TestTenTrainingLossesAgreeWithGorgonia(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	for name, s := range subjects(t) {
		t.Run(name, func(t *testing.T) {
			const rate = 3e-3
			batch := s.draw(rand.New(rand.NewPCG(4, 0)), 5)
			n := s.params.Len()
			theirs, adam := slices.Clone(s.params.Data()), oracle.NewAdam(n, rate)
			ours := optim.NewAdamW(n, 0)
			var first, last float64
			for step := range 10 {
				grad := make([]float32, n)
				want, err := s.theirs.Gradient(theirs, grad, batch)
				if err != nil {
					t.Fatal(err)
				}
				if err := adam.Step(theirs, grad); err != nil {
					t.Fatal(err)
				}
				clear(grad)
				got := s.gradient(grad, batch)
				ours.Step(s.params.Data(), grad, rate, 1)
				if !(math.Abs(got-want) <= 1e-3*want) {
					t.Errorf("loss before step %d is %v, want %v", step+1, got, want)
				}
				if step == 0 {
					first = got
				}
				last = got
			}
			if !(last < 0.9*first) {
				t.Errorf("ten steps took the loss from %v to %v: nothing was learned", first, last)
			}
		})
	}
}

func TestGradientIsTheSlopeOfTheLoss(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	s := newInteraction(t, tape.SiLU, huber)
	batch := s.draw(rand.New(rand.NewPCG(5, 0)), 3)
	w, grad := s.params.Data(), make([]float32, s.params.Len())
	lossAt := func() float64 {
		loss, err := s.theirs.Gradient(w, grad, batch)
		if err != nil {
			t.Fatal(err)
		}
		return loss
	}
	lossAt()
	want := slices.Clone(grad)
	for i := range nn.Index(s.params.Count()) {
		from, _ := s.params.Range(i)
		at := w[from]
		w[from] = at + 1e-3
		up, above := lossAt(), float64(w[from])
		w[from] = at - 1e-3
		slope := (up - lossAt()) / (above - float64(w[from]))
		w[from] = at
		if d := math.Abs(slope - float64(want[from])); !(d <= 1e-3*max(1, math.Abs(slope))) {
			t.Errorf("gradient of %s is %v, slope %v", s.params.Name(i), want[from], slope)
		}
	}
}

func TestEmptyBatchesOfEdges(t *testing.T) {
	s := newInteraction(t, tape.SiLU, squares)
	batch := s.draw(rand.New(rand.NewPCG(6, 0)), 3)
	batch.Edges, batch.Receivers, batch.Senders = nil, nil, nil
	s.compareGradients(t, batch)
}

// toy is an objective of package train.
type toy struct {
	*subject
	batches []oracle.Batch
	t       *testing.T
}

func (t toy) Params() *nn.Params { return t.params }

func (t toy) Examples() int { return len(t.batches) }

func (t toy) NewGradient() train.Gradient {
	network, err := oracle.NewInteraction(t.params, "net", 2, tape.SiLU, t.loss)
	if err != nil {
		t.t.Error(err)
	}
	return network.Gradients(func(i int32) oracle.Batch { return t.batches[i] })
}

func (t toy) Validate(_ context.Context, weights []float32) (float64, error) {
	return t.theirs.Gradient(weights, make([]float32, len(weights)), t.batches[0])
}

func TestGradientsTrain(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	objective := toy{newInteraction(t, tape.SiLU, squares), nil, t}
	rng := rand.New(rand.NewPCG(7, 0))
	for i := range 16 {
		objective.batches = append(objective.batches, objective.draw(rng, 2+i%3))
	}
	cfg := train.Tiny()
	cfg.Workers = 2
	before, err := objective.Validate(t.Context(), objective.params.Data())
	if err != nil {
		t.Fatal(err)
	}
	result, err := train.Run(t.Context(), objective, cfg, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if !(result.BestValidation < before) {
		t.Errorf("training took the loss from %v to %v", before, result.BestValidation)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	params := nn.NewParams()
	nn.NewMLP(params, "net", []int{5, 4, 3}, tape.ReLU, rand.New(rand.NewPCG(8, 0)), 1)
	for want, make := range map[string]func() error{
		`parameter "net.node.weight" is missing`: func() error {
			_, err := oracle.NewInteraction(params, "net", 2, tape.ReLU, squares)
			return err
		},
		`parameter "absent.0.weight" is missing`: func() error {
			_, err := oracle.NewMLP(params, "absent", tape.ReLU, squares)
			return err
		},
		"activation 9": func() error {
			_, err := oracle.NewMLP(params, "net", 9, squares)
			return err
		},
		`parameter "0.edge.first.weight" is missing`: func() error {
			p := nn.NewParams()
			for _, name := range []string{"net.node", "net.edge", "net.decode"} {
				nn.NewLinear(p, name, 2, 2, tape.None, rand.New(rand.NewPCG(8, 1)), 1)
			}
			_, err := oracle.NewInteraction(p, "net", 1, tape.ReLU, squares)
			return err
		},
		"Shape": func() error {
			p := nn.NewParams()
			p.Add("net.0.weight", 2, 3, nn.Ones, nil)
			p.Add("net.0.bias", 1, 4, nn.Ones, nil)
			_, err := oracle.NewMLP(p, "net", tape.ReLU, squares)
			return err
		},
		"1 scales": func() error {
			_, err := oracle.NewMLP(params, "net", tape.ReLU, oracle.Loss{Scale: []float32{1}})
			return err
		},
		"beta NaN": func() error {
			_, err := oracle.NewMLP(params, "net", tape.ReLU, oracle.Loss{Beta: math.NaN()})
			return err
		},
	} {
		if err := make(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
	s := newInteraction(t, tape.ReLU, squares)
	for want, change := range map[string]func(b *oracle.Batch){
		"nodes have 14 values, must have 10": func(b *oracle.Batch) { b.Nodes = b.Nodes[:14] },
		"nodes have 0 values, must have 5":   func(b *oracle.Batch) { *b = oracle.Batch{} },
		"edges have 23 values, must have 24": func(b *oracle.Batch) { b.Edges = b.Edges[:23] },
		"senders have 5 values, must have 6": func(b *oracle.Batch) { b.Senders = b.Senders[:5] },
		"target have 8 values, must have 9":  func(b *oracle.Batch) { b.Target = b.Target[:8] },
		"edge 1: node 3 must be 0 to 2":      func(b *oracle.Batch) { b.Receivers[1] = 3 },
		"edge 0: node -1 must be 0 to 2":     func(b *oracle.Batch) { b.Senders[0] = -1 },
	} {
		batch := s.draw(rand.New(rand.NewPCG(9, 0)), 3)
		change(&batch)
		_, err := s.theirs.Gradient(s.params.Data(), make([]float32, s.params.Len()), batch)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
}
