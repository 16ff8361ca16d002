package door

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"orrery/sim/input"
)

// Method does what a call asks for. Its answer is what becomes of it in JSON; the arrays it makes go along.
type Method func(ctx context.Context, c *Call) (answer any, err error)

// Methods are methods by their names.
type Methods map[string]Method

// Join returns all methods of several; a name that two have panics.
func Join(all ...Methods) Methods {
	joined := Methods{}
	for _, methods := range all {
		for name, m := range methods {
			if joined[name] != nil {
				panic("door: two methods " + name)
			}
			joined[name] = m
		}
	}
	return joined
}

// Answer is what a call has led to.
type Answer struct {
	Text   []byte  // JSON: {"answer": …}, or {"error": …, "fault": …}
	Arrays []Array // of no use with an error, but made
}

// Job is a call that is being done.
type Job struct {
	cancel context.CancelFunc
	done   chan struct{}
	answer Answer

	mu       sync.Mutex
	progress []byte
}

// Start begins a call.
func (m Methods) Start(c *Call) *Job {
	ctx, cancel := context.WithCancel(context.Background())
	job := &Job{cancel: cancel, done: make(chan struct{})}
	c.tell = job.tell
	go func() {
		defer close(job.done)
		defer cancel()
		job.answer = m.do(ctx, c)
	}()
	return job
}

// do does a call, whatever happens in it.
func (m Methods) do(ctx context.Context, c *Call) (a Answer) {
	defer func() {
		if r := recover(); r != nil {
			a = c.failed(fmt.Errorf("internal error in %s: %v\n%s", c.Method, r, debug.Stack()))
		}
	}()
	method := m[c.Method]
	if method == nil {
		return c.failed(Mistaken(fmt.Errorf("unknown method %.40q%s", c.Method, input.Perhaps(c.Method, slices.Sorted(maps.Keys(m))))))
	}
	answer, err := method(ctx, c)
	if err != nil {
		return c.failed(err)
	}
	text, err := json.Marshal(map[string]any{"answer": answer})
	if err != nil {
		return c.failed(fmt.Errorf("answer of %s: %w", c.Method, err))
	}
	return Answer{text, c.answers}
}

func (c *Call) failed(err error) Answer {
	text, _ := json.Marshal(map[string]string{"error": Words(err), "fault": string(FaultOf(err))}) // texts can be encoded
	return Answer{text, c.answers}
}

// Words returns what an error says, without the name of the package or of the system call that says it.
func Words(err error) string {
	text := err.Error()
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		text = strings.Replace(text, at.Error(), at.Path+": "+at.Err.Error(), 1)
	}
	for _, name := range []string{"environment: ", "engine: ", "evaluation: "} {
		text = strings.TrimPrefix(text, name)
	}
	return text
}

// Cancel asks a job to end soon.
func (j *Job) Cancel() { j.cancel() }

// Wait waits until a job is done, but no longer than for a time, and reports whether it is.
func (j *Job) Wait(atMost time.Duration) bool {
	select { // most are done at once
	case <-j.done:
		return true
	default:
	}
	timer := time.NewTimer(atMost)
	defer timer.Stop()
	select {
	case <-j.done:
		return true
	case <-timer.C:
		return false
	}
}

// Answer returns what the job has led to, once it is done.
func (j *Job) Answer() Answer { return j.answer }

// Progress returns the JSON of how far the job has come, or nil if nothing was told since it was last asked.
func (j *Job) Progress() []byte {
	j.mu.Lock()
	defer j.mu.Unlock()
	text := j.progress
	j.progress = nil
	return text
}

func (j *Job) tell(progress any) {
	text, err := json.Marshal(progress)
	if err != nil {
		return // of no use to anyone
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.progress = text
}

// Ask calls a method from Go, as other languages do, and returns its answer and the arrays that go along when it is done.
func Ask[A any](methods Methods, method string, request any, arrays ...Array) (answer A, found []Array, err error) {
	text, err := json.Marshal(request)
	if err != nil {
		return answer, nil, err
	}
	job := methods.Start(&Call{Method: method, Request: text, Arrays: arrays})
	<-job.done
	var all struct {
		Answer A
		Error  string
	}
	if err := json.Unmarshal(job.answer.Text, &all); err != nil {
		return answer, nil, err
	}
	if all.Error != "" {
		return answer, nil, errors.New(all.Error)
	}
	return all.Answer, job.answer.Arrays, nil
}
