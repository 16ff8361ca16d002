package session

import (
	"orrery/sim"
	"orrery/sim/engine"
)

// witness tells where bodies touched at a frame of the tape, which need not be the
// last one that the engine has run.
type witness struct {
	engine   *engine.Engine
	frame    int
	state    sim.BodyState // of the first body, to notice a tape that was rewritten
	contacts []engine.Contact
}

// Contacts returns the points that touch at the frame shown. Their impulses are
// those of an engine that remembers no earlier contact.
func (s *Session) Contacts() []engine.Contact {
	w := &s.witness
	if s.cursor == s.tape.first {
		return nil
	}
	if w.engine != nil && w.frame == s.cursor && w.state == s.State()[0] {
		return w.contacts
	}
	if w.engine == nil {
		w.engine = engine.New()
		if err := w.engine.Load(s.scene); err != nil {
			return nil
		}
	}
	w.frame, w.state, w.contacts = s.cursor, s.State()[0], nil
	before := s.cursor - 1
	if w.engine.Reset(s.tape.at(before)) == nil && w.engine.Frame(s.tape.actions[before-s.tape.first]) == nil {
		w.contacts = w.engine.Contacts()
	}
	return w.contacts
}
