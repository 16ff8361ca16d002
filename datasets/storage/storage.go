// Package storage writes files and folders that are complete or not there at all.
//
//	err := storage.ReplaceFile("falls.csv", func(file *os.File) error { return write(file) })
//	err := storage.ReplaceFolder("model", "model.safetensors", func(draft string) error { return save(draft) })
//
// A draft is written under a hidden name beside its place, synced to disk and then
// renamed. A reader sees the old version or the new one. If the process is killed, the old
// version stays, and the next call writes the draft again. A file that was reported as
// written survives a power failure. Every error of Sync and Close is returned: a full
// disk may be noticed only there.
//
// One process at a time may replace a path; Lock keeps the others away.
package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

// WriteFile puts content at path, where it replaces an older file.
func WriteFile(path string, content []byte) error {
	return ReplaceFile(path, func(file *os.File) error {
		_, err := file.Write(content)
		return err
	})
}

// WriteNewFile puts content at path and returns where it is. It replaces nothing: when there is
// something at a.png, the file becomes a-2.png, or the first that is free of a-3.png and so on.
func WriteNewFile(path string, content []byte) (string, error) {
	free := freePath(path)
	return free, WriteFile(free, content)
}

// WriteNewFolder makes a folder at path of files, whose contents are given by their names, and returns where it is.
// Like WriteNewFile it replaces nothing.
func WriteNewFolder(path string, files map[string][]byte) (string, error) {
	free := freePath(path)
	return free, ReplaceFolder(free, "", func(draft string) error {
		for name, content := range files {
			if err := os.WriteFile(filepath.Join(draft, name), content, 0o644); err != nil {
				return err
			}
		}
		return nil
	})
}

// freePath returns path, or a similar one at which there is nothing.
func freePath(path string) string {
	extension := filepath.Ext(path)
	stem, free := strings.TrimSuffix(path, extension), path
	for k := 2; exists(free); k++ {
		free = fmt.Sprintf("%s-%d%s", stem, k, extension)
	}
	return free
}

// ReplaceFile lets fill write a file, which then takes its place at path. Missing
// folders above it are made. When fill or the disk fails, what stood at path stays.
func ReplaceFile(path string, fill func(file *os.File) error) error {
	if Remote(path) {
		return sendFile(path, fill)
	}
	return system.replaceFile(path, fill)
}

// ReplaceFolder lets fill write files into an empty folder, which then takes its place at
// path. Missing folders above it are made. When fill or the disk fails, what stood at path stays.
// As no system replaces a folder in one step, a kill at the wrong moment may leave the
// old one beside path, from where the next call brings it back.
//
// In an object store files take their places one after another, the last of them at the end, and go first when they
// are replaced: a folder without it is none. No name means that there is no such file. fill writes to a folder on disk there, too.
func ReplaceFolder(path, last string, fill func(draft string) error) error {
	if Remote(path) {
		return sendFolder(path, last, fill)
	}
	return system.replaceFolder(path, fill)
}

// Append adds a line to a file of so many bytes and brings it to disk. One that cannot be written whole is taken back, so
// that the next one does not follow a half.
func Append(file *os.File, size int64, line []byte) error { return system.append(file, size, line) }

// Shorten cuts a file off after so many bytes, and brings that to disk.
func Shorten(file *os.File, size int64) error { return system.shorten(file, size) }

// Sync brings what is written to a file so far to disk, while more may be written.
func Sync(file *os.File) error { return system.sync(file) }

// Close brings a file to disk and closes it. The error is that of both.
func Close(file *os.File) error { return system.closeFile(file) }

// Publish moves the entries with these names from one folder into another. What stood
// there under such a name moves into the folder aside, which is left behind. The last
// name goes first and comes last: without it there is nothing to read, with it there is
// everything. When an earlier call was killed, as the folder aside tells, Publish goes
// on where that one stopped.
func Publish(from, to, aside string, names ...string) error {
	return system.publish(from, to, aside, names)
}

// disk has the calls of the system that can fail. Tests plant failures in them.
type disk struct {
	sync   func(file *os.File) error
	close  func(file *os.File) error
	rename func(from, to string) error
}

