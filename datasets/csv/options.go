package csv

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"orrery/sim"
)

// Options says what the rows of a file mean.
type Options struct {
	Columns map[string]string // the column of each quantity that is not called by its own name
	FPS     int               // frames per second, those of Scene if there is one
	Jitter  float64           // share of a frame by which the column time may be off
	Scene   *sim.Scene        // all of the scenes but their starts; nil for discs and nothing else
	Radius  float64           // m, of the discs, which have a mass of 1 kg

	Edges    string  // path of a file of fields, or empty
	Strength float64 // of fields in a file without such a column

	Progress func(fraction float64) // when not nil, told how much of the file Open has read
}

// DefaultOptions returns discs of 0.1 m and times right to 1 % of a frame; FPS
// has no default.
func DefaultOptions() Options { return Options{Radius: 0.1, Jitter: 0.01} }

// Validate returns an error that names the first option without a usable value.
func (o *Options) Validate() error {
	for _, quantity := range slices.Sorted(maps.Keys(o.Columns)) {
		if !motion.has(quantity) {
			return fmt.Errorf("%.40q must not be mapped, as it is none of %v and action0 to action%d",
				quantity, motion.list(), sim.MaxActuators-1)
		}
	}
	switch {
	case o.FPS < 1 || o.FPS > 1000:
		return fmt.Errorf("fps %d must be from 1 to 1000", o.FPS)
	case o.Scene != nil && o.Scene.FPS != o.FPS:
		return fmt.Errorf("fps %d must be the scene's, %d", o.FPS, o.Scene.FPS)
	case !(o.Jitter >= 0 && o.Jitter <= 0.5):
		return fmt.Errorf("jitter %v must be from 0 to 0.5 of a frame", o.Jitter)
	case !(o.Radius >= sim.MinMagnitude && o.Radius <= sim.MaxMagnitude):
		return fmt.Errorf("radius %v m must be > 0", o.Radius)
	case !(math.Abs(o.Strength) <= sim.MaxMagnitude):
		return fmt.Errorf("strength %v must be at most ±%.0e", o.Strength, sim.MaxMagnitude)
	}
	return nil
}

// quantities lists what the columns of a table can hold.
type quantities struct {
	required []string
	oneOf    []string // one of these is needed too, if there are any
	optional []string
	actions  bool // action0, action1, … are too
}

// stateNames are the quantities of a body.
var stateNames = sim.BodyState{}.Names()

var (
	motion = quantities{
		required: []string{"x", "y"},
		oneOf:    []string{"frame", "time", shortTime},
		optional: []string{"episode", "frame", "time", "body", "angle", "vx", "vy", "omega"},
		actions:  true,
	}
	edges = quantities{required: []string{"a", "b", "type"}, optional: []string{"episode", "strength", "limit"}}
)

func (q quantities) has(name string) bool {
	return slices.Contains(q.list(), name) || q.actions && slices.Contains(actionNames[:], name)
}

// list returns the quantities other than actions.
func (q quantities) list() []string { return slices.Concat(q.required, q.optional) }

// actionNames are the components of an action.
var actionNames = func() (names [sim.MaxActuators]string) {
	for i := range names {
		names[i] = fmt.Sprintf("action%d", i)
	}
	return names
}()
