package bench

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"gonum.org/v1/gonum/stat"

	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/sim/task"
	"orrery/world"
	"orrery/world/plan"
)

// Decisions says which decisions of a task are measured. They begin at states of an
// episode, and the goal of each is the state at which the next one begins.
type Decisions struct {
	Task   *scenario.Scenario
	Config plan.Config
	Goals  func(state sim.State) []sim.Goal // what it asks for to get to a state
	Ahead  int                              // frames from one start to the next, and to the goal
	Inner  int                              // steps in which the contact model predicts a frame
	Engine world.Model                      // the engine as a model; of Plan
	Points func(scene *sim.Scene) Points    // what touches there; of Crowd
}

// Points returns how many points touch at a state.
type Points func(state sim.State) int

// Planning says how long decisions take.
type Planning struct {
	ContactMS       float64     `json:"contact_decision_ms"` // ms, mean
	EngineMS        float64     `json:"engine_decision_ms"`  // ms, mean
	EngineToContact float64     `json:"engine_to_contact"`   // ratio of the two times
	CostNS          float64     `json:"cost_ns"`             // ns, of one evaluation of the cost
	CostShare       float64     `json:"cost_share"`          // share of the work of a decision with contact
	Config          plan.Config `json:"config"`
	Workers         int         `json:"workers"` // goroutines
}

// planEpisodes is from how many episodes the contact network learns how bodies fly.
const planEpisodes = 4

// planned returns the contact model by which decisions are made.
func (c *Config) planned(ctx context.Context, d *Decisions) (world.Model, error) {
	inner := c.Contact
	inner.Steps = d.Inner
	return c.model(ctx, d.Task.Name, planEpisodes, d.Task.Frames, inner)
}

// Plan measures decisions by planning with the contact model and with the engine.
func (c *Config) Plan(ctx context.Context, d Decisions) (*Planning, error) {
	d.Config.Workers = c.Workers
	model, err := c.planned(ctx, &d)
	if err != nil {
		return nil, err
	}
	episodes, err := truth(ctx, d.Task.Name, 1, d.Task.Frames)
	if err != nil {
		return nil, err
	}
	scene, states := *episodes[0].Scene, episodes[0].States
	judges := make([]*task.Judge, (len(states)-1)/d.Ahead) // of each decision; some take thrice as long as others
	if len(judges) == 0 {
		return nil, fmt.Errorf("an episode of %d frames must be longer than the %d from a start to its goal", len(states), d.Ahead)
	}
	for k := range judges {
		aim := scene
		aim.Goals = d.Goals(states[(k+1)*d.Ahead])
		if judges[k], err = d.Task.Task.Judge(&aim); err != nil {
			return nil, err
		}
	}
	var asked atomic.Int64 // times that the cost was asked for in decisions with the contact model
	decide := func(model world.Model, asked *atomic.Int64) (func() error, error) {
		next, judge := 0, judges[0]
		cost := func(state sim.State, action sim.Action) float64 {
			asked.Add(1)
			return judge.Cost(state, action)
		}
		controller, err := plan.NewController(plan.Stoppable(model, ctx.Err), &scene, cost, d.Config, sim.NewRand(seed, "bench plan", 0))
		if err != nil {
			return nil, err
		}
		if judge.Least != nil {
			controller.Bound(func(state sim.State, action sim.Action) float64 { return judge.Least(state, action) })
		}
		controller.Propose(d.Task.Proposals(seed, 0, &scene))
		return func() error {
			k := next % len(judges)
			next, judge = next+1, judges[k]
			controller.Reset()
			_, err := controller.Act(states[k*d.Ahead])
			return err
		}, nil
	}
	ours, err := decide(model, &asked)
	if err != nil {
		return nil, err
	}
	theirs, err := decide(d.Engine, new(atomic.Int64))
	if err != nil {
		return nil, err
	}
	mine, its, err := alternate(ctx, c.Duration, len(judges), ours, theirs)
	if err != nil {
		return nil, err
	}
	contact, engine := stat.Mean(mine, nil), stat.Mean(its, nil)
	cost := costTime(judges[0], &scene, states)
	share := cost * float64(asked.Load()) / float64(1+len(mine)) / (contact * float64(c.Workers)) // one more was made than counts
	return &Planning{1e3 * contact, 1e3 * engine, engine / contact, 1e9 * cost, share, d.Config, c.Workers}, nil
}

// plans returns how many plans a decision tries, at most.
func plans(c *plan.Config) int { return c.Proposals + c.Samples*c.Iterations }

// costTime returns the seconds that one evaluation of the cost takes, in the states of an
// episode: the median of many rounds, as other work of the machine makes some of them long.
func costTime(judge *task.Judge, scene *sim.Scene, states []sim.State) float64 {
	rest, rounds := scene.Rest(), make([]float64, 51)
	for i := range rounds {
		start := time.Now()
		for _, state := range states {
			judge.Cost(state, rest)
		}
		rounds[i] = time.Since(start).Seconds() / float64(len(states))
	}
	slices.Sort(rounds)
	return rounds[len(rounds)/2]
}

// Rows passes on name, value and unit of each figure.
func (f *Planning) Rows(row Row) {
	with := fmt.Sprintf("ms, at most %d plans of %d frames, %d workers", plans(&f.Config), f.Config.Frames(), f.Workers)
	row("decision by planning with contact", f.ContactMS, with)
	row("decision by planning with the engine", f.EngineMS, with)
	row("engine / contact", f.EngineToContact, "×")
	row("cost of a state", f.CostNS, "ns")
	row("costs of a decision with contact", 100*f.CostShare, "% of its work")
}
