package contact

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"orrery/learn/kernel"
	"orrery/learn/nn"
	"orrery/learn/tape"
	"orrery/sim"
)

// network is the small networks of a model and the parameters they share a slice
// of.
type network struct {
	config     Config
	phases     []phase // of a step
	skin       float64 // m, the thickest of any shape
	params     *nn.Params
	impulse    *nn.MLP
	correction *nn.MLP
	ties       nn.Index  // [joint kinds, tieGains]
	fields     []*nn.MLP // one for each kind of field
	hits       []*nn.MLP // of impacts, whose mean counts
}

// A fresh network answers almost the same everywhere: push, but less than needed,
// against what approaches and what overlaps. Learning then begins by pushing more.
// Where nothing pushes there is no gradient, so networks that began by pushing too
// much, or at random, sometimes shrank back to nothing and stayed there.
const (
	lastScale = 0.01  // of the last layer's weights
	firstHits = 0.1   // likewise of networks of impacts, which are to differ
	firstPush = -0.5  // answer to approaching: half of it is stopped at a visit
	firstLift = 0.1   // answer to overlapping
	sureLift  = 1.5   // likewise where nothing will teach it: half of an overlap is undone in a step
	firstGive = -0.15 // answer to what met before: it parts a little, since at rest there is no gradient
	firstHold = 0.1   // answer to sliding: above nothing, where gradients live
	firstTie  = 0.5   // share of a joint's relative velocity that is undone at a visit
	firstBack = 0.05  // share of a joint's error that is undone in a step
)

func newNetwork(config Config, seed uint64) *network {
	n := &network{config: config, phases: phasesOf(config.Flight.Order), params: nn.NewParams()}
	for _, kind := range sim.Kinds[sim.ShapeKind]() {
		n.skin = max(n.skin, *config.Touch.Skin.Of(kind))
	}
	rng := sim.NewRand(seed, "contact weights", 0)
	mlp := func(name string, in, hidden, out int) *nn.MLP {
		return nn.NewMLP(n.params, name, []int{in, hidden, hidden, out}, tape.ReLU, rng, lastScale)
	}
	n.impulse = mlp("impulse", seeSize, config.Hidden, n.answers())
	n.correction = mlp("correction", seeDepthSize, config.CorrectionHidden, correctionGains)
	n.ties = n.params.Add("joints", len(config.Joints), tieGains, nn.Zeros, rng)
	for _, kind := range config.Fields {
		n.fields = append(n.fields, mlp("field."+string(kind), seeFieldSize, config.FieldHidden, fieldGains))
	}
	for k := range config.Hits.Members {
		n.hits = append(n.hits, nn.NewMLP(n.params, fmt.Sprintf("hits.%d", k), []int{seeHitSize, config.Hits.Hidden, config.Hits.Hidden, hitAnswers}, tape.Tanh, rng, firstHits))
	}
	impulse, correction := n.params.Slice("impulse.2.bias"), n.params.Slice("correction.2.bias")
	impulse[gainNormal], impulse[gainTangent] = firstPush, firstPush
	correction[gainDepth], correction[gainParting] = firstLift, firstPush
	if config.Late {
		impulse[gainBounce] = firstGive
	}
	if config.Hold {
		impulse[gainHold] = firstHold
	}
	if config.timeless() {
		correction[gainDepth] = sureLift
	}
	ties := n.params.Slice("joints")
	for i := 0; i < len(ties); i += tieGains {
		ties[i+gainRate], ties[i+gainOff] = -firstTie, -firstBack
	}
	return n
}

// answers returns how many numbers the impulse network says of a point.
func (n *network) answers() int {
	if n.config.Hold {
		return wideGains
	}
	return gains
}

