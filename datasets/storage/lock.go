package storage

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/gofrs/flock"
)

// ErrInUse is the error of TryLock for a path that another holder has.
var ErrInUse = errors.New("another program writes it")

// Held is a path that nobody else writes. The zero Held holds nothing.
type Held struct{ lock *flock.Flock }

// TryLock keeps a path, which need not exist, for one holder of this process or another until
// Unlock, or returns ErrInUse. It is a lock of the operating system on the file .NAME.lock beside
// the path, so it ends with the process, however that ends. Where there are no such locks, or
// nothing may be written beside the path, nothing is held. Of a name in an object store its Staging is kept: what other
// machines do is not known here.
func TryLock(path string) (*Held, error) {
	if Remote(path) {
		path = Staging(path)
	}
	path = filepath.Clean(path)
	path = filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".lock")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	for {
		lock := flock.New(path, flock.SetPermissions(0o644))
		got, err := lock.TryLock()
		switch {
		case errors.Is(err, errors.ErrUnsupported), errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
			return &Held{}, nil
		case err != nil:
			return nil, err
		case !got:
			return nil, errors.Join(lock.Close(), ErrInUse)
		}
		// Whoever had it may have taken the file away since it was opened.
		own, err := lock.Stat()
		if err == nil {
			var named os.FileInfo
			if named, err = os.Stat(path); err == nil && os.SameFile(own, named) {
				return &Held{lock}, nil
			}
		}
		if err := lock.Unlock(); err != nil {
			return nil, err
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
}

// lockPause is how long Lock waits before it tries again.
const lockPause = 50 * time.Millisecond

// Lock is TryLock that waits while another holder has the path, until ctx ends. It calls waits, unless
// that is nil, once before it waits.
func Lock(ctx context.Context, path string, waits func()) (*Held, error) {
	for first := true; ; first = false {
		held, err := TryLock(path)
		if !errors.Is(err, ErrInUse) {
			return held, err
		}
		if first && waits != nil {
			waits()
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(lockPause):
		}
	}
}

// Unlock lets others have the path. The file goes while it is still locked, but where open files
// cannot be taken away. A Held that is nil or was let go before is left as it is.
func (h *Held) Unlock() error {
	if h == nil || h.lock == nil {
		return nil
	}
	lock := h.lock
	h.lock = nil
	stays := os.Remove(lock.Path()) != nil
	err := lock.Unlock()
	if stays {
		os.Remove(lock.Path()) // which fails if another has it by now
	}
	return err
}
