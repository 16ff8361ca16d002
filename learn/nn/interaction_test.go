package nn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"orrery/learn/tape"
)

var smallInteraction = InteractionSizes{Node: 3, Edge: 2, Hidden: 4, Rounds: 2, Out: 2, Activation: tape.SiLU}

// graph is nodes and edges for smallInteraction.
type graph struct {
	nodes, edges       []float32
	receivers, senders []int32
}

// fullyConnected returns n nodes with random features and an edge for every
// ordered pair.
func fullyConnected(rng *rand.Rand, n int) graph {
	var g graph
	for i := range n {
		g.nodes = append(g.nodes, random(rng, smallInteraction.Node)...)
		for j := range n {
			if i != j {
				g.edges = append(g.edges, random(rng, smallInteraction.Edge)...)
				g.receivers, g.senders = append(g.receivers, int32(i)), append(g.senders, int32(j))
			}
		}
	}
	return g
}

func random(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}

func (g graph) forward(b Bound, n *Interaction) tape.Value {
	nodes := b.Tape.Input(len(g.nodes)/smallInteraction.Node, smallInteraction.Node, g.nodes)
	edges := b.Tape.Input(len(g.receivers), smallInteraction.Edge, g.edges)
	return n.Forward(b, nodes, edges, g.receivers, g.senders)
}

// interaction returns a network whose parameters are all random, biases and gains
// included, so that none can be left out unseen.
func interaction(seed uint64) (*Params, *Interaction) {
	rng := rand.New(rand.NewPCG(seed, 0))
	p := NewParams()
	n := NewInteraction(p, "net", smallInteraction, rng)
	for i := range p.data {
		p.data[i] += 0.2 * float32(rng.NormFloat64())
	}
	return p, n
}

// output runs the network on a tape of its own.
func output(p *Params, n *Interaction, g graph) []float32 {
	b := p.Bind(tape.New(), p.Data(), nil)
	return b.Tape.Matrix(g.forward(b, n)).Data
}

// linear64 is x·weight + bias of the named layer.
func linear64(p *Params, name string, x []float64) []float64 {
	bias, weight := p.Slice(name+".bias"), p.Slice(name+".weight")
	y := make([]float64, len(bias))
	for j := range y {
		y[j] = float64(bias[j])
		for i, v := range x {
			y[j] += v * float64(weight[i*len(y)+j])
		}
	}
	return y
}

func silu64(x []float64) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = v / (1 + math.Exp(-v))
	}
	return y
}

// addNorm64 adds the normalised x to dst.
func addNorm64(p *Params, name string, dst, x []float64) {
	mean, variance, n := 0.0, 0.0, float64(len(x))
	for _, v := range x {
		mean += v / n
	}
	for _, v := range x {
		variance += (v - mean) * (v - mean) / n
	}
	for j, v := range x {
		dst[j] += (v-mean)/math.Sqrt(variance+1e-5)*float64(p.Slice(name + ".gain")[j]) + float64(p.Slice(name + ".bias")[j])
	}
}

// naive is the twin: the formula of Interaction's comment, with the three parts of
// an edge laid side by side and one matrix for them.
func naive(p *Params, g graph) []float64 {
	const h = 4
	row := func(x []float32, i, n int) []float64 {
		y := make([]float64, n)
		for j := range y {
			y[j] = float64(x[i*n+j])
		}
		return y
	}
	var nodes, edges [][]float64
	for i := range len(g.nodes) / 3 {
		nodes = append(nodes, linear64(p, "net.node", row(g.nodes, i, 3)))
	}
	for i := range g.receivers {
		edges = append(edges, linear64(p, "net.edge", row(g.edges, i, 2)))
	}
	for _, r := range []string{"net.0", "net.1"} {
		whole := NewParams()
		first := r + ".edge.first"
		whole.Add("first.weight", 3*h, h, Zeros, nil)
		whole.Add("first.bias", 1, h, Zeros, nil)
		copy(whole.data, slices.Concat(p.Slice(first+".weight"), p.Slice(first+".send"), p.Slice(first+".receive"), p.Slice(first+".bias")))
		for i := range edges {
			x := slices.Concat(edges[i], nodes[g.senders[i]], nodes[g.receivers[i]])
			z := silu64(linear64(whole, "first", x))
			addNorm64(p, r+".edge.norm", edges[i], linear64(p, r+".edge.1", silu64(linear64(p, r+".edge.0", z))))
		}
		for i := range nodes {
			arrived := make([]float64, h)
			for k, to := range g.receivers {
				if int(to) == i {
					for j, v := range edges[k] {
						arrived[j] += v
					}
				}
			}
			z := silu64(linear64(p, r+".node.0", slices.Concat(nodes[i], arrived)))
			addNorm64(p, r+".node.norm", nodes[i], linear64(p, r+".node.2", silu64(linear64(p, r+".node.1", z))))
		}
	}
	var out []float64
	for _, x := range nodes {
		out = append(out, linear64(p, "net.decode", x)...)
	}
	return out
}

