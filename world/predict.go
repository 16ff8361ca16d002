package world

import (
	"context"
	"fmt"
	"slices"

	"orrery/sim"
)

// Predict returns the states [frames, n] that a model predicts for a trajectory: it starts
// from the first true state and the actuators do what they truly did. Done, which may be
// nil, is told of each frame. A prediction that breaks down is an error, with the states
// before it.
func Predict(ctx context.Context, model Model, t *sim.Trajectory, frames int, done func(frame int)) ([]sim.State, error) {
	var states []sim.State
	batch := Batch{
		Model: Bare(model), Scenes: []*sim.Scene{t.Scene}, Starts: t.States[:1], Frames: frames,
		Act: func(_, frame int, _ sim.State) sim.Action { return t.Action(frame) },
		See: func(_, frame int, state sim.State, _ []float64) {
			states = append(states, slices.Clone(state))
			if done != nil {
				done(frame)
			}
		},
	}
	broken, err := batch.Run(ctx)
	if err == nil && broken[0] != nil {
		err = fmt.Errorf("the prediction of %s breaks down at frame %d: %w", model.Kind(), broken[0].Frame, broken[0].Err)
	}
	return states, err
}
