package datasets

import (
	"errors"
	"fmt"
	"slices"

	"orrery/sim"
)

// Columns of a frame. LeRobot demands all from the timestamp on; those that begin
// with next are there when the episodes have outcomes.
const (
	featureState     = "observation.state"
	featureAction    = "action"
	featureReward    = "next.reward"
	featureDone      = "next.done"
	featureSuccess   = "next.success"
	featureTruncated = "next.truncated"
	featureTimestamp = "timestamp"
	featureFrame     = "frame_index"
	featureEpisode   = "episode_index"
	featureIndex     = "index"
	featureTask      = "task_index"
)

// noAction names the one component of an action where there are no actuators.
const noAction = "none"

// feature is a column of the frames.
type feature struct {
	name  string
	dtype string   // numpy's name of the type
	width int      // values of a frame
	names []string // of the values, or nil
}

// layout is what a frame has room for.
type layout struct {
	Bodies   int
	Actions  []string // names of the components
	Rewarded bool     // there are outcomes
}

// features returns the columns of a frame in a fixed order.
func (l layout) features() []feature {
	states := make([]string, 0, sim.StateSize*l.Bodies)
	for body := range l.Bodies {
		for _, quantity := range sim.StateNames() {
			states = append(states, fmt.Sprintf("body%d.%s", body, quantity))
		}
	}
	actions := l.Actions
	if len(actions) == 0 {
		actions = []string{noAction}
	}
	features := []feature{
		{featureState, "float32", len(states), states},
		{featureAction, "float32", len(actions), actions},
	}
	if l.Rewarded {
		features = append(features,
			feature{featureReward, "float32", 1, nil},
			feature{featureDone, "bool", 1, nil},
			feature{featureSuccess, "bool", 1, nil},
			feature{featureTruncated, "bool", 1, nil})
	}
	return append(features,
		feature{featureTimestamp, "float32", 1, nil},
		feature{featureFrame, "int64", 1, nil},
		feature{featureEpisode, "int64", 1, nil},
		feature{featureIndex, "int64", 1, nil},
		feature{featureTask, "int64", 1, nil})
}

// layoutOf returns the layout that fits an episode exactly.
func layoutOf(scene *sim.Scene, outcomes []Outcome) layout {
	l := layout{Bodies: len(scene.Bodies), Rewarded: outcomes != nil}
	for i := range scene.Actuators {
		name := actionName(&scene.Actuators[i])
		if slices.Contains(l.Actions, name) {
			name = fmt.Sprintf("%s_%d", name, i)
		}
		l.Actions = append(l.Actions, name)
	}
	return l
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

// widen returns the smallest layout with room for both. A component of the action
// that has several names gets one without meaning. It is an error when only one
// has outcomes.
func (l layout) widen(other layout) (layout, error) {
	if l.Bodies == 0 {
		return other, nil
	}
	if l.Rewarded != other.Rewarded {
		return layout{}, errors.New("outcomes must be in all episodes or in none")
	}
	l.Bodies = max(l.Bodies, other.Bodies)
	l.Actions = slices.Clone(l.Actions)
	for i, name := range other.Actions {
		switch {
		case i == len(l.Actions):
			l.Actions = append(l.Actions, name)
		case l.Actions[i] != name:
			l.Actions[i] = fmt.Sprintf("action%d", i)
		}
	}
	return l, nil
}
