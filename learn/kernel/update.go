package kernel

import "math"

// Adam moves weights by one step of AdamW (Kingma and Ba 2015, arXiv:1412.6980;
// Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2). Scale multiplies
// the gradient first, for clipping.
type Adam struct {
	Rate, Decay  float32 // learning rate; weight decay per unit of rate
	Beta1, Beta2 float32 // shares of the two moments that a step leaves, 0 to 1
	Epsilon      float32 // added to the root of the second moment, in the unit of the gradient
	Scale        float32 // factor on the gradient
	Step         int     // number of this step, from 1
}

// Update applies the step to weights[n] and to the moments m[n] and v[n], with the
// gradient grad[n].
func (s Adam) Update(weights, m, v, grad []float32) {
	checkLen(weights, len(grad), 1)
	checkLen(m, len(grad), 1)
	checkLen(v, len(grad), 1)
	k := adamScalars{
		adamScale: s.Scale, adamBeta1: s.Beta1, adamNew1: 1 - s.Beta1, adamBeta2: s.Beta2, adamNew2: 1 - s.Beta2,
		adamRate:    s.Rate / float32(1-math.Pow(float64(s.Beta1), float64(s.Step))),
		adamUnbias:  float32(1 / math.Sqrt(1-math.Pow(float64(s.Beta2), float64(s.Step)))),
		adamEpsilon: s.Epsilon,
		adamKeep:    1 - s.Rate*s.Decay,
	}
	for i := headAdam(weights, m, v, grad, &k); i < len(grad); i++ {
		g := grad[i] * k[adamScale]
		m[i] = k[adamBeta1]*m[i] + k[adamNew1]*g
		v[i] = k[adamBeta2]*v[i] + k[adamNew2]*g*g
		weights[i] = k[adamKeep]*weights[i] - k[adamRate]*m[i]/(sqrt(v[i])*k[adamUnbias]+k[adamEpsilon])
	}
}

// adamScalars are the factors of one step, in the order the assembly reads them.
type adamScalars [9]float32

// Indices of adamScalars.
const (
	adamScale = iota
	adamBeta1
	adamNew1
	adamBeta2
	adamNew2
	adamRate
	adamUnbias
	adamEpsilon
	adamKeep
)

func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// EMA moves the average[n] towards x[n]: average += (1−decay)·(x−average). The decay
// is the share of the average that is kept, 0 to 1.
func EMA(average, x []float32, decay float32) {
	checkLen(average, len(x), 1)
	for i := headEMA(average, x, 1-decay); i < len(x); i++ {
		average[i] += (1 - decay) * (x[i] - average[i])
	}
}
