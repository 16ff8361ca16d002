package contact

import (
	"math"

	"orrery/learn/tape"
	"orrery/sim"
	"orrery/world/geom"
)

// A law of impacts of its own, which tables of impacts teach. At a point where two sides approach
// each other at un, the impulse along the normal, that along the tangent and the couple on the
// bodies are
//
//	jn = −un·m·bounce    jt = rub·jn    couple = offset·jn
//
// with the reduced mass m. The network says bounce > 0, rub and offset, from the velocities and from
// the side on which a body is hit; tangential quantities are mirrored so that an impact and its mirror
// image look the same. The couple is that of a normal impulse which acts beside the point: two bodies feel
// it the opposite way round, which keeps angular momentum. All three are
// scaled down together where they would add energy, so that no impact ever gains any. Where several
// points meet at once they push one after the other, until none approaches.
//
// The network looks at an impact from each body that takes part, as if the other were the wall. Of two bodies
// the mean of the two bounces and rubs counts, and the difference of the offsets: seen from the other body the
// same offset points the other way, so that two sides that are alike have none.

// Columns of the input of a network of impacts.
const (
	seeCentreNormal  = iota // velocity of A's centre against B's along the normal
	seeCentreTangent        // likewise along the tangent, mirrored
	seeSpin                 // what turning adds along the tangent, mirrored
	seeLever                // coupling, mirrored
	seeSideCos              // the side of the body that is hit; see side
	seeSideSin              // mirrored
	seeHitFriction
	seeHitElasticity
	seeHitSize
)

// Answers of a network of impacts.
const (
	hitBounce = iota
	hitRub
	hitOffset
	hitAnswers
)

const (
	firstBounce = 1   // before softplus: a fresh network keeps a third of the speed of approach
	mostRub     = 2   // tangential impulse for each unit of normal impulse
	mostOffset  = 0.5 // of the radius of gyration of the body that looks
	roundest    = 12  // order of symmetry from which on a body counts as a disc
)

// hit is an edge at an impact.
type hit struct {
	mass     float32    // kg, reduced
	spin     [2]float32 // inverse moments of inertia of bodies a and b
	views    [2]view    // from body a and from body b
	looks    int        // how many of them there are: 1 of a body that hits a wall
	first    int        // place of the first of them among all of a graph
	friction [2]float32 // friction and elasticity
}

// view is an impact as one body sees it.
type view struct {
	offset float32    // m, the most by which the impulse acts beside the point
	side   [2]float32 // cosine and sine of the side on which the body is hit
}

// newHit returns the hit of edge e, at contact p of a scene in a state, whose bodies have such sides.
func newHit(scene *sim.Scene, e *edge, p *geom.Contact, state sim.State, all []sides) hit {
	a := &scene.Bodies[p.A]
	h := hit{
		mass: 1 / (e.resist[0] * (e.axis[0].pushA + e.axis[0].pushB)), spin: [2]float32{float32(a.InvMoment())}, looks: 1,
		friction: [2]float32{e.friction, e.elasticity},
	}
	h.views[0] = newView(a, p.Normal, state[p.A].Angle, all[p.A])
	if p.B != geom.Wall {
		b := &scene.Bodies[p.B]
		h.spin[1], h.looks = float32(b.InvMoment()), 2
		h.views[1] = newView(b, p.Normal.Scale(-1), state[p.B].Angle, all[p.B])
	}
	return h
}

// newView returns how a body with such sides, at an angle, sees an impact that pushes it along a normal.
func newView(b *sim.Body, normal sim.Vec, angle float64, of sides) (v view) {
	if b.InvMoment() > 0 && b.InvMass() > 0 {
		v.offset = float32(mostOffset * math.Sqrt(b.InvMass()/b.InvMoment()))
	}
	if of.order > 0 {
		sin, cos := math.Sincos(float64(of.order) * (math.Atan2(normal.Y, normal.X) - angle - of.from))
		v.side = [2]float32{float32(cos), float32(sin)}
	}
	return v
}

// looks returns the number of views of all hits.
func (g *graph) looks() int {
	if len(g.hits) == 0 {
		return 0
	}
	last := &g.hits[len(g.hits)-1]
	return last.first + last.looks
}

// sides says which directions of a body look alike.
type sides struct {
	order int     // of the rotations that leave the body as it is; see symmetry
	from  float64 // rad, a direction that its outline has, so that a mirrored body has the mirrored one
}

