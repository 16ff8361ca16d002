package animation

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/draw"
	"image/gif"
	"image/png"
	"io"
	"slices"
	"strings"
	"testing"

	"orrery/sim/render"
)

var (
	black = render.Colour{A: 255}
	white = render.Colour{R: 255, G: 255, B: 255, A: 255}
	red   = render.Colour{R: 255, A: 255}
)

// drawn returns pictures of 40 by 30 pixels of two blocks and a disc with soft edges,
// of which one block moves. The last two are the same.
func drawn() (pictures []*image.RGBA) {
	for k := range 5 {
		l := render.List{Width: 40, Height: 30, Background: white}
		l.Add(render.Block(image.Rect(3*k, 2*k, 3*k+9, 2*k+9), 0, red), render.Block(image.Rect(0, 20, 40, 22), 0, black))
		l.Add(render.Circle(render.Point{X: 30.3, Y: 14.7}, 4.2+float64(k), red.Fade(0.5), render.Stroke{}))
		pictures = append(pictures, l.Image())
	}
	return append(pictures, pictures[4])
}

// TestAPNGShowsThePictures exactly, each as long as the rate says.
func TestAPNGShowsThePictures(t *testing.T) {
	t.Parallel()
	want := drawn()
	a := Animation{Pictures: slices.Values(want), Size: image.Pt(40, 30), Count: 6, Rate: 30, Hold: 0.5}
	var file bytes.Buffer
	if err := EncodeAPNG(&file, a); err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(file.Bytes())); err != nil {
		t.Fatalf("as a plain PNG: %v", err)
	}
	parts, delays := decodeAPNG(t, file.Bytes())
	show(t, parts, draw.Src, want)
	if !slices.Equal(delays, []int{3, 4, 3, 3, 4, 53}) {
		t.Errorf("delays %v hundredths of a second", delays)
	}
}

// show puts the parts of an animation on a canvas one after the other and
// compares what a viewer sees with the pictures.
func show(t *testing.T, parts []image.Image, op draw.Op, want []*image.RGBA) {
	t.Helper()
	if len(parts) != len(want) {
		t.Fatalf("%d pictures, must be %d", len(parts), len(want))
	}
	canvas := image.NewRGBA(want[0].Rect)
	for k, part := range parts {
		draw.Draw(canvas, part.Bounds(), part, part.Bounds().Min, op)
		if !bytes.Equal(canvas.Pix, want[k].Pix) {
			t.Fatalf("picture %d differs", k)
		}
	}
}

// decodeAPNG checks the structure of an APNG and returns its pictures at their
// places, and how many hundredths of a second each stays. It rebuilds a PNG of each for the decoder of the standard library.
func decodeAPNG(t *testing.T, file []byte) (out []image.Image, delays []int) {
	t.Helper()
	var header, control []byte
	var data [][]byte
	var count, sequence uint32
	flush := func() {
		if control == nil {
			return
		}
		var still bytes.Buffer
		w := chunkWriter{w: &still}
		w.raw(pngSignature)
		w.chunk("IHDR", slices.Concat(control[4:12], header[8:]))
		for _, d := range data {
			w.chunk("IDAT", d)
		}
		w.chunk("IEND", nil)
		m, err := png.Decode(&still)
		if err != nil {
			t.Fatal(err)
		}
		at := image.Pt(int(binary.BigEndian.Uint32(control[12:])), int(binary.BigEndian.Uint32(control[16:])))
		moved := image.NewRGBA(m.Bounds().Add(at))
		draw.Draw(moved, moved.Rect, m, image.Point{}, draw.Src)
		out = append(out, moved)
		data = nil
	}
	inOrder := func(body []byte) []byte {
		if got := binary.BigEndian.Uint32(body); got != sequence {
			t.Fatalf("sequence number %d, must be %d", got, sequence)
		}
		sequence++
		return body[4:]
	}
	for rest := file[8:]; len(rest) > 0; {
		n := binary.BigEndian.Uint32(rest)
		kind, body := string(rest[4:8]), rest[8:8+n]
		if sum := binary.BigEndian.Uint32(rest[8+n:]); sum != crc32.ChecksumIEEE(rest[4:8+n]) {
			t.Fatalf("%s: wrong checksum", kind)
		}
		switch kind {
		case "IHDR":
			header = body
		case "acTL":
			count = binary.BigEndian.Uint32(body)
			if repeats := binary.BigEndian.Uint32(body[4:]); repeats != 0 {
				t.Errorf("it plays %d times, must be without end, which is 0", repeats)
			}
		case "fcTL":
			flush()
			inOrder(body)
			control = body
			if per := binary.BigEndian.Uint16(body[22:]); per != 100 {
				t.Fatalf("delays in 1/%d s, must be 1/100 s", per)
			}
			delays = append(delays, int(binary.BigEndian.Uint16(body[20:])))
		case "IDAT":
			data = append(data, body)
		case "fdAT":
			data = append(data, inOrder(body))
		}
		rest = rest[12+n:]
	}
	flush()
	if int(count) != len(out) {
		t.Fatalf("acTL announces %d pictures of %d", count, len(out))
	}
	return out, delays
}

