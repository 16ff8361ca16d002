package contact

import (
	"math"
	"sort"

	"orrery/learn/tape"
	"orrery/sim"
)

// Of motion that was observed, states are estimates. What a frame shows of a law is then only as
// good as the states at both of its ends, so each value counts by their uncertainty.

// knee is the number of standard deviations from which on a residual counts as an accident, such
// as an impact that the estimate missed or has in the frame before.
const knee = 2

// appendWeights appends what the values of a frame are multiplied by before their loss is taken:
// of the velocities after it and of the mean velocities during it, [n, 3] each. Exact states have
// the plain scale. Where the uncertainty is so large that the bound of the loss is less than
// knee standard deviations, it is as many.
func appendWeights(velocity, move []float32, t *sim.Trajectory, frame int, scale []float32) (v, m []float32) {
	dt := t.Scene.FrameTime()
	var rubs []sim.Vec
	if t.Seen != nil {
		rubs = appendRubs(nil, t, frame)
	}
	for i := range t.Scene.Bodies {
		if t.Seen == nil {
			velocity, move = append(velocity, scale...), append(move, scale...)
			continue
		}
		now, next := t.Seen.Std[frame][i], t.Seen.Std[frame+1][i]
		vx, vy := math.Hypot(now.VX, rubs[i].X), math.Hypot(now.VY, rubs[i].Y)
		for k, of := range [3]struct{ x0, x1, v0, v1 float64 }{
			{now.X, next.X, vx, next.VX}, {now.Y, next.Y, vy, next.VY}, {now.Angle, next.Angle, now.Omega, next.Omega},
		} {
			velocity = append(velocity, weight(scale[k], velocityBeta, math.Hypot(of.v0, of.v1)))
			move = append(move, weight(scale[k], moveBeta, math.Hypot(math.Hypot(of.x0, of.x1)/dt, of.v0)))
		}
	}
	return velocity, move
}

// appendRubs appends by how much each body's velocity after a frame is unsure, along x and along y in m/s, because it is
// unsure how fast those turn that hit each other during it: friction that stops all sliding passes that on.
func appendRubs(dst []sim.Vec, t *sim.Trajectory, frame int) []sim.Vec {
	dst = append(dst, make([]sim.Vec, len(t.Scene.Bodies))...)
	dt := t.Scene.FrameTime()
	begin, end := float64(frame)*dt, float64(frame+1)*dt
	hits := t.Seen.Impacts
	first := sort.Search(len(hits), func(k int) bool { return hits[k].Time >= begin-dt })
	for _, h := range hits[first:] {
		if h.Time > end+dt {
			break
		}
		if late := knee * h.StdTime; h.Time < begin-late || h.Time > end+late {
			continue
		}
		var slide, yield float64 // variance of the speed at which they slide, and 1/kg by which that changes
		pair := [2]int{h.Body, h.Other}
		for _, i := range pair {
			if i < 0 {
				continue
			}
			b := &t.Scene.Bodies[i]
			reach := b.Reach()
			slide += reach * reach * t.Seen.Std[frame][i].Omega * t.Seen.Std[frame][i].Omega
			yield += b.InvMass() + reach*reach*b.InvMoment()
		}
		if !(yield > 0) {
			continue
		}
		across := sim.Vec{X: math.Abs(h.Normal.Y), Y: math.Abs(h.Normal.X)}
		for _, i := range pair {
			if i >= 0 {
				dst[i] = dst[i].Add(across.Scale(math.Sqrt(slide) * t.Scene.Bodies[i].InvMass() / yield))
			}
		}
	}
	return dst
}

// weight returns the factor of a value that counts by scale when it is exact and has this
// standard deviation, in its own unit.
func weight(scale float32, beta, std float64) float32 {
	if noise := knee * std * float64(scale); noise > beta {
		return float32(float64(scale) * beta / noise)
	}
	return scale
}

// weighOp multiplies a matrix by factors of the same shape.
type weighOp struct{ factors []float32 }

func (op *weighOp) Forward(out tape.Matrix, in []tape.Matrix) {
	for i, f := range op.factors {
		out.Data[i] = f * in[0].Data[i]
	}
}

func (op *weighOp) Backward(_, outGrad tape.Matrix, _, inGrad []tape.Matrix) {
	if inGrad[0].Data == nil {
		return
	}
	for i, f := range op.factors {
		inGrad[0].Data[i] += f * outGrad.Data[i]
	}
}