// sidesOf returns the sides of a body. The direction is that of the moment of its vertices of its order.
func sidesOf(b *sim.Body) sides {
	s := sides{order: symmetry(b)}
	if s.order == 0 {
		return s
	}
	var x, y, size float64
	for i := range b.Shapes {
		for _, v := range b.Shapes[i].Vertices {
			r := math.Pow(v.Len()/b.Reach(), float64(s.order))
			sin, cos := math.Sincos(float64(s.order) * math.Atan2(v.Y, v.X))
			x, y, size = x+r*cos, y+r*sin, size+r
		}
	}
	if math.Hypot(x, y) > 1e-6*size {
		s.from = math.Atan2(y, x) / float64(s.order)
	}
	return s
}

// symmetry returns the order of the rotations that leave the outline of a body as it is: 1 for none, 2 for an
// ellipse, 4 for a square, and 0 for what is round.
func symmetry(b *sim.Body) int {
	for k := roundest; k > 1; k-- {
		if turns(b, 2*math.Pi/float64(k)) {
			if k == roundest {
				return 0
			}
			return k
		}
	}
	return 1
}

// turns reports whether a body turned by an angle looks as before.
func turns(b *sim.Body, angle float64) bool {
	const off = 1e-3 // of the reach: vertices are written with few digits
	sin, cos := math.Sincos(angle)
	near := off * b.Reach()
	for i := range b.Shapes {
		for _, v := range b.Shapes[i].Vertices {
			to := sim.Vec{X: cos*v.X - sin*v.Y, Y: sin*v.X + cos*v.Y}
			found := false
			for k := range b.Shapes {
				if b.Shapes[k].Kind != b.Shapes[i].Kind || b.Shapes[k].Radius != b.Shapes[i].Radius {
					continue
				}
				for _, w := range b.Shapes[k].Vertices {
					found = found || to.Sub(w).Len() <= near
				}
			}
			if !found {
				return false
			}
		}
	}
	return true
}

// seeHitOp gathers what a network of impacts is shown of each view of each edge [views, seeHitSize] from the
// velocities of bodies [n, 3].
type seeHitOp struct {
	graph *graph
	speed float32 // m/s, that of a usual impact
}

// centre returns the velocity of a's centre against b's along the lever.
func (l *lever) centre(a, b *[3]float32) float32 { return l.x*(a[0]-b[0]) + l.y*(a[1]-b[1]) }

func (op *seeHitOp) Forward(out tape.Matrix, in []tape.Matrix) {
	for i := range op.graph.edges {
		e, h := &op.graph.edges[i], &op.graph.hits[i]
		a, b := row(in[0].Data, e.a), row(in[0].Data, e.b)
		ut, ct := e.axis[1].read(a, b), e.axis[1].centre(a, b)
		s := sign(ut)
		for k := range h.looks {
			side := h.views[k].side
			x := (*[seeHitSize]float32)(out.Data[seeHitSize*(h.first+k):])
			x[seeCentreNormal] = e.axis[0].centre(a, b) / op.speed
			x[seeCentreTangent] = s * ct / op.speed
			x[seeSpin] = s * (ut - ct) / op.speed
			x[seeLever] = s * e.coupling
			x[seeSideCos], x[seeSideSin] = side[0], s*side[1]
			x[seeHitFriction], x[seeHitElasticity] = h.friction[0], h.friction[1]
		}
	}
}

func (op *seeHitOp) Backward(_, outGrad tape.Matrix, in, inGrad []tape.Matrix) {
	if inGrad[0].Data == nil {
		return
	}
	for i := range op.graph.edges {
		e := &op.graph.edges[i]
		s := sign(e.axis[1].read(row(in[0].Data, e.a), row(in[0].Data, e.b)))
		var d [seeHitSize]float32
		for k := range op.graph.hits[i].looks {
			for column, x := range outGrad.Data[seeHitSize*(op.graph.hits[i].first+k):][:seeHitSize] {
				d[column] += x
			}
		}
		da, db := row(inGrad[0].Data, e.a), row(inGrad[0].Data, e.b)
		n, t := e.axis[0], e.axis[1]
		spin := t
		n.armA, n.armB, t.armA, t.armB, spin.x, spin.y = 0, 0, 0, 0, 0, 0
		n.readBack(da, db, d[seeCentreNormal]/op.speed)
		t.readBack(da, db, s*d[seeCentreTangent]/op.speed)
		spin.readBack(da, db, s*d[seeSpin]/op.speed)
	}
}

