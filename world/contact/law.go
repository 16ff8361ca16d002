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

// Gains are the answers of the network for each edge, each within ±1. They are the law
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
	gainHold  = gains     // share of the sliding at the start that may end however hard sides are pressed together
	wideGains = gains + 1 // with it, where the source asks for it
)

const (
	gainBound     = 3    // of what is added once; free gains exploded in training
	mostImpulse   = 2.2  // at an impact within a step, of the speed of approach; 2 is elastic, and just there gradients must live
	mostSinking   = 4    // times what gravity adds in a step; of 7,000 contacts of matter.js, the laxest engine, one lets sides approach more
	holdBound     = 1.5  // of the sliding at the start; 1 stops it
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
		now := e.meet(before, v)
		x := (*[seeSize]float32)(out.Data[seeSize*i:])
		x[seeGap] = max(e.gap/gapScale, -gapBound)
		x[seeBefore] = now.before
		x[seeNormal] = now.normal
		x[seeTangent] = now.tangent
		x[seeCoupling] = now.sign * e.coupling
		x[seeFriction] = e.friction
		x[seeElasticity] = e.bounce(now)
		x[seeBusy] = e.busy / busyScale
	}
}

func (op *seeOp) Backward(_, outGrad tape.Matrix, in, inGrad []tape.Matrix) {
	if inGrad[0].Data == nil && inGrad[1].Data == nil {
		return
	}
	for i := range op.edges {
		e := &op.edges[i]
		d := (*[seeSize]float32)(outGrad.Data[seeSize*i:])
		sign := e.meet(in[0].Data, in[1].Data).sign
		e.meetBack(meeting{d[seeBefore], d[seeNormal], d[seeTangent], sign}, inGrad[0].Data, inGrad[1].Data)
	}
}

// meeting says how the two sides of an edge move when the impulses of a step begin: along the
// normal before outside forces and after them, and along the tangent, mirrored by
// sign so that it is ≥ 0.
type meeting struct{ before, normal, tangent, sign float32 }

// meet reads off velocities of bodies before outside forces and after them.
func (e *edge) meet(before, v []float32) meeting {
	a, b := row(v, e.a), row(v, e.b)
	ut := e.axis[1].read(a, b)
	s := sign(ut)
	return meeting{e.axis[0].read(row(before, e.a), row(before, e.b)), e.axis[0].read(a, b), s * ut, s}
}

// bounce returns the elasticity, which is nothing where sides approach too slowly to bounce.
func (e *edge) bounce(x meeting) float32 {
	if e.calm > 0 && -x.normal < e.calm {
		return 0
	}
	return e.elasticity
}

// meetBack is the transpose of meet: it adds to the gradients of the velocities,
// unless they are nil, what the gradient d of a meeting asks for.
func (e *edge) meetBack(d meeting, dBefore, dv []float32) {
	if dBefore != nil {
		e.axis[0].readBack(row(dBefore, e.a), row(dBefore, e.b), d.before)
	}
	if dv != nil {
		a, b := row(dv, e.a), row(dv, e.b)
		e.axis[0].readBack(a, b, d.normal)
		e.axis[1].readBack(a, b, d.sign*d.tangent)
	}
}

// law says how the impulses at an edge follow from velocities, from the network's gains
// and the velocities at the start. At each visit, with tangential quantities
// mirrored so that the first is ≥ 0,
//
//	jn ← max(0, jn + start + normal·un + slip·ut + push·jn)
//	jt ← jt + rubStart + tangent·ut + approach·un + rub·jn, within ±(grip·jn + hold)
//
// The normal impulse never pulls, and at an impact within a step hardly anything parts faster
// than it came, nor do sides approach much faster than before outside forces: without these bounds impacts after impacts could feed on themselves, and what a model has hardly seen sink into the ground. The tangential
// impulse stays within the grip, and with a hold of 0 nothing rubs that is not pressed.
type law struct {
	most                                   float32 // of jn; not learned
	sign                                   float32
	start, normal, slip, push              float32
	rubStart, tangent, approach, rub, grip float32
	hold                                   float32
	fastest                                float32 // m/s, at which sides may still approach after all sweeps; not learned
}

// newLaw reads the law of an edge off the network's answer, gains or wideGains numbers within ±1.
func newLaw(e *edge, answer []float32, x meeting) law {
	y := (*[gains]float32)(answer)
	most := float32(far)
	if e.impact {
		most = mostImpulse * max(0, -x.normal)
	}
	hold := float32(0)
	if len(answer) > gainHold && e.limit > 0 {
		hold = holdBound * max(0, answer[gainHold]) * x.tangent
	}
	l := law{
		hold:     hold,
		most:     most,
		sign:     x.sign,
		start:    gainBound * (y[gainBounce]*e.bounce(x)*x.before + y[gainNormal0]*x.normal + y[gainConstant]*constantSpeed),
		normal:   relaxed(y[gainNormal]),
		slip:     y[gainSlip],
		push:     y[gainPush],
		rubStart: gainBound * y[gainTangent0] * x.tangent,
		tangent:  relaxed(y[gainTangent]),
		approach: y[gainApproach],
		rub:      y[gainRub] * e.limit,
		grip:     (1 + y[gainGrip]) * e.limit, // a multiple of Coulomb's limit between 0 and 2
	}
	if e.stays {
		l.start, l.normal, l.slip, l.push = 0, -1, 0, 0
	}
	if l.fastest = far; e.sink > 0 && !e.impact {
		l.fastest = max(e.sink, -x.before)
	}
	return l
}

// back is the transpose of newLaw: from the gradient d of a law it adds to that of
// the answer, unless dy is nil, and returns that of the meeting.
func (l *law) back(e *edge, answer []float32, x meeting, dAnswer []float32) meeting {
	y, held := (*[gains]float32)(answer), float32(0)
	if len(answer) > gainHold && e.limit > 0 && answer[gainHold] > 0 {
		held = answer[gainHold]
		if dAnswer != nil {
			dAnswer[gainHold] += holdBound * l.hold * x.tangent
		}
	}
	if e.stays {
		l.start, l.normal, l.slip, l.push = 0, 0, 0, 0 // nothing of the normal impulse is learned
	}
	if dAnswer != nil {
		dy := (*[gains]float32)(dAnswer)
		dy[gainBounce] += gainBound * l.start * e.bounce(x) * x.before
		dy[gainNormal0] += gainBound * l.start * x.normal
		dy[gainConstant] += gainBound * l.start * constantSpeed
		dy[gainNormal] -= l.normal
		dy[gainSlip] += l.slip
		dy[gainPush] += l.push
		dy[gainTangent0] += gainBound * l.rubStart * x.tangent
		dy[gainTangent] -= l.tangent
		dy[gainApproach] += l.approach
		dy[gainRub] += l.rub * e.limit
		dy[gainGrip] += l.grip * e.limit
	}
	return meeting{
		before:  gainBound * l.start * y[gainBounce] * e.bounce(x),
		normal:  gainBound * l.start * y[gainNormal0],
		tangent: gainBound*l.rubStart*y[gainTangent0] + holdBound*l.hold*held,
		sign:    x.sign,
	}
}
