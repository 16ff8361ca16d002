package flight

import (
	"math"
	"slices"

	"orrery/sim"
)

// Step is an equal part of a frame of one scene, short enough for forces to be
// taken as constant. It begins and ends with actuators, and in between goes in the order
// of Flight:
//
//	step.Command(state, action)
//	for k, phase := range step.Phases() {
//		part := step.Part(k) // step itself, unless the phase comes several times
//		…                    // Move: part.Move(state); Force: part.Force(state, action), fields, part.Rub(state)
//	}
//	step.Release(state, action)
//
// All change state in place; an action of nil is rest. Fly does all that needs no
// contacts, joints or fields, and Ahead does so again and again. Only Reset changes a Step.
type Step struct {
	phases            []Phase
	parts             []Step  // of each phase; nil when each comes once
	time              float64 // s
	keep, keepAngular float64 // share of velocity kept
	gained            sim.Vec // m/s
	dynamic           []int   // bodies
	gripped           []grip
	commands, pushes  []drive
	servos            []drive // when the step takes several of the engine's
	led               []int   // number of servos that lead a body; nil when bodies at rest may not stay so
}

// grip is a body's friction with the ground.
type grip struct {
	body int
	sim.Grip
}

// drive is an actuator at work.
type drive struct {
	sim.Actuator
	component int     // of the action
	rest      float64 // what it asks for without one
	servo     servo
	glides    []glide // after one step, two and so on
	mass      float64 // 1/kg, inverse, of its body
	moment    float64 // 1/(kg·m²), inverse, of its body
	opposite  float64 // 1/(kg·m²), inverse moment of the body that it works against
}

// servo says what a servo does in a step, which may take several of the engine's, when it
// is off by e metres and moves at v: its mean velocity is v + mean[0]·e + mean[1]·v. When
// it is off by e metres and moved at w on average, it goes on at end[0]·e + end[1]·w.
type servo struct{ mean, end [2]float64 }

// newServo follows a servo for n steps of dt seconds, once from where it is off by a
// metre and at rest, once from where it should be and at 1 m/s.
func newServo(a *sim.Actuator, n int, dt float64) servo {
	var moved, speed [2]float64
	for k := range 2 {
		e, v := 1-float64(k), float64(k)
		for range n {
			v += dt * (a.Stiffness*e - a.Damping*v)
			moved[k] += dt * v
			e -= dt * v
		}
		speed[k] = v
	}
	time := float64(n) * dt
	late := 0.0 // what of the velocity at the start a mean velocity shows
	if moved[1] != 0 {
		late = speed[1] / moved[1]
	}
	before := speed[0] - late*moved[0] // by how far it was off at the start
	return servo{
		mean: [2]float64{moved[0] / time, moved[1]/time - 1},
		end:  [2]float64{before, (before + late) * time},
	}
}

// Step returns one of n equal parts of a frame of scene.
func (f Flight) Step(scene *sim.Scene, n int) (s Step) {
	s.Reset(f, scene, n)
	return s
}

// Reset makes s what f.Step returns, in the memory that it has.
func (s *Step) Reset(f Flight, scene *sim.Scene, n int) {
	time := f.FrameTime / float64(n)
	share := 1 / float64(n)
	damping := math.Pow(scene.Damping, time)
	*s = Step{
		time: time,
		keep: damping * math.Pow(f.Keep, share), keepAngular: damping * math.Pow(f.KeepAngular, share),
		gained:  scene.Gravity.Add(f.Gravity).Scale(time),
		dynamic: slices.Grow(s.dynamic[:0], len(scene.Bodies)),
	}
	for i := range scene.Bodies {
		b := &scene.Bodies[i]
		if b.Kind == sim.Dynamic {
			s.dynamic = append(s.dynamic, i)
		}
		if b.Grip != (sim.Grip{}) {
			s.gripped = append(s.gripped, grip{i, b.Grip})
		}
	}
	rest, fine := scene.Rest(), max(scene.Substeps/n, 1)
	for i, a := range scene.Actuators {
		d := drive{Actuator: a, component: i, rest: rest[i], servo: newServo(&a, fine, time/float64(fine))}
		d.mass, d.moment = scene.Bodies[a.Body].InvMass(), scene.Bodies[a.Body].InvMoment()
		if a.Against != sim.World {
			d.opposite = scene.Bodies[a.Against].InvMoment()
		}
		switch a.Kind {
		case sim.Force, sim.Thrust, sim.Torque:
			s.pushes = append(s.pushes, d)
		case sim.Velocity, sim.Servo, sim.Steer:
			d.glides = d.servo.glides(n, time)
			s.commands = append(s.commands, d)
		default:
			panic("world: an actuator of an unknown kind")
		}
		if a.Kind == sim.Servo && fine > 1 {
			s.servos = append(s.servos, d)
		}
	}
	s.led = s.leads(scene)
	s.phases = f.Order.Phases()
	for _, p := range s.phases {
		if n := count(s.phases, p); n > 1 && s.parts == nil {
			s.parts = make([]Step, len(s.phases))
			for k, p := range s.phases {
				s.parts[k] = s.Share(1 / float64(count(s.phases, p)))
			}
		}
	}
}

// Phases returns what the step does, in its order. It must not be changed.
func (s *Step) Phases() []Phase { return s.phases }

// Part returns the step that does the work of the k-th phase.
func (s *Step) Part(k int) *Step {
	if s.parts == nil {
		return s
	}
	return &s.parts[k]
}

// Share returns a step that lasts a share of s, 0 to 1, in which nothing commands.
func (s *Step) Share(share float64) Step {
	part := *s
	part.parts, part.led = nil, nil
	part.time, part.gained = s.time*share, s.gained.Scale(share)
	part.keep, part.keepAngular = math.Pow(s.keep, share), math.Pow(s.keepAngular, share)
	return part
}

