package csv

import (
	"errors"
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

	// SceneOf returns the scene of an episode, unless it is nil, by what the column scene says. It may be
	// called at the same time, more than once for a name. Where FPS is 0, it is that of the scenes.
	SceneOf func(name string) (*sim.Scene, error)
	// Numbered says that the number of an episode names its scene where there is no column scene.
	Numbered bool
	// Splits says that the column split divides the episodes.
	Splits bool

	Recording bool // the table is what was seen, whatever columns it has: Raw reads it

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
		switch {
		case !motion.has(quantity):
			return fmt.Errorf("%.40q must not be mapped, as it is none of %v and action0 to action%d",
				quantity, slices.Concat(motion.list(), motion.texts), sim.MaxActuators-1)
		case quantity == sceneColumn && o.SceneOf == nil:
			return fmt.Errorf("%s must not be mapped, as all episodes have one scene", quantity)
		case quantity == splitColumn && !o.Splits:
			return fmt.Errorf("%s must not be mapped, as the episodes are divided otherwise", quantity)
		}
	}
	switch {
	case o.SceneOf != nil && o.Scene != nil:
		return errors.New("there must be one scene for all episodes, or one for each, but not both")
	case !(o.SceneOf != nil && o.FPS == 0) && (o.FPS < 1 || o.FPS > 1000): // scenes may say it
		return fmt.Errorf("fps %d must be from 1 to 1000", o.FPS)
	case o.Scene != nil && o.Scene.FPS != o.FPS:
		return fmt.Errorf("fps %d must be the scene's, %d", o.FPS, o.Scene.FPS)
	case !(o.Jitter >= 0 && o.Jitter <= 0.5):
		return fmt.Errorf("jitter %v must be from 0 to 0.5 of a frame", o.Jitter)
	case !(o.Radius >= sim.MinMagnitude && o.Radius <= sim.MaxMagnitude):
		return fmt.Errorf("radius %v m must be from %v to %v", o.Radius, sim.MinMagnitude, sim.MaxMagnitude)
	case !(math.Abs(o.Strength) <= sim.MaxMagnitude):
		return fmt.Errorf("strength %v must be at most ±%.0e", o.Strength, sim.MaxMagnitude)
	case o.Strength != 0 && o.Edges == "":
		return fmt.Errorf("strength %v is of the fields in a file of edges, of which there is none", o.Strength)
	}
	return nil
}

// quantities lists what the columns of a table can hold.
type quantities struct {
	required []string
	oneOf    []string // one of these is needed too, if there are any
	optional []string
	recorded []string // so are these, of a recording
	actions  bool     // action0, action1, … are too
	texts    []string // columns of words, the same in all rows of an episode
}

// stateNames are the quantities of a body.
var stateNames = sim.BodyState{}.Names()

var (
	motion = quantities{
		required: []string{"x", "y"},
		oneOf:    []string{"frame", "time", shortTime},
		optional: []string{"episode", "frame", "time", "body", "angle", "vx", "vy", "omega"},
		recorded: []string{"seen", "std", "std_x", "std_y", "std_angle", "radius", "width", "height", "shape"},
		actions:  true,
		texts:    []string{sceneColumn, splitColumn},
	}
	edges = quantities{required: []string{"a", "b", "type"}, optional: []string{"episode", "strength", "limit"}}
)

func (q quantities) has(name string) bool {
	return slices.Contains(q.list(), name) || slices.Contains(q.texts, name) || q.actions && slices.Contains(actionNames[:], name)
}

// list returns the quantities other than actions.
func (q quantities) list() []string { return slices.Concat(q.required, q.optional, q.recorded) }

// actionNames are the components of an action.
var actionNames = func() (names [sim.MaxActuators]string) {
	for i := range names {
		names[i] = fmt.Sprintf("action%d", i)
	}
	return names
}()
