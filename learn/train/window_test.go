package train

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// chapteredSine is the sine of sineObjective in chapters, of which it has a window in memory.
type chapteredSine struct {
	*sineObjective
	chapters []Chapter
	most     int
	open     []int32 // examples of the window
	opened   [][]int // chapters of each window that was opened
	next     []int   // what was said to come after
	wrong    string
}

// newChapteredSine has chapters of 1 to 29 examples, 150 together, each of a byte.
func newChapteredSine(most int) *chapteredSine {
	c := &chapteredSine{sineObjective: newSineObjective(), most: most}
	rng := rand.New(rand.NewPCG(4, 0))
	for left := 150; left > 0; {
		n := min(left, 1+rng.IntN(29))
		c.chapters = append(c.chapters, Chapter{Examples: n, Size: n, Weight: 1})
		left -= n
	}
	return c
}

func (c *chapteredSine) Chapters() []Chapter { return c.chapters }
func (c *chapteredSine) Window() int         { return c.most }
func (c *chapteredSine) Examples() int       { return len(c.open) }

func (c *chapteredSine) Open(_ context.Context, chapters, next []int) error {
	if c.next != nil && !slices.Equal(c.next, chapters) {
		c.wrong = fmt.Sprintf("after %v came %v, and %v were told", c.opened[len(c.opened)-1], chapters, c.next)
	}
	c.open, c.next = c.open[:0], next
	c.opened = append(c.opened, slices.Clone(chapters))
	for _, k := range chapters {
		first := 0
		for i := range k {
			first += c.chapters[i].Examples
		}
		for i := range c.chapters[k].Examples {
			c.open = append(c.open, int32(first+i))
		}
	}
	return nil
}

// NewGradient takes examples of the window that is open when it is called.
func (c *chapteredSine) NewGradient() Gradient {
	gradient, open := c.sineObjective.NewGradient(), slices.Clone(c.open)
	return func(weights, grad []float32, examples []int32) (float64, error) {
		var of []int32
		for _, i := range examples {
			of = append(of, open[i])
		}
		return gradient(weights, grad, of)
	}
}

// TestWindowsVisitEveryExampleOnce: in an epoch each chapter is in one window, windows are no larger than they may be, and all
// examples of a window come but for those that fill no batch.
func TestWindowsVisitEveryExampleOnce(t *testing.T) {
	t.Parallel()
	c := newChapteredSine(50)
	o := newChapteredOrder(3, 8, c)
	step := 0
	var before []int
	for epoch := range 4 {
		var order []int
		last := -1
		for w := 0; ; w++ {
			if e, batch := o.epochOf(step); e > epoch {
				break
			} else if batch <= last {
				t.Fatalf("step %d is batch %d of epoch %d, after batch %d", step, batch, e, last)
			}
			if !o.turn(step) {
				t.Fatalf("epoch %d: step %d begins no window", epoch, step)
			}
			window := o.place.windows[o.place.window]
			order = append(order, window.chapters...)
			size, of := 0, 0
			for _, k := range window.chapters {
				size, of = size+c.chapters[k].Size, of+c.chapters[k].Examples
			}
			if size >= 50+29 || window.length != of || window.batches != of/8 {
				t.Errorf("epoch %d: window %d has %d bytes, %d examples of %d and %d batches", epoch, w, size, window.length, of, window.batches)
			}
			var seen []int32
			for range window.batches {
				if seen = append(seen, o.examples(step)...); len(seen) > 8 && o.turn(step) {
					t.Errorf("step %d turns within a window", step)
				}
				_, last = o.epochOf(step)
				step++
			}
			if slices.IsSorted(seen) {
				t.Errorf("epoch %d: window %d is not shuffled", epoch, w)
			}
			slices.Sort(seen)
			if len(slices.Compact(seen)) != 8*window.batches || int(seen[len(seen)-1]) >= of {
				t.Errorf("epoch %d: window %d visits %v of %d", epoch, w, seen, of)
			}
		}
		if slices.Equal(order, before) {
			t.Errorf("epoch %d has the windows of the one before", epoch)
		}
		before = slices.Clone(order)
		slices.Sort(order)
		left := 150
		for _, k := range order {
			left -= c.chapters[k].Examples
		}
		if left < 0 || left >= 8 || len(slices.Compact(order)) != len(before) {
			t.Errorf("epoch %d has the chapters %v of %d, which leaves %d examples", epoch, before, len(c.chapters), left)
		}
	}
	if got := newChapteredOrder(3, 8, c).examples(step - 1); !slices.Equal(got, o.examples(step-1)) {
		t.Error("a batch depends on what was asked before")
	}
}

