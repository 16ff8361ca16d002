package render

import (
	"image"
	"image/draw"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// Image draws the list. Edges are anti-aliased by exact coverage. The same list
// gives the same pixels on one architecture.
func (l *List) Image() *image.RGBA {
	r := raster{dst: image.NewRGBA(l.Bounds()), clip: l.Bounds(), faces: map[typeface]font.Face{}}
	draw.Draw(r.dst, r.clip, image.NewUniform(l.Background), image.Point{}, draw.Src)
	for _, item := range l.Items {
		switch item := item.(type) {
		case Path:
			r.fill(item.Contours, item.Fill)
			if item.Stroke.Width > 0 && item.Stroke.Colour.A > 0 {
				r.fill(strokeContours(&item), item.Stroke.Colour)
			}
		case Text:
			r.text(&item)
		case Photo:
			r.photo(&item)
		case Clip:
			r.clip = item.Part.Intersect(l.Bounds())
		}
	}
	return r.dst
}

// raster draws on an image with scratch memory that is kept between items.
type raster struct {
	dst   *image.RGBA
	clip  image.Rectangle
	mask  vector.Rasterizer
	faces map[typeface]font.Face // a face is not safe to share between goroutines
}

// photo paints a picture of pixels, smooth where it grows or shrinks. The package golang.org/x/image/draw does the same for pictures of all kinds, and
// makes the viewer's page 60 kB larger.
func (r *raster) photo(p *Photo) {
	from := p.Image.Bounds()
	size := p.Into[1].sub(p.Into[0])
	if from.Empty() || !(size.X > 0 && size.Y > 0 && max(p.Into[0].len(), p.Into[1].len()) < math.MaxInt32) {
		return
	}
	corners := [][]Point{{p.Into[0], p.Into[1]}}
	part := pixelBounds(corners).Intersect(r.clip)
	stepX, stepY := float64(from.Dx())/size.X, float64(from.Dy())/size.Y // px of the photo for one of the list
	across, down := max(int(math.Ceil(stepX)), 1), max(int(math.Ceil(stepY)), 1)
	columns := taps(part.Min.X, part.Max.X, across, p.Into[0].X, p.Into[1].X, stepX, from.Dx())
	rows := taps(part.Min.Y, part.Max.Y, down, p.Into[0].Y, p.Into[1].Y, stepY, from.Dy())
	corner := p.Image.PixOffset(from.Min.X, from.Min.Y)
	samples := float64(across * down)
	for y := part.Min.Y; y < part.Max.Y; y++ {
		above := rows[(y-part.Min.Y)*down:][:down]
		if !above[0].within {
			continue
		}
		for x := part.Min.X; x < part.Max.X; x++ {
			beside := columns[(x-part.Min.X)*across:][:across]
			if !beside[0].within {
				continue
			}
			var sum [3]float64
			for _, v := range above {
				row, next := p.Image.Pix[corner+v.first*p.Image.Stride:], p.Image.Pix[corner+v.second*p.Image.Stride:]
				for _, u := range beside {
					a, b := row[4*u.first:][:3], row[4*u.second:][:3]
					c, d := next[4*u.first:][:3], next[4*u.second:][:3]
					for k := range sum {
						top := float64(a[k])*(1-u.share) + float64(b[k])*u.share
						bottom := float64(c[k])*(1-u.share) + float64(d[k])*u.share
						sum[k] += top*(1-v.share) + bottom*v.share
					}
				}
			}
			at := r.dst.Pix[r.dst.PixOffset(x, y):][:4]
			for k := range sum {
				at[k] = uint8(sum[k]/samples + 0.5)
			}
			at[3] = 255
		}
	}
}

// tap is a place along one axis of a photo, between the middles of two of its pixels.
type tap struct {
	first, second int     // the pixels
	share         float64 // of the second
	within        bool    // the pixel that is painted lies in the photo
}

// taps returns the places [n·each] at which a photo of a size in px is looked at for the pixels from one to another, so many for
// each: it covers the range from low to high, in px, each of which has a step in px of its own.
func taps(from, to, each int, low, high, step float64, size int) []tap {
	all := make([]tap, 0, max(to-from, 0)*each)
	for x := from; x < to; x++ {
		middle := float64(x) + 0.5
		for u := range each {
			at := (float64(x)+(float64(u)+0.5)/float64(each)-low)*step - 0.5
			at = min(max(at, 0), float64(size-1))
			first := int(at)
			all = append(all, tap{first, min(first+1, size-1), at - float64(first), middle >= low && middle <= high})
		}
	}
	return all
}

// fill paints the union of contours. Only pixels near them are touched.
func (r *raster) fill(contours [][]Point, colour Colour) {
	part := pixelBounds(contours).Intersect(r.clip)
	if part.Empty() || colour.A == 0 {
		return
	}
	r.mask.Reset(part.Dx(), part.Dy())
	for _, contour := range contours {
		for i, p := range contour {
			x, y := float32(p.X-float64(part.Min.X)), float32(p.Y-float64(part.Min.Y))
			if i == 0 {
				r.mask.MoveTo(x, y)
			} else {
				r.mask.LineTo(x, y)
			}
		}
		r.mask.ClosePath()
	}
	r.mask.Draw(r.dst, part, image.NewUniform(colour), image.Point{})
}

// pixelBounds returns the pixels that contours may touch. It is empty when a
// coordinate is not finite.
func pixelBounds(contours [][]Point) image.Rectangle {
	low, high := Point{math.Inf(1), math.Inf(1)}, Point{math.Inf(-1), math.Inf(-1)}
	for _, contour := range contours {
		for _, p := range contour {
			low = Point{min(low.X, p.X), min(low.Y, p.Y)}
			high = Point{max(high.X, p.X), max(high.Y, p.Y)}
		}
	}
	if !(low.sub(high).len() < math.MaxInt32) {
		return image.Rectangle{}
	}
	return image.Rect(int(math.Floor(low.X)), int(math.Floor(low.Y)), int(math.Ceil(high.X)), int(math.Ceil(high.Y)))
}

// text paints a line of text on whole pixels, which keeps stems crisp.
func (r *raster) text(t *Text) {
	key := typeface{t.Size, t.Bold}
	face := r.faces[key]
	if face == nil {
		face = key.face()
		r.faces[key] = face
	}
	d := font.Drawer{
		Dst:  r.dst.SubImage(r.clip).(*image.RGBA),
		Src:  image.NewUniform(t.Colour),
		Face: face,
		Dot:  fixed.P(int(math.Round(t.Left())), int(math.Round(t.At.Y))),
	}
	d.DrawString(t.Value)
}
