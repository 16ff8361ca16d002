package task

import "orrery/sim"

// Points are on a body, in its frame, or in the world, where they rest: {Body: i} is the
// centre of mass of body i, {Body: sim.World} the origin.

// velocity returns the velocity of a point, in m/s.
func velocity(p *sim.Point, state sim.State) sim.Vec {
	if p.Body == sim.World {
		return sim.Vec{}
	}
	if p.At == (sim.Vec{}) { // no turning is needed, and many ask
		return state[p.Body].Velocity()
	}
	return state[p.Body].PointVelocity(p.At)
}

// Distance returns the distance between two points, in metres.
func Distance(p, q sim.Point) Measure {
	return func(state sim.State, _ sim.Action) float64 { return p.In(state).Sub(q.In(state)).Len() }
}

// Offset returns how far p is from q along an axis of length 1 of the world, in metres; it
// is negative where p lies behind.
func Offset(p, q sim.Point, axis sim.Vec) Measure {
	return func(state sim.State, _ sim.Action) float64 { return p.In(state).Sub(q.In(state)).Dot(axis) }
}

// Height returns the y of a point, in metres.
func Height(p sim.Point) Measure {
	return func(state sim.State, _ sim.Action) float64 { return p.In(state).Y }
}

// Speed returns how fast p moves as seen from q, which does not turn, in m/s.
func Speed(p, q sim.Point) Measure {
	return func(state sim.State, _ sim.Action) float64 { return velocity(&p, state).Sub(velocity(&q, state)).Len() }
}

// Velocity returns how fast p moves as seen from q along an axis of length 1 of the world,
// in m/s; it is negative where p moves backwards.
func Velocity(p, q sim.Point, axis sim.Vec) Measure {
	return func(state sim.State, _ sim.Action) float64 {
		return velocity(&p, state).Sub(velocity(&q, state)).Dot(axis)
	}
}

// Heading returns the angle of body a less that of b, in radians and not wrapped; b may be
// sim.World. Of the bodies of a joint it is the joint's angle.
func Heading(a, b int) Measure {
	if b == sim.World {
		return func(state sim.State, _ sim.Action) float64 { return state[a].Angle }
	}
	return func(state sim.State, _ sim.Action) float64 { return state[a].Angle - state[b].Angle }
}

// Spin returns the angular velocity of body a less that of b, in rad/s; b may be sim.World.
// Of the bodies of a joint it is the joint's rate.
func Spin(a, b int) Measure {
	if b == sim.World {
		return func(state sim.State, _ sim.Action) float64 { return state[a].Omega }
	}
	return func(state sim.State, _ sim.Action) float64 { return state[a].Omega - state[b].Omega }
}