// Time returns the length of the step in seconds.
func (s *Step) Time() float64 { return s.time }

// Pull returns by how much gravity changes a velocity, in m/s².
func (s *Step) Pull() float64 {
	if s.time == 0 {
		return 0
	}
	return s.gained.Len() / s.time
}

// Keep returns the shares of its velocity and of its angular velocity that a dynamic
// body keeps in the step when only drag acts.
func (s *Step) Keep() (linear, angular float64) { return s.keep, s.keepAngular }

// Fly advances state by the whole step, as if nothing touched, tied or pulled.
func (s *Step) Fly(state sim.State, action sim.Action) {
	s.Command(state, action)
	for k, phase := range s.phases {
		switch part := s.Part(k); phase {
		case Move:
			part.Move(state)
		case Force:
			part.Force(state, action)
			part.Rub(state)
		}
	}
	s.Release(state, action)
}

// Command gives velocities to the bodies that actuators place or steer.
func (s *Step) Command(state sim.State, action sim.Action) { s.apply(s.commands, state, action) }

// apply lets drives do what the action asks of them.
func (s *Step) apply(drives []drive, state sim.State, action sim.Action) {
	for i := range drives {
		d := &drives[i]
		switch asked := d.asked(action); d.Kind {
		case sim.Velocity:
			d.setVelocity(state, asked)
		case sim.Servo:
			d.follow(state, asked)
		case sim.Steer:
			d.steer(state, asked)
		case sim.Force:
			d.push(state, asked*s.time)
		case sim.Thrust:
			d.thrust(state, asked*s.time)
		case sim.Torque:
			d.twist(state, asked*s.time)
		}
	}
}

// asked returns the drive's component of the action within its range.
func (d *drive) asked(action sim.Action) float64 {
	if action == nil {
		return d.rest
	}
	asked := action[d.component]
	if asked < d.Low {
		return d.Low
	}
	if asked > d.High {
		return d.High
	}
	return asked
}

// setVelocity gives a body the velocity asked for along the axis.
func (d *drive) setVelocity(state sim.State, asked float64) {
	b := &state[d.Body]
	d.accelerate(b, asked-d.speed(b))
}

// follow gives a body the mean velocity at which a servo goes where it is asked to.
func (d *drive) follow(state sim.State, asked float64) {
	b := &state[d.Body]
	d.accelerate(b, d.servo.mean[0]*(asked-d.place(b))+d.servo.mean[1]*d.speed(b))
}

// steer turns a body as its front wheel does.
func (d *drive) steer(state sim.State, asked float64) {
	b := &state[d.Body]
	b.Omega = b.Velocity().Dot(sim.Vec{X: 1}.Rotate(b.Angle)) * math.Tan(asked) / d.Wheelbase
}

// Release ends a step: bodies that servos placed go on at the velocity they have now,
// not at their mean velocity during the step.
func (s *Step) Release(state sim.State, action sim.Action) {
	for i := range s.servos {
		d := &s.servos[i]
		b := &state[d.Body]
		w := d.speed(b)
		d.accelerate(b, d.servo.end[0]*(d.asked(action)-d.place(b))+d.servo.end[1]*w-w)
	}
}

// place and speed are those of a body along the axis, in m and m/s.
func (d *drive) place(b *sim.BodyState) float64 { return d.Axis.X*b.X + d.Axis.Y*b.Y }
func (d *drive) speed(b *sim.BodyState) float64 { return d.Axis.X*b.VX + d.Axis.Y*b.VY }

// accelerate adds to the speed of a body along the axis.
func (d *drive) accelerate(b *sim.BodyState, by float64) {
	b.VX, b.VY = b.VX+by*d.Axis.X, b.VY+by*d.Axis.Y
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
	for _, i := range s.dynamic {
		b := &state[i]
		b.VX, b.VY = s.keep*b.VX+s.gained.X, s.keep*b.VY+s.gained.Y
		b.Omega *= s.keepAngular
	}
	s.apply(s.pushes, state, action)
}

// push gives a body an impulse along the axis.
func (d *drive) push(state sim.State, impulse float64) {
	d.accelerate(&state[d.Body], impulse*d.mass)
}

// thrust gives a body an impulse along its own axis.
func (d *drive) thrust(state sim.State, impulse float64) {
	b := &state[d.Body]
	axis, by := d.Axis.Rotate(b.Angle), impulse*d.mass
	b.VX, b.VY = b.VX+by*axis.X, b.VY+by*axis.Y
}

// twist gives a body an angular impulse, and the opposite one to the body that it
// works against.
func (d *drive) twist(state sim.State, impulse float64) {
	state[d.Body].Omega += impulse * d.moment
	if d.Against != sim.World {
		state[d.Against].Omega -= impulse * d.opposite
	}
}

// Rub slows bodies by friction with the ground. It comes after all other forces.
func (s *Step) Rub(state sim.State) {
	for _, g := range s.gripped {
		b := &state[g.body]
		x := sim.Vec{X: 1}.Rotate(b.Angle)
		y := x.Perp()
		v := b.Velocity()
		v = x.Scale(towardsZero(v.Dot(x), g.Along*s.time)).Add(y.Scale(towardsZero(v.Dot(y), g.Across*s.time)))
		b.VX, b.VY = v.X, v.Y
		b.Omega = towardsZero(b.Omega, g.Spin*s.time)
	}
}

// towardsZero returns v brought nearer to 0 by at most d.
func towardsZero(v, d float64) float64 { return math.Copysign(max(math.Abs(v)-d, 0), v) }