var system = disk{(*os.File).Sync, (*os.File).Close, os.Rename}

func (d disk) append(file *os.File, size int64, line []byte) error {
	_, err := file.WriteAt(line, size)
	if err == nil {
		err = d.sync(file)
	}
	if err != nil {
		return errors.Join(err, file.Truncate(size))
	}
	return nil
}

func (d disk) shorten(file *os.File, size int64) error {
	if err := file.Truncate(size); err != nil {
		return err
	}
	return d.sync(file)
}

func (d disk) closeFile(file *os.File) error { return errors.Join(d.sync(file), d.close(file)) }

// draftOf returns the hidden name beside path under which its successor grows.
func draftOf(path string) string {
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".draft")
}

// asideOf returns where an old folder waits while the new one takes its place.
func asideOf(path string) string { return draftOf(path) + ".old" }

func (d disk) replaceFile(path string, fill func(*os.File) error) error {
	path = filepath.Clean(path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	draft := draftOf(path)
	defer os.RemoveAll(draft)
	if err := os.RemoveAll(draft); err != nil {
		return err
	}
	file, err := os.OpenFile(draft, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	if err := fill(file); err != nil {
		return errors.Join(err, d.close(file))
	}
	if err := d.closeFile(file); err != nil {
		return err
	}
	if err := d.rename(draft, path); err != nil {
		return err
	}
	return d.syncDir(filepath.Dir(path))
}

func (d disk) replaceFolder(path string, fill func(string) error) error {
	path = filepath.Clean(path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	draft, aside := draftOf(path), asideOf(path)
	if exists(aside) && !exists(path) {
		if err := d.rename(aside, path); err != nil {
			return err
		}
	}
	defer os.RemoveAll(draft)
	for _, left := range []string{draft, aside} {
		if err := os.RemoveAll(left); err != nil {
			return err
		}
	}
	if err := os.Mkdir(draft, 0o755); err != nil {
		return err
	}
	if err := fill(draft); err != nil {
		return err
	}
	if err := d.syncTree(draft); err != nil {
		return err
	}
	if err := d.swap(draft, path, aside); err != nil {
		return err
	}
	return errors.Join(d.syncDir(filepath.Dir(path)), os.RemoveAll(aside))
}

// swap renames draft to path. What stood there steps aside, and comes back when that
// fails.
func (d disk) swap(draft, path, aside string) error {
	switch err := d.rename(path, aside); {
	case errors.Is(err, fs.ErrNotExist):
		return d.rename(draft, path)
	case err != nil:
		return err
	}
	if err := d.rename(draft, path); err != nil {
		return errors.Join(err, d.rename(aside, path))
	}
	return nil
}

func (d disk) publish(from, to, aside string, names []string) error {
	resumed := exists(aside)
	if err := d.syncTree(from); err != nil {
		return err
	}
	if err := os.MkdirAll(aside, 0o755); err != nil {
		return err
	}
	last := len(names) - 1
	for _, name := range append([]string{names[last]}, names[:last]...) {
		if !exists(filepath.Join(from, name)) {
			continue // it is in its place already
		}
		err := d.rename(filepath.Join(to, name), filepath.Join(aside, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	for i, name := range names {
		if i == last {
			if err := d.syncDir(to); err != nil {
				return err
			}
		}
		err := d.rename(filepath.Join(from, name), filepath.Join(to, name))
		if err != nil && !(resumed && errors.Is(err, fs.ErrNotExist)) {
			return err
		}
	}
	return d.syncDir(to)
}

// syncTree brings everything at and below path to disk.
func (d disk) syncTree(path string) error {
	return filepath.WalkDir(path, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return d.syncDir(path)
		case !entry.Type().IsRegular():
			return nil
		}
		file, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		return d.closeFile(file)
	})
}

// syncDir brings the names in a folder to disk, on systems that have a call for it.
func (d disk) syncDir(dir string) error {
	if runtime.GOOS == "windows" || runtime.GOOS == "js" {
		return nil
	}
	file, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.sync(file)
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil // a file system that cannot
	}
	return errors.Join(err, d.close(file))
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
