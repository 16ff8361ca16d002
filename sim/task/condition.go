package task

import (
	"math"

	"orrery/sim"
)

// Condition is true or false of a frame of one scene. It is pure, allocates nothing, and
// may be called by many goroutines at once.
type Condition = func(state sim.State, action sim.Action) bool

// Below is true where a measure is less than a limit. NaN is not.
func Below(m Measure, limit float64) Condition {
	return func(state sim.State, action sim.Action) bool { return m(state, action) < limit }
}

// Above is true where a measure is more than a limit. NaN is not.
func Above(m Measure, limit float64) Condition {
	return func(state sim.State, action sim.Action) bool { return m(state, action) > limit }
}

// Within is true where a measure differs from 0 by less than a limit. NaN does not.
func Within(m Measure, limit float64) Condition {
	return func(state sim.State, action sim.Action) bool { return math.Abs(m(state, action)) < limit }
}

// All is true where all conditions are, and so without any.
func All(conditions ...Condition) Condition {
	return func(state sim.State, action sim.Action) bool {
		for _, c := range conditions {
			if !c(state, action) {
				return false
			}
		}
		return true
	}
}

// Any is true where some condition is, and so not without any.
func Any(conditions ...Condition) Condition {
	return func(state sim.State, action sim.Action) bool {
		for _, c := range conditions {
			if c(state, action) {
				return true
			}
		}
		return false
	}
}

// Not is true where a condition is false.
func Not(c Condition) Condition {
	return func(state sim.State, action sim.Action) bool { return !c(state, action) }
}

// Count returns how many conditions are true; of one it is 1 or 0.
func Count(conditions ...Condition) Measure {
	return func(state sim.State, action sim.Action) float64 {
		n := 0.0
		for _, c := range conditions {
			if c(state, action) {
				n++
			}
		}
		return n
	}
}

// Of returns a condition of a state alone, as a Judge has them. The action it is given is nil.
func Of(c Condition) func(state sim.State) bool {
	return func(state sim.State) bool { return c(state, nil) }
}

// Term is a part of a sum.
type Term struct {
	Weight  float64 // in reward for a unit of the measure
	Measure Measure
}

// Sum returns the sum of measures times their weights.
func Sum(terms ...Term) Measure {
	return func(state sim.State, action sim.Action) float64 {
		sum := 0.0
		for i := range terms {
			sum += terms[i].Weight * terms[i].Measure(state, action)
		}
		return sum
	}
}

// Mean returns the mean of measures, of which there must be some.
func Mean(measures ...Measure) Measure {
	return func(state sim.State, action sim.Action) float64 {
		sum := 0.0
		for _, m := range measures {
			sum += m(state, action)
		}
		return sum / float64(len(measures))
	}
}

// Least returns the least of measures, of which there must be some; NaN if one is.
func Least(measures ...Measure) Measure {
	return func(state sim.State, action sim.Action) float64 {
		least := math.Inf(1)
		for _, m := range measures {
			least = min(least, m(state, action))
		}
		return least
	}
}

// Most returns the most of measures, of which there must be some; NaN if one is.
func Most(measures ...Measure) Measure {
	return func(state sim.State, action sim.Action) float64 {
		most := math.Inf(-1)
		for _, m := range measures {
			most = max(most, m(state, action))
		}
		return most
	}
}
