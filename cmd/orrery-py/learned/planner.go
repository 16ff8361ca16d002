package learned

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"time"

	"orrery/cmd/orrery-py/asked"
	"orrery/cmd/orrery-py/door"
	"orrery/cmd/orrery/planning"
	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
	"orrery/sim/task"
	"orrery/world"
	"orrery/world/plan"
)

// plannerRequest says what is planned with which model.
type plannerRequest struct {
	asked.Source
	Model   int64              `json:"model"`
	Scene   asked.Text         `json:"scene,omitempty"`   // of the scenario; that of seed 0 if left out
	Planner string             `json:"planner,omitempty"` // the task's own if left out
	Tune    map[string]float64 `json:"tune,omitempty"`
	Samples int                `json:"samples,omitempty"` // plans that a search may try in all; 0 leaves it to the settings
	Seconds float64            `json:"seconds,omitempty"` // after which a search is to end; 0 for never
	Seed    uint64             `json:"seed"`
	Workers int                `json:"workers"` // 0 takes all cores
}

// planner is a task that is planned. It belongs to one call at a time.
type planner struct {
	scenario *scenario.Scenario
	model    world.Model
	config   plan.Config
	budget   time.Duration
	seed     uint64

	scene      *sim.Scene
	judge      *task.Judge
	controller *plan.Controller // nil before the first act
	last       sim.State        // in which it acted last, or nil
	action     sim.Action       // that it chose
	judged     *plan.Rollouts   // of the last costs
	judgedAs   plan.Config

	ctx   context.Context // of the call
	begun time.Time       // when its search began
}

// plannerAnswer describes a planner.
type plannerAnswer struct {
	Handle       int64       `json:"handle"`
	Scenario     string      `json:"scenario"`
	Planner      string      `json:"planner"`
	Settings     plan.Config `json:"settings"`
	Unit         float64     `json:"unit"` // m, rad or N of an actuator for 1 of an action
	FPS          int         `json:"fps"`
	Low          []float64   `json:"low"` // in units of the task
	High         []float64   `json:"high"`
	Observations []string    `json:"observations"`
	Bodies       []string    `json:"bodies"`
	Goals        []sim.Goal  `json:"goals"`
}

// planner answers a planner, which it keeps.
func (s store) planner(_ context.Context, c *door.Call) (any, error) {
	q, err := door.Read[plannerRequest](c)
	if err != nil {
		return nil, err
	}
	m, err := s.find(q.Model)
	if err != nil {
		return nil, err
	}
	found, values, err := q.Find(library.Open)
	if err != nil {
		return nil, err
	}
	if found.Task == nil {
		return nil, door.Mistaken(fmt.Errorf("scenario %s has no task to plan", found.Name))
	}
	if !(q.Seconds >= 0 && q.Seconds <= 1e6) {
		return nil, door.Mistaken(fmt.Errorf("budget: %v s must be 0 to 1000000", q.Seconds))
	}
	p := &planner{scenario: found, model: m.Model, seed: q.Seed, budget: time.Duration(q.Seconds * float64(time.Second))}
	var name string
	if p.config, name, err = planning.Config(found, planning.Task, q.Planner, q.Tune); err != nil {
		return nil, door.Mistaken(words(err))
	}
	if q.Samples != 0 {
		if err := atMost(&p.config, q.Samples); err != nil {
			return nil, err
		}
	}
	if p.config.Workers = q.Workers; q.Workers < 1 {
		p.config.Workers = runtime.GOMAXPROCS(0)
	}
	if q.Scene != nil {
		if p.scene, err = asked.ReadScene(q.Scene); err == nil && p.scene.Name != found.Name {
			err = fmt.Errorf("scene of %q must be of the scenario %q that is planned", p.scene.Name, found.Name)
		}
	} else {
		p.scene, err = found.Scenes(values)(0)
	}
	if err != nil {
		return nil, door.Mistaken(err)
	}
	if err := p.aim(p.scene.Goals); err != nil {
		return nil, err
	}
	if len(p.scene.Actuators) == 0 {
		return nil, door.Mistaken(fmt.Errorf("scene %s has no actuators, so there is nothing to plan", p.scene.Name))
	}
	if _, err := p.model.Predictor([]*sim.Scene{p.scene}); err != nil {
		return nil, door.Mistaken(err)
	}
	unit := found.Task.Unit
	a := plannerAnswer{
		Scenario: found.Name, Planner: name, Settings: p.config, Unit: unit, FPS: p.scene.FPS,
		Observations: p.judge.Names, Goals: append([]sim.Goal{}, p.scene.Goals...),
	}
	for _, of := range p.scene.Actuators {
		a.Low, a.High = append(a.Low, of.Low/unit), append(a.High, of.High/unit)
	}
	for _, b := range p.scene.Bodies {
		a.Bodies = append(a.Bodies, b.Name)
	}
	a.Handle = s.shelf.Put(p)
	return a, nil
}

