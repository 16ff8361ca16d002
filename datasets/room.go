package datasets

import (
	"errors"
	"fmt"
	"slices"

	"orrery/datasets/camera"
	"orrery/sim"
)

// Columns of a frame. LeRobot demands all from the timestamp on; those that begin
// with next, and what the task observes, are there when the episodes have outcomes, and those that begin with observation
// but the state when the states are estimates.
const (
	featureState     = "observation.state"
	featureAction    = "action"
	featureView      = "observation.environment_state"
	featureReward    = "next.reward"
	featureDone      = "next.done"
	featureSuccess   = "next.success"
	featureTruncated = "next.truncated"
	featureMeasured  = "observation.measured"
	featureSeen      = "observation.seen"
	featureTurned    = "observation.turned"
	featureAfter     = "observation.after"
	featureError     = "observation.measured_std"
	featureStd       = "observation.std"
	featureTimestamp = "timestamp"
	featureFrame     = "frame_index"
	featureEpisode   = "episode_index"
	featureIndex     = "index"
	featureTask      = "task_index"
)

// maxView is how many numbers a task may observe; a few for each body and goal.
const maxView = 1 << 14

// noAction names the one component of an action where there are no actuators.
const noAction = "none"

// feature is a column of the frames.
type feature struct {
	name  string
	dtype string   // numpy's name of the type
	width int      // values of a frame
	names []string // of the values, or nil
}

// Room says how many bodies and actions a frame has room for.
type Room struct {
	Bodies   int         // the most that a scene has
	Actions  []string    // names of the components
	Rewarded bool        // there are outcomes
	View     []string    // names of what the task observes; none where nobody noted it
	Observed bool        // the states are estimates, beside what was measured
	Film     camera.Film // of which only what kind it is and how large
}

// features returns the columns of a frame in a fixed order.
func (r Room) features() []feature {
	actions := r.Actions
	if len(actions) == 0 {
		actions = []string{noAction}
	}
	features := []feature{
		r.ofBodies(featureState, stateNames[:]),
		{featureAction, "float32", len(actions), actions},
	}
	if r.Rewarded {
		features = append(features,
			feature{featureReward, "float32", 1, nil},
			feature{featureDone, "bool", 1, nil},
			feature{featureSuccess, "bool", 1, nil},
			feature{featureTruncated, "bool", 1, nil})
	}
	if len(r.View) > 0 {
		features = append(features, feature{featureView, "float32", len(r.View), r.View})
	}
	if r.Observed {
		for _, f := range observedFeatures {
			features = append(features, r.ofBodies(f.name, f.quantities))
		}
	}
	return append(features,
		feature{featureTimestamp, "float32", 1, nil},
		feature{featureFrame, "int64", 1, nil},
		feature{featureEpisode, "int64", 1, nil},
		feature{featureIndex, "int64", 1, nil},
		feature{featureTask, "int64", 1, nil})
}

// viewAt returns the place of what the task observes among the features, if it is there.
func (r Room) viewAt() int {
	if r.Rewarded {
		return 2 + outcomeSize
	}
	return 2
}

// stateNames are the values of the state of a body.
var stateNames = sim.BodyState{}.Names()

// ofBodies returns the feature that has some quantities of each body.
func (r Room) ofBodies(name string, quantities []string) feature {
	names := make([]string, 0, len(quantities)*r.Bodies)
	for body := range r.Bodies {
		for _, quantity := range quantities {
			names = append(names, fmt.Sprintf("body%d.%s", body, quantity))
		}
	}
	return feature{name, "float32", len(names), names}
}

// roomOf returns the room that fits an episode exactly.
func roomOf(scene *sim.Scene, outcomes []Outcome, seen *sim.Observation, view []string) Room {
	r := Room{Bodies: len(scene.Bodies), Rewarded: outcomes != nil, View: slices.Clone(view), Observed: seen != nil}
	for i := range scene.Actuators {
		name := actionName(&scene.Actuators[i])
		if slices.Contains(r.Actions, name) {
			name = fmt.Sprintf("%s_%d", name, i)
		}
		r.Actions = append(r.Actions, name)
	}
	return r
}

// actionName says what an actuator does to which body.
func actionName(a *sim.Actuator) string {
	name := fmt.Sprintf("body%d.%s", a.Body, a.Kind)
	switch {
	case a.Axis == sim.Vec{X: 1}:
		name += "_x"
	case a.Axis == sim.Vec{Y: 1}:
		name += "_y"
	case a.Axis != sim.Vec{}:
		name += fmt.Sprintf("_%.3g_%.3g", a.Axis.X, a.Axis.Y)
	case a.Against != sim.World:
		name += fmt.Sprintf("_body%d", a.Against)
	}
	return name
}

// Widen returns the smallest room for both. A component of the action
// that has several names gets one without meaning. What the task observes is left out unless
// it is there in both. It is an error when only one
// has outcomes, or is of what was measured.
func (r Room) Widen(other Room) (Room, error) {
	if r.Bodies == 0 {
		return other, nil
	}
	if r.Rewarded != other.Rewarded {
		return Room{}, errors.New("outcomes must be in all episodes or in none")
	}
	if r.Observed != other.Observed {
		return Room{}, errors.New("measurements must be in all episodes or in none")
	}
	if r.Film != other.Film {
		return Room{}, errors.New("pictures must be in all episodes or in none, and of one kind and size")
	}
	r.Bodies = max(r.Bodies, other.Bodies)
	r.Actions = widenNames(r.Actions, other.Actions, "action")
	if len(r.View) == 0 || len(other.View) == 0 {
		r.View = nil
	} else {
		r.View = widenNames(r.View, other.View, "seen")
	}
	return r, nil
}

// widenNames returns the names of two lists, of which those that differ have a number.
func widenNames(a, b []string, what string) []string {
	a = slices.Clone(a)
	for i, name := range b {
		switch {
		case i == len(a):
			a = append(a, name)
		case a[i] != name:
			a[i] = fmt.Sprintf("%s%d", what, i)
		}
	}
	return a
}
