package stills

import (
	"image"
	"image/color"
)

// RGB writes a picture as red, green and blue, rows from the top, into dst [3·w·h]. What is transparent is
// seen before white.
func RGB(dst []uint8, m image.Image) {
	if p, ok := planesOf(m); ok {
		p.RGB(dst)
		return
	}
	rows := RowsOf(m)
	w := m.Bounds().Dx()
	row := make([]uint8, 4*w)
	for y := range m.Bounds().Dy() {
		rows.Read(row, y)
		Paint(dst[3*w*y:][:3*w], row, false)
	}
}

// Rows are the rows of a picture in one format, whatever the picture's own is.
type Rows struct {
	of      image.Image
	colours [256]color.NRGBA // of a palette
}

// RowsOf returns the rows of a picture, which it keeps.
func RowsOf(m image.Image) *Rows {
	r := &Rows{of: m}
	if p, ok := m.(*image.Paletted); ok {
		for k, c := range p.Palette {
			r.colours[k] = color.NRGBAModel.Convert(c).(color.NRGBA)
		}
	}
	return r
}

// Read writes row y, from the top, as red, green, blue and how opaque they are into dst [4·w]; the colours are
// not multiplied by it.
func (r *Rows) Read(dst []uint8, y int) {
	b := r.of.Bounds()
	w := b.Dx()
	y += b.Min.Y
	switch m := r.of.(type) {
	case *image.NRGBA:
		copy(dst[:4*w], m.Pix[m.PixOffset(b.Min.X, y):])
	case *image.RGBA:
		copy(dst[:4*w], m.Pix[m.PixOffset(b.Min.X, y):])
		for i := 3; i < 4*w; i += 4 {
			if dst[i] != 255 {
				r.general(dst, y)
				return
			}
		}
	case *image.Gray:
		for x, v := range m.Pix[m.PixOffset(b.Min.X, y):][:w] {
			dst[4*x], dst[4*x+1], dst[4*x+2], dst[4*x+3] = v, v, v, 255
		}
	case *image.Paletted:
		for x, k := range m.Pix[m.PixOffset(b.Min.X, y):][:w] {
			c := r.colours[k]
			dst[4*x], dst[4*x+1], dst[4*x+2], dst[4*x+3] = c.R, c.G, c.B, c.A
		}
	default:
		r.general(dst, y)
	}
}

func (r *Rows) general(dst []uint8, y int) {
	b := r.of.Bounds()
	for x := range b.Dx() {
		c := color.NRGBAModel.Convert(r.of.At(b.Min.X+x, y)).(color.NRGBA)
		dst[4*x], dst[4*x+1], dst[4*x+2], dst[4*x+3] = c.R, c.G, c.B, c.A
	}
}

// Paint writes pixels of Rows [4·w] to dst [3·w]: over what is there, or over white in its place.
func Paint(dst, row []uint8, over bool) {
	for i, j := 0, 0; i+2 < len(dst) && j+3 < len(row); i, j = i+3, j+4 {
		a := uint32(row[j+3])
		if a == 255 {
			dst[i], dst[i+1], dst[i+2] = row[j], row[j+1], row[j+2]
			continue
		}
		for k := range 3 {
			below := uint32(255)
			if over {
				below = uint32(dst[i+k])
			}
			dst[i+k] = uint8((uint32(row[j+k])*a + below*(255-a) + 127) / 255)
		}
	}
}

// planesOf returns the planes of a picture of brightness and colour differences, as JPEGs have them.
func planesOf(m image.Image) (*Planes, bool) {
	j, ok := m.(*image.YCbCr)
	if !ok || j.Rect.Min != (image.Point{}) {
		return nil, false
	}
	p := &Planes{Luma: j.Y, Blue: j.Cb, Red: j.Cr, Width: j.Rect.Dx(), Height: j.Rect.Dy(), LumaStride: j.YStride, ColourStride: j.CStride}
	switch j.SubsampleRatio {
	case image.YCbCrSubsampleRatio444:
	case image.YCbCrSubsampleRatio422:
		p.HalfWidth = true
	case image.YCbCrSubsampleRatio420:
		p.HalfWidth, p.HalfHeight = true, true
	case image.YCbCrSubsampleRatio440:
		p.HalfHeight = true
	default:
		return nil, false
	}
	return p, true
}
