package y4m

import (
	"bytes"
	"fmt"
	"image"
	"io"
	"math"
	"testing"

	"orrery/datasets/film/decoded"
)

// film returns a stream of grey pictures of 18 × 10 px, whose brightness rises by 16 from each to the next.
func stream(head string, pictures, colourWidth, colourHeight, bytesEach, shift int, first int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n", head)
	put := func(n, v int) {
		for range n {
			b.WriteByte(byte(v << shift))
			if bytesEach == 2 {
				b.WriteByte(byte(v << shift >> 8))
			}
		}
	}
	for k := range pictures {
		b.WriteString("FRAME Ip\n")
		put(18*10, first+16*k)
		put(2*colourWidth*colourHeight, 128)
	}
	return b.Bytes()
}

func TestStreamsOfEveryKindAreRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		head                string
		width, height, each int
		shift               int
		full                bool
	}{
		{"YUV4MPEG2 W18 H10 F30000:1001 Ip A1:1", 9, 5, 1, 0, false},
		{"YUV4MPEG2 W18 H10 F30000:1001 Ip A1:1 C420jpeg XYSCSS=420JPEG XCOLORRANGE=FULL", 9, 5, 1, 0, true},
		{"YUV4MPEG2 C420mpeg2 H10 W18  F30000:1001 It", 9, 5, 1, 0, false},
		{"YUV4MPEG2 W18 H10 F30000:1001 C422 XCOLORRANGE=LIMITED", 9, 10, 1, 0, false},
		{"YUV4MPEG2 W18 H10 F30000:1001 C444", 18, 10, 1, 0, false},
		{"YUV4MPEG2 W18 H10 F30000:1001 Cmono", 0, 0, 1, 0, false},
		{"YUV4MPEG2 W18 H10 F30000:1001 C420p10 XCOLORRANGE=FULL", 9, 5, 2, 2, true},
		{"YUV4MPEG2 W18 H10 F30000:1001 C444p12", 18, 10, 2, 4, false},
		{"YUV4MPEG2 W18 H10 F30000:1001 Cmono16", 0, 0, 2, 8, false},
	} {
		data := stream(c.head, 3, c.width, c.height, c.each, c.shift, 64)
		r := decoded.Open(t, Open, data)
		if r.Size() != image.Pt(18, 10) || r.Depth() != 8+c.shift || r.Interlaced() != bytes.Contains([]byte(c.head), []byte(" It")) {
			t.Errorf("%s: size %v, %d bits, interlaced %t", c.head, r.Size(), r.Depth(), r.Interlaced())
		}
		pictures, starts := decoded.All(t, Open, data)
		if len(pictures) != 3 {
			t.Fatalf("%s: %d pictures, must be 3", c.head, len(pictures))
		}
		for k, pix := range pictures {
			if at := starts[k]; !(math.Abs(at-float64(k)*1001/30000) < 1e-12) {
				t.Errorf("%s: picture %d at %g s", c.head, k, at)
			}
			want := float64(64 + 16*k)
			if !c.full {
				want = (want - 16) * 255 / 219
			}
			for i, v := range pix {
				if !(math.Abs(float64(v)-want) <= 0.51) {
					t.Fatalf("%s: value %d is %d, must be %g", c.head, i, v, want)
				}
			}
		}
	}
}

func TestBadStreamsAreRefused(t *testing.T) {
	t.Parallel()
	good := stream("YUV4MPEG2 W18 H10 F30:1", 2, 9, 5, 1, 0, 64)
	for _, c := range []struct{ data, want string }{
		{"YUV4MPEG2 W18 H10\n", "does not say how many pictures per second it has (F)"},
		{"YUV4MPEG2 H10 F30:1\n", "pictures of 0 × 10 px: must be 8 to 16384 px wide and high"},
		{"YUV4MPEG2 Wx H10 F30:1\n", `width or height "x": must be a number of px`},
		{"YUV4MPEG2 W16000 H16000 F30:1\n", "pictures of 16000 × 16000 px: must have at most 16777216 px in all"},
		{"YUV4MPEG2 W18 H10 F30:0\n", "rate F30:0: must be a fraction such as 30:1, of 0.001 to 1,000,000 pictures per second"},
		{"YUV4MPEG2 W18 H10 F30:1 A1:0\n", "shape of pixels A1:0: must be a fraction such as 10:11"},
		{"YUV4MPEG2 W18 H10 F30:1 A1:9\n", "its pixels are 0.1111 times as wide as high, which makes pictures of 2 × 10 px: must be 8 to 16384 px wide and high"},
		{"YUV4MPEG2 W18 H10 F30:1 A2147483647:1\n", "its pixels are 2.147e+09 times as wide as high, which makes pictures of 1073741824 × 10 px: must be 8 to 16384 px wide and high"},
		{"YUV4MPEG2 W18 H10 F30:1 C411\n", "colour C411 is not read: 420, 422, 444 and mono of 8 to 16 bits are"},
		{"YUV4MPEG2 W18 H10 F30:1", "unexpected EOF"},
		{"YUV4MPEG2 " + string(make([]byte, 2000)), "has a line of text of more than 1024 bytes"},
		{string(good[:len(good)-1]), "unexpected EOF"},
		{string(good) + "GRAPE\n", "does not begin with the word FRAME"},
		{string(good) + "FR", "unexpected EOF"},
	} {
		r, err := Open(io.NopCloser(bytes.NewReader([]byte(c.data))))
		for err == nil {
			_, err = r.Next(t.Context(), make([]uint8, 3*18*10))
		}
		if err.Error() != c.want {
			t.Errorf("%.40q: error %v, must be %s", c.data, err, c.want)
		}
	}
}

