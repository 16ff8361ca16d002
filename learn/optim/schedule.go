package optim

import "math"

// Schedule is a learning rate that rises linearly over the first steps and then
// falls along half a cosine (Loshchilov and Hutter 2017, arXiv:1608.03983).
type Schedule struct {
	Peak, Final float64 // learning rates, the factor on Adam's direction in a step
	Warmup      int     // steps of the rise
}

// Rate returns the learning rate of a step, from 0, when the given fraction of the
// training is over: the cosine of that fraction, times (step+1)/Warmup while that
// is below 1.
func (s Schedule) Rate(step int, fraction float64) float64 {
	fraction = max(0, min(fraction, 1))
	rate := s.Final + (s.Peak-s.Final)*(1+math.Cos(math.Pi*fraction))/2
	if step < s.Warmup {
		rate *= float64(step+1) / float64(s.Warmup)
	}
	return rate
}
