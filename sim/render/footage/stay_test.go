package footage_test

import (
	"fmt"
	"image"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
	"orrery/sim/render"
	"orrery/sim/render/footage"
	"orrery/sim/render/footage/studio"
)

// blocks returns the mean colours of so many by so many parts of a picture, row by row.
func blocks(p *image.RGBA, n int) string {
	var text strings.Builder
	size := p.Bounds().Size()
	for row := range n {
		for column := range n {
			part := image.Rect(column*size.X/n, row*size.Y/n, (column+1)*size.X/n, (row+1)*size.Y/n)
			var sum [3]float64
			for y := part.Min.Y; y < part.Max.Y; y++ {
				for x := part.Min.X; x < part.Max.X; x++ {
					for k := range sum {
						sum[k] += float64(p.Pix[p.PixOffset(x, y)+k])
					}
				}
			}
			count := float64(part.Dx() * part.Dy())
			fmt.Fprintf(&text, " %.1f,%.1f,%.1f", sum[0]/count, sum[1]/count, sum[2]/count)
		}
	}
	return text.String()
}

// TestFilmsStay: what each paint and nuisance makes of a scene, where that is seen, and the usual strengths. What is
// compressed depends on who compresses.
func TestFilmsStay(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and only H.264 starts a goroutine")
	}
	t.Parallel()
	var text strings.Builder
	fmt.Fprintf(&text, "# usually\n%+v\n", footage.Default())
	for _, n := range footage.Nuisances() {
		s := footage.Default()
		if err := s.Add(n); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&text, "# with %s\n%+v\n", n, s)
	}
	usual := footage.Default()
	usual.Width, usual.Height, usual.Rate, usual.Seed = 96, 72, 24, 5
	for _, c := range []struct {
		name   string
		change func(s *footage.Settings)
		at     []int // pictures
	}{
		{"no nuisance", func(*footage.Settings) {}, []int{0, 5}},
		{"theme", func(s *footage.Settings) { s.Paint = footage.Themed }, []int{5}},
		{"marked", func(s *footage.Settings) { s.Paint = footage.Marked }, []int{5}},
		{"alike", func(s *footage.Settings) { s.Paint = footage.Alike }, []int{5}},
		{"a part", func(s *footage.Settings) { s.View = render.Bounds{Max: sim.Vec{X: 0.8, Y: 0.6}} }, []int{5}},
		{"noise", func(s *footage.Settings) { s.Noise = 20 }, []int{0, 5}},
		{"noise of another take", func(s *footage.Settings) { s.Noise, s.Take = 20, 1 }, []int{5}},
		{"light", func(s *footage.Settings) { s.Gradient, s.Vignette = 0.5, 0.3 }, []int{5}},
		{"flicker", func(s *footage.Settings) { s.Flicker = 0.2 }, []int{0, 5}},
		{"texture", func(s *footage.Settings) { s.Texture, s.Grain = 30, 12 }, []int{5}},
		{"shadow", func(s *footage.Settings) { s.Shadow = 0.6 }, []int{5}},
		{"blur", func(s *footage.Settings) { s.Exposure = 1 / s.Rate }, []int{5}},
	} {
		settings := usual
		c.change(&settings)
		shot, err := studio.Shoot(t.Context(), "mixed", 1, 0, 6, settings)
		if err != nil {
			t.Fatal(err)
		}
		corner := shot.Corner()
		fmt.Fprintf(&text, "# %s: %d pictures, %.6g px/m from %.6g,%.6g m\n", c.name, shot.Len(), shot.Scale(), corner.X, corner.Y)
		for _, i := range c.at {
			p, err := shot.Picture(i)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&text, "%d:%s\n", i, blocks(p, 4))
		}
	}
	golden.Compare(t, "testdata/films.txt", text.String())
}
