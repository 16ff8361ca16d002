package stills

// Planes are a picture stored as brightness and two colour differences (ITU-R BT.601), each by itself.
type Planes struct {
	Luma, Blue, Red          []uint8 // values from 0 to 255; 128 of Blue and Red is no colour; without Blue the picture is grey
	Width, Height            int     // px
	LumaStride, ColourStride int     // bytes from row to row
	HalfWidth, HalfHeight    bool    // one value of colour for two pixels
	AtLeft                   bool    // that value is the left pixel's, not the middle of both
	Limited                  bool    // brightness is 16 to 235, colour 16 to 240; else 0 to 255

	blue, red []int32 // a row of colour between two, times 4
}

// RGB writes the picture as red, green and blue, rows from the top, into dst [3·w·h]. Colour between two values is
// interpolated, so that coloured edges stay where they are.
func (p *Planes) RGB(dst []uint8) {
	for y := range p.Height {
		p.row(dst[3*p.Width*y:][:3*p.Width], y)
	}
}

// weights are those of the conversion, in 1/65536.
type weights struct{ black, luma, redRed, blueGreen, redGreen, blueBlue int32 }

var (
	full    = weights{0, 65536, 91881, -22554, -46802, 116130}
	limited = weights{16, 76309, 104597, -25675, -53279, 132201}
)

func (p *Planes) row(dst []uint8, y int) {
	w := &full
	if p.Limited {
		w = &limited
	}
	lumas := p.Luma[y*p.LumaStride:][:p.Width]
	if p.Blue == nil {
		for x, v := range lumas {
			grey := clamp((int32(v)-w.black)*w.luma + 1<<15)
			dst[3*x], dst[3*x+1], dst[3*x+2] = grey, grey, grey
		}
		return
	}
	n := p.Width
	if p.HalfWidth {
		n = (n + 1) / 2
	}
	p.blue, p.red = p.between(p.blue, p.Blue, y, n), p.between(p.red, p.Red, y, n)
	for x, v := range lumas {
		// Colour times 16: each of the two steps has weights of quarters.
		at, other, near := x, x, int32(4)
		if p.HalfWidth {
			at = x / 2
			switch {
			case p.AtLeft && x%2 == 1:
				other, near = at+1, 2
			case p.AtLeft:
				other = at
			case x%2 == 1:
				other, near = at+1, 3
			default:
				other, near = at-1, 3
			}
			other = max(0, min(other, n-1))
		}
		blue := p.blue[at]*near + p.blue[other]*(4-near) - 128*16
		red := p.red[at]*near + p.red[other]*(4-near) - 128*16
		luma := (int32(v)-w.black)*w.luma + 1<<15
		dst[3*x] = clamp(luma + red*(w.redRed>>4))
		dst[3*x+1] = clamp(luma + blue*(w.blueGreen>>4) + red*(w.redGreen>>4))
		dst[3*x+2] = clamp(luma + blue*(w.blueBlue>>4))
	}
}

// between returns a row of colour at the height of row y, times 4.
func (p *Planes) between(dst []int32, plane []uint8, y, n int) []int32 {
	if cap(dst) < n {
		dst = make([]int32, n)
	}
	dst = dst[:n]
	at, other := y, y
	if p.HalfHeight {
		at = y / 2
		other = max(0, min(at-1+2*(y%2), (p.Height+1)/2-1))
	}
	a, b := plane[at*p.ColourStride:][:n], plane[other*p.ColourStride:][:n]
	for x := range dst {
		dst[x] = 3*int32(a[x]) + int32(b[x])
	}
	return dst
}

// clamp returns a value in 1/65536 as one from 0 to 255.
func clamp(v int32) uint8 {
	if v>>16&^255 != 0 {
		return uint8(^(v >> 31)) // 0 below, 255 above
	}
	return uint8(v >> 16)
}
