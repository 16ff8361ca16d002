package render

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/draw"
	"image/gif"
	"image/png"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

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

// pictures returns the pictures of a film, as a viewer should see them.
func pictures(t *testing.T, r *Reel) []*image.RGBA {
	return slices.Collect(r.Animation(t.Context()).Pictures)
}

func TestAPNGShowsThePictures(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and other tests draw in parallel")
	}
	r := mustReel(t, testFilm(13))
	var file bytes.Buffer
	if err := r.Write(t.Context(), &file, APNG); err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(file.Bytes())); err != nil {
		t.Fatalf("as a plain PNG: %v", err)
	}
	show(t, decodeAPNG(t, file.Bytes()), draw.Src, pictures(t, r))
}

// decodeAPNG checks the structure of an APNG and returns its pictures at their
// places. It rebuilds a PNG of each for the decoder of the standard library.
func decodeAPNG(t *testing.T, file []byte) []image.Image {
	t.Helper()
	var out []image.Image
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
		case "fcTL":
			flush()
			inOrder(body)
			control = body
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
	return out
}

func TestGIFOfFewColoursShowsThePictures(t *testing.T) {
	var want []*image.RGBA
	for k := range 5 {
		l := List{Width: 40, Height: 30, Background: white}
		l.Add(Block(image.Rect(3*k, 2*k, 3*k+9, 2*k+9), 0, red), Block(image.Rect(0, 20, 40, 22), 0, black))
		want = append(want, l.Image())
	}
	want = append(want, want[4]) // nothing changes
	a := Animation{Pictures: slices.Values(want), Size: image.Pt(40, 30), Count: 6, Rate: 30, Hold: 0.5}
	var file bytes.Buffer
	if err := EncodeGIF(&file, a, NewPalette([]Colour{red}, want)); err != nil {
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

func TestGIFOfAFilmIsTrueToItsColours(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and other tests draw in parallel")
	}
	r := mustReel(t, testFilm(40))
	var file bytes.Buffer
	if err := r.Write(t.Context(), &file, GIF); err != nil {
		t.Fatal(err)
	}
	film, err := gif.DecodeAll(&file)
	if err != nil {
		t.Fatal(err)
	}
	canvas := image.NewRGBA(image.Rect(0, 0, 480, 540))
	exact := map[[3]uint8]bool{}
	for _, c := range r.film.Theme.colours() {
		exact[[3]uint8{c.R, c.G, c.B}] = true
	}
	for k, want := range pictures(t, r) {
		draw.Draw(canvas, film.Image[k].Bounds(), film.Image[k], film.Image[k].Bounds().Min, draw.Over)
		sum := 0
		for y := range 540 {
			for x := range 480 {
				got, want := pixel(canvas, x, y), pixel(want, x, y)
				if exact[want] && got != want {
					t.Fatalf("picture %d: colour %v of the theme became %v", k, want, got)
				}
				sum += distance(got, want)
			}
		}
		if mean := float64(sum) / (480 * 540); !(mean <= 2) {
			t.Errorf("picture %d: mean square distance of colours %.2f", k, mean)
		}
	}
}

func TestGIFIsSmallAndQuick(t *testing.T) {
	if testing.Short() {
		t.Skip("draws 120 pictures")
	}
	var file bytes.Buffer
	if err := mustReel(t, testFilm(360)).Write(t.Context(), &file, GIF); err != nil {
		t.Fatal(err)
	}
	if file.Len() > 1_500_000 {
		t.Errorf("120 pictures take %d bytes, must be at most 1.5 MB", file.Len())
	}
}

func TestEncodersWantTheAnnouncedPictures(t *testing.T) {
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

func TestMP4HasThePictures(t *testing.T) {
	if _, err := exec.LookPath("ffprobe"); err != nil {
		t.Skip("ffprobe is not installed")
	}
	film := sized(testFilm(13), 321, 320) // an odd width, which H.264 alone refuses
	film.Hold = 0
	path := t.TempDir() + "/film.mp4"
	var file bytes.Buffer
	if err := mustReel(t, film).Write(t.Context(), &file, MP4); err != nil {
		t.Fatal(err)
	}
	writeFile(t, path, file.Bytes())
	out, err := exec.Command("ffprobe", "-v", "error", "-count_frames", "-show_entries",
		"stream=width,height,nb_read_frames,r_frame_rate", "-of", "csv=p=0", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(string(out)); got != "322,320,20/1,5" {
		t.Errorf("width, height, rate, pictures %s, must be 322,320,20/1,5", got)
	}
}

func TestMP4SaysWhatItNeeds(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	err := mustReel(t, testFilm(2)).Write(t.Context(), io.Discard, MP4)
	if err == nil || !strings.Contains(err.Error(), "needs the program ffmpeg") {
		t.Errorf("error %v", err)
	}
}

func TestWriteStopsWhenCancelled(t *testing.T) {
	r := mustReel(t, testFilm(13))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, f := range []Format{GIF, APNG, MP4, PNG} {
		if err := r.Write(ctx, io.Discard, f); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error %v", f, err)
		}
	}
	if err := r.Write(t.Context(), io.Discard, "bmp"); err == nil {
		t.Error("an unknown format is accepted")
	}
}

func TestFormatOf(t *testing.T) {
	for name, want := range map[string]Format{"a/b.gif": GIF, "b.PNG": PNG, "c.d.apng": APNG, "e.mp4": MP4} {
		if got, err := FormatOf(name); got != want || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for _, name := range []string{"gif", "a.jpg", ""} {
		if _, err := FormatOf(name); err == nil {
			t.Errorf("%q is accepted", name)
		}
	}
}