func TestInteractionComputesItsFormula(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	p, n := interaction(1)
	g := fullyConnected(rng, 5)
	g.receivers[3], g.senders[7] = g.senders[3], g.receivers[7] // not every node has the same edges
	for _, g := range []graph{g, fullyConnected(rng, 1), {}} {
		got := output(p, n, g)
		want := naive(p, g)
		if len(got) != len(want) {
			t.Fatalf("%d outputs, want %d", len(got), len(want))
		}
		for i, w := range want {
			if d := math.Abs(float64(got[i]) - w); !(d <= 1e-4*max(1, math.Abs(w))) {
				t.Errorf("output %d is %v, want %v", i, got[i], w)
			}
		}
	}
}

func TestGraphsLaidEndToEndDoNotMeet(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	p, n := interaction(2)
	a, b := fullyConnected(rng, 3), fullyConnected(rng, 4)
	both := graph{
		nodes: slices.Concat(a.nodes, b.nodes), edges: slices.Concat(a.edges, b.edges),
		receivers: slices.Clone(a.receivers), senders: slices.Clone(a.senders),
	}
	for i := range b.receivers {
		both.receivers, both.senders = append(both.receivers, 3+b.receivers[i]), append(both.senders, 3+b.senders[i])
	}
	want := slices.Concat(output(p, n, a), output(p, n, b))
	for i, got := range output(p, n, both) {
		if d := math.Abs(float64(got - want[i])); !(d <= 1e-5) {
			t.Errorf("output %d is %v together, %v apart", i, got, want[i])
		}
	}
}

func TestRenumberingNodesRenumbersOutputs(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	p, n := interaction(3)
	g := fullyConnected(rng, 5)
	order := rng.Perm(5) // node i becomes node order[i]
	moved := graph{nodes: make([]float32, len(g.nodes)), edges: g.edges}
	for i, to := range order {
		copy(moved.nodes[3*to:], g.nodes[3*i:3*i+3])
	}
	for i := range g.receivers {
		moved.receivers = append(moved.receivers, int32(order[g.receivers[i]]))
		moved.senders = append(moved.senders, int32(order[g.senders[i]]))
	}
	before, after := output(p, n, g), output(p, n, moved)
	for i, to := range order {
		for j := range 2 {
			if d := math.Abs(float64(before[2*i+j] - after[2*to+j])); !(d <= 1e-5) {
				t.Errorf("output %d of node %d is %v, %v as node %d", j, i, before[2*i+j], after[2*to+j], to)
			}
		}
	}
}

func TestInteractionStepAllocatesNothing(t *testing.T) {
	p, n := interaction(4)
	g := fullyConnected(rand.New(rand.NewPCG(4, 1)), 4)
	grad, target, tp := make([]float32, p.Len()), make([]float32, 8), tape.New()
	step := func() {
		tp.Reset()
		tp.Backward(tp.SquaredError(g.forward(p.Bind(tp, p.Data(), grad), n), target, nil))
	}
	step()
	if n := testing.AllocsPerRun(20, step); n != 0 {
		t.Errorf("a steady step allocates %v times", n)
	}
}
