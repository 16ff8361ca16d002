package session

import (
	"math"

	"orrery/sim"
)

// hand holds a body by a point of it and pulls that to a point of the world, as a
// critically damped spring does.
type hand struct {
	body   int     // -1 when it is empty
	anchor sim.Vec // m, in the body's frame
	target sim.Vec // m
}

// The spring is stiff enough to follow a mouse and soft enough to be stable at 60
// steps a second: handRate·dt must stay well below 1.
const (
	handRate = 12.0  // 1/s, its natural frequency
	handMost = 150.0 // m/s², the most by which it accelerates
)

// impulse returns what the hand gives to a body in a time, and where.
func (h *hand) impulse(b *sim.Body, pose sim.BodyState, seconds float64) (impulse, at sim.Vec) {
	at = pose.Point(h.anchor)
	arm := at.Sub(pose.Position())
	velocity := pose.Velocity().Add(arm.Perp().Scale(pose.Omega))
	mass := 1 / (b.InvMass() + arm.Dot(arm)*b.InvMoment()) // that resists at the anchor
	pull := h.target.Sub(at).Scale(handRate * handRate).Sub(velocity.Scale(2 * handRate))
	if length := pull.Len(); length > handMost {
		pull = pull.Scale(handMost / length)
	}
	return pull.Scale(mass * seconds), at
}

// Grab takes hold of a body at a point of the world. A body that an actuator moves
// is steered by it instead. It returns false when nothing moves the body.
func (s *Session) Grab(body int, at sim.Vec) bool {
	if body < 0 || body >= len(s.scene.Bodies) {
		return false
	}
	if s.scene.Bodies[body].Kind == sim.Kinematic && !s.actuated(body) {
		return false
	}
	pose := s.State()[body]
	s.hand = hand{body: body, anchor: at.Sub(pose.Position()).Rotate(-pose.Angle), target: at}
	return true
}

// Pull moves the hand to a point of the world.
func (s *Session) Pull(to sim.Vec) {
	if !(to.Len() <= sim.MaxMagnitude/1e3) {
		return // too far away to be meant, or not a number
	}
	s.hand.target = to
}

// Release lets go, and with it a duel begins anew.
func (s *Session) Release() {
	held := s.hand.body >= 0
	s.hand.body = -1
	if held && s.mode == Duel {
		s.Begin()
	}
}

// Hand returns where the held body is held and where to it is pulled.
func (s *Session) Hand() (body int, from, to sim.Vec) {
	if s.hand.body < 0 {
		return -1, sim.Vec{}, sim.Vec{}
	}
	return s.hand.body, s.State()[s.hand.body].Point(s.hand.anchor), s.hand.target
}

// Drive says what the arrow keys ask of the actuators: -1 to 1 along each axis.
func (s *Session) Drive(direction sim.Vec) {
	s.drive = direction
	s.driven = s.driven || direction != (sim.Vec{})
}

func (s *Session) actuated(body int) bool {
	for i := range s.scene.Actuators {
		if s.scene.Actuators[i].Body == body {
			return true
		}
	}
	return false
}

// steers reports whether someone wants to interfere now.
func (s *Session) steers() bool {
	return s.hand.body >= 0 || s.drive != (sim.Vec{}) && len(s.scene.Actuators) > 0
}

// piloted reports whether a planner drives, and nobody steers instead.
func (s *Session) piloted() bool {
	held := s.hand.body >= 0 && s.scene.Bodies[s.hand.body].Kind == sim.Kinematic
	return s.pilot != nil && !held && s.drive == (sim.Vec{})
}

// scripted reports whether nothing but the scenario's policy moves the sandbox's scene,
// so that what happens next is settled.
func (s *Session) scripted() bool {
	return s.mode == Sandbox && s.autopilot != nil && s.pilot == nil && !s.driven && s.hand.body < 0 && len(s.scene.Actuators) > 0
}

// action returns what the actuators do next, or nil when there are none: what hand
// and keys ask, or else what a planner does or, until someone takes over, the
// scenario's policy.
func (s *Session) action() sim.Action {
	if len(s.scene.Actuators) == 0 {
		return nil
	}
	state := s.State()
	held := s.hand.body >= 0 && s.scene.Bodies[s.hand.body].Kind == sim.Kinematic
	if s.piloted() {
		return s.pilot.thought.Actions[s.cursor-s.pilot.thought.From]
	}
	if !s.driven && !held && s.autopilot != nil {
		end := s.tape.end()
		return s.autopilot(end, s.tape.at(end))
	}
	action, torques := s.scene.Rest(), 0
	for i := range s.scene.Actuators {
		a := &s.scene.Actuators[i]
		pose := state[a.Body]
		asked := s.drive.Dot(a.Axis)
		switch a.Kind {
		case sim.Torque:
			// The first is turned by left and right, the second by up and down.
			asked = -s.drive.X
			if torques%2 == 1 {
				asked = s.drive.Y
			}
			torques++
		case sim.Steer:
			asked = -s.drive.X
		case sim.Thrust:
			asked = sim.Vec{X: s.drive.Y, Y: -s.drive.X}.Dot(a.Axis)
		}
		action[i] = math.Max(asked, 0)*a.High + math.Min(asked, 0)*-a.Low
		pull := sim.Vec{}
		if held && a.Body == s.hand.body {
			pull = s.hand.target.Sub(pose.Point(s.hand.anchor))
		}
		switch a.Kind {
		case sim.Servo: // asks for a place
			ahead := s.drive.Scale(0.25).Add(pull)
			action[i] = pose.Position().Add(ahead).Dot(a.Axis)
		case sim.Velocity:
			action[i] += handRate * pull.Dot(a.Axis)
		}
	}
	return s.scene.Clip(action)
}
