package eval

import (
	"math"

	"gonum.org/v1/gonum/floats"

	"orrery/sim"
	"orrery/world"
)

// comparison has the errors of one prediction of one episode.
type comparison struct {
	position    []float64 // [t], m, mean over the dynamic bodies
	angle       []float64 // [t], rad, likewise
	energy      float64   // share of the initial energy; NaN if there is none or the prediction ended before
	drift       float64   // 1/s; NaN if a wall was always near
	penetration float64   // m
	scaled      [len(scaledFrames)]float64
	stacked     stacked
	impacts     impactSums   // likewise of those in which a body hits one thing
	motions     motionSums   // of one-step errors; empty if not asked for
	expectation *expectation // of a model that has one
	scene       string       // its name
	failure     *Failure
	escape      *world.Escape // what is predicted first that cannot be right, or nil
	farthest    float64       // m beyond the arena, of the centre of any body
	fastest     float64       // m/s, likewise
}

// compare holds predicted states, the start first, against episode i. Fewer
// states than frames mean that the prediction failed there for that reason. The model has
// seen what is given in training; nil takes the fastest of the true episodes for it.
func (v *evaluation) compare(i int, predicted []sim.State, reason error, seen *world.Seen) comparison {
	t, arena := v.trajectories[i], &v.arenas[i]
	c := comparison{scene: t.Scene.Name, position: make([]float64, v.frames), angle: make([]float64, v.frames), energy: math.NaN()}
	for k := range c.position {
		if k < len(predicted) {
			c.position[k], c.angle[k] = off(t, predicted, k)
		} else {
			c.position[k], c.angle[k] = arena.size(), math.Pi
		}
	}
	if k := v.headlineFrame; k < len(predicted) {
		off := math.Abs(t.Scene.Energy(predicted[k]) - t.Scene.Energy(t.States[k]))
		if scale := arena.energy(t.Scene, t.States[0]); scale > 0 {
			c.energy = off / scale
		}
	}
	guard := v.guard(t, predicted, seen)
	c.escape, c.farthest, c.fastest = guard.Escape(), guard.Farthest(), guard.Fastest()
	c.penetration, c.drift = touches(t.Scene, predicted)
	c.scaled, c.stacked = v.scaledErrors(t, predicted), v.stack(i, predicted)
	if reason != nil {
		c.failure = &Failure{Episode: i, Scene: t.Scene.Name, Frame: len(predicted), Reason: reason.Error()}
	}
	return c
}

// average returns the mean of several comparisons of one episode, into the first. A
// value that one of them lacks is lacking.
func average(draws []comparison) comparison {
	sum := &draws[0]
	for _, t := range draws[1:] {
		floats.Add(sum.position, t.position)
		floats.Add(sum.angle, t.angle)
		sum.energy += t.energy
		sum.drift += t.drift
		sum.penetration += t.penetration
		floats.Add(sum.scaled[:], t.scaled[:])
		sum.stacked.deepest += t.stacked.deepest
		sum.stacked.drift += t.stacked.drift
		if sum.escape == nil {
			sum.escape, sum.farthest, sum.fastest = t.escape, t.farthest, t.fastest
		}
	}
	share := 1 / float64(len(draws))
	floats.Scale(share, sum.position)
	floats.Scale(share, sum.angle)
	sum.energy *= share
	sum.drift *= share
	sum.penetration *= share
	floats.Scale(share, sum.scaled[:])
	sum.stacked.deepest *= share
	sum.stacked.drift *= share
	return *sum
}

// arena is the box a scene plays in.
type arena struct{ low, high sim.Vec }

// newArena returns the box of the walls' vertices or, without walls, of the
// places the bodies truly come to.
func newArena(t *sim.Trajectory) arena {
	inf := math.Inf(1)
	a := arena{sim.Vec{X: inf, Y: inf}, sim.Vec{X: -inf, Y: -inf}}
	for i := range t.Scene.Walls {
		for _, p := range t.Scene.Walls[i].Vertices {
			a.include(p)
		}
	}
	if len(t.Scene.Walls) == 0 {
		for _, state := range t.States {
			for i := range state {
				a.include(state[i].Position())
			}
		}
	}
	return a
}

func (a *arena) include(p sim.Vec) {
	a.low = sim.Vec{X: min(a.low.X, p.X), Y: min(a.low.Y, p.Y)}
	a.high = sim.Vec{X: max(a.high.X, p.X), Y: max(a.high.Y, p.Y)}
}

// size returns the longer side in metres.
func (a *arena) size() float64 { return max(a.high.X-a.low.X, a.high.Y-a.low.Y) }

// energy returns the energy of a state in joules, the potential part measured
// from the lowest place of the arena, where the scene's own is 0 at the origin.
func (a *arena) energy(scene *sim.Scene, state sim.State) float64 {
	mass, g := 0.0, scene.Gravity
	for i := range scene.Bodies {
		mass += scene.Bodies[i].Mass // 0 when kinematic
	}
	lowest := max(g.X*a.low.X, g.X*a.high.X) + max(g.Y*a.low.Y, g.Y*a.high.Y)
	return scene.Energy(state) + mass*lowest
}
