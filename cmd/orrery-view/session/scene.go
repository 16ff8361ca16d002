package session

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"orrery/cmd/orrery-view/session/build"
	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/cmd/orrery-view/session/tape"
	"orrery/sim"
	"orrery/sim/scenario"
)

// origin is what a scene is sampled from. Its values are never changed.
type origin struct {
	scenario *scenario.Scenario // nil when the scene is not sampled
	values   scenario.Values
	seed     uint64
	episode  int
}

// sample returns the scene of the origin.
func (o *origin) sample() (*sim.Scene, error) {
	return o.scenario.Sample(o.seed, o.episode, o.values)
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
	return s.sampleFrom(origin{scenario: found, values: values, seed: seed}, "open "+name)
}

// sampleFrom opens the scene of another origin, which can be undone.
func (s *Session) sampleFrom(from origin, what string) error {
	scene, err := from.sample()
	if err != nil {
		return err
	}
	return s.open(scene, from, what)
}

// OpenScene runs a scene that is not sampled.
func (s *Session) OpenScene(scene *sim.Scene) error {
	return s.open(scene, origin{seed: s.origin.seed}, "open a scene")
}

// open runs a scene of an origin, which can be undone, or leaves everything as it was.
func (s *Session) open(scene *sim.Scene, from origin, what string) error {
	var before moment
	if s.scene != nil {
		before = s.moment()
	}
	perturbed, mode, old := s.perturbed, s.mode, s.origin
	if s.mode == compare.Replay {
		s.mode = compare.Sandbox
	}
	s.origin = from
	if err := s.start(scene); err != nil {
		s.origin, s.mode = old, mode
		return err
	}
	if before.scene != nil {
		s.changes.Note(what, before, false)
		s.lost(perturbed)
	}
	return nil
}

// OpenShow replays an episode or a rollout, which is not changed by anything that is done
// with it.
func (s *Session) OpenShow(show replay.Show) error {
	if show.True == nil || len(show.True.States) == 0 {
		return errors.New("there is nothing to replay")
	}
	if err := s.load(show.True.Scene); err != nil {
		return err
	}
	if perturbed := s.perturbed; s.mode != compare.Replay {
		s.note("open a replay", false)
		s.lost(perturbed)
	}
	s.mode, s.show, s.policy = compare.Replay, show, nil
	s.origin = origin{seed: s.origin.seed}
	s.bodies = origins(show.True.Scene)
	t := tape.Of(show.True)
	s.put(show.True.Scene, t, t.First())
	return nil
}

// Show returns what is replayed, or would be.
func (s *Session) Show() replay.Show { return s.show }

// Episode goes to another episode of what is replayed, some further or, when that is
// negative, back.
func (s *Session) Episode(by int) {
	show, err := s.show.Turn(by)
	if err == nil {
		err = s.OpenShow(show)
	}
	s.check(err)
}

// Scenario returns what the scene was sampled from and with which values, or nil.
func (s *Session) Scenario() (*scenario.Scenario, scenario.Values) {
	return s.origin.scenario, s.origin.values
}

// goesOnTicks is within how many ticks a parameter that is changed again is still being
// dragged: half a second.
const goesOnTicks = tape.TicksPerSecond / 2

// Set changes parameters of the scenario. What a hand has built is kept, and goes on
// from the state shown, where the new values only change by which laws bodies move;
// otherwise the scene is sampled anew. Values with which that fails are not taken.
func (s *Session) Set(params scenario.Values) error {
	if s.origin.scenario == nil {
		return errors.New("the scene comes from no scenario, so it has no parameters")
	}
	changed := maps.Clone(s.origin.values)
	maps.Copy(changed, params)
	changed, err := s.origin.scenario.Values(changed)
	if err != nil || maps.Equal(s.origin.values, changed) {
		return err
	}
	after := s.origin
	after.values = changed
	sampled, err := after.sample()
	if err != nil {
		return err
	}
	what := strings.Join(slices.Sorted(maps.Keys(params)), ", ")
	goesOn := s.lastSet < goesOnTicks
	s.lastSet = 0
	before, old := s.moment(), s.origin
	if s.perturbed {
		if kept, err := s.retuned(sampled); err == nil {
			s.origin = after
			var policy sim.Policy
			if slices.Equal(s.bodies, origins(sampled)) && len(kept.Actuators) > 0 {
				policy = s.startPolicy(kept)
			}
			if err := s.replace(kept, s.bodies, policy); err != nil {
				s.origin = old
				return err
			}
			s.changes.Note(what, before, goesOn)
			return nil
		}
	}
	s.origin = after
	if err := s.start(sampled); err != nil {
		s.origin = old
		return err
	}
	s.changes.Note(what, before, goesOn)
	s.lost(before.perturbed)
	return nil
}

