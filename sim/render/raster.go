package render

import (
	"image"
	"image/draw"
	"math"

	scaled "golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/math/f64"
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

// photo paints a picture of pixels, smooth where it grows or shrinks.
func (r *raster) photo(p *Photo) {
	from := p.Image.Bounds()
	size := p.Into[1].sub(p.Into[0])
	if from.Empty() || !(size.X > 0 && size.Y > 0 && max(p.Into[0].len(), p.Into[1].len()) < math.MaxInt32) {
		return
	}
	to := f64.Aff3{
		size.X / float64(from.Dx()), 0, p.Into[0].X - float64(from.Min.X)*size.X/float64(from.Dx()),
		0, size.Y / float64(from.Dy()), p.Into[0].Y - float64(from.Min.Y)*size.Y/float64(from.Dy()),
	}
	scaled.BiLinear.Transform(r.dst.SubImage(r.clip).(*image.RGBA), to, p.Image, from, scaled.Src, nil)
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
