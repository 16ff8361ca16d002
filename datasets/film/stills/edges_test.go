package stills

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"testing"
)

// TestBrightnessIsThatOfTheStandard: without colour to the value, of both ranges; with colour within 1 of ITU-R BT.601, where values beyond
// 0 and 255 end there.
func TestBrightnessIsThatOfTheStandard(t *testing.T) {
	t.Parallel()
	for _, limited := range []bool{false, true} {
		black, high, colour := 0.0, 1.0, 1.0
		if limited {
			black, high, colour = 16, 255.0/219, 255.0/224
		}
		grey := Planes{Width: 256, Height: 1, LumaStride: 256, Limited: limited}
		for v := range 256 {
			grey.Luma = append(grey.Luma, uint8(v))
		}
		got := make([]uint8, 3*256)
		grey.RGB(got)
		for v := range 256 {
			want := uint8(math.Round(min(max((float64(v)-black)*high, 0), 255)))
			if g := [3]uint8(got[3*v:]); g != [3]uint8{want, want, want} {
				t.Errorf("limited %v: brightness %d is %v, want %d", limited, v, g, want)
			}
		}
		for _, c := range [][2]uint8{{128, 128}, {0, 128}, {128, 0}, {255, 128}, {128, 255}, {90, 200}, {16, 240}} {
			p := grey
			p.Blue, p.Red, p.ColourStride = bytes.Repeat(c[:1], 256), bytes.Repeat(c[1:], 256), 256
			p.RGB(got)
			b, r := (float64(c[0])-128)*colour, (float64(c[1])-128)*colour
			for v := range 256 {
				y := (float64(v) - black) * high
				for k, want := range []float64{y + 1.402*r, y - 0.344136*b - 0.714136*r, y + 1.772*b} {
					if want = min(max(want, 0), 255); !(math.Abs(float64(got[3*v+k])-want) <= 1) {
						t.Fatalf("limited %v: brightness %d of colour %v has %d in part %d, want %v", limited, v, c, got[3*v+k], k, want)
					}
				}
			}
		}
	}
}

// TestWhatIsBelowShowsThrough: a colour over white, or over what is there, rounded to the nearest.
func TestWhatIsBelowShowsThrough(t *testing.T) {
	t.Parallel()
	for _, a := range []uint8{0, 1, 127, 128, 200, 254, 255} {
		for _, over := range []bool{false, true} {
			dst := []uint8{10, 100, 250, 7}
			Paint(dst, []uint8{200, 3, 90, a, 9, 9}, over)
			for k, v := range []float64{200, 3, 90} {
				below := 255.0
				if over {
					below = []float64{10, 100, 250}[k]
				}
				if want := math.Round((v*float64(a) + below*(255-float64(a))) / 255); float64(dst[k]) != want {
					t.Errorf("alpha %d over %v: %d, want %v", a, over, dst[k], want)
				}
			}
			if dst[3] != 7 {
				t.Error("half a pixel is painted")
			}
		}
	}
}

// TestRowsOfEveryKindAreAlike: pictures that do not begin at 0, with colours that are seen through, by all ways to read them.
func TestRowsOfEveryKindAreAlike(t *testing.T) {
	t.Parallel()
	colours := color.Palette{color.NRGBA{200, 100, 50, 255}, color.NRGBA{10, 20, 30, 128}, color.NRGBA{1, 2, 3, 0}, color.NRGBA{77, 77, 77, 255}}
	box := image.Rect(2, 1, 6, 3)
	plain, premultiplied, opaque, indexed := image.NewNRGBA(box), image.NewRGBA(box), image.NewRGBA(box), image.NewPaletted(box, colours)
	other := image.NewNRGBA64(box)
	for i := range 8 {
		x, y, c := 2+i%4, 1+i/4, colours[(i*3+i/4)%4]
		for _, m := range []interface{ Set(x, y int, c color.Color) }{plain, premultiplied, indexed, other} {
			m.Set(x, y, c)
		}
		opaque.Set(x, y, color.NRGBA{uint8(i), uint8(2 * i), 9, 255})
	}
	for name, m := range map[string]image.Image{"NRGBA": plain, "RGBA": premultiplied, "palette": indexed, "64 bits": other, "opaque": opaque} {
		for y := range 2 {
			row := make([]uint8, 16)
			RowsOf(m).Read(row, y)
			for x := range 4 {
				want := color.NRGBAModel.Convert(m.At(2+x, 1+y)).(color.NRGBA)
				if got := (color.NRGBA{row[4*x], row[4*x+1], row[4*x+2], row[4*x+3]}); got != want {
					t.Errorf("%s: %v at %d, %d, want %v", name, got, x, y, want)
				}
			}
		}
	}
	grey := image.NewGray(box)
	grey.SetGray(3, 2, color.Gray{91})
	row := make([]uint8, 16)
	if RowsOf(grey).Read(row, 1); [4]uint8(row[4:]) != [4]uint8{91, 91, 91, 255} || [4]uint8(row) != [4]uint8{0, 0, 0, 255} {
		t.Errorf("grey: %v", row)
	}
}

