package contact

import (
	"math"

	"orrery/learn/tape"
	"orrery/sim"
	"orrery/world/flight"
)

// Velocities that mechanics outside the tape changed in the state alone are brought
// onto it with the slopes that gradients need.

// follow brings the tape up to the velocities of state. The slopes of scene after
// scene are appended by a function; nil means that what was added does not depend on
// the velocities.
func (c *course) follow(slopes func(dst []slope, s *placed, state sim.State) []slope) {
	if !c.linked {
		c.stale = true
		return
	}
	op := c.run.follows.take()
	op.values = appendVelocity(op.values[:0], c.state)
	op.slopes = op.slopes[:0]
	if slopes != nil {
		for _, s := range c.busy {
			op.slopes = slopes(op.slopes, s, s.bodies(c.state))
		}
	}
	c.velocity = c.run.tape.Apply(op, len(c.state), 3, c.velocity)
}

// slope says how the velocity of a body changes with the velocity before: a symmetric matrix,
// and a factor for the angular velocity.
type slope struct{ xx, xy, yy, turn float32 }

// dragSlopes appends the slopes of drag and of forces that do not depend on velocities.
func dragSlopes(dst []slope, s *placed, step *flight.Step) []slope {
	linear, angular := step.Keep()
	for i := range s.scene.Bodies {
		if s.scene.Bodies[i].Kind == sim.Dynamic {
			dst = append(dst, slope{float32(linear), 0, float32(linear), float32(angular)})
		} else {
			dst = append(dst, slope{1, 0, 1, 1})
		}
	}
	return dst
}

// stopped is the speed, in m/s or rad/s, below which friction has stopped a body.
const stopped = 1e-12

// rubSlopes appends the slopes of friction with the ground, from the velocities it
// left: a motion that it stopped no longer depends on how fast it was.
func rubSlopes(dst []slope, s *placed, state sim.State) []slope {
	moves := func(v float64) float32 {
		if math.Abs(v) < stopped {
			return 0
		}
		return 1
	}
	for i := range state {
		if s.scene.Bodies[i].Grip == (sim.Grip{}) {
			dst = append(dst, slope{1, 0, 1, 1})
			continue
		}
		b := &state[i]
		x := sim.Vec{X: 1}.Rotate(b.Angle)
		along, across := moves(b.Velocity().Dot(x)), moves(x.Cross(b.Velocity()))
		cos, sin := float32(x.X), float32(x.Y)
		dst = append(dst, slope{
			xx: along*cos*cos + across*sin*sin, xy: (along - across) * cos * sin, yy: along*sin*sin + across*cos*cos,
			turn: moves(b.Omega),
		})
	}
	return dst
}

// followOp replaces velocities [n, 3] by given ones. Gradients pass by the slopes, or
// as they are without any; springs count as if they did not damp.
type followOp struct {
	values []float32 // [n, 3]
	slopes []slope   // [n], or none
}

func (op *followOp) Forward(out tape.Matrix, _ []tape.Matrix) { copy(out.Data, op.values) }

func (op *followOp) Backward(_, outGrad tape.Matrix, _, inGrad []tape.Matrix) {
	d, dv := outGrad.Data, inGrad[0].Data
	if len(op.slopes) == 0 {
		for i := range d {
			dv[i] += d[i]
		}
		return
	}
	for i, s := range op.slopes {
		x, y := d[3*i], d[3*i+1]
		dv[3*i] += s.xx*x + s.xy*y
		dv[3*i+1] += s.xy*x + s.yy*y
		dv[3*i+2] += s.turn * d[3*i+2]
	}
}
