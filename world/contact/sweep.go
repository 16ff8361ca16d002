package contact

import (
	"orrery/learn/tape"
	"orrery/world/lanes"
)

// sweepOp works out the impulses at the edges and ties of a graph: again and again
// it visits them in their order, scene by scene, and at each changes the
// velocities at once, as the engine does (Gauss and Seidel). It stops in a scene
// where nothing changes any more, or after the given number of rounds.
//
// Its inputs are the network's answers [e, gains or wideGains], the velocities before outside
// forces and after them, both [n, 3], and the gains of ties [kinds, tieGains]. It
// gives the velocities [n, 3] that result.
type sweepOp struct {
	graph   *graph
	first   []impulse // what edges begin with; nil for nothing
	rounds  int
	record  bool // remember what Backward needs
	laws    []law
	jn, jt  []float32 // impulses at edges, the tangential ones mirrored
	strain  []float32 // impulses at ties
	visits  []visit   // to edges and ties in their order, all rounds
	settled []int     // rounds that each scene took, but for those recorded in lanes

	back          sweepBack
	gains, dGains []float32 // of ties
	v             []float32 // of bodies, while scenes settle
	spots         spots
	few           groups[few]
}

// visit has what a sweep found at an edge or a tie: velocities and the impulse so far.
type visit struct{ un, ut, jn, jt float32 }

// settledChange is the change of a relative velocity, squared, in (m/s)² or (rad/s)², that
// ends the sweeps: less is the rounding of float32.
const settledChange = 1e-12

// larger is max for numbers, which it does not look at for NaN.
func larger(a, b float32) float32 {
	if a > b {
		return a
	}
	return b
}

func (op *sweepOp) Forward(out tape.Matrix, in []tape.Matrix) {
	y, before, start, v := in[0].Data, in[1].Data, in[2].Data, out.Data
	copy(v, start)
	g := op.graph
	op.laws = op.laws[:0]
	for i := range g.edges {
		e := &g.edges[i]
		op.laws = append(op.laws, newLaw(e, y[in[0].Cols*i:in[0].Cols*(i+1)], e.meet(before, start)))
	}
	op.jn, op.jt, op.strain = resize(op.jn, len(g.edges)), resize(op.jt, len(g.edges)), resize(op.strain, len(g.ties))
	for i := range op.first {
		op.begin(v, i)
	}
	op.visits, op.settled = op.visits[:0], resize(op.settled, len(g.scenes))
	op.gains, op.v = in[3].Data, v
	op.few.reset()
	g.settle(op, v, &op.spots, true, op.record)
	if !op.record {
		op.hold(v)
	}
}

// sweep does all rounds over the edges and ties between two extents.
func (op *sweepOp) sweep(v []float32, from, to extent) (rounds int) {
	for change := float32(1); change > settledChange && rounds < op.rounds; rounds++ {
		change = larger(op.sweepEdges(v, from.edges, to.edges), op.sweepTies(v, from.ties, to.ties))
	}
	return rounds
}

// alone implements sweeper.
func (op *sweepOp) alone(k int, from, to extent) { op.settled[k] = op.sweep(op.v, from, to) }

// abreast implements sweeper.
func (op *sweepOp) abreast(k, from, to int) {
	f, fresh := op.few.of(to - from)
	if fresh {
		f.scenes = f.scenes[:0]
	}
	if f.fill(op, op.v, k, from, to); len(f.scenes) == wide {
		f.run(op, op.v)
	}
}

// flush implements sweeper.
func (op *sweepOp) flush() {
	for _, f := range op.few.open {
		if f != nil && len(f.scenes) > 0 {
			f.run(op, op.v)
		}
	}
}

// crowd implements sweeper.
func (op *sweepOp) crowd(k, from, to int) {
	all := op.spots.all
	for i := from; i < to; i++ {
		e := &op.graph.edges[i]
		all[i].place(e, len(op.v)/3)
		all[i].obey(e, &op.laws[i], op.jn[i], op.jt[i])
	}
	op.settled[k] = lanes.SweepSpots(&op.spots.v[0], &all[from].x[0], to-from, op.rounds, settledChange)
	for i := from; i < to; i++ {
		op.jn[i], op.jt[i] = all[i].j[0], all[i].j[1]
	}
}

