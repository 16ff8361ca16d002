package film

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/png"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/render"
)

// pictures returns the pictures of a film, as a viewer should see them.
func pictures(t *testing.T, r *Reel) []*image.RGBA {
	return slices.Collect(r.Animation(t.Context()).Pictures)
}

func TestGIFOfAFilmIsTrueToItsColours(t *testing.T) {
	t.Parallel()
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
	for _, c := range r.film.Theme.Colours() {
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
	t.Parallel()
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

func TestMP4HasThePictures(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
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
	t.Parallel()
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

// TestPalettesKnowPicturesOfAllTimes, the first and the last among them.
func TestPalettesKnowPicturesOfAllTimes(t *testing.T) {
	t.Parallel()
	f := testFilm(6)
	of := func(state int) color.RGBA { return color.RGBA{uint8(10 + 45*state), 60, 200, 255} }
	f.Backdrop = &Backdrop{Shows: render.Bounds{Min: sim.Vec{X: -1, Y: -1}, Max: sim.Vec{X: 1, Y: 1}}, Picture: func(state int) *image.RGBA {
		m := image.NewRGBA(image.Rect(0, 0, 32, 32))
		draw.Draw(m, m.Rect, image.NewUniform(of(state)), image.Point{}, draw.Src)
		return m
	}}
	palette := mustReel(t, f).Palette()
	for state := range 6 {
		if !slices.Contains(palette, color.Color(of(state))) {
			t.Errorf("%v of state %d is not in the palette", of(state), state)
		}
	}
}

// TestSheetsHaveAsManyColumnsAsCanBeRead, up to four.
func TestSheetsHaveAsManyColumnsAsCanBeRead(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("draws ten sheets on one goroutine")
	}
	for width, columns := range map[int]int{430: 1, 450: 2, 870: 3, 890: 4, 1800: 4} {
		r := mustReel(t, sized(testFilm(4), width, 480))
		var file bytes.Buffer
		if err := r.Write(t.Context(), &file, PNG); err != nil {
			t.Fatal(err)
		}
		drawn, err := png.DecodeConfig(&file)
		if err != nil {
			t.Fatal(err)
		}
		want, err := r.Sheet([]int{0, 1, 2, 3}, columns)
		if err != nil {
			t.Fatal(err)
		}
		if drawn.Width != width || drawn.Height != want.Height {
			t.Errorf("%d px wide it is %d px high, with %d columns %d", width, drawn.Height, columns, want.Height)
		}
	}
}
