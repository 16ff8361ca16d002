package identification

import (
	"context"
	"fmt"

	"orrery/sim"
	"orrery/world/identify"
)

// order returns a method that says in which order a source does what a step consists of, from what steps says of
// it: the likeliest order first.
func order(steps func(ctx context.Context, trajectories []*sim.Trajectory) ([]string, error)) identify.Method {
	return func(ctx context.Context, trajectories []*sim.Trajectory, _ *identify.Options) (*identify.Result, error) {
		said, err := steps(ctx, trajectories)
		if err != nil {
			return nil, err
		}
		sentence := "The order of a step of the source does not show: orrery train tries all that are possible."
		if len(said) == 1 {
			sentence = fmt.Sprintf("A step of the source goes in this order: %s.", said[0])
		}
		return &identify.Result{Sentences: []string{sentence}}, nil
	}
}
