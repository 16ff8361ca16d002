package film

import (
	"context"
	"image"
	"math"
	"testing"
)

// slide returns pictures of a bright square that moves a step to the right from each to the next.
func slide(n, width, height int, step int) []*image.RGBA {
	var out []*image.RGBA
	for k := range n {
		m := image.NewRGBA(image.Rect(0, 0, width, height))
		for y := range height {
			for x := range width {
				v := uint8(40 + 20*(x%3) + 10*(y%5))
				if at := x - 4 - k*step; at >= 0 && at < 16 && y >= 8 && y < 24 {
					v = 230
				}
				copy(m.Pix[m.PixOffset(x, y):], []uint8{v, v, v / 2, 255})
			}
		}
		out = append(out, m)
	}
	return out
}

// read returns the numbers and times of the pictures of a film.
func read(t *testing.T, f *Film) (numbers []int, times []float64) {
	t.Helper()
	for p, err := range f.Pictures(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		numbers, times = append(numbers, p.Number), append(times, p.Time)
	}
	return numbers, times
}

func TestOptionsChooseWhatIsRead(t *testing.T) {
	t.Parallel()
	pictures := slide(20, 80, 32, 2)
	for _, c := range []struct {
		name    string
		o       Options
		numbers []int
		times   []float64
	}{
		{"a part", Options{Start: 1, End: 1.3}, []int{10, 11, 12, 13}, []float64{1, 1.1, 1.2, 1.3}},
		{"a step", Options{Start: 1, Step: 4}, []int{10, 14, 18}, []float64{1, 1.4, 1.8}},
		{"slow motion", Options{End: .3, Rate: 100}, []int{0, 1, 2, 3}, []float64{0, .01, .02, .03}},
		{"slow motion by steps", Options{Start: 1, Step: 4, Rate: 100}, []int{10, 14, 18}, []float64{.1, .14, .18}},
	} {
		f, err := Still(t.Context(), pictures, 10, c.o)
		if err != nil {
			t.Fatal(c.name, err)
		}
		numbers, times := read(t, f)
		if len(numbers) != len(c.numbers) || f.Len() != len(numbers) {
			t.Fatalf("%s: pictures %v at %v, must be %v", c.name, numbers, times, c.numbers)
		}
		for k := range numbers {
			if numbers[k] != c.numbers[k] || !(math.Abs(times[k]-c.times[k]) < 1e-12) {
				t.Errorf("%s: picture %d at %g, must be %d at %g", c.name, numbers[k], times[k], c.numbers[k], c.times[k])
			}
		}
	}
}

func TestRegionsAndMasksCutAndHide(t *testing.T) {
	t.Parallel()
	pictures := slide(3, 80, 32, 2)
	mask := image.NewGray(image.Rect(0, 0, 80, 32))
	for i := range mask.Pix {
		mask.Pix[i] = 255
	}
	mask.Pix[5*80+20] = 127
	o := Options{Region: image.Rect(10, 4, 50, 24), Mask: mask, Ignored: []image.Rectangle{image.Rect(0, 0, 12, 6)}}
	f, err := Still(t.Context(), pictures, 10, o)
	if err != nil {
		t.Fatal(err)
	}
	if f.Size() != image.Pt(40, 20) {
		t.Fatalf("size %v", f.Size())
	}
	for p := range f.Pictures(t.Context()) {
		for y := range 20 {
			for x := range 40 {
				want := pictures[p.Number].RGBAAt(x+10, y+4)
				if got := p.Pix[3*(y*40+x):]; got[0] != want.R || got[1] != want.G || got[2] != want.B {
					t.Fatalf("picture %d, column %d, row %d: %v, must be %v", p.Number, x, y, got[:3], want)
				}
			}
		}
	}
	for i, seen := range f.Watched() {
		x, y := i%40, i/40
		if hidden := x < 2 && y < 2 || x == 10 && y == 1; seen == hidden {
			t.Errorf("column %d, row %d: watched %t", x, y, seen)
		}
	}
}

func TestOptionsThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{Start: -1}, "pictures: start at -1 s: must be at 0 s or later"},
		{Options{Start: math.NaN()}, "pictures: start at NaN s: must be at 0 s or later"},
		{Options{Start: 2, End: 1}, "pictures: end at 1 s: must be later than the start at 2 s"},
		{Options{Start: 2}, "pictures: has no picture from 2 s on, only 5 before"},
		{Options{Step: -1}, "pictures: step -1: must be 1 or more"},
		{Options{Rate: math.Inf(1)}, "pictures: rate +Inf pictures per second: must be 0.001 to 1,000,000"},
		{Options{Region: image.Rect(0, 0, 81, 8)}, "pictures: region from column 0 to 81 and row 0 to 8: must lie in the picture of 80 × 32 px"},
		{Options{Ignored: []image.Rectangle{image.Rect(0, 0, 80, 32)}}, "pictures: region, mask and ignored regions leave nothing to watch"},
		{Options{Mask: image.NewGray(image.Rect(0, 0, 80, 31))}, "pictures: mask of 80 × 31 px: must be as large as the pictures, 80 × 32 px"},
		{Options{MostPictures: 4}, "pictures: picture 4: there are more than 4 pictures: read a part of the film"},
		{Options{MostBytes: 3 * 3 * 80 * 32}, "pictures: picture 3: the pictures before it have 23040 bytes already: read a part of the film"},
	} {
		if _, err := Still(t.Context(), slide(5, 80, 32, 2), 10, c.o); err == nil || err.Error() != c.want {
			t.Errorf("error %v, must be %s", err, c.want)
		}
	}
	if _, err := Still(t.Context(), nil, 10, Options{}); err == nil || err.Error() != "pictures: no pictures" {
		t.Errorf("no pictures: %v", err)
	}
}

func TestReadingStops(t *testing.T) {
	t.Parallel()
	f, err := Still(t.Context(), slide(5, 80, 32, 2), 10, Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	for _, err := range f.Pictures(ctx) {
		if n++; n == 2 {
			cancel()
		}
		if n == 3 && err != context.Canceled {
			t.Errorf("third picture after the end: %v", err)
		}
	}
	if n != 3 {
		t.Errorf("%d steps, must be two pictures and an error", n)
	}
}
