package kernel

import "math"

// Huber is a loss summed over the elements of a matrix: weight·d² where
// |d| ≤ Beta, and on the tangents weight·(2·Beta·|d| − Beta²) beyond (Huber 1964).
// An infinite Beta leaves the plain square.
type Huber struct {
	Weight float32 // factor on every term
	Beta   float32 // in units of the scaled difference d
}

// Sum returns the loss of d = scale·(pred−target) for pred[·,n] and target alike;
// scale[n] holds one factor per column, or is nil for 1.
func (h Huber) Sum(pred, target, scale []float32, n int) float64 {
	checkLoss(pred, target, scale, n)
	beta, sum := float64(h.Beta), 0.0
	for i, p := range pred {
		d := math.Abs(float64(p-target[i]) * float64(factor(scale, i, n)))
		if d > beta {
			sum += beta * (2*d - beta)
		} else {
			sum += d * d
		}
	}
	return float64(h.Weight) * sum
}

// Backward adds seed times the derivative of Sum by pred to dpred.
func (h Huber) Backward(dpred, pred, target, scale []float32, n int, seed float32) {
	checkLoss(pred, target, scale, n)
	checkLen(dpred, len(pred), 1)
	for i, p := range pred {
		s := factor(scale, i, n)
		d := s * (p - target[i])
		dpred[i] += 2 * seed * h.Weight * s * max(-h.Beta, min(d, h.Beta))
	}
}

func factor(scale []float32, i, n int) float32 {
	if scale == nil {
		return 1
	}
	return scale[i%n]
}

func checkLoss(pred, target, scale []float32, n int) {
	checkLen(target, len(pred), 1)
	if scale != nil {
		checkLen(scale, n, 1)
	}
}
