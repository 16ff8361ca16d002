package bench

import (
	"context"
	"math"
	"math/rand/v2"

	"orrery/learn/nn"
	"orrery/learn/tape"
	"orrery/learn/train"
)

// epochBatches is the number of batches of examples of an objective. An epoch begins with a
// new generator, which the median step must not pay for.
const epochBatches = 8

// mlpObjective fits random targets with an MLP; an example is a row.
type mlpObjective struct {
	params    *nn.Params
	net       *nn.MLP
	size      MLP
	x, target []float32
}

func newMLPObjective(size MLP) *mlpObjective {
	rng := rand.New(rand.NewPCG(2, 0))
	t := &mlpObjective{params: nn.NewParams(), size: size}
	t.net = nn.NewMLP(t.params, "mlp", size.Layers, tape.ReLU, rng, 1)
	t.x = random(rng, t.Examples()*size.in())
	t.target = random(rng, t.Examples()*size.out())
	return t
}

func (s MLP) in() int  { return s.Layers[0] }
func (s MLP) out() int { return s.Layers[len(s.Layers)-1] }

func (t *mlpObjective) Params() *nn.Params { return t.params }

func (t *mlpObjective) Examples() int { return epochBatches * t.size.Batch }

func (t *mlpObjective) Validate(context.Context, []float32) (float64, error) { return 0, nil }

func (t *mlpObjective) NewGradient() train.Gradient {
	in, out := t.size.in(), t.size.out()
	var x, target []float32
	scale := meanScale(out)
	tp := tape.New()
	return func(weights, grad []float32, examples []int32) (float64, error) {
		x, target = x[:0], target[:0]
		for _, i := range examples {
			x = append(x, t.x[int(i)*in:][:in]...)
			target = append(target, t.target[int(i)*out:][:out]...)
		}
		tp.Reset()
		b := t.params.Bind(tp, weights, grad)
		loss := tp.SquaredError(t.net.Forward(b, tp.Input(len(examples), in, x)), target, scale)
		tp.Backward(loss)
		return float64(tp.Matrix(loss).Data[0]), nil
	}
}

// meanScale makes a sum of n squares their mean.
func meanScale(n int) []float32 {
	scale := make([]float32, n)
	for i := range scale {
		scale[i] = float32(1 / math.Sqrt(float64(n)))
	}
	return scale
}

// interactionObjective fits random targets with an interaction network; an example is a
// graph.
type interactionObjective struct {
	params               *nn.Params
	net                  *nn.Interaction
	size                 Interaction
	nodes, edges, target []float32
	scale                []float32
	receivers, senders   []int32 // of one graph
}

func newInteractionObjective(size Interaction) *interactionObjective {
	rng := rand.New(rand.NewPCG(3, 0))
	t := &interactionObjective{params: nn.NewParams(), size: size}
	t.net = nn.NewInteraction(t.params, "interaction", nn.InteractionSizes{
		Node: size.Node, Edge: size.Edge, Hidden: size.Hidden, Rounds: size.Rounds, Out: size.Node, Activation: tape.SiLU,
	}, rng)
	for i := range size.Nodes {
		for j := range size.Nodes {
			if i != j {
				t.receivers, t.senders = append(t.receivers, int32(i)), append(t.senders, int32(j))
			}
		}
	}
	t.nodes = random(rng, t.Examples()*size.Nodes*size.Node)
	t.edges = random(rng, t.Examples()*len(t.receivers)*size.Edge)
	t.target = random(rng, len(t.nodes))
	t.scale = meanScale(size.Node)
	for i := range t.scale {
		t.scale[i] /= float32(math.Sqrt(float64(size.Nodes)))
	}
	return t
}

func (t *interactionObjective) Params() *nn.Params { return t.params }

func (t *interactionObjective) Examples() int { return epochBatches * t.size.Graphs }

func (t *interactionObjective) Validate(context.Context, []float32) (float64, error) { return 0, nil }

// together is the number of graphs that go through the network at a time: enough rows for
// the products, few enough for the matrices to stay in the caches.
const together = 2

func (t *interactionObjective) NewGradient() train.Gradient {
	w := newInteractionBatch(t)
	return func(weights, grad []float32, examples []int32) (sum float64, err error) {
		w.bind(weights, grad)
		for from := 0; from < len(examples); from += together {
			w.gather(examples[from:min(from+together, len(examples))])
			sum += w.loss()
		}
		return sum, nil
	}
}

// interactionBatch holds some graphs laid end to end.
type interactionBatch struct {
	objective            *interactionObjective
	tape                 *tape.Tape
	weights              nn.Bound
	bound                tape.Mark // behind the weights
	nodes, edges, target []float32
	receivers, senders   []int32
}

func newInteractionBatch(t *interactionObjective) *interactionBatch {
	return &interactionBatch{objective: t, tape: tape.New()}
}

func (w *interactionBatch) gather(graphs []int32) {
	t := w.objective
	w.nodes, w.edges, w.target = w.nodes[:0], w.edges[:0], w.target[:0]
	w.receivers, w.senders = w.receivers[:0], w.senders[:0]
	nodes, edges := t.size.Nodes*t.size.Node, len(t.receivers)*t.size.Edge
	for i, g := range graphs {
		w.nodes = append(w.nodes, t.nodes[int(g)*nodes:][:nodes]...)
		w.target = append(w.target, t.target[int(g)*nodes:][:nodes]...)
		w.edges = append(w.edges, t.edges[int(g)*edges:][:edges]...)
		first := int32(i * t.size.Nodes)
		for k := range t.receivers {
			w.receivers = append(w.receivers, first+t.receivers[k])
			w.senders = append(w.senders, first+t.senders[k])
		}
	}
}

// bind fixes the weights that the following graphs use.
func (w *interactionBatch) bind(weights, grad []float32) {
	w.tape.Reset()
	w.weights = w.objective.params.Bind(w.tape, weights, grad)
	w.bound = w.tape.Mark()
}

// output begins a new record with the network's answer to the gathered graphs.
func (w *interactionBatch) output() tape.Value {
	w.tape.Rewind(w.bound)
	size := w.objective.size
	nodes := w.tape.Input(len(w.nodes)/size.Node, size.Node, w.nodes)
	edges := w.tape.Input(len(w.receivers), size.Edge, w.edges)
	return w.objective.net.Forward(w.weights, nodes, edges, w.receivers, w.senders)
}

func (w *interactionBatch) loss() float64 {
	loss := w.tape.SquaredError(w.output(), w.target, w.objective.scale)
	w.tape.Backward(loss)
	return float64(w.tape.Matrix(loss).Data[0])
}