func TestGIFOfFewColoursShowsThePictures(t *testing.T) {
	t.Parallel()
	want := drawn()
	a := Animation{Pictures: slices.Values(want), Size: image.Pt(40, 30), Count: 6, Rate: 30, Hold: 0.5}
	var file bytes.Buffer
	if err := EncodeGIF(&file, a, NewPalette([]render.Colour{red}, want)); err != nil {
		t.Fatal(err)
	}
	film, err := gif.DecodeAll(&file)
	if err != nil {
		t.Fatal(err)
	}
	if want := []int{3, 4, 3, 3, 4, 53}; !slices.Equal(film.Delay, want) || film.LoopCount != 0 {
		t.Errorf("delays %v, must be %v; %d loops", film.Delay, want, film.LoopCount)
	}
	show(t, images(film), draw.Over, want)
}

func images(film *gif.GIF) (out []image.Image) {
	for _, m := range film.Image {
		out = append(out, m)
	}
	return out
}

func TestEncodersWantTheAnnouncedPictures(t *testing.T) {
	t.Parallel()
	one := image.NewRGBA(image.Rect(0, 0, 8, 8))
	for want, a := range map[string]Animation{
		"no pictures":           {Pictures: slices.Values([]*image.RGBA{}), Rate: 1},
		"1 pictures, must be 2": {Pictures: slices.Values([]*image.RGBA{one}), Count: 2, Rate: 1},
		"more than 1 pictures":  {Pictures: slices.Values([]*image.RGBA{one, one}), Count: 1, Rate: 1},
		"must cover (9,8)":      {Pictures: slices.Values([]*image.RGBA{one}), Count: 1, Rate: 1, Size: image.Pt(9, 8)},
		"stays 1000 s":          {Pictures: slices.Values([]*image.RGBA{one}), Count: 1, Rate: 0.001},
		"rate 0 must be > 0":    {Pictures: slices.Values([]*image.RGBA{one}), Count: 1, Rate: 0},
	} {
		if a.Size == (image.Point{}) {
			a.Size = image.Pt(8, 8)
		}
		for _, err := range []error{EncodeGIF(io.Discard, a, NewPalette(nil, nil)), EncodeAPNG(io.Discard, a)} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, must contain %q", err, want)
			}
		}
	}
}

// TestTheFirstOfTwoEquallyNearColoursIsTaken, so that a palette's order decides.
func TestTheFirstOfTwoEquallyNearColoursIsTaken(t *testing.T) {
	t.Parallel()
	grey := func(v uint8) render.Colour { return render.Colour{R: v, G: v, B: v, A: 255} }
	x := newIndex(NewPalette([]render.Colour{grey(0), grey(40), grey(80)}, nil))
	for v, want := range map[uint8]uint8{0: 0, 19: 0, 20: 0, 21: 1, 60: 1, 61: 2, 255: 2} {
		if got := x.of([3]uint8{v, v, v}); got != want {
			t.Errorf("grey %d is colour %d of the palette, must be %d", v, got, want)
		}
	}
}
