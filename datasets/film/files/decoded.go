//go:build !js

package files

import (
	"context"
	"errors"
	"fmt"

	"orrery/datasets/film"
	"orrery/datasets/film/video"
	"orrery/sim/ffmpeg"
)

// decoded opens a file on the disk that ffmpeg decodes.
func (p place) decoded(ctx context.Context) (starter, film.Facts, error) {
	v, err := video.Probe(ctx, p.path)
	if errors.Is(err, ffmpeg.ErrMissing) {
		return nil, film.Facts{}, fmt.Errorf("%w; without it %s", err, readable)
	}
	if err != nil {
		return nil, film.Facts{}, err
	}
	return func(ctx context.Context) (film.Source, error) {
		r, err := v.Open(ctx)
		if err != nil {
			return nil, err
		}
		return r, nil
	}, v.Facts(), nil
}
