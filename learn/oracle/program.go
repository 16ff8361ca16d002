package oracle

import (
	"fmt"
	"sync"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// graph builds an expression graph. After the first error every method returns
// nil and does nothing.
type graph struct {
	*G.ExprGraph
	places map[string]weight
	used   map[string]*G.Node
	order  []string // of used
	err    error
}

func (g *graph) fail(err error) *G.Node {
	if g.err == nil {
		g.err = err
	}
	return nil
}

func (g *graph) unary(op func(*G.Node) (*G.Node, error), x *G.Node) *G.Node {
	if g.err != nil {
		return nil
	}
	y, err := op(x)
	if err != nil {
		return g.fail(err)
	}
	return y
}

func (g *graph) binary(op func(a, b *G.Node) (*G.Node, error), a, b *G.Node) *G.Node {
	return g.unary(func(a *G.Node) (*G.Node, error) { return op(a, b) }, a)
}

func (g *graph) add(a, b *G.Node) *G.Node     { return g.binary(G.Add, a, b) }
func (g *graph) times(a, b *G.Node) *G.Node   { return g.binary(G.HadamardProd, a, b) }
func (g *graph) product(a, b *G.Node) *G.Node { return g.binary(G.Mul, a, b) }

func (g *graph) concat(a, b *G.Node) *G.Node {
	return g.binary(func(a, b *G.Node) (*G.Node, error) { return G.Concat(1, a, b) }, a, b)
}

func (g *graph) transpose(x *G.Node) *G.Node {
	return g.unary(func(x *G.Node) (*G.Node, error) { return G.Transpose(x) }, x)
}

func (g *graph) sum(x *G.Node) *G.Node {
	return g.unary(func(x *G.Node) (*G.Node, error) { return G.Sum(x) }, x)
}

// rows repeats row[1,c] once for every row of x.
func (g *graph) rows(row, x *G.Node) *G.Node {
	if g.err != nil {
		return nil
	}
	return g.product(g.constant(x.Shape()[0], 1, 1), row)
}

// constant returns a matrix whose elements all have one value.
func (g *graph) constant(rows, cols int, value float64) *G.Node {
	m := matrix(rows, cols)
	for i := range float64s(m) {
		float64s(m)[i] = value
	}
	return g.input(fmt.Sprintf("%v [%d,%d]", value, rows, cols), m)
}

func (g *graph) input(name string, m *tensor.Dense) *G.Node {
	return G.NewMatrix(g.ExprGraph, tensor.Float64, G.WithShape(m.Shape()...), G.WithName(name), G.WithValue(m))
}

// weight returns the named parameter.
func (g *graph) weight(name string) *G.Node {
	if w, ok := g.used[name]; ok {
		return w
	}
	place, ok := g.places[name]
	if !ok {
		return g.fail(fmt.Errorf("parameter %q is missing", name))
	}
	g.used[name] = g.input(name, matrix(place.rows, place.cols))
	g.order = append(g.order, name)
	return g.used[name]
}

// program is a network compiled for some number of nodes and edges.
type program struct {
	machine                                    G.VM
	nodes, edges, receive, send, target, scale *tensor.Dense
	weights                                    []programWeight
	output, loss                               G.Value // after a run
}

type programWeight struct {
	weight
	value    *tensor.Dense
	gradient G.Value // after a run
}

// compiling is held while a graph is built: Gorgonia keeps its constants in
// variables of the package and writes to them then.
var compiling sync.Mutex

func (n *Network) program(nodes, edges int) (*program, error) {
	key := [2]int{nodes, edges}
	if p := n.programs[key]; p != nil {
		return p, nil
	}
	compiling.Lock()
	defer compiling.Unlock()
	g := &graph{ExprGraph: G.NewGraph(), places: n.weights, used: map[string]*G.Node{}}
	// A network without edges gets one that begins and ends nowhere.
	edges = max(edges, 1)
	p := &program{
		nodes: matrix(nodes, n.node), edges: matrix(edges, max(n.edge, 1)),
		receive: matrix(edges, nodes), send: matrix(edges, nodes),
		target: matrix(nodes, n.out), scale: matrix(nodes, n.out),
	}
	in := inputs{
		nodes: g.input("nodes", p.nodes), edges: g.input("edges", p.edges),
		receive: g.input("receive", p.receive), send: g.input("send", p.send),
		target: g.input("target", p.target), scale: g.input("scale", p.scale),
	}
	for i := range float64s(p.scale) {
		float64s(p.scale)[i] = 1
		if n.loss.Scale != nil {
			float64s(p.scale)[i] = float64(n.loss.Scale[i%n.out])
		}
	}
	output := n.build.output(g, in)
	loss := n.loss.sum(g, output, in)
	if g.err != nil {
		return nil, g.err
	}
	var parameters G.Nodes
	for _, name := range g.order {
		parameters = append(parameters, g.used[name])
	}
	gradients, err := G.Grad(loss, parameters...)
	if err != nil {
		return nil, err
	}
	p.weights = make([]programWeight, len(parameters))
	for i, name := range g.order {
		w := &p.weights[i]
		w.weight, w.value = n.weights[name], parameters[i].Value().(*tensor.Dense)
		G.Read(gradients[i], &w.gradient)
	}
	G.Read(output, &p.output)
	G.Read(loss, &p.loss)
	p.machine = G.NewTapeMachine(g.ExprGraph)
	n.programs[key] = p
	return p, nil
}

// run computes output, loss and gradients.
func (n *Network) run(weights []float32, batch Batch) (*program, error) {
	if err := n.check(weights, batch); err != nil {
		return nil, err
	}
	nodes := len(batch.Nodes) / n.node
	p, err := n.program(nodes, len(batch.Receivers))
	if err != nil {
		return nil, fmt.Errorf("oracle: %w", err)
	}
	set(p.nodes, batch.Nodes)
	set(p.edges, batch.Edges)
	set(p.target, batch.Target)
	setIncidence(p.receive, batch.Receivers, nodes)
	setIncidence(p.send, batch.Senders, nodes)
	for _, w := range p.weights {
		set(w.value, weights[w.from:][:w.rows*w.cols])
	}
	p.machine.Reset()
	if err := p.machine.RunAll(); err != nil {
		return nil, fmt.Errorf("oracle: %w", err)
	}
	return p, nil
}

func matrix(rows, cols int) *tensor.Dense {
	return tensor.New(tensor.WithShape(rows, cols), tensor.Of(tensor.Float64))
}

func set(m *tensor.Dense, data []float32) {
	values := float64s(m)
	for i, v := range data {
		values[i] = float64(v)
	}
}

func setIncidence(m *tensor.Dense, index []int32, nodes int) {
	values := float64s(m)
	clear(values)
	for e, i := range index {
		values[e*nodes+int(i)] = 1
	}
}

// float64s returns the elements of a matrix, or the scalar alone.
func float64s(v G.Value) []float64 {
	switch data := v.Data().(type) {
	case []float64:
		return data
	case float64:
		return []float64{data}
	}
	panic("oracle: a value of Gorgonia is not float64")
}

func float32s(v G.Value) []float32 {
	values := float64s(v)
	out := make([]float32, len(values))
	for i, x := range values {
		out[i] = float32(x)
	}
	return out
}
