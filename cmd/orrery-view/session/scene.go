package session

import (
	"errors"
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

// OpenScenario samples the first episode of a scenario from a seed.
func (s *Session) OpenScenario(found *scenario.Scenario, seed uint64) error {
	from, err := originFrom(found, seed)
	if err != nil {
		return err
	}
	return s.openSampled(from, "open "+found.Name)
}

// OpenEpisode runs an episode of a scenario from a seed, which can be undone.
func (s *Session) OpenEpisode(found *scenario.Scenario, seed uint64, episode int) error {
	from, err := originFrom(found, seed)
	if err != nil {
		return err
	}
	from.episode = episode
	return s.openSampled(from, "open "+found.Name)
}

// Perturbed reports whether a hand has interfered with the scene since the episode began.
func (s *Session) Perturbed() bool { return s.perturbed }

// openSampled opens the scene of another origin, which can be undone.
func (s *Session) openSampled(from Origin, what string) error {
	scene, err := from.Sample()
	if err != nil {
		return err
	}
	return s.open(scene, from, what)
}

// OpenScene runs a scene that is not sampled.
func (s *Session) OpenScene(scene *sim.Scene) error {
	return s.open(scene, s.Unsampled(), "open a scene")
}

// open runs a scene of an origin, which can be undone, or leaves everything as it was.
func (s *Session) open(scene *sim.Scene, from Origin, what string) error {
	var before moment
	if s.scene != nil {
		before = s.moment()
	}
	perturbed := s.perturbed
	if err := s.start(scene, from); err != nil {
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
	s.Origin = s.Unsampled()
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

// goesOnTicks is within how many ticks a parameter that is changed again is still being
// dragged: half a second.
const goesOnTicks = tape.TicksPerSecond / 2

// Set changes parameters of the scenario. What a hand has built is kept, and goes on
// from the state shown, where the new values only change by which laws bodies move;
// otherwise the scene is sampled anew. Values with which that fails are not taken.
func (s *Session) Set(params scenario.Values) error {
	after, err := s.With(params)
	if err != nil || after.Same(s.Origin) {
		return err
	}
	sampled, err := after.Sample()
	if err != nil {
		return err
	}
	what := strings.Join(slices.Sorted(maps.Keys(params)), ", ")
	goesOn := s.lastSet < goesOnTicks
	s.lastSet = 0
	before := s.moment()
	if kept, err := s.retuned(sampled); err == nil {
		var policy sim.Policy
		if slices.Equal(s.bodies, origins(sampled)) {
			policy = after.Policy(kept)
		}
		if err := s.replace(kept, s.bodies, after, policy); err != nil {
			return err
		}
		s.changes.Note(what, before, goesOn)
		return nil
	}
	if err := s.start(sampled, after); err != nil {
		return err
	}
	s.changes.Note(what, before, goesOn)
	s.lost(before.perturbed)
	return nil
}

// SetLaw changes a law of the scene, by its index in build.Laws, from now on, for scenes that no scenario has parameters of. It can be undone;
// what is dragged is one step.
func (s *Session) SetLaw(law int, value float64) {
	goesOn := s.lastSet < goesOnTicks
	s.lastSet = 0
	before := s.moment()
	scene, err := build.WithLaw(s.scene, s.State(), law, value)
	if err == nil {
		err = s.replace(scene, s.bodies, s.Origin, nil)
	}
	if err == nil {
		s.changes.Note(build.Laws[law].Name, before, goesOn)
	}
	s.check(err)
}

// retuned returns what a hand has built as it would be with the values of another sample.
// It is an error when there is nothing to keep, or that cannot be.
func (s *Session) retuned(after *sim.Scene) (*sim.Scene, error) {
	if !s.perturbed {
		return nil, errors.New("nothing was built")
	}
	before, err := s.Sample()
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
	label := s.Origin.String()
	switch {
	case !s.perturbed:
		return label
	case label == "":
		return "perturbed"
	}
	return label + " · perturbed"
}

// Restart goes back to the start of the episode, without what hands have done, which
// Undo brings back.
func (s *Session) Restart() {
	switch {
	case s.mode == compare.Replay:
		s.Seek(s.tape.First())
	case s.sampled():
		s.check(s.openSampled(s.Origin, "restart"))
	default:
		s.check(s.open(s.scene, s.Origin, "restart"))
	}
}

// Next goes on to the next seed or, in a replay, to the next episode.
func (s *Session) Next() {
	if s.mode == compare.Replay {
		s.Episode(1)
		return
	}
	if !s.sampled() {
		s.Restart()
		return
	}
	s.check(s.openSampled(s.NextSeed(), "next seed"))
}

// sampled reports whether the scene comes from a scenario.
func (s *Session) sampled() bool {
	of, _ := s.Scenario()
	return of != nil
}

// sample runs the scene of an origin.
func (s *Session) sample(from Origin) error {
	scene, err := from.Sample()
	if err != nil {
		return err
	}
	return s.start(scene, from)
}

// start runs a scene of an origin from its start, or leaves everything as it was.
func (s *Session) start(scene *sim.Scene, from Origin) error {
	return s.begun(scene, origins(scene), from, from.Policy(scene))
}

// begun runs a scene from its start, or leaves everything as it was. Its bodies come from
// somewhere.
func (s *Session) begun(scene *sim.Scene, bodies []int, from Origin, policy sim.Policy) error {
	if err := s.load(scene); err != nil {
		return err
	}
	if s.mode == compare.Replay {
		s.mode = compare.Sandbox
	}
	s.bodies, s.Origin, s.policy = bodies, from, policy
	s.put(scene, tape.New(scene.Start()), 0)
	return nil
}

// replace goes on with a scene that was changed by hand and whose bodies come from
// somewhere, or leaves everything as it was. Its tape is a new one, since states of other
// bodies do not fit it. The policy is nil where that of the scenario would look for bodies
// in vain.
func (s *Session) replace(scene *sim.Scene, bodies []int, from Origin, policy sim.Policy) error {
	err := s.begun(scene, bodies, from, policy)
	s.perturbed = s.perturbed || err == nil
	return err
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
	s.Leave()
	s.hand.Empty()
	s.scene, s.tape = scene, t
	s.deck.Load(t, scene.FPS)
	s.Seek(frame)
	s.perturbed, s.from = false, 0
	s.touching, s.pushing = touching{}, pushing{}
	s.suit()
	s.Begin()
}
