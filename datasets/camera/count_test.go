package camera

import (
	"image"
	"image/color"
	"testing"
)

// TestLongFilmsOfOneColourHaveADeviation, however sums are rounded.
func TestLongFilmsOfOneColourHaveADeviation(t *testing.T) {
	t.Parallel()
	var c Counts
	for k := range c {
		c[k][187], c[k][186] = 1<<41, 1
	}
	if s := c.Describe(1 << 21); !(s.Std[0] >= 0) || !(s.Std[0] < 1e-6) {
		t.Errorf("the deviation is %v", s.Std[0])
	}
}

// TestEveryPixelIsCountedInEveryChannel, of a part of a picture too, and counts of several pictures add up.
func TestEveryPixelIsCountedInEveryChannel(t *testing.T) {
	t.Parallel()
	m := image.NewRGBA(image.Rect(0, 0, 4, 3))
	for i := range 12 {
		m.SetRGBA(i%4, i/4, color.RGBA{R: 7, G: uint8(i), B: uint8(250 - i%2), A: 255})
	}
	var whole, twice Counts
	whole.Add(m)
	var part Counts
	part.Add(m.SubImage(image.Rect(1, 1, 3, 3)).(*image.RGBA))
	twice.Merge(&whole)
	twice.Merge(&part)
	for v := range 256 {
		want := [2][3]int64{}
		for i := range 12 {
			c := m.RGBAAt(i%4, i/4)
			inside := i%4 >= 1 && i%4 < 3 && i/4 >= 1
			for k, w := range [3]uint8{c.R, c.G, c.B} {
				if int(w) == v {
					want[0][k]++
					if inside {
						want[1][k]++
					}
				}
			}
		}
		for k := range 3 {
			if whole[k][v] != want[0][k] || part[k][v] != want[1][k] || twice[k][v] != want[0][k]+want[1][k] {
				t.Errorf("channel %d, value %d: %d, %d and %d pixels, want %v", k, v, whole[k][v], part[k][v], twice[k][v], want)
			}
		}
	}
}
