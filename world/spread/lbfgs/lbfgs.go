package lbfgs

import (
	"math"
	"slices"
)

// Of the search: how many steps the curvature is taken from, what share of the decrease that the slope promises a step
// must bring, what share of the slope may be left after it, how often its length is changed, and the slope that counts
// as none. All but the last are the usual ones (Nocedal and Wright, Numerical Optimization, 2006, sections 3.1 and 7.2).
const (
	memory    = 15
	decrease  = 1e-4
	curvature = 0.9
	lengths   = 40
	flat      = 1e-9
)

// Minimise returns a point [n] where value is about least: what the search has reached
// from start [n] when it gets no further, or after so many iterations, and never worse
// than start. Gradient sets dst [n] to the derivatives of value at x [n]. Where value is NaN, it counts as
// worse than anywhere else. It is deterministic.
//
// Each iteration goes along the limited-memory quasi-Newton direction of Liu and Nocedal (1989), to where Wolfe's weak
// conditions hold, which halving and doubling find.
func Minimise(start []float64, iterations int, value func(x []float64) float64, gradient func(dst, x []float64)) []float64 {
	n := len(start)
	s := search{x: slices.Clone(start), slope: make([]float64, n), value: value, gradient: gradient}
	s.least = value(s.x)
	gradient(s.slope, s.x)
	for range iterations {
		if !(largest(s.slope) > flat) || !s.advance() {
			break
		}
	}
	return s.x
}

// search is where a search stands.
type search struct {
	value    func(x []float64) float64
	gradient func(dst, x []float64)

	x, slope []float64 // [n]
	least    float64   // value at x
	steps    []step    // the last ones, the oldest first
}

// step is by how much x and the slope changed [n], and the inverse of the product of both.
type step struct {
	by, turn []float64
	inverse  float64
}

// advance takes one step, and reports whether there was one that made the value less.
func (s *search) advance() bool {
	way := s.direction()
	down := dot(way, s.slope)
	if !(down < 0) { // the curvature misled
		s.steps = nil
		way = s.direction()
		down = dot(way, s.slope)
		if !(down < 0) { // the slope is too steep for its square to be a number
			return false
		}
	}
	to, slope := make([]float64, len(s.x)), make([]float64, len(s.x))
	low, high, length := 0.0, math.Inf(1), 1.0
	for range lengths {
		for i := range to {
			to[i] = s.x[i] + length*way[i]
		}
		value := s.value(to)
		switch {
		case !(value <= s.least+decrease*length*down):
			high = length
		default:
			s.gradient(slope, to)
			if dot(way, slope) >= curvature*down {
				s.move(to, slope, value)
				return true
			}
			low = length
		}
		if length = (low + high) / 2; math.IsInf(high, 1) {
			length = 2 * low
		}
	}
	if low == 0 {
		return false
	}
	for i := range to { // lower, if not as flat as it should be
		to[i] = s.x[i] + low*way[i]
	}
	value := s.value(to)
	s.gradient(slope, to)
	s.move(to, slope, value)
	return true
}

// move goes to another point.
func (s *search) move(to, slope []float64, value float64) {
	last := step{by: make([]float64, len(to)), turn: make([]float64, len(to))}
	for i := range to {
		last.by[i], last.turn[i] = to[i]-s.x[i], slope[i]-s.slope[i]
	}
	s.x, s.slope, s.least = to, slope, value
	if product := dot(last.by, last.turn); product > 0 {
		last.inverse = 1 / product
		if s.steps = append(s.steps, last); len(s.steps) > memory {
			s.steps = s.steps[1:]
		}
	}
}

// direction returns the slope downwards, turned and scaled by the curvature that the last steps saw; a unit long where there
// was none.
func (s *search) direction() []float64 {
	way := make([]float64, len(s.x))
	for i, g := range s.slope {
		way[i] = -g
	}
	shares := make([]float64, len(s.steps))
	for k, last := range slices.Backward(s.steps) {
		shares[k] = last.inverse * dot(last.by, way)
		add(way, last.turn, -shares[k])
	}
	scale := 1 / max(math.Sqrt(dot(s.slope, s.slope)), math.SmallestNonzeroFloat64)
	if k := len(s.steps) - 1; k >= 0 {
		scale = 1 / (s.steps[k].inverse * dot(s.steps[k].turn, s.steps[k].turn))
	}
	for i := range way {
		way[i] *= scale
	}
	for k, past := range s.steps {
		add(way, past.by, shares[k]-past.inverse*dot(past.turn, way))
	}
	return way
}

func dot(a, b []float64) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

// add adds a multiple of x to dst.
func add(dst, x []float64, by float64) {
	for i := range dst {
		dst[i] += by * x[i]
	}
}

func largest(x []float64) float64 {
	most := 0.0
	for _, v := range x {
		if math.IsNaN(v) {
			return math.NaN()
		}
		most = max(most, math.Abs(v))
	}
	return most
}
