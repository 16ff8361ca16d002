package spread

import (
	"math"
	"slices"
)

// levels are the shares of the truth that discs ought to hold.
var levels = [4]float64{0.5, 0.68, 0.9, 0.95}

// scale multiplies all variances by what makes the mean of the discs' coverages right
// on the histories.
func (l *Law) scale(list []*history) {
	var ratios []float64 // distance from the truth in σ, as a logarithm
	for _, h := range list {
		now, scratch := make([]moments, h.bodies), make([]change, h.bodies)
		l.begin(now)
		for _, frame := range h.frames {
			l.weigh(frame.influences)
			l.step(now, frame.influences, scratch)
			for i, off := range frame.off {
				if off >= 0 {
					ratios = append(ratios, math.Log(off/now[i].xx)/2)
				}
			}
		}
	}
	if len(ratios) > 0 {
		l.multiply(2 * scaleFor(ratios))
	}
}

// scaleFor returns the logarithm of the factor on σ for which the discs together hold
// as many of the ratios as they ought to.
func scaleFor(ratios []float64) float64 {
	// With each ratio once for every disc, less the disc's radius, a disc holds the
	// ratio when the factor is larger: the factor is a quantile.
	var needed []float64
	var mean float64
	for _, p := range levels {
		radius := math.Log(-2*math.Log(1-p)) / 2
		mean += p / float64(len(levels))
		for _, r := range ratios {
			needed = append(needed, r-radius)
		}
	}
	slices.Sort(needed)
	return needed[int(mean*float64(len(needed)-1))]
}

// multiply adds to the logarithms of all variances. Whatever adds to them is a number
// of its own, and the rest is in proportion.
func (l *Law) multiply(logarithm float64) {
	logarithm = max(-mostExponent, min(logarithm, mostExponent))
	l.weights(kick)[always] += logarithm
	for k := firstX; k < numbers; k++ {
		l.numbers[k] += logarithm
	}
}
