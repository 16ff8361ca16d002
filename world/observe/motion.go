package observe

import (
	"math"

	"orrery/sim"
)

// motion is how a body moves freely, under gravity g in m/s² with shares of velocity and
// angular velocity that it loses in 1/s.
type motion struct {
	g         sim.Vec
	drag      float64
	turnDrag  float64
	kinematic bool
}

func (l *Law) motion(scene *sim.Scene, body int) motion {
	if scene.Bodies[body].Kind == sim.Kinematic {
		return motion{kinematic: true} // which keeps its velocity
	}
	damping := -math.Log(max(scene.Damping, 1e-6))
	return motion{g: scene.Gravity.Add(l.Gravity), drag: damping + l.Drag, turnDrag: damping + l.TurnDrag}
}

// glide is what dt seconds do to one coordinate: x += reach·v + fall·g, v = keep·v + reach·g.
type glide struct{ reach, keep, fall float64 }

func newGlide(drag, dt float64) glide {
	z := drag * dt
	if math.Abs(z) < 1e-4 {
		return glide{dt * (1 - z/2), 1 - z + z*z/2, dt * dt / 2 * (1 - z/3)}
	}
	reach := -math.Expm1(-z) / drag
	return glide{reach, math.Exp(-z), (dt - reach) / drag}
}

// line is a coordinate and its velocity, known so well.
type line struct {
	x, v       float64
	pp, pv, vv float64 // covariance
}

// fly moves l on with acceleration g and adds what unknown pushes of density q do: a white noise
// of acceleration, whose unit is that of v² per s.
func (l *line) fly(s glide, g, q, dt float64) {
	l.x += s.reach*l.v + s.fall*g
	l.v = s.keep*l.v + s.reach*g
	pp := l.pp + 2*s.reach*l.pv + s.reach*s.reach*l.vv
	pv := s.keep * (l.pv + s.reach*l.vv)
	l.pp, l.pv, l.vv = pp+q*dt*dt*dt/3, pv+q*dt*dt/2, s.keep*s.keep*l.vv+q*dt
}

// see corrects l by a measurement of x of variance r.
func (l *line) see(x, r float64) {
	s := l.pp + r
	d := x - l.x
	kx, kv := l.pp/s, l.pv/s
	l.x, l.v = l.x+kx*d, l.v+kv*d
	l.vv -= kv * l.pv
	l.pv -= kx * l.pv
	l.pp *= r / s
}

// surprise returns how unlikely a measurement is: minus twice the logarithm of its density, less a constant.
func (l *line) surprise(x, r float64) float64 {
	s := l.pp + r
	return (x-l.x)*(x-l.x)/s + math.Log(s)
}
