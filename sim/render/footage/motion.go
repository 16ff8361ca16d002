package footage

import (
	"math"

	"orrery/sim"
)

// between returns the pose of a body at a share, 0 to 1, of the way from one state to
// one that is a time in seconds later. Velocities are those of a.
//
// The body leaves with the first state's velocity and arrives with that of the second.
// It changes from one to the other where both ways come nearest, as it does in a
// collision, and what they are apart there is shared out over the way. So close to a state, where most exposures lie, motion is as
// the state says.
func between(a, b sim.BodyState, share, seconds float64) sim.BodyState {
	out := a
	dv := sim.Vec{X: a.VX - b.VX, Y: a.VY - b.VY}
	gap := sim.Vec{X: b.X - a.X - b.VX*seconds, Y: b.Y - a.Y - b.VY*seconds} // = dv·turn when the ways meet
	turn := turning(dv.Dot(gap), dv.Dot(dv), seconds)
	out.X = leg(a.X, a.VX, b.X, b.VX, share*seconds, turn, seconds)
	out.Y = leg(a.Y, a.VY, b.Y, b.VY, share*seconds, turn, seconds)
	dw := a.Omega - b.Omega
	turn = turning(dw*(b.Angle-a.Angle-b.Omega*seconds), dw*dw, seconds)
	out.Angle = leg(a.Angle, a.Omega, b.Angle, b.Omega, share*seconds, turn, seconds)
	return out
}

// turning returns the time in seconds at which two ways come nearest, kept from both ends.
func turning(product, square, seconds float64) float64 {
	if !(square > 0) {
		return seconds / 2
	}
	return min(max(product/square, 0.05*seconds), 0.95*seconds)
}

// leg returns where a coordinate is at a time in seconds, when it goes from one place to another, each with its speed, and changes its speed at turn.
func leg(from, speed, to, arriving, time, turn, seconds float64) float64 {
	out, in := from+speed*turn, to-arriving*(seconds-turn)
	middle := (out + in) / 2
	if time <= turn {
		return from + speed*time + (middle-out)*time/turn
	}
	left := seconds - time
	return to - arriving*left + (middle-in)*left/(seconds-turn)
}

// at returns the state at a time in seconds after the first state; before it and after the last one bodies go on as they went.
func (s *Shot) at(time float64) sim.State {
	step := s.scene.FrameTime()
	place := time / step
	frame := int(math.Round(place))
	if frame >= 0 && frame < len(s.states) && math.Abs(place-float64(frame)) < 1e-6 {
		return s.states[frame]
	}
	frame = min(max(int(math.Floor(place)), 0), len(s.states)-1)
	out := make(sim.State, len(s.states[frame]))
	for i, a := range s.states[frame] {
		if place < 0 || frame == len(s.states)-1 {
			t := time - float64(frame)*step
			a.X, a.Y, a.Angle = a.X+a.VX*t, a.Y+a.VY*t, a.Angle+a.Omega*t
			out[i] = a
			continue
		}
		out[i] = between(a, s.states[frame+1][i], place-float64(frame), step)
	}
	return out
}
