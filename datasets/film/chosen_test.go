package film

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"orrery/sim/golden"
)

// chance makes a film of chance: a square that goes to and fro, pictures that come twice or are blank, cuts, lamps that
// change, noise, and times with gaps that a file rounds.
func chance(seed uint64) (pictures []*image.RGBA, times []float64, tick float64) {
	random := rand.New(rand.NewPCG(seed, 7))
	const width, height = 72, 40
	pick := func(of ...float64) float64 { return of[random.IntN(len(of))] }
	doubles, gaps, cut, lamp, noise, hidden := pick(0, 0, 0.06, 0.2, 1), pick(0, 0, 0.1), 8+random.IntN(40), pick(0, 0, 0.1), pick(0, 2, 6), random.IntN(40)
	tick = pick(0, 0.001, 0.01)
	period := pick(1.0/30, 1.001/30, 1.0/25, 0.1)
	x, y, step, light, at := 8.0, 10.0, 2+4*random.Float64(), 1.0, 0.0
	back := color.RGBA{60, 70, 80, 255}
	for k := 0; len(pictures) < 30; k++ {
		if k == cut {
			back, x, y = color.RGBA{200, 180, 40, 255}, 40, 20
		}
		if x += step; x > width-14 || x < 2 {
			step = -step
		}
		if random.Float64() < lamp {
			light = 0.8 + 0.4*random.Float64()
		}
		m := image.NewRGBA(image.Rect(0, 0, width, height))
		for j := range height {
			for i := range width {
				c := back
				if float64(i) >= x && float64(i) < x+12 && float64(j) >= y && float64(j) < y+12 {
					c = color.RGBA{230, 30, 30, 255}
				}
				if k >= hidden && k < hidden+2 {
					c = color.RGBA{9, 9, 9, 255}
				}
				shade := func(v uint8) uint8 { return uint8(max(0, min(255, light*float64(v)+noise*random.NormFloat64()))) }
				m.SetRGBA(i, j, color.RGBA{shade(c.R), shade(c.G), shade(c.B), 255})
			}
		}
		for copies := 1; copies > 0; copies-- {
			pictures, times = append(pictures, m), append(times, at)
			if at += period; random.Float64() < gaps {
				at += period * float64(1+random.IntN(3))
			}
			if random.Float64() < doubles && copies == 1 && len(pictures) > 1 && pictures[len(pictures)-2] != m {
				copies++
			}
		}
	}
	for k := range times {
		if tick > 0 {
			times[k] = tick * math.Round(times[k]/tick)
		}
	}
	return pictures, times, tick
}

// TestWhatIsReadOfAFilmStays: the numbers and times of pictures, what is told of them, and what a film that is cut,
// steadied or levelled shows.
func TestWhatIsReadOfAFilmStays(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	var told strings.Builder
	for seed := range uint64(24) {
		pictures, times, tick := chance(seed)
		o := Options{}
		switch seed % 6 {
		case 1:
			o = Options{Start: times[3], End: times[len(times)-4], Step: 2}
		case 2:
			o = Options{Rate: 240, Region: image.Rect(5, 3, 69, 40), Ignored: []image.Rectangle{image.Rect(0, 0, 9, 8)}}
		case 3:
			o = Options{Doubled: true}
		}
		f := shot(t, pictures, times, tick, o)
		facts, err := json.Marshal(f.Facts())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&told, "# film %d of %d pictures, tick %v, %+v\n%s\n", seed, len(pictures), tick, o, facts)
		for i, part := range f.Episodes() {
			numbers, at := read(t, part)
			facts := part.Facts()
			fmt.Fprintf(&told, "%d: %v at %.9f; %d in %.9f s, %.6f per second, jitter %.9f, gaps %d, doubled %v, blank %v\n", i, numbers, at, facts.Pictures, facts.Duration, facts.Rate, facts.Jitter, facts.Gaps, facts.Doubled, facts.Blank)
		}
		if seed >= 6 {
			continue
		}
		sways := make([]Sway, f.Len())
		for k := range sways {
			v := float64(k%5) - 2
			sways[k] = Sway{X: v / 2, Y: v / 3, Turn: v / 200, Zoom: v / 300}
		}
		steady, err := f.Steadied(sways)
		if err != nil {
			t.Fatal(err)
		}
		level, err := steady.Levelled(Slant{X: 0.002, Y: -0.001 * float64(seed)})
		if err != nil {
			t.Fatal(err)
		}
		for _, film := range []*Film{f, steady, level} {
			watched, sum := 0, crc32.NewIEEE()
			for _, seen := range film.Watched() {
				if seen {
					watched++
				}
			}
			for p, err := range film.Pictures(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				_, _ = sum.Write(p.Pix)
			}
			fmt.Fprintf(&told, "%d px are watched, %08x\n", watched, sum.Sum32())
		}
	}
	golden.Compare(t, "testdata/films.txt", told.String())
}

