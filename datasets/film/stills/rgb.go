package stills

import (
	"image"
	"image/color"
)

// RGB writes a picture as red, green and blue, rows from the top, into dst [3·w·h]. What is transparent is
// seen before white.
func RGB(dst []uint8, m image.Image) {
	b := m.Bounds()
	w := b.Dx()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		row := dst[3*w*(y-b.Min.Y):][:3*w]
		switch m := m.(type) {
		case *image.YCbCr:
			rowYCbCr(row, m, y)
		case *image.RGBA:
			rowRGBA(row, m.Pix[m.PixOffset(b.Min.X, y):])
		case *image.NRGBA:
			rowNRGBA(row, m.Pix[m.PixOffset(b.Min.X, y):])
		case *image.Gray:
			for x, v := range m.Pix[m.PixOffset(b.Min.X, y):][:w] {
				row[3*x], row[3*x+1], row[3*x+2] = v, v, v
			}
		default:
			for x := range w {
				c := color.NRGBAModel.Convert(m.At(b.Min.X+x, y)).(color.NRGBA)
				rowNRGBA(row[3*x:3*x+3], []uint8{c.R, c.G, c.B, c.A})
			}
		}
	}
}

// rowRGBA copies a row whose colours were multiplied by how opaque they are.
func rowRGBA(row, pix []uint8) {
	for i, j := 0, 0; i < len(row); i, j = i+3, j+4 {
		rest := 255 - pix[j+3]
		row[i], row[i+1], row[i+2] = pix[j]+rest, pix[j+1]+rest, pix[j+2]+rest
	}
}

// rowNRGBA copies a row whose colours stand beside how opaque they are.
func rowNRGBA(row, pix []uint8) {
	for i, j := 0, 0; i < len(row); i, j = i+3, j+4 {
		if a := pix[j+3]; a != 255 {
			row[i], row[i+1], row[i+2] = Over(pix[j], 255, a), Over(pix[j+1], 255, a), Over(pix[j+2], 255, a)
			continue
		}
		row[i], row[i+1], row[i+2] = pix[j], pix[j+1], pix[j+2]
	}
}

// Over returns the value of a colour seen over another, opaque to alpha of 255.
func Over(top, below, alpha uint8) uint8 {
	return uint8((uint32(top)*uint32(alpha) + uint32(below)*uint32(255-alpha) + 127) / 255)
}

// rowYCbCr converts a row of brightness and colour differences (JFIF 1.02), in fixed point.
func rowYCbCr(row []uint8, m *image.YCbCr, y int) {
	lumas := m.Y[m.YOffset(m.Rect.Min.X, y):]
	half := 0
	if m.SubsampleRatio == image.YCbCrSubsampleRatio420 || m.SubsampleRatio == image.YCbCrSubsampleRatio422 {
		half = 1
	}
	at := m.COffset(m.Rect.Min.X, y)
	for x := range len(row) / 3 {
		c := at + (x+m.Rect.Min.X)>>half - m.Rect.Min.X>>half
		if half == 0 && m.SubsampleRatio != image.YCbCrSubsampleRatio444 {
			c = m.COffset(m.Rect.Min.X+x, y)
		}
		row[3*x], row[3*x+1], row[3*x+2] = color.YCbCrToRGB(lumas[x], m.Cb[c], m.Cr[c])
	}
}
