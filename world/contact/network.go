package contact

import (
	"orrery/learn/nn"
	"orrery/learn/tape"
	"orrery/sim"
)

// network is the two small networks and the parameters they share a slice of.
type network struct {
	config     Config
	params     *nn.Params
	impulse    *nn.MLP
	correction *nn.MLP
}

// A fresh network answers almost the same everywhere: push, but less than needed,
// against what approaches and what overlaps. Learning then begins by pushing more.
// Where nothing pushes there is no gradient, so networks that began by pushing too
// much, or at random, sometimes shrank back to nothing and stayed there.
const (
	lastScale = 0.01 // of the last layer's weights
	firstPush = 0.1  // answer to approaching, of at most 1
	firstLift = 0.01 // answer to overlapping
)

func newNetwork(config Config, seed uint64) *network {
	n := &network{config: config, params: nn.NewParams()}
	rng := sim.NewRand(seed, "contact weights", 0)
	h, c := config.Hidden, config.CorrectionHidden
	n.impulse = nn.NewMLP(n.params, "impulse", []int{seeSize, h, h, gains}, tape.ReLU, rng, lastScale)
	n.correction = nn.NewMLP(n.params, "correction", []int{seeDepthSize, c, c, correctionGains}, tape.ReLU, rng, lastScale)
	n.params.Slice("impulse.2.bias")[gainNormal] = -firstPush
	correction := n.params.Slice("correction.2.bias")
	correction[gainDepth], correction[gainParting] = firstLift, -firstPush
	return n
}

// runner records the network on a tape. It owns the operations it hands to the
// tape, so that running again allocates nothing.
type runner struct {
	net     *network
	tape    *tape.Tape
	weights nn.Bound
	bound   tape.Mark // behind the weights
	reads   pool[readOp]
	applies pool[applyOp]
	sees    pool[seeOp]
	steps   pool[stepOp]
	depths  pool[seeDepthOp]
	lifts   pool[liftOp]
	colours []colourState
	zeros   []float32
}

// colourState is what the sweeps remember of the edges of one colour.
type colourState struct {
	edges                    []edge
	before, initial, impulse tape.Value // [e, 2]
}

// pool hands out the same objects again after reset.
type pool[T any] struct {
	items []*T
	used  int
}

func (p *pool[T]) take() *T {
	if p.used == len(p.items) {
		p.items = append(p.items, new(T))
	}
	p.used++
	return p.items[p.used-1]
}

func newRunner(net *network) *runner {
	return &runner{net: net, tape: tape.New()}
}

// bind fixes the weights that the following records use. Gradients are added to
// grad by the tape's Backward; nil means none are wanted.
func (r *runner) bind(weights, grad []float32) {
	r.tape.Reset()
	r.weights = r.net.params.Bind(r.tape, weights, grad)
	r.bound = r.tape.Mark()
	r.start()
}

// start begins a new record with the weights bound last.
func (r *runner) start() {
	r.tape.Rewind(r.bound)
	r.reads.used, r.applies.used, r.sees.used = 0, 0, 0
	r.steps.used, r.depths.used, r.lifts.used = 0, 0, 0
}

// split prepares the colours of g with no impulse yet.
func (r *runner) split(g *graph) {
	if n := 2 * len(g.edges); n > len(r.zeros) {
		r.zeros = make([]float32, n)
	}
	r.colours = r.colours[:0]
	for c := range len(g.colour) - 1 {
		edges := g.edges[g.colour[c]:g.colour[c+1]]
		none := r.tape.Input(len(edges), 2, r.zeros[:2*len(edges)])
		r.colours = append(r.colours, colourState{edges: edges, impulse: none})
	}
}

func (r *runner) read(edges []edge, v tape.Value) tape.Value {
	op := r.reads.take()
	op.edges = edges
	return r.tape.Apply(op, len(edges), 2, v)
}

// apply adds to v what the impulses of c gained over old.
func (r *runner) apply(c *colourState, v, old tape.Value) tape.Value {
	op := r.applies.take()
	op.edges = c.edges
	return r.tape.Apply(op, r.tape.Matrix(v).Rows, 3, v, old, c.impulse)
}

// impulses returns the velocities [n, 3] after the contacts of g: before are the
// velocities at the start of the frame, v those after the outside forces.
func (r *runner) impulses(g *graph, before, v tape.Value) tape.Value {
	r.split(g)
	for i := range r.colours {
		c := &r.colours[i]
		c.before = r.read(c.edges, before)
		c.initial = r.read(c.edges, v)
	}
	for round := range r.net.config.Rounds {
		for i := range r.colours {
			c := &r.colours[i]
			u := r.read(c.edges, v)
			see := r.sees.take()
			see.edges, see.round = c.edges, float32(round)/float32(r.net.config.Rounds)
			x := r.tape.Apply(see, len(c.edges), seeSize, c.before, c.initial, u, c.impulse)
			answer := r.tape.Activate(r.net.impulse.Forward(r.weights, x), tape.Tanh)
			step, old := r.steps.take(), c.impulse
			step.edges = c.edges
			c.impulse = r.tape.Apply(step, len(c.edges), 2, answer, c.before, c.initial, u, old)
			v = r.apply(c, v, old)
		}
	}
	return v
}

// corrections returns the pseudo-velocities [n, 3] that part the overlaps of g.
func (r *runner) corrections(g *graph, v tape.Value) tape.Value {
	r.split(g)
	for round := range r.net.config.CorrectionRounds {
		for i := range r.colours {
			c := &r.colours[i]
			u := r.read(c.edges, v)
			see := r.depths.take()
			see.edges, see.round = c.edges, float32(round)/float32(r.net.config.CorrectionRounds)
			x := r.tape.Apply(see, len(c.edges), seeDepthSize, u, c.impulse)
			answer := r.tape.Activate(r.net.correction.Forward(r.weights, x), tape.Tanh)
			lift, old := r.lifts.take(), c.impulse
			lift.edges, lift.frameTime = c.edges, float32(r.net.config.Flight.FrameTime)
			c.impulse = r.tape.Apply(lift, len(c.edges), 2, answer, u, old)
			v = r.apply(c, v, old)
		}
	}
	return v
}
