package planning

import (
	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/scenario"
	"orrery/sim/task"
	"orrery/world"
	"orrery/world/plan"
)

// Thinker plans a task in a scene for those who must not be held up: its search can be
// halted before every prediction. It belongs to one goroutine.
type Thinker struct {
	scenario   *scenario.Scenario
	scene      *sim.Scene
	model      world.Model
	config     plan.Config
	seed       uint64
	controller *plan.Controller // made by the first Think

	goals *sim.Scene   // of the present Think
	judge *task.Judge  // of the goals
	pause func() error // of the present Think
}

// NewThinker returns a thinker with the settings of the scenario's task, which draws
// plans from a seed and expects what model predicts.
func NewThinker(of *scenario.Scenario, scene *sim.Scene, model world.Model, seed uint64) (*Thinker, error) {
	config, _, err := Config(of, Task, "", nil)
	config.Workers = 1 // as the search is halted where it calls the model
	return &Thinker{scenario: of, scene: scene, model: model, config: config, seed: seed}, err
}

// Frames returns how many frames of each plan are carried out.
func (t *Thinker) Frames() int { return t.config.Replan * t.config.Repeat }

// Think returns the actions of the next Frames from a state, and what they are part
// of. Goals are those of a scene that differs from the thinker's in nothing else.
// Unless the thought is fresh it goes on from the one before, whose actions must have
// been carried out. It calls pause before every prediction, and ends with its error.
func (t *Thinker) Think(goals *sim.Scene, state sim.State, fresh bool, pause func() error) (actions []sim.Action, mind render.Intent, err error) {
	t.pause = pause
	if t.goals != goals {
		if t.judge, err = t.scenario.Task.Judge(goals); err != nil {
			return nil, mind, err
		}
		t.goals = goals
	}
	if t.controller == nil {
		cost := func(state sim.State, action sim.Action) float64 { return t.judge.Cost(state, action) }
		rng := sim.NewRand(t.seed, "plan", 0)
		model := plan.Stoppable(t.model, func() error { return t.pause() })
		if t.controller, err = plan.NewController(model, t.scene, cost, t.config, rng); err != nil {
			return nil, mind, err
		}
		t.controller.Propose(t.scenario.Proposals(t.seed, 0, t.scene))
	}
	if fresh {
		t.controller.Reset()
	}
	for range t.Frames() {
		action, err := t.controller.Act(state) // looks at the state for the first only
		if err != nil {
			return nil, mind, err
		}
		actions = append(actions, action)
	}
	mind, err = t.controller.Intent()
	return actions, mind, err
}
