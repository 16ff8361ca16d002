package session

import (
	"sync"
	"time"
)

// Threading says where forecasts are computed.
type Threading bool

// Threads computes forecasts on goroutines of their own. InTick computes them
// inside Tick, a few milliseconds at a time, for platforms with one thread.
const (
	Threads Threading = true
	InTick  Threading = false
)

// A worker without a thread takes a quarter of the time between two ticks, which are far
// apart where pictures take long, within bounds: with less it would get nowhere, and with
// more the window would hang.
const (
	leastShare = 4 * time.Millisecond
	mostShare  = 100 * time.Millisecond
)

// task is work that is done in steps, by one goroutine at a time.
type task interface {
	// step does some work and reports whether more is left.
	step() (more bool)
}

// worker does the newest of the tasks it is given. A task still waiting when the
// next one comes is dropped.
type worker struct {
	mu      sync.Mutex
	waiting task
	running bool // on a goroutine, which ends when nothing waits
	current task // without threads, as the next
	ticked  time.Time
	threads Threading
}

// do asks for a task to be done after the one at work.
func (w *worker) do(t task) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting = t
	if bool(w.threads) && !w.running {
		w.running = true
		go w.run()
	}
}

func (w *worker) run() {
	for t := w.take(); t != nil; t = w.take() {
		for t.step() {
		}
	}
}

// take returns what waits, or nil, after which the goroutine must end.
func (w *worker) take() task {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.waiting
	w.waiting = nil
	w.running = t != nil
	return t
}

// tick does the share of a worker without a thread.
func (w *worker) tick() {
	if w.threads {
		return
	}
	start := time.Now()
	share := min(max(start.Sub(w.ticked)/4, leastShare), mostShare)
	w.ticked = start
	for time.Since(start) < share {
		if w.current == nil {
			w.current, w.waiting = w.waiting, nil
		}
		if w.current == nil {
			return
		}
		if !w.current.step() {
			w.current = nil
		}
	}
}
