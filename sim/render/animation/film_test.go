package animation

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery/sim/render"
)

// standIn puts a shell script in the place of ffmpeg, in a folder of its own that is all of
// the path, and returns that folder.
func standIn(t *testing.T, script string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in is a shell script")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "ffmpeg"), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Setenv("TMPDIR", t.TempDir())
	return dir
}

// TestFFmpegGetsThePictures: every pixel of every picture, their size, rate and how long the
// last one stays; and what it writes is the film.
func TestFFmpegGetsThePictures(t *testing.T) {
	dir := standIn(t, `
here=$(dirname "$0")
for last; do :; done
printf '%s\n' "$@" > "$here/arguments"
cat > "$here/pixels"
printf 'a film' > "$last"
`)
	want := drawn()
	a := Animation{Pictures: slices.Values(want), Size: image.Pt(40, 30), Count: 6, Rate: 29.97, Hold: 0.75}
	var film bytes.Buffer
	if err := EncodeMP4(t.Context(), &film, a); err != nil || film.String() != "a film" {
		t.Fatalf("%q, %v", &film, err)
	}
	var pixels []byte
	for _, m := range want {
		pixels = append(pixels, m.Pix...)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "pixels")); err != nil || !bytes.Equal(got, pixels) {
		t.Errorf("%d bytes of pixels, must be the %d of the pictures; %v", len(got), len(pixels), err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "arguments"))
	if err != nil {
		t.Fatal(err)
	}
	arguments := strings.Split(strings.TrimSpace(string(text)), "\n")
	for _, pair := range [][2]string{{"-video_size", "40x30"}, {"-framerate", "29.97"}, {"-pixel_format", "rgba"}, {"-f", "rawvideo"}, {"-i", "-"}} {
		k := slices.Index(arguments, pair[0])
		if k < 0 || arguments[k+1] != pair[1] || k > slices.Index(arguments, "-i") {
			t.Errorf("%s must be %s before the input: %q", pair[0], pair[1], arguments)
		}
	}
	if k := slices.Index(arguments, "-vf"); k < 0 || !strings.Contains(arguments[k+1], "stop_duration=0.75") || !strings.Contains(arguments[k+1], "pad=ceil(iw/2)*2:ceil(ih/2)*2") {
		t.Errorf("filters of %q", arguments)
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("%v stays, %v", left, err)
	}
}

// TestWhatFFmpegSaysIsTheError, and not that of the pipe it has closed.
func TestWhatFFmpegSaysIsTheError(t *testing.T) {
	standIn(t, "echo 'Unknown encoder libx264' >&2; exit 3\n")
	big := image.NewRGBA(image.Rect(0, 0, 400, 400)) // more than a pipe holds
	a := Animation{Pictures: slices.Values([]*image.RGBA{big, big}), Size: image.Pt(400, 400), Count: 2, Rate: 30}
	var film bytes.Buffer
	err := EncodeMP4(t.Context(), &film, a)
	if err == nil || !strings.Contains(err.Error(), "Unknown encoder libx264") || strings.Contains(err.Error(), "pipe") || film.Len() > 0 {
		t.Errorf("error %v; %d bytes", err, film.Len())
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("%v stays, %v", left, err)
	}
}

// TestMP4WantsTheAnnouncedPictures too, although ffmpeg takes what it gets.
func TestMP4WantsTheAnnouncedPictures(t *testing.T) {
	standIn(t, "cat > /dev/null; for last; do :; done; : > \"$last\"\n")
	a := Animation{Pictures: slices.Values(drawn()), Size: image.Pt(40, 30), Count: 7, Rate: 30}
	if err := EncodeMP4(t.Context(), new(bytes.Buffer), a); err == nil || !strings.Contains(err.Error(), "6 pictures, must be 7") {
		t.Errorf("error %v", err)
	}
}

// TestMP4EndsWithItsContext although ffmpeg does not end.
func TestMP4EndsWithItsContext(t *testing.T) {
	standIn(t, "exec sleep 60\n")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	big := image.NewRGBA(image.Rect(0, 0, 400, 400)) // more than a pipe holds
	a := Animation{Pictures: slices.Values([]*image.RGBA{big}), Size: image.Pt(400, 400), Count: 1, Rate: 30}
	if err := EncodeMP4(ctx, new(bytes.Buffer), a); err == nil {
		t.Error("no error")
	}
}

