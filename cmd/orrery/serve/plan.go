package serve

import (
	"context"
	"slices"

	"orrery/sim"
	"orrery/world/plan"
)

type planRequest struct {
	Model    string             `json:"model"`
	Planner  string             `json:"planner,omitempty"`  // the task's own if left out
	Settings map[string]float64 `json:"settings,omitempty"` // of the planner
	Seed     uint64             `json:"seed,omitempty"`     // of the planner
	Expect   bool               `json:"expect,omitempty"`   // answer what the plan should lead to
}

type planAnswer struct {
	Action   []float64   `json:"action"`
	Cost     float64     `json:"cost"`    // predicted, of the whole plan
	Planned  bool        `json:"planned"` // for this action, not for one before
	Expected []sim.State `json:"expected,omitempty"`
}

// planning is the planner in an episode of an environment, with the settings of its request.
type planning struct {
	model      string
	config     plan.Config
	seed       uint64
	controller *plan.Controller
	ctx        context.Context // of the request that is being answered
	answer     *planAnswer     // that no step has followed yet
}

// follow notes a step. One that is not what was planned makes the plan void.
func (p *planning) follow(action []float64) {
	if p == nil {
		return
	}
	if p.answer == nil || !slices.Equal(p.answer.Action, action) {
		p.controller.Reset()
	}
	p.answer = nil
}

func (s *Server) plan(ctx context.Context, id string, q *planRequest) (a planAnswer, err error) {
	err = s.use(ctx, id, func(h *hosted) error {
		if h.over {
			return errOver
		}
		config, err := s.planConfig(h, q)
		if err != nil {
			return err
		}
		return s.compute(ctx, func() error {
			p, err := s.planner(ctx, h, q, config)
			if err != nil {
				return err
			}
			if p.answer == nil {
				if err := p.act(h); err != nil {
					h.planning = nil // what it remembers is half done
					return err
				}
			}
			a = *p.answer
			if q.Expect {
				a.Expected, err = p.controller.Expected()
			}
			return err
		})
	})
	return a, err
}

// planConfig returns the settings that a request asks for, if they are within limits.
func (s *Server) planConfig(h *hosted, q *planRequest) (plan.Config, error) {
	limits := &s.config.Limits
	config, err := s.config.Settings(h.scenario, q.Planner, q.Settings)
	if err != nil {
		return config, err
	}
	config.Workers = limits.Workers
	if err := checkMost("settings.samples", "number of samples", config.Samples, limits.Samples); err != nil {
		return config, err
	}
	return config, checkMost("settings.horizon", "number of frames of a plan", config.Frames(), limits.Frames)
}

// settingField returns the field of a request that has a setting of the planner.
func settingField(name string) string {
	if name == plan.PlannerSetting {
		return "planner"
	}
	return "settings." + name
}

// planner returns who plans in an environment: the one from before, unless something
// else is asked for.
func (s *Server) planner(ctx context.Context, h *hosted, q *planRequest, config plan.Config) (*planning, error) {
	if p := h.planning; p != nil && p.model == q.Model && p.config == config && p.seed == q.Seed {
		p.ctx = ctx
		return p, nil
	}
	p := &planning{model: q.Model, config: config, seed: q.Seed, ctx: ctx}
	model, err := s.model(q.Model, func() error { return p.ctx.Err() })
	if err != nil {
		return nil, err
	}
	h.planning = nil // before the next takes memory too
	scene := h.Scene()
	if p.controller, err = plan.NewController(model, scene, h.Cost(), config, sim.NewRand(q.Seed, "plan", 0)); err != nil {
		return nil, err
	}
	p.controller.Propose(h.scenario.Proposals(q.Seed, 0, scene))
	h.planning = p
	return p, nil
}

// act finds the next action.
func (p *planning) act(h *hosted) error {
	due := p.controller.Due()
	action, err := p.controller.Act(h.State())
	if err != nil {
		return err
	}
	for i := range action {
		action[i] /= h.scenario.Task.Unit
	}
	p.answer = &planAnswer{Action: action, Cost: p.controller.Cost(), Planned: due}
	return nil
}
