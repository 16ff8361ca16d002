package task

import (
	"cmp"
	"math"

	"orrery/sim"
)

// Measure is a number of a frame of one scene: of a state, and of the action that has led
// to it. It is pure, allocates nothing, and may be called by many goroutines at once.
type Measure = func(state sim.State, action sim.Action) float64

// Negative turns a cost into a reward.
func Negative(cost Measure) Measure {
	return func(state sim.State, action sim.Action) float64 { return -cost(state, action) }
}

// Effort returns the sum of the squares of the components of an action for the actuators
// of the given indices, each as a share of the most that its actuator can to either side.
// No action, which is nil, is none.
func Effort(scene *sim.Scene, actuators ...int) Measure {
	most := make([]float64, len(actuators))
	for i, k := range actuators {
		a := &scene.Actuators[k]
		most[i] = cmp.Or(max(math.Abs(a.Low), math.Abs(a.High)), 1) // one that can do nothing is asked for nothing
	}
	return func(_ sim.State, action sim.Action) float64 {
		if action == nil {
			return 0
		}
		sum := 0.0
		for i, k := range actuators {
			share := action[k] / most[i]
			sum += share * share
		}
		return sum
	}
}
