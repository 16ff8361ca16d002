package filming

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"image"
	"image/gif"
	"strings"
	"testing"

	"orrery/sim/golden"
	"orrery/sim/render"
)

// TestFilesOfPicturesAreWhatPlayersRead: byte for byte those that ffprobe and browsers read when they were made.
func TestFilesOfPicturesAreWhatPlayersRead(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	for _, codec := range []string{"avc1.640033", "vp09.00.51.08", "av01.0.13M.08"} {
		v := video{codec: codec, config: []byte{1, 2, 3}, size: image.Pt(640, 480), rate: 20}
		for k := range 5 {
			v.chunks = append(v.chunks, chunk{[]byte(strings.Repeat("x", 3+k)), k%3 == 0})
		}
		data, err := v.mux()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "# %s\n%s", codec, hex.Dump(data))
	}
	golden.Compare(t, "testdata/mp4.txt", out.String())
}

// TestAGIFHasTheColoursOfAllOfItsFilm: what is seen at a third or two thirds of it only, too.
func TestAGIFHasTheColoursOfAllOfItsFilm(t *testing.T) {
	t.Parallel()
	theme, err := render.LoadTheme("dark")
	if err != nil {
		t.Fatal(err)
	}
	colours := []render.Colour{{R: 250, G: 10, B: 10, A: 255}, {R: 10, G: 250, B: 10, A: 255}, {R: 10, G: 10, B: 250, A: 255}, {R: 250, G: 250, B: 10, A: 255}}
	var lists []*render.List
	for k := range 4 {
		lists = append(lists, &render.List{Width: 4, Height: 4, Background: colours[k]})
	}
	data, err := encode(lists, GIF, theme)
	if err != nil {
		t.Fatal(err)
	}
	film, err := gif.DecodeAll(bytes.NewReader(data))
	if err != nil || len(film.Image) != 4 {
		t.Fatalf("%d pictures: %v", len(film.Image), err)
	}
	for k, c := range colours {
		r, g, b, _ := film.Image[k].At(1, 1).RGBA()
		if got := [3]int{int(r >> 8), int(g >> 8), int(b >> 8)}; got != [3]int{int(c.R), int(c.G), int(c.B)} {
			t.Errorf("picture %d is %v, want %v", k, got, c)
		}
	}
}

// TestAFilmHasOneSize: it is over where either side changes.
func TestAFilmHasOneSize(t *testing.T) {
	t.Parallel()
	for _, next := range []image.Point{{8, 6}, {9, 6}, {8, 7}} {
		var r Recorder
		if err := r.Begin(APNG); err != nil {
			t.Fatal(err)
		}
		over := false
		for k := range 4 {
			size := image.Pt(8, 6)
			if k > 0 {
				size = next
			}
			over = over || r.Tick(func() *render.List { return &render.List{Width: size.X, Height: size.Y} })
		}
		if over != (next != image.Pt(8, 6)) {
			t.Errorf("a film of 8 by 6 that becomes %v is over: %v", next, over)
		}
	}
}
