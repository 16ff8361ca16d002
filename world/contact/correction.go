package contact

import (
	"math"

	"orrery/learn/tape"
	"orrery/world/lanes"
)

// Position correction: overlapping bodies are pushed apart by pseudo-velocities
// that move them for one step and are then forgotten. It has the shape of the
// impulse network but acts along the normal only.

// Columns of the correction network's input.
const (
	seeDepthCoarse = iota
	seeDepthFine
	seeCrowd
	seeDepthSize
)

// Gains of a correction.
const (
	gainDepth   = iota // the speed that would undo a share of the overlap in one step
	gainLift           // a small constant speed
	gainParting        // normal pseudo-velocity now: 0 stops it at a visit
	correctionGains
)

// Scales of the inputs; see the note on those of the impulse network.
const (
	depthCoarse     = 0.01  // m
	depthFine       = 0.001 // m
	depthBound      = 3     // overlaps deeper than this many scales look alike
	correctionSpeed = 0.02  // m/s, the constant speed of gainLift
	correctionShare = 0.1   // of an overlap, undone per unit of gainDepth; keeps that gain near 1
	correctionReach = 5     // m/s, the most that an overlap asks for
	liftCorner      = 0.001 // m/s; a body that this moves for a frame of 1/60 s goes 0.02 mm
)

// seeDepthOp gathers what the correction network is shown of each edge
// [e, seeDepthSize].
type seeDepthOp struct{ edges []edge }

func (op *seeDepthOp) Forward(out tape.Matrix, _ []tape.Matrix) {
	for i := range op.edges {
		e := &op.edges[i]
		x := (*[seeDepthSize]float32)(out.Data[seeDepthSize*i:])
		x[seeDepthCoarse] = max(e.gap/depthCoarse, -depthBound)
		x[seeDepthFine] = max(e.gap/depthFine, -depthBound)
		x[seeCrowd] = e.busy / busyScale
	}
}

func (op *seeDepthOp) Backward(_, _ tape.Matrix, _, _ []tape.Matrix) {}

// liftOp sweeps over the edges of a graph as sweepOp does: at each visit the
// correction j becomes soft(j + start + parting·u), where start comes from the
// overlap and u is the pseudo-velocity at which the bodies part. From the network's
// answers [e, correctionGains], each within ±1, it gives the pseudo-velocities [n, 3].
type liftOp struct {
	graph   *graph
	rounds  int
	time    float32 // s, of a step
	record  bool
	lifts   []float32
	spots   spots
	few     groups[fewOverlaps]
	visits  []visit
	settled []int     // as of sweepOp
	v, y    []float32 // velocities and answers, while scenes settle

	dv, dLift []float32 // gradients that Backward carries back in time
}

// depthSpeed is the speed, in m/s, that gainDepth multiplies.
func (op *liftOp) depthSpeed(e *edge) float32 {
	return min(-correctionShare*e.gap/op.time, correctionReach)
}

func (op *liftOp) start(e *edge, y *[correctionGains]float32) float32 {
	return gainBound * (y[gainDepth]*op.depthSpeed(e) + y[gainLift]*correctionSpeed)
}

func (op *liftOp) Forward(out tape.Matrix, in []tape.Matrix) {
	y, v := in[0].Data, out.Data
	clear(v)
	g := op.graph
	op.lifts = resize(op.lifts, len(g.edges))
	op.visits, op.settled = op.visits[:0], resize(op.settled, len(g.scenes))
	op.v, op.y = v, y
	op.few.reset()
	g.settle(op, v, &op.spots, false, op.record)
}

// sweepAll does all rounds over the edges from…to, to excluded.
func (op *liftOp) sweepAll(v, y []float32, from, to int) (rounds int) {
	for change := float32(1); change > settledChange && rounds < op.rounds; rounds++ {
		change = op.sweep(v, y, from, to)
	}
	return rounds
}

// alone implements sweeper.
func (op *liftOp) alone(k int, from, to extent) {
	op.settled[k] = op.sweepAll(op.v, op.y, from.edges, to.edges)
}

