package film

import (
	"context"
	"errors"
	"image"
	"image/color"
	"math"
	"slices"
	"testing"
)

// moving returns so many changes of a body that moves by the same each time.
func moving(n int, most, moved float32) []change {
	return slices.Repeat([]change{{most: most, swept: most, moved: moved}}, n)
}

func TestCutsChangeMuchMoreThanWhatIsAround(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		moved, around, most float32
		seconds             float64 // of the picture that is looked at
		want                bool
	}{
		{61, 15, 13, 1, true}, {59, 1, 13, 1, false}, {61, 15.5, 13, 1, false}, {61, 1, 11, 1, false},
		{130, 15, 13, 2, true}, {110, 1, 13, 2, false}, {61, 1, 13, 0.2, true},
	} {
		changes, times := moving(9, 13, c.around), make([]float64, 9)
		changes[4] = change{most: c.most, moved: c.moved}
		for k := 1; k < len(times); k++ {
			times[k] = times[k-1] + 1
			if k == 4 {
				times[k] += c.seconds - 1
			}
		}
		if got := cuts(changes, times, 1); (len(got) == 1 && got[0] == 4) != c.want {
			t.Errorf("%+v: cuts at %v", c, got)
		}
	}
}

func TestDoublesDifferMuchLessThanWhatIsAround(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		around, double float32
		run            int
		want           bool
	}{
		{10, 1.9, 1, true}, {10, 2.1, 1, false}, {1.9, 0, 1, false}, {2.1, 0, 1, true}, {10, 0, 5, true}, {10, 0, 6, false},
	} {
		changes := moving(60, c.around, 0)
		for k := range c.run {
			changes[20+k].most = c.double
		}
		want := slices.Repeat([]bool{false}, 60)
		for k := range c.run {
			want[20+k] = c.want
		}
		if got := doubled(changes); !slices.Equal(got, want) {
			t.Errorf("%+v: %v", c, got)
		}
	}
	blank := moving(60, 10, 0)
	blank[20] = change{blank: true}
	if got := doubled(blank); slices.Contains(got, true) {
		t.Errorf("blank pictures are doubled: %v", got)
	}
	// The first and the last picture have neighbours on one side alone, and are doubled where an eighth of the film is.
	for inside, want := range map[int]bool{3: false, 4: true} {
		changes := moving(32, 10, 0)
		changes[1].most, changes[31].most = 0, 0
		for k := range inside {
			changes[5+5*k].most = 0
		}
		if got := doubled(changes); got[1] != want || got[31] != want {
			t.Errorf("%d of 32 pictures are doubled: the second %t, the last %t", inside, got[1], got[31])
		}
	}
}

func TestDoublesThatWereInserted(t *testing.T) {
	t.Parallel()
	for share, want := range map[float32]bool{0.4: true, 0.6: false} {
		changes, out := moving(40, 10, 0), make([]bool, 40)
		for k := 5; k < 35; k += 5 {
			out[k] = true
			changes[k].swept, changes[k+1].swept = 0, 10*(1+share)
		}
		if got := insertedBetween(changes, out); got != want {
			t.Errorf("%g more across a doubled picture: inserted %t", share, got)
		}
	}
}

func TestBlanksComeAllAtOnce(t *testing.T) {
	t.Parallel()
	const blocks = 10
	for moved, want := range map[float32]bool{5.1 * blocks: true, 4.9 * blocks: false} {
		changes := moving(9, 1, 1)
		changes[4] = change{blank: true, moved: moved}
		if got := blanks(changes, blocks); got[4] != want || got[3] || got[5] {
			t.Errorf("a picture of one colour that differs by %g: %v", moved, got)
		}
	}
}

// grey returns the bytes of a picture of five blocks of a level each.
func grey(levels ...uint8) []uint8 {
	pix := make([]uint8, 3*side*side*len(levels))
	for i := range pix {
		pix[i] = levels[i/3%(side*len(levels))/side]
	}
	return pix
}

// TestLightIsNoChange up to twice as much or half, nor is noise of two levels.
func TestLightIsNoChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		before, after []uint8
		moved         float64
		blank         bool
	}{
		{grey(100, 100, 100, 100, 100), grey(55, 55, 55, 55, 55), 0, true},
		{grey(100, 100, 100, 100, 100), grey(20, 20, 20, 20, 20), 15 * 28, true},
		{grey(40, 40, 40, 40, 40), grey(76, 76, 76, 76, 76), 0, true},
		{grey(40, 40, 40, 40, 40), grey(120, 120, 120, 120, 120), 15 * 38, true},
		{grey(100, 100, 100, 100, 100), grey(100, 100, 102, 100, 100), 0, true},
		{grey(100, 100, 100, 100, 100), grey(100, 100, 103, 100, 100), 3, true},
		{grey(100, 100, 100, 100, 100), grey(100, 100, 104, 100, 100), 6, false},
	} {
		compared := newCompare(image.Pt(5*side, side), nil)
		compared.next(c.before)
		got := compared.next(c.after)
		if !(math.Abs(float64(got.moved)-c.moved) < 1e-3) || got.blank != c.blank {
			t.Errorf("from %d to %d: %+v, must have moved by %g", c.before[0], c.after[0], got, c.moved)
		}
	}
}