// words returns an error about settings as those say it who have no command line.
func words(err error) error {
	var setting *plan.SettingError
	if errors.As(err, &setting) {
		return fmt.Errorf("setting %s: %s", setting.Name, setting.Rule)
	}
	return err
}

// atMost changes settings so that a search tries a number of plans at most, in the same proportions.
func atMost(config *plan.Config, samples int) error {
	const least = 4
	if samples < least {
		return door.Mistaken(fmt.Errorf("budget: %d plans must be %d at least", samples, least))
	}
	whole := *config
	for share := 1.0; ; share *= 0.98 {
		if tried(config) <= samples {
			return nil
		}
		config.Samples = max(2, int(float64(whole.Samples)*share))
		config.Proposals = int(float64(whole.Proposals) * share)
		config.Elites = min(config.Elites, max(1, config.Samples/2))
		if config.Samples == 2 && config.Iterations > 1 {
			config.Iterations--
		}
	}
}

// tried returns how many plans a search tries: proposals, those of the iterations, and the mean.
func tried(config *plan.Config) int {
	n := config.Proposals + 1
	for i := range config.Iterations {
		n += min(max(int(float64(config.Samples)*math.Pow(config.Decay, -float64(i))), 2*config.Elites, 2), config.Samples)
	}
	return n
}

// aim sets the goals.
func (p *planner) aim(goals []sim.Goal) error {
	if len(goals) != len(p.scene.Goals) {
		return door.Mistaken(fmt.Errorf("%d goals must be the scene's %d", len(goals), len(p.scene.Goals)))
	}
	scene := *p.scene
	scene.Goals = goals
	if err := scene.Validate(); err != nil {
		return door.Mistaken(err)
	}
	judge, err := p.scenario.Task.Judge(&scene)
	if err != nil {
		return door.Mistaken(err)
	}
	p.scene, p.judge = &scene, judge
	p.last = nil
	if p.controller != nil {
		p.controller.Reset()
	}
	return nil
}

// cost is that of the present goals.
func (p *planner) cost(state sim.State, action sim.Action) float64 {
	return p.judge.Cost(state, action)
}

// watched is the model, which gives up when the call is over.
func (p *planner) watched() world.Model {
	return plan.Stoppable(p.model, func() error { return p.ctx.Err() })
}

// usePlanner calls do with the planner of a handle.
func (s store) usePlanner(ctx context.Context, handle int64, do func(p *planner) error) error {
	return door.Use(s.shelf, handle, func(p *planner) error {
		p.ctx = ctx
		err := do(p)
		if err != nil && ctx.Err() != nil { // what is half done is of no use
			p.controller, p.judged, p.last = nil, nil, nil
			return ctx.Err()
		}
		return err
	})
}

// actAnswer tells what a planner does.
type actAnswer struct {
	Cost    float64 `json:"cost"`    // predicted, of the plan
	Planned bool    `json:"planned"` // anew
}

// act answers the array action [actuators] for the array state [bodies, 6] or observation [numbers].
func (s store) act(ctx context.Context, c *door.Call) (any, error) {
	q, err := door.Read[struct {
		Handle int64 `json:"handle"`
	}](c)
	if err != nil {
		return nil, err
	}
	var a actAnswer
	return &a, s.usePlanner(ctx, q.Handle, func(p *planner) error {
		state, err := p.stateOf(c)
		if err != nil {
			return err
		}
		if p.controller == nil {
			if p.controller, err = plan.NewController(p.watched(), p.scene, p.cost, p.config, sim.NewRand(p.seed, "plan", 0)); err != nil {
				return door.Mistaken(err)
			}
			p.controller.Propose(p.scenario.Proposals(p.seed, 0, p.scene))
			if p.budget > 0 {
				p.controller.Until(func() bool { return time.Since(p.begun) >= p.budget })
			}
		}
		a.Planned, p.begun = p.controller.Due(), time.Now()
		action, err := p.controller.Act(state)
		if err != nil {
			return err
		}
		p.last, p.action, a.Cost = state, action, p.controller.Cost()
		out, err := c.NewFloats("action", len(action))
		for i := range out {
			out[i] = action[i] / p.scenario.Task.Unit
		}
		return err
	})
}