// glide returns the phases round the k-th, which moves or forces, in which bodies fly
// freely. Without impacts, or where no phase between them moves, that is the k-th alone.
func (n *network) glide(k int) (from, to int) {
	if n.config.Impacts {
		free := func(i int) bool { return n.phases[i] == move || n.phases[i] == force }
		from, to = k, k+1
		for from > 0 && free(from-1) {
			from--
		}
		for to < len(n.phases) && free(to) {
			to++
		}
		if slices.Contains(n.phases[from:to], move) {
			return from, to
		}
	}
	return k, k + 1
}

// runner records the networks on a tape. It owns the operations it hands to the
// tape, so that running again allocates nothing.
type runner struct {
	net     *network
	tape    *tape.Tape
	weights nn.Bound
	bound   tape.Mark // behind the weights
	learn   bool      // operations remember what their backward pass needs

	impulse, correction *nn.Frozen // the networks with the weights bound last, unless these are learned

	sees    pool[seeOp]
	sweeps  pool[sweepOp]
	depths  pool[seeDepthOp]
	lifts   pool[liftOp]
	views   pool[seeFieldOp]
	pulls   pool[pullOp]
	follows pool[followOp]
	shares  pool[shareOp]
	hitSees pool[seeHitOp]
	hits    pool[hitOp]
	graphs  pool[graph]
	rows    pool[[]float32]
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
	r.learn = grad != nil
	r.tape.Reset()
	r.weights = r.net.params.Bind(r.tape, weights, grad)
	r.bound = r.tape.Mark()
	if r.learn {
		r.impulse, r.correction = nil, nil
	} else {
		r.impulse = r.net.impulse.Freeze(r.net.params, weights, r.impulse)
		r.correction = r.net.correction.Freeze(r.net.params, weights, r.correction)
	}
	r.start()
}

// answer returns what a network says to x, between ±1.
func (r *runner) answer(net *nn.MLP, x tape.Value) tape.Value {
	return r.tape.Activate(net.Forward(r.weights, x), tape.Tanh)
}

// matrix returns one of undefined content that lasts until the next start, beside the tape.
func (r *runner) matrix(rows, cols int) tape.Matrix {
	data := r.rows.take()
	*data = resizeDirty(*data, rows*cols)
	return tape.Matrix{Rows: rows, Cols: cols, Data: *data}
}

// frozen is answer where nothing is learned.
func (r *runner) frozen(net *nn.Frozen, x tape.Matrix, answers int) tape.Matrix {
	out := r.matrix(x.Rows, answers)
	net.Forward(out.Data, x.Data, x.Rows)
	kernel.Activate(out.Data, out.Data, kernel.Tanh)
	return out
}

// start begins a new record with the weights bound last.
func (r *runner) start() {
	r.tape.Rewind(r.bound)
	r.sees.used, r.sweeps.used, r.depths.used, r.lifts.used = 0, 0, 0, 0
	r.views.used, r.pulls.used, r.follows.used, r.shares.used, r.hitSees.used, r.hits.used, r.graphs.used, r.rows.used = 0, 0, 0, 0, 0, 0, 0, 0
}

// settle returns the velocities [n, 3] after the edges and ties of g, and the sweeps
// that led to them: first is what the edges begin with, before are the velocities
// before outside forces, v those after.
func (r *runner) settle(g *graph, first []impulse, before, v tape.Value) (tape.Value, *sweepOp) {
	see, sweep := r.sees.take(), r.sweeps.take()
	see.edges = g.edges
	sweep.graph, sweep.first, sweep.rounds, sweep.record = g, first, r.net.config.Rounds, r.learn
	if !r.learn { // the tape need not know how it came to be
		x, start := r.matrix(len(g.edges), seeSize), [2]tape.Matrix{r.tape.Matrix(before), r.tape.Matrix(v)}
		see.Forward(x, start[:])
		out := r.matrix(start[1].Rows, 3)
		sweep.Forward(out, []tape.Matrix{r.frozen(r.impulse, x, r.net.answers()), start[0], start[1], r.tape.Matrix(r.weights.Value(r.net.ties))})
		return r.tape.Input(out.Rows, 3, out.Data), sweep
	}
	x := r.tape.Apply(see, len(g.edges), seeSize, before, v)
	answer := r.answer(r.net.impulse, x)
	return r.tape.Apply(sweep, r.tape.Matrix(v).Rows, 3, answer, before, v, r.weights.Value(r.net.ties)), sweep
}

