package planning

import (
	"fmt"
	"slices"

	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world"
)

// EngineKind is the name of the engine as a model in flags and tables.
const EngineKind = "true"

// Engine lets the engine stand in for a model. What a planner gets wrong with it is
// no model's fault.
type Engine struct{}

// Kind returns "true".
func (Engine) Kind() string { return EngineKind }

// Parameters returns 0, as nothing is trained.
func (Engine) Parameters() int { return 0 }

// Predictor returns a predictor with an engine for each scene.
func (Engine) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	p := make(enginePredictor, len(scenes))
	for i, scene := range scenes {
		p[i] = engineRun{scene, engine.New(), scene.Start()}
		if err := p[i].engine.Load(scene); err != nil {
			return nil, fmt.Errorf("scene %d: %w", i, err)
		}
	}
	return p, nil
}

type enginePredictor []engineRun

// engineRun is a scene in an engine that has led to a state.
type engineRun struct {
	scene  *sim.Scene
	engine *engine.Engine
	state  sim.State
}

// Step implements world.Predictor.
func (p enginePredictor) Step(state sim.State, actions sim.Action) error {
	for i := range p {
		run := &p[i]
		n, a := len(run.scene.Bodies), len(run.scene.Actuators)
		if len(state) < n || actions != nil && len(actions) < a {
			return fmt.Errorf("scene %d: %d bodies and %d actuators must have a state and an action", i, n, a)
		}
		var action sim.Action
		if actions != nil {
			action, actions = actions[:a], actions[a:]
		}
		if err := run.step(state[:n], action); err != nil {
			return fmt.Errorf("scene %d: %w", i, err)
		}
		state = state[n:]
	}
	return nil
}

// step replaces a state by the next. An engine goes on from where it is, because
// it remembers impulses that no state shows, and is reset to any other state.
func (r *engineRun) step(state sim.State, action sim.Action) error {
	if !slices.Equal(state, r.state) {
		if err := r.engine.Reset(state); err != nil {
			return err
		}
	}
	if err := r.engine.Frame(action); err != nil {
		return err
	}
	r.state = r.engine.State(r.state)
	copy(state, r.state)
	return nil
}
