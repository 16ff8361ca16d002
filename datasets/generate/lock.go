package generate

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// ErrInUse is the error of Collect for a dataset that another collector adds to.
var ErrInUse = errors.New("another program records to it: end that one first, or choose another directory")

// lock keeps a dataset for one collector, of this process or another, until unlock. It is a
// lock of the operating system on the file .NAME.lock beside the dataset, so it ends with the
// process, however that ends. Where there are no such locks, nothing is locked.
func (c *Collector) lock() error {
	path := filepath.Join(filepath.Dir(c.dir), "."+filepath.Base(c.dir)+".lock")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	for {
		held := flock.New(path, flock.SetPermissions(0o644))
		got, err := held.TryLock()
		switch {
		case errors.Is(err, errors.ErrUnsupported):
			return nil
		case err != nil:
			return err
		case !got:
			return fmt.Errorf("%s: %w", c.dir, ErrInUse)
		}
		// Whoever had it may have taken the file away since it was opened.
		own, err := held.Stat()
		if err == nil {
			var named os.FileInfo
			if named, err = os.Stat(path); err == nil && os.SameFile(own, named) {
				c.held = held
				return nil
			}
		}
		if err := held.Unlock(); err != nil {
			return err
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
}

// unlock lets other collectors have the dataset. The file goes while it is still locked, but
// where open files cannot be taken away.
func (c *Collector) unlock() error {
	held := c.held
	if held == nil {
		return nil
	}
	c.held = nil
	stays := os.Remove(held.Path()) != nil
	err := held.Unlock()
	if stays {
		os.Remove(held.Path()) // which fails if another has it by now
	}
	return err
}
