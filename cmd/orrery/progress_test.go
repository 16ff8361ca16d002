package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestPlainProgressIsSparse(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out, "counting")
	for i := range 100 {
		p.set(float64(i)/100, "")
	}
	if out.Len() > 0 {
		t.Errorf("a task of no time has written %q", out.String())
	}
	p.last = time.Now().Add(-2 * progressEvery)
	p.set(0.5, "half")
	p.set(0.75, "more")
	p.close()
	if text := out.String(); strings.Count(text, "\n") != 1 || !strings.HasPrefix(text, "counting 50%  half") {
		t.Errorf("got %q, want one line", text)
	}
	out.Reset()
	p.set(1, "what follows")
	if text := out.String(); text != "counting 100%  what follows\n" {
		t.Errorf("the end is %q", text)
	}
}

// TestTimeLeftForgetsEarlierSessions checks that what was done before the first
// call does not flatter the pace.
func TestTimeLeftForgetsEarlierSessions(t *testing.T) {
	p := newProgress(&bytes.Buffer{}, "training")
	p.first, p.from = time.Now().Add(-10*time.Second), 0.8
	if got := p.remaining(0.9); got != "  10s left" {
		t.Errorf("a tenth took 10 s and a tenth is left: got %q", got)
	}
}
