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
// scale[n] holds one factor per column, or is nil for 1. Value i is added to sum i mod 8 and the
// eight sums are added last, the same with and without vectors.
func (h Huber) Sum(pred, target, scale []float32, n int) float64 {
	checkLoss(pred, target, scale, n)
	var sums [8]float64
	beta := float64(h.Beta)
	for i := headHuber(&sums, pred, target, scale, beta); i < len(pred); i++ {
		d := math.Abs(float64(pred[i]-target[i]) * float64(factor(scale, i)))
		near := min(d, beta)
		sums[i%len(sums)] += near * (2*d - near) // d² up to beta, and the tangent beyond
	}
	total := 0.0
	for _, s := range sums {
		total += s
	}
	return float64(h.Weight) * total
}

// Backward adds seed times the derivative of Sum by pred to dpred.
func (h Huber) Backward(dpred, pred, target, scale []float32, n int, seed float32) {
	checkLoss(pred, target, scale, n)
	checkLen(dpred, len(pred), 1)
	weight := 2 * seed * h.Weight
	for i := headHuberBackward(dpred, pred, target, scale, weight, h.Beta); i < len(pred); i++ {
		s := factor(scale, i)
		d := s * (pred[i] - target[i])
		dpred[i] += weight * s * max(-h.Beta, min(d, h.Beta))
	}
}

func factor(scale []float32, i int) float32 {
	if scale == nil {
		return 1
	}
	return scale[i%len(scale)]
}

func checkLoss(pred, target, scale []float32, n int) {
	checkLen(target, len(pred), 1)
	if scale != nil {
		checkLen(scale, n, 1)
	}
}
