package baseline

import (
	"errors"
	"fmt"
	"math"

	"orrery/sim"
	"orrery/world"
)

// Motion is what a trained baseline is told instead of having to learn it: how
// bodies fly, and the typical sizes by which everything is divided that goes into
// its network or comes out. It is measured; see MeasureMotion.
type Motion struct {
	Flight world.Flight `json:"flight"`
	Mass   float64      `json:"mass"`   // kg, mean
	Length float64      `json:"length"` // m, mean radius of gyration; an angular velocity counts by it
	Speed  float64      `json:"speed"`  // m/s, root mean square
	Kick   float64      `json:"kick"`   // m/s, root mean square of what a frame adds to velocities beside flight
	Lift   float64      `json:"lift"`   // m/s, the same for displacements, divided by the frame time
}

// MeasureMotion measures trajectories, which must hold enough free flight to read
// gravity off, and something else as well.
func MeasureMotion(trajectories []*sim.Trajectory) (Motion, error) {
	flight, err := world.MeasureFlight(trajectories)
	if err != nil {
		return Motion{}, err
	}
	m := Motion{Flight: flight, Length: world.Gyration(trajectories)}
	var mass, speed, kick, lift mean
	var moved sim.State
	for _, t := range trajectories {
		for i := range t.Scene.Bodies {
			if b := &t.Scene.Bodies[i]; b.Kind == sim.Dynamic {
				mass.add(b.Mass)
			}
		}
		for frame := range len(t.States) - 1 {
			now := t.States[frame]
			moved = m.fly(append(moved[:0], now...), t.Scene)
			for i := range now {
				if t.Scene.Bodies[i].Kind != sim.Dynamic {
					continue
				}
				r := m.residual(&moved[i], &t.States[frame+1][i])
				for k := range 3 {
					kick.add(r[k] * r[k])
					lift.add(r[3+k] * r[3+k])
				}
				speed.add(now[i].Velocity().Dot(now[i].Velocity()))
			}
		}
	}
	m.Mass, m.Speed, m.Kick, m.Lift = mass.value(), math.Sqrt(speed.value()), math.Sqrt(kick.value()), math.Sqrt(lift.value())
	if m.Kick == 0 {
		return m, errors.New("nothing happens but free flight; there is nothing to learn")
	}
	return m, nil
}

// mean is a running mean.
type mean struct {
	sum float64
	n   int
}

func (m *mean) add(x float64)  { m.sum, m.n = m.sum+x, m.n+1 }
func (m *mean) value() float64 { return m.sum / float64(max(m.n, 1)) }

// defaultMotion returns sizes near those of the built-in scenarios.
func defaultMotion() Motion {
	return Motion{Flight: world.DefaultFlight(), Mass: 1, Length: 0.1, Speed: 1, Kick: 1, Lift: 0.1}
}

func (m *Motion) validate() error {
	if err := m.Flight.Validate(); err != nil {
		return err
	}
	for _, f := range []struct {
		name  string
		value float64
	}{{"mass", m.Mass}, {"length", m.Length}, {"speed", m.Speed}, {"kick", m.Kick}, {"lift", m.Lift}} {
		if !(f.value > 0 && f.value <= sim.MaxMagnitude) {
			return fmt.Errorf("%s %v must be above 0 and at most %v", f.name, f.value, float64(sim.MaxMagnitude))
		}
	}
	return nil
}

// fly advances state by a frame in which nothing touches anything, and returns it.
func (m *Motion) fly(state sim.State, scene *sim.Scene) sim.State {
	dt := m.Flight.FrameTime
	for i := range state {
		s := &state[i]
		s.X, s.Y, s.Angle = s.X+s.VX*dt, s.Y+s.VY*dt, s.Angle+s.Omega*dt
	}
	step := m.Flight.Step(scene, 1)
	step.Force(state, nil)
	return state
}

// outputs is how many numbers a network answers for a body.
const outputs = 6

// residual returns, in m/s, what happened to a body beside flight: the kick that
// its velocity got and the lift that displaced it, as x, y and turning each.
func (m *Motion) residual(moved, next *sim.BodyState) [outputs]float64 {
	dt := m.Flight.FrameTime
	return [outputs]float64{
		next.VX - moved.VX, next.VY - moved.VY, m.Length * (next.Omega - moved.Omega),
		(next.X - moved.X) / dt, (next.Y - moved.Y) / dt, m.Length * (next.Angle - moved.Angle) / dt,
	}
}

// correct undoes residual: it changes moved by a network's answer, which is in
// units of Kick and Lift.
func (m *Motion) correct(moved *sim.BodyState, answer *[outputs]float32) {
	kick := func(k int) float64 { return m.Kick * float64(answer[k]) }
	lift := func(k int) float64 { return m.Lift * m.Flight.FrameTime * float64(answer[3+k]) }
	moved.VX, moved.VY, moved.Omega = moved.VX+kick(0), moved.VY+kick(1), moved.Omega+kick(2)/m.Length
	moved.X, moved.Y, moved.Angle = moved.X+lift(0), moved.Y+lift(1), moved.Angle+lift(2)/m.Length
}

// appendTarget appends the answer by which correct would bring a residual about.
func (m *Motion) appendTarget(dst []float32, residual *[outputs]float64) []float32 {
	for k, r := range residual {
		unit := m.Kick
		if k >= 3 {
			unit = m.Lift
		}
		dst = append(dst, float32(r/unit))
	}
	return dst
}