// hit returns the velocities [n, 3] after the impacts at the edges of g, as a member of the networks of
// impacts says.
func (r *runner) hit(g *graph, member int, v tape.Value) tape.Value {
	see, op := r.hitSees.take(), r.hits.take()
	see.graph, see.speed = g, float32(r.net.config.Hits.Speed)
	x := r.tape.Apply(see, g.looks(), seeHitSize, v)
	op.graph, op.rounds, op.record = g, r.net.config.Rounds, r.learn
	return r.tape.Apply(op, r.tape.Matrix(v).Rows, 3, r.net.hits[member].Forward(r.weights, x), v)
}

// collide returns the velocities [n, 3] after the impacts at the edges of g: by the mean of the networks of
// impacts or, without any, by the law of contacts. The mean of laws that add no energy adds none.
func (r *runner) collide(g *graph, v tape.Value) tape.Value {
	if len(r.net.hits) == 0 {
		v, _ = r.settle(g, nil, v, v)
		return v
	}
	sum := r.hit(g, 0, v)
	for k := 1; k < len(r.net.hits); k++ {
		sum = r.tape.Add(sum, r.hit(g, k, v))
	}
	return r.tape.Scale(sum, 1/float32(len(r.net.hits)))
}

// part returns the pseudo-velocities [n, 3] that part the overlaps of g.
func (r *runner) part(g *graph, n int, time float64) tape.Value {
	see, lift := r.depths.take(), r.lifts.take()
	see.edges = g.edges
	lift.graph, lift.rounds, lift.time, lift.record = g, r.net.config.CorrectionRounds, float32(time), r.learn
	if !r.learn {
		x, out := r.matrix(len(g.edges), seeDepthSize), r.matrix(n, 3)
		see.Forward(x, nil)
		lift.Forward(out, []tape.Matrix{r.frozen(r.correction, x, correctionGains)})
		return r.tape.Input(n, 3, out.Data)
	}
	x := r.tape.Apply(see, len(g.edges), seeDepthSize)
	answer := r.answer(r.net.correction, x)
	return r.tape.Apply(lift, n, 3, answer)
}

// pull returns the velocities [n, 3] after the fields of g, all of one kind.
func (r *runner) pull(g *graph, kind int, v tape.Value) tape.Value {
	see, pull := r.views.take(), r.pulls.take()
	see.pulls, pull.pulls = g.pulls, g.pulls
	x := r.tape.Apply(see, len(g.pulls), seeFieldSize)
	answer := r.tape.Activate(r.net.fields[kind].Forward(r.weights, x), tape.Tanh)
	return r.tape.Apply(pull, r.tape.Matrix(v).Rows, 3, answer, v)
}

// Plain returns a model of which every answer is a plain law: Newton's with the elasticity of the scene and Coulomb's with its
// friction, and a tenth of an overlap beyond the slop parted in a step. It needs no training.
func Plain(config Config) (*Model, error) {
	m, err := New(config, 1)
	if err != nil {
		return nil, err
	}
	weights := m.Weights()
	for i := range nn.Index(weights.Count()) {
		if name := weights.Name(i); strings.HasPrefix(name, "impulse") || strings.HasPrefix(name, "correction") {
			clear(weights.Slice(name))
		}
	}
	// answers are hyperbolic tangents of these, and count three times
	weights.Slice("impulse.2.bias")[0] = float32(math.Atanh(-1.0 / 3)) // of the elasticity
	copy(weights.Slice("correction.2.bias"), []float32{float32(math.Atanh(1.0 / 3)), float32(math.Atanh(-0.1))})
	return m, nil
}
