package session

import (
	"errors"
	"slices"
	"time"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/sim"
)

// Tick advances by a sixtieth of a second of the viewer's time.
func (s *Session) Tick() {
	s.Board.Tick()
	s.lastSet++
	if s.scene == nil {
		return
	}
	if s.deck.Tick(s.patience, s.advance) {
		s.again()
	} else if s.piloted() && s.Paused() && s.Frame() == s.tape.End() {
		s.consult() // to show what it would do
	}
	s.study()
	s.foresee()
	s.forecasts.Tick()
	s.rival.lane.Tick()
	s.hunts.Tick()
	s.surveys.Tick()
	s.ladders.Tick()
	s.suspicions.Tick()
	s.watches.Tick()
	s.predict()
}

// Step shows the frame that is a number of frames further or, when that is
// negative, earlier. Time stands still from then on.
func (s *Session) Step(frames int) {
	s.Pause(true)
	for ; frames > 0 && s.advance(); frames-- {
	}
	if frames < 0 {
		s.Seek(s.Frame() + frames)
	}
}

// advance shows the next frame. It returns false when there is none yet.
func (s *Session) advance() bool {
	if !s.drives() {
		return false
	}
	if s.deck.Repeat() {
		return true
	}
	if s.mode != compare.Sandbox && s.ended() {
		s.deck.Wait()
		return false
	}
	behind := s.tape.End() - s.Frame()
	if s.mode == compare.Duel {
		behind-- // the truth is a frame ahead, for the model must know the action
	}
	if s.hand.Steers(s.scene) && (s.mode == compare.Replay || behind > 0) && !s.rewrite() {
		return false
	}
	if s.Frame() == s.tape.End() && (s.piloted() && !s.consult() || !s.extend()) {
		return false
	}
	behindRival := s.rivalIndex() >= 0 && !s.rival.judge.Covers(s.Frame()+1)
	if s.mode == compare.Duel && !s.hand.Holds() && (behindRival || !s.judge.Covers(s.Frame()+1)) {
		s.urge()
		return false
	}
	s.deck.Forward()
	if s.mode == compare.Duel && len(s.scene.Actuators) > 0 && s.Frame() == s.tape.End() && !s.ended() {
		s.extend() // so that the model knows the action by the next tick
	}
	return true
}

// ended reports whether a duel or a replay has come to its end.
func (s *Session) ended() bool {
	if s.mode == compare.Replay {
		return s.Frame() == s.tape.End() && !s.hand.Steers(s.scene)
	}
	return s.Frame() >= s.begin+s.Horizon()
}

// again begins what has ended anew: a replay from its start, a duel with the next
// episode or, where hands have built the scene, with that.
func (s *Session) again() {
	switch {
	case s.mode == compare.Replay:
		s.Seek(s.tape.First())
	case s.sampled() && !s.built():
		s.check(s.sample(s.NextEpisode()))
	case s.sampled():
		s.check(s.replace(s.scene, s.bodies, s.Origin, s.renewed()))
	default:
		s.check(s.start(s.scene, s.Origin))
	}
}

// built reports whether the scene is not as its scenario has sampled it.
func (s *Session) built() bool {
	if !s.perturbed {
		return false
	}
	sampled, err := s.Sample()
	return err != nil || !same(sampled, s.scene)
}

// renewed returns the policy that drives as at the start of the scene, for one may remember what it was asked, or nil without one.
func (s *Session) renewed() sim.Policy {
	if s.policy == nil {
		return nil
	}
	return s.Policy(s.scene)
}

// rewrite forgets what followed the frame shown, so that it can come differently.
func (s *Session) rewrite() bool {
	if _, seen := s.Span(); seen > s.Frame() && !s.hand.Holds() { // a hand was noted when it took hold
		s.note("what followed", false)
	}
	if !s.windBack() {
		return false
	}
	if s.mode == compare.Replay {
		s.mode = compare.Sandbox
	}
	s.Begin()
	return true
}

