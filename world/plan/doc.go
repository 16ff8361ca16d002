// Package plan acts with a model of the world: it tries out sequences of actions
// in the model and carries out the best.
//
//	config, err := plan.DefaultConfig("icem")
//	controller, err := plan.NewController(model, scene, cost, config, rng)
//	for … {
//		action, err := controller.Act(state)
//		…
//	}
//
// A Planner knows no physics: it searches for the cheapest of all plans, h
// decisions of a numbers each, for any function that says what a batch of plans
// costs. Rollouts is that function for a world.Model: from the state at hand it
// rolls the model out for h·Repeat frames and adds up a Cost. A Controller joins
// the two with a receding horizon. The engine may stand in for the model, which
// tells how much of a failure is the model's. Stoppable ends a search midway.
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
// Each goes on from the plan before, shifted by what has been carried out, or from
// what a policy would do if that is better, where a Controller has any to propose.
//
// # Units, determinism, cost
//
// Actions are in the units of their actuators, costs in those of Cost. A plan
// depends on the random numbers it is given, the model and the state, never on the
// number of goroutines. Searching and rolling out on one goroutine allocate
// nothing; the time goes into the model's Step, a call for each frame of some 30
// plans, and into Cost, a call for each frame of every plan.
//
// # Limits
//
// Actions are numbers in fixed ranges. Distributions know no correlation between
// decisions besides that of the noise, so a plan that must take one of two sides
// is found by chance and not by averaging; Controller.Propose helps. A model that
// is wrong where nobody has looked is exploited by every planner: Caution helps
// where the model knows it.
package plan
