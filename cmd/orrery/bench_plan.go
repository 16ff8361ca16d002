package main

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/stat"

	"orrery/cmd/orrery/planning"
	"orrery/sim"
	"orrery/sim/scenario"
	"orrery/world"
	"orrery/world/plan"
)

// planFigures is the JSON of `bench plan`.
type planFigures struct {
	ContactMS       float64     `json:"contact_decision_ms"`
	EngineMS        float64     `json:"engine_decision_ms"`
	EngineToContact float64     `json:"engine_to_contact"`
	Config          plan.Config `json:"config"`
	Workers         int         `json:"workers"`
}

// Decisions are those of this task's recorded protocol: they begin at states of an
// episode, and the goal is one of its later states.
const (
	planScenario = "pusht"
	planEpisodes = 4 // from which the contact network learns how bodies fly
)

func benchPlan(ctx context.Context, opts *benchOptions) (figures, error) {
	config, _, err := planning.Config(planScenario, planning.Recorded, "", planning.Settings(opts.Tune))
	if err != nil {
		return nil, err
	}
	config.Workers = opts.Sizes.Workers
	s, err := scenario.Find(planScenario)
	if err != nil {
		return nil, err
	}
	episodes, err := benchTruth(s.Name, planEpisodes, s.Frames)
	if err != nil {
		return nil, err
	}
	untrained := *opts
	untrained.Contact.Steps = pushTInner
	model, err := untrained.model(ctx, episodes)
	if err != nil {
		return nil, err
	}
	scene, states := *episodes[0].Scene, episodes[0].States
	scene.Goals = recordedGoals[planScenario](states[recordedAhead])
	cost := func(state sim.State, action sim.Action) float64 { return s.Task.Cost(&scene, state, action) }
	decide := func(model world.Model) (func() error, error) {
		controller, err := plan.NewController(model, &scene, cost, config, sim.NewRand(defaultSeed, "bench plan", 0))
		if err != nil {
			return nil, err
		}
		controller.Propose(s.Proposals(defaultSeed, 0, &scene))
		frame := 0
		return func() error {
			controller.Reset()
			_, err := controller.Act(states[frame%len(states)])
			frame += recordedAhead
			return err
		}, nil
	}
	ours, err := decide(model)
	if err != nil {
		return nil, err
	}
	theirs, err := decide(planning.Engine{})
	if err != nil {
		return nil, err
	}
	decisions := (len(states) - 1) / recordedAhead // of an episode; some take thrice as long as others
	mine, its, err := alternate(ctx, opts.Sizes.Duration, decisions, ours, theirs)
	if err != nil {
		return nil, err
	}
	contact, engine := stat.Mean(mine, nil), stat.Mean(its, nil)
	return &planFigures{1e3 * contact, 1e3 * engine, engine / contact, config, config.Workers}, nil
}

func (f *planFigures) rows(row func(...any)) {
	with := fmt.Sprintf("ms, %d plans of %d frames, %d workers", f.Config.Proposals+f.Config.Samples*f.Config.Iterations, f.Config.Frames(), f.Workers)
	row("decision by planning with contact", digits(f.ContactMS), with)
	row("decision by planning with the engine", digits(f.EngineMS), with)
	row("engine / contact", digits(f.EngineToContact), "×")
}
