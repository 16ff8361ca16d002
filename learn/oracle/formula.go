package oracle

import (
	"fmt"

	"orrery/learn/tape"

	G "gorgonia.org/gorgonia"
)

// builder is the formula of a network: its output from its inputs.
type builder interface {
	output(g *graph, in inputs) *G.Node
}

// inputs are the matrices of a batch. An incidence matrix has a row for every
// edge, with a one in the column of a node and zeros elsewhere, so that
// receive·h gathers and receiveᵀ·e adds up what arrives.
type inputs struct {
	nodes, edges, receive, send, target, scale *G.Node
}

type mlp struct {
	layers int
	act    tape.Activation
}

func (m mlp) output(g *graph, in inputs) *G.Node { return g.mlp("", m.layers, m.act, in.nodes) }

type interaction struct {
	rounds int
	act    tape.Activation
}

func (n interaction) output(g *graph, in inputs) *G.Node {
	h, e := g.linear("node", in.nodes), g.linear("edge", in.edges)
	arrive := g.transpose(in.receive)
	for i := range n.rounds {
		edge, node := fmt.Sprintf("%d.edge", i), fmt.Sprintf("%d.node", i)
		first := edge + ".first"
		message := g.bias(first, g.add(
			g.product(e, g.weight(first+".weight")),
			g.add(
				g.product(g.product(in.send, h), g.weight(first+".send")),
				g.product(g.product(in.receive, h), g.weight(first+".receive")))))
		message = g.mlp(edge+".", 2, n.act, g.activate(message, n.act))
		e = g.add(e, g.layerNorm(edge+".norm", message))
		update := g.mlp(node+".", 3, n.act, g.concat(h, g.product(arrive, e)))
		h = g.add(h, g.layerNorm(node+".norm", update))
	}
	return g.linear("decode", h)
}

func (g *graph) linear(name string, x *G.Node) *G.Node {
	return g.bias(name, g.product(x, g.weight(name+".weight")))
}

func (g *graph) bias(name string, x *G.Node) *G.Node {
	return g.add(x, g.rows(g.weight(name+".bias"), x))
}

func (g *graph) mlp(prefix string, layers int, act tape.Activation, x *G.Node) *G.Node {
	for i := range layers {
		x = g.linear(fmt.Sprintf("%s%d", prefix, i), x)
		if i < layers-1 {
			x = g.activate(x, act)
		}
	}
	return x
}

// activate multiplies by σ(x) for SiLU and by the step function for ReLU.
func (g *graph) activate(x *G.Node, act tape.Activation) *G.Node {
	switch act {
	case tape.None:
		return x
	case tape.ReLU:
		return g.unary(G.Rectify, x)
	case tape.SiLU:
		return g.times(x, g.unary(G.Sigmoid, x))
	case tape.Tanh:
		return g.unary(G.Tanh, x)
	}
	return g.fail(fmt.Errorf("unknown activation %d", act))
}

// layerNorm takes means along rows by a product with a matrix of 1/n.
func (g *graph) layerNorm(name string, x *G.Node) *G.Node {
	if g.err != nil {
		return nil
	}
	n := x.Shape()[1]
	average := g.constant(n, n, 1/float64(n))
	d := g.binary(G.Sub, x, g.product(x, average))
	variance := g.product(g.times(d, d), average)
	deviation := g.unary(G.Sqrt, g.add(variance, g.constant(x.Shape()[0], n, 1e-5)))
	unit := g.binary(G.HadamardDiv, d, deviation)
	return g.bias(name, g.times(unit, g.rows(g.weight(name+".gain"), x)))
}

// sum returns the loss.
func (l Loss) sum(g *graph, output *G.Node, in inputs) *G.Node {
	d := g.times(in.scale, g.binary(G.Sub, output, in.target))
	if l.Beta == 0 {
		return g.sum(g.times(d, d))
	}
	// Inside ±beta let c be d, beyond it the nearer end: then c·(2d−c)/(2·beta) is
	// d²/(2·beta) inside and |d|−beta/2 beyond.
	if g.err != nil {
		return nil
	}
	rows, cols := d.Shape()[0], d.Shape()[1]
	beta := g.constant(rows, cols, l.Beta)
	above := g.unary(G.Rectify, g.binary(G.Sub, d, beta))
	below := g.unary(G.Rectify, g.binary(G.Sub, g.unary(G.Neg, d), beta))
	c := g.add(g.binary(G.Sub, d, above), below)
	twice := g.binary(G.Sub, g.add(d, d), c)
	return g.sum(g.times(g.times(c, twice), g.constant(rows, cols, 0.5/l.Beta)))
}
