package session

import (
	"errors"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/forecast"
	"orrery/sim"
	"orrery/world"
)

// reach returns how many frames a forecast of the sandbox is long: further than it is
// shown, to bridge the time until the next.
func (s *Session) reach() int { return s.Horizon() + 3*s.judge.Renewal() }

// SetHorizon says how many seconds the model looks ahead. A duel begins anew.
func (s *Session) SetHorizon(seconds float64) {
	s.rival.judge.SetHorizon(seconds)
	if s.judge.SetHorizon(seconds) && s.mode == compare.Duel {
		s.Begin()
	}
}

// BeginHere makes the forecast anew from the frame shown, also that of a replay whose states are known.
func (s *Session) BeginHere() {
	if s.mode == compare.Replay {
		s.from = s.Frame()
	}
	s.Begin()
}

// Begin makes the forecast anew: of a duel from the frame shown, of a replay from its
// start, or where BeginHere or SetHistory said.
func (s *Session) Begin() {
	s.pushing = pushing{} // models may have changed
	s.survey(false)
	s.beginChosen()
	s.beginRival()
}

// beginChosen makes the forecast of the chosen model anew.
func (s *Session) beginChosen() {
	if s.making != nil {
		s.making.Stop()
		s.making = nil
	}
	s.begin, s.outdated = s.Frame(), false
	switch {
	case s.mode != compare.Replay:
	case s.MaxHistory() == 0 && s.show.Predicted == nil:
		s.begin = max(min(s.from, s.tape.End()-1), s.tape.First()) // so that one is left to predict
	default:
		s.begin = s.tape.First() + max(s.History(), 1) - 1
	}
	s.stopWatching()
	s.judge.Restart(s.mode, s.scene, s.tape, s.begin)
	s.suspect()
	if len(s.models) == 0 {
		return
	}
	s.enlist()
	var m *forecast.Making
	switch s.mode {
	case compare.Sandbox:
		s.predictChosen()
		return
	case compare.Duel:
		if s.tape.End() > s.Frame() && !s.windBack() {
			return // the truth has to come anew, too
		}
		m = forecast.Begin(s.asked(), s.scene, s.begin, s.State(), s.Horizon()+1)
	case compare.Replay:
		switch {
		case s.show.Predicted != nil:
			s.judge.Show(s.recorded())
		case s.History() > 0:
			s.watch(s.History())
		default:
			m = s.replayed(s.tape.At(s.begin), nil)
		}
	}
	if m != nil {
		s.making = m
		s.forecasts.Do(m)
	}
	s.compete()
}

// replayed returns a forecast of what is replayed from the state in which it begins to the end. Doubt is
// that of the state, or nil where it is certain.
func (s *Session) replayed(start sim.State, doubt func(body, frames int) float64) *forecast.Making {
	return s.replayedBy(s.model, start, doubt)
}

// replayedBy is replayed for the model of an index.
func (s *Session) replayedBy(index int, start sim.State, doubt func(body, frames int) float64) *forecast.Making {
	model := s.askedOf(index)
	model.Doubt = doubt
	m := forecast.Begin(model, s.assumed(), s.begin, start, s.tape.End()-s.begin+1)
	m.Tell(s.tape.Actions(s.begin)...)
	return m
}

// asked returns the chosen model in the form in which one forecast is made.
func (s *Session) asked() forecast.Model { return s.askedOf(s.model) }

// askedOf is asked for the model of an index.
func (s *Session) askedOf(index int) forecast.Model {
	m := s.models[index]
	return forecast.Model{
		Name: m.Kind(),
		Start: func(scene *sim.Scene) (forecast.Stepper, error) {
			predictor, err := m.Predictor([]*sim.Scene{scene})
			var refusal *world.Refusal
			if errors.As(err, &refusal) { // which model and which scene the screen shows anyway
				return nil, errors.New(refusal.Reason)
			}
			return predictor, err
		},
		Watch: s.guard(index),
	}
}