// TestBadStillsAreRefusedInASentence.
func TestBadStillsAreRefusedInASentence(t *testing.T) {
	t.Parallel()
	var whole bytes.Buffer
	if err := png.Encode(&whole, pattern(12, 9)); err != nil {
		t.Fatal(err)
	}
	odd := bytes.Clone(whole.Bytes())
	odd[25] = 9 // the kind of colour, whose sum is wrong then
	for want, data := range map[string][]byte{
		"is empty": {}, "is neither a PNG nor a JPEG": []byte("GIF89a"), "is a damaged PNG, or cut off": whole.Bytes()[:20], "is a damaged JPEG": []byte("\xff\xd8\xff\xe0"), "is ": odd,
	} {
		if _, err := Size(data); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("size: %v, want %s", err, want)
		}
		if err := Decode(data, make([]uint8, 324)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if err := Decode(whole.Bytes(), make([]uint8, 323)); err == nil || err.Error() != "is 12 × 9 px, unlike the pictures before" {
		t.Errorf("got %v", err)
	}
	if err := Decode(whole.Bytes()[:whole.Len()-20], make([]uint8, 324)); err == nil || err.Error() != "is a damaged PNG, or cut off" {
		t.Errorf("got %v", err)
	}
}

// TestOrientationsAreReadWhereTheyAre: in the Exif of a JPEG before its picture, from 1 to 8; nothing else turns a picture.
func TestOrientationsAreReadWhereTheyAre(t *testing.T) {
	t.Parallel()
	tiff := func(order string, kind, value byte) string {
		if order == "MM" {
			return "MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01" + string(kind) + "\x00\x03\x00\x00\x00\x01\x00" + string(value) + "\x00\x00"
		}
		return "II\x2a\x00\x08\x00\x00\x00\x01\x00" + string(kind) + "\x01\x03\x00\x01\x00\x00\x00" + string(value) + "\x00\x00\x00"
	}
	segment := func(kind byte, body string) string {
		return "\xff" + string([]byte{kind, 0, byte(2 + len(body))}) + body
	}
	exif := "Exif\x00\x00" + tiff("II", 0x12, 6)
	for name, c := range map[string]struct {
		data string
		want int
	}{
		"first":             {"\xff\xd8" + segment(0xE1, exif), 6},
		"after others":      {"\xff\xd8" + segment(0xE0, "JFIF\x00") + segment(0xE1, "http") + segment(0xE1, "Exif\x00\x00"+tiff("MM", 0x12, 8)), 8},
		"in another kind":   {"\xff\xd8" + segment(0xE2, exif), 1},
		"after the picture": {"\xff\xd8" + segment(0xDA, "xx") + segment(0xE1, exif), 1},
		"no JPEG":           {"\xff\xd9" + segment(0xE1, exif), 1},
		"another tag":       {"\xff\xd8" + segment(0xE1, "Exif\x00\x00"+tiff("II", 0x13, 6)), 1},
		"zero":              {"\xff\xd8" + segment(0xE1, "Exif\x00\x00"+tiff("II", 0x12, 0)), 1},
		"nine":              {"\xff\xd8" + segment(0xE1, "Exif\x00\x00"+tiff("II", 0x12, 9)), 1},
		"no length":         {"\xff\xd8\xff\xe0\x00\x00" + segment(0xE1, exif), 1},
		"nothing":           {"\xff\xd8", 1},
	} {
		if got := orientation([]byte(c.data)); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
		for n := range len(c.data) { // cut off anywhere
			if got := orientation([]byte(c.data)[:n:n]); got != 1 && got != c.want {
				t.Errorf("%s, %d bytes: %d", name, n, got)
			}
		}
	}
}
