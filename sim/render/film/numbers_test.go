package film

import (
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
	"orrery/sim/render"
	"orrery/sim/render/plot"
)

// TestEveryNumberOfAFilmHasLimits, stored to the last digit, but for those of its scene and of its theme, which have their own.
func TestEveryNumberOfAFilmHasLimits(t *testing.T) {
	t.Parallel()
	f := testFilm(2)
	f.View = render.Bounds{Max: sim.Vec{X: 2, Y: 1}}
	f.Band = &plot.Band{Low: []float64{0, 0.1}, High: []float64{0.2, 0.3}}
	scene, theme := f.Scene, f.Theme
	f.Scene, f.Theme = nil, nil
	golden.Compare(t, "testdata/limits.txt", golden.Limits(&f, func() error {
		full := f
		full.Scene, full.Theme = scene, theme
		return full.Validate()
	}))
}