// hold keeps what touches from sinking, whatever the laws say.
func (op *sweepOp) hold(v []float32) {
	for i := range op.graph.edges {
		e, l := &op.graph.edges[i], &op.laws[i]
		if l.fastest == far {
			continue
		}
		if un := e.axis[0].read(row(v, e.a), row(v, e.b)); un < -l.fastest {
			d := -l.fastest - un
			op.jn[i] += d
			e.push(v, d, 0)
		}
	}
}

// begin lets edge i start from the impulse it had.
func (op *sweepOp) begin(v []float32, i int) {
	first := op.first[i]
	op.jn[i], op.jt[i] = first.jn, op.laws[i].sign*first.jt
	if first.due {
		op.graph.edges[i].push(v, first.jn, first.jt)
	}
}

// sweepEdges visits the edges from…to, to excluded, and returns the largest change, squared.
func (op *sweepOp) sweepEdges(v []float32, from, to int) (change float32) {
	for i := from; i < to; i++ {
		e, l := &op.graph.edges[i], &op.laws[i]
		a, b := row(v, e.a), row(v, e.b)
		n, t := &e.axis[0], &e.axis[1]
		un, ut := n.read(a, b), l.sign*t.read(a, b)
		jn, jt := op.jn[i], op.jt[i]
		if op.record {
			op.visits = append(op.visits, visit{un, ut, jn, jt})
		}
		nextN, nextT, _ := l.next(un, ut, jn, jt)
		dn, dt := nextN-jn, l.sign*(nextT-jt)
		op.jn[i], op.jt[i] = nextN, nextT
		e.push(v, dn, dt)
		change = larger(change, dn*dn+dt*dt)
	}
	return change
}

// next returns the impulses after a visit, tangential ones mirrored, and the
// tangential one before it was kept within the grip.
func (l *law) next(un, ut, jn, jt float32) (nextN, nextT, free float32) {
	nextN = jn + l.start + l.normal*un + l.slip*ut + l.push*jn
	if nextN < 0 {
		nextN = 0
	} else if nextN > l.most {
		nextN = l.most
	}
	free = jt + l.rubStart + l.tangent*ut + l.approach*un + l.rub*jn
	nextT = free
	if most := l.grip*nextN + l.hold; free > most {
		nextT = most
	} else if free < -most {
		nextT = -most
	}
	return nextN, nextT, free
}

// sweepTies visits the ties from…to, to excluded, and returns the largest change, squared.
func (op *sweepOp) sweepTies(v []float32, from, to int) (change float32) {
	for i := from; i < to; i++ {
		t := &op.graph.ties[i]
		a, b := row(v, t.a), row(v, t.b)
		u, j := t.axis.read(a, b)-t.rate, op.strain[i]
		if op.record {
			op.visits = append(op.visits, visit{un: u, jn: j})
		}
		d := min(max(t.free(op.gains, u, j), t.low), t.high) - j
		op.strain[i] = j + d
		if t.b < 0 {
			t.axis.pushOne(a, d)
		} else {
			t.axis.push(a, b, d)
		}
		change = larger(change, d*d)
	}
	return change
}

// free returns the impulse after a visit, before it is kept in bounds.
func (t *tie) free(gains []float32, u, j float32) float32 {
	g := (*[tieGains]float32)(gains[tieGains*t.kind:])
	return j + g[gainRate]*u + g[gainOff]*t.off + g[gainStrain]*j
}

