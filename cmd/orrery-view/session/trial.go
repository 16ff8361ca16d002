package session

import (
	"orrery/sim"
)

// trial compares forecasts with the truth.
type trial struct {
	forecast *Forecast // of a duel or a replay
	why      string    // there is none, or no more
	errors   []float64 // [t] m, from the frame at which the forecast begins

	expected []expectation // of the sandbox, the oldest first
	horizon  int           // frames
	frames   []int         // [k] at which a forecast of the sandbox was judged
	judged   []float64     // [k] m, error at the horizon
	leads    []float64     // [horizon+1] m, mean error of the last forecasts at each lead
}

// covers reports whether the forecast has got to a frame, or will not.
func (t *trial) covers(frame int) bool {
	if t.why != "" {
		return true
	}
	_, ok := t.forecast.At(frame)
	return ok
}

// follow computes the errors of a duel's or a replay's forecast as far as both
// sides are known.
func (t *trial) follow(s *Session) {
	for {
		frame := s.begin + len(t.errors)
		predicted, ok := t.forecast.At(frame)
		if !ok || frame > s.tape.end() || frame < s.tape.first {
			return
		}
		off, _ := s.scene.Distance(s.tape.at(frame), predicted)
		t.errors = append(t.errors, off)
	}
}

// expectation is a forecast whose horizon lies in the future.
type expectation struct {
	*Forecast
	last int // frame at which it is judged
}

// expect keeps a forecast until its horizon has come.
func (t *trial) expect(f *Forecast, horizon int) {
	if t.horizon != horizon {
		*t = trial{horizon: horizon, why: t.why}
	}
	if len(f.States) > horizon {
		t.why = ""
		t.expected = append(t.expected, expectation{f, f.From + horizon})
	}
}

// Errors that are kept of the sandbox, and how much the newest counts in a mean.
const (
	maxJudged = 900
	leadShare = 0.15
)

// judge compares forecasts of the sandbox whose horizon has come. One that a hand
// has foiled is no measure of the model.
func (t *trial) judge(s *Session) {
	for len(t.expected) > 0 && (t.expected[0].last <= s.seen || t.expected[0].From > s.seen) {
		e := t.expected[0]
		t.expected = t.expected[1:]
		if e.From < s.tape.first || e.last > s.seen || !s.tape.untouched(e.From, e.last) || !follows(s.tape.at(e.From), e.States[0]) {
			continue
		}
		errors := make([]float64, t.horizon+1)
		for k := range errors {
			errors[k], _ = s.scene.Distance(s.tape.at(e.From+k), e.States[k])
		}
		if t.leads == nil {
			t.leads = errors
		}
		for k, v := range errors {
			t.leads[k] += leadShare * (v - t.leads[k])
		}
		if len(t.judged) == maxJudged {
			t.judged, t.frames = append(t.judged[:0], t.judged[1:]...), append(t.frames[:0], t.frames[1:]...)
		}
		t.judged, t.frames = append(t.judged, errors[t.horizon]), append(t.frames, e.last)
	}
}

// follows reports whether a forecast started from a state that is still true.
func follows(truth, start sim.State) bool {
	for i := range truth {
		if truth[i] != start[i] {
			return false
		}
	}
	return true
}
