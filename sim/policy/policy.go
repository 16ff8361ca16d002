package policy

import (
	"math"
	"math/rand/v2"
	"slices"

	"orrery/sim"
)

// Policy is a named way to act in scenes.
type Policy struct {
	Name, Doc string

	start func(episode int, rng *rand.Rand, scene *sim.Scene) sim.Policy
}

// New returns a policy. Start returns what acts in one episode of a scene; its actions need
// not be within the actuators' limits, and all that is random must come from rng.
func New(name, doc string, start func(rng *rand.Rand, scene *sim.Scene) sim.Policy) Policy {
	return Policy{name, doc, func(_ int, rng *rand.Rand, scene *sim.Scene) sim.Policy { return start(rng, scene) }}
}

// Start returns the policy for one episode of a scene, which it sees whole, goals
// included. It is a function of seed, episode and scene, remembers the frames it
// has seen and belongs to one goroutine. Its actions are within the actuators'
// limits.
func (p Policy) Start(seed uint64, episode int, scene *sim.Scene) sim.Policy {
	act := p.start(episode, sim.NewRand(seed, "policy/"+p.Name, episode), scene)
	return func(frame int, state sim.State) sim.Action { return scene.Clip(act(frame, state)) }
}

// None returns the policy that asks the actuators for nothing.
func None() Policy { return New("none", "asks for nothing", startNone) }

// Random returns a policy that asks for anything at all, for up to half a second each.
func Random() Policy {
	return New("random", "asks for anything at all, for up to half a second each", startRandom)
}

// Noise returns a policy that wanders about smoothly, each actuator by itself.
func Noise() Policy {
	return New("noise", "wanders about smoothly (Ornstein and Uhlenbeck's process)", startNoise)
}

func startNone(_ *rand.Rand, scene *sim.Scene) sim.Policy {
	return func(int, sim.State) sim.Action { return scene.Rest() }
}

func startRandom(rng *rand.Rand, scene *sim.Scene) sim.Policy {
	held, action := 0, scene.Rest()
	return func(int, sim.State) sim.Action {
		if held--; held < 0 {
			held = rng.IntN(max(1, scene.FPS/2))
			for i, a := range scene.Actuators {
				action[i] = a.Low + (a.High-a.Low)*rng.Float64()
			}
		}
		return slices.Clone(action)
	}
}

func startNoise(rng *rand.Rand, scene *sim.Scene) sim.Policy {
	const (
		memory = 0.5 // s, in which the noise forgets most of where it was
		spread = 0.6 // standard deviation, as a share of half an actuator's range
	)
	keep := math.Exp(-scene.FrameTime() / memory)
	x := make([]float64, len(scene.Actuators))
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	return func(int, sim.State) sim.Action {
		action := make(sim.Action, len(x))
		for i, a := range scene.Actuators {
			action[i] = (a.Low+a.High)/2 + spread*x[i]*(a.High-a.Low)/2
			x[i] = keep*x[i] + math.Sqrt(1-keep*keep)*rng.NormFloat64()
		}
		return action
	}
}
