package animation

import (
	"bytes"
	"fmt"
	"image"
	"iter"
	"math"
)

// Animation is a sequence of pictures to encode.
type Animation struct {
	Pictures iter.Seq[*image.RGBA] // opaque, of one size, not changed after they are yielded
	Size     image.Point           // px, of each picture
	Count    int                   // of pictures
	Rate     float64               // pictures per second
	Hold     float64               // s the last picture stays in addition
}

// ticks is the resolution of delays per second, the one GIF has.
const ticks = 100

// delays returns how many ticks each picture stays. Each delay is rounded so that
// the time up to every picture is as exact as ticks allow: pictures at uneven
// distances still play at their rate.
func (a *Animation) delays() ([]uint16, error) {
	if !(a.Rate > 0) {
		return nil, fmt.Errorf("animation: rate %g must be > 0", a.Rate)
	}
	at := func(k int) float64 { return math.Round(float64(k) / a.Rate * ticks) }
	out := make([]uint16, a.Count)
	for k := range out {
		delay := at(k+1) - at(k)
		if k == a.Count-1 {
			delay += math.Round(a.Hold * ticks)
		}
		if !(delay >= 1 && delay <= math.MaxUint16) {
			return nil, fmt.Errorf("animation: picture %d of %d stays %g s, must be 0.01 s to 655 s", k, a.Count, delay/ticks)
		}
		out[k] = uint16(delay)
	}
	return out, nil
}

// each calls use with every picture, the one before it, its number and the part
// in which the two differ. It fails when there are not Count pictures of Size.
func (a *Animation) each(use func(k int, before, picture *image.RGBA, changed image.Rectangle) error) error {
	if a.Count < 1 {
		return fmt.Errorf("animation: no pictures")
	}
	var before *image.RGBA
	k := 0
	for picture := range a.Pictures {
		if picture.Bounds() != (image.Rectangle{Max: a.Size}) {
			return fmt.Errorf("animation: picture %d covers %v, must cover %v from the origin", k, picture.Bounds(), a.Size)
		}
		if k == a.Count {
			return fmt.Errorf("animation: more than %d pictures", a.Count)
		}
		if err := use(k, before, picture, changed(before, picture)); err != nil {
			return err
		}
		before = picture
		k++
	}
	if k < a.Count {
		return fmt.Errorf("animation: %d pictures, must be %d", k, a.Count)
	}
	return nil
}

// changed returns the smallest rectangle outside which two pictures are equal:
// all when there is none before, and one pixel when nothing changed, because no
// format has an empty picture.
func changed(before, picture *image.RGBA) image.Rectangle {
	all := picture.Bounds()
	if before == nil {
		return all
	}
	part := image.Rectangle{}
	for y := range all.Max.Y {
		row := y * picture.Stride
		if end := row + 4*all.Max.X; bytes.Equal(before.Pix[row:end], picture.Pix[row:end]) {
			continue
		}
		for x := range all.Max.X {
			if pixel(before, x, y) != pixel(picture, x, y) {
				part = part.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	if part.Empty() {
		return image.Rect(0, 0, 1, 1)
	}
	return part
}

// pixel returns the red, green and blue of a picture that starts at the origin.
func pixel(m *image.RGBA, x, y int) [3]uint8 {
	return [3]uint8(m.Pix[y*m.Stride+4*x:])
}
