package session

import (
	"slices"

	"orrery/cmd/orrery-view/session/build"
	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/cmd/orrery-view/session/tape"
	"orrery/sim"
)

// moment is all that comes back when a change is undone. Nothing in it is ever changed.
type moment struct {
	mode      compare.Mode
	origin    Origin
	show      replay.Show
	scene     *sim.Scene
	bodies    []int
	tape      *tape.Tape
	frame     int
	perturbed bool
	policy    sim.Policy
}

// moment returns the present one. What was computed but never shown is left out.
func (s *Session) moment() moment {
	kept := s.tape.Clone()
	_, seen := s.Span()
	kept.Cut(seen)
	return moment{s.mode, s.Origin, s.show, s.scene, s.bodies, kept, s.Frame(), s.perturbed, s.policy}
}

// trim returns a moment that can be gone back to, but whose past is forgotten. A
// recording is kept, as it is kept anyway.
func (m moment) trim() moment {
	if m.mode != compare.Replay {
		m.tape, m.frame = tape.New(m.tape.At(m.frame)), 0
	}
	return m
}

// note remembers the present moment before a change that can be undone. One that goes on
// with the same change is undone with it.
func (s *Session) note(what string, goesOn bool) {
	if s.scene != nil {
		s.changes.Note(what, s.moment(), goesOn)
	}
}

// Undo takes back the last change that someone made, with what it threw away, and tells
// what it was: bodies that were added, deleted or dragged, parameters, goals, a restart,
// or another scene. Time goes back to just before it.
func (s *Session) Undo() {
	if s.scene == nil {
		return
	}
	then, what, ok := s.changes.Undo(s.moment())
	s.bring(then, ok, "undone: "+what, "there is nothing to undo")
}

// Redo makes the last change again that was undone.
func (s *Session) Redo() {
	if s.scene == nil {
		return
	}
	then, what, ok := s.changes.Redo(s.moment())
	s.bring(then, ok, "redone: "+what, "there is nothing to redo")
}

// bring goes to another moment, if there is one, and tells the user.
func (s *Session) bring(then moment, ok bool, done, nothing string) {
	if !ok {
		s.Notify(nothing)
		return
	}
	if err := s.engine.Load(then.scene); err != nil {
		s.check(err) // cannot be: it was loaded before
		return
	}
	t := then.tape.Clone()
	if err := s.engine.Reset(t.At(t.End())); err != nil {
		s.check(err)
		return
	}
	s.mode, s.Origin, s.policy, s.bodies = then.mode, then.origin, then.policy, then.bodies
	if then.show.True != nil { // otherwise what was opened since can still be replayed
		s.show = then.show
	}
	s.put(then.scene, t, then.frame)
	s.perturbed = then.perturbed
	s.Notify(done)
}

// lost tells that a change has thrown away what a hand had built, if it has.
func (s *Session) lost(perturbed bool) {
	if perturbed {
		s.Notify("Ctrl-Z brings back what you built")
	}
}

// origins returns where the bodies of a scene that no hand has changed come from.
func origins(scene *sim.Scene) []int {
	out := make([]int, len(scene.Bodies))
	for i := range out {
		out[i] = i
	}
	return out
}

// added returns the origins of bodies with one more that a hand has added.
func added(bodies []int) []int { return append(slices.Clip(bodies), build.Added) }

// deleted returns the origins of bodies without one of them.
func deleted(bodies []int, body int) []int {
	return slices.Delete(slices.Clone(bodies), body, body+1)
}
