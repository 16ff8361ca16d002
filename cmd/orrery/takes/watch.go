package takes

import (
	"orrery/sim/environment"
	"orrery/sim/task"
)

// Watch is told what happens in environments, each of which has a number. Several may act at a time, but none begins
// or acts while Stepped is called.
type Watch struct {
	Begun   func(i int, e *environment.Environment)
	Acted   func(i int, asked []float64, outcome task.Outcome) // asked is in the unit of the task
	Stepped func() error                                       // everyone has acted
}
