package hand

import (
	"math"

	"orrery/sim"
)

// Hand holds a body by a point of it and pulls that to a point of the world, as a
// critically damped spring does. It also holds the arrow keys. Make one with New.
type Hand struct {
	body   int     // -1 when it is empty
	anchor sim.Vec // m, in the body's frame
	target sim.Vec // m

	keys    [2]sim.Vec // what keys and sticks ask of the actuators of the first driven body and of the others, -1 to 1 along each axis
	driven  bool       // keys were down since the last Empty
	actOnly bool       // it moves nothing but what actuators move, and by these
}

// The spring is stiff enough to follow a mouse and soft enough to be stable at 60
// steps a second: rate·dt must stay well below 1.
const (
	rate = 12.0  // 1/s, its natural frequency
	most = 150.0 // m/s², the most by which it accelerates
)

// servoReach is the distance ahead of a body at which the arrow keys put the place that a servo is to
// move it to, in metres.
const servoReach = 0.25

// farthest is the greatest distance from the origin to which a hand may pull, in metres. What is further away
// cannot be meant.
const farthest = sim.MaxMagnitude / 1e3

// New returns an empty hand.
func New() Hand { return Hand{body: -1} }

// Empty lets go of everything and forgets that keys were down.
func (h *Hand) Empty() { *h = New() }

// Holds reports whether the hand holds a body.
func (h *Hand) Holds() bool { return h.body >= 0 }

// Steers reports whether someone wants to interfere with a scene now.
func (h *Hand) Steers(scene *sim.Scene) bool {
	return h.Holds() || h.Pushes() && len(scene.Actuators) > 0
}

// Pushes reports whether an arrow key is down.
func (h *Hand) Pushes() bool { return h.keys != [2]sim.Vec{} }

// ActOnly lets the hand move bodies by their actuators alone, until the next Empty: what it does
// can be done again by the same actions.
func (h *Hand) ActOnly() { h.actOnly = true }

// Pulls reports whether the hand moves a body by itself.
func (h *Hand) Pulls() bool { return h.Holds() && !h.actOnly }

// Driven reports whether an arrow key was down since the last Empty.
func (h *Hand) Driven() bool { return h.driven }

// HoldsDriven reports whether the hand holds a body that actuators move.
func (h *Hand) HoldsDriven(scene *sim.Scene) bool {
	return h.Holds() && (h.actOnly || scene.Bodies[h.body].Kind == sim.Kinematic)
}

// Grab takes hold of a body at a point of the world, in metres. It returns false, and changes
// nothing, when the scene has no such body or nothing can move it.
func (h *Hand) Grab(scene *sim.Scene, state sim.State, body int, at sim.Vec) bool {
	if body < 0 || body >= len(scene.Bodies) {
		return false
	}
	if (h.actOnly || scene.Bodies[body].Kind == sim.Kinematic) && !actuated(scene, body) {
		return false
	}
	pose := state[body]
	h.body, h.anchor, h.target = body, at.Sub(pose.Position()).Rotate(-pose.Angle), at
	return true
}

func actuated(scene *sim.Scene, body int) bool {
	for i := range scene.Actuators {
		if scene.Actuators[i].Body == body {
			return true
		}
	}
	return false
}

// Pull moves the hand to a point of the world, in metres. Points that are not finite or absurdly
// far away are ignored.
func (h *Hand) Pull(to sim.Vec) {
	if to.Len() <= farthest {
		h.target = to
	}
}

// Release lets go of the body, and reports whether there was one.
func (h *Hand) Release() bool {
	held := h.Holds()
	h.body = -1
	return held
}

// Drive says what keys and sticks ask of the actuators: along each axis a share from -1
// to 1 of all they can. The second is for what does not move the first body that is driven.
func (h *Hand) Drive(first, second sim.Vec) {
	h.keys = [2]sim.Vec{first, second}
	h.driven = h.driven || h.Pushes()
}

