package film

import (
	"math"
	"strings"
	"testing"
)

func TestSlantAndItsInverse(t *testing.T) {
	t.Parallel()
	s := Slant{X: 3e-4, Y: -2e-4}
	for _, p := range [][2]float64{{0, 0}, {120, -80}, {-150, 90}} {
		x, y := s.Apply(p[0], p[1])
		// What is seen there is seen by a factor larger than in the middle, and lies so much further out.
		by := 1 + s.X*x + s.Y*y
		if !(math.Abs(x-by*p[0]) <= 1e-9) || !(math.Abs(y-by*p[1]) <= 1e-9) {
			t.Errorf("%v is seen at %v, %v, where things are larger by %v", p, x, y, by)
		}
	}
}

// TestALevelledFilmShowsEvenSteps: stripes that a camera with a slant sees further and further apart are as far apart everywhere.
func TestALevelledFilmShowsEvenSteps(t *testing.T) {
	t.Parallel()
	const w, h, wave = 160, 24, 12.0
	s := Slant{X: 1e-3}
	src, dst := make([]uint8, 3*w*h), make([]uint8, 3*w*h)
	for row := range h {
		for column := range w {
			x := float64(column) - float64(w-1)/2
			flat := x / (1 + s.X*x)
			for k := range 3 {
				src[3*(row*w+column)+k] = uint8(128.5 + 100*math.Sin(2*math.Pi*flat/wave))
			}
		}
	}
	redraw(dst, src, w, h, Sway{}, s)
	for column := 8; column < w-8; column++ {
		x := float64(column) - float64(w-1)/2
		if y, _ := s.Apply(x, 0); math.Abs(y) > float64(w)/2-4 {
			continue
		}
		want := 128 + 100*math.Sin(2*math.Pi*x/wave)
		if got := float64(dst[3*(h/2*w+column)]); !(math.Abs(got-want) <= 4) {
			t.Errorf("column %d has %v, want %v", column, got, want)
		}
	}
}

func TestWhatALevelledFilmDoesNotShowIsNotWatched(t *testing.T) {
	t.Parallel()
	f := &Film{name: "a film"}
	f.region.Max.X, f.region.Max.Y = 100, 60
	f.watched = make([]bool, 6000)
	for i := range f.watched {
		f.watched[i] = i%100 >= 20 // from column 20 on
	}
	s := Slant{X: 2e-3}
	l, err := f.Levelled(s)
	if err != nil {
		t.Fatal(err)
	}
	for column := range 100 {
		x, _ := s.Apply(float64(column)-49.5, 0)
		from := int(math.Round(x + 49.5))
		if got, want := l.watched[30*100+column], from >= 20 && from <= 98; got != want && from != 98 && from != 99 {
			t.Errorf("column %d, of column %d, is watched: %v", column, from, got)
		}
	}
	if l.watched[0] || f.slant != (Slant{}) || l.slant != s {
		t.Error("the corner is watched, or the film was changed itself")
	}
	if _, err := f.Levelled(Slant{X: 0.02}); err == nil || !strings.Contains(err.Error(), "at most 1.5 can be levelled") {
		t.Errorf("a slant that doubles what is seen is levelled: %v", err)
	}
}
