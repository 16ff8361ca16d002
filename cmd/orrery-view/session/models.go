package session

import (
	"slices"

	"orrery/sim"
	"orrery/world"
)

// Model is a model to choose from.
type Model struct {
	Name     string
	Scenario string // it was trained on; empty when it needs no training
	Blind    bool   // to contacts, so that nobody can plan with it
	world.Model
}

// Models returns the models to choose from and the index of the chosen one.
func (s *Session) Models() (models []Model, chosen int) { return s.models, s.model }

// Follows reports whether the model changes with the scenario because nobody has
// chosen one.
func (s *Session) Follows() bool { return s.follow }

// SetModels says what models there are. The last must be able to predict any scene.
func (s *Session) SetModels(models []Model) {
	s.models, s.model, s.follow = slices.Clone(models), len(models)-1, true
	if s.scene != nil {
		s.suit()
		s.Begin()
	}
}

// AddModel adds a model in front of the others and chooses it.
func (s *Session) AddModel(m Model) {
	s.models = slices.Insert(s.models, 0, m)
	s.SetModel(0)
}

// SetModel chooses a model by its index and keeps to it.
func (s *Session) SetModel(i int) {
	s.model, s.follow = i, false
	if s.scene != nil {
		s.Begin()
	}
}

// suit chooses the model that was trained on the scene's scenario, else one that
// was trained at all and takes the scene, else one to plan with if that is wanted,
// else the last, unless someone has chosen.
func (s *Session) suit() {
	if !s.follow {
		return
	}
	for _, suits := range []func(m *Model) bool{
		func(m *Model) bool { return m.Scenario != "" && m.Scenario == s.scene.Name },
		func(m *Model) bool { return m.Scenario != "" },
		func(m *Model) bool { return s.plans && !m.Blind },
	} {
		for i := range s.models {
			if m := &s.models[i]; suits(m) {
				if _, err := m.Predictor([]*sim.Scene{s.scene}); err == nil {
					s.model = i
					return
				}
			}
		}
	}
	s.model = len(s.models) - 1
}
