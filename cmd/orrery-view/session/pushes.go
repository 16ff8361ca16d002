package session

import (
	"fmt"

	"orrery/cmd/orrery-view/session/touch"
	"orrery/sim"
	"orrery/world"
	"orrery/world/flight"
)

// Pushes has the impulses that bodies get in the frame that led to the one shown, beyond what free flight does to them.
type Pushes struct {
	Points []touch.Point // where bodies touched
	Engine Pushed
	Chosen Pushed // as the chosen model has it
	Rival  Pushed // as the model that is compared with it has it
}

// Pushed is what pushes bodies, as one side has it. All is nil where it is not known.
type Pushed struct {
	Bodies []sim.Vec // N·s [n], by all that touches, ties or pulls
	Points []sim.Vec // N·s on the first body of each point; see touch.Frame.Explain
	Rest   []sim.Vec // N·s [n], by what has no point
}

// pushing remembers the Pushes at a frame.
type pushing struct {
	known bool
	frame int
	state sim.BodyState // of the first body, to notice a tape that was rewritten
	found Pushes
}

// Pushes returns what pushed bodies just before the frame shown. Engine and models all begin in the true state a frame
// earlier, so that they answer the same question. Where a model fails it has none.
func (s *Session) Pushes() Pushes {
	w, frame := &s.pushing, s.Frame()
	if frame == s.tape.First() {
		return Pushes{}
	}
	if w.known && w.frame == frame && w.state == s.State()[0] {
		return w.found
	}
	*w = pushing{known: true, frame: frame, state: s.State()[0]}
	before, action := s.tape.At(frame-1), s.tape.Action(frame-1)
	free := s.after(flight.Ballistic(), before, action)
	if free == nil {
		return w.found
	}
	touched, engine := s.touched(before, action)
	if engine == nil {
		return w.found
	}
	w.found.Points = touched.Points
	side := func(state sim.State) Pushed { return s.pushed(&touched, free, engine, state) }
	w.found.Engine = side(engine)
	if len(s.models) > 0 {
		w.found.Chosen = side(s.after(s.models[s.model].Model, before, action))
	}
	if i := s.rivalIndex(); i >= 0 {
		w.found.Rival = side(s.after(s.models[i].Model, before, action))
	}
	return w.found
}

// after returns what a model predicts for the frame after a state, or nil where it fails.
func (s *Session) after(model world.Model, before sim.State, action sim.Action) (state sim.State) {
	defer func() {
		if recover() != nil { // its forecast fails as well, and says why
			state = nil
		}
	}()
	predictor, err := model.Predictor([]*sim.Scene{s.scene})
	if err != nil {
		return nil
	}
	next := append(sim.State(nil), before...)
	if predictor.Step(next, action) != nil || next.Check() != nil {
		return nil
	}
	return next
}

// pushed returns what pushes bodies where they get to a state, beside the engine's and that of free flight; nothing if it is nil.
func (s *Session) pushed(touched *touch.Frame, free, engine, state sim.State) (p Pushed) {
	if state == nil {
		return p
	}
	p.Bodies = make([]sim.Vec, len(free))
	change := make([]touch.Motion, len(free))
	for i := range free {
		if b := &s.scene.Bodies[i]; b.Kind == sim.Dynamic {
			p.Bodies[i] = state[i].Velocity().Sub(free[i].Velocity()).Scale(b.Mass)
			change[i] = touch.Motion{V: state[i].Velocity().Sub(engine[i].Velocity()), Omega: state[i].Omega - engine[i].Omega}
		}
	}
	p.Points = touched.Explain(s.scene, engine, change)
	for k := range p.Points {
		p.Points[k] = p.Points[k].Add(touched.Points[k].Impulse)
	}
	p.Rest = touched.Rest(s.scene, p.Bodies, p.Points)
	return p
}

// PushOf returns what pushes a body in words, with the error of each model.
func (p Pushes) PushOf(body int) string {
	if body >= len(p.Engine.Bodies) {
		return ""
	}
	said := fmt.Sprintf("%.3g N·s", p.Engine.Bodies[body].Len())
	for _, side := range [][]sim.Vec{p.Chosen.Bodies, p.Rival.Bodies} {
		if side != nil {
			said += fmt.Sprintf(", predicted %.3g", side[body].Len())
		}
	}
	return said
}