// retuned returns the scene as it would be with the values of another sample.
func (s *Session) retuned(after *sim.Scene) (*sim.Scene, error) {
	before, err := s.origin.sample()
	if err != nil {
		return nil, err
	}
	return build.Retuned(s.scene, s.State(), s.bodies, before, after)
}

// Label says which episode is shown, and whether someone has interfered with it.
func (s *Session) Label() string {
	if s.mode == compare.Replay {
		return s.show.Label
	}
	var parts []string
	if s.origin.scenario != nil {
		parts = append(parts, fmt.Sprintf("seed %d", s.origin.seed))
	}
	if s.origin.episode > 0 {
		parts = append(parts, fmt.Sprintf("episode %d", s.origin.episode))
	}
	if s.perturbed {
		parts = append(parts, "perturbed")
	}
	return strings.Join(parts, " · ")
}

// Seed returns the seed of the scene.
func (s *Session) Seed() uint64 { return s.origin.seed }

// Restart goes back to the start of the episode, without what hands have done, which
// Undo brings back.
func (s *Session) Restart() {
	switch {
	case s.mode == compare.Replay:
		s.Seek(s.tape.First())
	case s.origin.scenario == nil:
		s.check(s.open(s.scene, s.origin, "restart"))
	default:
		s.check(s.sampleFrom(s.origin, "restart"))
	}
}

// Next goes on to the next seed or, in a replay, to the next episode.
func (s *Session) Next() {
	if s.mode == compare.Replay {
		s.Episode(1)
		return
	}
	if s.origin.scenario == nil {
		s.Restart()
		return
	}
	next := s.origin
	next.seed, next.episode = next.seed+1, 0
	s.check(s.sampleFrom(next, "next seed"))
}

// sample runs the scene of the present origin.
func (s *Session) sample() error {
	scene, err := s.origin.sample()
	if err != nil {
		return err
	}
	return s.start(scene)
}

// startPolicy returns what the scenario does with a scene's actuators.
func (s *Session) startPolicy(scene *sim.Scene) sim.Policy {
	return s.origin.scenario.Policies()[0].Start(s.origin.seed, s.origin.episode, scene)
}

// start runs a scene of the present origin from its start, or leaves everything as it
// was.
func (s *Session) start(scene *sim.Scene) error {
	if err := s.load(scene); err != nil {
		return err
	}
	s.policy = nil
	if s.origin.scenario != nil && len(scene.Actuators) > 0 {
		s.policy = s.startPolicy(scene)
	}
	s.bodies = origins(scene)
	s.put(scene, tape.New(scene.Start()), 0)
	return nil
}

// replace goes on with a scene that was changed by hand and whose bodies come from
// somewhere, or leaves everything as it was. Its tape is a new one, since states of other
// bodies do not fit it. The policy is nil where that of the scenario would look for bodies
// in vain.
func (s *Session) replace(scene *sim.Scene, bodies []int, policy sim.Policy) error {
	if err := s.load(scene); err != nil {
		return err
	}
	if s.mode == compare.Replay {
		s.mode = compare.Sandbox
	}
	s.policy, s.bodies = policy, bodies
	s.put(scene, tape.New(scene.Start()), 0)
	s.perturbed = true
	return nil
}

// load puts a scene into the engine, or leaves that as it was.
func (s *Session) load(scene *sim.Scene) error {
	err := s.engine.Load(scene)
	if err != nil && s.scene != nil {
		s.check(s.engine.Load(s.scene))
		s.check(s.engine.Reset(s.tape.At(s.tape.End())))
	}
	return err
}

// put shows a frame of a tape of a scene, at whose end the engine is.
func (s *Session) put(scene *sim.Scene, t *tape.Tape, frame int) {
	s.hand.Empty()
	s.scene, s.tape = scene, t
	s.deck.Load(t, scene.FPS)
	s.Seek(frame)
	s.perturbed = false
	s.touching = touching{}
	s.suit()
	s.Begin()
}
