package gif

import (
	"bytes"
	"image"
	"image/color"
	stdgif "image/gif"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"orrery/datasets/film/decoded"
)

// random returns a GIF of parts with every disposal and transparent pixels.
func random(seed uint64, pictures int) *stdgif.GIF {
	chance := rand.New(rand.NewPCG(seed, 1))
	g := &stdgif.GIF{Config: image.Config{Width: 40, Height: 30}}
	for range pictures {
		var colours color.Palette
		for range 7 {
			colours = append(colours, color.RGBA{uint8(chance.Uint32()), uint8(chance.Uint32()), uint8(chance.Uint32()), 255})
		}
		colours = append(colours, color.RGBA{})
		x, y := chance.IntN(30), chance.IntN(20)
		m := image.NewPaletted(image.Rect(x, y, x+1+chance.IntN(40-x), y+1+chance.IntN(30-y)), colours)
		for i := range m.Pix {
			m.Pix[i] = uint8(chance.IntN(8))
		}
		g.Image, g.Delay = append(g.Image, m), append(g.Delay, chance.IntN(5))
		g.Disposal = append(g.Disposal, uint8(chance.IntN(4)))
	}
	return g
}

// shown composes a GIF picture by picture, by the words of the specification, on white.
func shown(g *stdgif.GIF) (pictures [][]uint8, starts []float64) {
	type pixel = [3]uint8
	canvas := make([]pixel, g.Config.Width*g.Config.Height)
	for i := range canvas {
		canvas[i] = pixel{255, 255, 255}
	}
	at := 0
	for k, m := range g.Image {
		before := append([]pixel{}, canvas...)
		for y := m.Rect.Min.Y; y < m.Rect.Max.Y; y++ {
			for x := m.Rect.Min.X; x < m.Rect.Max.X; x++ {
				if c := m.At(x, y).(color.RGBA); c.A > 0 {
					canvas[y*g.Config.Width+x] = pixel{c.R, c.G, c.B}
				}
			}
		}
		var pix []uint8
		for _, c := range canvas {
			pix = append(pix, c[:]...)
		}
		pictures, starts = append(pictures, pix), append(starts, float64(at)/100)
		if at += g.Delay[k]; g.Delay[k] < 2 {
			at += 10 - g.Delay[k]
		}
		switch g.Disposal[k] {
		case stdgif.DisposalPrevious:
			canvas = before
		case stdgif.DisposalBackground:
			for y := m.Rect.Min.Y; y < m.Rect.Max.Y; y++ {
				for x := m.Rect.Min.X; x < m.Rect.Max.X; x++ {
					canvas[y*g.Config.Width+x] = pixel{255, 255, 255}
				}
			}
		}
	}
	return pictures, starts
}

func TestPicturesAreThoseThatBrowsersShow(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		g := random(seed, 12)
		var file bytes.Buffer
		if err := stdgif.EncodeAll(&file, g); err != nil {
			t.Fatal(err)
		}
		pictures, starts := shown(g)
		read, times := decoded.All(t, Open, file.Bytes())
		if len(read) != len(pictures) {
			t.Fatalf("seed %d: %d pictures, must be %d", seed, len(read), len(pictures))
		}
		for k, pix := range read {
			at := times[k]
			if !bytes.Equal(pix, pictures[k]) {
				t.Fatalf("seed %d: picture %d differs", seed, k)
			}
			if !(math.Abs(at-starts[k]) < 1e-12) {
				t.Errorf("seed %d: picture %d starts at %g s, must start at %g s", seed, k, at, starts[k])
			}
		}
	}
}

func TestRowsOfInterlacedPicturesAreInOrder(t *testing.T) {
	t.Parallel()
	for h := range 40 {
		seen := make([]bool, h)
		last := -1
		for k := range h {
			y := interlacedRow(k, h)
			if y >= h || seen[y] {
				t.Fatalf("height %d: row %d of the file goes to %d", h, k, y)
			}
			if seen[y] = true; y < last && y%8 != 4 && y%4 != 2 && y%2 != 1 {
				t.Errorf("height %d: row %d after %d", h, y, last)
			}
			last = y
		}
	}
	// GIF89a, appendix E.
	for k, want := range []int{0, 8, 16, 4, 12, 2, 6, 10, 14, 18, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19} {
		if got := interlacedRow(k, 20); got != want {
			t.Errorf("row %d of the file is row %d of the picture, must be %d", k, got, want)
		}
	}
}

func FuzzNext(f *testing.F) {
	for seed := range uint64(2) {
		var file bytes.Buffer
		if err := stdgif.EncodeAll(&file, random(seed, 3)); err != nil {
			f.Fatal(err)
		}
		f.Add(file.Bytes())
	}
	decoded.Fuzz(f, Open)
}

