package scenario

import (
	"math"
	"math/rand/v2"

	"orrery/sim"
)

// pusher drives the kinematic robot of a scene, which the first actuator moves.
type pusher struct {
	scene     *sim.Scene
	robot     int
	low, high sim.Vec // m, where the robot has room between the walls
}

func newPusher(scene *sim.Scene) *pusher {
	p := &pusher{scene: scene, robot: scene.Actuators[0].Body}
	p.low, p.high = arena(scene, scene.Bodies[p.robot].Reach())
	return p
}

// arena returns the corners of what lies inside all walls by a margin, in metres.
func arena(scene *sim.Scene, margin float64) (low, high sim.Vec) {
	low, high = sim.Vec{X: math.Inf(1), Y: math.Inf(1)}, sim.Vec{X: math.Inf(-1), Y: math.Inf(-1)}
	for i := range scene.Walls {
		for _, v := range scene.Walls[i].Vertices {
			low = sim.Vec{X: min(low.X, v.X+margin), Y: min(low.Y, v.Y+margin)}
			high = sim.Vec{X: max(high.X, v.X-margin), Y: max(high.Y, v.Y-margin)}
		}
	}
	return low, high
}

// confine returns the point nearest to v between two corners.
func confine(v, low, high sim.Vec) sim.Vec {
	return sim.Vec{X: min(max(v.X, low.X), high.X), Y: min(max(v.Y, low.Y), high.Y)}
}

// clearance returns how far the robot's centre is from that of a body it passes.
func (p *pusher) clearance(thing int) float64 {
	return 1.1 * (p.scene.Bodies[p.robot].Reach() + p.scene.Bodies[thing].Reach())
}

// towards returns the action that takes the robot straight to a place.
func (p *pusher) towards(state sim.State, place sim.Vec) sim.Action {
	const hurry = 8 // 1/s, a robot's speed by its distance
	place = confine(place, p.low, p.high)
	action := p.scene.Rest()
	for i, a := range p.scene.Actuators {
		switch a.Kind {
		case sim.Servo:
			action[i] = a.Axis.Dot(place)
		case sim.Velocity:
			action[i] = hurry * a.Axis.Dot(place.Sub(state[p.robot].Position()))
		case sim.Force, sim.Thrust, sim.Torque, sim.Steer: // at rest, as no robot that pushes has one
		}
	}
	return action
}

// round returns the action that takes the robot to a place without touching a
// body: along a circle about it until the way is free.
func (p *pusher) round(state sim.State, thing int, place sim.Vec) sim.Action {
	const turn = 0.7 // rad, how far ahead on the circle the robot looks
	centre, radius := state[thing].Position(), p.clearance(thing)
	from, to := state[p.robot].Position().Sub(centre), place.Sub(centre)
	way := to.Sub(from)
	nearest := from.Add(way.Scale(min(1, max(0, -from.Dot(way)/max(way.Dot(way), 1e-12)))))
	if nearest.Len() < 0.95*min(radius, from.Len(), to.Len()) {
		angle := math.Atan2(from.Cross(to), from.Dot(to))
		to = from.Rotate(min(max(angle, -turn), turn)).Scale(1.1 * radius / max(from.Len(), 1e-12))
	}
	return p.towards(state, centre.Add(to))
}

// play fills data with contact, and knows no goal.
var play = Policy{"play", "goes round some body and pushes it somewhere, off its centre", startPlay}

func startPlay(rng *rand.Rand, scene *sim.Scene) sim.Policy {
	const (
		tries = 20  // of a push that has room to begin
		stray = 0.7 // rad, standard deviation of where it begins from straight behind the body
	)
	p := newPusher(scene)
	var things []int
	for i := range scene.Bodies {
		if scene.Bodies[i].Kind == sim.Dynamic {
			things = append(things, i)
		}
	}
	var thing, approach, push int // the body; frames left to get round it, and then to push it
	var bearing, aim sim.Vec      // m, from the body to where a push begins, and where it leads
	return func(_ int, state sim.State) sim.Action {
		if push == 0 {
			thing = things[rng.IntN(len(things))]
			centre := state[thing].Position()
			for range tries {
				aim = p.anywhere(rng, scene.Bodies[thing].Reach())
				away := centre.Sub(aim)
				bearing = away.Scale(p.clearance(thing) / max(away.Len(), 1e-12)).Rotate(stray * rng.NormFloat64())
				if begin := centre.Add(bearing); begin == confine(begin, p.low, p.high) {
					break
				}
			}
			approach, push = 3*scene.FPS, 2+rng.IntN(2*scene.FPS)
		}
		begin := state[thing].Position().Add(bearing)
		if approach > 0 && state[p.robot].Position().Sub(begin).Len() > 0.2*bearing.Len() {
			approach--
			return p.round(state, thing, begin)
		}
		approach = 0
		if push--; state[p.robot].Position().Sub(aim).Len() < 0.1*bearing.Len() {
			push = 0
		}
		return p.towards(state, aim)
	}
}

// anywhere returns a random place for the robot that is a margin further inside
// than it need be, in metres, or the middle where there is no room.
func (p *pusher) anywhere(rng *rand.Rand, margin float64) sim.Vec {
	middle, half := p.low.Add(p.high).Scale(0.5), p.high.Sub(p.low).Scale(0.5)
	return middle.Add(sim.Vec{X: max(0, half.X-margin) * symmetric(rng), Y: max(0, half.Y-margin) * symmetric(rng)})
}
