package spread

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"orrery/sim"
	"orrery/world"
	"orrery/world/region"
)

// Wrap returns model with Predictors that are world.Uncertain and have Regions. Scenes whose frames
// are not as long as those the law was measured on are refused.
func (l *Law) Wrap(model world.Model) world.Model { return uncertain{model, l} }

type uncertain struct {
	world.Model
	law *Law
}

// Bare returns the model that was wrapped; uncertain is a world.Watched.
func (m uncertain) Bare() world.Model { return m.Model }

// WrapLater is Wrap of the law in a text, which is only read when a Predictor is asked for that knows its uncertainty. What is wrong with
// the text is the error of that.
func WrapLater(text []byte, model world.Model) world.Model {
	return later{model, sync.OnceValues(func() (*Law, error) { return Decode(text) })}
}

type later struct {
	world.Model
	law func() (*Law, error)
}

// Bare returns the model that was wrapped; later is a world.Watched.
func (m later) Bare() world.Model { return m.Model }

// Predictor is that of Wrap.
func (m later) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	law, err := m.law()
	if err != nil {
		return nil, err
	}
	return law.Wrap(m.Model).Predictor(scenes)
}

// Predictor returns a world.Uncertain with a method Regions, see region.Of.
func (m uncertain) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	inner, err := m.Model.Predictor(scenes)
	if err != nil {
		return nil, err
	}
	p := &predictor{inner: inner, law: m.law}
	made := map[*sim.Scene]*observer{}
	for _, scene := range scenes {
		if scene.FrameTime() != m.law.time {
			reason := fmt.Sprintf("its frames last %v s and those by which its spread was measured %v s", scene.FrameTime(), m.law.time)
			return nil, &world.Refusal{Model: m.Kind(), Scene: scene.Name, Reason: reason}
		}
		if made[scene] == nil {
			made[scene] = newObserver(scene)
		}
		p.observers = append(p.observers, made[scene])
		for i := range scene.Bodies {
			p.dynamic = append(p.dynamic, scene.Bodies[i].Kind == sim.Dynamic)
		}
	}
	p.errors, p.changes = make([]moments, len(p.dynamic)), make([]change, len(p.dynamic))
	p.tilts, p.scratch = make([]tilt, len(p.dynamic)), make([][2]float64, len(p.dynamic))
	p.begin()
	return p, nil
}

// predictor carries the errors of scenes laid end to end along with their state.
type predictor struct {
	inner      world.Predictor
	law        *Law
	observers  []*observer // of each scene; copies of one scene share theirs
	dynamic    []bool
	errors     []moments
	tilts      []tilt
	frames     int       // since the state was given
	answer     sim.State // of the Step before; empty when there is none
	before     sim.State
	influences []influence
	changes    []change
	scratch    [][2]float64
}

// begin is for a state that is given.
func (p *predictor) begin() {
	p.law.begin(p.errors)
	clear(p.tilts)
	p.frames = 0
}

// Step takes a step of the model, and lets the expected errors grow.
func (p *predictor) Step(state sim.State, actions sim.Action) error {
	if !slices.Equal(state, p.answer) {
		p.begin()
		p.answer = append(p.answer[:0], state...)
	}
	p.before, p.answer = p.answer, p.before[:0]
	if err := p.inner.Step(state, actions); err != nil {
		return err
	}
	p.answer = append(p.answer, state...)
	p.influences = p.influences[:0]
	first := 0
	for _, o := range p.observers {
		next := first + len(o.scene.Bodies)
		p.influences = o.observe(p.influences, p.before[first:next], state[first:next], first)
		first = next
	}
	p.law.weigh(p.influences)
	p.law.step(p.errors, p.influences, p.changes)
	if p.frames++; p.law.regions != nil {
		p.law.tilt(p.tilts, p.errors, p.influences, p.changes, p.scratch)
	}
	return nil
}

// Spread returns the standard deviation of each body's position; that of a kinematic
// body is 0.
func (p *predictor) Spread(dst []float64) []float64 {
	dst = dst[:0]
	for i, e := range p.errors {
		sigma := 0.0
		if p.dynamic[i] {
			sigma = math.Sqrt(e.xx)
		}
		dst = append(dst, sigma)
	}
	return dst
}

// Regions returns the region of each body; that of a kinematic body has no size.
func (p *predictor) Regions(dst []region.Region) []region.Region {
	dst = dst[:0]
	time := float64(max(1, p.frames)) * p.law.time
	for i, e := range p.errors {
		r := region.Normal(0)
		if p.dynamic[i] {
			r = p.law.region(e, &p.tilts[i], time)
		}
		dst = append(dst, r)
	}
	return dst
}