// TestWindowsThatAreInterruptedGoOnToTheSameBits: a run is stopped after each of its first steps, most of them in the middle of a window.
func TestWindowsThatAreInterruptedGoOnToTheSameBits(t *testing.T) {
	t.Parallel()
	cfg := Tiny()
	cfg.Steps = 40
	c := newChapteredSine(40)
	want, err := Run(t.Context(), c, cfg, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.wrong != "" || len(c.opened) < 8 {
		t.Fatalf("%d windows were opened; %s", len(c.opened), c.wrong)
	}
	dir := t.TempDir()
	for range 25 {
		ctx, stop := context.WithCancel(t.Context())
		again := cfg
		again.ReportEvery = 1
		_, err := Run(ctx, newChapteredSine(40), again, dir, func(Progress) { stop() })
		stop()
		if err == nil || ctx.Err() == nil {
			t.Fatal("it was not interrupted")
		}
	}
	again := cfg
	again.ReportEvery = 1
	again.Workers = 1
	got, err := Run(t.Context(), newChapteredSine(40), again, dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Weights, want.Weights) || !slices.Equal(got.Best, want.Best) {
		t.Error("weights differ from those of a run without interruption")
	}
}

// TestChaptersAreTakenByWeight: over many epochs, each example is there as often as the weight of its chapter says.
func TestChaptersAreTakenByWeight(t *testing.T) {
	t.Parallel()
	const times = 20 // as many examples as elsewhere, as a window takes whole ones only
	c := newChapteredSine(times * 40)
	sum := 0.0
	for i := range c.chapters {
		c.chapters[i].Examples, c.chapters[i].Size = times*c.chapters[i].Examples, times*c.chapters[i].Size
		c.chapters[i].Weight = []float64{1, 0.5, 2.25, 0}[i%4]
		sum += c.chapters[i].weight()
	}
	if got := EpochOf(c); got != int(sum) {
		t.Errorf("an epoch has %d examples, want %v", got, sum)
	}
	const batch = 1 // so that hardly any are left over
	o, total, epochs := newChapteredOrder(3, batch, c), make([]float64, times*150), 0
	for step := 0; ; step++ {
		if epochs, _ = o.epochOf(step); epochs == 200 {
			break
		}
		if o.turn(step) {
			c.next = nil
			if err := c.Open(t.Context(), o.place.windows[o.place.window].chapters, nil); err != nil {
				t.Fatal(err)
			}
		}
		for _, i := range o.examples(step) {
			total[c.open[i]]++
		}
	}
	example := 0
	for k, chapter := range c.chapters {
		for range chapter.Examples {
			if got := total[example] / float64(epochs); !(math.Abs(got-chapter.Weight) <= 0.1) {
				t.Errorf("example %d of chapter %d is there %v times in an epoch, want %v", example, k, got, chapter.Weight)
			}
			example++
		}
	}
}

func TestUselessChaptersAreRefused(t *testing.T) {
	t.Parallel()
	c := newChapteredSine(40)
	c.chapters[1].Weight = math.NaN()
	if _, err := Run(t.Context(), c, Tiny(), "", nil); err == nil || !strings.Contains(err.Error(), "chapter 1: weight NaN must be") {
		t.Errorf("a weight that is no number: %v", err)
	}
	c = newChapteredSine(40)
	cfg := Tiny()
	cfg.Batch = 151
	if _, err := Run(t.Context(), c, cfg, "", nil); err == nil || !strings.Contains(err.Error(), "batch 151 must be ≤ examples 150") {
		t.Errorf("a batch larger than an epoch: %v", err)
	}
	cfg.Batch = 150 // larger than a window usually is
	if _, err := Run(t.Context(), c, cfg, "", nil); err != nil || len(c.opened) == 0 || len(c.opened[0]) != len(c.chapters) {
		t.Errorf("a batch of everything: %v, windows %v", err, c.opened)
	}
}
