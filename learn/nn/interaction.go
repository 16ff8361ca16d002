package nn

import (
	"fmt"
	"math"
	"math/rand/v2"

	"orrery/learn/tape"
)

// InteractionSizes fixes an interaction network besides its weights.
type InteractionSizes struct {
	Node, Edge int // numbers of features of a node and of an edge
	Hidden     int // width of everything between encoders and decoder
	Rounds     int // number of rounds in which messages are passed, each with weights of its own
	Out        int // number of outputs per node
	Activation tape.Activation
}

// Interaction is an interaction network (Battaglia et al. 2016, arXiv:1612.00222)
// with residual updates and layer normalisation, as graph network simulators have
// it (Sanchez-Gonzalez et al. 2020, arXiv:2002.09405). With h for nodes and e for
// edges, it computes
//
//	h = encode(nodes)
//	e = encode(edges)
//	in every round:
//		e += norm(mlp(e beside h[sender] beside h[receiver]))
//		h += norm(mlp(h beside Σ of the e that arrive))
//	decode(h)
//
// where encode and decode are linear and an mlp has two hidden layers. The first
// layer of an edge's mlp is kept as three matrices, so that the two that meet h
// are applied once per node and not once per edge. In the first round the third meets
// edges that were only encoded: both are one matrix then, of the size of the encoder.
type Interaction struct {
	sizes                          InteractionSizes
	encodeNode, encodeEdge, decode Linear
	rounds                         []interactionRound
}

type interactionRound struct {
	edgeFirst          edgeLinear
	edgeRest, node     *MLP
	edgeNorm, nodeNorm LayerNorm
}

// NewInteraction adds the network's parameters to p: name.node and name.edge (the
// encoders), name.decode, and for round i from 0 name.i.edge.first, name.i.edge,
// name.i.edge.norm, name.i.node and name.i.node.norm. The shapes are those of
// Linear, MLP and LayerNorm; first has weight, send and receive [hidden,hidden]
// and bias [1,hidden].
func NewInteraction(p *Params, name string, sizes InteractionSizes, rng *rand.Rand) *Interaction {
	h, act := sizes.Hidden, sizes.Activation
	n := &Interaction{
		sizes:      sizes,
		encodeNode: NewLinear(p, name+".node", sizes.Node, h, tape.None, rng, 1),
		encodeEdge: NewLinear(p, name+".edge", sizes.Edge, h, tape.None, rng, 1),
		rounds:     make([]interactionRound, sizes.Rounds),
	}
	for i := range n.rounds {
		edge, node := fmt.Sprintf("%s.%d.edge", name, i), fmt.Sprintf("%s.%d.node", name, i)
		n.rounds[i] = interactionRound{
			edgeFirst: newEdgeLinear(p, edge+".first", h, act, rng),
			edgeRest:  NewMLP(p, edge, []int{h, h, h}, act, rng, 1),
			edgeNorm:  NewLayerNorm(p, edge+".norm", h),
			node:      NewMLP(p, node, []int{2 * h, h, h, h}, act, rng, 1),
			nodeNorm:  NewLayerNorm(p, node+".norm", h),
		}
	}
	n.decode = NewLinear(p, name+".decode", h, sizes.Out, tape.None, rng, 1)
	return n
}

// Forward returns the network's output [n,out] for nodes [n,node] and edges
// [e,edge], of which edge i goes from row senders[i] to row receivers[i] of the
// nodes. Several graphs laid end to end are one graph.
func (n *Interaction) Forward(b Bound, nodes, edges tape.Value, receivers, senders []int32) tape.Value {
	h, e := n.encodeNode.Forward(b, nodes), n.encodeEdge.Forward(b, edges)
	first := n.firstEdges(b)
	for i := range n.rounds {
		send, receive := n.rounds[i].edgeFirst.ends(b, h)
		h, e = n.round(b, i, first, edges, h, e, send, receive, receivers, senders)
	}
	return n.decode.Forward(b, h)
}

// weightAndBias are those of a linear layer.
type weightAndBias struct{ weight, bias tape.Value }

// firstEdges returns the encoder of edges and the layer of the first round that meets them as one layer.
func (n *Interaction) firstEdges(b Bound) (l weightAndBias) {
	if len(n.rounds) > 0 {
		weight, bias := b.Value(n.rounds[0].edgeFirst.weight), b.Value(n.rounds[0].edgeFirst.bias)
		l.weight = b.Tape.MatMul(b.Value(n.encodeEdge.weight), weight)
		l.bias = b.Tape.Linear(b.Value(n.encodeEdge.bias), weight, bias, tape.None)
	}
	return l
}

// round returns h and e after round i, given edges as they were before they were encoded and what the nodes at either end
// contribute to them: send has a row for each that senders name, and receive for each that receivers name, as h has.
func (n *Interaction) round(b Bound, i int, first weightAndBias, edges, h, e, send, receive tape.Value, receivers, senders []int32) (nodesAfter, edgesAfter tape.Value) {
	r, t := &n.rounds[i], b.Tape
	x, l := e, weightAndBias{b.Value(r.edgeFirst.weight), b.Value(r.edgeFirst.bias)}
	if i == 0 {
		x, l = edges, first
	}
	message := r.edgeRest.Forward(b, t.LinearEdges(x, l.weight, l.bias, send, receive, senders, receivers, r.edgeFirst.act))
	e = r.edgeNorm.addTo(b, e, message)
	arrived := t.ScatterAdd(e, receivers, t.Matrix(h).Rows)
	update := r.node.Forward(b, t.Concat(h, arrived))
	return r.nodeNorm.addTo(b, h, update), e
}

// edgeLinear is the layer act(e·weight + h[sender]·send + h[receiver]·receive + bias).
type edgeLinear struct {
	weight, send, receive, bias Index
	act                         tape.Activation
}

func newEdgeLinear(p *Params, name string, size int, act tape.Activation, rng *rand.Rand) edgeLinear {
	third := FanIn(hiddenGain(act) / float32(math.Sqrt(3))) // three products make one sum
	return edgeLinear{
		weight:  p.Add(name+".weight", size, size, third, rng),
		send:    p.Add(name+".send", size, size, third, rng),
		receive: p.Add(name+".receive", size, size, third, rng),
		bias:    p.Add(name+".bias", 1, size, Zeros, nil),
		act:     act,
	}
}

// ends returns what the nodes h contribute to the edges that begin and end there.
func (l edgeLinear) ends(b Bound, h tape.Value) (send, receive tape.Value) {
	return b.Tape.MatMul(h, b.Value(l.send)), b.Tape.MatMul(h, b.Value(l.receive))
}
