package golden

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// ErrFull is the error of a writer of Fills that has no room left.
var ErrFull = errors.New("no space left on device")

// Harm tells what read says of a file that is cut off after each number of bytes, and of one in which each byte is
// another: its lowest bit is the opposite, its highest one is, or it is 255. Bytes that follow each other and of which
// the same is said are one line. read is told contents of its own.
func Harm(content []byte, read func(content []byte) string) string {
	var told strings.Builder
	each := func(what string, n int, harm func(i int) []byte) {
		from, said := 0, ""
		for i := range n + 1 {
			now := ""
			if i < n {
				now = strings.ReplaceAll(read(harm(i)), "\n", "; ")
			}
			if i > 0 && (i == n || now != said) {
				fmt.Fprintf(&told, "%s %d to %d: %s\n", what, from, i-1, said)
				from = i
			}
			said = now
		}
	}
	each("cut off after", len(content), func(i int) []byte { return append([]byte(nil), content[:i]...) })
	for _, change := range []struct {
		what string
		make func(b byte) byte
	}{
		{"lowest bit of", func(b byte) byte { return b ^ 1 }}, {"highest bit of", func(b byte) byte { return b ^ 128 }}, {"255 in place of", func(byte) byte { return 255 }},
	} {
		each(change.what, len(content), func(i int) []byte {
			other := append([]byte(nil), content...)
			other[i] = change.make(other[i])
			return other
		})
	}
	return told.String()
}

// Ends calls do with a context that has ended when it is asked for the first time, then with one that ends at the
// second question, and so on until it is not asked so often. It fails a test where do has no error that is the
// context's, and where it has an error in the end. It returns how often the context was asked.
func Ends(t testing.TB, do func(ctx context.Context) error) (asked int) {
	t.Helper()
	for most := 1; ; most++ {
		ctx := &ending{Context: context.Background(), left: most, done: make(chan struct{})}
		err := do(ctx)
		if ctx.left > 0 {
			if err != nil {
				t.Errorf("a context that has not ended: %v", err)
			}
			return most - 1
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("a context that ends when it is asked for time %d: error %v", most, err)
			return most
		}
	}
}

// ending is a context that ends when it was asked so many times. It belongs to one goroutine.
type ending struct {
	context.Context
	left int
	done chan struct{}
}

// Done implements context.Context.
func (e *ending) Done() <-chan struct{} { return e.done }

// Err implements context.Context.
func (e *ending) Err() error {
	if e.left--; e.left == 0 {
		close(e.done)
	}
	if e.left <= 0 {
		return context.Canceled
	}
	return nil
}

// Fills calls write with a disk that has room for no byte, for one, and so on, with steps, until all is written. It
// fails a test where write does not tell that there was no room, and returns how many bytes were written in the end.
func Fills(t testing.TB, step int, write func(w io.Writer) error) (bytes int) {
	t.Helper()
	for room := 0; ; room += step {
		w := &full{left: room}
		err := write(w)
		if !w.over {
			if err != nil {
				t.Errorf("with room for %d bytes: %v", room, err)
			}
			return room - w.left
		}
		if !errors.Is(err, ErrFull) {
			t.Errorf("with room for %d bytes the error is %v", room, err)
			return room
		}
	}
}

// full is a writer with room for so many bytes.
type full struct {
	left int
	over bool
}

// Write implements io.Writer.
func (f *full) Write(b []byte) (int, error) {
	n := min(len(b), f.left)
	f.left -= n
	if n < len(b) {
		f.over = true
		return n, ErrFull
	}
	return n, nil
}
