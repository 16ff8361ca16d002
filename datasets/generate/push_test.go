package generate

import (
	"context"

	"orrery/datasets"
	"orrery/sim"
)

// pushSpec describes datasets of discs that are pushed, each for as long as it
// likes.
func pushSpec() datasets.Spec {
	spec := testSpec()
	spec.Scenario, spec.Policy = "push", "noise"
	return spec
}

// push makes the trajectory of an episode and its outcomes.
func push(spec datasets.Spec, episode int) (*sim.Trajectory, []datasets.Outcome) {
	t, made := flightsOf(spec).Push(episode)
	outcomes := make([]datasets.Outcome, len(made))
	for i, o := range made {
		outcomes[i] = datasets.Outcome(o)
	}
	return t, outcomes
}

func pushes(spec datasets.Spec) func() Maker {
	return func() Maker {
		return func(_ context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
			trajectory, outcomes := push(spec, episode)
			return trajectory, outcomes, nil
		}
	}
}
