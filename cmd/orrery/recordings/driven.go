package recordings

import (
	"math"

	"orrery/sim"
	"orrery/world/observe"
)

// servos are those that drive a body along x and along y of the world, and nothing else does.
type servos [2]*sim.Actuator

// servosOf returns the servos of a kinematic body, their places among the actuators, and whether they are all that
// drives it.
func servosOf(scene *sim.Scene, body int) (found servos, places [2]int, ok bool) {
	if scene.Bodies[body].Kind != sim.Kinematic {
		return found, places, false
	}
	for i := range scene.Actuators {
		a := &scene.Actuators[i]
		if a.Body != body {
			continue
		}
		axis := 0
		if a.Axis == (sim.Vec{Y: 1}) {
			axis = 1
		} else if a.Axis != (sim.Vec{X: 1}) {
			return found, places, false
		}
		if a.Kind != sim.Servo || a.Against != sim.World || found[axis] != nil {
			return found, places, false
		}
		found[axis], places[axis] = a, i
	}
	return found, places, found[0] != nil && found[1] != nil
}

// serve returns where a servo takes a place and a velocity in a frame, as the engine does it.
func serve(a *sim.Actuator, scene *sim.Scene, x, v, target float64) (float64, float64) {
	dt := scene.StepTime()
	for range scene.Substeps {
		v += dt * (a.Stiffness*(target-x) - a.Damping*v)
		x += dt * v
	}
	return x, v
}

// drive sets the velocities of bodies that servos drive: from a place, the next place and what the servo was asked for
// the velocity follows, which changes too fast for an estimate of places alone. Noise is that of a place in metres.
// Where the places do not move as the servos would have them, the estimate stays.
func drive(scene *sim.Scene, found *observe.Estimate, actions []sim.Action, seen func(k, body int) bool, noise float64) {
	for body := range scene.Bodies {
		by, places, ok := servosOf(scene, body)
		if !ok || len(found.States) < 3 {
			continue
		}
		var solved [2][]float64
		var deviation [2]float64
		for axis, servo := range by {
			at := func(k int) float64 { return place(found.States[k][body], axis) }
			if solved[axis], deviation[axis], ok = solve(servo, scene, len(found.States), at, func(k int) float64 {
				return math.Min(math.Max(actions[k][places[axis]], servo.Low), servo.High)
			}, noise); !ok {
				break
			}
		}
		if !ok {
			continue
		}
		last := len(found.States) - 1
		for k := range found.States {
			if !seen(k, body) || k < last && !seen(k+1, body) || k == last && !seen(k-1, body) {
				continue
			}
			found.States[k][body].VX, found.States[k][body].VY = solved[0][k], solved[1][k]
			covariance := &found.Covariance[k][body]
			for axis := range solved {
				at := 3 + axis // of x y angle vx vy omega
				for i := range sim.StateSize {
					covariance[at*sim.StateSize+i], covariance[i*sim.StateSize+at] = 0, 0
				}
				covariance[at*sim.StateSize+at] = deviation[axis] * deviation[axis]
			}
		}
	}
}

func place(s sim.BodyState, axis int) float64 {
	if axis == 0 {
		return s.X
	}
	return s.Y
}

// solve returns the velocities [t] at places that a servo has led to, and their deviation. They are not ok where the
// velocities that follow from one frame to the next differ from those.
func solve(a *sim.Actuator, scene *sim.Scene, t int, at, target func(k int) float64, noise float64) (v []float64, deviation float64, ok bool) {
	stay, _ := serve(a, scene, 1, 0, 0) // where the servo takes a place of 1, a velocity of 1 and a target of 1
	move, _ := serve(a, scene, 0, 1, 0)
	pull, _ := serve(a, scene, 0, 0, 1)
	if !(math.Abs(move) > 1e-6) {
		return nil, 0, false
	}
	for k := range t - 1 {
		v = append(v, (at(k+1)-stay*at(k)-pull*target(k))/move)
	}
	_, end := serve(a, scene, at(t-2), v[t-2], target(t-2))
	v = append(v, end)
	deviation = noise * math.Hypot(1, stay) / math.Abs(move)
	off, size := 0.0, 0.0
	for k := range t - 2 {
		_, next := serve(a, scene, at(k), v[k], target(k))
		off, size = off+math.Abs(next-v[k+1]), size+math.Abs(v[k+1])
	}
	const most = 0.02 // of the velocities
	return v, deviation, off <= 6*deviation*float64(t-2)+most*size
}
