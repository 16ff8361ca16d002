package session

import (
	"errors"
	"math"
	"slices"
	"time"

	"orrery/sim"
)

// TicksPerSecond is how often Tick is meant to be called.
const TicksPerSecond = 60

// Speeds are the paces to choose from, in seconds of the scene per second.
var Speeds = []float64{0.125, 0.25, 0.5, 1, 2, 4, 8}

const (
	trueSpeed = 3                      // index of the pace that is true
	restTicks = TicksPerSecond * 3 / 2 // before what has ended goes on
)

// notice is a message that goes away by itself.
type notice struct {
	text  string
	ticks int // left
}

// Notice returns what the user should know now, or nothing.
func (s *Session) Notice() string { return s.notice.text }

// Notify shows a message for a few seconds.
func (s *Session) Notify(text string) { s.notice = notice{text, 4 * TicksPerSecond} }

// check tells of an error, if there is one.
func (s *Session) check(err error) {
	if err != nil {
		s.Notify(err.Error())
	}
}

// Speed returns the pace of the scene; 1 is the true one.
func (s *Session) Speed() float64 { return Speeds[s.speed] }

// Faster goes some steps up or down in Speeds.
func (s *Session) Faster(steps int) { s.speed = min(max(s.speed+steps, 0), len(Speeds)-1) }

// Paused reports whether time stands still.
func (s *Session) Paused() bool { return s.paused }

// Pause stops time, or lets it go on.
func (s *Session) Pause(paused bool) { s.paused, s.due, s.rest = paused, 0, 0 }

// Resting reports whether nothing that is shown moves any more.
func (s *Session) Resting() bool {
	const slow = 0.02 // m/s, and rad/s
	for i, pose := range s.State() {
		if s.scene.Bodies[i].Kind == sim.Dynamic && (pose.Velocity().Len() > slow || math.Abs(pose.Omega) > slow) {
			return false
		}
	}
	return true
}

// Step shows the frame that is a number of frames further or, when that is
// negative, earlier. Time stands still from then on.
func (s *Session) Step(frames int) {
	s.Pause(true)
	for ; frames > 0 && s.advance(); frames-- {
	}
	if frames < 0 {
		s.Seek(s.cursor + frames)
	}
}

// Seek shows a frame on the tape, or the nearest to it.
func (s *Session) Seek(frame int) {
	s.due, s.rest = 0, 0
	s.cursor = min(max(frame, s.tape.first), s.seen)
}

// Loop returns the frames between which playing repeats; they are equal when it
// does not.
func (s *Session) Loop() (from, to int) { return s.loop[0], s.loop[1] }

// SetLoop sets the frame shown as the beginning or the end of what repeats. An end
// before the beginning ends the loop.
func (s *Session) SetLoop(end bool) {
	if end {
		s.loop[1] = s.cursor
	} else {
		s.loop[0] = s.cursor
		if s.loop[1] == 0 {
			s.loop[1] = s.seen
		}
	}
	if s.loop[1] <= s.loop[0] {
		s.loop = [2]int{}
	}
}

// Tick advances by a sixtieth of a second of the viewer's time.
func (s *Session) Tick() {
	if s.notice.ticks--; s.notice.ticks <= 0 {
		s.notice = notice{}
	}
	if s.scene == nil {
		return
	}
	if s.rest > 0 {
		if s.rest--; s.rest == 0 {
			s.again()
		}
	} else if s.piloted() && s.cursor == s.tape.end() && s.paused {
		s.consult() // to show what it would do
	} else if !s.paused {
		s.due += s.Speed() * float64(s.scene.FPS) / TicksPerSecond
		for start := time.Now(); s.due >= 1 && s.rest == 0; s.due-- {
			if !s.advance() || time.Since(start) > s.patience {
				s.due = min(s.due, 1) // rather slow than late
				break
			}
		}
	}
	s.foresee()
	s.forecasts.tick()
	s.ladders.tick()
	s.predict()
}

