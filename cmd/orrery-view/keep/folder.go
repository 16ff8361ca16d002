//go:build !js

package keep

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/gofrs/flock"

	"orrery/datasets/storage"
)

// ending is that of works in a folder, and locked that of the files by which programs show that they live.
const (
	ending = ".json"
	locked = ".lock"
)

// Folder is a Store in a folder. See OpenFolder.
type Folder struct {
	dir   string
	owner string
	lock  *flock.Flock
}

// UsualFolder returns the folder of this user for works.
func UsualFolder() (string, error) {
	config, err := os.UserConfigDir()
	return filepath.Join(config, "orrery", "works"), err
}

// OpenFolder returns the store of a folder, which is made if it is not there. Close ends it.
func OpenFolder(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f := &Folder{dir: dir, owner: strconv.FormatInt(time.Now().UnixNano(), 36) + strconv.Itoa(os.Getpid())}
	f.lock = flock.New(f.path(f.owner, locked))
	got, err := f.lock.TryLock()
	if err == nil && !got {
		err = errors.New("another program has the same lock")
	}
	return f, err
}

// Close shows that this program no longer edits anything.
func (f *Folder) Close() error {
	return errors.Join(f.lock.Unlock(), os.Remove(f.path(f.owner, locked)))
}

func (f *Folder) path(name, ending string) string { return filepath.Join(f.dir, name+ending) }

// Read implements Store.
func (f *Folder) Read(name string) ([]byte, error) {
	file, err := os.Open(f.path(name, ending))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || info.Size() > maxWork {
		return nil, errors.Join(err, errors.New(name+" is too large"))
	}
	return os.ReadFile(file.Name())
}

// Write implements Store.
func (f *Folder) Write(name string, content []byte) error {
	err := storage.ReplaceFile(f.path(name, ending), func(file *os.File) error {
		_, err := file.Write(content)
		return err
	})
	if errors.Is(err, syscall.ENOSPC) {
		return ErrFull
	}
	return err
}

// Remove implements Store.
func (f *Folder) Remove(name string) error {
	if err := os.Remove(f.path(name, ending)); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// List implements Store.
func (f *Folder) List() ([]string, error) {
	entries, err := os.ReadDir(f.dir)
	var out []string
	for _, e := range entries {
		if name, is := strings.CutSuffix(e.Name(), ending); is {
			out = append(out, name)
		}
	}
	return out, err
}

// Owner implements Store.
func (f *Folder) Owner() string { return f.owner }

// Lives implements Store.
func (f *Folder) Lives(owner string) bool {
	path := f.path(owner, locked)
	if owner == f.owner {
		return true
	}
	if _, err := os.Stat(path); err != nil {
		return false
	}
	lock := flock.New(path)
	got, err := lock.TryLock()
	if err != nil || !got {
		return true
	}
	_ = lock.Unlock()
	_ = os.Remove(path) // what a program that was killed has left
	return false
}