// Backward goes through the visits in reverse. The gradient of an edge's law gathers
// over its visits and goes on to the answers and the velocities at the start.
func (op *sweepOp) Backward(_, outGrad tape.Matrix, in, inGrad []tape.Matrix) {
	g, d := op.graph, &op.back
	d.reset(outGrad.Data, len(g.edges), len(g.ties))
	op.gains, op.dGains = in[3].Data, inGrad[3].Data
	for _, f := range op.few.all() {
		f.back(op)
	}
	rest := op.visits
	for k := len(g.scenes) - 1; k >= 0; k-- {
		from, to := g.bounds(k)
		for range op.settled[k] {
			for i := to.ties - 1; i >= from.ties; i-- {
				op.tieBack(i, rest[len(rest)-1])
				rest = rest[:len(rest)-1]
			}
			for i := to.edges - 1; i >= from.edges; i-- {
				op.edgeBack(i, rest[len(rest)-1])
				rest = rest[:len(rest)-1]
			}
		}
	}
	if dv := inGrad[2].Data; dv != nil {
		for i, x := range d.v {
			dv[i] += x
		}
	}
	for i := range g.edges {
		e := &g.edges[i]
		from, to := in[0].Cols*i, in[0].Cols*(i+1)
		y, dy := in[0].Data[from:to], []float32(nil)
		if inGrad[0].Data != nil {
			dy = inGrad[0].Data[from:to]
		}
		x := e.meet(in[1].Data, in[2].Data)
		e.meetBack(d.laws[i].back(e, y, x, dy), inGrad[1].Data, inGrad[2].Data)
	}
}

// sweepBack is the gradients that Backward carries back in time.
type sweepBack struct {
	v              []float32 // of the velocities
	laws           []law
	jn, jt, strain []float32 // of the impulses
}

func (d *sweepBack) reset(v []float32, edges, ties int) {
	d.v = append(d.v[:0], v...)
	d.laws, d.jn, d.jt, d.strain = resize(d.laws, edges), resize(d.jn, edges), resize(d.jt, edges), resize(d.strain, ties)
}

// steepest bounds the gradient of an impulse at a visit, as far bounds the impulse.
const steepest = 1e12

func bounded(gradient float32) float32 { return min(max(gradient, -steepest), steepest) }

// edgeBack inverts sweepEdges for one visit.
func (op *sweepOp) edgeBack(i int, w visit) {
	e, l, d := &op.graph.edges[i], &op.laws[i], &op.back.laws[i]
	a, b := row(op.back.v, e.a), row(op.back.v, e.b)
	nextN, _, free := l.next(w.un, w.ut, w.jn, w.jt)
	pushed, rubbed := e.axis[0].pushed(a, b), l.sign*e.axis[1].pushed(a, b) // v += push·(next − j)
	dn, dt := bounded(op.back.jn[i]+pushed), bounded(op.back.jt[i]+rubbed)
	switch most := l.grip*nextN + l.hold; {
	case free > most: // jt = grip·jn + hold
		dn, d.grip, d.hold, dt = dn+l.grip*dt, d.grip+nextN*dt, d.hold+dt, 0
	case free < -most: // jt = −grip·jn − hold
		dn, d.grip, d.hold, dt = dn-l.grip*dt, d.grip-nextN*dt, d.hold-dt, 0
	}
	if nextN == 0 || nextN == l.most { // jn = min(max(0, …), most)
		dn = 0
	}
	d.start += dn
	d.normal += dn * w.un
	d.slip += dn * w.ut
	d.push += dn * w.jn
	d.rubStart += dt
	d.tangent += dt * w.ut
	d.approach += dt * w.un
	d.rub += dt * w.jn
	op.back.jn[i] = dn*(1+l.push) + dt*l.rub - pushed
	op.back.jt[i] = dt - rubbed
	e.axis[0].readBack(a, b, dn*l.normal+dt*l.approach)
	e.axis[1].readBack(a, b, l.sign*(dn*l.slip+dt*l.tangent))
}

// tieBack inverts sweepTies for one visit.
func (op *sweepOp) tieBack(i int, w visit) {
	t := &op.graph.ties[i]
	a, b := row(op.back.v, t.a), row(op.back.v, t.b)
	pushed := t.axis.pushed(a, b) // v += push·(next − j)
	d := bounded(op.back.strain[i] + pushed)
	if free := t.free(op.gains, w.un, w.jn); free < t.low || free > t.high {
		d = 0
	}
	g := (*[tieGains]float32)(op.gains[tieGains*t.kind:])
	if op.dGains != nil {
		dg := (*[tieGains]float32)(op.dGains[tieGains*t.kind:])
		dg[gainRate] += d * w.un
		dg[gainOff] += d * t.off
		dg[gainStrain] += d * w.jn
	}
	op.back.strain[i] = d*(1+g[gainStrain]) - pushed
	t.axis.readBack(a, b, d*g[gainRate])
}
