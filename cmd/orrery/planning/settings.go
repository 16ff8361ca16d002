package planning

import (
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

// row says how a task is planned: by which planner unless told otherwise, with which
// settings in place of any planner's own, and with which others in place of that one's.
type row struct {
	task     string
	protocol Protocol
	planner  string
	settings Settings
	own      Settings
}

// table has the settings that suit each task, tried with the engine as the
// model. The budget of a row is the same for every planner. Proposals are the play
// that data is made of, and a final cost puts up with what gets worse before it gets
// better, as when a T needs two pushes. The recorded protocol has the horizon of its
// publishers and their 30 · 300 plans, and a cost that counts at the end; their
// planner is cem, which forgets its elites, their noise is white and nobody proposes,
// as with --planner cem --tune proposals=0 --tune iterations=30 --tune knots=0.
var table = []row{
	{"ballcup", Task, "icem", Settings{"horizon": 12, "repeat": 2, "replan": 2, "samples": 40, "iterations": 2}, Settings{"elites": 6}},
	{"cartpole", Task, "icem", Settings{"horizon": 12, "repeat": 4, "samples": 20, "iterations": 2, "spread": 0.3}, Settings{"elites": 4}},
	{"drive", Task, "icem", Settings{"horizon": 12, "repeat": 4, "replan": 2, "samples": 32, "iterations": 2}, Settings{"elites": 6}},
	{"push", Task, "icem", Settings{"horizon": 12, "repeat": 4, "replan": 2, "samples": 40, "iterations": 2}, Settings{"elites": 6}},
	{"pusht", Task, "icem", Settings{
		"horizon": 25, "replan": 5, "samples": 100, "proposals": 100, "iterations": 3, "decay": 2, "spread": 0.3, "final": 20,
	}, Settings{"elites": 5}},
	{"pusht", Recorded, "icem", Settings{
		"horizon": 25, "replan": 25, "samples": 300, "proposals": 300, "iterations": 29,
		"decay": 1, "spread": 1, "colour": 0, "knots": 12, "final": 1000,
	}, nil},
	{"reach", Task, "icem", Settings{"horizon": 10, "repeat": 3, "replan": 2, "samples": 32, "iterations": 3}, Settings{"elites": 6}},
}

// Config returns the settings of a planner for the task of a scenario, or of the task's own
// planner when it has no name, with those in tune changed, and the planner's name.
func Config(of *scenario.Scenario, protocol Protocol, planner string, tune Settings) (plan.Config, string, error) {
	chosen := row{planner: "icem", settings: of.Planner}
	for _, r := range table {
		if r.task == of.Name && r.protocol == protocol && !of.Own {
			chosen = r
		}
	}
	if planner == "" {
		planner = chosen.planner
	}
	config, err := plan.DefaultConfig(planner)
	if err != nil {
		return config, planner, err
	}
	if planner != chosen.planner {
		chosen.own = nil
	}
	for _, set := range []Settings{chosen.settings, chosen.own, tune} {
		if set == nil {
			continue
		}
		if err := set.change(&config); err != nil {
			return config, planner, err
		}
	}
	return config, planner, config.Validate()
}

// names are all settings that are numbers, in the order in which they are explained.
var names = []string{
	"horizon", "repeat", "replan", "samples", "decay", "iterations", "proposals", "spread", "colour", "knots",
	"elites", "keep", "momentum", "temperature", "final", "caution",
}

// change takes the settings over. The error is a *plan.SettingError.
func (s Settings) change(config *plan.Config) error {
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