func TestInterlacedPicturesAreRead(t *testing.T) {
	t.Parallel()
	g := random(3, 1)
	m := image.NewPaletted(image.Rect(0, 0, 40, 30), g.Image[0].Palette)
	stored := image.NewPaletted(m.Rect, m.Palette)
	for i := range m.Pix {
		m.Pix[i] = uint8(i * i / 7 % 7)
	}
	for k := range 30 {
		copy(stored.Pix[40*k:40*k+40], m.Pix[40*interlacedRow(k, 30):])
	}
	g.Image[0] = stored
	var file bytes.Buffer
	if err := stdgif.EncodeAll(&file, g); err != nil {
		t.Fatal(err)
	}
	data := file.Bytes()
	at := bytes.Index(data, []byte{0x2C, 0, 0, 0, 0, 40, 0, 30, 0})
	data[at+9] |= 0x40
	pix := make([]uint8, 3*40*30)
	if _, err := decoded.Open(t, Open, data).Next(t.Context(), pix); err != nil {
		t.Fatal(err)
	}
	g.Image[0] = m
	if want, _ := shown(g); !bytes.Equal(pix, want[0]) {
		t.Error("differs from the picture that was stored")
	}
}

func TestPaddingIsPassedOver(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	if err := stdgif.EncodeAll(&file, random(4, 1)); err != nil {
		t.Fatal(err)
	}
	good := file.Bytes()
	at := bytes.IndexByte(good[13:], 0x2C) + 13
	data := slices.Concat(good[:at], make([]byte, 65536), good[at:])
	if _, err := decoded.Open(t, Open, data).Next(t.Context(), make([]uint8, 3*40*30)); err != nil {
		t.Error(err)
	}
}

func TestBadGIFsAreRefused(t *testing.T) {
	t.Parallel()
	g := random(4, 1)
	var file bytes.Buffer
	if err := stdgif.EncodeAll(&file, g); err != nil {
		t.Fatal(err)
	}
	good := file.Bytes()
	at := bytes.IndexByte(good[13:], 0x2C) + 13
	palette := 3 * (2 << (good[at+9] & 7))
	changed := func(at int, with byte) []byte {
		data := bytes.Clone(good)
		data[at] = with
		return data
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"no colours":     {changed(at+9, 0), "has no colours"},
		"huge part":      {changed(at+6, 0xFF), ""},
		"wide codes":     {changed(at+10+palette, 12), "has codes of 12 bits: must be 2 to 8"},
		"few pixels":     {append(bytes.Clone(good[:at+11+palette]), 0, 0x3B), "has the pixels of 0 rows only, must be " + strconv.Itoa(g.Image[0].Rect.Dy())},
		"much padding":   {slices.Concat(good[:at], make([]byte, 65537), good[at:]), "has more than 65536 zeros where a picture should be"},
		"unknown block":  {changed(13, 99), "has a block of the unknown kind 99"},
		"cut off":        {good[:len(good)-5], "unexpected EOF"},
		"missing colour": {append(bytes.Clone(good[:at]), 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0x80, 1, 1, 1, 2, 2, 2, 2, 2, 0x5C, 0x0A, 0), "has colour 3 of a palette of 2"},
	} {
		_, err := decoded.Open(t, Open, c.data).Next(t.Context(), make([]uint8, 3*40*30))
		if err == nil || c.want != "" && err.Error() != c.want {
			t.Errorf("%s: error %v, must be %s", name, err, c.want)
		}
	}
}

// TestFastFilmsKeepTheirShortDelays: 60 pictures a second are delays of 0.02, 0.02 and 0.01 s. Where all are 0.01 s or one is 0, browsers are
// followed.
func TestFastFilmsKeepTheirShortDelays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		delays []int // hundredths of a second
		fast   bool
		last   float64 // s, the start of the last picture
	}{
		{[]int{2, 2, 1, 2, 2, 1, 2}, true, 0.10},
		{[]int{1, 1, 1, 1, 2, 1, 1}, true, 0.07},
		{[]int{2, 1, 2, 2, 1, 50, 2}, true, 0.58},
		{[]int{1, 1, 1, 1, 1, 1, 1}, false, 0.60},
		{[]int{0, 2, 1, 2, 2, 1, 2}, false, 0.36},
		{[]int{1, 5, 5, 5, 5, 5, 1}, false, 0.35},
		{[]int{2, 2, 2, 2, 2, 2, 2}, false, 0.12},
	} {
		g := random(5, len(c.delays))
		g.Delay = c.delays
		var file bytes.Buffer
		if err := stdgif.EncodeAll(&file, g); err != nil {
			t.Fatal(err)
		}
		data := file.Bytes()
		if got := IsFast(bytes.NewReader(data)); got != c.fast {
			t.Errorf("delays %v: fast %v", c.delays, got)
		}
		_, starts := decoded.All(t, func(file io.ReadCloser) (*Reader, error) {
			r, err := Open(file)
			if err == nil && c.fast {
				r.KeepShort()
			}
			return r, err
		}, data)
		if last := starts[len(starts)-1]; !(math.Abs(last-c.last) < 1e-9) {
			t.Errorf("delays %v: the last picture starts at %g s, must start at %g s", c.delays, last, c.last)
		}
		for n := range data {
			IsFast(bytes.NewReader(data[:n])) // ends
		}
	}
}
