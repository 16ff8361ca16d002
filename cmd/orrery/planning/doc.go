// Package planning is what all that plan with orrery share, be it from the command
// line, through the server or in the viewer: how each task is planned, and the
// engine as a model.
//
//	config, planner, err := planning.Config("push", planning.Task, "", nil)
//	controller, err := plan.NewController(planning.Engine{}, scene, cost, config, rng)
//
// Settings are in the units of package world/plan. The engine predicts what it would
// do, so a plan that fails with it is the planner's fault; it takes half a megabyte
// for each plan that is tried at a time, and is several times slower than a model.
package planning
