// Package region says where a body is expected.
//
// A Region is more than a standard deviation: an ellipse for each share of the truth that
// is to lie within it. Errors may have any tails, as those of motion do that is here or
// there after a collision.
//
//	for _, r := range region.Of(predictor, nil) {
//		half := r.Ellipse(0.9) // m, half axes of what should hold nine in ten
//		level := r.Level(x, y) // share whose ellipse just reaches a place
//	}
//
// Units are metres and radians.
package region

import (
	"math"
	"math/rand/v2"
)

// Levels are the shares of the truth for which a Region has a reach of its own.
// Between them it is interpolated.
var Levels = [9]float64{0.05, 0.1, 0.25, 0.5, 0.68, 0.8, 0.9, 0.95, 0.99}

// Region says where a body is expected: within an ellipse about its predicted position,
// whose size depends on the share of the truth that it is to hold.
type Region struct {
	Axes  [2]float64           // m, standard deviations along two axes at right angles
	Angle float64              // rad, from the x axis to the first of them
	Reach [len(Levels)]float64 // half axes over Axes, of the ellipse for each of the levels; > 0, ascending
}

// normalReach has the reach of a round normal distribution.
var normalReach = func() (reach [len(Levels)]float64) {
	for k, level := range Levels {
		reach[k] = math.Sqrt(-2 * math.Log1p(-level))
	}
	return reach
}()

// Normal returns the discs of a round normal distribution with a standard deviation
// of sigma metres along either axis.
func Normal(sigma float64) Region {
	return Region{Axes: [2]float64{sigma, sigma}, Reach: normalReach}
}

// Ellipse returns the half axes, in metres, of the ellipse that should hold a share level
// of the truth, from 0 to 1.
func (r *Region) Ellipse(level float64) [2]float64 {
	reach := 0.0
	if level > 0 {
		// The logarithm of the reach is interpolated along that of −ln(1−level), in which
		// it is a line of slope ½ for a normal distribution, and goes on as such a line.
		z := math.Log(-math.Log1p(-min(level, 1)))
		k := r.segment(func(k int) bool { return z <= places[k] })
		reach = math.Exp(math.Log(r.Reach[k]) + (z-places[k])*r.slope(k, z > places[k]))
	}
	return [2]float64{r.Axes[0] * reach, r.Axes[1] * reach}
}

// Radius returns that of the disc with the area of the ellipse for a level, in metres.
func (r *Region) Radius(level float64) float64 {
	half := r.Ellipse(level)
	return math.Sqrt(half[0]) * math.Sqrt(half[1])
}

// Level returns the least share of the truth whose ellipse reaches a place that is x and y
// metres from the predicted position. It is 0 for the position itself, and 1 when no
// ellipse does.
func (r *Region) Level(x, y float64) float64 {
	if x == 0 && y == 0 {
		return 0
	}
	distance := r.Distance(x, y)
	if !(distance < math.Inf(1)) {
		return 1
	}
	k := r.segment(func(k int) bool { return distance <= r.Reach[k] })
	beyond := math.Log(distance / r.Reach[k])
	z := places[k]
	if slope := r.slope(k, beyond > 0); slope > 0 {
		z += beyond / slope
	}
	return -math.Expm1(-math.Exp(z))
}

// Distance returns how far it is to a place that is x and y metres from the predicted
// position, in Axes.
func (r *Region) Distance(x, y float64) float64 {
	sin, cos := math.Sincos(r.Angle)
	return math.Hypot((cos*x+sin*y)/r.Axes[0], (cos*y-sin*x)/r.Axes[1])
}

// places are the logarithms of −ln(1−level).
var places = func() (at [len(Levels)]float64) {
	for k, level := range Levels {
		at[k] = math.Log(-math.Log1p(-level))
	}
	return at
}()

// segment returns the first level for which within is true, or the last one.
func (r *Region) segment(within func(k int) bool) int {
	for k := range r.Reach {
		if within(k) {
			return k
		}
	}
	return len(r.Reach) - 1
}

// slope returns how the logarithm of the reach grows below level k, or beyond it.
func (r *Region) slope(k int, beyond bool) float64 {
	if beyond || k == 0 {
		return 0.5
	}
	return math.Log(r.Reach[k]/r.Reach[k-1]) / (places[k] - places[k-1])
}

// Of overwrites dst with the regions of the bodies [n] of a predictor, grows dst if it is
// too short, and returns it. Where the predictor has no method Regions, its errors are
// taken as normal with its Spread. Both count from the last state that was not the answer
// to the step before.
func Of(predictor interface{ Spread(dst []float64) []float64 }, dst []Region) []Region {
	if r, ok := predictor.(interface{ Regions(dst []Region) []Region }); ok {
		return r.Regions(dst)
	}
	dst = dst[:0]
	for _, sigma := range predictor.Spread(nil) {
		dst = append(dst, Normal(sigma))
	}
	return dst
}

// Unrounded returns a coordinate, in metres, that a dataset could have rounded to the given
// one: it stores numbers of 32 bits. Whoever counts how often regions hold the truth needs
// it where a model is more exact than the data, or else errors are 0 or steps of the
// rounding, and no region holds half of them.
func Unrounded(rng *rand.Rand, x float64) float64 {
	const half = 1.0 / (1 << 24) // of numbers near 1
	return x + half*max(1, math.Abs(x))*(2*rng.Float64()-1)
}