// TestChangesStay: how much pictures of chance change, of which not all is watched.
func TestChangesStay(t *testing.T) {
	t.Parallel()
	var told strings.Builder
	random := rand.New(rand.NewPCG(5, 6))
	for _, size := range []image.Point{{8, 8}, {16, 16}, {33, 47}, {50, 15}} {
		for _, hidden := range []float64{0, 0.3, 1} {
			var watched []bool
			for range size.X * size.Y {
				watched = append(watched, random.Float64() >= hidden)
			}
			if hidden == 0 {
				watched = nil
			}
			c, pix := newCompare(size, watched), make([]uint8, 3*size.X*size.Y)
			for k := range 8 {
				light := []float64{1, 1, 0.7, 3, 0.1, 1, 0, 0}[k]
				for i := range pix {
					if k != 7 {
						pix[i] = uint8(min(255, light*float64(40+k*(i%7)+random.IntN(5))))
					}
				}
				d := c.next(pix)
				fmt.Fprintf(&told, "%v, hidden %v, picture %d: %.4f at most, swept %.4f, moved %.4f, blank %t\n", size, hidden, k, d.most, d.swept, d.moved, d.blank)
			}
		}
	}
	golden.Compare(t, "testdata/changes.txt", told.String())
}

// breaking is a source that fails at a picture and when it is closed.
type breaking struct {
	timed
	at     int
	closed error
}

var errBroken = errors.New("is broken")

func (b *breaking) Next(ctx context.Context, pix []uint8) (float64, error) {
	if b.next == b.at {
		return 0, errBroken
	}
	return b.timed.Next(ctx, pix)
}

func (b *breaking) Close() error { return b.closed }

