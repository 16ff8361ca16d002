package scenario

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"orrery/sim"
)

// Policy is a named way to act in the scenes of a scenario.
type Policy struct {
	Name, Doc string

	start func(rng *rand.Rand, scene *sim.Scene) sim.Policy
}

// Start returns the policy for one episode of a scene, which it sees whole, goals
// included. It is a function of seed, episode and scene, remembers the frames it
// has seen and belongs to one goroutine. Its actions are within the actuators'
// limits.
func (p Policy) Start(seed uint64, episode int, scene *sim.Scene) sim.Policy {
	act := p.start(sim.NewRand(seed, "policy/"+p.Name, episode), scene)
	return func(frame int, state sim.State) sim.Action { return scene.Clip(act(frame, state)) }
}

// Policies returns the policies that may act in the scenario. The first is the default.
// A scenario without actuators has only the policy named none.
func (s *Scenario) Policies() []Policy { return append(slices.Clone(s.policies), none) }

// Policy returns the policy of a name, or the default for the empty name. The
// error for an unknown one lists those there are.
func (s *Scenario) Policy(name string) (Policy, error) {
	policies := s.Policies()
	if name == "" {
		return policies[0], nil
	}
	names := make([]string, len(policies))
	for i, p := range policies {
		if p.Name == name {
			return p, nil
		}
		names[i] = p.Name
	}
	return Policy{}, fmt.Errorf("%s: %w", s.Name, unknown("policy", name, names))
}

// Proposals returns a function that gives ways to act in a scene that a planner may try: what
// the scenario's default policy does, with other random numbers each time.
func (s *Scenario) Proposals(seed uint64, episode int, scene *sim.Scene) func() sim.Policy {
	policy, draws := s.Policies()[0], sim.NewRand(seed, "proposals", episode)
	return func() sim.Policy { return policy.Start(draws.Uint64(), episode, scene) }
}

// The policies that need to know nothing but the actuators.
var (
	none   = Policy{"none", "asks for nothing", startNone}
	random = Policy{"random", "asks for anything at all, for up to half a second each", startRandom}
	noise  = Policy{"noise", "wanders about smoothly (Ornstein and Uhlenbeck's process)", startNoise}
)

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
