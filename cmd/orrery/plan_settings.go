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

// planTable has the settings that were found to suit each task with the engine as
// the model. The budget of a row is the same for every planner. Of the recorded
// protocol's cem, samples, iterations and horizon are those of its publishers.
var planTable = []planRow{
	{"pusht", recordedProtocol, "cem", settings{"horizon": 25, "replan": 25, "samples": 300, "iterations": 30}},
	{"pusht", taskProtocol, "icem", settings{"horizon": 10, "repeat": 2, "replan": 1, "samples": 200, "iterations": 6}},
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