// windBack puts the engine into the state that is shown, the last on the tape from
// now on.
func (s *Session) windBack() bool {
	if err := s.engine.Reset(s.State()); err != nil {
		s.check(err)
		return false
	}
	s.deck.Rewrite()
	return true
}

// foresee lets the truth run ahead of what is shown, as far as forecasts look, where
// the scenario's policy acts: only so does the model know what it will do. What nobody
// has seen yet is forgotten when someone else takes over.
func (s *Session) foresee() {
	if !s.scripted() {
		return
	}
	until := s.Frame() + s.reach()
	for start := time.Now(); s.tape.End() < until && time.Since(start) < s.patience; {
		if !s.extend() {
			s.policy = nil // it has done something that no engine bears
			return
		}
	}
}

// extend lets the engine add a frame to the tape.
func (s *Session) extend() bool {
	action, err := s.decide()
	if err == nil && s.hand.Pulls() {
		impulse, at := s.hand.Impulse(s.scene, s.State())
		body, _, _ := s.Hand()
		err = s.engine.Push(body, impulse, at)
	}
	began := time.Now()
	if err == nil {
		err = s.engine.Frame(action)
	}
	if err != nil {
		// What is on the tape is finite, so the engine can go on from there.
		s.check(errors.Join(err, s.engine.Reset(s.tape.At(s.tape.End()))))
		s.Pause(true)
		return false
	}
	s.judge.Took(time.Since(began))
	s.perturbed = s.perturbed || s.hand.Pulls()
	surprise := s.hand.Holds() || !s.piloted() && !s.scripted() && !slices.Equal(action, s.latest())
	s.tape.Add(s.engine.State(nil), action, surprise)
	s.judgeDriving(action)
	if s.mode == compare.Duel && action != nil && s.hand.Steers(s.scene) {
		s.judge.Concede() // the ladder follows the policy
	}
	if s.making != nil && s.mode == compare.Duel && action != nil {
		s.making.Tell(action)
		s.forecasts.Do(s.making)
	}
	if r := &s.rival; r.making != nil && s.mode == compare.Duel && action != nil {
		r.making.Tell(action)
		r.lane.Do(r.making)
	}
	return true
}

// decide returns the next action. A policy that fails is not asked again.
func (s *Session) decide() (action sim.Action, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			s.policy, action = nil, s.scene.Rest()
		}
	}()
	return s.action(), nil
}

// action returns what the actuators do next, or nil when there are none: what hand
// and keys ask, or else what a planner does or, until someone takes over, the
// scenario's policy.
func (s *Session) action() sim.Action {
	switch {
	case len(s.scene.Actuators) == 0:
		return nil
	case s.piloted():
		return s.pilot.Action(s.Frame())
	case s.policy != nil && !s.hand.Driven() && !s.hand.HoldsDriven(s.scene):
		end := s.tape.End()
		return s.policy(end, s.tape.At(end))
	}
	return s.hand.Action(s.scene, s.State())
}

// latest returns the last action before the frame shown, or nil without actuators.
func (s *Session) latest() sim.Action {
	if len(s.scene.Actuators) == 0 {
		return nil
	}
	if before := s.Frame() - 1; before >= s.tape.First() && s.tape.Action(before) != nil {
		return s.tape.Action(before)
	}
	if s.demo != nil { // a servo that is not asked for another place stays
		return s.hand.Action(s.scene, s.State())
	}
	return s.scene.Rest()
}

// piloted reports whether a planner drives, and nobody steers instead.
func (s *Session) piloted() bool {
	return s.pilot != nil && !s.hand.HoldsDriven(s.scene) && !s.hand.Pushes()
}

// scripted reports whether nothing but the scenario's policy moves the sandbox's scene,
// so that what happens next is settled.
func (s *Session) scripted() bool {
	return s.mode == compare.Sandbox && s.policy != nil && s.pilot == nil && !s.hand.Driven() && !s.hand.Holds() && len(s.scene.Actuators) > 0
}
