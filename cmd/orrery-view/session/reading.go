package session

import (
	"math"
	"time"
)

// Reading is how wrong the model is at the frame shown.
type Reading struct {
	Error      float64       // m, mean position error; NaN when unknown
	Lead       float64       // s, how far ahead that was predicted
	Equivalent float64       // m, see Ladder.Equivalent; NaN when unknown
	Why        string        // there is no prediction, or it has ended
	Cost       time.Duration // of a predicted frame
}

// Reading returns how wrong the model is at the frame shown.
func (s *Session) Reading() Reading {
	r := Reading{Error: math.NaN(), Equivalent: math.NaN(), Why: s.trial.why}
	if f := s.Forecast(); f != nil {
		r.Cost = f.Cost
	}
	if s.mode == Sandbox {
		r.Lead = float64(s.lead()) * s.scene.FrameTime()
		if n := len(s.trial.judged); n > 0 {
			r.Error = s.trial.judged[n-1]
		}
		return r
	}
	if k := s.cursor - s.begin; k >= 0 && k < len(s.trial.errors) {
		r.Error, r.Lead = s.trial.errors[k], float64(k)*s.scene.FrameTime()
		if l := s.Ladder(); l != nil {
			r.Equivalent = l.Equivalent(s.cursor, r.Error)
		}
	}
	return r
}

// Ladder returns how far the engine itself would drift off in a duel or a replay,
// or nil as long as that is not known.
func (s *Session) Ladder() *Ladder {
	if s.climb == nil {
		return nil
	}
	return s.climb.result()
}

// Errors returns the mean position error in metres against time, its first frame
// and the number of frames between two values. In the sandbox it is the error at
// the horizon, NaN where none was measured.
func (s *Session) Errors() (errors []float64, first, every int) {
	if s.mode != Sandbox {
		return s.trial.errors, s.begin, 1
	}
	t := &s.trial
	if len(t.judged) == 0 {
		return nil, 0, s.renewal()
	}
	first, every = t.frames[0], s.renewal()
	for k, frame := range t.frames {
		// Forecasts come at uneven distances: the next one counts for the time since
		// the last, unless a hand has foiled those between.
		value := t.judged[k]
		for at := first + len(errors)*every; at <= frame; at += every {
			if frame-at > s.scene.FPS/3 {
				errors = append(errors, math.NaN())
			} else {
				errors = append(errors, value)
			}
		}
	}
	return errors, first, every
}

// Leads returns the mean position error in metres of the sandbox's last forecasts
// against how many frames ahead they look, or nil before the first was judged.
func (s *Session) Leads() []float64 { return s.trial.leads }
