package forecast

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"orrery/sim"
	"orrery/world/region"
)

// Model makes the forecasts.
type Model struct {
	Name string // in errors
	// Start returns a Stepper for the scene.
	Start func(scene *sim.Scene) (Stepper, error)
	// Watch is told each state, the start first, and says how the prediction has left what
	// can happen, or nothing. It may be nil, and serves one forecast.
	Watch func(sim.State) (escape string)
	// Doubt returns the standard deviation in metres, along either axis, with which the place of a body is
	// known some frames after the start, for no other reason than that the start is not known better. It may
	// be nil: the start is certain.
	Doubt func(body, frames int) float64
}

// Stepper advances the bodies of one scene. One that has a method Spread says how far off
// it expects to be, as world.Uncertain does; see region.Of.
type Stepper interface {
	// Step replaces a state [n] by the one a frame later, while actuators follow an
	// action [a].
	Step(state sim.State, action sim.Action) error
}

// Making makes a Forecast, a frame with each Step. All methods but Step may be called
// from any goroutine.
type Making struct {
	model  Model
	scene  *sim.Scene
	frames int // that are wanted, the start included

	stepper Stepper // made by the first step
	state   sim.State

	mu      sync.Mutex
	out     Forecast     // states are appended and never changed
	actions []sim.Action // [t-1] known so far; frames that need more have to wait
	free    bool         // whether frames without a known action are at rest
	over    bool
	busy    time.Duration
}

// Begin returns a forecast in the making, of some frames from a state at a frame, both
// included. The state is kept and not changed.
func Begin(model Model, scene *sim.Scene, from int, start sim.State, frames int) *Making {
	return &Making{
		model: model, scene: scene, frames: frames, state: slices.Clone(start), free: len(scene.Actuators) == 0,
		out: Forecast{From: from, States: []sim.State{start}},
	}
}

// Hold lets all frames follow one action.
func (m *Making) Hold(a sim.Action) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.actions) < m.frames {
		m.actions = append(m.actions, a)
	}
}

// Tell adds what the actuators are known to do next.
func (m *Making) Tell(actions ...sim.Action) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.actions = append(m.actions, actions...)
}

// Stop ends the forecast where it is.
func (m *Making) Stop() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.over = true
}

// Snapshot returns what there is, and whether no more will come.
func (m *Making) Snapshot() (f *Forecast, over bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := m.out
	out.Cost = m.busy / time.Duration(max(len(out.States)-1, 1))
	return &out, m.over
}

// Step predicts one frame, if its action is known, and reports whether more can follow
// at once.
func (m *Making) Step() (more bool) {
	action, ready := m.next()
	if !ready {
		return false
	}
	began := time.Now()
	regions, escape, err := m.advance(action)
	m.mu.Lock()
	defer m.mu.Unlock()
	if err != nil {
		m.out.Err, m.over = err, true
		return false
	}
	m.busy += time.Since(began)
	m.out.States = append(m.out.States, slices.Clone(m.state))
	if escape != "" && m.out.Escape == "" {
		m.out.Escape = escape
	}
	if regions != nil {
		if m.out.Regions == nil {
			start := slices.Repeat([]region.Region{region.Normal(0)}, len(m.state))
			m.out.Regions = [][]region.Region{m.doubted(start, 0)}
		}
		m.out.Regions = append(m.out.Regions, m.doubted(regions, len(m.out.Regions)))
	}
	m.over = m.over || len(m.out.States) >= m.frames
	return !m.over
}

// next returns the action of the next frame, if it is wanted and known.
func (m *Making) next() (action sim.Action, ready bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := len(m.out.States) - 1
	if k < len(m.actions) {
		action = m.actions[k]
	}
	return action, !m.over && k+1 < m.frames && (m.free || k < len(m.actions))
}

// advance predicts one frame. A model that panics has failed like one that returns an
// error: the window goes on.
func (m *Making) advance(action sim.Action) (regions []region.Region, escape string, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("model %s failed: %v", m.model.Name, cause)
		}
	}()
	if m.stepper == nil {
		if m.stepper, err = m.model.Start(m.scene); err != nil {
			return nil, "", err
		}
		m.watch()
	}
	if err := m.stepper.Step(m.state, action); err != nil {
		return nil, "", err
	}
	if err := m.state.Check(); err != nil {
		return nil, "", fmt.Errorf("model %s: %w", m.model.Name, err)
	}
	if u, ok := m.stepper.(interface{ Spread(dst []float64) []float64 }); ok {
		regions = region.Of(u, nil)
	}
	return regions, m.watch(), nil
}

// doubted widens the regions of bodies some frames after the start by what the start leaves open.
func (m *Making) doubted(regions []region.Region, frames int) []region.Region {
	if m.model.Doubt == nil {
		return regions
	}
	for i := range regions {
		regions[i] = regions[i].Widened(m.model.Doubt(i, frames))
	}
	return regions
}

// watch returns how the present state has left what can happen, or nothing.
func (m *Making) watch() (escape string) {
	if m.model.Watch == nil {
		return ""
	}
	return m.model.Watch(m.state)
}
