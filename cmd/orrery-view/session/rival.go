package session

import (
	"fmt"
	"slices"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/forecast"
	"orrery/cmd/orrery-view/session/jobs"
	"orrery/world/choose"
)

// rival is a second model, which predicts the same motion on the same clock.
type rival struct {
	name   string // of the model; empty without one
	making *forecast.Making
	judge  *compare.Judge
	lane   *jobs.Lane

	outdated bool // as that of the session
}

// SetRival says which model is compared with the chosen one, by its name; an empty name, or that of the chosen one,
// ends the comparison.
func (s *Session) SetRival(name string) {
	models, chosen := s.Models()
	if name != "" && models[chosen].Name == name || s.named(name) < 0 {
		name = ""
	}
	if s.rival.name = name; s.scene != nil {
		s.Begin()
	}
}

// Rival returns the name of the model that is compared with the chosen one and how wrong it is, or nothing.
func (s *Session) Rival() (name string, c *compare.Comparison) {
	if s.rivalIndex() < 0 || s.pilot != nil {
		return "", nil
	}
	return s.rival.name, &s.rival.judge.Comparison
}

// named returns the index of the model of a name, or -1.
func (s *Session) named(name string) int {
	return slices.IndexFunc(s.models, func(c choose.Candidate) bool { return c.Name == name })
}

// rivalIndex returns the index of the rival, or -1 without one.
func (s *Session) rivalIndex() int {
	if s.rival.name == "" {
		return -1
	}
	if i := s.named(s.rival.name); i != s.model {
		return i
	}
	return -1
}

// beginRival makes the rival's forecast anew, as Begin does that of the chosen model.
func (s *Session) beginRival() {
	r := &s.rival
	if r.making != nil {
		r.making.Stop()
		r.making = nil
	}
	r.judge.Restart(s.mode, s.scene, s.tape, s.begin)
	r.outdated = false
	i := s.rivalIndex()
	if i < 0 || s.pilot != nil {
		return
	}
	switch s.mode {
	case compare.Sandbox:
		s.predictRival()
		return
	case compare.Duel:
		r.making = forecast.Begin(s.askedOf(i), s.scene, s.begin, s.State(), s.Horizon()+1)
	case compare.Replay:
		if s.History() > 0 {
			return // until it is known where it begins
		}
		r.making = s.replayedBy(i, s.tape.At(s.begin), nil)
	}
	r.lane.Do(r.making)
}

// predictRival is predict for the rival.
func (s *Session) predictRival() {
	r := &s.rival
	if r.making != nil {
		f, over := r.making.Snapshot()
		if over || s.mode != compare.Sandbox {
			r.judge.Show(f)
		}
		if over {
			r.making = nil
		}
	}
	r.judge.Update()
	if i := s.rivalIndex(); i >= 0 && s.mode == compare.Sandbox && r.making == nil && s.pilot == nil && (r.outdated || s.stale(r.judge)) {
		if r.making = s.askedAhead(i); r.making != nil {
			r.outdated = false
			r.lane.Do(r.making)
		}
	}
}

// unnamed returns a name like the one given that no model has.
func (s *Session) unnamed(name string) string {
	free := name
	for k := 2; s.named(free) >= 0; k++ {
		free = fmt.Sprintf("%s-%d", name, k)
	}
	return free
}
