package main

import (
	"orrery/cmd/orrery-view/session/pilot"
	"orrery/cmd/orrery/planning"
	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/world"
)

// newPlanner is a session.NewPlanner.
func newPlanner(of *scenario.Scenario, scene *sim.Scene, model world.Model, seed uint64) (pilot.Planner, error) {
	return planning.NewThinker(of, scene, model, seed)
}
