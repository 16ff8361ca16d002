package follow_test

import (
	"context"
	"image"
	"math"
	"testing"

	"gonum.org/v1/gonum/stat"

	"orrery/datasets/film"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/render/footage"
)

// TestEdgesAreFoundWherePixelsShareColours: JPEG keeps one colour for four pixels, so that bodies as bright as the ground, and as each other, are
// seen in steps of two px. The film's corner may lie within such four.
func TestEdgesAreFoundWherePixelsShareColours(t *testing.T) {
	t.Parallel()
	for _, corner := range []image.Point{{}, {X: 1, Y: 1}} {
		m := stage(t, [][]sim.Shape{boxOf(16, 9), boxOf(14, 12)}, 20, func(s *footage.Settings) {
			s.JPEG = 95
			s.Ground = render.Colour{R: 70, G: 100, B: 110, A: 255} // as bright as the first body
		}, func(body int, k float64) sim.BodyState {
			if body == 0 {
				return sim.BodyState{X: 60 + 0.13*k, Y: 70.2 - 0.21*k}
			}
			return sim.BodyState{X: 86 + 0.17*k, Y: 62.4 + 0.11*k}
		})
		var err error
		if m.film, err = film.Still(context.Background(), m.pictures, 30, film.Options{Region: image.Rectangle{Min: corner, Max: image.Pt(160, 120)}}); err != nil {
			t.Fatal(err)
		}
		for i := range m.found {
			m.found[i].Pose.X -= float64(corner.X) // y counts from the lower edge
		}
		var far []float64
		for k, s := range m.sightsOn(t, render.Colour{R: 70, G: 100, B: 110, A: 255}) {
			for i, b := range m.shot.Middles(k) {
				if !s[i].Seen {
					t.Errorf("corner %v, picture %d: body %d is not seen", corner, k, i)
				}
				far = append(far, math.Hypot(s[i].X+float64(corner.X)-b.X, s[i].Y-b.Y))
			}
		}
		if mean := stat.Mean(far, nil); !(mean < 0.05) {
			t.Errorf("corner %v: mean error %.4f px", corner, mean)
		}
	}
}
