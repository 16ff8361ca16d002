package session

import (
	"orrery/sim"
	"orrery/sim/engine"
)

// touching remembers where bodies touched at a frame of the tape, which need not be the
// last one that the engine has run.
type touching struct {
	engine   *engine.Engine // of its own; nil until someone asks
	frame    int
	state    sim.BodyState // of the first body, to notice a tape that was rewritten
	contacts []engine.Contact
}

// Contacts returns the points that touch at the frame shown. Their impulses are
// those of an engine that remembers no earlier contact.
func (s *Session) Contacts() []engine.Contact {
	w, frame := &s.touching, s.Frame()
	if frame == s.tape.First() {
		return nil
	}
	if w.engine != nil && w.frame == frame && w.state == s.State()[0] {
		return w.contacts
	}
	if w.engine == nil {
		w.engine = engine.New()
		if err := w.engine.Load(s.scene); err != nil {
			return nil
		}
	}
	w.frame, w.state, w.contacts = frame, s.State()[0], nil
	if w.engine.Reset(s.tape.At(frame-1)) == nil && w.engine.Frame(s.tape.Action(frame-1)) == nil {
		w.contacts = w.engine.Contacts()
	}
	return w.contacts
}
