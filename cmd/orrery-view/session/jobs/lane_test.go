package jobs

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// count is a job of some steps that tells when it is done.
type count struct {
	left int
	done *sync.WaitGroup
}

func (c *count) Step() bool {
	c.left--
	if c.left == 0 && c.done != nil {
		c.done.Done()
	}
	return c.left > 0
}

func TestOfThoseThatWaitOnlyTheNewestIsDone(t *testing.T) {
	t.Parallel()
	l := New(InTick)
	first, second, third := &count{left: 3}, &count{left: 5}, &count{left: 7}
	l.Do(first)
	l.Tick()
	l.Do(second)
	l.Do(third)
	for range 3 {
		l.Tick()
	}
	if first.left != 0 || second.left != 5 || third.left != 0 {
		t.Errorf("left %d, %d and %d steps, want 0, 5 and 0", first.left, second.left, third.left)
	}
}

func TestAThreadDoesWhatComesAfterItHasEnded(t *testing.T) {
	t.Parallel()
	l := New(Threads)
	for range 3 {
		var done sync.WaitGroup
		done.Add(1)
		l.Do(&count{left: 4, done: &done})
		done.Wait()
	}
	l.Tick() // nothing to do
}

func TestTicksWithoutAThreadShareALongJob(t *testing.T) {
	t.Parallel()
	l := New(InTick)
	endless := &count{left: 1 << 62}
	l.Do(endless)
	l.Tick()
	before := endless.left
	if l.Tick(); endless.left >= before {
		t.Error("the second tick did nothing")
	}
}

// slow is an endless job whose steps take a millisecond.
type slow struct{ steps int }

func (s *slow) Step() bool {
	s.steps++
	time.Sleep(time.Millisecond)
	return true
}

// TestATickTakesAQuarterOfTheTimeBetween two, but 4 ms at least and 100 ms at most.
func TestATickTakesAQuarterOfTheTimeBetween(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, job := New(InTick), &slow{}
		l.Do(job)
		last := time.Now()
		l.Tick()
		for _, c := range []struct {
			between time.Duration
			steps   int
		}{{200 * time.Millisecond, 50}, {60 * time.Millisecond, 15}, {16 * time.Millisecond, 4}, {8 * time.Millisecond, 4}, {400 * time.Millisecond, 100}, {time.Minute, 100}} {
			time.Sleep(c.between - time.Since(last))
			last = time.Now()
			before := job.steps
			if l.Tick(); job.steps-before != c.steps {
				t.Errorf("after %v a tick takes %d ms, want %d", c.between, job.steps-before, c.steps)
			}
		}
	})
}

// TestOnlyThreadsWorkByThemselves, one at a time: without them nothing is done before a tick, and with them nothing by a tick.
func TestOnlyThreadsWorkByThemselves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		still := &count{left: 3}
		New(InTick).Do(still)
		synctest.Wait()
		if still.left != 3 {
			t.Errorf("%d steps are left before the first tick", still.left)
		}
		l, at := New(Threads), time.Now()
		first, second := &turns{left: 5}, &turns{left: 5}
		second.other, first.other = first, second
		l.Do(first)
		synctest.Wait()
		l.Do(second)
		l.Tick()
		if time.Since(at) != 0 {
			t.Errorf("a tick works for %v beside a thread", time.Since(at))
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if first.left != 0 || second.left != 0 || first.met || second.met {
			t.Errorf("%d and %d steps are left, at the same time: %v", first.left, second.left, first.met || second.met)
		}
	})
}

// turns is a job of some steps of a millisecond each, that tells whether another was under way meanwhile.
type turns struct {
	left      int
	busy, met bool
	other     *turns
}

func (c *turns) Step() bool {
	c.busy = true
	c.met = c.met || c.other.busy
	time.Sleep(time.Millisecond)
	c.left--
	c.busy = c.left > 0
	return c.left > 0
}
