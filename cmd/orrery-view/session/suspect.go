package session

import (
	"context"
	"slices"
	"sync"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/world"
	"orrery/world/surprise"
)

// suspicion judges what is replayed by the chosen model, a frame in each step.
type suspicion struct {
	search *surprise.Search
	ctx    context.Context
	stop   context.CancelFunc

	mu     sync.Mutex
	scores [][]float64 // [t][n] once all frames are judged
}

func newSuspicion(model world.Model, s *Session) *suspicion {
	p := &suspicion{search: surprise.Begin(model, s.show.True)}
	p.ctx, p.stop = context.WithCancel(context.Background())
	return p
}

// Step judges a frame and reports whether another is left.
func (p *suspicion) Step() (more bool) {
	more, err := p.search.Step(p.ctx)
	if err != nil {
		return false // the model has no means to judge this scene, and there is no strip
	}
	if !more {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.scores = p.search.Result().Scores[0]
	}
	return more
}

// Surprise returns how unlikely the motion that is replayed is to the chosen model at each frame from
// the first on, for the body to which it is least likely; see package surprise. It is nil until all frames
// are judged, where nothing is replayed, and once a hand has changed what happens.
func (s *Session) Surprise() []float64 {
	if s.suspicion == nil || s.mode != compare.Replay || s.perturbed {
		return nil
	}
	s.suspicion.mu.Lock()
	defer s.suspicion.mu.Unlock()
	if s.suspicion.scores == nil {
		return nil
	}
	out := make([]float64, len(s.suspicion.scores))
	for k, bodies := range s.suspicion.scores {
		if len(bodies) > 0 {
			out[k] = slices.Max(bodies)
		}
	}
	return out
}

// suspect begins to judge what is replayed anew.
func (s *Session) suspect() {
	if s.suspicion != nil {
		s.suspicion.stop()
		s.suspicion = nil
	}
	if s.mode == compare.Replay && len(s.models) > 0 {
		s.suspicion = newSuspicion(s.models[s.model], s)
		s.suspicions.Do(s.suspicion)
	}
}
