package follow

import (
	"context"

	"orrery/datasets/film"
	"orrery/world/watch/ground"
	"orrery/world/watch/look"
)

// exposure returns the share of the interval for which the shutter is open.
func (o *Options) exposure(ctx context.Context, f *film.Film, g *ground.Ground, found []look.Found) (float64, error) {
	if o.Exposure >= 0 {
		return o.Exposure, nil
	}
	return 0, nil
}
