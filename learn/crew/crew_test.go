package crew

import (
	"sync/atomic"
	"testing"
	"time"
)

// TestEachTaskIsDoneOnce, by however many workers, whether they still watch for tasks or sleep, and
// no worker does two at a time.
func TestEachTaskIsDoneOnce(t *testing.T) {
	t.Parallel()
	for _, workers := range []int{1, 2, 5} {
		c := New(workers)
		busy := make([]atomic.Bool, workers)
		for call := range 300 {
			tasks := call * 7 % 13
			done := make([]atomic.Int32, tasks)
			c.Share(tasks, func(worker, task int) {
				if !busy[worker].CompareAndSwap(false, true) {
					t.Errorf("worker %d does two tasks at a time", worker)
				}
				if call%50 == 9 {
					time.Sleep(2 * time.Millisecond) // longer than anybody watches
				}
				done[task].Add(1)
				busy[worker].Store(false)
			})
			for i := range done {
				if n := done[i].Load(); n != 1 {
					t.Fatalf("%d workers, call %d: task %d of %d was done %d times when Share returned", workers, call, i, tasks, n)
				}
			}
			if call%50 == 8 {
				time.Sleep(2 * time.Millisecond)
			}
		}
		c.Close()
	}
}

// TestTasksAreSharedOut: two tasks that wait for each other both come to an end, also when
// the workers have gone to sleep.
func TestTasksAreSharedOut(t *testing.T) {
	t.Parallel()
	c := New(2)
	defer c.Close()
	for range 5 {
		time.Sleep(3 * time.Millisecond)
		met := make(chan struct{})
		c.Share(2, func(_, task int) {
			if task == 0 {
				met <- struct{}{}
			} else {
				<-met
			}
		})
	}
}

// TestACrewThatIsClosedIsGone: workers that sleep are woken and end, too.
func TestACrewThatIsClosedIsGone(t *testing.T) {
	t.Parallel()
	c := New(4)
	until := func(sleepers int32) {
		for wait := 0; c.sleepers.Load() != sleepers; wait++ {
			if time.Sleep(time.Millisecond); wait == 20_000 {
				t.Fatalf("%d workers sleep, want %d", c.sleepers.Load(), sleepers)
			}
		}
	}
	until(3)
	c.Close()
	until(0)
}
