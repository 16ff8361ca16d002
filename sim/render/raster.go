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
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			if middle := (Point{float64(x) + 0.5, float64(y) + 0.5}); middle.X < p.Into[0].X || middle.X > p.Into[1].X || middle.Y < p.Into[0].Y || middle.Y > p.Into[1].Y {
				continue
			}
			var sum [3]float64
			for v := range down {
				for u := range across {
					left := (float64(x) + (float64(u)+0.5)/float64(across) - p.Into[0].X) * stepX
					top := (float64(y) + (float64(v)+0.5)/float64(down) - p.Into[0].Y) * stepY
					addSample(&sum, p.Image, left-0.5, top-0.5)
				}
			}
			k := r.dst.PixOffset(x, y)
			for c := range sum {
				r.dst.Pix[k+c] = uint8(sum[c]/float64(across*down) + 0.5)
			}
			r.dst.Pix[k+3] = 255
		}
	}
}

// addSample adds the colour at a place in px from the middle of the first pixel, linear between the middles of pixels.
func addSample(sum *[3]float64, m *image.RGBA, x, y float64) {
	b := m.Bounds()
	x, y = min(max(x, 0), float64(b.Dx()-1)), min(max(y, 0), float64(b.Dy()-1))
	column, row := int(x), int(y)
	right, down := x-float64(column), y-float64(row)
	a := m.PixOffset(b.Min.X+column, b.Min.Y+row)
	next, below := 4, m.Stride
	if column == b.Dx()-1 {
		next = 0
	}
	if row == b.Dy()-1 {
		below = 0
	}
	for c := range sum {
		top := float64(m.Pix[a+c])*(1-right) + float64(m.Pix[a+next+c])*right
		bottom := float64(m.Pix[a+below+c])*(1-right) + float64(m.Pix[a+below+next+c])*right
		sum[c] += top*(1-down) + bottom*down
	}
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
	start := t.start(font.MeasureString(face, t.Value))
	d := font.Drawer{
		Dst:  r.dst.SubImage(r.clip).(*image.RGBA),
		Src:  image.NewUniform(t.Colour),
		Face: face,
		Dot:  fixed.P(int(math.Round(start.X)), int(math.Round(start.Y))),
	}
	d.DrawString(t.Value)
}