// advance shows the next frame. It returns false when there is none yet.
func (s *Session) advance() bool {
	if s.loop[1] > s.loop[0] && s.cursor >= s.loop[1] {
		s.cursor = max(s.loop[0], s.tape.first)
		return true
	}
	if s.mode != Sandbox && s.ended() {
		if !s.paused {
			s.rest = restTicks
		}
		return false
	}
	behind := s.tape.end() - s.cursor
	if s.mode == Duel {
		behind-- // the truth is a frame ahead, for the model must know the action
	}
	if s.steers() && (s.mode == Replay || behind > 0) && !s.rewrite() {
		return false
	}
	if s.cursor == s.tape.end() && (s.piloted() && !s.consult() || !s.extend()) {
		return false
	}
	if s.mode == Duel && s.hand.body < 0 && !s.trial.covers(s.cursor+1) {
		s.urge()
		return false
	}
	s.cursor++
	s.seen = max(s.seen, s.cursor)
	if s.mode == Duel && len(s.scene.Actuators) > 0 && s.cursor == s.tape.end() && !s.ended() {
		s.extend() // so that the model knows the action by the next tick
	}
	return true
}

// ended reports whether a duel or a replay has come to its end.
func (s *Session) ended() bool {
	if s.mode == Replay {
		return s.cursor == s.tape.end() && !s.steers()
	}
	return s.cursor >= s.begin+s.Horizon()
}

// again begins what has ended anew: a replay from its start, a duel with the next
// episode.
func (s *Session) again() {
	switch {
	case s.mode == Replay:
		s.cursor = s.tape.first
	case s.mode == Duel && s.scenario != nil:
		s.episode++
		s.Restart()
	case s.mode == Duel:
		s.Restart()
	}
}

// rewrite forgets what followed the frame shown, so that it can come differently.
func (s *Session) rewrite() bool {
	if !s.windBack() {
		return false
	}
	if s.mode == Replay {
		s.mode = Sandbox
	}
	s.loop = [2]int{}
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
	s.tape.cut(s.cursor)
	s.seen = s.cursor
	return true
}

// foresee lets the truth run ahead of what is shown, as far as forecasts look, where
// the scenario's policy acts: only so does the model know what it will do. What nobody
// has seen yet is forgotten when someone else takes over.
func (s *Session) foresee() {
	if !s.scripted() {
		return
	}
	until := s.cursor + s.reach()
	for start := time.Now(); s.tape.end() < until && time.Since(start) < s.patience; {
		if !s.extend() {
			s.autopilot = nil // it has done something that no engine bears
			return
		}
	}
}

// extend lets the engine add a frame to the tape.
func (s *Session) extend() bool {
	action, err := s.decide()
	if err == nil && s.hand.body >= 0 {
		impulse, at := s.hand.impulse(&s.scene.Bodies[s.hand.body], s.State()[s.hand.body], s.scene.FrameTime())
		err = s.engine.Push(s.hand.body, impulse, at)
	}
	began := time.Now()
	if err == nil {
		err = s.engine.Frame(action)
	}
	if err != nil {
		// What is on the tape is finite, so the engine can go on from there.
		s.check(errors.Join(err, s.engine.Reset(s.tape.at(s.tape.end()))))
		s.paused = true
		return false
	}
	s.cost = smooth(s.cost, time.Since(began))
	s.perturbed = s.perturbed || s.hand.body >= 0
	surprise := s.hand.body >= 0 || !s.piloted() && !s.scripted() && !slices.Equal(action, s.latest())
	s.tape.add(s.engine.State(nil), action, surprise)
	if s.mode == Duel && action != nil && s.climb != nil && s.steers() {
		s.climb.stop() // it follows the policy
		s.climb = nil
	}
	if s.asked != nil && s.mode == Duel && action != nil {
		s.asked.tell(action)
		s.forecasts.do(s.asked)
	}
	return true
}

// decide returns the next action. A policy that fails is not asked again.
func (s *Session) decide() (action sim.Action, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			s.autopilot, action = nil, s.scene.Rest()
		}
	}()
	return s.action(), nil
}

// smooth returns a mean that forgets what was long ago.
func smooth(mean, sample time.Duration) time.Duration {
	if mean == 0 {
		return sample
	}
	return mean + (sample-mean)/16
}