// TestTimesAreEvenedByAShownPicture at most.
func TestTimesAreEvenedByAShownPicture(t *testing.T) {
	t.Parallel()
	for off, want := range map[float64]bool{1: true, 1.1: false} {
		const shown = 1. / 30
		var times []float64
		for k := range 41 {
			times = append(times, float64(k)/24+off*shown*float64(k%2))
		}
		if got := evenly(times, shown); got != want {
			t.Errorf("off by %g shown pictures: evened %t", off, got)
		}
	}
	if evenly([]float64{0, 1}, 9) {
		t.Error("two times are evened")
	}
}

// broken is a source whose end fails.
type broken struct{ still }

func (b *broken) Close() error { return errors.New("the end is odd") }

func TestWhatFailsAtTheEndIsTold(t *testing.T) {
	t.Parallel()
	_, err := New(t.Context(), "film", Facts{}, func(context.Context) (Source, error) {
		return &broken{still{pictures: slide(5, 80, 32, 2), rate: 1}}, nil
	}, Options{})
	if err == nil || err.Error() != "the end is odd" {
		t.Error(err)
	}
}

func TestLimitsAreThoseThatAreTold(t *testing.T) {
	t.Parallel()
	o, err := Options{}.withDefaults()
	if err != nil || o.MostPictures != 200_000 || o.MostBytes != 256<<30 || o.Step != 1 {
		t.Errorf("%+v, %v", o, err)
	}
	for _, c := range []struct {
		o    Options
		fine bool
	}{
		{Options{Rate: 1e-3}, true}, {Options{Rate: 0.9e-3}, false}, {Options{Rate: 1e6}, true}, {Options{Rate: 1.1e6}, false}, {Options{Rate: math.NaN()}, false},
		{Options{End: math.NaN()}, false}, {Options{End: math.Inf(1)}, false}, {Options{Start: 1, End: 1}, false}, {Options{MostPictures: -1}, false}, {Options{MostBytes: -1}, false},
	} {
		if _, err := c.o.withDefaults(); (err == nil) != c.fine {
			t.Errorf("%+v: %v", c.o, err)
		}
	}
	for _, c := range []struct {
		width, height int
		fine          bool
	}{{8, 8, true}, {7, 8, false}, {8, 7, false}, {16384, 1024, true}, {16385, 8, false}, {8, 16385, false}, {4096, 4096, true}, {4097, 4096, false}} {
		if err := CheckSize(c.width, c.height); (err == nil) != c.fine {
			t.Errorf("%d × %d px: %v", c.width, c.height, err)
		}
	}
}

// TestShortWaysAreNotSkipped: a new start of the decoder costs as much as some pictures.
func TestShortWaysAreNotSkipped(t *testing.T) {
	t.Parallel()
	for cut, want := range map[int]int{29: 0, 30: 1} {
		slides := slide(80, 300, 40, 2)
		pictures := slices.Concat(slides[40:40+cut], slides[:20])
		var times []float64
		for k := range pictures {
			times = append(times, float64(k)/30)
		}
		skips := 0
		f, err := New(t.Context(), "film", Facts{}, func(context.Context) (Source, error) {
			return &skipping{timed{still{pictures: pictures, rate: 1}, slices.Clone(times)}, &skips, 0}, nil
		}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		episodes := f.Episodes()
		if len(episodes) != 2 {
			t.Fatalf("%d episodes", len(episodes))
		}
		if numbers, _ := read(t, episodes[1]); len(numbers) != 20 || numbers[0] != cut || skips != want {
			t.Errorf("the cut is at %d: %v after %d skips", cut, numbers, skips)
		}
	}
}

func TestMasksAreBrightWhereIsWatched(t *testing.T) {
	t.Parallel()
	mask := image.NewGray(image.Rect(0, 0, 16, 16))
	for x := range 16 {
		mask.SetGray(x, 3, color.Gray{Y: uint8(120 + x)})
	}
	_, watched, err := (&Options{Mask: mask}).watched(image.Pt(16, 16))
	if err != nil {
		t.Fatal(err)
	}
	for i, seen := range watched {
		if want := i/16 == 3 && i%16 >= 8; seen != want {
			t.Errorf("column %d, row %d: watched %t", i%16, i/16, seen)
		}
	}
}

// TestStepsCountWhatIsKept: pictures that are shown twice are none.
func TestStepsCountWhatIsKept(t *testing.T) {
	t.Parallel()
	var pictures []*image.RGBA
	for _, m := range slide(20, 200, 40, 2) {
		pictures = append(pictures, m, m)
	}
	f, err := Still(t.Context(), pictures, 30, Options{Step: 2})
	if err != nil {
		t.Fatal(err)
	}
	if numbers, _ := read(t, f); !slices.Equal(numbers, []int{0, 4, 8, 12, 16, 20, 24, 28, 32, 36}) {
		t.Errorf("pictures %v", numbers)
	}
}
