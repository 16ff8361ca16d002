package film

import (
	"context"
	"fmt"
	"image"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// timed is a source of pictures with times of their own.
type timed struct {
	still
	times []float64
}

func (s *timed) Next(ctx context.Context, pix []uint8) (float64, error) {
	if s.next == len(s.pictures) {
		return 0, io.EOF
	}
	at := s.times[s.next]
	_, err := s.still.Next(ctx, pix)
	return at, err
}

// shot opens pictures with times, which a file rounds to ticks.
func shot(t *testing.T, pictures []*image.RGBA, times []float64, tick float64, o Options) *Film {
	t.Helper()
	f, err := New(t.Context(), "film", Facts{Format: "test", Tick: tick}, func(context.Context) (Source, error) {
		return &timed{still{pictures: pictures, rate: 1}, times}, nil
	}, o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// sequence returns the pictures with those numbers of a slide, and times of so many per second.
func sequence(pictures []*image.RGBA, numbers []int, rate float64) (out []*image.RGBA, times []float64) {
	for k, n := range numbers {
		out, times = append(out, pictures[n]), append(times, float64(k)/rate)
	}
	return out, times
}

// noisy returns copies of pictures with noise of so many levels.
func noisy(pictures []*image.RGBA, sigma float64, seed uint64) (out []*image.RGBA) {
	chance := rand.New(rand.NewPCG(seed, 5))
	for _, m := range pictures {
		c := image.NewRGBA(m.Rect)
		for i, v := range m.Pix {
			c.Pix[i] = uint8(max(0, min(255, float64(v)+sigma*chance.NormFloat64())))
		}
		out = append(out, c)
	}
	return out
}

func TestDoubledPicturesAreDroppedAndTimesAreRight(t *testing.T) {
	t.Parallel()
	const rate = 30
	every := func(n int, use func(k int) int) (out []int) {
		for k := range n {
			out = append(out, use(k))
		}
		return out
	}
	for _, c := range []struct {
		name    string
		numbers []int // of the slide that each picture of the film shows
		left    []int // numbers of pictures of the film that are read
		retimed bool
	}{
		{"each twice", every(40, func(k int) int { return k / 2 }), every(20, func(k int) int { return 2 * k }), false},
		{"each three times", every(39, func(k int) int { return k / 3 }), every(13, func(k int) int { return 3 * k }), false},
		{"each six times", every(48, func(k int) int { return k / 6 }), every(8, func(k int) int { return 6 * k }), false},
		{"each seven times, as a body that waits", every(49, func(k int) int { return k / 7 }), every(49, func(k int) int { return k }), false},
		{"24 shown as 30", every(40, func(k int) int { return k * 4 / 5 }), every(32, func(k int) int { return (5*k + 3) / 4 }), true},
		{"one lost, the one before in its place", []int{0, 1, 2, 3, 4, 4, 6, 7, 8, 9, 10, 11}, []int{0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11}, false},
		{"two lost", []int{0, 1, 2, 3, 3, 3, 6, 7, 8, 9, 10, 11}, []int{0, 1, 2, 3, 6, 7, 8, 9, 10, 11}, false},
		{"none", every(12, func(k int) int { return k }), every(12, func(k int) int { return k }), false},
		{"at rest", every(12, func(int) int { return 3 }), every(12, func(k int) int { return k }), false},
		{"at rest, then moving, then at rest", []int{0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 5, 5, 5, 5, 5, 5, 5}, every(20, func(k int) int { return k }), false},
	} {
		for _, sigma := range []float64{0, 8} {
			slides := noisy(slide(40, 200, 40, 2), sigma, 1)
			pictures, times := sequence(slides, c.numbers, rate)
			left := c.left
			if sigma > 0 && len(left) == len(c.numbers) && c.name != "none" {
				continue // equal noise is no rest
			}
			// Compression changes a doubled picture, less than it changes others.
			if sigma > 0 {
				pictures = noisy(pictures, 0.7, 2)
			}
			f := shot(t, pictures, times, 0, Options{})
			numbers, got := read(t, f)
			if !slices.Equal(numbers, left) {
				t.Errorf("%s, noise %g: left %v, must be %v", c.name, sigma, numbers, left)
				continue
			}
			if f.Facts().Retimed != c.retimed || len(f.Facts().Doubled) != len(c.numbers)-len(left) {
				t.Errorf("%s, noise %g: retimed %t, doubled %v", c.name, sigma, f.Facts().Retimed, f.Facts().Doubled)
			}
			for k, at := range got {
				want := float64(left[k]) / rate
				if c.retimed {
					want = got[0] + float64(k)/24
				}
				if !(math.Abs(at-want) < 1e-9) && !(c.retimed && math.Abs(at-want) < 2e-3) {
					t.Errorf("%s, noise %g: picture %d at %g s, must be at %g s", c.name, sigma, k, at, want)
				}
			}
			whole := shot(t, pictures, times, 0, Options{Doubled: true})
			if whole.Len() != len(c.numbers) {
				t.Errorf("%s: %d of %d pictures left where all are wanted", c.name, whole.Len(), len(c.numbers))
			}
		}
	}
}

func TestCutsSplitAFilm(t *testing.T) {
	t.Parallel()
	slides := slide(40, 200, 40, 2)
	other := slide(12, 200, 40, 3)
	for _, m := range other { // another place
		for i := range m.Pix {
			m.Pix[i] = 255 - m.Pix[i]
		}
	}
	var black []*image.RGBA
	for range 3 {
		black = append(black, image.NewRGBA(slides[0].Rect))
	}
	dim := slide(40, 200, 40, 2)
	for _, m := range dim {
		for i := range m.Pix {
			m.Pix[i] = m.Pix[i] / 4 * 3
		}
	}
	for _, c := range []struct {
		name     string
		pictures []*image.RGBA
		cuts     []int
	}{
		{"the body jumps back", slices.Concat(slides[:12], slides[2:14], slides[20:30]), []int{12}},
		{"it starts again", slices.Concat(slides[20:32], slides[:12], slides[20:32]), []int{12, 24}},
		{"another place", slices.Concat(slides[:12], other), []int{12}},
		{"black between", slices.Concat(slides[:12], black[:3], slides[2:14]), []int{15}},
		{"black at the start", slices.Concat(black[:3], slides[2:14]), nil},
		{"the light changes", slices.Concat(slides[:12], dim[12:24]), nil},
		{"a lost picture or two", slices.Concat(slides[:12], slides[13:20], slides[22:30]), nil},
		{"it starts to move", slices.Concat(slides[:1], slides[:1], slides[:1], slides[:1], slides[:12]), nil},
		{"it only moves", slides, nil},
	} {
		for _, sigma := range []float64{0, 8} {
			pictures := noisy(c.pictures, sigma, 1)
			numbers := make([]int, len(pictures))
			for k := range numbers {
				numbers[k] = k
			}
			pictures, times := sequence(pictures, numbers, 30)
			f := shot(t, pictures, times, 0, Options{})
			got := f.Facts().Cuts
			if c.name == "the body jumps back" {
				got = got[:min(1, len(got))]
			}
			if !slices.Equal(got, c.cuts) {
				t.Errorf("%s, noise %g: cuts at %v, must be at %v", c.name, sigma, got, c.cuts)
			}
			var together []int
			for _, e := range f.Episodes() {
				numbers, times := read(t, e)
				if e.Len() != len(numbers) || !(math.Abs(times[0]-float64(numbers[0])/30) < 1e-9) {
					t.Errorf("%s: episode of %d pictures has %d, from %d at %g s", c.name, e.Len(), len(numbers), numbers[0], times[0])
				}
				together = append(together, numbers...)
			}
			numbers = slices.DeleteFunc(numbers, func(k int) bool { return slices.Contains(f.Facts().Blank, k) })
			if blank := map[string]int{"black between": 3, "black at the start": 3}[c.name]; len(f.Facts().Blank) != blank {
				t.Errorf("%s: blank %v", c.name, f.Facts().Blank)
			}
			if !slices.Equal(together, numbers) || len(f.Episodes()) != len(f.Facts().Cuts)+1 {
				t.Errorf("%s: episodes have pictures %v", c.name, together)
			}
		}
	}
}

// TestALongWayInALongTimeIsNoCut: pictures are missing, and their times say so.
func TestALongWayInALongTimeIsNoCut(t *testing.T) {
	t.Parallel()
	slides := slide(40, 200, 40, 2)
	pictures := slices.Concat(slides[:12], slides[24:36])
	for after, cuts := range map[int][]int{24: nil, 12: {12}} {
		var times []float64
		for k := range 12 {
			times = append(times, float64(k)/30)
		}
		for k := range 12 {
			times = append(times, float64(after+k)/30)
		}
		if got := shot(t, pictures, times, 0, Options{}).Facts().Cuts; !slices.Equal(got, cuts) {
			t.Errorf("the pictures go on at %d/30 s: cuts at %v, must be at %v", after, got, cuts)
		}
	}
}

func TestTimesThatAFileRoundsAreEven(t *testing.T) {
	t.Parallel()
	slides := slide(40, 200, 40, 2)
	for _, c := range []struct {
		name       string
		rate, tick float64
		round      func(float64) float64
		skip       int
		even       bool
	}{
		{"GIF of 30", 30, 0.01, math.Round, 0, true},
		{"GIF of 30 with a gap", 30, 0.01, math.Round, 9, true},
		{"GIF of 24, cut off", 24, 0.01, math.Floor, 0, true},
		{"WebM of 29.97", 30 / 1.001, 0.001, math.Round, 3, true},
		{"WebM of 240", 240, 0.001, math.Floor, 0, true},
		{"odd rate", 17.3, 0.001, math.Round, 0, true},
		{"a phone", 30, 1e-5, func(v float64) float64 { return v + 300*math.Sin(7*v) }, 0, false},
	} {
		var times, want []float64
		for k := range slides {
			at := float64(k) / c.rate
			if k >= 20 {
				at += float64(c.skip) / c.rate
			}
			want = append(want, at)
			times = append(times, c.round(at/c.tick)*c.tick)
		}
		f := shot(t, slides, times, c.tick, Options{})
		_, got := read(t, f)
		facts := f.Facts()
		if facts.Evened != c.even || facts.Gaps != min(c.skip, 1) {
			t.Errorf("%s: evened %t, %d gaps, jitter %g", c.name, facts.Evened, facts.Gaps, facts.Jitter)
		}
		tolerance := 1e-12
		if c.name == "odd rate" {
			tolerance = c.tick / 4
		}
		for k := range got {
			if !c.even {
				want[k], tolerance = times[k]-times[0], 1e-12
			}
			if !(math.Abs(got[k]-want[k]) <= tolerance) {
				t.Errorf("%s: picture %d at %g s, must be at %g s", c.name, k, got[k], want[k])
				break
			}
		}
		if !(math.Abs(facts.Rate/c.rate-1) < 1e-3) {
			t.Errorf("%s: rate %g, must be %g", c.name, facts.Rate, c.rate)
		}
		if !c.even && !(facts.Jitter > 0.002 && facts.Jitter < 0.004) {
			t.Errorf("%s: jitter %g s, must be 0.003 s", c.name, facts.Jitter)
		}
	}
}

func TestTimesMustRise(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		times []float64
		want  string
	}{
		{[]float64{0, 1, 1}, "film: picture 2: at 1 s comes no later than the one before, at 1 s"},
		{[]float64{0, math.NaN(), 1}, "film: picture 1: has no time"},
		{[]float64{0, math.Inf(1), 1}, "film: picture 1: has no time"},
	} {
		_, err := New(t.Context(), "film", Facts{}, func(context.Context) (Source, error) {
			return &timed{still{pictures: slide(3, 80, 32, 2), rate: 1}, c.times}, nil
		}, Options{})
		if err == nil || err.Error() != c.want {
			t.Errorf("%v: error %v", c.times, err)
		}
	}
	if _, err := Still(t.Context(), slide(1, 80, 32, 2), 10, Options{}); err != nil {
		t.Errorf("one picture: %v", err)
	}
}

func TestOfWhatIsIgnoredNothingCounts(t *testing.T) {
	t.Parallel()
	// A clock in a corner changes with every picture; what is watched is doubled.
	slides := slide(20, 200, 40, 2)
	var pictures []*image.RGBA
	for k := range 40 {
		m := image.NewRGBA(slides[0].Rect)
		copy(m.Pix, slides[k/2].Pix)
		for y := range 8 {
			for x := range 8 {
				m.Pix[m.PixOffset(190+x, y)] = uint8(37 * k)
			}
		}
		pictures = append(pictures, m)
	}
	for _, c := range []struct {
		o    Options
		want int
	}{
		{Options{}, 40},
		{Options{Ignored: []image.Rectangle{image.Rect(188, 0, 200, 10)}}, 20},
		{Options{Region: image.Rect(0, 0, 188, 40)}, 20},
	} {
		f, err := Still(t.Context(), pictures, 30, c.o)
		if err != nil {
			t.Fatal(err)
		}
		if f.Len() != c.want {
			t.Errorf("%s: %d pictures, must be %d", fmt.Sprint(c.o.Ignored, c.o.Region), f.Len(), c.want)
		}
	}
}

// skipping is a source that starts at a picture, one early, and notes it.
type skipping struct {
	timed
	skips *int
	off   float64 // s, by which its times are wrong after that
}

func (s *skipping) SkipTo(seconds float64) error {
	*s.skips++
	for s.next+1 < len(s.times) && s.times[s.next+1] < seconds {
		s.next++
	}
	for k := range s.times {
		s.times[k] += s.off
	}
	return nil
}

func TestEpisodesStartWithoutThePicturesBefore(t *testing.T) {
	t.Parallel()
	slides := slide(60, 200, 40, 2)
	pictures := slices.Concat(slides[:50], slides[10:20])
	var times []float64
	for k := range pictures {
		times = append(times, 7+float64(k)/30)
	}
	for _, off := range []float64{0, 0.001} {
		skips := 0
		f, err := New(t.Context(), "film", Facts{}, func(context.Context) (Source, error) {
			return &skipping{timed{still{pictures: pictures, rate: 1}, slices.Clone(times)}, &skips, off}, nil
		}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		episodes := f.Episodes()
		if len(episodes) != 2 || skips != 0 {
			t.Fatalf("%d episodes, %d skips", len(episodes), skips)
		}
		if numbers, _ := read(t, episodes[0]); len(numbers) != 50 || skips != 0 {
			t.Errorf("first episode has %v after %d skips", numbers, skips)
		}
		n := 50
		for p, err := range episodes[1].Pictures(t.Context()) {
			if off != 0 {
				if err == nil || err.Error() != "film: there was no picture at 1.634 s before: it changed while it was read" {
					t.Errorf("error %v", err)
				}
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			want := pictures[n]
			if p.Number != n || !(math.Abs(p.Time-float64(n)/30) < 1e-9) || p.Pix[3*(10*200+50)] != want.RGBAAt(50, 10).R {
				t.Errorf("picture %d at %g s, must be picture %d", p.Number, p.Time, n)
			}
			n++
		}
		if off == 0 && n != 60 || skips != 1 {
			t.Errorf("pictures up to %d, %d skips", n, skips)
		}
	}
}
