package watching

import (
	"context"
	"image"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"orrery/datasets/film"
	"orrery/world/watch"
)

// slanted returns a film of a disc that goes 5 px a picture in a plane at which the camera looks askew.
func slanted(t *testing.T, slant float64) *film.Film {
	t.Helper()
	const w, h, fine, radius = 180, 56, 4, 9.0
	var pictures []*image.RGBA
	for k := range 25 {
		middle := -60 + 5*float64(k)
		m := image.NewRGBA(image.Rect(0, 0, w, h))
		for row := range h {
			for column := range w {
				in := 0.0
				for i := range fine * fine {
					x := float64(column) + (float64(i%fine)+0.5)/fine - w/2
					y := float64(row) + (float64(i/fine)+0.5)/fine - h/2
					by := 1 / (1 + slant*x)
					if math.Hypot(x*by-middle, y*by) < radius {
						in += 1. / (fine * fine)
					}
				}
				m.SetRGBA(column, row, color.RGBA{uint8(60 + 150*in), uint8(70 + 30*in), uint8(90 - 50*in), 255})
			}
		}
		pictures = append(pictures, m)
	}
	f, err := film.Still(context.Background(), pictures, 30, film.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestSlantsAreToldAndTakenOut: equal steps look as long everywhere once the camera looks square at them.
func TestSlantsAreToldAndTakenOut(t *testing.T) {
	t.Parallel()
	const slant = 1e-3
	levels := []bool{false, true}
	if testing.Short() {
		levels = levels[1:] // with as many goroutines
	}
	for _, level := range levels {
		f := slanted(t, slant)
		w := &work{Options: Options{Out: t.TempDir(), Level: level}, watch: watch.DefaultOptions()}
		if err := os.MkdirAll(filepath.Join(w.Out, partialDir), 0o755); err != nil {
			t.Fatal(err)
		}
		s := &stretch{Film: f, path: "slanted", takes: &takes{whole: f}}
		if err := w.watchOne(context.Background(), 0, s, func(float64) {}); err != nil {
			t.Fatal(err)
		}
		told := s.part.Slant
		if told == nil || told.Levelled != level || !(math.Abs(told.X-slant) <= 0.1*slant) || !(math.Abs(told.Y) <= 1e-6) {
			t.Fatalf("%+v, want %v", told, slant)
		}
		var at []float64
		if err := readTracks(partPath(w.Out, 0)+".csv", func(r *Row) error {
			if r.Seen && r.Body == strconv.Itoa(0) {
				at = append(at, r.X)
			}
			return nil
		}); err != nil || len(at) != 25 {
			t.Fatalf("%d sights, %v", len(at), err)
		}
		bent := math.Abs(at[24] + at[0] - 2*at[12])
		if level != (bent < 1) {
			t.Errorf("levelled %v: the middle of the way is %.2f px off the middle of its ends", level, bent/2)
		}
		// What was watched is read in the same way again.
		again := &stretch{Film: f, path: "slanted", takes: &takes{whole: f}}
		if err := w.watchOne(context.Background(), 0, again, nil); err != nil || (again.Film == f) == level {
			t.Errorf("levelled %v: the film is not read as it was watched: %v", level, err)
		}
	}
}
