package files

import (
	"context"
	"errors"

	"orrery/datasets/film"
)

// decoded is for programs beside which ffmpeg can run, which a page is not.
func (p place) decoded(context.Context) (starter, film.Facts, error) {
	return nil, film.Facts{}, errors.ErrUnsupported
}
