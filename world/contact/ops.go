package contact

import "orrery/learn/tape"

// The operations below are the mechanics between the networks, written by hand
// with the backward pass beside the forward one. Every matrix has one row per
// edge of one colour, or one row per body with columns vx, vy, ω.

// readOp gives the relative velocity [e, 2] of each edge along n and t from the
// velocities of the bodies [n, 3].
type readOp struct{ edges []edge }

func (op *readOp) Forward(out tape.Matrix, in []tape.Matrix) {
	v := in[0].Data
	for i := range op.edges {
		e := &op.edges[i]
		a := (*[3]float32)(v[3*e.a:])
		un, ut := e.readA[0].dot(a), e.readA[1].dot(a)
		if e.b >= 0 {
			b := (*[3]float32)(v[3*e.b:])
			un += e.readB[0].dot(b)
			ut += e.readB[1].dot(b)
		}
		out.Data[2*i], out.Data[2*i+1] = un, ut
	}
}

func (op *readOp) Backward(_, outGrad tape.Matrix, _, inGrad []tape.Matrix) {
	dv := inGrad[0].Data
	if dv == nil {
		return
	}
	for i := range op.edges {
		e := &op.edges[i]
		for k := range 2 {
			d := outGrad.Data[2*i+k]
			e.readA[k].addTo((*[3]float32)(dv[3*e.a:]), d) // u_k = readA_k·a + readB_k·b
			if e.b >= 0 {
				e.readB[k].addTo((*[3]float32)(dv[3*e.b:]), d)
			}
		}
	}
}

// applyOp changes the velocities [n, 3] by what the accumulated impulses of the
// edges gained: new [e, 2] − old [e, 2].
type applyOp struct{ edges []edge }

func (op *applyOp) Forward(out tape.Matrix, in []tape.Matrix) {
	v, old, new := out.Data, in[1].Data, in[2].Data
	copy(v, in[0].Data)
	for i := range op.edges {
		e := &op.edges[i]
		for k := range 2 {
			gain := new[2*i+k] - old[2*i+k]
			e.pushA[k].addTo((*[3]float32)(v[3*e.a:]), gain)
			if e.b >= 0 {
				e.pushB[k].addTo((*[3]float32)(v[3*e.b:]), gain)
			}
		}
	}
}

func (op *applyOp) Backward(_, outGrad tape.Matrix, _, inGrad []tape.Matrix) {
	dv := outGrad.Data
	if inGrad[0].Data != nil {
		for i, d := range dv {
			inGrad[0].Data[i] += d
		}
	}
	for i := range op.edges {
		e := &op.edges[i]
		for k := range 2 {
			d := e.pushA[k].dot((*[3]float32)(dv[3*e.a:])) // v_a += pushA_k·(new_k − old_k)
			if e.b >= 0 {
				d += e.pushB[k].dot((*[3]float32)(dv[3*e.b:]))
			}
			if inGrad[1].Data != nil {
				inGrad[1].Data[2*i+k] -= d
			}
			if inGrad[2].Data != nil {
				inGrad[2].Data[2*i+k] += d
			}
		}
	}
}

// sign is the mirror of an edge: tangential quantities are multiplied by it so
// that an edge and its mirror image look the same to the network.
func sign(ut0 float32) float32 {
	if ut0 < 0 {
		return -1
	}
	return 1
}

// Columns of the impulse network's input.
const (
	seeGap = iota
	seeBefore
	seeNormal0
	seeTangent0
	seeNormal
	seeTangent
	seeCoupling
	seeFriction
	seeElasticity
	seePush
	seeRub
	seeBusy
	seeRound
	seeSize
)

// Scales of the inputs. They only bring typical values near 1; the weights
// absorb any other choice.
const (
	gapScale  = 0.003 // m
	gapBound  = 3     // in units of gapScale; deeper overlaps look alike
	busyScale = 4     // points
)

// seeOp gathers what the impulse network is shown [e, seeSize] from the normal
// relative velocity before outside forces [e, 2], the relative velocity before
// any impulse [e, 2], the present one [e, 2] and the impulse so far [e, 2].
type seeOp struct {
	edges []edge
	round float32 // 0 for the first, approaching 1
}

func (op *seeOp) Forward(out tape.Matrix, in []tape.Matrix) {
	before, u0, u, j := in[0].Data, in[1].Data, in[2].Data, in[3].Data
	for i := range op.edges {
		e := &op.edges[i]
		s := sign(u0[2*i+1])
		x := (*[seeSize]float32)(out.Data[seeSize*i:])
		x[seeGap] = max(e.gap/gapScale, -gapBound)
		x[seeBefore] = before[2*i]
		x[seeNormal0] = u0[2*i]
		x[seeTangent0] = s * u0[2*i+1]
		x[seeNormal] = u[2*i]
		x[seeTangent] = s * u[2*i+1]
		x[seeCoupling] = s * e.coupling
		x[seeFriction] = e.friction
		x[seeElasticity] = e.elasticity
		x[seePush] = j[2*i]
		x[seeRub] = s * j[2*i+1]
		x[seeBusy] = e.busy / busyScale
		x[seeRound] = op.round
	}
}

func (op *seeOp) Backward(_, outGrad tape.Matrix, in, inGrad []tape.Matrix) {
	u0 := in[1].Data
	for i := range op.edges {
		s := sign(u0[2*i+1])
		d := (*[seeSize]float32)(outGrad.Data[seeSize*i:])
		add2(inGrad[0], i, d[seeBefore], 0)
		add2(inGrad[1], i, d[seeNormal0], s*d[seeTangent0])
		add2(inGrad[2], i, d[seeNormal], s*d[seeTangent])
		add2(inGrad[3], i, d[seePush], s*d[seeRub])
	}
}

// add2 adds (x, y) to row i of an [e, 2] gradient, if it is wanted.
func add2(m tape.Matrix, i int, x, y float32) {
	if m.Data != nil {
		m.Data[2*i] += x
		m.Data[2*i+1] += y
	}
}
