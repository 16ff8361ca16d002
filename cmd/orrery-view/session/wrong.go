package session

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"sync"

	"orrery/cmd/orrery-view/lesson"
	"orrery/cmd/orrery-view/session/compare"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/world"
)

// Wrong is a scene that a model predicts badly.
type Wrong struct {
	Label string
	Scene *sim.Scene
	Error float64 // m, mean position error after half a second
}

// Sizes of a search for what a model predicts badly.
const (
	huntDrawn  = 40      // scenes that are drawn as the subject draws them
	huntWorst  = 4       // of which the worst are found
	huntNudges = 6       // tries to make each of them worse
	huntFirst  = 1 << 29 // number of the first, which no lesson trains on
)

// hunt looks for scenes that a model predicts badly, a frame in each step: first among scenes of a subject, then
// around the worst of them.
type hunt struct {
	subject lesson.Subject
	origin  Origin // of what was on the stage
	model   world.Model
	engine  *engine.Engine

	tried     int
	scene     *sim.Scene // that is tried
	label     string
	acts      sim.Policy
	predictor world.Predictor
	predicted sim.State
	frame     int

	mu    sync.Mutex
	found []Wrong // the worst first
	share float64 // that is done
	over  bool
}

// frames returns how many frames are predicted.
func (h *hunt) frames() int { return max(h.scene.FPS/2, 1) }

// Step predicts a frame and reports whether there is more to do.
func (h *hunt) Step() (more bool) {
	h.mu.Lock()
	over := h.over
	h.mu.Unlock()
	if over {
		return false
	}
	if h.scene == nil && !h.begin() || h.scene != nil && !h.advance() {
		h.scene = nil
		h.tried++
	}
	const all = huntDrawn + huntWorst*huntNudges
	h.mu.Lock()
	defer h.mu.Unlock()
	h.share, h.over = float64(h.tried)/all, h.tried >= all
	return !h.over
}

// begin begins with the next scene. It returns false where that cannot be.
func (h *hunt) begin() (ok bool) {
	defer func() { ok = recover() == nil && ok }()
	var scene *sim.Scene
	if h.tried < huntDrawn {
		var err error
		if scene, h.acts, err = h.subject.Draw(huntFirst + h.tried); err != nil {
			return false
		}
		h.label = fmt.Sprintf("start %d", h.tried+1)
	} else {
		k := (h.tried - huntDrawn) / huntNudges
		if k >= len(h.found) {
			return false
		}
		of := h.found[k]
		scene = lesson.Nudged(of.Scene, sim.NewRand(uint64(h.tried), "viewer/hunt", k), 1)
		h.label = of.Label
	}
	predictor, err := h.model.Predictor([]*sim.Scene{scene})
	if err != nil || h.engine.Load(scene) != nil {
		return false
	}
	h.scene, h.predictor, h.predicted, h.frame = scene, predictor, scene.Start(), 0
	return true
}

// advance predicts a frame, and returns false after the last.
func (h *hunt) advance() (more bool) {
	defer func() { more = recover() == nil && more }()
	var action sim.Action
	truth := h.engine.State(nil)
	if h.acts != nil {
		action = h.acts(h.frame, truth)
	}
	if h.engine.Frame(action) != nil || h.predictor.Step(h.predicted, action) != nil {
		return false
	}
	if h.frame++; h.frame < h.frames() {
		return true
	}
	off, _ := h.scene.Distance(h.predicted, h.engine.State(truth))
	h.note(Wrong{Label: h.label, Scene: h.scene, Error: off})
	return false
}

// note keeps a scene if it is one of the worst. One that is made of another takes its place.
func (h *hunt) note(w Wrong) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !(w.Error > 0) {
		return
	}
	found := slices.Clone(h.found)
	if i := slices.IndexFunc(found, func(f Wrong) bool { return f.Label == w.Label }); i >= 0 {
		if found[i].Error < w.Error {
			found[i] = w
			h.found = found // sorted at the end, for tries count by place
		}
		return
	}
	found = append(found, w)
	slices.SortStableFunc(found, func(a, b Wrong) int { return cmp.Compare(b.Error, a.Error) })
	h.found = found[:min(len(found), huntWorst)]
}

// SeekWrong looks for scenes of what is on the stage that the chosen model predicts badly.
func (s *Session) SeekWrong() {
	if s.scene == nil || len(s.models) == 0 {
		return
	}
	subject, err := s.subject()
	if err != nil {
		s.check(err)
		return
	}
	s.endHunt()
	s.hunt = &hunt{subject: subject, origin: s.Origin, model: s.models[s.model], engine: engine.New()}
	s.hunts.Do(s.hunt)
}

func (s *Session) endHunt() {
	if s.hunt != nil {
		s.hunt.mu.Lock()
		s.hunt.over = true
		s.hunt.mu.Unlock()
	}
}

// Wrong returns the scenes that the chosen model was found to predict badly, the worst first, and the share of the
// search that is done: 0 without one.
func (s *Session) Wrong() (found []Wrong, done float64) {
	if s.hunt == nil {
		return nil, 0
	}
	s.hunt.mu.Lock()
	defer s.hunt.mu.Unlock()
	found = slices.Clone(s.hunt.found)
	slices.SortStableFunc(found, func(a, b Wrong) int { return cmp.Compare(b.Error, a.Error) })
	return found, s.hunt.share
}

// ShowWrong puts a scene of Wrong on the stage, in a duel, which can be undone. Whatever was on the stage meanwhile, it belongs to what it
// was looked for in.
func (s *Session) ShowWrong(w Wrong) {
	if err := s.open(w.Scene, s.hunt.origin, "open a scene that is predicted badly"); err != nil {
		s.check(err)
		return
	}
	s.perturbed = true
	s.SetMode(compare.Duel)
}

// LearnWrong has a lesson learn from the scenes of Wrong, too, each several times and started a little otherwise. The
// lesson is that of what they were looked for in, which begins if there is none.
func (s *Session) LearnWrong() {
	l := &s.learning
	found, _ := s.Wrong()
	if len(found) == 0 || l.teacher == nil {
		s.Notify("nothing is found yet that is predicted badly")
		return
	}
	scenes := make([]*sim.Scene, len(found))
	for i := range found {
		scenes[i] = found[i].Scene
	}
	of := s.hunt.subject
	switch {
	case len(l.reports) == 0 && !l.on || !bytes.Equal(of.Letter, l.letter):
		l.letter, l.subject, l.reports, l.files, l.stage = of.Letter, of.Name, nil, nil, nil
		l.teacher.Begin(of)
	case !l.on:
		l.teacher.Resume()
	}
	l.on = true
	l.teacher.Add(scenes)
}
