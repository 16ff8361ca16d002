package bench

import (
	"math"
	"math/rand/v2"

	"orrery/learn/nn"
	"orrery/learn/tape"
	"orrery/learn/train"
)

// epochBatches is how many batches of examples a task has. An epoch begins with a
// new generator, which the median step must not pay for.
const epochBatches = 8

// mlpTask fits random targets with an MLP; an example is a row.
type mlpTask struct {
	params    *nn.Params
	net       *nn.MLP
	size      MLP
	x, target []float32
}

func newMLPTask(size MLP) *mlpTask {
	rng := rand.New(rand.NewPCG(2, 0))
	t := &mlpTask{params: nn.NewParams(), size: size}
	t.net = nn.NewMLP(t.params, "mlp", size.Layers, tape.ReLU, rng, 1)
	t.x = random(rng, t.Examples()*size.in())
	t.target = random(rng, t.Examples()*size.out())
	return t
}

func (s MLP) in() int  { return s.Layers[0] }
func (s MLP) out() int { return s.Layers[len(s.Layers)-1] }

func (t *mlpTask) Params() *nn.Params { return t.params }

func (t *mlpTask) Examples() int { return epochBatches * t.size.Batch }

func (t *mlpTask) Validate([]float32) (float64, error) { return 0, nil }

func (t *mlpTask) NewWorker() train.Worker {
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

// interactionTask fits random targets with an interaction network; an example is a
// graph.
type interactionTask struct {
	params               *nn.Params
	net                  *nn.Interaction
	size                 Interaction
	nodes, edges, target []float32
	scale                []float32
	receivers, senders   []int32 // of one graph
}

func newInteractionTask(size Interaction) *interactionTask {
	rng := rand.New(rand.NewPCG(3, 0))
	t := &interactionTask{params: nn.NewParams(), size: size}
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

func (t *interactionTask) Params() *nn.Params { return t.params }

func (t *interactionTask) Examples() int { return epochBatches * t.size.Graphs }

func (t *interactionTask) Validate([]float32) (float64, error) { return 0, nil }

// together is how many graphs go through the network at a time: enough rows for
// the products, few enough for the matrices to stay in the caches.
const together = 8

func (t *interactionTask) NewWorker() train.Worker {
	w := newInteractionWorker(t)
	return func(weights, grad []float32, examples []int32) (sum float64, err error) {
		w.bind(weights, grad)
		for from := 0; from < len(examples); from += together {
			w.gather(examples[from:min(from+together, len(examples))])
			sum += w.loss()
		}
		return sum, nil
	}
}

// interactionWorker holds some graphs laid end to end.
type interactionWorker struct {
	task                 *interactionTask
	tape                 *tape.Tape
	weights              nn.Bound
	bound                tape.Mark // behind the weights
	nodes, edges, target []float32
	receivers, senders   []int32
}

func newInteractionWorker(t *interactionTask) *interactionWorker {
	return &interactionWorker{task: t, tape: tape.New()}
}

func (w *interactionWorker) gather(graphs []int32) {
	t := w.task
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
func (w *interactionWorker) bind(weights, grad []float32) {
	w.tape.Reset()
	w.weights = w.task.params.Bind(w.tape, weights, grad)
	w.bound = w.tape.Mark()
}

// output begins a new record with the network's answer to the gathered graphs.
func (w *interactionWorker) output() tape.Value {
	w.tape.Rewind(w.bound)
	size := w.task.size
	nodes := w.tape.Input(len(w.nodes)/size.Node, size.Node, w.nodes)
	edges := w.tape.Input(len(w.receivers), size.Edge, w.edges)
	return w.task.net.Forward(w.weights, nodes, edges, w.receivers, w.senders)
}

func (w *interactionWorker) loss() float64 {
	loss := w.tape.SquaredError(w.output(), w.target, w.task.scale)
	w.tape.Backward(loss)
	return float64(w.tape.Matrix(loss).Data[0])
}