// hitOp lets the edges of a graph push each other apart as a network of impacts says: from its
// answers [views, hitAnswers] and the velocities [n, 3] come the velocities [n, 3] afterwards.
type hitOp struct {
	graph  *graph
	rounds int
	record bool
	laws   []blow
	visits []blowVisit

	back []blow // gradients of the laws
	v    []float32
}

// blow is the law of an impact at an edge. Its tangential quantities are mirrored back.
type blow struct{ bounce, rub, offset float32 }

// blowVisit is a visit to an edge, with the velocities that it found.
type blowVisit struct {
	edge int
	a, b [3]float32
}

// newBlow reads the law of a hit off the network's answers to all views, with the sign of the tangential velocity.
func newBlow(h *hit, answers []float32, s float32) (l blow) {
	share, way := 1/float32(h.looks), s
	for k := range h.looks {
		y := h.answer(answers, k)
		l.bounce += share * softplus(y[hitBounce]+firstBounce)
		l.rub += share * (s * mostRub * tanh(y[hitRub]/mostRub))
		l.offset += way * h.views[k].offset * tanh(y[hitOffset])
		way = -way
	}
	return l
}

// answer returns the part of a view among the answers to all of them, or among their gradients.
func (h *hit) answer(all []float32, view int) *[hitAnswers]float32 {
	return (*[hitAnswers]float32)(all[hitAnswers*(h.first+view):])
}

// add is the transpose of newBlow: it adds to the gradients of the answers what that of the law asks for.
func (d *blow) add(h *hit, answers, grads []float32, s float32) {
	slope := func(t float32) float32 { return 1 - t*t }
	share, way := 1/float32(h.looks), s
	for k := range h.looks {
		y, dy := h.answer(answers, k), h.answer(grads, k)
		dy[hitBounce] += share * (d.bounce * logistic(y[hitBounce]+firstBounce))
		dy[hitRub] += share * (d.rub * s * slope(tanh(y[hitRub]/mostRub)))
		dy[hitOffset] += d.offset * way * h.views[k].offset * slope(tanh(y[hitOffset]))
		way = -way
	}
}

func softplus(x float32) float32 {
	return float32(max(float64(x), 0) + math.Log1p(math.Exp(-math.Abs(float64(x)))))
}
func logistic(x float32) float32 { return float32(1 / (1 + math.Exp(-float64(x)))) }
func tanh(x float32) float32     { return float32(math.Tanh(float64(x))) }

func (op *hitOp) Forward(out tape.Matrix, in []tape.Matrix) {
	v := out.Data
	copy(v, in[1].Data)
	g := op.graph
	op.laws, op.visits = op.laws[:0], op.visits[:0]
	for i := range g.edges {
		e := &g.edges[i]
		s := sign(e.axis[1].read(row(v, e.a), row(v, e.b)))
		op.laws = append(op.laws, newBlow(&g.hits[i], in[0].Data, s))
	}
	for k := range g.scenes {
		from, to := g.bounds(k)
		for round, met := 0, true; met && round < op.rounds; round++ {
			met = false
			for i := from.edges; i < to.edges; i++ {
				if e := &g.edges[i]; e.axis[0].read(row(v, e.a), row(v, e.b)) < 0 {
					op.visit(v, i)
					met = to.edges-from.edges > 1
				}
			}
		}
	}
}

// visit lets edge i push.
func (op *hitOp) visit(v []float32, i int) {
	e := &op.graph.edges[i]
	a, b := row(v, e.a), row(v, e.b)
	if op.record {
		op.visits = append(op.visits, blowVisit{i, *a, *b})
	}
	p := op.graph.hits[i].thrust(e, &op.laws[i], a, b)
	e.push(v, p.share*p.jn*e.resist[0], p.share*p.jt*e.resist[1])
	h := &op.graph.hits[i]
	a[2] += p.share * p.couple * h.spin[0]
	if e.b >= 0 {
		b[2] -= p.share * p.couple * h.spin[1]
	}
}

