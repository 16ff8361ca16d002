package train

import (
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestTimeGoesOnFromSessionToSession: a run that goes on counts the time of those before, and the
// examples of its own alone.
func TestTimeGoesOnFromSessionToSession(t *testing.T) {
	t.Parallel()
	dir, cfg := t.TempDir(), Tiny()
	before := newState(newSineObjective().params, cfg)
	before.Step, before.Validated, before.Elapsed = 20, 20, time.Hour
	if err := before.save(filepath.Join(dir, "last.safetensors"), cfg); err != nil {
		t.Fatal(err)
	}
	r, err := newRun(newSineObjective(), cfg, dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	if took := r.elapsed(); took < time.Hour || r.reportedStep != 20 {
		t.Errorf("it goes on after %v, with a report of step %d", took, r.reportedStep)
	}
	r.started = r.started.Add(-time.Minute)
	if err := r.save("last"); err != nil {
		t.Fatal(err)
	}
	again := newState(newSineObjective().params, cfg)
	if err := again.load(filepath.Join(dir, "last.safetensors"), cfg); err != nil || again.Elapsed < time.Hour+time.Minute {
		t.Errorf("%v are saved, %v", again.Elapsed, err)
	}
}

// TestRunsLeaveNothingBehind: neither goroutines, of one window or the other, nor open files.
func TestRunsLeaveNothingBehind(t *testing.T) {
	open := func() int {
		files, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Skip("the system does not tell which files are open")
		}
		return len(files)
	}
	before, files := runtime.NumGoroutine(), open()
	for _, objective := range []Objective{newSineObjective(), newChapteredSine(40)} {
		if _, err := Run(t.Context(), objective, Tiny(), t.TempDir(), nil); err != nil {
			t.Fatal(err)
		}
	}
	for deadline := time.Now().Add(2 * time.Minute); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines are left, of %d before", runtime.NumGoroutine(), before)
		}
	}
	if left := open(); left > files {
		t.Errorf("%d files are open, %d before", left, files)
	}
}

// huge has more examples than an order can number.
type huge struct{ *sineObjective }

func (huge) Examples() int { return math.MaxInt32 + 1 }

func TestMoreExamplesThanNumbersAreRefused(t *testing.T) {
	t.Parallel()
	if _, err := newRun(huge{newSineObjective()}, Tiny(), "", nil); err == nil {
		t.Error("2,147,483,648 examples are accepted")
	}
}

// TestTenthsMakeAWhole: ten chapters of a tenth of an example are one, whatever their sum is rounded to.
func TestTenthsMakeAWhole(t *testing.T) {
	t.Parallel()
	c := newChapteredSine(40)
	c.chapters = slices.Repeat([]Chapter{{Examples: 1, Size: 1, Weight: 0.1}}, 10)
	if n := EpochOf(c); n != 1 {
		t.Errorf("an epoch has %d examples", n)
	}
}

// TestEachWindowIsShuffledByItself: two of one size in an epoch do not have their examples in one order.
func TestEachWindowIsShuffledByItself(t *testing.T) {
	t.Parallel()
	c := newChapteredSine(20)
	c.chapters = slices.Repeat([]Chapter{{Examples: 10, Size: 10, Weight: 1}}, 15)
	o := newChapteredOrder(3, 20, c)
	first := slices.Clone(o.examples(0))
	if second := o.examples(1); o.place.epoch != 0 || o.place.window != 1 || slices.Equal(first, second) {
		t.Errorf("window %d of epoch %d: %v after %v", o.place.window, o.place.epoch, second, first)
	}
}

// TestWindowsAreCutWhenTheyAreFull: each but the last has as many bytes as a window may, and would not without one of its chapters.
func TestWindowsAreCutWhenTheyAreFull(t *testing.T) {
	t.Parallel()
	c := newChapteredSine(10)
	c.chapters = slices.Repeat([]Chapter{{Examples: 10, Size: 3, Weight: 1}}, 9)
	for k, w := range newChapteredOrder(3, 10, c).cut(0) {
		if want := []int{4, 4, 1}[k]; len(w.chapters) != want {
			t.Errorf("window %d has %d chapters, want %d", k, len(w.chapters), want)
		}
	}
	if n := len(newChapteredOrder(3, 25, c).cut(0)[0].chapters); n != 4 {
		t.Errorf("a window has %d chapters, want the 4 that fill it", n)
	}
	if n := len(newChapteredOrder(3, 50, c).cut(0)[0].chapters); n != 5 {
		t.Errorf("a window has %d chapters, want the 5 that make a batch", n)
	}
}

// TestStepsAreFoundFromAnywhere: a step is where it is, whichever was looked for before it.
func TestStepsAreFoundFromAnywhere(t *testing.T) {
	t.Parallel()
	o := newChapteredOrder(3, 8, newChapteredSine(50))
	start := place{epoch: -1}
	for step := range 60 {
		want := o.find(start, step)
		for _, from := range []int{0, 5, 17, 30, 59} {
			if got := o.find(o.find(start, from), step); got.epoch != want.epoch || got.first != want.first || got.window != want.window || got.begin != want.begin {
				t.Errorf("step %d from step %d: %+v, want %+v", step, from, got, want)
			}
		}
	}
}

// TestWeightsAreNoLargerThanNumbersOfExamples which are 32 bits wide, and neither is what a window deals out.
func TestWeightsAreNoLargerThanNumbersOfExamples(t *testing.T) {
	t.Parallel()
	for weight, want := range map[float64]bool{0: true, 1: true, math.MaxInt32: true, math.MaxInt32 + 1: false, -1e-9: false} {
		if got := usable(weight); got != want {
			t.Errorf("weight %v is usable: %v", weight, got)
		}
	}
	c := newChapteredSine(10)
	c.chapters = []Chapter{{Examples: 5, Size: 1, Weight: math.MaxInt32}}
	if _, err := Run(t.Context(), c, Tiny(), "", nil); err == nil || !strings.Contains(err.Error(), "a window of 10737418235 examples must have at most 2147483647") {
		t.Errorf("a window of ten billion examples: %v", err)
	}
}
