package contact

import "orrery/world/lanes"

// Most scenes in which something touches have few points. Their sweeps need no bodies: it is enough
// to know how the two sides of each point move, and how much an impulse at one changes that
// at the others. Eight scenes with as many points then go through the same operations side by side, one
// in each lane of a vector. Bodies hear only of the sums in the end.

// mostFew is up to how many points of a scene that pays: there are as many echoes as pairs of points.
const mostFew = 4

// wide is the number of scenes that are swept side by side.
const wide = 8

type vector [wide]float32

// contactPoint is what a sweep knows of one point of each scene: how its sides move along the normal
// and the tangent, mirrored as the law says, the impulses so far, and the law.
type contactPoint struct {
	un, ut, jn, jt                              vector
	start, rubStart, normal, tangent            vector
	slip, approach, push, rub, most, grip, hold vector
}

// echo is how much impulses of 1 along the normal and the tangent of one point change how the sides of
// another move.
type echo struct{ nn, nt, tn, tt vector }

// few is up to eight scenes with the same number of points, at most mostFew.
type few struct {
	points []contactPoint
	echoes []echo // by the point that is pushed, then by the one that hears it
	scenes []int  // in the lanes
	record record
	backs  []contactBack
}

// reset makes room for scenes of some points.
func (f *few) reset(points int) {
	f.points, f.echoes = resizeDirty(f.points, points), resizeDirty(f.echoes, points*points)
}

// fill puts the edges from…to, to excluded, of scene k into the next lane, with velocities v.
func (f *few) fill(op *sweepOp, v []float32, k, from, to int) {
	lane := len(f.scenes)
	if lane == 0 {
		f.reset(to - from)
	}
	f.scenes = append(f.scenes, k)
	edges, laws := op.graph.edges[from:to], op.laws[from:to]
	for i := range edges {
		e, l, p := &edges[i], &laws[i], &f.points[i]
		a, b := row(v, e.a), row(v, e.b)
		p.un[lane], p.ut[lane] = e.axis[0].read(a, b), l.sign*e.axis[1].read(a, b)
		p.jn[lane], p.jt[lane] = op.jn[from+i], op.jt[from+i]
		p.start[lane], p.normal[lane], p.slip[lane], p.push[lane] = l.start, l.normal, l.slip, l.push
		p.rubStart[lane], p.tangent[lane], p.approach[lane], p.rub[lane] = l.rubStart, l.tangent, l.approach, l.rub
		p.most[lane], p.grip[lane], p.hold[lane] = l.most, l.grip, l.hold
		for j := range edges {
			g, by, s := &f.echoes[len(edges)*i+j], &edges[j], laws[j].sign
			n, t := &e.axis[0], &e.axis[1]
			if i == j {
				g.nn[lane], g.nt[lane], g.tn[lane], g.tt[lane] = 1, s*n.echo(t), s*t.echo(n), 1
				continue
			}
			g.nn[lane], g.nt[lane] = by.hears(0, e, n), l.sign*by.hears(0, e, t)
			g.tn[lane], g.tt[lane] = s*by.hears(1, e, n), s*l.sign*by.hears(1, e, t)
		}
	}
}

// hears returns how much an impulse of 1 along lever l of another edge changes how the sides of e
// move along one of its axes.
func (e *edge) hears(axis int, other *edge, l *lever) (u float32) {
	m := &e.axis[axis]
	along := m.x*l.x + m.y*l.y
	switch e.a {
	case other.a:
		u = along*l.pushA + m.armA*l.turnA
	case other.b:
		u = -(along*l.pushB + m.armA*l.turnB)
	}
	if e.b < 0 {
		return u
	}
	switch e.b {
	case other.a:
		u -= along*l.pushA + m.armB*l.turnA
	case other.b:
		u += along*l.pushB + m.armB*l.turnB
	}
	return u
}

// law returns the law of a lane.
func (p *contactPoint) law(lane int) law {
	return law{
		start: p.start[lane], normal: p.normal[lane], slip: p.slip[lane], push: p.push[lane],
		rubStart: p.rubStart[lane], tangent: p.tangent[lane], approach: p.approach[lane], rub: p.rub[lane],
		most: p.most[lane], grip: p.grip[lane], hold: p.hold[lane],
	}
}

// run does all rounds and tells the bodies. The lanes are empty then, unless their record is wanted.
func (f *few) run(op *sweepOp, v []float32) {
	rounds := 0
	point, echo := &f.points[0].un[0], &f.echoes[0].nn[0]
	f.record.reset(len(f.points), sweepVisit, op.rounds, op.record)
	switch {
	case !vectors:
		for lane := range f.scenes {
			rounds = max(rounds, f.sweep(lane, op.rounds))
		}
	case op.record:
		rounds = lanes.RecordSweepLanes(point, echo, &f.record.visits[0][0], len(f.points), len(f.scenes), op.rounds, settledChange)
	default:
		rounds = lanes.SweepLanes(point, echo, len(f.points), len(f.scenes), op.rounds, settledChange)
	}
	f.record.rounds = rounds
	for lane, k := range f.scenes {
		if !op.record {
			op.settled[k] = rounds
		}
		from, _ := op.graph.bounds(k)
		for i := range f.points {
			e, at, p := &op.graph.edges[from.edges+i], from.edges+i, &f.points[i]
			jn, jt := p.jn[lane], p.jt[lane]
			e.push(v, jn-op.jn[at], op.laws[at].sign*(jt-op.jt[at]))
			op.jn[at], op.jt[at] = jn, jt
		}
	}
	if op.record {
		op.few.close(len(f.points))
	} else {
		f.scenes = f.scenes[:0]
	}
}

