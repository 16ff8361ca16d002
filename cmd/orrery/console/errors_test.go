package console

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"
)

func TestWhatFailedIsSaidEvenAfterAnInterruption(t *testing.T) {
	t.Parallel()
	full, gone := errors.New("no space left"), &fs.PathError{Op: "close", Path: "journal", Err: fs.ErrClosed}
	stopped := fmt.Errorf("stopped after 3 of 5 episodes: %w", context.Canceled)
	for _, c := range []struct {
		name string
		err  error
		want string // or nothing, of an interruption alone
	}{
		{"no error", nil, ""},
		{"ended", context.Canceled, ""},
		{"ended, wrapped", fmt.Errorf("gen: %w", stopped), ""},
		{"a way to go on", fmt.Errorf("%w: --resume goes on", ErrInterrupted), ""},
		{"two that ended", errors.Join(stopped, context.Canceled), ""},
		{"failed", full, "no space left"},
		{"failed, wrapped", fmt.Errorf("gen: %w", full), "gen: no space left"},
		{"failed afterwards", errors.Join(stopped, full), "no space left"},
		{"failed before", errors.Join(full, ErrInterrupted), "no space left"},
		{"both, wrapped", fmt.Errorf("plan: %w", errors.Join(stopped, gone)), "close journal: file already closed"},
		{"both in one sentence", fmt.Errorf("%w; %w", stopped, full), "no space left"},
		{"all failed", errors.Join(full, gone), "no space left\nclose journal: file already closed"},
		{"out of time", context.DeadlineExceeded, "context deadline exceeded"},
	} {
		got := ""
		if left := Uninterrupted(c.err); left != nil {
			got = left.Error()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	var path *fs.PathError
	if left := Uninterrupted(errors.Join(stopped, gone)); !errors.As(left, &path) {
		t.Errorf("%v: its kind is lost", left)
	}
}
