package session

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"orrery/sim"
	"orrery/world"
)

// Forecast is what a model says will follow a frame, as far as it has got.
type Forecast struct {
	From   int         // frame of the first state, which is the true one
	States []sim.State // [t][n]
	Spread [][]float64 // [t][n] m, how far off the model expects each body to be; nil if it does not say
	Cost   time.Duration
	Err    error // why there is no more
}

// At returns the predicted state of a frame.
func (f *Forecast) At(frame int) (state sim.State, ok bool) {
	if f == nil || frame < f.From || frame >= f.From+len(f.States) {
		return nil, false
	}
	return f.States[frame-f.From], true
}

// Last returns the last frame that is predicted, or -1.
func (f *Forecast) Last() int {
	if f == nil {
		return -1
	}
	return f.From + len(f.States) - 1
}

// SpreadAt returns how far off the model expects to be at a frame, or nil.
func (f *Forecast) SpreadAt(frame int) []float64 {
	if f == nil || frame < f.From || frame >= f.From+len(f.Spread) {
		return nil
	}
	return f.Spread[frame-f.From]
}

// Between returns the predicted states from one frame to another, both included,
// as many of them as there are.
func (f *Forecast) Between(from, to int) []sim.State {
	if f == nil {
		return nil
	}
	from, to = max(from-f.From, 0), min(to-f.From+1, len(f.States))
	return f.States[min(from, len(f.States)):max(to, min(from, len(f.States)))]
}

// prediction is the task of making a Forecast. Readers take snapshots of what is
// there: states are appended and never changed.
type prediction struct {
	model  world.Model
	scene  *sim.Scene
	frames int // that are wanted, the start included

	predictor world.Predictor // made by the first step
	state     sim.State

	mu      sync.Mutex
	out     Forecast
	actions []sim.Action // [t-1] known so far; frames that need more have to wait
	free    bool         // whether frames without a known action are at rest
	over    bool
	busy    time.Duration
}

func newPrediction(model world.Model, scene *sim.Scene, from int, start sim.State, frames int) *prediction {
	return &prediction{
		model: model, scene: scene, frames: frames, state: slices.Clone(start), free: len(scene.Actuators) == 0,
		out: Forecast{From: from, States: []sim.State{start}},
	}
}

// hold lets all frames follow one action.
func (p *prediction) hold(a sim.Action) *prediction {
	for len(p.actions) < p.frames {
		p.actions = append(p.actions, a)
	}
	return p
}

// tell adds what the actuators are known to do next.
func (p *prediction) tell(actions ...sim.Action) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.actions = append(p.actions, actions...)
}

// stop ends the prediction where it is.
func (p *prediction) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
}

// snapshot returns what there is, and whether no more will come.
func (p *prediction) snapshot() (f *Forecast, over bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := p.out
	out.Cost = p.busy / time.Duration(max(len(out.States)-1, 1))
	return &out, p.over
}

// step predicts one frame. A model that panics has failed like one that returns an
// error: the window goes on.
func (p *prediction) step() (more bool) {
	action, ready := p.next()
	if !ready {
		return false
	}
	began := time.Now()
	spread, err := p.advance(action)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		p.out.Err, p.over = err, true
		return false
	}
	p.busy += time.Since(began)
	p.out.States = append(p.out.States, slices.Clone(p.state))
	if spread != nil {
		if p.out.Spread == nil {
			p.out.Spread = [][]float64{make([]float64, len(p.state))}
		}
		p.out.Spread = append(p.out.Spread, spread)
	}
	p.over = p.over || len(p.out.States) >= p.frames
	return !p.over
}

// next returns the action of the next frame, if it is wanted and known.
func (p *prediction) next() (action sim.Action, ready bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	k := len(p.out.States) - 1
	if k < len(p.actions) {
		action = p.actions[k]
	}
	return action, !p.over && k+1 < p.frames && (p.free || k < len(p.actions))
}

func (p *prediction) advance(action sim.Action) (spread []float64, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("model %s failed: %v", p.model.Kind(), cause)
		}
	}()
	if p.predictor == nil {
		if p.predictor, err = p.model.Predictor([]*sim.Scene{p.scene}); err != nil {
			return nil, err
		}
	}
	if err := p.predictor.Step(p.state, action); err != nil {
		return nil, err
	}
	if err := p.state.Check(); err != nil {
		return nil, fmt.Errorf("model %s: %w", p.model.Kind(), err)
	}
	if u, ok := p.predictor.(world.Uncertain); ok {
		spread = u.Spread(nil)
	}
	return spread, nil
}