// abreast implements sweeper.
func (op *liftOp) abreast(k, from, to int) {
	f, fresh := op.few.of(to - from)
	if fresh {
		f.scenes = f.scenes[:0]
	}
	if f.fill(op, op.y, k, from, to); len(f.scenes) == wide {
		f.run(op, op.v)
	}
}

// flush implements sweeper.
func (op *liftOp) flush() {
	for _, f := range op.few.open {
		if f != nil && len(f.scenes) > 0 {
			f.run(op, op.v)
		}
	}
}

// crowd implements sweeper.
func (op *liftOp) crowd(k, from, to int) {
	all := op.spots.all
	for i := from; i < to; i++ {
		e, yi, p := &op.graph.edges[i], (*[correctionGains]float32)(op.y[correctionGains*i:]), &all[i]
		p.place(e, len(op.v)/3)
		p.start[0], p.own[0], p.j[0], p.most = op.start(e, yi), relaxed(yi[gainParting]), 0, roundCorner
	}
	op.settled[k] = lanes.PartSpots(&op.spots.v[0], &all[from].x[0], to-from, op.rounds, settledChange)
	for i := from; i < to; i++ {
		op.lifts[i] = all[i].j[0]
	}
}

func (op *liftOp) sweep(v, y []float32, from, to int) (change float32) {
	for i := from; i < to; i++ {
		e, yi := &op.graph.edges[i], (*[correctionGains]float32)(y[correctionGains*i:])
		a, b := row(v, e.a), row(v, e.b)
		u, j := e.axis[0].read(a, b), op.lifts[i]
		if op.record {
			op.visits = append(op.visits, visit{un: u, jn: j})
		}
		next, _ := soft(j + op.start(e, yi) + relaxed(yi[gainParting])*u)
		op.lifts[i] = next
		e.part(v, next-j)
		change = larger(change, (next-j)*(next-j))
	}
	return change
}

// roundCorner is what rounds the corner of soft, in (m/s)².
const roundCorner = 4 * liftCorner * liftCorner

// soft is max(lift, 0) with its corner rounded over a few liftCorner, and its
// slope. With a sharp corner a network that overshoots, and asks for no correction
// anywhere, has no gradient and stays there; some seeds did.
func soft(lift float32) (y, slope float32) {
	root := float32(math.Sqrt(float64(lift*lift + roundCorner)))
	return (lift + root) / 2, (1 + lift/root) / 2
}

func (op *liftOp) Backward(_, outGrad tape.Matrix, in, inGrad []tape.Matrix) {
	g, y, dy := op.graph, in[0].Data, inGrad[0].Data
	if dy == nil {
		return
	}
	op.dv, op.dLift = append(op.dv[:0], outGrad.Data...), resize(op.dLift, len(g.edges))
	for _, f := range op.few.all() {
		f.back(op, dy)
	}
	rest := op.visits
	for k := len(g.scenes) - 1; k >= 0; k-- {
		from, to := g.bounds(k)
		for range op.settled[k] {
			for i := to.edges - 1; i >= from.edges; i-- {
				op.visitBack(i, rest[len(rest)-1], (*[correctionGains]float32)(y[correctionGains*i:]), (*[correctionGains]float32)(dy[correctionGains*i:]))
				rest = rest[:len(rest)-1]
			}
		}
	}
}

// visitBack inverts sweep for one visit.
func (op *liftOp) visitBack(i int, w visit, y, dy *[correctionGains]float32) {
	e := &op.graph.edges[i]
	a, b := row(op.dv, e.a), row(op.dv, e.b)
	_, slope := soft(w.jn + op.start(e, y) + relaxed(y[gainParting])*w.un)
	pushed := e.axis[0].pushed(a, b) // v += push·(next − j)
	d := slope * (op.dLift[i] + pushed)
	dy[gainDepth] += d * gainBound * op.depthSpeed(e)
	dy[gainLift] += d * gainBound * correctionSpeed
	dy[gainParting] -= d * w.un
	op.dLift[i] = d - pushed
	e.axis[0].readBack(a, b, d*relaxed(y[gainParting]))
}
