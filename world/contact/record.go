package contact

import (
	"math"

	"orrery/world/lanes"
)

// Learning sweeps scenes of few points side by side as well, and back the same way. Of each visit it is
// recorded what the way back needs.

// groups is scenes in lanes, up to eight with the same number of points together.
type groups[T any] struct {
	pool pool[T]
	open [mostFew]*T // those with lanes that are not filled, by the number of points, from 1
}

// reset empties all lanes.
func (g *groups[T]) reset() { g.pool.used, g.open = 0, [mostFew]*T{} }

// of returns the group for the next scene with some points, and whether it is one that nobody has reset.
func (g *groups[T]) of(points int) (group *T, fresh bool) {
	at := &g.open[points-1]
	if fresh = *at == nil; fresh {
		*at = g.pool.take()
	}
	return *at, fresh
}

// close lets the next scene with some points begin another group.
func (g *groups[T]) close(points int) { g.open[points-1] = nil }

// all returns the groups since reset.
func (g *groups[T]) all() []*T { return g.pool.items[:g.pool.used] }

// record is what sweeps over a group of scenes found, round by round: which lanes were active, and for
// each point some quantities.
type record struct {
	visits []vector // [rounds, 1+n·width]; empty where nothing is recorded
	points int      // n
	width  int      // quantities of a visit
	rounds int      // of the slowest lane
}

// Quantities of a visit: un, ut, jn and jt before it; or u before it and the slope of the lift.
const (
	sweepVisit = 4
	partVisit  = 2
)

// reset makes room for some rounds, if there are any to be recorded.
func (r *record) reset(points, width, rounds int, record bool) {
	r.points, r.width, r.visits = points, width, r.visits[:0]
	if !record {
		return
	}
	if r.visits = resizeDirty(r.visits, rounds*(1+points*width)); !vectors {
		clear(r.visits)
	}
}

// round returns what is recorded of a round, which is nothing where nothing is.
func (r *record) round(k int) []vector {
	if len(r.visits) == 0 {
		return nil
	}
	length := 1 + r.points*r.width
	return r.visits[k*length:][:length]
}

// note records, in what is recorded of a round, a visit to point i in an active lane.
func (r *record) note(round []vector, i, lane int, quantities ...float32) {
	round[0][lane] = math.Float32frombits(math.MaxUint32)
	for k, x := range quantities {
		round[1+i*r.width+k][lane] = x
	}
}

// active reports whether a lane was active in a round.
func active(round []vector, lane int) bool { return math.Float32bits(round[0][lane]) != 0 }

// contactBack is the gradients by what a sweep knows of one point of each scene.
type contactBack struct {
	un, ut, jn, jt                        vector
	start, rubStart, normal, tangent      vector
	slip, approach, push, rub, grip, hold vector
}

// back goes through the visits in reverse, as Backward does: from the gradients by the velocities in the end to those
// by the laws and by the velocities at the start.
func (f *few) back(op *sweepOp) {
	f.backs = resize(f.backs, len(f.points))
	v := op.back.v
	for lane, k := range f.scenes {
		from, _ := op.graph.bounds(k)
		for i := range f.backs {
			e, sign := &op.graph.edges[from.edges+i], op.laws[from.edges+i].sign
			a, b := row(v, e.a), row(v, e.b)
			f.backs[i].jn[lane], f.backs[i].jt[lane] = e.axis[0].pushed(a, b), sign*e.axis[1].pushed(a, b)
		}
	}
	if vectors {
		lanes.SweepLanesBack(&f.points[0].un[0], &f.echoes[0].nn[0], &f.backs[0].un[0], &f.record.visits[0][0], len(f.points), f.record.rounds, steepest)
	} else {
		for lane := range f.scenes {
			f.sweepBack(lane)
		}
	}
	for lane, k := range f.scenes {
		from, _ := op.graph.bounds(k)
		for i := range f.backs {
			e, l, d := &op.graph.edges[from.edges+i], &op.laws[from.edges+i], &f.backs[i]
			op.back.laws[from.edges+i] = law{
				start: d.start[lane], normal: d.normal[lane], slip: d.slip[lane], push: d.push[lane],
				rubStart: d.rubStart[lane], tangent: d.tangent[lane], approach: d.approach[lane], rub: d.rub[lane],
				grip: d.grip[lane], hold: d.hold[lane],
			}
			a, b := row(v, e.a), row(v, e.b)
			e.axis[0].readBack(a, b, d.un[lane])
			e.axis[1].readBack(a, b, l.sign*d.ut[lane])
		}
	}
}

