package fit

import (
	"context"
	"fmt"

	"orrery/sim"
	"orrery/world"
	"orrery/world/identify"
)

// told is a model whose scenes do not tell all that is needed: they take on what was identified before
// they are predicted.
type told struct {
	world.Model
	values *identify.Values
}

// Predictor implements world.Model.
func (m told) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	filled := make([]*sim.Scene, len(scenes))
	for i, s := range scenes {
		var err error
		if filled[i], err = m.values.Fill(s); err != nil {
			return nil, fmt.Errorf("scene %s with what was identified: %w", s.Name, err)
		}
	}
	return m.Model.Predictor(filled)
}

// Bare implements world.Watched.
func (m told) Bare() world.Model { return told{world.Bare(m.Model), m.values} }

// identify finds what the scenes do not tell, if anything is unknown, and fills it into them. The
// trajectories are changed to have other scenes.
func (j *Job) identify(ctx context.Context, training, holdout []*sim.Trajectory) (*identify.Values, error) {
	if len(j.Config.Unknown) == 0 {
		return nil, nil
	}
	j.report(Progress{Stage: Knowing})
	values, err := j.Identify(ctx, training)
	if err != nil {
		return nil, fmt.Errorf("identifying what is unknown: %w", err)
	}
	return values, fill(values, training, holdout)
}

// fill gives trajectories scenes that have the values.
func fill(values *identify.Values, lists ...[]*sim.Trajectory) error {
	done := map[*sim.Scene]*sim.Scene{} // many may have the same
	for _, list := range lists {
		for i, t := range list {
			scene := done[t.Scene]
			if scene == nil {
				var err error
				if scene, err = values.Fill(t.Scene); err != nil {
					return fmt.Errorf("scene %s with what was identified: %w", t.Scene.Name, err)
				}
				done[t.Scene] = scene
			}
			copied := *t
			copied.Scene = scene
			list[i] = &copied
		}
	}
	return nil
}
