package golden

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// TestHarmIsToldByteByByte, and what is the same of several bytes is told once.
func TestHarmIsToldByteByByte(t *testing.T) {
	t.Parallel()
	content := []byte("abcd")
	got := Harm(content, func(content []byte) string {
		if len(content) < 4 {
			return "short\nfile"
		}
		return strings.TrimPrefix(fmt.Sprintf("%x", content[:2]), "6162")
	})
	const want = "cut off after 0 to 3: short; file\nlowest bit of 0 to 0: 6062\nlowest bit of 1 to 1: 6163\nlowest bit of 2 to 3: \n" +
		"highest bit of 0 to 0: e162\nhighest bit of 1 to 1: 61e2\nhighest bit of 2 to 3: \n255 in place of 0 to 0: ff62\n255 in place of 1 to 1: 61ff\n255 in place of 2 to 3: \n"
	if got != want || string(content) != "abcd" {
		t.Errorf("%s of %s", got, content)
	}
}

// failing is a test that keeps what it is told is wrong.
type failing struct {
	testing.TB
	told []string
}

func (f *failing) Errorf(format string, args ...any) {
	f.told = append(f.told, fmt.Sprintf(format, args...))
}
func (f *failing) Helper() {}

// TestEndsAreAtEveryQuestion: who does not heed one of them fails, and so does who fails without any.
func TestEndsAreAtEveryQuestion(t *testing.T) {
	t.Parallel()
	heed := func(ctx context.Context, times int) (err error) {
		for range times {
			err = errors.Join(err, ctx.Err())
		}
		return err
	}
	for what, c := range map[string]struct {
		do    func(ctx context.Context) error
		asked int
		told  string
	}{
		"heeds all":  {func(ctx context.Context) error { return heed(ctx, 3) }, 3, ""},
		"heeds none": {func(ctx context.Context) error { return nil }, 0, ""},
		"forgets the second": {func(ctx context.Context) error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			_ = ctx.Err()
			return nil
		}, 2, "a context that ends when it is asked for time 2: error <nil>"},
		"fails": {func(ctx context.Context) error { return io.EOF }, 0, "a context that has not ended: EOF"},
		"waits": {func(ctx context.Context) error {
			if ctx.Err() == nil {
				return nil
			}
			<-ctx.Done()
			return context.Cause(ctx)
		}, 1, ""},
	} {
		f := &failing{TB: t}
		if asked := Ends(f, c.do); asked != c.asked || strings.Join(f.told, "\n") != c.told {
			t.Errorf("%s: asked %d times, %q", what, asked, f.told)
		}
	}
}

// TestDisksFillAtEveryByte: who does not tell it fails.
func TestDisksFillAtEveryByte(t *testing.T) {
	t.Parallel()
	write := func(w io.Writer) error {
		_, err := io.WriteString(w, "abc")
		_, next := io.WriteString(w, "de")
		return errors.Join(err, next)
	}
	for _, step := range []int{1, 2, 7} {
		if n := Fills(t, step, write); n != 5 {
			t.Errorf("%d bytes in steps of %d", n, step)
		}
	}
	for what, c := range map[string]struct {
		write func(w io.Writer) error
		told  string
	}{
		"swallows": {func(w io.Writer) error { _, _ = io.WriteString(w, "a"); return nil }, "with room for 0 bytes the error is <nil>"},
		"fails":    {func(w io.Writer) error { return io.EOF }, "with room for 0 bytes: EOF"},
	} {
		f := &failing{TB: t}
		if Fills(f, 1, c.write); strings.Join(f.told, "\n") != c.told {
			t.Errorf("%s: %q", what, f.told)
		}
	}
}
