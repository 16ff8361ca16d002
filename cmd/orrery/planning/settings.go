package planning

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"orrery/sim/input"
	"orrery/sim/scenario"
	"orrery/world/plan"
)

// Protocol says where an episode begins and what it has to reach.
type Protocol string

// The protocols. A Task begins where its scenario does and has its goal. A Recorded
// one begins in a state of a recorded episode, and its goal is one of the states
// that followed.
const (
	Task     Protocol = "task"
	Recorded Protocol = "recorded"
)

// Settings are settings of a planner by their names in JSON, in the units of plan.Config.
type Settings map[string]float64

// recorded has the settings of the recorded protocol by task, tried with the engine as the
// model. It has the horizon of its publishers, and a cost that counts at the end; their planner is cem, which forgets its elites,
// with 30 · 300 plans, white noise, and nobody who proposes, as with --planner cem --tune samples=300 --tune proposals=0
// --tune iterations=30 --tune knots=0 --tune enough=0 --tune inner=0. A plan that costs 300 ends, in the model, some 8 cm from where it should,
// of the 20 cm that count as success. Half as many plans of which half as many count, and five steps a frame of a model that
// learned ten until plans are good enough, find plans that are as good in a third of the time.
var recorded = map[string]Settings{
	"pusht": {
		"horizon": 25, "replan": 25, "samples": 150, "elites": 10, "proposals": 300, "iterations": 29,
		"decay": 1, "spread": 1, "colour": 0, "knots": 12, "final": 1000, "enough": 300, "inner": 5,
	},
}

// usual is the planner for which scenarios have settings, and ownSettings are those of them
// that are nothing to other planners.
const usual = "icem"

var ownSettings = []string{"elites", "keep", "momentum"}

// Config returns the settings of a planner, or of the usual one when it has no name, for the
// task of a scenario, with those in tune changed, and the planner's name. A setting of the
// scenario that breaks a rule is a mistake in its file, and one of tune a *plan.SettingError.
func Config(of *scenario.Scenario, protocol Protocol, planner string, tune Settings) (plan.Config, string, error) {
	planner = cmp.Or(planner, usual)
	config, err := plan.DefaultConfig(planner)
	if err != nil {
		return config, planner, err
	}
	suit := Settings(of.Planner)
	if protocol == Recorded {
		suit = recorded[of.Name]
	}
	if err := suit.check(of); err != nil {
		return config, planner, err
	}
	if planner != usual {
		suit = maps.Clone(suit)
		maps.DeleteFunc(suit, func(name string, _ float64) bool { return slices.Contains(ownSettings, name) })
	}
	for _, set := range []Settings{suit, tune} {
		if err := set.change(&config); err != nil {
			return config, planner, err
		}
	}
	return config, planner, config.Validate()
}

// check returns the mistake in the settings of a scenario, if there is one.
func (s Settings) check(of *scenario.Scenario) error {
	config, err := plan.DefaultConfig(usual)
	if err != nil {
		return err
	}
	if err = s.change(&config); err == nil {
		err = config.Validate()
	}
	if wrong := (*plan.SettingError)(nil); errors.As(err, &wrong) {
		return of.Mistake("/task/planner/"+wrong.Name, wrong.Rule)
	}
	return err
}

// names are all settings that are numbers, in the order in which they are explained.
var names = []string{
	"horizon", "repeat", "replan", "samples", "decay", "iterations", "proposals", "spread", "colour", "knots",
	"elites", "keep", "momentum", "temperature", "inner", "enough", "final", "caution", "within",
}

// change takes the settings over. The error is a *plan.SettingError.
func (s Settings) change(config *plan.Config) error {
	if len(s) == 0 {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(s)) {
		if !slices.Contains(names, name) {
			return &plan.SettingError{Name: name, Rule: fmt.Sprintf("is not a setting of a planner%s; there are %s", input.Perhaps(name, names), strings.Join(names, ", "))}
		}
	}
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	var wrong *input.JSONError
	if err := input.DecodeStrictJSON(text, config); errors.As(err, &wrong) {
		return &plan.SettingError{Name: wrong.Place, Rule: wrong.Rule}
	}
	return nil
}
