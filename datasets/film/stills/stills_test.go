package stills

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"testing"
)

// pattern returns a picture of smooth colours, which colour at half the width keeps.
func pattern(width, height int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			u, v := float64(x)/float64(width), float64(y)/float64(height)
			m.SetRGBA(x, y, color.RGBA{uint8(40 + 180*u), uint8(40 + 180*v), uint8(200 - 90*u - 60*v), 255})
		}
	}
	return m
}

func rgb(m image.Image) []uint8 {
	var out []uint8
	b := m.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r, g, bl, a := m.At(x, y).RGBA()
			for _, v := range []uint32{r, g, bl} {
				out = append(out, uint8(math.Round(float64(v+65535-a)/257)))
			}
		}
	}
	return out
}

// near fails where values differ by more than so much.
func near(t *testing.T, name string, got, want []uint8, most int) {
	t.Helper()
	for i := range want {
		if d := int(got[i]) - int(want[i]); max(d, -d) > most {
			t.Errorf("%s: value %d is %d, must be %d", name, i, got[i], want[i])
			return
		}
	}
}

func TestPicturesOfEveryKindAreRead(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(1, 2))
	rect := image.Rect(0, 0, 17, 9)
	var kinds []image.Image
	translucent, palette := image.NewNRGBA(rect), image.NewPaletted(rect, nil)
	for range 20 {
		palette.Palette = append(palette.Palette, color.NRGBA{uint8(chance.Uint32()), uint8(chance.Uint32()), uint8(chance.Uint32()), uint8(chance.Uint32())})
	}
	wide, grey, greyWide := image.NewNRGBA64(rect), image.NewGray(rect), image.NewGray16(rect)
	for i := range translucent.Pix {
		translucent.Pix[i] = uint8(chance.Uint32())
	}
	for i := range palette.Pix {
		palette.Pix[i], grey.Pix[i] = uint8(chance.IntN(20)), uint8(chance.Uint32())
	}
	for i := range wide.Pix {
		wide.Pix[i] = uint8(chance.Uint32())
	}
	for i := range greyWide.Pix {
		greyWide.Pix[i] = uint8(chance.Uint32())
	}
	kinds = append(kinds, pattern(17, 9), translucent, palette, wide, grey, greyWide)
	for k, m := range kinds {
		var file bytes.Buffer
		if err := png.Encode(&file, m); err != nil {
			t.Fatal(err)
		}
		pix := make([]uint8, 3*17*9)
		if err := Decode(file.Bytes(), pix); err != nil {
			t.Fatal(k, err)
		}
		near(t, "kind", pix, rgb(m), 2)
	}
}

func TestColourIsWhereItWas(t *testing.T) {
	t.Parallel()
	const width, height = 33, 21
	m := pattern(width, height)
	for _, half := range []struct{ width, height, left bool }{{}, {width: true}, {width: true, height: true}, {width: true, height: true, left: true}, {height: true}} {
		for _, isLimited := range []bool{false, true} {
			p := Planes{Width: width, Height: height, HalfWidth: half.width, HalfHeight: half.height, AtLeft: half.left, Limited: isLimited}
			p.store(m)
			pix := make([]uint8, 3*width*height)
			p.RGB(pix)
			// Inside, where colour is linear, interpolation is exact but for rounding.
			for y := 2; y < height-2; y++ {
				near(t, "row", pix[3*(y*width+2):3*(y*width+width-2)], rgb(m)[3*(y*width+2):3*(y*width+width-2)], 3)
			}
		}
	}
}

