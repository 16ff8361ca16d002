package episodes

import (
	"context"
	"math"

	"golang.org/x/sync/errgroup"

	"orrery/datasets"
	"orrery/sim"
)

// Run makes in memory the episodes that Write would write, each without so many seconds of
// its beginning. It makes workers of them at the same time. The spec says of their origin
// what a dataset of them would.
func (r *Recipe) Run(ctx context.Context, workers int, skip float64) (spec datasets.Spec, trajectories []*sim.Trajectory, err error) {
	spec, maker, err := r.Maker(nil)
	if err != nil {
		return spec, nil, err
	}
	trajectories = make([]*sim.Trajectory, spec.Episodes)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for i := range trajectories {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			t, _, err := maker(ctx, i)
			if err == nil {
				trajectories[i] = skipFrames(t, int(math.Round(skip*float64(spec.FPS))))
			}
			return err
		})
	}
	return spec, trajectories, group.Wait()
}

// skipFrames returns a trajectory from a frame on.
func skipFrames(t *sim.Trajectory, first int) *sim.Trajectory {
	rest := &sim.Trajectory{Scene: t.Scene, States: t.States[min(first, len(t.States)-1):]}
	if t.Actions != nil {
		rest.Actions = t.Actions[min(first, len(t.Actions)):]
	}
	return rest
}
