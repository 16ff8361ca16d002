package console

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestUntilWaitsForWorkButNotForLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const grace = 100 * time.Millisecond
		failed := errors.New("failed")
		if err := Until(t.Context(), grace, func() error { time.Sleep(time.Hour); return failed }); err != failed {
			t.Errorf("work that ends: %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, cancel)
		if err := Until(ctx, grace, func() error { time.Sleep(time.Minute + grace - 1); return failed }); err != failed {
			t.Errorf("work that ends soon enough: %v", err)
		}
		ctx, cancel = context.WithCancel(t.Context())
		begin := time.Now()
		time.AfterFunc(time.Minute, cancel)
		err := Until(ctx, grace, func() error { time.Sleep(time.Hour); return nil })
		if took := time.Since(begin); !errors.Is(err, context.Canceled) || took != time.Minute+grace {
			t.Errorf("work that goes on: %v after %v", err, took)
		}
		time.Sleep(time.Hour) // until the work is over
	})
}
