package session

import (
	"errors"

	"orrery/sim"
)

// Show is something recorded to replay: an episode of several, or a rollout.
type Show struct {
	Label     string // which one it is, such as "seed 1 · episode 3"
	Episode   int
	Episodes  int
	True      *sim.Trajectory
	Predicted []sim.State // by Model; nil to ask the session's model
	Model     string

	// Next returns the show of another episode of the same source.
	Next func(episode int) (Show, error)
}

// Source is something recorded that can be opened.
type Source struct {
	Name string
	Open func() (Show, error)
}

// turn returns the show some episodes further, round in a circle.
func (s Show) turn(by int) (Show, error) {
	if s.Episodes < 2 {
		return s, nil
	}
	return s.Next(((s.Episode+by)%s.Episodes + s.Episodes) % s.Episodes)
}

// OpenShow replays a recording.
func (s *Session) OpenShow(show Show) error { return s.openShow(show, nil) }

// Show returns what is replayed, or would be.
func (s *Session) Show() Show { return s.show }

// Episode goes to another episode of what is replayed.
func (s *Session) Episode(by int) { s.check(s.openShow(s.show.turn(by))) }

func (s *Session) openShow(show Show, err error) error {
	if err != nil {
		return err
	}
	if show.True == nil || len(show.True.States) == 0 {
		return errors.New("there is nothing to replay")
	}
	if err := s.engine.Load(show.True.Scene); err != nil {
		return err
	}
	t := tape{states: show.True.States, actions: show.True.Actions}
	for k := range len(t.states) - 1 {
		t.touched = append(t.touched, false)
		if k >= len(t.actions) {
			t.actions = append(t.actions, nil)
		}
	}
	s.mode, s.show, s.scenario, s.autopilot = Replay, show, nil, nil
	s.put(show.True.Scene, t)
	return nil
}
