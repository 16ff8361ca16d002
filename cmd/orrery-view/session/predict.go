package session

import (
	"errors"
	"math"
	"time"

	"orrery/sim"
	"orrery/sim/render"
	"orrery/world"
)

// renewRate is how often a second of the scene forecasts are renewed in the sandbox.
const renewRate = 15

// renewal returns the number of frames after which a forecast is renewed. It reaches
// three times as many further than is shown, to bridge the time until the next.
func (s *Session) renewal() int { return max(s.scene.FPS/renewRate, 1) }

// Horizon returns how many frames the model looks ahead.
func (s *Session) Horizon() int {
	return max(s.horizon[s.mode]*s.scene.FPS/10, 1)
}

// Horizons returns the least and the greatest horizon of the mode in seconds.
func (s *Session) Horizons() (low, high float64) {
	if s.mode == Sandbox {
		return 0.2, 4
	}
	return 1, 20
}

// SetHorizon says how many seconds the model looks ahead. A duel begins anew.
func (s *Session) SetHorizon(seconds float64) {
	low, high := s.Horizons()
	tenths := int(10*min(max(seconds, low), high) + 0.5)
	if tenths == s.horizon[s.mode] || s.mode == Replay {
		return
	}
	s.horizon[s.mode] = tenths
	if s.mode == Duel {
		s.Begin()
	}
}

// Forecast returns what the model says, or nil when there is no prediction yet. In
// the sandbox it starts at a frame shortly before the one shown.
func (s *Session) Forecast() *Forecast {
	if s.mode == Sandbox {
		return s.shown
	}
	return s.trial.forecast
}

// Begin makes the forecast of a duel or a replay anew: of a duel from the frame
// shown, of a replay from its start.
func (s *Session) Begin() {
	s.forget()
	if len(s.models) == 0 {
		return
	}
	model := s.models[s.model]
	var p *prediction
	switch s.mode {
	case Sandbox:
		s.predict()
		return
	case Duel:
		s.begin = s.cursor
		if s.tape.end() > s.cursor && !s.rewriteForDuel() {
			return
		}
		p = newPrediction(model, s.scene, s.cursor, s.State(), s.Horizon()+1)
	case Replay:
		s.begin = s.tape.first
		if s.show.Predicted != nil {
			s.trial.forecast = &Forecast{From: s.begin, States: s.show.Predicted}
		} else {
			p = newPrediction(model, s.scene, s.begin, s.tape.at(s.begin), len(s.tape.states))
			p.tell(s.tape.actions...)
		}
	}
	if p != nil {
		s.asked = p
		s.forecasts.do(p)
	}
	s.compare()
}

// rewriteForDuel lets the truth of a duel come anew from the frame shown.
func (s *Session) rewriteForDuel() bool {
	if err := s.engine.Reset(s.State()); err != nil {
		s.check(err)
		return false
	}
	s.tape.cut(s.cursor)
	return true
}

// forget drops every forecast and comparison.
func (s *Session) forget() {
	if s.asked != nil {
		s.asked.stop()
	}
	if s.climb != nil {
		s.climb.stop()
	}
	s.asked, s.shown, s.climb, s.trial = nil, nil, nil, trial{}
}

// compare starts the ladder of what is being predicted. With actuators that nobody
// has moved yet there is nothing to climb along.
func (s *Session) compare() {
	frames, policy := s.Horizon()+1, sim.Policy(nil)
	if s.mode == Replay {
		frames, policy = len(s.tape.states), s.show.True.Replay()
	} else if len(s.scene.Actuators) > 0 {
		return
	}
	s.climb = newClimb(s.scene, s.begin, s.tape.at(s.begin), frames, policy)
	s.ladders.do(s.climb)
}

// urge reminds the worker of the forecast that a duel waits for.
func (s *Session) urge() {
	if s.asked != nil {
		s.forecasts.do(s.asked)
	}
}

// predict takes what the workers have done and asks for more.
func (s *Session) predict() {
	if s.asked != nil {
		forecast, over := s.asked.snapshot()
		s.tell(forecast.Err)
		if s.mode != Sandbox {
			s.trial.forecast = forecast
		}
		if over {
			s.asked = nil
			if s.mode == Sandbox {
				s.shown = forecast
				s.trial.expect(forecast, s.Horizon())
			}
		}
	}
	if s.mode != Sandbox {
		s.trial.follow(s)
		return
	}
	s.trial.judge(s)
	if s.asked != nil || len(s.models) == 0 {
		return
	}
	if s.shown != nil && s.shown.Err == nil && s.fresh() {
		return
	}
	if s.shown != nil && s.shown.Err != nil && s.shown.From == s.cursor {
		return // asking again would give the same
	}
	s.asked = newPrediction(s.models[s.model], s.scene, s.cursor, s.State(), s.Horizon()+1+3*s.renewal())
	if action := s.latest(); action != nil {
		s.asked.hold(action)
	}
	s.forecasts.do(s.asked)
}

// fresh reports whether the forecast that is shown still is of use.
func (s *Session) fresh() bool {
	f := s.shown
	age := s.cursor - f.From
	if s.paused && age != 0 {
		return false // who looks closely wants to see what follows from this very frame
	}
	return age >= 0 && age < s.renewal() && f.From >= s.tape.first && len(f.States) > s.Horizon()+age &&
		follows(s.tape.at(f.From), f.States[0])
}

// latest returns the last action before the frame shown, or nil without actuators.
func (s *Session) latest() sim.Action {
	if len(s.scene.Actuators) == 0 {
		return nil
	}
	if k := s.cursor - s.tape.first - 1; k >= 0 && s.tape.actions[k] != nil {
		return s.tape.actions[k]
	}
	return s.scene.Rest()
}

// tell says why the model predicts nothing, once for each reason.
func (s *Session) tell(err error) {
	var refusal *world.Refusal
	switch {
	case errors.As(err, &refusal):
		s.trial.why = refusal.Reason
	case err != nil:
		s.trial.why = err.Error()
	}
}

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
		t.errors = append(t.errors, render.PositionError(s.scene, s.tape.at(frame), predicted))
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
	for len(t.expected) > 0 && (t.expected[0].last <= s.tape.end() || t.expected[0].From > s.tape.end()) {
		e := t.expected[0]
		t.expected = t.expected[1:]
		if e.From < s.tape.first || e.last > s.tape.end() || !s.tape.untouched(e.From, e.last) || !follows(s.tape.at(e.From), e.States[0]) {
			continue
		}
		errors := make([]float64, t.horizon+1)
		for k := range errors {
			errors[k] = render.PositionError(s.scene, s.tape.at(e.From+k), e.States[k])
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
		r.Lead = float64(s.Horizon()) * s.scene.FrameTime()
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
