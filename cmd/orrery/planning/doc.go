// Package planning is what all that plan with orrery share, be it from the command
// line, through the server or in the viewer: how each task is planned, the engine as
// a model, and a planner that can be halted.
//
//	config, planner, err := planning.Config(push, planning.Task, "", nil)
//	controller, err := plan.NewController(planning.Engine{}, scene, cost, config, rng)
//
//	thinker, err := planning.NewThinker(scenario, scene, model, seed)
//	actions, intent, err := thinker.Think(scene, state, true, pause)
//
// Settings are in the units of package world/plan, and so is what can be relied on
// of determinism: halting changes no plan. The engine predicts what it would do, so a
// plan that fails with it is the planner's fault; it takes half a megabyte for each
// plan that is tried at a time, and is several times slower than a model.
package planning
