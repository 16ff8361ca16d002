package storage

import (
	"fmt"
	"io"
	"io/fs"
	"os"
)

// DirFS is os.DirFS for names of both sorts. The files of either are io.ReaderAt. Those of an object store are
// read by ranges, of which the last ones are kept (64 MB for a DirFS), and must not change as long as it is used:
// a file that does is an error. Only the name is checked here; what is there is asked for by the methods.
func DirFS(name string) (fs.FS, error) {
	if !Remote(name) {
		return os.DirFS(name), nil
	}
	f, err := openObjects(name)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Open is os.Open, for reading only and for names of both sorts.
func Open(name string) (fs.File, error) {
	if !Remote(name) {
		return os.Open(name)
	}
	f, err := openObjects(name)
	if err != nil {
		return nil, err
	}
	return f.Open(".")
}

// ReadFile is os.ReadFile for names of both sorts.
func ReadFile(name string) ([]byte, error) {
	if !Remote(name) {
		return os.ReadFile(name)
	}
	file, err := Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(file, info.Size()))
}

// ReadAtMost is ReadFile for files that a user names: one of more than most bytes, or one that never ends, is an error
// and takes no more memory than that.
func ReadAtMost(name string, most int64) ([]byte, error) {
	file, err := Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var text []byte
	info, err := file.Stat()
	if err == nil && info.Size() <= most { // what is too long need not be read to be refused
		text, err = io.ReadAll(io.LimitReader(file, most+1))
	}
	if err != nil {
		return nil, err
	}
	if info.Size() > most || int64(len(text)) > most {
		return nil, fmt.Errorf("%s: size must be at most %d bytes", name, most)
	}
	return text, nil
}

// Stat is os.Stat for names of both sorts. A prefix in an object store is a folder where there is something below it.
func Stat(name string) (fs.FileInfo, error) {
	if !Remote(name) {
		return os.Stat(name)
	}
	f, err := openObjects(name)
	if err != nil {
		return nil, err
	}
	return fs.Stat(f, ".")
}

// Lstat is os.Lstat for names of both sorts; an object store has no links.
func Lstat(name string) (fs.FileInfo, error) {
	if !Remote(name) {
		return os.Lstat(name)
	}
	return Stat(name)
}

// ReadDir is os.ReadDir for names of both sorts.
func ReadDir(name string) ([]fs.DirEntry, error) {
	if !Remote(name) {
		return os.ReadDir(name)
	}
	f, err := openObjects(name)
	if err != nil {
		return nil, err
	}
	return fs.ReadDir(f, ".")
}
