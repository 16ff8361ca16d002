package session

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"

	"orrery/cmd/orrery-view/lesson"
	"orrery/sim"
	"orrery/sim/canon"
	"orrery/sim/input"
	"orrery/sim/policy"
	"orrery/sim/scenario"
)

// letter is all from which the episodes of a subject follow, so that another program draws the same.
type letter struct {
	Library string          `json:"library,omitempty"` // name of a scenario of the library
	Name    string          `json:"name,omitempty"`    // of another one
	Text    string          `json:"text,omitempty"`    // of its file
	Values  scenario.Values `json:"values,omitempty"`
	Seed    uint64          `json:"seed"`
	Scene   json.RawMessage `json:"scene,omitempty"` // that was built by hand, or comes from no scenario
}

// subject returns what can be learned of what is on the stage: the scenario, or the scene itself where hands have
// built it or it comes from no scenario.
func (s *Session) subject() (lesson.Subject, error) {
	of, values := s.Scenario()
	l := letter{Values: values, Seed: s.Seed()}
	if of != nil {
		sampled, err := s.Sample()
		if err != nil {
			return lesson.Subject{}, err
		}
		if of.Own {
			l.Name, l.Text = of.Name, string(of.Text)
		} else {
			l.Library = of.Name
		}
		if !same(sampled, s.scene) {
			of = nil
		}
	}
	if of == nil {
		text, err := canon.Encode(s.scene)
		if err != nil {
			return lesson.Subject{}, err
		}
		l = letter{Scene: text, Seed: s.Seed()}
	}
	return l.subject(of, s.scene)
}

// ReadSubject returns the subject of a letter; see lesson.Subject. Scenarios of the library are found by their
// names.
func ReadSubject(text []byte, find func(name string) (*scenario.Scenario, error)) (lesson.Subject, error) {
	var l letter
	if err := input.DecodeJSON(text, &l); err != nil {
		return lesson.Subject{}, err
	}
	switch {
	case l.Scene != nil:
		scene, err := canon.Decode(bytes.NewReader(l.Scene))
		if err != nil {
			return lesson.Subject{}, err
		}
		return l.subject(nil, scene)
	case l.Library != "":
		of, err := find(l.Library)
		if err != nil {
			return lesson.Subject{}, err
		}
		return l.subject(of, nil)
	}
	of, err := scenario.Parse(l.Name, []byte(l.Text))
	if err != nil {
		return lesson.Subject{}, err
	}
	return l.subject(of, nil)
}

// Frames of an episode to learn from, in seconds.
const (
	leastLesson = 2 // s
	mostLesson  = 4 // s
)

// subject returns the subject of a scenario or, where that is nil, of a scene.
func (l letter) subject(of *scenario.Scenario, scene *sim.Scene) (lesson.Subject, error) {
	text, err := json.Marshal(l)
	if err != nil {
		return lesson.Subject{}, err
	}
	out := lesson.Subject{Letter: text}
	if of == nil {
		if len(scene.Bodies) == 0 {
			return out, errors.New("there is no body to learn from")
		}
		out.Name, out.Frames = scene.Name, leastLesson*scene.FPS+1
		out.Draw = func(episode int) (*sim.Scene, sim.Policy, error) {
			varied := lesson.Varied(scene, sim.NewRand(l.Seed, "lesson/start", episode))
			return varied, l.acts(nil, varied, episode), nil
		}
		return out, nil
	}
	// The seed is none of those that the stage shows.
	sample := func(episode int) (*sim.Scene, error) { return of.Sample(^l.Seed, episode, l.Values) }
	first, err := sample(0)
	if err != nil {
		return out, err
	}
	second, err := sample(1)
	if err != nil {
		return out, err
	}
	chance := !same(first, second)
	out.Name, out.Frames = of.Name, min(max(of.Frames, leastLesson*first.FPS+1), mostLesson*first.FPS+1)
	out.Draw = func(episode int) (*sim.Scene, sim.Policy, error) {
		scene, err := sample(episode)
		if err != nil {
			return nil, nil, err
		}
		if !chance {
			scene = lesson.Varied(scene, sim.NewRand(l.Seed, "lesson/start", episode))
		}
		return scene, l.acts(of, scene, episode), nil
	}
	return out, nil
}

// acts returns who acts in an episode: in every other one the scenario's own policy, and in the rest noise, for
// those who watch will drive, too.
func (l letter) acts(of *scenario.Scenario, scene *sim.Scene, episode int) sim.Policy {
	switch {
	case len(scene.Actuators) == 0:
		return nil
	case of != nil && episode%2 == 0:
		return of.Policies()[0].Start(^l.Seed, episode, scene)
	}
	return policy.Noise().Start(^l.Seed, episode, scene)
}

// same reports whether two scenes are equal.
func same(a, b *sim.Scene) bool {
	if a == b {
		return true
	}
	one, err := canon.Encode(a)
	other, wrong := canon.Encode(b)
	return err == nil && wrong == nil && slices.Equal(one, other)
}
