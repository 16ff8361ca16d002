package render

import (
	"bytes"
	"image"
	"image/color"
	"testing"
)

// chequered returns a picture of two by two squares, red and white above, white and red below.
func chequered(side int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, 2*side, 2*side))
	for y := range 2 * side {
		for x := range 2 * side {
			m.Set(x, y, color.NRGBA(white))
			if x/side == y/side {
				m.Set(x, y, color.NRGBA(red))
			}
		}
	}
	return m
}

func TestPhotoFillsItsRectangle(t *testing.T) {
	t.Parallel()
	l := List{Width: 60, Height: 40, Background: black}
	l.Add(Clip{Part: image.Rect(0, 0, 45, 40)}, Photo{Image: chequered(8), Into: [2]Point{{10, 4}, {50, 36}}})
	m := l.Image()
	for _, c := range []struct {
		x, y int
		want Colour
	}{
		{15, 9, red}, {40, 9, white}, {15, 30, white}, {40, 30, red}, // upper left square first
		{8, 20, black}, {20, 2, black}, {20, 38, black}, {47, 20, black}, // outside, and beyond the clip
	} {
		if got := m.RGBAAt(c.x, c.y); got != color.RGBA(c.want) {
			t.Errorf("at %d, %d is %v, must be %v", c.x, c.y, got, c.want)
		}
	}
}

func TestPhotosWithoutSizeAreNotDrawn(t *testing.T) {
	t.Parallel()
	for _, p := range []Photo{
		{Image: chequered(2), Into: [2]Point{{10, 10}, {10, 20}}}, {Image: chequered(2), Into: [2]Point{{10, 10}, {5, 5}}},
		{Image: image.NewRGBA(image.Rectangle{}), Into: [2]Point{{0, 0}, {9, 9}}},
	} {
		l := List{Width: 20, Height: 20, Background: white, Items: []Item{p}}
		if blank := (&List{Width: 20, Height: 20, Background: white}).Image(); !bytes.Equal(l.Image().Pix, blank.Pix) {
			t.Errorf("something of %v into %v is drawn", p.Image.Bounds(), p.Into)
		}
		if bytes.Contains(l.SVG(""), []byte("<image")) {
			t.Errorf("%v into %v is in the SVG", p.Image.Bounds(), p.Into)
		}
	}
}

func TestPhotosAreEqualWhenTheirImageIs(t *testing.T) {
	t.Parallel()
	photo := Photo{Image: chequered(2), Into: [2]Point{{0, 0}, {9, 9}}}
	a, b := List{Items: []Item{photo}}, List{Items: []Item{photo}}
	if !a.Equal(&b) {
		t.Error("two lists of one photo differ")
	}
	photo.Image = chequered(2)
	if b.Items[0] = photo; a.Equal(&b) {
		t.Error("lists of two images are equal")
	}
}