// stateOf returns the state that a call gives as such or as an observation.
func (p *planner) stateOf(c *door.Call) (sim.State, error) {
	if !c.Has("observation") {
		state, err := asked.State(c, "state", p.scene)
		if err == nil && state == nil {
			err = fmt.Errorf("state must be given")
		}
		if err == nil {
			err = asked.CheckState(state)
		}
		return state, door.Mistaken(err)
	}
	seen, err := c.Floats("observation", len(p.judge.Names))
	if err != nil {
		return nil, err
	}
	state, err := invert(p.judge, p.scene, p.guess(), seen)
	return state, door.Mistaken(err)
}

// guess returns where the scene should be now: where the model takes it from the last state by the last action, else
// at its start.
func (p *planner) guess() sim.State {
	if p.last == nil {
		return p.scene.Start()
	}
	state := slices.Clone(p.last)
	predictor, err := world.Bare(p.model).Predictor([]*sim.Scene{p.scene})
	if err == nil {
		err = predictor.Step(state, p.action)
	}
	if err != nil || state.Check() != nil {
		return slices.Clone(p.last)
	}
	return state
}

// reset lets a planner begin anew, with other goals if they are given.
func (s store) reset(ctx context.Context, c *door.Call) (any, error) {
	q, err := door.Read[struct {
		Handle int64      `json:"handle"`
		Goals  []sim.Goal `json:"goals,omitempty"`
	}](c)
	if err != nil {
		return nil, err
	}
	return nil, s.usePlanner(ctx, q.Handle, func(p *planner) error {
		if q.Goals == nil {
			q.Goals = p.scene.Goals
		}
		return p.aim(q.Goals)
	})
}

// expected answers the array states [frames + 1, bodies, 6] to which the plan should lead, if there is one.
func (s store) expected(ctx context.Context, c *door.Call) (any, error) {
	q, err := door.Read[struct {
		Handle int64 `json:"handle"`
	}](c)
	if err != nil {
		return nil, err
	}
	return nil, s.usePlanner(ctx, q.Handle, func(p *planner) error {
		if p.controller == nil {
			return nil
		}
		states, err := p.controller.Expected()
		if err != nil || states == nil {
			return err
		}
		out, err := c.NewFloats("states", len(states), len(p.scene.Bodies), sim.StateSize)
		for i, state := range states {
			asked.PutState(out[i*len(state)*sim.StateSize:], state)
		}
		return err
	})
}

// costs answers the array costs [n] of the array plans [n, frames, actuators], in units of the task, from the array
// state or observation. One on which the model breaks down costs +Inf.
func (s store) costs(ctx context.Context, c *door.Call) (any, error) {
	q, err := door.Read[struct {
		Handle int64   `json:"handle"`
		Final  float64 `json:"final"` // weight of the last frame's cost
	}](c)
	if err != nil {
		return nil, err
	}
	return nil, s.usePlanner(ctx, q.Handle, func(p *planner) error {
		state, err := p.stateOf(c)
		if err != nil {
			return err
		}
		plans, err := c.Floats("plans", -1, -1, len(p.scene.Actuators))
		if err != nil {
			return err
		}
		n, frames := c.Shape("plans")[0], c.Shape("plans")[1]
		out, err := c.NewFloats("costs", n)
		if err != nil || n == 0 {
			return err
		}
		config := p.config
		config.Horizon, config.Repeat, config.Replan, config.Samples, config.Final = frames, 1, 1, max(n, 2), q.Final
		config.Update, config.Knots, config.Proposals = plan.Nothing, 0, 0
		config.Elites, config.Keep, config.Momentum, config.Temperature = 0, 0, 0, 0
		if p.judged == nil || config != p.judgedAs {
			if p.judged, err = plan.NewRollouts(p.watched(), p.scene, p.cost, config); err != nil {
				return door.Mistaken(words(err))
			}
			p.judgedAs = config
		}
		if err := p.judged.From(state); err != nil {
			return err
		}
		a := len(p.scene.Actuators)
		scaled := make(sim.Action, len(plans))
		for i, v := range plans {
			scaled[i] = v * p.scenario.Task.Unit
		}
		for i := 0; i < len(scaled); i += a {
			p.scene.Clip(scaled[i : i+a])
		}
		return p.judged.Evaluate(out, scaled)
	})
}
