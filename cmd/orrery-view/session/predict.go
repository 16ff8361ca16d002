package session

import (
	"errors"

	"orrery/sim"
	"orrery/world"
)

// renewRate is how often a second of the scene forecasts are renewed in the sandbox.
const renewRate = 15

// renewal returns the number of frames after which a forecast is renewed.
func (s *Session) renewal() int { return max(s.scene.FPS/renewRate, 1) }

// Horizon returns how many frames the model looks ahead.
func (s *Session) Horizon() int {
	return max(s.horizon[s.mode]*s.scene.FPS/10, 1)
}

// reach returns how many frames a forecast of the sandbox is long: further than it is
// shown, to bridge the time until the next.
func (s *Session) reach() int { return s.Horizon() + 3*s.renewal() }

// lead returns how many frames ahead the sandbox judges predictions: of a planner,
// those that it carries out unseen.
func (s *Session) lead() int {
	if s.pilot != nil {
		return s.pilot.planner.Frames()
	}
	return s.Horizon()
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
	s.enlist()
	model := s.models[s.model]
	var p *prediction
	switch s.mode {
	case Sandbox:
		s.predict()
		return
	case Duel:
		s.begin = s.cursor
		if s.tape.end() > s.cursor && !s.windBack() {
			return // the truth has to come anew, too
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

// compare starts the ladder of what is being predicted. Where actuators move bodies it
// must be known what they will do: of a duel it is while the scenario's policy acts from
// the start of the episode.
func (s *Session) compare() {
	frames, policy := s.Horizon()+1, sim.Policy(nil)
	switch {
	case s.mode == Replay:
		frames, policy = len(s.tape.states), s.show.True.Replay()
	case len(s.scene.Actuators) == 0:
	case s.autopilot == nil || s.driven || s.begin > 0:
		return
	default:
		policy = s.startPolicy(s.scene) // another, for one may remember what it was asked
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
	if s.asked != nil || s.pilot != nil || len(s.models) == 0 {
		return
	}
	if s.shown != nil && s.shown.Err == nil && s.fresh() {
		return
	}
	if s.shown != nil && s.shown.Err != nil && s.shown.From == s.cursor {
		return // asking again would give the same
	}
	p := newPrediction(s.models[s.model], s.scene, s.cursor, s.State(), s.reach()+1)
	switch ahead := s.tape.actions[s.cursor-s.tape.first:]; {
	case s.scripted() && len(ahead) < s.reach():
		return // until the policy has said what it will do
	case s.scripted():
		p.tell(ahead[:s.reach()]...)
	default:
		if action := s.latest(); action != nil {
			p.hold(action)
		}
	}
	s.asked = p
	s.forecasts.do(p)
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

// tell notes why the model predicts nothing.
func (s *Session) tell(err error) {
	var refusal *world.Refusal
	switch {
	case errors.As(err, &refusal):
		s.trial.why = refusal.Reason
	case err != nil:
		s.trial.why = err.Error()
	}
}
