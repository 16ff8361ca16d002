package jobs

import (
	"sync"
	"time"
)

// Threading says where jobs are done.
type Threading bool

// Threads does jobs on goroutines of their own. InTick does them inside Lane.Tick, a
// few milliseconds at a time, for platforms with one thread.
const (
	Threads Threading = true
	InTick  Threading = false
)

// A lane without a thread takes a quarter of the time between two ticks, which are far
// apart where pictures take long, within bounds: with less it would get nowhere, and with
// more the window would hang.
const (
	leastShare = 4 * time.Millisecond
	mostShare  = 100 * time.Millisecond
)

// Job is work that is done in steps, by one goroutine at a time.
type Job interface {
	// Step does some work and reports whether more is left.
	Step() (more bool)
}

// Lane does one job at a time, and next the newest of those it was given meanwhile. A
// job that still waits when the next one comes is dropped. Make one with New.
type Lane struct {
	threads Threading

	mu      sync.Mutex
	waiting Job
	running bool // a goroutine is at work, which ends when nothing waits
	current Job  // without threads, the one at work
	ticked  time.Time
}

// New returns a lane without jobs.
func New(threads Threading) *Lane { return &Lane{threads: threads} }

// Do asks for a job to be done after the one at work.
func (l *Lane) Do(job Job) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = job
	if bool(l.threads) && !l.running {
		l.running = true
		go l.run()
	}
}

func (l *Lane) run() {
	for job := l.take(); job != nil; job = l.take() {
		for job.Step() {
		}
	}
}

// take returns what waits, or nil, after which the goroutine must end.
func (l *Lane) take() Job {
	l.mu.Lock()
	defer l.mu.Unlock()
	job := l.waiting
	l.waiting = nil
	l.running = job != nil
	return job
}

// Tick does the share of a lane without a thread, and nothing for one with a thread.
func (l *Lane) Tick() {
	if l.threads {
		return
	}
	start := time.Now()
	share := min(max(start.Sub(l.ticked)/4, leastShare), mostShare)
	l.ticked = start
	for time.Since(start) < share {
		if l.current == nil {
			l.current, l.waiting = l.waiting, nil
		}
		if l.current == nil {
			return
		}
		if !l.current.Step() {
			l.current = nil
		}
	}
}
