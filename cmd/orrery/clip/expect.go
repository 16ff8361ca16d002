package clip

import (
	"context"
	"fmt"
	"slices"

	"orrery/sim"
	"orrery/sim/render"
	"orrery/world"
	"orrery/world/region"
)

// Expect returns where a model expects the bodies at each state that Predict predicted. A
// model that does not know how far off it may be is an error.
func (c *Clip) Expect(ctx context.Context, model world.Model) (func(state int) render.Expected, error) {
	truth := c.Truth()
	regions := [][]region.Region{slices.Repeat([]region.Region{region.Normal(0)}, len(c.Scene.Bodies))} // the start is certain
	batch := world.Batch{
		Model: model, Scenes: []*sim.Scene{c.Scene}, Starts: truth.States[:1], Frames: len(c.Predicted),
		Act:     func(_, frame int, _ sim.State) sim.Action { return truth.Action(frame) },
		Regions: func(_, _ int, now []region.Region) { regions = append(regions, slices.Clone(now)) },
	}
	broken, err := batch.Run(ctx)
	switch {
	case err != nil:
		return nil, err
	case broken[0] != nil:
		return nil, broken[0]
	case !batch.Uncertain:
		return nil, fmt.Errorf("model %s does not know how far off it is", model.Kind())
	}
	return func(state int) render.Expected {
		now := regions[state]
		return func(body int, share float64) ([2]float64, float64) { return now[body].Ellipse(share), now[body].Angle }
	}, nil
}
