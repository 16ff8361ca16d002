package plan

import (
	"math/rand/v2"
	"slices"

	"orrery/sim"
	"orrery/sim/render"
	"orrery/world"
)

// Controller acts with a receding horizon: it plans, carries out the first
// decisions of the plan, and plans anew from where that has led. It belongs to
// one goroutine.
type Controller struct {
	config   Config
	scene    *sim.Scene
	rollouts *Rollouts
	planner  *Planner
	plan     []float64 // [h, a], or nil before the first
	cost     float64   // predicted, of plan
	frame    int       // of plan that comes next
}

// NewController returns a controller that acts in a scene, expects what model
// predicts and draws plans from rng. Making one takes the time in which the model
// makes Predictors for all plans of an iteration, or for 320 if there are more;
// after that, planning allocates nothing by itself.
func NewController(model world.Model, scene *sim.Scene, cost Cost, config Config, rng *rand.Rand) (*Controller, error) {
	rollouts, err := NewRollouts(model, scene, cost, config)
	if err != nil {
		return nil, err
	}
	low, high := make([]float64, len(scene.Actuators)), make([]float64, len(scene.Actuators))
	for i := range scene.Actuators {
		low[i], high[i] = scene.Actuators[i].Low, scene.Actuators[i].High
	}
	planner, err := NewPlanner(config, low, high, rng)
	if err != nil {
		return nil, err
	}
	if rollouts.others != nil {
		planner.refine = func() { rollouts.roughly(false) }
	}
	return &Controller{config: config, scene: scene, rollouts: rollouts, planner: planner}, nil
}

// Act returns the action for the state at hand, which is that after the last
// action. It may be kept.
func (c *Controller) Act(state sim.State) (sim.Action, error) {
	if c.Due() {
		if err := c.search(state); err != nil {
			return nil, err
		}
	}
	action := slices.Clone(row(c.plan, c.frame/c.config.Repeat, len(c.scene.Actuators)))
	c.frame++
	return action, nil
}

// Due reports whether the next Act makes a new plan.
func (c *Controller) Due() bool { return c.plan == nil || c.frame == c.config.Replan*c.config.Repeat }

// Reset forgets the plan, as after a jump of the state or the goal.
func (c *Controller) Reset() { c.plan = nil }

// Until lets every search end after the iteration in which enough is true, however many are left; one is always made.
// Nil makes all. Plans then depend on when that is.
func (c *Controller) Until(enough func() bool) { c.planner.enough = enough }

// Bound is that of Rollouts: searches find the same plans in less time.
func (c *Controller) Bound(least Cost) { c.rollouts.Bound(least) }

func (c *Controller) search(state sim.State) error {
	if err := c.rollouts.From(state); err != nil {
		return err
	}
	if c.plan == nil || c.config.Replan == c.config.Horizon {
		c.planner.Reset(Hold(c.scene, state))
	} else {
		c.planner.Shift(c.config.Replan)
	}
	c.rollouts.roughly(true)
	plan, cost, err := c.planner.Search(c.rollouts.Evaluate)
	c.rollouts.roughly(false)
	if err != nil {
		c.plan = nil
		return err
	}
	c.plan, c.cost, c.frame = plan, cost, 0
	return nil
}

// Cost returns the predicted cost of the plan that is followed, in the unit of the task.
func (c *Controller) Cost() float64 { return c.cost }

// Expected returns the states to which the plan that is followed should lead, from
// the state in which it was made. It is nil before the first plan.
func (c *Controller) Expected() ([]sim.State, error) {
	if c.plan == nil {
		return nil, nil
	}
	return c.rollouts.States(c.plan)
}

// Considered returns like Expected what up to count plans of the last iteration
// would have led to, the cheapest first and the others spread evenly over the
// ranks.
func (c *Controller) Considered(count int) ([][]sim.State, error) {
	count = min(count, c.planner.Candidates())
	considered := make([][]sim.State, count)
	for i := range considered {
		states, err := c.rollouts.States(c.planner.Candidate(i * c.planner.Candidates() / count))
		if err != nil {
			return nil, err
		}
		considered[i] = states
	}
	return considered, nil
}

// intentPlans is the number of plans of an intent: enough for a cloud, few enough to see
// through it.
const intentPlans = 40

// Intent returns what the controller has in mind after a search: where the plan that is
// followed should lead, and where some of those it considered would.
func (c *Controller) Intent() (mind render.Intent, err error) {
	if mind.Considered, err = c.Considered(intentPlans); err != nil {
		return mind, err
	}
	mind.Expected, err = c.Expected()
	return mind, err
}

// Hold returns the action that keeps things as they are in a state, as far as an
// action can: servos stay at their place and all else rests.
func Hold(scene *sim.Scene, state sim.State) sim.Action {
	action := make(sim.Action, len(scene.Actuators))
	for i, actuator := range scene.Actuators {
		if actuator.Kind == sim.Servo {
			action[i] = state[actuator.Body].Position().Dot(actuator.Axis)
		}
	}
	return scene.Clip(action)
}
