package session

import (
	"fmt"
	"slices"

	"orrery/sim"
	"orrery/world/choose"
)

// Models returns the models to choose from and the index of the chosen one.
func (s *Session) Models() (models []choose.Candidate, chosen int) { return s.models, s.model }

// Choice says whose guess is shown and why, such as "contact, trained on mixed: saw discs
// and polygons under gravity 3 m/s²", or why no trained model is.
func (s *Session) Choice() string { return s.why }

// Follows reports whether the model changes with the scene because nobody has chosen one.
func (s *Session) Follows() bool { return s.follow }

// SetModels says what models there are. The last must be able to predict any scene: it is
// shown where nothing fits.
func (s *Session) SetModels(models []choose.Candidate) {
	s.models, s.model, s.follow = slices.Clone(models), len(models)-1, true
	s.surveying.model = unsurveyed
	if s.scene != nil {
		s.suit()
		s.Begin()
	}
}

// AddModel adds a model in front of the others and chooses it. Where another one has its name it gets a similar one.
func (s *Session) AddModel(m choose.Candidate) {
	m.Name = s.unnamed(m.Name)
	s.models = slices.Insert(s.models, 0, m)
	s.surveying.model = unsurveyed
	s.SetModel(0)
}

// SetModel chooses a model by its index and keeps to it.
func (s *Session) SetModel(i int) {
	s.model, s.follow = i, false
	if s.scene != nil {
		s.suit()
		s.Begin()
	}
}

// suit chooses the model for the scene by choose.Among, unless someone has chosen, and
// says why. Where none fits it is the last, or one to plan with if that is wanted.
func (s *Session) suit() {
	if len(s.models) == 0 {
		return
	}
	if !s.follow {
		m := s.models[s.model]
		if s.why = choose.Among([]choose.Candidate{m}, s.scene).Why; !m.Trained() {
			s.why = fmt.Sprintf("%s, which needs no training", m.Name)
		}
		if m.Name == Learned {
			s.why += ", learned here"
		}
		return
	}
	choice := choose.Among(s.models, s.scene)
	s.model = choice.Index
	if choice.Index < 0 {
		s.model = len(s.models) - 1
		if s.plans {
			s.model = s.sighted()
		}
	}
	s.why = choice.Why
	if choice.Index < 0 {
		s.why = fmt.Sprintf("%s, as %s", s.models[s.model].Name, choice.Why)
	}
}

// sighted returns the first model that knows contacts and takes the scene, or the last.
func (s *Session) sighted() int {
	for i := range s.models {
		if m := &s.models[i]; !m.Blind && !m.Trained() {
			if _, err := m.Predictor([]*sim.Scene{s.scene}); err == nil {
				return i
			}
		}
	}
	return len(s.models) - 1
}
