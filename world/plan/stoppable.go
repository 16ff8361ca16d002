package plan

import (
	"orrery/sim"
	"orrery/world"
	"orrery/world/region"
)

// Stoppable returns model with Predictors that call stop before everything they do,
// and give up with the error it returns. It may also wait. A planner that is to end
// in the middle of a search, or to take a rest, expects what such a model predicts.
func Stoppable(model world.Model, stop func() error) world.Model { return stoppable{model, stop} }

type stoppable struct {
	world.Model
	stop func() error
}

// Bare implements world.Watched.
func (m stoppable) Bare() world.Model { return stoppable{world.Bare(m.Model), m.stop} }

// Coarse returns the model that takes a number of steps a frame at most; see coarse.
func (m stoppable) Coarse(steps int) (coarser world.Model, ok bool) {
	m.Model, ok = coarse(m.Model, steps)
	return m, ok
}

// Predictor implements world.Model.
func (m stoppable) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	if err := m.stop(); err != nil {
		return nil, &stopped{err}
	}
	inner, err := m.Model.Predictor(scenes)
	if err != nil {
		return nil, err
	}
	p := stoppablePredictor{inner, m.stop}
	if u, ok := inner.(world.Uncertain); ok {
		return uncertainStoppable{p, u}, nil
	}
	return p, nil
}

// stopped is the error of a stop, as opposed to that of a model that cannot go on.
type stopped struct{ error }

// Unwrap returns what stop said.
func (s *stopped) Unwrap() error { return s.error }

type stoppablePredictor struct {
	world.Predictor
	stop func() error
}

// Step implements world.Predictor.
func (p stoppablePredictor) Step(state sim.State, actions sim.Action) error {
	if err := p.stop(); err != nil {
		return &stopped{err}
	}
	return p.Predictor.Step(state, actions)
}

// Lead is that of the predictor; see lead.
func (p stoppablePredictor) Lead(state sim.State, actions sim.Action) bool {
	return lead(p.Predictor, state, actions)
}

// Only is that of the predictor, for a number of scenes; see only.
func (p stoppablePredictor) Only(scenes int) bool { return only(p.Predictor, scenes) }

type uncertainStoppable struct {
	stoppablePredictor
	inner world.Uncertain
}

// Spread implements world.Uncertain.
func (p uncertainStoppable) Spread(dst []float64) []float64 { return p.inner.Spread(dst) }

// Regions returns the region of each body [n], see region.Of.
func (p uncertainStoppable) Regions(dst []region.Region) []region.Region {
	return region.Of(p.inner, dst)
}
