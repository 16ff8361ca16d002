package world

import (
	"math"

	"orrery/sim"
)

// Step is an equal part of a frame of one scene, short enough for forces to be
// taken as constant. Each part goes in the engine's order:
//
//	step.Command(state, action)
//	step.Move(state)
//	step.Force(state, action) // then come fields
//	step.Rub(state)           // then contacts and joints
//
// All change state in place; an action of nil is rest. Step is immutable.
type Step struct {
	scene             *sim.Scene
	rest              sim.Action
	time              float64 // s
	keep, keepAngular float64 // share of velocity kept
	gained            sim.Vec // m/s
}

// Step returns one of n equal parts of a frame of scene.
func (f Flight) Step(scene *sim.Scene, n int) Step {
	time := f.FrameTime / float64(n)
	share := 1 / float64(n)
	damping := math.Pow(scene.Damping, time)
	return Step{
		scene: scene, rest: scene.Rest(), time: time,
		keep: damping * math.Pow(f.Keep, share), keepAngular: damping * math.Pow(f.KeepAngular, share),
		gained: scene.Gravity.Add(f.Gravity).Scale(time),
	}
}

// Time returns the length of the step in seconds.
func (s *Step) Time() float64 { return s.time }

// Command gives velocities to the bodies that actuators place or steer.
func (s *Step) Command(state sim.State, action sim.Action) {
	for i := range s.scene.Actuators {
		a := &s.scene.Actuators[i]
		b := &state[a.Body]
		asked := s.asked(action, i)
		switch a.Kind {
		case sim.Velocity:
			along := asked - a.Axis.Dot(b.Velocity())
			b.VX, b.VY = b.VX+along*a.Axis.X, b.VY+along*a.Axis.Y
		case sim.Servo:
			push := s.time * (a.Stiffness*(asked-a.Axis.Dot(b.Position())) - a.Damping*a.Axis.Dot(b.Velocity()))
			b.VX, b.VY = b.VX+push*a.Axis.X, b.VY+push*a.Axis.Y
		case sim.Steer:
			b.Omega = b.Velocity().Dot(sim.Vec{X: 1}.Rotate(b.Angle)) * math.Tan(asked) / a.Wheelbase
		}
	}
}

// asked returns component i of the action within its range.
func (s *Step) asked(action sim.Action, i int) float64 {
	if action == nil {
		return s.rest[i]
	}
	a := &s.scene.Actuators[i]
	return min(max(action[i], a.Low), a.High)
}

// Move moves the bodies by their velocities.
func (s *Step) Move(state sim.State) {
	for i := range state {
		b := &state[i]
		b.X, b.Y, b.Angle = b.X+b.VX*s.time, b.Y+b.VY*s.time, b.Angle+b.Omega*s.time
	}
}

// Force changes the velocities of dynamic bodies by drag, gravity and the forces of
// actuators.
func (s *Step) Force(state sim.State, action sim.Action) {
	for i := range state {
		if s.scene.Bodies[i].Kind == sim.Kinematic {
			continue
		}
		b := &state[i]
		b.VX, b.VY = s.keep*b.VX+s.gained.X, s.keep*b.VY+s.gained.Y
		b.Omega *= s.keepAngular
	}
	for i := range s.scene.Actuators {
		s.drive(state, i, s.asked(action, i))
	}
}

// drive adds what the force or torque of an actuator does.
func (s *Step) drive(state sim.State, i int, asked float64) {
	a := &s.scene.Actuators[i]
	b, body := &state[a.Body], &s.scene.Bodies[a.Body]
	switch a.Kind {
	case sim.Force, sim.Thrust:
		axis := a.Axis
		if a.Kind == sim.Thrust {
			axis = axis.Rotate(b.Angle)
		}
		push := asked * s.time * body.InvMass()
		b.VX, b.VY = b.VX+push*axis.X, b.VY+push*axis.Y
	case sim.Torque:
		b.Omega += asked * s.time * body.InvMoment()
		if a.Against != sim.World {
			state[a.Against].Omega -= asked * s.time * s.scene.Bodies[a.Against].InvMoment()
		}
	}
}

// Rub slows bodies by friction with the ground. It comes after all other forces.
func (s *Step) Rub(state sim.State) {
	for i := range state {
		g := &s.scene.Bodies[i].Grip
		if *g == (sim.Grip{}) {
			continue
		}
		b := &state[i]
		x := sim.Vec{X: 1}.Rotate(b.Angle)
		y := sim.Vec{X: -x.Y, Y: x.X}
		v := b.Velocity()
		v = x.Scale(towardsZero(v.Dot(x), g.Along*s.time)).Add(y.Scale(towardsZero(v.Dot(y), g.Across*s.time)))
		b.VX, b.VY = v.X, v.Y
		b.Omega = towardsZero(b.Omega, g.Spin*s.time)
	}
}

// towardsZero returns v brought nearer to 0 by at most d.
func towardsZero(v, d float64) float64 { return math.Copysign(max(math.Abs(v)-d, 0), v) }
