package contact

import (
	"math"

	"orrery/learn/tape"
)

// Position correction: overlapping bodies are pushed apart by pseudo-velocities
// that move them for one frame and are then forgotten. It has the shape of the
// impulse network but acts along the normal only.

// Columns of the correction network's input.
const (
	seeDepthCoarse = iota
	seeDepthFine
	seeParting
	seeCrowd
	seeLift
	seeSweep
	seeDepthSize
)

// Gains of a correction step.
const (
	gainDepth   = iota // the speed that would undo a share of the overlap in one frame
	gainParting        // normal pseudo-velocity now
	gainLift           // a small constant speed
	correctionGains
)

// Scales of the inputs; see the note on those of the impulse network.
const (
	depthCoarse     = 0.01  // m
	depthFine       = 0.001 // m
	depthBound      = 3     // overlaps deeper than this many scales look alike
	partingScale    = 0.3   // m/s
	correctionSpeed = 0.02  // m/s, the constant speed of gainLift
	correctionShare = 0.1   // of an overlap, undone per unit of gainDepth; keeps that gain near 1
	correctionReach = 0.2   // m/s, the most that an overlap asks for
	liftCorner      = 0.002 // m/s; a body that this moves for a frame goes 0.03 mm
)

// seeDepthOp gathers what the correction network is shown [e, seeDepthSize] from
// the relative pseudo-velocity [e, 2] and the correction so far [e, 2].
type seeDepthOp struct {
	edges []edge
	round float32
}

func (op *seeDepthOp) Forward(out tape.Matrix, in []tape.Matrix) {
	u, j := in[0].Data, in[1].Data
	for i := range op.edges {
		e := &op.edges[i]
		x := (*[seeDepthSize]float32)(out.Data[seeDepthSize*i:])
		x[seeDepthCoarse] = max(e.gap/depthCoarse, -depthBound)
		x[seeDepthFine] = max(e.gap/depthFine, -depthBound)
		x[seeParting] = u[2*i] / partingScale
		x[seeCrowd] = e.busy / busyScale
		x[seeLift] = j[2*i] / partingScale
		x[seeSweep] = op.round
	}
}

func (op *seeDepthOp) Backward(_, outGrad tape.Matrix, _, inGrad []tape.Matrix) {
	for i := range op.edges {
		d := (*[seeDepthSize]float32)(outGrad.Data[seeDepthSize*i:])
		add2(inGrad[0], i, d[seeParting]/partingScale, 0)
		add2(inGrad[1], i, d[seeLift]/partingScale, 0)
	}
}

// liftOp turns the network's answer [e, correctionGains], each within ±1, into the
// accumulated corrections [e, 2] from the same two inputs as seeDepthOp. The second column
// stays zero.
type liftOp struct {
	edges     []edge
	frameTime float32 // s
}

func (op *liftOp) terms(i int, in []tape.Matrix) [correctionGains]float32 {
	return [correctionGains]float32{
		gainDepth:   min(-correctionShare*op.edges[i].gap/op.frameTime, correctionReach),
		gainParting: in[1].Data[2*i],
		gainLift:    correctionSpeed,
	}
}

func (op *liftOp) raw(i int, in []tape.Matrix) float32 {
	lift := in[2].Data[2*i]
	for k, x := range op.terms(i, in) {
		lift += gainBound * in[0].Data[correctionGains*i+k] * x
	}
	return lift
}

// soft is max(lift, 0) with its corner rounded over a few liftCorner, and its
// slope. With a sharp corner a network that overshoots, and asks for no correction
// anywhere, has no gradient and stays there; some seeds did.
func soft(lift float32) (y, slope float32) {
	x := float64(lift / liftCorner)
	e := math.Exp(-math.Abs(x))
	y = liftCorner * float32(max(x, 0)+math.Log1p(e))
	if x < 0 {
		return y, float32(e / (1 + e))
	}
	return y, float32(1 / (1 + e))
}

func (op *liftOp) Forward(out tape.Matrix, in []tape.Matrix) {
	for i := range op.edges {
		out.Data[2*i], _ = soft(op.raw(i, in))
		out.Data[2*i+1] = 0
	}
}

func (op *liftOp) Backward(_, outGrad tape.Matrix, in, inGrad []tape.Matrix) {
	for i := range op.edges {
		_, slope := soft(op.raw(i, in))
		d := slope * outGrad.Data[2*i]
		var dParting float32
		for k, x := range op.terms(i, in) { // lift += gainBound·y_k·x_k
			if inGrad[0].Data != nil {
				inGrad[0].Data[correctionGains*i+k] += d * gainBound * x
			}
			if k == gainParting {
				dParting = d * gainBound * in[0].Data[correctionGains*i+k]
			}
		}
		add2(inGrad[1], i, dParting, 0)
		add2(inGrad[2], i, d, 0)
	}
}
