package planning

import (
	"encoding/json"

	"orrery/world"
	"orrery/world/plan"
)

// Protocol is where an episode begins and what it is to reach.
type Protocol string

// The protocols. A Task begins where its scenario does and has its goal. A Recorded
// one begins in a state of a recorded episode, and its goal is one of the states
// that followed.
const (
	Task     Protocol = "task"
	Recorded Protocol = "recorded"
)

// Settings are settings of a planner by their names in JSON.
type Settings map[string]float64

// row says how a task is planned: by which planner unless told otherwise, and
// with which settings in place of the planner's own.
type row struct {
	task     string
	protocol Protocol
	planner  string
	settings Settings
}

// table has the settings that suit each task, tried with the engine as the
// model. The budget of a row is the same for every planner. Samples, iterations and
// horizon of the recorded protocol are those of its publishers, and so is a cost
// that counts at the end; their planner is cem, which forgets its elites, and their
// noise is white.
var table = []row{
	{"ballcup", Task, "icem", Settings{"horizon": 12, "repeat": 2, "samples": 150, "iterations": 5}},
	{"cartpole", Task, "icem", Settings{"horizon": 20, "repeat": 4, "samples": 100, "iterations": 4}},
	{"drive", Task, "icem", Settings{"horizon": 12, "repeat": 4, "samples": 100, "iterations": 4}},
	{"push", Task, "icem", Settings{"horizon": 12, "repeat": 4, "samples": 150, "iterations": 5}},
	{"pusht", Task, "icem", Settings{"horizon": 10, "repeat": 2, "samples": 200, "iterations": 6}},
	{"pusht", Recorded, "icem", Settings{
		"horizon": 25, "replan": 25, "samples": 300, "iterations": 30, "decay": 1, "spread": 1, "colour": 0, "knots": 12, "final": 1000,
	}},
	{"reach", Task, "icem", Settings{"horizon": 10, "repeat": 3, "samples": 100, "iterations": 4}},
}

// Config returns the settings of a planner, or of the task's own when it has no
// name, with those in tune changed, and the planner's name.
func Config(task string, protocol Protocol, planner string, tune Settings) (plan.Config, string, error) {
	chosen := row{planner: "icem"}
	for _, r := range table {
		if r.task == task && r.protocol == protocol {
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
	for _, set := range []Settings{chosen.settings, tune} {
		if set == nil {
			continue
		}
		text, err := json.Marshal(set)
		if err != nil {
			return config, planner, err
		}
		if err := world.DecodeStrict(text, &config); err != nil {
			return config, planner, err
		}
	}
	return config, planner, config.Validate()
}