// thrust is what an impact does: impulses in N·s, the couple on body a and against b in N·m·s, and the share of them that adds
// no energy. The energy of a share s of them is s·work + s²·own.
type thrust struct {
	un, ut         float32
	jn, jt, couple float32
	work, own      float32
	share          float32
}

func (h *hit) thrust(e *edge, l *blow, a, b *[3]float32) thrust {
	n, t := &e.axis[0], &e.axis[1]
	p := thrust{un: n.read(a, b), ut: t.read(a, b), share: 1}
	p.jn = -p.un * h.mass * l.bounce
	p.jt, p.couple = l.rub*p.jn, l.offset*p.jn
	p.work = p.jn*p.un + p.jt*p.ut + p.couple*(a[2]-b[2])
	dn, dt, dc := h.slopes(e, &p)
	p.own = (dn*p.jn + dt*p.jt + dc*p.couple) / 2
	if p.work+p.own > 0 {
		p.share = max(0, -p.work/p.own*passive)
	}
	return p
}

// passive leaves room for the rounding of float32.
const passive = 1 - 1e-5

// slopes returns by how much the own energy of a push grows with the impulses and the couple.
func (h *hit) slopes(e *edge, p *thrust) (dn, dt, dc float32) {
	n, t := &e.axis[0], &e.axis[1]
	both := n.echo(t) * e.resist[1] // m/s along n for each N·s along t
	dn = e.resist[0]*p.jn + both*p.jt + (h.spin[0]*n.armA+h.spin[1]*n.armB)*p.couple
	dt = e.resist[1]*p.jt + both*p.jn + (h.spin[0]*t.armA+h.spin[1]*t.armB)*p.couple
	dc = h.spin[0]*(n.armA*p.jn+t.armA*p.jt+p.couple) + h.spin[1]*(n.armB*p.jn+t.armB*p.jt+p.couple)
	return dn, dt, dc
}

func (op *hitOp) Backward(_, outGrad tape.Matrix, in, inGrad []tape.Matrix) {
	g := op.graph
	op.v = append(op.v[:0], outGrad.Data...)
	op.back = resize(op.back, len(g.edges))
	for k := len(op.visits) - 1; k >= 0; k-- {
		op.visitBack(&op.visits[k])
	}
	if dv := inGrad[1].Data; dv != nil {
		for i, x := range op.v {
			dv[i] += x
		}
	}
	if inGrad[0].Data == nil {
		return
	}
	for i := range g.edges {
		e := &g.edges[i]
		s := sign(e.axis[1].read(row(in[1].Data, e.a), row(in[1].Data, e.b)))
		op.back[i].add(&g.hits[i], in[0].Data, inGrad[0].Data, s)
	}
}

// visitBack inverts visit.
func (op *hitOp) visitBack(w *blowVisit) {
	e, h, l, d := &op.graph.edges[w.edge], &op.graph.hits[w.edge], &op.laws[w.edge], &op.back[w.edge]
	a, b := row(op.v, e.a), row(op.v, e.b)
	n, t := &e.axis[0], &e.axis[1]
	p := h.thrust(e, l, &w.a, &w.b)
	byN, byT, byC := n.pushed(a, b)*e.resist[0], t.pushed(a, b)*e.resist[1], a[2]*h.spin[0]-b[2]*h.spin[1]
	dn, dt, dc := p.share*byN, p.share*byT, p.share*byC // v += share·(…)
	var du, ds, dw float32
	if p.share < 1 && p.share > 0 { // share = −work/own
		dShare := byN*p.jn + byT*p.jt + byC*p.couple
		dWork, dOwn := -dShare/p.own*passive, dShare*p.work/(p.own*p.own)*passive
		sn, st, sc := h.slopes(e, &p)
		dn, dt, dc = dn+dWork*p.un+dOwn*sn, dt+dWork*p.ut+dOwn*st, dc+dWork*(w.a[2]-w.b[2])+dOwn*sc
		du, ds, dw = dWork*p.jn, dWork*p.jt, dWork*p.couple
	}
	d.rub, d.offset = d.rub+dt*p.jn, d.offset+dc*p.jn
	dn += l.rub*dt + l.offset*dc
	d.bounce -= dn * p.un * h.mass
	n.readBack(a, b, du-dn*h.mass*l.bounce)
	t.readBack(a, b, ds)
	a[2] += dw
	if e.b >= 0 {
		b[2] -= dw
	}
}
