package serve

import (
	"orrery/sim"
	"orrery/world"
)

// stoppable is a model that gives up when stop returns an error.
type stoppable struct {
	world.Model
	stop func() error
}

// Predictor implements world.Model.
func (m stoppable) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	if err := m.stop(); err != nil {
		return nil, err
	}
	p, err := m.Model.Predictor(scenes)
	if err != nil {
		return nil, err
	}
	if u, ok := p.(world.Uncertain); ok {
		return stoppableUncertain{u, m.stop}, nil
	}
	return stoppablePredictor{p, m.stop}, nil
}

type stoppablePredictor struct {
	world.Predictor
	stop func() error
}

// Step implements world.Predictor.
func (p stoppablePredictor) Step(state sim.State, actions sim.Action) error {
	if err := p.stop(); err != nil {
		return err
	}
	return p.Predictor.Step(state, actions)
}

type stoppableUncertain struct {
	world.Uncertain
	stop func() error
}

// Step implements world.Predictor.
func (p stoppableUncertain) Step(state sim.State, actions sim.Action) error {
	if err := p.stop(); err != nil {
		return err
	}
	return p.Uncertain.Step(state, actions)
}
