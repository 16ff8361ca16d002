package session

import (
	"orrery/cmd/orrery-view/session/touch"
	"orrery/sim"
	"orrery/sim/engine"
)

// touching finds what touched in a frame of the tape, which need not be the last one that the engine has run.
type touching struct{ engine *engine.Engine } // of its own; nil until someone asks

// touched returns what touched in the frame that led from a state to the next, which it returns, too, or nothing where the engine
// fails. Impulses are those of an engine that remembers no earlier contact.
func (s *Session) touched(before sim.State, action sim.Action) (frame touch.Frame, after sim.State) {
	w := &s.touching
	if w.engine == nil {
		w.engine = engine.New()
		if w.engine.Load(s.scene) != nil {
			w.engine = nil
			return frame, nil
		}
	}
	if w.engine.Reset(before) != nil || w.engine.FrameBySteps(action, func() { frame.Note(s.scene, w.engine.Contacts()) }) != nil {
		return touch.Frame{}, nil
	}
	return frame, w.engine.State(nil)
}
