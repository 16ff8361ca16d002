package session

import (
	"math"

	"orrery/cmd/orrery-view/session/build"
	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/hand"
	"orrery/sim"
)

// Grab takes hold of a body at a point of the world, in metres. A body that an actuator moves
// is steered by it instead. It returns false when nothing moves the body.
func (s *Session) Grab(body int, at sim.Vec) bool {
	if s.demo != nil && s.demo.phase == Ended || !s.hand.Grab(s.scene, s.State(), body, at) {
		return false
	}
	if s.demo == nil {
		s.note("drag a body", false)
	}
	return true
}

// Pull moves the hand to a point of the world, in metres.
func (s *Session) Pull(to sim.Vec) { s.hand.Pull(to) }

// Release lets go, and with it a duel begins anew.
func (s *Session) Release() {
	if s.hand.Release() && s.mode == compare.Duel {
		s.Begin()
	}
}

// Hand returns the index of the body that is held, or -1, the point at which it is held
// and the point to which it is pulled, both in metres.
func (s *Session) Hand() (body int, from, to sim.Vec) { return s.hand.Held(s.State()) }

// Drive says what keys and sticks ask of the actuators: along each axis a share from -1
// to 1 of all they can. The second is for the actuators of the second body that has some. A
// demonstration that is ready begins.
func (s *Session) Drive(first, second sim.Vec) {
	s.hand.Drive(first, second)
	if s.hand.Pushes() && s.demo != nil && s.demo.phase == Ready {
		s.beginDriving()
	}
}

// Spawn adds a body of a kind, an index of build.Spawnable, at a point of the world, or
// beside it if there is no room.
func (s *Session) Spawn(kind int, at sim.Vec) {
	body := build.Spawned(s.scene, kind, at)
	room := hand.Room(s.scene, s.State(), at, math.Sqrt(2*body.Moment/body.Mass))
	body.Start.X, body.Start.Y = room.X, room.Y
	scene, err := build.With(s.scene, s.State(), body)
	s.edit("add a body", scene, added(s.bodies), err)
}

// Delete removes a body.
func (s *Session) Delete(body int) {
	if body >= 0 && body < len(s.scene.Bodies) {
		scene, err := build.Without(s.scene, s.State(), body)
		s.edit("delete a body", scene, deleted(s.bodies, body), err)
	}
}

// edit goes on with a changed scene, which can be undone.
func (s *Session) edit(what string, scene *sim.Scene, bodies []int, err error) {
	before := s.moment()
	if err == nil {
		err = s.replace(scene, bodies, s.Origin, nil)
	}
	if err == nil {
		s.changes.Note(what, before, false)
	}
	s.check(err)
}
