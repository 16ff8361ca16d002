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

// loseColours gives every two by two pixels one colour: across the mean, and down what rows count, from the nearest on, above and below alike (BT.601, full range).
func loseColours(p *image.RGBA, rows []float64) {
	w, h := p.Rect.Dx(), p.Rect.Dy()
	values := make([][3]float64, w*h) // brightness, blue and red
	for i := range values {
		r, g, b := float64(p.Pix[4*i]), float64(p.Pix[4*i+1]), float64(p.Pix[4*i+2])
		y := 0.299*r + 0.587*g + 0.114*b
		values[i] = [3]float64{y, 0.564 * (b - y), 0.713 * (r - y)}
	}
	for row := 0; row < h; row += 2 {
		for column := 0; column < w; column += 2 {
			var blue, red float64
			for k, share := range rows {
				for _, r := range [2]int{max(row-k, 0), min(row+1+k, h-1)} {
					for c := column; c < column+2; c++ {
						blue, red = blue+share/2*values[r*w+c][1], red+share/2*values[r*w+c][2]
					}
				}
			}
			for k := range 4 {
				i := (row+k/2)*w + column + k%2
				y := values[i][0]
				for c, v := range [3]float64{y + 1.402*red, y - 0.344*blue - 0.714*red, y + 1.772*blue} {
					p.Pix[4*i+c] = uint8(math.Round(min(max(v, 0), 255)))
				}
			}
		}
	}
}

// TestColoursOfMoreRowsAreSeen: a film keeps one colour for two rows, which is their mean, or lies on a cubic curve through eight rows, as ffmpeg makes it. Bodies that are
// as bright as the ground, and as each other, are found to a few hundredths of a px in both.
func TestColoursOfMoreRowsAreSeen(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	ground := render.Colour{R: 70, G: 100, B: 110, A: 255} // as bright as the first body
	for name, rows := range map[string][]float64{"mean": {0.5}, "cubic": {0.4359, 0.1203, -0.0422, -0.0140}} {
		m := stage(t, [][]sim.Shape{boxOf(16, 9), boxOf(14, 12)}, 12, func(s *footage.Settings) { s.Ground = ground }, func(body int, k float64) sim.BodyState {
			if body == 0 {
				return sim.BodyState{X: 60 + 0.13*k, Y: 70.2 - 0.21*k}
			}
			return sim.BodyState{X: 75.3 + 0.17*k, Y: 49.3 - 0.21*k} // it touches the first
		})
		for _, p := range m.pictures {
			loseColours(p, rows)
		}
		var err error
		if m.film, err = film.Still(context.Background(), m.pictures, 30, film.Options{}); err != nil {
			t.Fatal(err)
		}
		var far []float64
		for k, s := range m.sightsOn(t, ground) {
			for i, b := range m.shot.Middles(k) {
				if !s[i].Seen {
					t.Errorf("%s, picture %d: body %d is not seen", name, k, i)
				}
				far = append(far, math.Hypot(s[i].X-b.X, s[i].Y-b.Y))
			}
		}
		if mean := stat.Mean(far, nil); !(mean < 0.055) {
			t.Errorf("%s: mean error %.4f px", name, mean)
		} else {
			t.Logf("%s: mean error %.4f px", name, mean)
		}
	}
}
