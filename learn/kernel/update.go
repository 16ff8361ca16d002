package kernel

import "math"

// Adam moves weights by one step of AdamW (Kingma and Ba 2015, arXiv:1412.6980;
// Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2). Scale multiplies
// the gradient first, for clipping.
type Adam struct {
	Rate, Decay           float32 // learning rate; weight decay per unit of rate
	Beta1, Beta2, Epsilon float32
	Scale                 float32
	Step                  int // number of this step, from 1
}

// Update applies the step to weights and to the moments m and v, all as long as
// grad.
func (s Adam) Update(weights, m, v, grad []float32) {
	checkLen(weights, len(grad), 1)
	checkLen(m, len(grad), 1)
	checkLen(v, len(grad), 1)
	rate := s.Rate / float32(1-math.Pow(float64(s.Beta1), float64(s.Step)))
	unbias := float32(1 / math.Sqrt(1-math.Pow(float64(s.Beta2), float64(s.Step))))
	keep := 1 - s.Rate*s.Decay
	for i, g := range grad {
		g *= s.Scale
		m[i] = s.Beta1*m[i] + (1-s.Beta1)*g
		v[i] = s.Beta2*v[i] + (1-s.Beta2)*g*g
		weights[i] = keep*weights[i] - rate*m[i]/(sqrt(v[i])*unbias+s.Epsilon)
	}
}

func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// EMA moves the average towards x: average = decay·average + (1−decay)·x.
func EMA(average, x []float32, decay float32) {
	checkLen(average, len(x), 1)
	for i, v := range x {
		average[i] = decay*average[i] + (1-decay)*v
	}
}
