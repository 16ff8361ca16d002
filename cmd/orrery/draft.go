package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// writeDraft lets fill make a file or a folder that takes its place at path when it
// is whole, and only then. What stood there before stays until then. A draft that a
// kill left behind is made anew the next time.
func writeDraft(path string, fill func(draft string) error) error {
	path = filepath.Clean(path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	draft := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".draft")
	if err := os.RemoveAll(draft); err != nil {
		return err
	}
	defer os.RemoveAll(draft)
	if err := fill(draft); err != nil {
		return err
	}
	// A folder cannot take the place of another one, so that one steps aside.
	aside := draft + ".old"
	if err := os.RemoveAll(aside); err != nil {
		return err
	}
	if info, err := os.Stat(draft); err != nil || !info.IsDir() {
		return errors.Join(err, os.Rename(draft, path))
	}
	if err := os.Rename(path, aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(draft, path); err != nil {
		return errors.Join(err, os.Rename(aside, path))
	}
	return os.RemoveAll(aside)
}

// writeDraftFile is writeDraft for a file, which is brought to disk.
func writeDraftFile(path string, fill func(*os.File) error) error {
	return writeDraft(path, func(draft string) error {
		file, err := os.Create(draft)
		if err != nil {
			return err
		}
		err = fill(file)
		if err == nil {
			err = file.Sync()
		}
		return errors.Join(err, file.Close())
	})
}
