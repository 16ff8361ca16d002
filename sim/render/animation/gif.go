package animation

import (
	"cmp"
	"image"
	"image/color"
	"image/gif"
	"io"
	"maps"
	"slices"

	"orrery/sim/render"
)

// EncodeGIF writes an animation as a GIF that repeats for ever. Pixels that stay
// the same are not written again. Colours outside the palette become the nearest
// in it; the palette must have been made by NewPalette.
func EncodeGIF(w io.Writer, a Animation, p color.Palette) error {
	delays, err := a.delays()
	if err != nil {
		return err
	}
	film := gif.GIF{Config: image.Config{ColorModel: p, Width: a.Size.X, Height: a.Size.Y}}
	near := newIndex(p)
	err = a.each(func(k int, before, picture *image.RGBA, changed image.Rectangle) error {
		film.Image = append(film.Image, near.indexed(before, picture, changed))
		film.Delay = append(film.Delay, int(delays[k]))
		film.Disposal = append(film.Disposal, gif.DisposalNone)
		return nil
	})
	if err != nil {
		return err
	}
	return gif.EncodeAll(w, &film)
}

// NewPalette returns up to 255 opaque colours and, last, a transparent one: all
// of the exact colours, then those of the samples, frequent and far apart ones
// first. Samples of no more colours than that are kept exactly.
func NewPalette(exact []render.Colour, samples []*image.RGBA) color.Palette {
	counts := map[[3]uint8]int{}
	for _, m := range samples {
		for y := range m.Rect.Dy() {
			for x := range m.Rect.Dx() {
				counts[pixel(m, x, y)]++
			}
		}
	}
	frequent := slices.SortedFunc(maps.Keys(counts), func(a, b [3]uint8) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), slices.Compare(a[:], b[:]))
	})
	var chosen [][3]uint8
	for _, c := range exact {
		chosen = append(chosen, [3]uint8{c.R, c.G, c.B})
	}
	// A distance of 20 of 255 spreads colours over every blend of two others;
	// the remaining room then goes to the most frequent ones.
	for _, apart := range []int{20, 8, 1} {
		for _, c := range frequent {
			if len(chosen) < 255 && nearestDistance(chosen, c) >= apart*apart {
				chosen = append(chosen, c)
			}
		}
	}
	var p color.Palette
	for _, c := range chosen {
		p = append(p, color.RGBA{c[0], c[1], c[2], 255})
	}
	return append(p, color.RGBA{})
}

func nearestDistance(colours [][3]uint8, c [3]uint8) int {
	best := 1 << 30
	for _, d := range colours {
		best = min(best, distance(c, d))
	}
	return best
}

// distance is the square of the distance of two colours.
func distance(a, b [3]uint8) int {
	sum := 0
	for k := range a {
		d := int(a[k]) - int(b[k])
		sum += d * d
	}
	return sum
}

// index finds palette entries. It remembers every colour it was asked, which for
// pictures of few colours is much faster than color.Palette.Index.
type index struct {
	palette color.Palette
	colours [][3]uint8
	known   map[[3]uint8]uint8
}

func newIndex(p color.Palette) *index {
	x := &index{palette: p, known: map[[3]uint8]uint8{}}
	for _, c := range p[:len(p)-1] {
		rgba := color.RGBAModel.Convert(c).(color.RGBA)
		x.colours = append(x.colours, [3]uint8{rgba.R, rgba.G, rgba.B})
	}
	return x
}

// of returns the nearest entry to a colour.
func (x *index) of(c [3]uint8) uint8 {
	if k, ok := x.known[c]; ok {
		return k
	}
	best := 0
	for k, d := range x.colours {
		if distance(c, d) < distance(c, x.colours[best]) {
			best = k
		}
	}
	x.known[c] = uint8(best)
	return uint8(best)
}

// indexed returns a part of a picture, transparent where the picture before it
// had the same colour.
func (x *index) indexed(before, picture *image.RGBA, part image.Rectangle) *image.Paletted {
	out := image.NewPaletted(part, x.palette)
	transparent := uint8(len(x.palette) - 1)
	var lastColour [3]uint8
	last := x.of(lastColour)
	for py := part.Min.Y; py < part.Max.Y; py++ {
		row := out.Pix[(py-part.Min.Y)*out.Stride:]
		for px := part.Min.X; px < part.Max.X; px++ {
			c := pixel(picture, px, py)
			if before != nil && pixel(before, px, py) == c {
				row[px-part.Min.X] = transparent
				continue
			}
			if c != lastColour {
				lastColour, last = c, x.of(c)
			}
			row[px-part.Min.X] = last
		}
	}
	return out
}
