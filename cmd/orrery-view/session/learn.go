package session

import (
	"bytes"
	"fmt"
	"slices"

	"orrery/cmd/orrery-view/lesson"
	"orrery/cmd/orrery-view/session/compare"
	"orrery/sim"
	"orrery/world"
	"orrery/world/choose"
)

// Teacher gives lessons, as lesson.Lesson and lesson.Far do.
type Teacher interface {
	// Begin begins with a subject and leaves the one before.
	Begin(s lesson.Subject)
	// Pause stops, and Resume goes on.
	Pause()
	// Resume goes on after Pause.
	Resume()
	// Add has scenes learned, too.
	Add(scenes []*sim.Scene)
	// Take returns the reports since it was called last, the oldest first.
	Take() []lesson.Report
}

// Decode reads a model from the texts of its config and its weights.
type Decode func(config, weights []byte) (world.Model, *world.Description, error)

// learning is what is learned while someone watches.
type learning struct {
	teacher Teacher
	decode  Decode
	on      bool
	letter  []byte          // of the subject
	subject string          // its name
	reports []lesson.Report // the oldest first, without models
	files   map[string][]byte
	stage   *sim.Scene // that was compared last with the subject
	again   bool       // they were equal
}

// Learned is the name of the model that was learned here, in lists of models.
const Learned = "learned"

// SetTeacher says who teaches, and how models are read.
func (s *Session) SetTeacher(t Teacher, decode Decode) {
	s.learning = learning{teacher: t, decode: decode}
}

// Learn has a model learn what is on the stage: its scenario, or the scene itself where hands have built it. A
// lesson that is on stops, and one that was stopped goes on if the stage still shows what it is about. What
// cannot be becomes a notice.
func (s *Session) Learn() {
	l := &s.learning
	if l.teacher == nil || s.scene == nil {
		s.Notify("this program was built without the means to learn")
		return
	}
	if l.on {
		l.on = false
		l.teacher.Pause()
		s.Notify("learning has stopped · L goes on")
		return
	}
	subject, err := s.subject()
	if err != nil {
		s.check(err)
		return
	}
	l.on = true
	if len(l.reports) > 0 && bytes.Equal(subject.Letter, l.letter) {
		l.teacher.Resume()
		return
	}
	l.letter, l.subject, l.reports, l.files, l.stage = subject.Letter, subject.Name, nil, nil, nil
	l.teacher.Begin(subject)
}

// CanLearn reports whether there is someone who teaches.
func (s *Session) CanLearn() bool { return s.learning.teacher != nil }

// LessonGoesOn reports whether Learn goes on with a lesson that was stopped.
func (s *Session) LessonGoesOn() bool {
	l := &s.learning
	if l.on || len(l.reports) == 0 || s.scene == nil {
		return false
	}
	if s.scene != l.stage { // the answer is remembered, as it takes long
		subject, err := s.subject()
		l.stage, l.again = s.scene, err == nil && bytes.Equal(subject.Letter, l.letter)
	}
	return l.again
}

// LessonView is what there is to tell of a lesson.
type LessonView struct {
	On      bool
	Subject string          // of which it is; empty before the first
	Reports []lesson.Report // the oldest first
}

// Lesson tells of the lesson that is on or was stopped.
func (s *Session) Lesson() LessonView {
	return LessonView{s.learning.on, s.learning.subject, s.learning.reports}
}

// LearnedFiles returns the contents of the files of the model that was learned last, by their names, or nil.
func (s *Session) LearnedFiles() map[string][]byte { return s.learning.files }

// mostLessonReports is the number of reports that are kept; of more every second is dropped.
const mostLessonReports = 400

// study takes what was learned since the last tick.
func (s *Session) study() {
	l := &s.learning
	if l.teacher == nil {
		return
	}
	for _, r := range l.teacher.Take() {
		if r.Trouble != "" {
			l.on = false
			s.Notify("nothing more is learned of " + r.Subject + ": " + r.Trouble)
			continue
		}
		if err := s.takeModel(r); err != nil {
			l.on = false
			l.teacher.Pause()
			s.check(fmt.Errorf("what was learned cannot be read: %w", err))
			continue
		}
		l.files = r.Files
		r.Files, r.World = nil, nil
		if l.reports = append(l.reports, r); len(l.reports) > mostLessonReports {
			half := l.reports[:0:0]
			for k := len(l.reports)%2 + 1; k < len(l.reports); k += 2 {
				half = append(half, l.reports[k])
			}
			l.reports = half
		}
	}
}

// takeModel puts the newest model in the place of the one learned before. The forecast of a duel stays that of the model that
// made it.
func (s *Session) takeModel(r lesson.Report) error {
	model, about, err := s.learning.decode(r.Files[world.ConfigFile], r.Files[world.WeightsFile])
	if err != nil {
		return err
	}
	m := choose.Candidate{Name: Learned, Model: model, Training: about.Training, Error: max(r.Errors[len(r.Errors)-1], 0)}
	i := slices.IndexFunc(s.models, func(c choose.Candidate) bool { return c.Name == Learned })
	if i < 0 || len(s.learning.reports) == 0 { // the first of a lesson is shown, whoever was before
		if i >= 0 {
			s.models = slices.Delete(slices.Clone(s.models), i, i+1)
		}
		s.AddModel(m)
		return nil
	}
	s.models[i] = m
	s.pushing = pushing{}
	if i == s.model {
		s.outdated = true
		s.suit()
		s.renewSurvey()
	}
	if i == s.rivalIndex() {
		s.rival.outdated = true
	}
	if s.mode == compare.Replay && (i == s.model || i == s.rivalIndex()) {
		s.Begin()
	}
	return nil
}
