package policy

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"orrery/sim"
)

// Path tells a robot or some actuators what to do in the course of an episode. Between two times
// it is interpolated; before the first and after the last it stays as it is there.
type Path struct {
	Times []float64 // s after the start, rising

	// Either a robot, as Robots has them, is where Places say at those times, or on its way there.
	Robot  int       // index
	Places []sim.Vec // m, one for each time

	// Or actuators do what Values say.
	Actuators []int       // indices
	Values    [][]float64 // for each time one for each of Actuators, in its unit
}

// Validate returns an error unless the path can be followed in a scene.
func (p *Path) Validate(scene *sim.Scene) error {
	points := len(p.Places)
	if len(p.Actuators) > 0 {
		points = len(p.Values)
	}
	if len(p.Times) == 0 || points != len(p.Times) || len(p.Actuators) > 0 && len(p.Places) > 0 {
		return fmt.Errorf("%d times must each have either a place or values, and there are %d", len(p.Times), points)
	}
	for i, t := range p.Times {
		if !(t >= 0) || math.IsInf(t, 0) || i > 0 && !(t > p.Times[i-1]) {
			return fmt.Errorf("time %d: %v s must be ≥ 0 and later than the one before", i, t)
		}
	}
	finite := func(x float64) bool { return x-x == 0 }
	for i, v := range p.Places {
		if !finite(v.X) || !finite(v.Y) {
			return fmt.Errorf("place %d: %v must be finite", i, v)
		}
	}
	for i, values := range p.Values {
		if len(values) != len(p.Actuators) || !finite(sum(values)) {
			return fmt.Errorf("values %d: %v must be finite and one for each of %d actuators", i, values, len(p.Actuators))
		}
	}
	for _, a := range p.Actuators {
		if a < 0 || a >= len(scene.Actuators) {
			return fmt.Errorf("actuator %d must be 0 to %d", a, len(scene.Actuators)-1)
		}
	}
	if len(p.Actuators) == 0 && !slices.Contains(Robots(scene), p.Robot) {
		return fmt.Errorf("body %d must be kinematic and have actuators that take it along x and y", p.Robot)
	}
	return nil
}

func sum(values []float64) (total float64) {
	for _, v := range values {
		total += v
	}
	return total
}

// at returns between which two points a time is, and its share of the way from the first to
// the second, 0 to 1.
func (p *Path) at(time float64) (first, second int, share float64) {
	k, exact := slices.BinarySearch(p.Times, time)
	switch {
	case exact || k == 0:
		return k, k, 0
	case k == len(p.Times):
		return k - 1, k - 1, 0
	}
	return k - 1, k, (time - p.Times[k-1]) / (p.Times[k] - p.Times[k-1])
}

// Waypoints returns a policy that follows paths. Of returns those for a scene; those that do
// not pass Validate are not followed. What no path moves rests.
func Waypoints(name, doc string, of func(scene *sim.Scene) []Path) Policy {
	return New(name, doc, func(_ *rand.Rand, scene *sim.Scene) sim.Policy {
		paths := slices.DeleteFunc(slices.Clone(of(scene)), func(p Path) bool { return p.Validate(scene) != nil })
		dt := scene.FrameTime()
		return func(frame int, state sim.State) sim.Action {
			action := scene.Rest()
			for i := range paths {
				if p := &paths[i]; len(p.Actuators) > 0 {
					p.set(action, float64(frame)*dt)
				} else {
					// A robot is to be there when the frame is over.
					first, second, share := p.at(float64(frame+1) * dt)
					from := p.Places[first]
					robot := pusher{scene: scene, robot: p.Robot}
					robot.drive(action, state, from.Add(p.Places[second].Sub(from).Scale(share)), 1/dt)
				}
			}
			return action
		}
	})
}

// set writes the values of a time into an action.
func (p *Path) set(action sim.Action, time float64) {
	first, second, share := p.at(time)
	for i, actuator := range p.Actuators {
		from := p.Values[first][i]
		action[actuator] = from + share*(p.Values[second][i]-from)
	}
}
