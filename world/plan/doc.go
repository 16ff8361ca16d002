// Package plan decides actions with a model of the world: it tries sequences of
// actions in the model and carries out the best.
//
//	config, err := plan.DefaultConfig("icem")
//	controller, err := plan.NewController(model, scene, cost, config, rng)
//	for … {
//		action, err := controller.Act(state)
//		…
//	}
//
// A Planner knows no physics. It searches for the cheapest plan, which is h decisions
// of a numbers each. It asks a function for the costs of a batch of plans. Rollouts is
// that function for a world.Model: it rolls the model out from the present state for
// h·Repeat frames and adds up a Cost. A Controller joins the two with a receding
// horizon. The engine may take the place of the model. Then a failure is the planner's
// fault and not the model's. Stoppable ends a search midway. Controller.Bound says what states cost at least, which
// spares plans that cannot win.
//
// # Planners
//
// All draw plans from normal distributions within bounds, evaluate them, learn,
// and return the best plan they tried:
//
//   - cem, the cross-entropy method (Rubinstein 1999): the distribution takes mean
//     and deviation of the best plans.
//   - icem (Pinneri et al. 2020, arXiv:2008.06389): cem with noise that changes
//     slowly, by its colour or by straight lines between Knots, elites that are
//     tried again, and fewer samples in each iteration.
//   - mppi (Williams et al. 2017): the mean moves to that of all plans, weighted by
//     exp(−excess cost/λ); the deviation stays. Its noise is centred on the mean
//     so far, which leaves no term for the cost of control.
//   - random: shooting that does not learn. It is the least a planner must beat.
//
// Each begins with the last plan, shifted by the decisions that have been carried out.
// If a Controller has a policy that proposes plans, a better proposal takes its place.
//
// # Units, determinism, cost
//
// Actions are in the units of their actuators, costs in those of Cost. A plan
// depends on the random numbers it is given, the model and the state, never on the
// number of goroutines. Searching and rolling out on one goroutine allocate
// nothing; the time goes into the model's Step, a call for each frame of some 40
// plans, and into Cost, a call for each frame of every plan.
//
// # Limits
//
// Actions are numbers in fixed ranges. Distributions know no correlation between
// decisions besides that of the noise, so a plan that must take one of two sides
// is found by chance and not by averaging; Controller.Propose helps. Every planner
// exploits a model that is wrong in states far from its training data. Caution helps
// if the model's uncertainty is large there.
package plan
