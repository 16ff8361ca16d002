package console

import (
	"bytes"
	"maps"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// shared is a buffer that several goroutines use.
type shared struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (s *shared) Write(p []byte) (int, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.text.Write(p)
}

// take returns what was written since the last call.
func (s *shared) take() string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	defer s.text.Reset()
	return s.text.String()
}

func TestPlainProgressIsSparseButAlive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		out := &shared{}
		begin := time.Now()
		p := NewProgress(out, "counting")
		for i := range 100 {
			p.Set(float64(i)/200, "")
		}
		after := func(d time.Duration, want string) {
			t.Helper()
			time.Sleep(d)
			synctest.Wait()
			if text := out.take(); text != want {
				t.Errorf("after %v: %q, want %q", time.Since(begin), text, want)
			}
		}
		after(999*time.Millisecond, "")
		p.Set(0.5, "half")
		after(time.Millisecond, "counting 50%  half  1s left\n")
		p.Set(0.75, "more")
		after(2999*time.Millisecond, "")
		after(time.Millisecond, "counting 75%  more  0s left\n")
		after(3*time.Second, "counting 75%  more  0s left\n") // nothing new is shown, too
		p.Set(1, "what follows")
		p.Set(1, "and again")
		after(0, "counting 100%  what follows\n")
		after(3*time.Second, "counting 100%  and again\n")
		p.Close()
		p.Set(1, "late")
		after(time.Hour, "")
		slow := NewProgress(out, "waiting")
		after(time.Second, "waiting …\n")
		slow.Close()
		slow.Close()
	})
}

// TestLinesStandBesideTheBar: whoever has something to say on the way writes to the bar, which writes lines of its own at any
// time. None is lost or broken, and one after Close still comes.
func TestLinesStandBesideTheBar(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer // whose use the race detector watches
		p := NewProgress(&out, "counting")
		p.Set(0.5, "half")
		var writers sync.WaitGroup
		for range 2 {
			writers.Go(func() {
				for range 6 {
					if n, err := p.Write([]byte("a note\n")); n != 7 || err != nil {
						t.Errorf("%d bytes written, %v", n, err)
					}
					time.Sleep(time.Second)
				}
			})
		}
		writers.Wait()
		p.Close()
		if _, err := p.Write([]byte("the last\n")); err != nil {
			t.Error(err)
		}
		count := map[string]int{}
		for line := range strings.Lines(out.String()) {
			count[line]++
		}
		if want := map[string]int{"a note\n": 12, "counting 50%  half\n": 2, "the last\n": 1}; !maps.Equal(count, want) {
			t.Errorf("lines %v, want %v", count, want)
		}
	})
}

// TestTimeLeftForgetsEarlierSessions checks that what was done before the first
// call does not flatter the pace.
func TestTimeLeftForgetsEarlierSessions(t *testing.T) {
	p := NewProgress(&bytes.Buffer{}, "training")
	p.first, p.from = time.Now().Add(-10*time.Second), 0.8
	if got := p.remaining(0.9); got != "  10s left" {
		t.Errorf("a tenth took 10 s and a tenth is left: got %q", got)
	}
}
