package storage

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestLockIsOfOneWhenManyWantIt: also when the file is opened while its owner takes it away.
func TestLockIsOfOneWhenManyWantIt(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data")
	var owners, got atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 500 {
				held, err := TryLock(path)
				if err != nil {
					if !errors.Is(err, ErrInUse) {
						t.Error(err)
					}
					continue
				}
				if owners.Add(1) > 1 {
					t.Error("two have it")
				}
				got.Add(1)
				runtime.Gosched() // the others try meanwhile
				owners.Add(-1)
				if err := held.Unlock(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if got.Load() == 0 {
		t.Error("nobody got it")
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

// TestLockWaitsForItsTurn, says so once, and gives up when its context ends.
func TestLockWaitsForItsTurn(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "below", "data") + "/"
	first, err := Lock(t.Context(), path, func() { t.Error("it waits for nobody") })
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer stop()
	waits := 0
	if _, err := Lock(ctx, path, func() { waits++ }); !errors.Is(err, context.DeadlineExceeded) || waits != 1 {
		t.Errorf("got %v after waiting %d times", err, waits)
	}
	unlocked := make(chan error)
	time.AfterFunc(2*lockPause, func() { unlocked <- first.Unlock() })
	second, err := Lock(t.Context(), path, nil)
	if err := errors.Join(err, <-unlocked); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(first.Unlock(), second.Unlock(), second.Unlock()); err != nil {
		t.Error(err)
	}
}