// guard returns what says how a forecast of the model of an index leaves what can happen. The
// arena is that of the walls and of a recording; without them any place can be right.
func (s *Session) guard(index int) func(sim.State) string {
	guard := world.NewGuard(s.scene, s.models[index].Training.Seen)
	if s.mode == compare.Replay {
		guard.Within(s.tape.Between(s.tape.First(), s.tape.End()))
	}
	return func(state sim.State) string {
		if guard.See(state) {
			return ""
		}
		return guard.Escape().String()
	}
}

// compete starts the ladder of what is being predicted. Where actuators move bodies it
// must be known what they will do: of a duel it is while the scenario's policy acts from
// the start of the episode.
func (s *Session) compete() {
	frames, policy := s.Horizon()+1, sim.Policy(nil)
	switch {
	case s.mode == compare.Replay && s.Seen() != nil:
		return // what truly happened is not known, and the engine is a guess like any other
	case s.mode == compare.Replay:
		rest := sim.Trajectory{Scene: s.scene, States: s.tape.Between(s.begin, s.tape.End()), Actions: s.tape.Actions(s.begin)}
		frames, policy = len(rest.States), rest.Replay()
	case len(s.scene.Actuators) == 0:
	case s.policy == nil || s.hand.Driven() || s.begin > 0:
		return
	default:
		policy = s.renewed()
	}
	climb := compare.NewClimb(s.scene, s.begin, s.tape.At(s.begin), frames, policy)
	s.judge.Compete(climb)
	s.ladders.Do(climb)
}

// recorded returns the forecast that comes with what is replayed.
func (s *Session) recorded() *forecast.Forecast {
	f := &forecast.Forecast{From: s.begin, States: s.show.Predicted}
	guard := world.NewGuard(s.scene, nil) // by whom it is may be unknown
	guard.Within(s.tape.Between(s.tape.First(), s.tape.End()))
	for _, state := range f.States {
		if !guard.See(state) {
			f.Escape = guard.Escape().String()
			break
		}
	}
	return f
}

// urge reminds the lane of the forecast that a duel waits for.
func (s *Session) urge() {
	if s.making != nil {
		s.forecasts.Do(s.making)
	}
	if s.rival.making != nil {
		s.rival.lane.Do(s.rival.making)
	}
}

// predict takes what has been predicted and asks for more.
func (s *Session) predict() {
	s.predictChosen()
	s.predictRival()
}

// predictChosen is predict for the chosen model.
func (s *Session) predictChosen() {
	s.watchEnded()
	if s.making != nil {
		f, over := s.making.Snapshot()
		if over || s.mode != compare.Sandbox {
			s.judge.Show(f)
		}
		if over {
			s.making = nil
		}
	}
	s.judge.Update()
	if s.mode == compare.Sandbox && s.making == nil && s.pilot == nil && len(s.models) > 0 && (s.outdated || s.stale(s.judge)) {
		s.ask()
	}
}

// ask asks for a forecast of the sandbox from the frame shown.
func (s *Session) ask() {
	if m := s.askedAhead(s.model); m != nil {
		s.making, s.outdated = m, false
		s.forecasts.Do(m)
	}
}

// askedAhead returns a forecast of the sandbox in the making, from the frame shown, by the model of an index, or nil
// until the policy has said what it will do.
func (s *Session) askedAhead(index int) *forecast.Making {
	m := forecast.Begin(s.askedOf(index), s.scene, s.Frame(), s.State(), s.reach()+1)
	switch ahead := s.tape.Actions(s.Frame()); {
	case s.scripted() && len(ahead) < s.reach():
		return nil
	case s.scripted():
		m.Tell(ahead[:s.reach()]...)
	default:
		if action := s.latest(); action != nil {
			m.Hold(action)
		}
	}
	return m
}

// stale reports whether the sandbox needs another forecast than the one that a judge shows.
func (s *Session) stale(judge *compare.Judge) bool {
	f := judge.Forecast()
	if f == nil {
		return true
	}
	age := s.Frame() - f.From
	if f.Err != nil {
		return age != 0 // asking again from the same frame would give the same
	}
	if s.Paused() && age != 0 {
		return true // who looks closely wants to see what follows from this very frame
	}
	return age < 0 || age >= s.judge.Renewal() || len(f.States) <= s.Horizon()+age || !judge.BeganTrue(f)
}
