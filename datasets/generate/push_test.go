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

// push makes the trajectory of an episode and its outcomes: 1 to 3 discs, the
// first of them with up to two actuators.
func push(spec datasets.Spec, episode int) (*sim.Trajectory, []datasets.Outcome) {
	random := sim.NewRand(spec.Seed, "push", episode)
	t := flight(spec, episode)
	t.States = t.States[:1+random.IntN(spec.Frames)]
	for _, axis := range []sim.Vec{{X: 1}, {Y: 1}}[:random.IntN(3)] {
		t.Scene.Actuators = append(t.Scene.Actuators, sim.Actuator{
			Kind: sim.Force, Against: sim.World, Low: -1, High: 1, Axis: axis,
		})
	}
	outcomes := make([]datasets.Outcome, len(t.States)-1)
	for k := range outcomes {
		outcomes[k] = datasets.Outcome{Reward: float64(float32(random.NormFloat64())), Success: random.IntN(2) == 0}
		if len(t.Scene.Actuators) > 0 {
			action := make(sim.Action, len(t.Scene.Actuators))
			for i := range action {
				action[i] = float64(random.Float32())
			}
			t.Actions = append(t.Actions, action)
		}
	}
	if n := len(outcomes); n > 0 {
		outcomes[n-1].Done, outcomes[n-1].Truncated = true, random.IntN(2) == 0
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