// sweepBack goes back in one lane.
func (f *few) sweepBack(lane int) {
	n := len(f.points)
	for k := f.record.rounds - 1; k >= 0; k-- {
		round := f.record.round(k)
		if !active(round, lane) {
			continue
		}
		for i := n - 1; i >= 0; i-- {
			p, d, was := &f.points[i], &f.backs[i], round[1+sweepVisit*i:][:sweepVisit]
			l, un, ut, jn := p.law(lane), was[0][lane], was[1][lane], was[2][lane]
			nextN, _, free := l.next(un, ut, jn, was[3][lane])
			var pushed, rubbed float32 // un += nn·(nextN − jn) + nt·(nextT − jt), ut += tt·(nextT − jt) + tn·(nextN − jn)
			for j := range f.backs {
				g, q := &f.echoes[n*i+j], &f.backs[j]
				pushed = pushed + g.nn[lane]*q.un[lane] + g.tn[lane]*q.ut[lane]
				rubbed = rubbed + g.nt[lane]*q.un[lane] + g.tt[lane]*q.ut[lane]
			}
			dn, dt := bounded(pushed+d.jn[lane]), bounded(rubbed+d.jt[lane])
			var over float32 // jt = ±(grip·jn + hold)
			switch most := l.grip*nextN + l.hold; {
			case free > most:
				over, dt = dt, 0
			case free < -most:
				over, dt = -dt, 0
			}
			d.hold[lane] += over
			d.grip[lane] += nextN * over
			dn += l.grip * over
			if nextN == 0 || nextN == l.most { // jn = min(max(0, …), most)
				dn = 0
			}
			d.start[lane] += dn
			d.normal[lane] += dn * un
			d.slip[lane] += dn * ut
			d.push[lane] += dn * jn
			d.rubStart[lane] += dt
			d.tangent[lane] += dt * ut
			d.approach[lane] += dt * un
			d.rub[lane] += dt * jn
			d.jn[lane] = dn + dn*l.push + dt*l.rub - pushed
			d.jt[lane] = dt - rubbed
			d.un[lane] = d.un[lane] + dn*l.normal + dt*l.approach
			d.ut[lane] = d.ut[lane] + dn*l.slip + dt*l.tangent
		}
	}
}

// overlapBack is the gradients by what a correction knows of one point of each scene.
type overlapBack struct{ u, lift, start, parting vector }

// back goes through the visits in reverse and adds to dy, the gradient by the network's answers.
func (f *fewOverlaps) back(op *liftOp, dy []float32) {
	f.backs = resize(f.backs, len(f.points))
	for lane, k := range f.scenes {
		from, _ := op.graph.bounds(k)
		for i := range f.backs {
			e := &op.graph.edges[from.edges+i]
			f.backs[i].lift[lane] = e.axis[0].pushed(row(op.dv, e.a), row(op.dv, e.b))
		}
	}
	if vectors {
		lanes.PartLanesBack(&f.points[0].u[0], &f.echoes[0][0], &f.backs[0].u[0], &f.record.visits[0][0], len(f.points), f.record.rounds)
	} else {
		for lane := range f.scenes {
			f.partBack(lane)
		}
	}
	for lane, k := range f.scenes {
		from, _ := op.graph.bounds(k)
		for i := range f.backs {
			at, d := from.edges+i, &f.backs[i]
			to := (*[correctionGains]float32)(dy[correctionGains*at:])
			to[gainDepth] += d.start[lane] * gainBound * op.depthSpeed(&op.graph.edges[at])
			to[gainLift] += d.start[lane] * gainBound * correctionSpeed
			to[gainParting] -= d.parting[lane]
		}
	}
}

// partBack goes back in one lane.
func (f *fewOverlaps) partBack(lane int) {
	n := len(f.points)
	for k := f.record.rounds - 1; k >= 0; k-- {
		round := f.record.round(k)
		if !active(round, lane) {
			continue
		}
		for i := n - 1; i >= 0; i-- {
			p, d, was := &f.points[i], &f.backs[i], round[1+partVisit*i:][:partVisit]
			var pushed float32 // u += echo·(next − lift)
			for j := range f.backs {
				pushed += f.echoes[n*i+j][lane] * f.backs[j].u[lane]
			}
			by := was[1][lane] * (pushed + d.lift[lane])
			d.start[lane] += by
			d.parting[lane] += by * was[0][lane]
			d.lift[lane] = by - pushed
			d.u[lane] += by * p.parting[lane]
		}
	}
}