// TestFilmsThatBreakAreErrors, wherever they do, when they are opened and when they are read again.
func TestFilmsThatBreakAreErrors(t *testing.T) {
	t.Parallel()
	pictures, times, _ := chance(0)
	n := len(pictures)
	closes := errors.New("cannot be closed")
	for at := range n + 2 {
		for _, closed := range []error{nil, closes} {
			for again := range 2 {
				opened := 0
				f, err := New(t.Context(), "film", Facts{}, func(context.Context) (Source, error) {
					opened++
					if opened <= again {
						return &timed{still{pictures: pictures, rate: 1}, times}, nil
					}
					return &breaking{timed: timed{still{pictures: pictures, rate: 1}, times}, at: at, closed: closed}, nil
				}, Options{Doubled: true})
				if again == 1 {
					if err != nil {
						t.Fatal(err)
					}
					for _, failed := range f.Pictures(t.Context()) {
						err = failed
					}
				}
				want := ""
				if at < n || again == 0 && at == n {
					want = fmt.Sprintf("film: picture %d: is broken", at)
				} else if closed != nil {
					want = closed.Error()
				}
				if at == n && again == 1 {
					continue // whether the end is looked for is nobody's business
				}
				told := ""
				if err != nil {
					told = err.Error()
				}
				if told != want {
					t.Errorf("breaks at %d, closes with %v, again %d: %q, want %q", at, closed, again, told, want)
				}
			}
		}
	}
	if _, err := Still(t.Context(), nil, 30, Options{}); err == nil || err.Error() != "pictures: no pictures" {
		t.Error(err)
	}
	if _, err := Still(t.Context(), pictures, 0, Options{}); err == nil || err.Error() != "rate 0 pictures per second: must be > 0" {
		t.Error(err)
	}
	odd := append(append([]*image.RGBA{}, pictures[:3]...), image.NewRGBA(image.Rect(0, 0, 72, 41)))
	if _, err := Still(t.Context(), odd, 30, Options{}); err == nil || err.Error() != "pictures: picture 3: is 72 × 41 px, must be 72 × 40 px as the first is" {
		t.Error(err)
	}
	for size, want := range map[image.Point]string{
		{8, 8}: "", {7, 8}: "pictures of 7 × 8 px: must be 8 to 16384 px wide and high", {16384, 1024}: "", {16385, 8}: "pictures of 16385 × 8 px: must be 8 to 16384 px wide and high",
		{16384, 1025}: "pictures of 16384 × 1025 px: must have at most 16777216 px in all", {4096, 4096}: "",
	} {
		told := ""
		if err := CheckSize(size.X, size.Y); err != nil {
			told = err.Error()
		}
		if told != want {
			t.Errorf("%v: %q, want %q", size, told, want)
		}
	}
	var looked []int
	f, err := Still(t.Context(), pictures, 30, Options{Looked: func(pictures int, _ int64) { looked = append(looked, pictures) }})
	if err != nil || len(looked) != n || looked[n-1] != n {
		t.Errorf("%v, %v", looked, err)
	}
	named := f.Identified("abc")
	if named.Facts().SHA256 != "abc" || f.Facts().SHA256 != "" {
		t.Errorf("%s and %s", named.Facts().SHA256, f.Facts().SHA256)
	}
	if _, err := f.Steadied(make([]Sway, 1)); err == nil || !strings.HasPrefix(err.Error(), "pictures: 1 sways for ") {
		t.Error(err)
	}
	far := make([]Sway, f.Len())
	far[1].X = 25
	if _, err := f.Steadied(far); err == nil || err.Error() != "pictures: the camera moves by 25 px, so that nothing is seen all the time" {
		t.Error(err)
	}
	if _, err := f.Levelled(Slant{X: 0.02}); err == nil || err.Error() != "pictures: things look larger by a factor of 1.71 at a corner than in the middle; at most 1.5 can be levelled" {
		t.Error(err)
	}
	golden.Ends(t, func(ctx context.Context) error {
		for _, err := range f.Pictures(ctx) {
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err := (&still{}).Close(); err != nil {
		t.Error(err)
	}
}

// slow is a source of which a picture is on its way when the film has ended.
type slow struct {
	timed
	under        atomic.Int32 // calls of Next that have not returned
	closed, late atomic.Bool
}

func (s *slow) Next(ctx context.Context, pix []uint8) (float64, error) {
	s.under.Add(1)
	defer s.under.Add(-1)
	time.Sleep(2 * time.Millisecond) // time for who does not wait
	return s.timed.Next(ctx, pix)
}

func (s *slow) Close() error {
	s.closed.Store(true)
	s.late.Store(s.under.Load() > 0)
	return nil
}

// TestSourcesAreClosedWhenNothingIsRead any more, also where the rest of a film is not wanted.
func TestSourcesAreClosedWhenNothingIsRead(t *testing.T) {
	t.Parallel()
	pictures, times, _ := chance(0)
	s := &slow{timed: timed{still{pictures: pictures, rate: 1}, times}}
	_, err := New(t.Context(), "film", Facts{}, func(context.Context) (Source, error) { return s, nil }, Options{End: times[2]})
	if err != nil || !s.closed.Load() || s.late.Load() {
		t.Errorf("closed %t, while a picture was read %t; %v", s.closed.Load(), s.late.Load(), err)
	}
}