func FuzzNext(f *testing.F) {
	f.Add(stream("YUV4MPEG2 W18 H10 F30000:1001 Ip A1:1 C420p10", 1, 9, 5, 2, 2, 64))
	f.Add(stream("YUV4MPEG2 W18 H10 F30:1 A10:11 Cmono", 1, 0, 0, 1, 0, 64))
	f.Add(stream("YUV4MPEG2 W17 H9 F30000:1001 C422", 1, 9, 9, 1, 0, 64))
	decoded.Fuzz(f, Open)
}

func TestPicturesArePassedOver(t *testing.T) {
	t.Parallel()
	for k := range 5 {
		r := decoded.Open(t, Open, stream("YUV4MPEG2 W18 H10 F30:1 C444 XCOLORRANGE=FULL", 5, 18, 10, 1, 0, 64))
		if err := r.SkipTo(float64(k)/30 + 1e-9); err != nil {
			t.Fatal(err)
		}
		pix := make([]uint8, 3*18*10)
		if at, err := r.Next(t.Context(), pix); err != nil || !(math.Abs(at-float64(k)/30) < 1e-9) || int(pix[0]) != 64+16*k {
			t.Errorf("picture at %g s of level %d, %v; must be picture %d", at, pix[0], err, k)
		}
	}
}

// TestDeepValuesAreRounded to eight bits, and stay within them.
func TestDeepValuesAreRounded(t *testing.T) {
	t.Parallel()
	values := []int{0, 127, 128, 0x407f, 0x4080, 0xff7f, 0xff80, 0xffff}
	data := []byte("YUV4MPEG2 W18 H10 F30:1 Cmono16 XCOLORRANGE=FULL\nFRAME\n")
	for k := range 180 {
		v := values[k%len(values)]
		data = append(data, byte(v), byte(v>>8))
	}
	pictures, _ := decoded.All(t, Open, data)
	for i, want := range []uint8{0, 0, 1, 0x40, 0x41, 0xff, 0xff, 0xff} {
		if len(pictures) != 1 || pictures[0][3*i] != want {
			t.Errorf("%#x becomes %#x, want %#x", values[i], pictures[0][3*i], want)
		}
	}
}

// TestPixelsAreMadeSquare: a linear ramp across stays one, an edge stays at its place, and what is grey stays as it is.
func TestPixelsAreMadeSquare(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		aspect string
		width  int
	}{{"2:1", 80}, {"12:11", 44}, {"10:11", 36}, {"1:2", 20}, {"1:3", 13}, {"0:0", 40}, {"1:1", 40}} {
		head := "YUV4MPEG2 W40 H8 F30:1 Cmono XCOLORRANGE=FULL A" + c.aspect + "\n"
		data := []byte(head + "FRAME\n")
		for range 8 {
			for x := range 40 {
				data = append(data, byte(6*x))
			}
		}
		data = append(data, "FRAME\n"...)
		for i := range 40 * 8 {
			data = append(data, byte(255*(i%40/20)))
		}
		if size := decoded.Open(t, Open, data).Size(); size != image.Pt(c.width, 8) {
			t.Errorf("aspect %s: %v", c.aspect, size)
			continue
		}
		pictures, _ := decoded.All(t, Open, data)
		step := 40 / float64(c.width)
		for x := 3; x < c.width-3; x++ {
			want := 6 * ((float64(x)+0.5)*step - 0.5)
			if got := pictures[0][3*(c.width*5+x)]; !(math.Abs(float64(got)-want) <= 1) {
				t.Errorf("aspect %s: column %d is %d, must be %.1f", c.aspect, x, got, want)
			}
		}
		sum := 0.0
		for x := range c.width {
			sum += float64(pictures[1][3*x+1]) / 255
		}
		if !(math.Abs(sum-float64(c.width)/2) <= 0.05) {
			t.Errorf("aspect %s: %.2f columns are bright, must be half of %d", c.aspect, sum, c.width)
		}
	}
}
