package tape

import (
	"math"

	"orrery/learn/kernel"
)

// SmoothL1 returns, as a 1 by 1 matrix, the sum over all elements of d²/(2·beta)
// where |d| ≤ beta and |d|−beta/2 beyond, for d = scale·(pred−target). The target
// has the shape of pred; scale holds one factor per column, or is nil for 1; beta
// is positive.
func (t *Tape) SmoothL1(pred Value, target, scale []float32, beta float32) Value {
	if !(beta > 0) {
		panic(badBeta)
	}
	return t.loss(pred, target, scale, kernel.Huber{Weight: 0.5 / beta, Beta: beta})
}

// SquaredError returns, as a 1 by 1 matrix, the sum over all elements of d² for
// d = scale·(pred−target). The target has the shape of pred; scale holds one
// factor per column, or is nil for 1.
func (t *Tape) SquaredError(pred Value, target, scale []float32) Value {
	return t.loss(pred, target, scale, kernel.Huber{Weight: 1, Beta: float32(math.Inf(1))})
}

func (t *Tape) loss(pred Value, target, scale []float32, huber kernel.Huber) Value {
	m := t.Matrix(pred)
	if len(target) != len(m.Data) || scale != nil && len(scale) != m.Cols {
		panic(badShape)
	}
	v, n := t.record(&operation{back: backLoss, target: target, scale: scale, huber: huber}, 1, 1, pred)
	n.Data[0] = float32(huber.Sum(m.Data, target, scale, m.Cols))
	return v
}

func backLoss(t *Tape, n *node) {
	m := t.Matrix(n.in[0])
	n.huber.Backward(t.gradient(n.in[0]), m.Data, n.target, n.scale, m.Cols, n.grad[0])
}