// Held returns the index of the body that is held, or -1, the point at which it is held
// and the point to which it is pulled, both in metres.
func (h *Hand) Held(state sim.State) (body int, from, to sim.Vec) {
	if !h.Holds() {
		return -1, sim.Vec{}, sim.Vec{}
	}
	return h.body, state[h.body].Point(h.anchor), h.target
}

// Impulse returns what the hand gives to the body that it holds during a frame, in
// newton seconds, and at which point of the world. There must be a body; one that is
// kinematic takes no impulse.
func (h *Hand) Impulse(scene *sim.Scene, state sim.State) (impulse, at sim.Vec) {
	body, pose := &scene.Bodies[h.body], state[h.body]
	at = pose.Point(h.anchor)
	if body.Kind == sim.Kinematic {
		return sim.Vec{}, at
	}
	arm := at.Sub(pose.Position())
	velocity := pose.Velocity().Add(arm.Perp().Scale(pose.Omega))
	mass := 1 / (body.InvMass() + arm.Dot(arm)*body.InvMoment()) // that resists at the anchor
	pull := h.target.Sub(at).Scale(rate * rate).Sub(velocity.Scale(2 * rate))
	if length := pull.Len(); length > most {
		pull = pull.Scale(most / length)
	}
	return pull.Scale(mass * scene.FrameTime()), at
}

// Action returns what hand and keys ask of the actuators [a] of a scene, or nil when
// there are none.
func (h *Hand) Action(scene *sim.Scene, state sim.State) sim.Action {
	if len(scene.Actuators) == 0 {
		return nil
	}
	action, torques := scene.Rest(), 0
	for i := range scene.Actuators {
		a := &scene.Actuators[i]
		pull := sim.Vec{}
		if h.HoldsDriven(scene) && a.Body == h.body {
			pull = h.target.Sub(state[a.Body].Point(h.anchor))
		}
		keys := h.keys[0]
		if a.Body != scene.Actuators[0].Body {
			keys = h.keys[1]
		}
		action[i] = h.ask(&scene.Bodies[a.Body], a, state[a.Body], pull, keys, torques)
		if a.Kind == sim.Torque {
			torques++
		}
	}
	return scene.Clip(action)
}

// ask returns what hand and keys ask of an actuator that moves a body at a pose, which
// is pulled by some metres; torques counts those before it.
func (h *Hand) ask(body *sim.Body, a *sim.Actuator, pose sim.BodyState, pull, keys sim.Vec, torques int) float64 {
	// scaled turns -1 to 1 into the range of the actuator.
	scaled := func(asked float64) float64 { return math.Max(asked, 0)*a.High + math.Min(asked, 0)*-a.Low }
	force := sim.Vec{} // N, that takes the body to where it is pulled as the spring does
	if pull != (sim.Vec{}) {
		force = pull.Scale(rate * rate).Sub(pose.Velocity().Scale(2 * rate)).Scale(body.Mass)
	}
	switch a.Kind {
	case sim.Force:
		return scaled(keys.Dot(a.Axis)) + force.Dot(a.Axis)
	case sim.Thrust: // up is ahead
		return scaled(sim.Vec{X: keys.Y, Y: -keys.X}.Dot(a.Axis)) + force.Rotate(-pose.Angle).Dot(a.Axis)
	case sim.Torque: // the first is turned by left and right, the second by up and down
		if torques%2 == 1 {
			return scaled(keys.Y)
		}
		return scaled(-keys.X)
	case sim.Steer:
		return scaled(-keys.X)
	case sim.Velocity:
		return scaled(keys.Dot(a.Axis)) + rate*pull.Dot(a.Axis)
	case sim.Servo: // asks for a place
		return pose.Position().Add(keys.Scale(servoReach)).Add(pull).Dot(a.Axis)
	}
	panic("hand: no way to drive an actuator of kind " + string(a.Kind))
}
