package engine

import (
	"math"

	"github.com/jakecoffman/cp/v2"

	"orrery/sim"
)

// step advances the space while the actuators of its scene follow an action, one
// clipped number for each.
func (s *space) step(dt float64, action sim.Action) {
	s.action = action
	for i := range s.scene.Actuators {
		s.steer(&s.scene.Actuators[i], action[i], dt)
	}
	s.Step(dt)
}

// What scenes that validate do not have.
const (
	unknownActuator = "engine: an actuator of an unknown kind"
	unknownJoint    = "engine: a joint of an unknown kind"
	unknownShape    = "engine: a shape of an unknown kind"
)

// steer sets a velocity, if that is what an actuator does.
func (s *space) steer(actuator *sim.Actuator, action, dt float64) {
	body := s.bodies[actuator.Body]
	v := sim.Vec(body.Velocity())
	along := v.Dot(actuator.Axis)
	switch actuator.Kind {
	case sim.Velocity:
		v = v.Add(actuator.Axis.Scale(action - along))
	case sim.Servo:
		x := sim.Vec(body.Position()).Dot(actuator.Axis)
		v = v.Add(actuator.Axis.Scale(dt * (actuator.Stiffness*(action-x) - actuator.Damping*along)))
	case sim.Steer:
		ahead := v.Dot(sim.Vec(body.Rotation()))
		body.SetAngularVelocity(ahead * math.Tan(action) / actuator.Wheelbase)
		return
	case sim.Force, sim.Thrust, sim.Torque: // see push
		return
	default:
		panic(unknownActuator)
	}
	body.SetVelocityVector(cp.Vector(v))
}

// wrench is the force in newtons and the torque in newton metres on a body that is
// at a point.
type wrench struct {
	at     sim.Vec // m
	force  sim.Vec
	torque float64
}

// pushes says whether a scene has forces other than gravity, contacts and joints.
func pushes(scene *sim.Scene) bool {
	for i := range scene.Actuators {
		switch scene.Actuators[i].Kind {
		case sim.Force, sim.Thrust, sim.Torque:
			return true
		case sim.Velocity, sim.Servo, sim.Steer: // see steer
		default:
			panic(unknownActuator)
		}
	}
	return len(scene.Fields) > 0
}

// push hands the forces of fields and actuators to the library, which uses them up
// in its next update of velocities.
func (s *space) push() {
	for i, body := range s.bodies {
		s.wrenches[i] = wrench{at: sim.Vec(body.Position())}
	}
	for i := range s.scene.Fields {
		f := &s.scene.Fields[i]
		a, b := &s.wrenches[f.A], &s.wrenches[f.B]
		force := f.Force(a.at.Sub(b.at))
		a.force, b.force = a.force.Add(force), b.force.Sub(force)
	}
	for i := range s.scene.Actuators {
		a := &s.scene.Actuators[i]
		on := &s.wrenches[a.Body]
		switch a.Kind {
		case sim.Force:
			on.force = on.force.Add(a.Axis.Scale(s.action[i]))
		case sim.Thrust:
			ahead := cp.Vector(a.Axis).Rotate(s.bodies[a.Body].Rotation())
			on.force = on.force.Add(sim.Vec(ahead).Scale(s.action[i]))
		case sim.Torque:
			on.torque += s.action[i]
			if a.Against != sim.World {
				s.wrenches[a.Against].torque -= s.action[i]
			}
		case sim.Velocity, sim.Servo, sim.Steer: // see steer
		default:
			panic(unknownActuator)
		}
	}
	for i, on := range s.wrenches {
		s.bodies[i].SetForce(cp.Vector(on.force))
		s.bodies[i].SetTorque(on.torque)
	}
}

// slow takes from a body the velocity that its grip takes in a step.
func slow(body *cp.Body, grip sim.Grip, dt float64) {
	x := body.Rotation()
	v := body.Velocity().Unrotate(x)
	v.X, v.Y = towardsZero(v.X, grip.Along*dt), towardsZero(v.Y, grip.Across*dt)
	body.SetVelocityVector(v.Rotate(x))
	body.SetAngularVelocity(towardsZero(body.AngularVelocity(), grip.Spin*dt))
}

// towardsZero returns v moved towards 0 by at most step.
func towardsZero(v, step float64) float64 {
	return v - max(-step, min(step, v))
}
