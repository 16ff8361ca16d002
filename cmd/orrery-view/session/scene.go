package session

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"strings"

	"orrery/sim"
	"orrery/sim/scenario"
)

// source is what a scene is sampled from.
type source struct {
	scenario *scenario.Scenario // nil when the scene is not sampled
	values   scenario.Values
	seed     uint64
	episode  int
}

// OpenScenario samples the first episode of a scenario from a seed.
func (s *Session) OpenScenario(name string, seed uint64) error {
	found, err := scenario.Find(name)
	if err != nil {
		return err
	}
	values, err := found.Values(nil)
	if err != nil {
		return err
	}
	old, mode := s.source, s.mode
	s.source = source{scenario: found, values: values, seed: seed}
	if s.mode == Replay {
		s.mode = Sandbox
	}
	if err := s.sample(); err != nil {
		s.source, s.mode = old, mode
		return err
	}
	return nil
}

// OpenScene runs a scene that is not sampled.
func (s *Session) OpenScene(scene *sim.Scene) error {
	if s.mode == Replay {
		s.mode = Sandbox
	}
	if err := s.start(scene); err != nil {
		return err
	}
	s.scenario, s.autopilot = nil, nil
	return nil
}

// Scenario returns what the scene was sampled from and with which values, or nil.
func (s *Session) Scenario() (*scenario.Scenario, scenario.Values) { return s.scenario, s.values }

// Set changes parameters of the scenario and samples the scene anew. Values with which
// that fails are not taken.
func (s *Session) Set(params scenario.Values) error {
	if s.scenario == nil {
		return errors.New("the scene comes from no scenario, so it has no parameters")
	}
	old, changed := s.values, maps.Clone(s.values)
	maps.Copy(changed, params)
	changed, err := s.scenario.Values(changed)
	if err != nil || maps.Equal(old, changed) {
		return err
	}
	s.values = changed
	if err := s.sample(); err != nil {
		s.values = old
		return err
	}
	return nil
}

// Label says which episode is shown, and whether someone has interfered with it.
func (s *Session) Label() string {
	if s.mode == Replay {
		return s.show.Label
	}
	var parts []string
	if s.scenario != nil {
		parts = append(parts, fmt.Sprintf("seed %d", s.seed))
	}
	if s.episode > 0 {
		parts = append(parts, fmt.Sprintf("episode %d", s.episode))
	}
	if s.perturbed {
		parts = append(parts, "perturbed")
	}
	return strings.Join(parts, " · ")
}

// Seed returns the seed of the scene.
func (s *Session) Seed() uint64 { return s.seed }

// Restart goes back to the start of the episode, without what hands have done.
func (s *Session) Restart() {
	switch {
	case s.mode == Replay:
		s.Seek(s.tape.first)
	case s.scenario == nil:
		s.check(s.start(s.scene))
	default:
		s.check(s.sample())
	}
}

// Next goes on to the next seed or, in a replay, to the next episode.
func (s *Session) Next() {
	if s.mode == Replay {
		s.check(s.openShow(s.show.turn(1)))
		return
	}
	s.seed, s.episode = s.seed+1, 0
	s.Restart()
}

// sample makes the scene of the present scenario, values, seed and episode.
func (s *Session) sample() error {
	scene, err := s.scenario.Sample(s.seed, s.episode, s.values)
	if err != nil {
		return err
	}
	s.autopilot = nil
	if len(scene.Actuators) > 0 {
		s.autopilot = s.startPolicy(scene)
	}
	return s.start(scene)
}

// startPolicy returns what the scenario does with a scene's actuators.
func (s *Session) startPolicy(scene *sim.Scene) sim.Policy {
	return s.scenario.Policies()[0].Start(s.seed, s.episode, scene)
}

// start runs a scene from its start, or leaves everything as it was.
func (s *Session) start(scene *sim.Scene) error {
	if err := s.engine.Load(scene); err != nil {
		if s.scene != nil {
			s.check(s.engine.Load(s.scene))
			s.check(s.engine.Reset(s.tape.at(s.tape.end())))
		}
		return err
	}
	s.put(scene, newTape(scene.Start()))
	return nil
}

// put shows a tape of a scene from its first frame.
func (s *Session) put(scene *sim.Scene, t tape) {
	s.hand.body = -1
	s.scene, s.tape, s.cursor, s.seen = scene, t, t.first, t.end()
	s.perturbed, s.driven, s.due, s.rest, s.loop = false, false, 0, 0, [2]int{}
	s.witness = witness{}
	s.suit()
	s.Begin()
}

// Spawn adds a body, one of Spawnable, at a point of the world, or beside it if there
// is no room.
func (s *Session) Spawn(kind int, at sim.Vec) {
	body := spawned(s.scene, kind, at)
	room := nearestRoom(s.scene, s.State(), at, math.Sqrt(2*body.Moment/body.Mass))
	body.Start.X, body.Start.Y = room.X, room.Y
	scene, err := with(s.scene, s.State(), body)
	s.edit(scene, err)
}

// Delete removes a body.
func (s *Session) Delete(body int) {
	if body >= 0 && body < len(s.scene.Bodies) {
		scene, err := without(s.scene, s.State(), body)
		s.edit(scene, err)
	}
}

// edit goes on with a changed scene. Its tape is a new one, since states of other
// bodies do not fit it; the policy of the old scene would look for bodies in vain.
func (s *Session) edit(scene *sim.Scene, err error) {
	if err == nil {
		if s.mode == Replay {
			s.mode = Sandbox
		}
		err = s.start(scene)
	}
	if err == nil {
		s.perturbed, s.autopilot = true, nil
	}
	s.check(err)
}
