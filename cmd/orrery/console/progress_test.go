package console

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestPlainProgressIsSparse(t *testing.T) {
	var out bytes.Buffer
	p := NewProgress(&out, "counting")
	for i := range 100 {
		p.Set(float64(i)/100, "")
	}
	if out.Len() > 0 {
		t.Errorf("a task of no time has written %q", out.String())
	}
	p.last = time.Now().Add(-2 * progressEvery)
	p.Set(0.5, "half")
	p.Set(0.75, "more")
	p.Close()
	if text := out.String(); strings.Count(text, "\n") != 1 || !strings.HasPrefix(text, "counting 50%  half") {
		t.Errorf("got %q, want one line", text)
	}
	out.Reset()
	p.Set(1, "what follows")
	if text := out.String(); text != "counting 100%  what follows\n" {
		t.Errorf("the end is %q", text)
	}
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
