package session

import (
	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/sim"
	"orrery/world"
)

// surveying is how wrong the chosen model is about each episode of what is replayed.
type surveying struct {
	on    bool
	of    *replay.Collection
	model int
	now   *replay.Survey // or nil
}

// unsurveyed stands for the model of a survey once models have other indices.
const unsurveyed = -1

// Survey begins to predict all episodes of what is replayed by the chosen model, or ends that.
func (s *Session) Survey() {
	s.surveying.on = !s.surveying.on
	s.survey(true)
}

// Surveys reports whether there are episodes to survey, and whether that is done.
func (s *Session) Surveys() (can, on bool) {
	can = s.mode == compare.Replay && s.show.All != nil && s.show.Episodes > 1 && s.show.Predicted == nil && len(s.models) > 0
	return can, can && s.surveying.on
}

// Lines returns what the survey has found of each episode, or nil without one.
func (s *Session) Lines() []replay.Line {
	if _, on := s.Surveys(); !on || s.surveying.now == nil {
		return nil
	}
	return s.surveying.now.Lines()
}

// survey begins anew where another model or other episodes are to be surveyed, and in any case if told so.
func (s *Session) survey(anew bool) {
	w := &s.surveying
	_, on := s.Surveys()
	if on && !anew && w.now != nil && w.of == s.show.All && w.model == s.model {
		return
	}
	if w.now != nil {
		w.now.Stop()
		w.now = nil
	}
	if !on {
		return
	}
	w.of, w.model = s.show.All, s.model
	w.now = replay.NewSurvey(s.show.All, s.show.Episodes, s.show.Episode, s.stepper())
	s.surveys.Do(w.now)
}

// renewSurvey has the survey go on with what has taken the place of the chosen model.
func (s *Session) renewSurvey() {
	w := &s.surveying
	if _, on := s.Surveys(); on && w.now != nil && w.of == s.show.All && w.model == s.model {
		w.now.Renew(s.stepper())
		s.surveys.Do(w.now)
	}
}

// stepper returns what starts predictions by the chosen model.
func (s *Session) stepper() func(scene *sim.Scene) (replay.Stepper, error) {
	model := world.Bare(s.models[s.model].Model)
	return func(scene *sim.Scene) (replay.Stepper, error) { return model.Predictor([]*sim.Scene{scene}) }
}
