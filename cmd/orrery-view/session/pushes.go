package session

import (
	"fmt"

	"orrery/sim"
	"orrery/world"
	"orrery/world/flight"
)

// Pushes has the impulse that each body gets in the frame that led to the one shown, beyond what free flight does to it:
// by all that touches, ties or pulls it.
type Pushes struct {
	Engine []sim.Vec // N·s [n]; nil where it is not known
	Chosen []sim.Vec // N·s [n], as the chosen model has it; likewise
	Rival  []sim.Vec // N·s [n], as the model that is compared with it has it; likewise
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
	if s.Contacts(); s.touching.engine != nil {
		w.found.Engine = s.pushed(free, s.touching.engine.State(nil))
	}
	if len(s.models) > 0 {
		w.found.Chosen = s.pushed(free, s.after(s.models[s.model].Model, before, action))
	}
	if i := s.rivalIndex(); i >= 0 {
		w.found.Rival = s.pushed(free, s.after(s.models[i].Model, before, action))
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

// pushed returns the impulses [n] that lead from what is free to what is not, or nil if that is nil.
func (s *Session) pushed(free, state sim.State) []sim.Vec {
	if state == nil {
		return nil
	}
	out := make([]sim.Vec, len(free))
	for i := range free {
		if b := &s.scene.Bodies[i]; b.Kind == sim.Dynamic {
			out[i] = state[i].Velocity().Sub(free[i].Velocity()).Scale(b.Mass)
		}
	}
	return out
}

// PushOf returns what pushes a body in words, with the error of each model.
func (p Pushes) PushOf(body int) string {
	if body >= len(p.Engine) {
		return ""
	}
	said := fmt.Sprintf("%.3g N·s", p.Engine[body].Len())
	for _, side := range [][]sim.Vec{p.Chosen, p.Rival} {
		if side != nil {
			said += fmt.Sprintf(", predicted %.3g", side[body].Len())
		}
	}
	return said
}
