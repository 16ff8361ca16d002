package follow_test

import (
	"context"
	"image"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"

	"orrery/datasets/film"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/render/footage"
	"orrery/world/watch/bodies"
	"orrery/world/watch/follow"
)

// TestEdgesAreFoundWherePixelsShareColours: JPEG keeps one colour for four pixels, so that bodies as bright as the ground, and as each other, are
// seen in steps of two px. The film's corner may lie within such four.
func TestEdgesAreFoundWherePixelsShareColours(t *testing.T) {
	t.Parallel()
	pictures, corners := 20, []image.Point{{}, {X: 1, Y: 1}}
	if testing.Short() {
		pictures, corners = 5, corners[1:]
	}
	for _, corner := range corners {
		m := stage(t, [][]sim.Shape{boxOf(16, 9), boxOf(14, 12)}, pictures, func(s *footage.Settings) {
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

// TestSizesAreFoundAgainWherePixelsShareColours: bodies whose sizes were fitted to colours in steps of two px, on a ground so light that a colour beside
// it is cut off at white.
func TestSizesAreFoundAgainWherePixelsShareColours(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	light := render.Colour{R: 245, G: 246, B: 240, A: 255}
	m := stage(t, [][]sim.Shape{boxOf(16, 9), boxOf(14, 12)}, 16, func(s *footage.Settings) { s.JPEG, s.Ground = 90, light }, func(body int, k float64) sim.BodyState {
		if body == 0 {
			return sim.BodyState{X: 50.6 + 0.23*k, Y: 80.2 - 0.31*k}
		}
		return sim.BodyState{X: 100.3 + 0.27*k, Y: 42.4 + 0.21*k}
	})
	g := m.plate(t, light)
	found := slices.Clone(m.found)
	found[0].Shapes, found[1].Shapes = boxOf(15.5, 9.1), boxOf(14.2, 11.4)
	better, exposure, err := follow.Learn(t.Context(), m.film, g, forms, found, follow.DefaultOptions())
	if err != nil || exposure != 0 {
		t.Fatalf("exposure %v, error %v", exposure, err)
	}
	for i, want := range [][]float64{{16, 9}, {14, 12}} {
		got := bodies.Of(better[i].Shapes).Sizes()
		if len(got) != 2 || !(math.Abs(got[0]-want[0]) < 0.06 && math.Abs(got[1]-want[1]) < 0.06) {
			t.Errorf("body %d has sizes %.3f, want %v", i, got, want)
		}
	}
	o := follow.DefaultOptions()
	o.Exposure = 0
	var far []float64
	for fr, err := range follow.All(t.Context(), m.film, g, better, o) {
		if err != nil {
			t.Fatal(err)
		}
		for i, b := range m.shot.Middles(fr.Number) {
			far = append(far, math.Hypot(fr.Sights[i].X-b.X, fr.Sights[i].Y-b.Y))
		}
	}
	if mean := stat.Mean(far, nil); !(mean < 0.06) {
		t.Errorf("mean error %.4f px", mean)
	}
}
