package contact

import "orrery/learn/tape"

// Terms of an impulse step: the network answers with one gain for each. Their
// order is the order of the network's outputs.
const (
	gainBounce   = iota // e · normal velocity before outside forces
	gainNormal0         // normal velocity before any impulse
	gainNormal          // normal velocity now
	gainSlip            // tangential velocity now, for the normal impulse
	gainPush            // normal impulse so far
	gainConstant        // a small constant velocity
	gainTangent0        // tangential velocity before any impulse
	gainTangent         // tangential velocity now
	gainRub             // Coulomb's limit for the normal impulse so far
	gainApproach        // normal velocity now, for the tangential impulse
	gainGrip            // how far the tangential impulse may go, as a multiple of Coulomb's limit
	gains
)

const (
	gainBound     = 3    // gains stay within ±gainBound; free ones exploded in training
	constantSpeed = 0.05 // m/s, the size of what gravity adds in one frame
)

// stepOp turns the network's answer [e, gains], each within ±1, into the
// accumulated impulses [e, 2] after one step, from the same four inputs as seeOp. The normal impulse
// never pulls; the tangential one stays within the grip.
type stepOp struct{ edges []edge }

// terms returns what each gain multiplies, s being the sign of the edge.
func (op *stepOp) terms(i int, s float32, in []tape.Matrix) (x [gains]float32) {
	before, u0, u, j := in[1].Data, in[2].Data, in[3].Data, in[4].Data
	x[gainBounce] = op.edges[i].elasticity * before[2*i]
	x[gainNormal0] = u0[2*i]
	x[gainNormal] = u[2*i]
	x[gainSlip] = s * u[2*i+1]
	x[gainPush] = j[2*i]
	x[gainConstant] = constantSpeed
	x[gainTangent0] = s * u0[2*i+1]
	x[gainTangent] = s * u[2*i+1]
	x[gainRub] = op.edges[i].limit * j[2*i]
	x[gainApproach] = u[2*i]
	return x
}

func (op *stepOp) Forward(out tape.Matrix, in []tape.Matrix) {
	y, u0 := in[0].Data, in[2].Data
	for i := range op.edges {
		s := sign(u0[2*i+1])
		push, rub, limit := op.raw(y[gains*i:], i, s, in)
		push = max(push, 0)
		out.Data[2*i] = push
		out.Data[2*i+1] = s * min(max(rub, -limit*push), limit*push)
	}
}

// raw returns the impulses before they are kept in bounds, the tangential one
// mirrored by s, and the grip.
func (op *stepOp) raw(y []float32, i int, s float32, in []tape.Matrix) (push, rub, limit float32) {
	j := in[4].Data
	x := op.terms(i, s, in)
	push, rub = j[2*i], s*j[2*i+1]
	for k := gainBounce; k < gainTangent0; k++ {
		push += gainBound * y[k] * x[k]
	}
	for k := gainTangent0; k < gainGrip; k++ {
		rub += gainBound * y[k] * x[k]
	}
	return push, rub, grip(y[gainGrip]) * op.edges[i].limit
}

// grip is a multiple of Coulomb's limit between 0 and 2.
func grip(y float32) float32 { return 1 + y }

func (op *stepOp) Backward(_, outGrad tape.Matrix, in, inGrad []tape.Matrix) {
	y, u0 := in[0].Data, in[2].Data
	for i := range op.edges {
		e := &op.edges[i]
		s := sign(u0[2*i+1])
		push, rub, limit := op.raw(y[gains*i:], i, s, in)
		dPush, dRub := outGrad.Data[2*i], s*outGrad.Data[2*i+1]
		var dLimit float32
		kept := max(push, 0)
		if rub > limit*kept { // rub = min(rub, limit·push)
			dPush, dLimit, dRub = dPush+limit*dRub, kept*dRub, 0
		} else if rub < -limit*kept { // rub = max(rub, −limit·push)
			dPush, dLimit, dRub = dPush-limit*dRub, -kept*dRub, 0
		}
		if push < 0 { // push = max(push, 0)
			dPush = 0
		}
		x := op.terms(i, s, in)
		var dx [gains]float32
		for k := range gainGrip {
			d := dPush // push += gainBound·y_k·x_k
			if k >= gainTangent0 {
				d = dRub // rub += gainBound·y_k·x_k
			}
			dx[k] = d * gainBound * y[gains*i+k]
			if inGrad[0].Data != nil {
				inGrad[0].Data[gains*i+k] += d * gainBound * x[k]
			}
		}
		if inGrad[0].Data != nil {
			inGrad[0].Data[gains*i+gainGrip] += dLimit * e.limit // limit = grip(y)·e.limit
		}
		add2(inGrad[1], i, e.elasticity*dx[gainBounce], 0)
		add2(inGrad[2], i, dx[gainNormal0], s*dx[gainTangent0])
		add2(inGrad[3], i, dx[gainNormal]+dx[gainApproach], s*(dx[gainSlip]+dx[gainTangent]))
		add2(inGrad[4], i, dPush+dx[gainPush]+e.limit*dx[gainRub], s*dRub)
	}
}
