package main

import (
	"encoding/json"

	"orrery/world"
	"orrery/world/plan"
)

// planProtocol is where an episode begins and what it is to reach.
type planProtocol string

// The protocols. A task begins where its scenario does and has its goal. A
// recorded one begins in a state of a recorded episode, and its goal is the state
// recordedAhead frames later, for which there is twice the time.
const (
	taskProtocol     planProtocol = "task"
	recordedProtocol planProtocol = "recorded"
)

// planRow says how a task is planned: by which planner unless told otherwise, and
// with which settings in place of the planner's own.
type planRow struct {
	task     string
	protocol planProtocol
	planner  string
	settings settings
}

// planTable has the settings that suit each task, tried with the engine as the
// model. The budget of a row is the same for every planner. Samples, iterations and
// horizon of the recorded protocol are those of its publishers, and so is a cost
// that counts at the end; their noise is white.
var planTable = []planRow{
	{"ballcup", taskProtocol, "icem", settings{"horizon": 12, "repeat": 2, "samples": 150, "iterations": 5}},
	{"cartpole", taskProtocol, "icem", settings{"horizon": 20, "repeat": 4, "samples": 100, "iterations": 4}},
	{"drive", taskProtocol, "icem", settings{"horizon": 12, "repeat": 4, "samples": 100, "iterations": 4}},
	{"push", taskProtocol, "icem", settings{"horizon": 12, "repeat": 4, "samples": 150, "iterations": 5}},
	{"pusht", taskProtocol, "icem", settings{"horizon": 10, "repeat": 2, "samples": 200, "iterations": 6}},
	{"pusht", recordedProtocol, "cem", settings{"horizon": 25, "replan": 25, "samples": 300, "iterations": 30, "spread": 1, "colour": 1, "final": 1000}},
	{"reach", taskProtocol, "icem", settings{"horizon": 10, "repeat": 3, "samples": 100, "iterations": 4}},
}

// planConfig returns the settings of a planner, or of the task's own when it has no
// name, with those in tune changed, and the planner's name.
func planConfig(task string, protocol planProtocol, planner string, tune settings) (plan.Config, string, error) {
	row := planRow{planner: "icem"}
	for _, r := range planTable {
		if r.task == task && r.protocol == protocol {
			row = r
		}
	}
	if planner == "" {
		planner = row.planner
	}
	config, err := plan.DefaultConfig(planner)
	if err != nil {
		return config, planner, err
	}
	for _, set := range []settings{row.settings, tune} {
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
