package scenario

import (
	"fmt"
	"slices"

	"orrery/sim"
	"orrery/sim/input"
	"orrery/sim/policy"
)

// Policies returns the policies that may act in the scenario. The first is the default.
// A scenario without actuators has only the policy named none.
func (s *Scenario) Policies() []policy.Policy { return append(slices.Clone(s.Acting), policy.None()) }

// Policy returns the policy of a name, or the default for the empty name. The
// error for an unknown one lists those there are.
func (s *Scenario) Policy(name string) (policy.Policy, error) {
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
	return policy.Policy{}, fmt.Errorf("%s: %w", s.Name, input.Unknown("policy", name, names))
}

// Proposals returns a function that gives ways to act in a scene that a planner may try: what
// the scenario's default policy does, with other random numbers each time.
func (s *Scenario) Proposals(seed uint64, episode int, scene *sim.Scene) func() sim.Policy {
	usual, draws := s.Policies()[0], sim.NewRand(seed, "proposals", episode)
	return func() sim.Policy { return usual.Start(draws.Uint64(), episode, scene) }
}