// store fills planes with a picture, by the formulas of BT.601 in floating point.
func (p *Planes) store(m *image.RGBA) {
	p.LumaStride, p.ColourStride = p.Width+3, p.Width+1
	p.Luma, p.Blue, p.Red = make([]uint8, p.LumaStride*p.Height), make([]uint8, p.ColourStride*p.Height), make([]uint8, p.ColourStride*p.Height)
	scaleY, scaleC, black := 1.0, 1.0, 0.0
	if p.Limited {
		scaleY, scaleC, black = 219./255, 224./255, 16
	}
	at := func(x, y int) (luma, blue, red float64) {
		c := m.RGBAAt(min(x, p.Width-1), min(y, p.Height-1))
		luma = 0.299*float64(c.R) + 0.587*float64(c.G) + 0.114*float64(c.B)
		return luma, (float64(c.B) - luma) / 1.772, (float64(c.R) - luma) / 1.402
	}
	for y := range p.Height {
		for x := range p.Width {
			luma, _, _ := at(x, y)
			p.Luma[y*p.LumaStride+x] = uint8(math.Round(black + scaleY*luma))
			stepX, stepY := 1, 1
			if p.HalfWidth {
				stepX = 2
			}
			if p.HalfHeight {
				stepY = 2
			}
			if x*stepX >= p.Width || y*stepY >= p.Height {
				continue
			}
			var blue, red float64
			n := 0.0
			for dy := range stepY {
				for dx := range stepX {
					if dx > 0 && p.AtLeft {
						continue
					}
					_, b, r := at(x*stepX+dx, y*stepY+dy)
					blue, red, n = blue+b, red+r, n+1
				}
			}
			p.Blue[y*p.ColourStride+x] = uint8(math.Round(128 + scaleC*blue/n))
			p.Red[y*p.ColourStride+x] = uint8(math.Round(128 + scaleC*red/n))
		}
	}
}

func TestJPEGsAreTurnedUpright(t *testing.T) {
	t.Parallel()
	upright := pattern(24, 16)
	for orientation := 1; orientation <= 8; orientation++ {
		// stored is what a camera stores that is held so.
		swaps := orientation >= 5
		size := image.Pt(24, 16)
		if swaps {
			size = image.Pt(16, 24)
		}
		stored := image.NewRGBA(image.Rectangle{Max: size})
		for y := range size.Y {
			for x := range size.X {
				u, v := x, y // of the upright picture (EXIF 2.3, figure of tag 274)
				switch orientation {
				case 2:
					u = 23 - x
				case 3:
					u, v = 23-x, 15-y
				case 4:
					v = 15 - y
				case 5:
					u, v = y, x
				case 6:
					u, v = 23-y, x
				case 7:
					u, v = 23-y, 15-x
				case 8:
					u, v = y, 15-x
				}
				stored.SetRGBA(x, y, upright.RGBAAt(u, v))
			}
		}
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			data := tagged(t, stored, orientation, order)
			if got, err := Size(data); err != nil || got != image.Pt(24, 16) {
				t.Fatalf("orientation %d: size %v, %v", orientation, got, err)
			}
			pix := make([]uint8, 3*24*16)
			if err := Decode(data, pix); err != nil {
				t.Fatal(err)
			}
			near(t, "orientation", pix, rgb(upright), 14)
		}
	}
}

// tagged returns a JPEG whose EXIF tells its orientation.
func tagged(t *testing.T, m image.Image, orientation int, order binary.AppendByteOrder) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := jpeg.Encode(&file, m, &jpeg.Options{Quality: 100}); err != nil {
		t.Fatal(err)
	}
	tiff := []byte("II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		tiff = []byte("MM\x00*")
	}
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 1)
	tiff = order.AppendUint16(tiff, 274)
	tiff = order.AppendUint16(tiff, 3)
	tiff = order.AppendUint32(tiff, 1)
	tiff = order.AppendUint16(tiff, uint16(orientation))
	tiff = append(tiff, 0, 0, 0, 0, 0, 0)
	exif := append([]byte("Exif\x00\x00"), tiff...)
	head := binary.BigEndian.AppendUint16([]byte{0xFF, 0xD8, 0xFF, 0xE1}, uint16(len(exif)+2))
	return append(append(head, exif...), file.Bytes()[2:]...)
}

func FuzzDecode(f *testing.F) {
	var file, photo bytes.Buffer
	png.Encode(&file, pattern(16, 16))
	jpeg.Encode(&photo, pattern(16, 16), nil)
	f.Add(file.Bytes())
	f.Add(photo.Bytes())
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00MM\x00*\x00\x00\x00\x08"))
	f.Fuzz(func(t *testing.T, data []byte) {
		size, err := Size(data)
		if err != nil || size.X*size.Y > 1<<16 {
			return
		}
		Decode(data, make([]uint8, 3*size.X*size.Y))
	})
}