func TestWithoutFFmpegTheErrorSaysWhatElseWorks(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	err := EncodeMP4(t.Context(), new(bytes.Buffer), Animation{})
	if err == nil || !strings.Contains(err.Error(), "needs the program ffmpeg") || !strings.Contains(err.Error(), "gif and apng work without it") {
		t.Errorf("error %v", err)
	}
}

// TestMP4ShowsThePictures: those of a real ffmpeg, taken apart again, are as large as the
// odd size and the row that is added, last as long as they must, and look alike.
func TestMP4ShowsThePictures(t *testing.T) {
	ffmpeg, err := FindFFmpeg()
	if err != nil {
		t.Skip(err)
	}
	const count, rate, hold = 6, 30, 0.5
	want := drawn()
	for k, m := range want {
		cut := image.NewRGBA(image.Rect(0, 0, 39, 29))
		for y := range 29 {
			copy(cut.Pix[y*cut.Stride:(y+1)*cut.Stride], m.Pix[y*m.Stride:])
		}
		want[k] = cut
	}
	var film bytes.Buffer
	if err := EncodeMP4(t.Context(), &film, Animation{Pictures: slices.Values(want), Size: image.Pt(39, 29), Count: count, Rate: rate, Hold: hold}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "film.mp4")
	if err := os.WriteFile(path, film.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	pixels, err := exec.Command(ffmpeg, "-loglevel", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgba", "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	const size = 40 * 30 * 4
	if frames := len(pixels) / size; len(pixels)%size != 0 || frames != count+hold*rate {
		t.Fatalf("%d bytes, must be %d pictures of 40 by 30", len(pixels), count+int(hold*rate))
	}
	for k, m := range want {
		sum := 0
		for y := range 29 {
			for x := range 39 {
				got, want := pixels[k*size+(y*40+x)*4:], pixel(m, x, y)
				sum += distance([3]uint8{got[0], got[1], got[2]}, want)
			}
		}
		if mean := float64(sum) / (39 * 29); !(mean < 40*40) {
			t.Errorf("picture %d is off by %g squared levels", k, mean)
		}
	}
}

// TestDelaysAddUp: whatever the rate, the time up to every picture is right to half of a
// hundredth of a second.
func TestDelaysAddUp(t *testing.T) {
	t.Parallel()
	for _, rate := range []float64{0.5, 1, 7, 24, 29.97, 30, 59.94, 60, 99.9, 100} {
		a := Animation{Count: 200, Rate: rate, Hold: 1.234}
		delays, err := a.delays()
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for k, delay := range delays {
			if sum += float64(delay) / 100; k < 199 && !(max(sum-float64(k+1)/rate, float64(k+1)/rate-sum) <= 0.00501) {
				t.Fatalf("at %g a second picture %d begins at %g s", rate, k+1, sum)
			}
		}
		if !(max(sum-200/rate-1.23, 200/rate+1.23-sum) <= 0.00501) {
			t.Errorf("at %g a second the film lasts %g s", rate, sum)
		}
	}
	for _, a := range []Animation{{Count: 3, Rate: 201}, {Count: 1, Rate: 1, Hold: 655}, {Count: 1, Rate: -1}} {
		if delays, err := a.delays(); err == nil {
			t.Errorf("%+v has delays %v", a, delays)
		}
	}
	for _, a := range []Animation{{Count: 1, Rate: 1, Hold: 654.35}, {Count: 3, Rate: 100}} {
		if _, err := a.delays(); err != nil {
			t.Error(err)
		}
	}
}

// TestChangedIsTheSmallestRectangle that has all pixels in which two pictures differ.
func TestChangedIsTheSmallestRectangle(t *testing.T) {
	t.Parallel()
	for _, points := range [][]image.Point{
		{{3, 4}}, {{0, 0}}, {{16, 12}}, {{0, 12}, {16, 0}}, {{5, 1}, {2, 9}, {7, 3}}, {{8, 6}, {8, 7}},
	} {
		before, after := image.NewRGBA(image.Rect(0, 0, 17, 13)), image.NewRGBA(image.Rect(0, 0, 17, 13))
		want := image.Rectangle{}
		for k, p := range points {
			after.Pix[after.PixOffset(p.X, p.Y)+k%3] = 1 // red, green or blue
			want = want.Union(image.Rectangle{p, p.Add(image.Pt(1, 1))})
		}
		if got := changed(before, after); got != want {
			t.Errorf("%v changed: %v, must be %v", points, got, want)
		}
		if got := changed(nil, after); got != after.Rect {
			t.Errorf("of the first picture %v is new", got)
		}
		if got := changed(after, after); got != image.Rect(0, 0, 1, 1) {
			t.Errorf("of the same picture %v is new", got)
		}
	}
}

// full fails when more than so many bytes are written.
type full int

func (f *full) Write(b []byte) (int, error) {
	if *f -= full(len(b)); *f < 0 {
		return 0, fmt.Errorf("no space left")
	}
	return len(b), nil
}

// TestAFullDiskIsAnError wherever it ends.
func TestAFullDiskIsAnError(t *testing.T) {
	t.Parallel()
	pictures := drawn()
	palette := NewPalette(nil, pictures)
	for name, encode := range map[string]func(a Animation, f *full) error{
		"APNG": func(a Animation, f *full) error { return EncodeAPNG(f, a) },
		"GIF":  func(a Animation, f *full) error { return EncodeGIF(f, a, palette) },
	} {
		a := Animation{Pictures: slices.Values(pictures), Size: image.Pt(40, 30), Count: 6, Rate: 30}
		room := full(1 << 20)
		if err := encode(a, &room); err != nil {
			t.Fatal(err)
		}
		length := 1<<20 - int(room)
		for n := 0; n < length; n += 37 {
			room := full(n)
			if err := encode(a, &room); err == nil {
				t.Errorf("%s: %d of %d bytes fit and nobody says so", name, n, length)
			}
		}
		room = full(length)
		if err := encode(a, &room); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestPalettesKeepWhatMustBeExact: given colours first, then those of pictures, at most 255
// and a transparent one last; pictures of few colours keep them all.
func TestPalettesKeepWhatMustBeExact(t *testing.T) {
	t.Parallel()
	m := image.NewRGBA(image.Rect(0, 0, 64, 64))
	for k := range 64 * 64 {
		copy(m.Pix[4*k:], []uint8{uint8(k % 64 * 4), uint8(k / 64 * 4), 0, 255})
	}
	p := NewPalette([]render.Colour{red, black}, []*image.RGBA{m})
	if len(p) != 256 || p[0] != (color.RGBA{255, 0, 0, 255}) || p[1] != (color.RGBA{0, 0, 0, 255}) {
		t.Fatalf("%d colours, first %v and %v", len(p), p[0], p[1])
	}
	if _, _, _, a := p[255].RGBA(); a != 0 {
		t.Errorf("the last colour is %v", p[255])
	}
	x := newIndex(p)
	for k := range 64 * 64 {
		c := [3]uint8(m.Pix[4*k:])
		if d := distance(x.colours[x.of(c)], c); d > 30*30 {
			t.Fatalf("%v becomes %v", c, x.colours[x.of(c)])
		}
		// The naive search agrees.
		best := nearestDistance(x.colours, c)
		if got := distance(x.colours[x.of(c)], c); got != best {
			t.Fatalf("%v: a colour at %d, the nearest is at %d", c, got, best)
		}
	}
	few := image.NewRGBA(image.Rect(0, 0, 16, 15)) // 240 greys, one apart
	for k := range 240 {
		copy(few.Pix[4*k:], []uint8{uint8(k), uint8(k), uint8(k), 255})
	}
	x = newIndex(NewPalette(nil, []*image.RGBA{few}))
	for k := range 240 {
		if c := [3]uint8{uint8(k), uint8(k), uint8(k)}; x.colours[x.of(c)] != c {
			t.Fatalf("%v becomes %v", c, x.colours[x.of(c)])
		}
	}
}
