package contact

import "orrery/learn/tape"

// Columns of the impulse network's input.
const (
	seeGap = iota
	seeBefore
	seeNormal
	seeTangent
	seeCoupling
	seeFriction
	seeElasticity
	seeBusy
	seeSize
)

// Scales of the inputs. They only bring typical values near 1; the weights
// absorb any other choice.
const (
	gapScale  = 0.003 // m
	gapBound  = 3     // in units of gapScale; deeper overlaps look alike
	busyScale = 4     // points
)

// Gains are what the network answers for each edge, each within ±1. They are the law
// that the sweeps over the edges then follow; see newLaw.
const (
	gainBounce   = iota // e · normal velocity before outside forces
	gainNormal0         // normal velocity before any impulse
	gainConstant        // a small constant velocity
	gainNormal          // normal velocity now: 0 stops it at a visit
	gainSlip            // tangential velocity now, for the normal impulse
	gainPush            // normal impulse so far
	gainTangent0        // tangential velocity before any impulse
	gainTangent         // tangential velocity now: 0 stops it at a visit
	gainApproach        // normal velocity now, for the tangential impulse
	gainRub             // Coulomb's limit for the normal impulse so far
	gainGrip            // how far the tangential impulse may go, as a multiple of Coulomb's limit
	gains
)

const (
	gainBound     = 3    // of what is added once; free gains exploded in training
	constantSpeed = 0.05 // m/s, the size of what gravity adds in one frame
)

// relaxed is the share of a velocity that a visit takes away, from the answer y:
// between none and twice all. Beyond that sweeps feed on themselves.
func relaxed(y float32) float32 { return -(1 + y) }

// sign is the mirror of an edge: tangential quantities are multiplied by it so
// that an edge and its mirror image look the same to the network.
func sign(ut float32) float32 {
	if ut < 0 {
		return -1
	}
	return 1
}

// seeOp gathers what the impulse network is shown of each edge [e, seeSize] from the
// velocities of bodies before outside forces and after them, both [n, 3].
type seeOp struct{ edges []edge }

func (op *seeOp) Forward(out tape.Matrix, in []tape.Matrix) {
	before, v := in[0].Data, in[1].Data
	for i := range op.edges {
		e := &op.edges[i]
		a, b := row(v, e.a), row(v, e.b)
		ut := e.axis[1].read(a, b)
		s := sign(ut)
		x := (*[seeSize]float32)(out.Data[seeSize*i:])
		x[seeGap] = max(e.gap/gapScale, -gapBound)
		x[seeBefore] = e.axis[0].read(row(before, e.a), row(before, e.b))
		x[seeNormal] = e.axis[0].read(a, b)
		x[seeTangent] = s * ut
		x[seeCoupling] = s * e.coupling
		x[seeFriction] = e.friction
		x[seeElasticity] = e.elasticity
		x[seeBusy] = e.busy / busyScale
	}
}

func (op *seeOp) Backward(_, outGrad tape.Matrix, in, inGrad []tape.Matrix) {
	if inGrad[0].Data == nil && inGrad[1].Data == nil {
		return
	}
	v := in[1].Data
	for i := range op.edges {
		e := &op.edges[i]
		s := sign(e.axis[1].read(row(v, e.a), row(v, e.b)))
		d := (*[seeSize]float32)(outGrad.Data[seeSize*i:])
		e.readBack(0, inGrad[0].Data, d[seeBefore])
		e.readBack(0, inGrad[1].Data, d[seeNormal])
		e.readBack(1, inGrad[1].Data, s*d[seeTangent])
	}
}

// readBack adds to dv, unless it is nil, what d asks for along axis k.
func (e *edge) readBack(k int, dv []float32, d float32) {
	if dv != nil {
		e.axis[k].readBack(row(dv, e.a), row(dv, e.b), d)
	}
}

// law is how the impulses at an edge answer to velocities, from the network's gains
// and the velocities at the start. At each visit, with tangential quantities
// mirrored so that the first is ≥ 0,
//
//	jn ← max(0, jn + start + normal·un + slip·ut + push·jn)
//	jt ← jt + rubStart + tangent·ut + approach·un + rub·jn, within ±grip·jn
//
// The normal impulse never pulls; the tangential one stays within the grip.
type law struct {
	sign                                   float32
	start, normal, slip, push              float32
	rubStart, tangent, approach, rub, grip float32
}

// terms are what an edge's law is made from besides the gains.
type terms struct{ bounce, normal, tangent, sign float32 }

func (e *edge) terms(before, v []float32) terms {
	a, b := row(v, e.a), row(v, e.b)
	ut := e.axis[1].read(a, b)
	s := sign(ut)
	return terms{
		bounce:  e.elasticity * e.axis[0].read(row(before, e.a), row(before, e.b)),
		normal:  e.axis[0].read(a, b),
		tangent: s * ut,
		sign:    s,
	}
}

// newLaw reads the law of an edge off the network's answer y, within ±1.
func newLaw(e *edge, y *[gains]float32, x terms) law {
	return law{
		sign:     x.sign,
		start:    gainBound * (y[gainBounce]*x.bounce + y[gainNormal0]*x.normal + y[gainConstant]*constantSpeed),
		normal:   relaxed(y[gainNormal]),
		slip:     y[gainSlip],
		push:     y[gainPush],
		rubStart: gainBound * y[gainTangent0] * x.tangent,
		tangent:  relaxed(y[gainTangent]),
		approach: y[gainApproach],
		rub:      y[gainRub] * e.limit,
		grip:     (1 + y[gainGrip]) * e.limit, // a multiple of Coulomb's limit between 0 and 2
	}
}

// back is the transpose of newLaw: from the gradient d of a law it adds to that of
// the answer, unless dy is nil, and returns that of the terms.
func (d *law) back(e *edge, y *[gains]float32, x terms, dy *[gains]float32) terms {
	if dy != nil {
		dy[gainBounce] += gainBound * d.start * x.bounce
		dy[gainNormal0] += gainBound * d.start * x.normal
		dy[gainConstant] += gainBound * d.start * constantSpeed
		dy[gainNormal] -= d.normal
		dy[gainSlip] += d.slip
		dy[gainPush] += d.push
		dy[gainTangent0] += gainBound * d.rubStart * x.tangent
		dy[gainTangent] -= d.tangent
		dy[gainApproach] += d.approach
		dy[gainRub] += d.rub * e.limit
		dy[gainGrip] += d.grip * e.limit
	}
	return terms{
		bounce:  gainBound * d.start * y[gainBounce],
		normal:  gainBound * d.start * y[gainNormal0],
		tangent: gainBound * d.rubStart * y[gainTangent0],
	}
}
