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
//	step.Release(state, action)
//
// All change state in place; an action of nil is rest. Fly does all five. Step is
// immutable.
type Step struct {
	scene             *sim.Scene
	rest              sim.Action
	time              float64 // s
	keep, keepAngular float64 // share of velocity kept
	gained            sim.Vec // m/s
	servos            []servo // of the actuators; nil when the engine's steps are no shorter
}

// servo is what a servo does in a step that takes several of the engine's, when it is
// off by e metres and moves at v: it goes move[0]·e + move[1]·v metres and then moves at
// speed[0]·e + speed[1]·v.
type servo struct{ move, speed [2]float64 }

// newServo follows a servo for n steps of dt seconds.
func newServo(a *sim.Actuator, n int, dt float64) (s servo) {
	for k := range 2 {
		start := [2]float64{1 - float64(k), float64(k)}
		e, v := start[0], start[1]
		for range n {
			v += dt * (a.Stiffness*e - a.Damping*v)
			e -= dt * v
		}
		s.move[k], s.speed[k] = start[0]-e, v
	}
	return s
}

// Step returns one of n equal parts of a frame of scene.
func (f Flight) Step(scene *sim.Scene, n int) Step {
	time := f.FrameTime / float64(n)
	share := 1 / float64(n)
	damping := math.Pow(scene.Damping, time)
	s := Step{
		scene: scene, rest: scene.Rest(), time: time,
		keep: damping * math.Pow(f.Keep, share), keepAngular: damping * math.Pow(f.KeepAngular, share),
		gained: scene.Gravity.Add(f.Gravity).Scale(time),
	}
	if fine := scene.Substeps / n; fine > 1 {
		for i := range scene.Actuators {
			s.servos = append(s.servos, newServo(&scene.Actuators[i], fine, time/float64(fine)))
		}
	}
	return s
}

// Time returns the length of the step in seconds.
func (s *Step) Time() float64 { return s.time }

// Keep returns the shares of its velocity and of its angular velocity that a dynamic
// body keeps in the step when only drag acts.
func (s *Step) Keep() (linear, angular float64) { return s.keep, s.keepAngular }

// Fly advances state by the whole step, as if nothing touched, tied or pulled.
func (s *Step) Fly(state sim.State, action sim.Action) {
	s.Command(state, action)
	s.Move(state)
	s.Force(state, action)
	s.Rub(state)
	s.Release(state, action)
}

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
			off, v := asked-a.Axis.Dot(b.Position()), a.Axis.Dot(b.Velocity())
			push := s.time * (a.Stiffness*off - a.Damping*v)
			if s.servos != nil { // its mean velocity
				push = (s.servos[i].move[0]*off+s.servos[i].move[1]*v)/s.time - v
			}
			b.VX, b.VY = b.VX+push*a.Axis.X, b.VY+push*a.Axis.Y
		case sim.Steer:
			b.Omega = b.Velocity().Dot(sim.Vec{X: 1}.Rotate(b.Angle)) * math.Tan(asked) / a.Wheelbase
		}
	}
}

// Release ends a step: bodies that servos placed go on at the velocity they have now,
// not at their mean velocity during the step.
func (s *Step) Release(state sim.State, action sim.Action) {
	if s.servos == nil {
		return
	}
	for i := range s.scene.Actuators {
		a := &s.scene.Actuators[i]
		if a.Kind != sim.Servo {
			continue
		}
		b, m := &state[a.Body], &s.servos[i]
		mean := a.Axis.Dot(b.Velocity())
		off := s.asked(action, i) - a.Axis.Dot(b.Position()) + mean*s.time // before the step
		v := 0.0
		if m.move[1] != 0 { // else it forgets at once how it moved
			v = (mean*s.time - m.move[0]*off) / m.move[1]
		}
		push := m.speed[0]*off + m.speed[1]*v - mean
		b.VX, b.VY = b.VX+push*a.Axis.X, b.VY+push*a.Axis.Y
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
