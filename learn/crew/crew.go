// Package crew shares out tasks of microseconds among goroutines.
//
//	c := crew.New(2)
//	defer c.Close()
//	c.Share(2, func(worker, task int) { … })
//
// Which worker does a task is not determined; what the tasks compute must not depend on it.
package crew

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Crew is some goroutines that share out numbered tasks with the one that calls Share. A step of a
// small network takes less than a millisecond and shares out tasks three times, so those that wait watch for
// the next task for a while before they sleep: to be woken takes tens of microseconds. It belongs to one goroutine.
type Crew struct {
	do     func(worker, task int) // of the call under way
	tasks  int                    // of the call under way
	ticket atomic.Uint64          // number of the call in the upper half, of tasks that nobody took yet in the lower
	left   atomic.Int64           // tasks that are not done

	mu       sync.Mutex
	work     sync.Cond    // there are tasks, or the crew is closed
	done     sync.Cond    // none is left
	sleepers atomic.Int32 // workers that sleep until work
	waiting  atomic.Bool  // Share sleeps until done
	closed   atomic.Bool
}

// New starts one goroutine fewer than there are workers.
func New(workers int) *Crew {
	c := &Crew{}
	c.work.L, c.done.L = &c.mu, &c.mu
	for i := 1; i < workers; i++ {
		go c.serve(i)
	}
	return c
}

// Close ends the goroutines.
func (c *Crew) Close() {
	c.closed.Store(true)
	c.mu.Lock()
	c.work.Broadcast()
	c.mu.Unlock()
}

// Share does the tasks from 0 on, each once, and returns when all are done. Do is told which
// worker does a task, from 0, the caller; no worker does two at a time.
func (c *Crew) Share(tasks int, do func(worker, task int)) {
	if tasks == 1 {
		do(0, 0)
		return
	}
	c.do, c.tasks = do, tasks
	c.left.Store(int64(tasks))
	c.ticket.Store((c.ticket.Load()>>32+1)<<32 | uint64(tasks))
	if c.sleepers.Load() > 0 {
		c.mu.Lock()
		c.work.Broadcast()
		c.mu.Unlock()
	}
	c.help(0)
	if soon(c.finished) {
		return
	}
	c.mu.Lock()
	c.waiting.Store(true)
	for !c.finished() {
		c.done.Wait()
	}
	c.waiting.Store(false)
	c.mu.Unlock()
}

// serve does tasks until the crew is closed.
func (c *Crew) serve(worker int) {
	for !c.closed.Load() {
		c.help(worker)
		if soon(c.wanted) {
			continue
		}
		c.mu.Lock()
		c.sleepers.Add(1)
		for !c.wanted() {
			c.work.Wait()
		}
		c.sleepers.Add(-1)
		c.mu.Unlock()
	}
}

// help does tasks until nobody has to begin one.
func (c *Crew) help(worker int) {
	for {
		t := c.ticket.Load()
		if uint32(t) == 0 {
			return
		}
		// The number of the call keeps a ticket that was read long ago from passing for one of today.
		if !c.ticket.CompareAndSwap(t, t-1) {
			continue
		}
		c.do(worker, c.tasks-int(uint32(t)))
		if c.left.Add(-1) == 0 && c.waiting.Load() {
			c.mu.Lock()
			c.done.Signal()
			c.mu.Unlock()
		}
	}
}

func (c *Crew) finished() bool { return c.left.Load() == 0 }
func (c *Crew) wanted() bool   { return uint32(c.ticket.Load()) != 0 || c.closed.Load() }

// soon watches for some ten microseconds and reports whether what is awaited has come. It lets other
// goroutines run meanwhile, which there may be more of than processors.
func soon(come func() bool) bool {
	const looks, rounds = 200, 50
	for range rounds {
		for range looks {
			if come() {
				return true
			}
		}
		runtime.Gosched()
	}
	return come()
}
