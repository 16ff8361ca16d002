package oracle

import (
	"fmt"
	"strings"

	"orrery/learn/nn"
	"orrery/learn/tape"
)

// Batch has the inputs of a network and the answers that it should give. The rows of an
// MLP's input are nodes without edges.
type Batch struct {
	Nodes              []float32 // [n, node]
	Edges              []float32 // [e, edge]
	Receivers, Senders []int32   // [e] rows of Nodes
	Target             []float32 // [n, out]; not used by Output
}

// Loss is the sum, over all elements of an output, of d² for
// d = Scale·(output−target), or of the smooth L1 loss of d; see tape.SquaredError
// and tape.SmoothL1.
type Loss struct {
	Scale []float32 // [out] a factor per column, or nil for 1
	Beta  float64   // of the smooth L1 loss; 0 for d²
}

// Network is an MLP or an interaction network on Gorgonia. It knows where its
// weights lie and holds none.
type Network struct {
	build           builder
	loss            Loss
	weights         map[string]weight // by name within the network
	total           int               // values in all parameters of the set
	node, edge, out int               // columns; edge is 0 for an MLP
	programs        map[[2]int]*program
}

// weight is the place of a matrix in the flat slice of parameters.
type weight struct{ rows, cols, from int }

// NewMLP returns the nn.MLP that was added to p under name.
func NewMLP(p *nn.Params, name string, act tape.Activation, loss Loss) (*Network, error) {
	weights := find(p, name)
	layers := 0
	for weights[fmt.Sprintf("%d.weight", layers)] != (weight{}) {
		layers++
	}
	n := &Network{build: mlp{layers, act}, loss: loss, weights: weights, total: p.Len()}
	return n.prepare(name, "0.weight", "", fmt.Sprintf("%d.weight", max(layers-1, 0)))
}

// NewInteraction returns the nn.Interaction of the given rounds and activation
// that was added to p under name.
func NewInteraction(p *nn.Params, name string, rounds int, act tape.Activation, loss Loss) (*Network, error) {
	n := &Network{build: interaction{rounds, act}, loss: loss, weights: find(p, name), total: p.Len()}
	return n.prepare(name, "node.weight", "edge.weight", "decode.weight")
}

// find returns the places of the parameters below name.
func find(p *nn.Params, name string) map[string]weight {
	weights := map[string]weight{}
	for i := range nn.Index(p.Count()) {
		if below, ok := strings.CutPrefix(p.Name(i), name+"."); ok {
			rows, cols := p.Shape(i)
			from, _ := p.Range(i)
			weights[below] = weight{rows, cols, from}
		}
	}
	return weights
}

// prepare reads the sizes off the first and last matrices and compiles one program,
// so that missing or wrong parameters are found here.
func (n *Network) prepare(name, node, edge, out string) (*Network, error) {
	for _, needed := range []string{node, edge, out} {
		if w := n.weights[needed]; needed != "" && w.rows*w.cols == 0 {
			return nil, fmt.Errorf("oracle: parameter %q is missing or empty", name+"."+needed)
		}
	}
	n.node, n.edge, n.out = n.weights[node].rows, n.weights[edge].rows, n.weights[out].cols
	n.programs = map[[2]int]*program{}
	if n.loss.Scale != nil && len(n.loss.Scale) != n.out {
		return nil, fmt.Errorf("oracle: loss has %d scales, must have one for each of %d outputs", len(n.loss.Scale), n.out)
	}
	if !(n.loss.Beta >= 0) {
		return nil, fmt.Errorf("oracle: loss has beta %v, must be ≥ 0", n.loss.Beta)
	}
	if _, err := n.program(1, 0); err != nil {
		return nil, fmt.Errorf("oracle: network %q: %w", name, err)
	}
	return n, nil
}

// Output returns the network's answer [n, out].
func (n *Network) Output(weights []float32, batch Batch) ([]float32, error) {
	batch.Target = make([]float32, len(batch.Nodes)/max(n.node, 1)*n.out)
	p, err := n.run(weights, batch)
	if err != nil {
		return nil, err
	}
	return float32s(p.output), nil
}

// Gradient adds the gradient of the loss to grad and returns the loss. Weights and
// grad are laid out as in the nn.Params the network was made from.
func (n *Network) Gradient(weights, grad []float32, batch Batch) (loss float64, err error) {
	if len(grad) != n.total {
		return 0, fmt.Errorf("oracle: gradient has %d values, must have %d", len(grad), n.total)
	}
	p, err := n.run(weights, batch)
	if err != nil {
		return 0, err
	}
	for _, w := range p.weights {
		for i, g := range float64s(w.gradient) {
			grad[w.from+i] += float32(g)
		}
	}
	return float64s(p.loss)[0], nil
}

// Gradients returns a train.Gradient over numbered examples: it adds to grad the
// gradient of the sum of their losses and returns that sum. It belongs to one
// goroutine, with the network.
func (n *Network) Gradients(example func(i int32) Batch) func(weights, grad []float32, examples []int32) (float64, error) {
	return func(weights, grad []float32, examples []int32) (sum float64, err error) {
		for _, i := range examples {
			loss, err := n.Gradient(weights, grad, example(i))
			if err != nil {
				return 0, fmt.Errorf("example %d: %w", i, err)
			}
			sum += loss
		}
		return sum, nil
	}
}

// check returns an error that names the first slice of the batch that does not fit.
func (n *Network) check(weights []float32, batch Batch) error {
	nodes, edges := len(batch.Nodes)/n.node, len(batch.Receivers)
	for _, s := range []struct {
		name      string
		got, want int
	}{
		{"weights", len(weights), n.total},
		{"nodes", len(batch.Nodes), max(1, nodes) * n.node},
		{"edges", len(batch.Edges), edges * n.edge},
		{"senders", len(batch.Senders), edges},
		{"target", len(batch.Target), nodes * n.out},
	} {
		if s.got != s.want {
			return fmt.Errorf("oracle: %s have %d values, must have %d", s.name, s.got, s.want)
		}
	}
	for _, index := range [][]int32{batch.Receivers, batch.Senders} {
		for i, row := range index {
			if row < 0 || int(row) >= nodes {
				return fmt.Errorf("oracle: edge %d: node %d must be 0 to %d", i, row, nodes-1)
			}
		}
	}
	return nil
}