// sweep does all rounds of one lane.
func (f *few) sweep(lane, most int) (rounds int) {
	for change := float32(1); change > settledChange && rounds < most; rounds++ {
		change = 0
		round := f.record.round(rounds)
		for i := range f.points {
			p := &f.points[i]
			l := p.law(lane)
			jn, jt := p.jn[lane], p.jt[lane]
			if round != nil {
				f.record.note(round, i, lane, p.un[lane], p.ut[lane], jn, jt)
			}
			nextN, nextT, _ := l.next(p.un[lane], p.ut[lane], jn, jt)
			p.jn[lane], p.jt[lane] = nextN, nextT
			dn, dt := nextN-jn, nextT-jt
			for k := range f.points {
				q, g := &f.points[k], &f.echoes[len(f.points)*i+k]
				q.un[lane] = q.un[lane] + g.nn[lane]*dn + g.nt[lane]*dt
				q.ut[lane] = q.ut[lane] + g.tt[lane]*dt + g.tn[lane]*dn
			}
			change = larger(change, dn*dn+dt*dt)
		}
	}
	return rounds
}

// overlap is what a correction knows of one point of each scene: how its sides part, the correction so
// far, and how that follows; see liftOp.
type overlap struct{ u, lift, start, parting vector }

// fewOverlaps is few for corrections.
type fewOverlaps struct {
	points []overlap
	echoes []vector
	scenes []int
	record record
	backs  []overlapBack
}

// reset is that of few.
func (f *fewOverlaps) reset(points int) {
	f.points, f.echoes = resizeDirty(f.points, points), resizeDirty(f.echoes, points*points)
}

// fill puts the edges from…to, to excluded, of scene k into the next lane, with the network's answers y.
func (f *fewOverlaps) fill(op *liftOp, y []float32, k, from, to int) {
	lane := len(f.scenes)
	if lane == 0 {
		f.reset(to - from)
	}
	f.scenes = append(f.scenes, k)
	edges := op.graph.edges[from:to]
	for i := range edges {
		e, p, yi := &edges[i], &f.points[i], (*[correctionGains]float32)(y[correctionGains*(from+i):])
		p.u[lane], p.lift[lane] = 0, 0
		p.start[lane], p.parting[lane] = op.start(e, yi), relaxed(yi[gainParting])
		for j := range edges {
			g := &f.echoes[len(edges)*i+j]
			if g[lane] = 1; i != j {
				g[lane] = edges[j].hears(0, e, &e.axis[0])
			}
		}
	}
}

// run does all rounds and tells the bodies. The lanes are empty then, unless their record is wanted.
func (f *fewOverlaps) run(op *liftOp, v []float32) {
	rounds := 0
	point, echo := &f.points[0].u[0], &f.echoes[0][0]
	f.record.reset(len(f.points), partVisit, op.rounds, op.record)
	switch {
	case !vectors:
		for lane := range f.scenes {
			rounds = max(rounds, f.part(lane, op.rounds))
		}
	case op.record:
		rounds = lanes.RecordPartLanes(point, echo, &f.record.visits[0][0], len(f.points), len(f.scenes), op.rounds, settledChange, roundCorner)
	default:
		rounds = lanes.PartLanes(point, echo, len(f.points), len(f.scenes), op.rounds, settledChange, roundCorner)
	}
	f.record.rounds = rounds
	for lane, k := range f.scenes {
		if !op.record {
			op.settled[k] = rounds
		}
		from, _ := op.graph.bounds(k)
		for i := range f.points {
			op.lifts[from.edges+i] = f.points[i].lift[lane]
			op.graph.edges[from.edges+i].part(v, f.points[i].lift[lane])
		}
	}
	if op.record {
		op.few.close(len(f.points))
	} else {
		f.scenes = f.scenes[:0]
	}
}

// part does all rounds of one lane.
func (f *fewOverlaps) part(lane, most int) (rounds int) {
	for change := float32(1); change > settledChange && rounds < most; rounds++ {
		change = 0
		round := f.record.round(rounds)
		for i := range f.points {
			p := &f.points[i]
			next, slope := soft(p.lift[lane] + p.start[lane] + p.parting[lane]*p.u[lane])
			if round != nil {
				f.record.note(round, i, lane, p.u[lane], slope)
			}
			d := next - p.lift[lane]
			p.lift[lane] = next
			for k := range f.points {
				f.points[k].u[lane] += f.echoes[len(f.points)*i+k][lane] * d
			}
			change = larger(change, d*d)
		}
	}
	return rounds
}
