package policy

import (
	"math"
	"math/rand/v2"

	"orrery/sim"
)

// Robots returns the kinematic bodies of a scene that actuators can take anywhere in the
// plane, in the order of their indices.
func Robots(scene *sim.Scene) (robots []int) {
	for i := range scene.Bodies {
		if scene.Bodies[i].Kind != sim.Kinematic {
			continue
		}
		var first sim.Vec // the axis of one that moves it
		for _, a := range scene.Actuators {
			if a.Body != i || !drives(a.Kind) {
				continue
			}
			if first == (sim.Vec{}) {
				first = a.Axis
			} else if math.Abs(first.Cross(a.Axis)) > 1e-9 {
				robots = append(robots, i)
				break
			}
		}
	}
	return robots
}

// drives reports whether an actuator of a kind takes a kinematic body along an axis.
func drives(kind sim.ActuatorKind) bool {
	switch kind {
	case sim.Servo, sim.Velocity:
		return true
	case sim.Force, sim.Thrust, sim.Torque, sim.Steer:
		return false
	}
	panic("policy: no rule for actuators of kind " + string(kind))
}

// pusher drives a robot of a scene.
type pusher struct {
	scene     *sim.Scene
	robot     int
	low, high sim.Vec // m, where the robot has room between the walls
}

func newPusher(scene *sim.Scene, robot int) *pusher {
	p := &pusher{scene: scene, robot: robot}
	p.low, p.high = Arena(scene, scene.Bodies[robot].Reach())
	return p
}

// Arena returns the corners of what lies inside all walls by a margin, in metres. Without
// walls it is a box round all bodies at their start and all goals, with as much again to
// each side.
func Arena(scene *sim.Scene, margin float64) (low, high sim.Vec) {
	low, high = sim.Vec{X: math.Inf(1), Y: math.Inf(1)}, sim.Vec{X: math.Inf(-1), Y: math.Inf(-1)}
	cover := func(v sim.Vec, margin float64) {
		low = sim.Vec{X: min(low.X, v.X+margin), Y: min(low.Y, v.Y+margin)}
		high = sim.Vec{X: max(high.X, v.X-margin), Y: max(high.Y, v.Y-margin)}
	}
	for i := range scene.Walls {
		for _, v := range scene.Walls[i].Vertices {
			cover(v, margin)
		}
	}
	if len(scene.Walls) > 0 {
		return low, high
	}
	for i := range scene.Bodies {
		cover(scene.Bodies[i].Start.Position(), -scene.Bodies[i].Reach())
	}
	for i := range scene.Goals {
		if kind := scene.Goals[i].Kind; kind == sim.Place || kind == sim.Pose {
			cover(scene.Goals[i].Target, 0)
		}
	}
	size := high.Sub(low)
	return low.Sub(size).Add(sim.Vec{X: margin, Y: margin}), high.Add(size).Sub(sim.Vec{X: margin, Y: margin})
}

// Confine returns the point nearest to v between two corners, all in metres.
func Confine(v, low, high sim.Vec) sim.Vec {
	return sim.Vec{X: min(max(v.X, low.X), high.X), Y: min(max(v.Y, low.Y), high.Y)}
}

// clearance returns how far the robot's centre is from that of a body it passes.
func (p *pusher) clearance(thing int) float64 {
	return 1.1 * (p.scene.Bodies[p.robot].Reach() + p.scene.Bodies[thing].Reach())
}

// towards asks, in an action, that the robot go straight to a place.
func (p *pusher) towards(action sim.Action, state sim.State, place sim.Vec) {
	const hurry = 8 // 1/s, a robot's speed by its distance
	p.drive(action, state, Confine(place, p.low, p.high), hurry)
}

// drive asks, in an action, that the robot go to a place, at a speed of so much by its
// distance if it has to be told one.
func (p *pusher) drive(action sim.Action, state sim.State, place sim.Vec, hurry float64) {
	for i, a := range p.scene.Actuators {
		if a.Body != p.robot {
			continue
		}
		switch a.Kind {
		case sim.Servo:
			action[i] = a.Axis.Dot(place)
		case sim.Velocity:
			action[i] = hurry * a.Axis.Dot(place.Sub(state[p.robot].Position()))
		case sim.Force, sim.Thrust, sim.Torque, sim.Steer: // at rest, as they move no robot
		}
	}
}

// round asks, in an action, that the robot go to a place without touching a
// body: along a circle about it until the way is free.
func (p *pusher) round(action sim.Action, state sim.State, thing int, place sim.Vec) {
	const turn = 0.7 // rad, how far ahead on the circle the robot looks
	centre, radius := state[thing].Position(), p.clearance(thing)
	from, to := state[p.robot].Position().Sub(centre), place.Sub(centre)
	way := to.Sub(from)
	nearest := from.Add(way.Scale(min(1, max(0, -from.Dot(way)/max(way.Dot(way), 1e-12)))))
	if nearest.Len() < 0.95*min(radius, from.Len(), to.Len()) {
		angle := math.Atan2(from.Cross(to), from.Dot(to))
		to = from.Rotate(min(max(angle, -turn), turn)).Scale(1.1 * radius / max(from.Len(), 1e-12))
	}
	p.towards(action, state, centre.Add(to))
}

// anywhere returns a random place for the robot that is a margin further inside
// than it need be, in metres, or the middle where there is no room.
func (p *pusher) anywhere(rng *rand.Rand, margin float64) sim.Vec {
	symmetric := func() float64 { return 2*rng.Float64() - 1 }
	middle, half := p.low.Add(p.high).Scale(0.5), p.high.Sub(p.low).Scale(0.5)
	x := max(0, half.X-margin) * symmetric()
	return middle.Add(sim.Vec{X: x, Y: max(0, half.Y-margin) * symmetric()})
}
