package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"orrery/datasets/film"
	"orrery/datasets/film/gif"
)

// Open opens a film, a file or a folder of pictures, and looks through it.
func Open(ctx context.Context, path string, o film.Options) (*film.Film, error) {
	dir, name := filepath.Split(filepath.Clean(path))
	if name == "" || name == "." || name == ".." {
		dir, name = path, "."
	}
	if dir == "" {
		dir = "."
	}
	return open(ctx, os.DirFS(dir), name, path, o)
}

// OpenIn is Open for a film among files that need not be on a disk, such as those dropped on a page.
func OpenIn(ctx context.Context, files fs.FS, name string, o film.Options) (*film.Film, error) {
	return open(ctx, files, name, name, o)
}

// open opens a film; shown is how the user calls it.
func open(ctx context.Context, files fs.FS, name, shown string, o film.Options) (*film.Film, error) {
	start, facts, err := find(files, name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", shown, err)
	}
	return film.New(ctx, shown, facts, start, o)
}

// starter opens a film at its first picture.
type starter = func(context.Context) (film.Source, error)

// find tells what a film is by its first bytes.
func find(files fs.FS, name string) (starter, film.Facts, error) {
	info, err := fs.Stat(files, name)
	if err != nil {
		return nil, film.Facts{}, plain(err)
	}
	if info.IsDir() {
		return func(context.Context) (film.Source, error) { return openFolder(files, name) },
			film.Facts{Format: "folder of pictures", AssumedRate: true, Depth: 8}, nil
	}
	if !info.Mode().IsRegular() {
		return nil, film.Facts{}, errors.New("is neither a file nor a folder")
	}
	file, err := files.Open(name)
	if err != nil {
		return nil, film.Facts{}, plain(err)
	}
	defer file.Close()
	var head [64]byte
	n, err := io.ReadFull(file, head[:])
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, film.Facts{}, plain(err)
	}
	switch {
	case n == 0:
		return nil, film.Facts{}, errors.New("the file is empty")
	case starts(head[:n], 0, "GIF8"):
		return func(context.Context) (film.Source, error) {
			file, err := files.Open(name)
			if err != nil {
				return nil, plain(err)
			}
			r, err := gif.Open(file)
			if err != nil {
				file.Close()
				return nil, err
			}
			return r, nil
		}, film.Facts{Format: "GIF", Depth: 8}, nil
	}
	return nil, film.Facts{}, errors.New("is no film that is read: a GIF, or a folder of PNG or JPEG pictures")
}

// starts reports whether bytes stand at a place.
func starts(head []byte, at int, magic string) bool {
	return len(head) >= at+len(magic) && string(head[at:at+len(magic)]) == magic
}

// plain returns what the operating system says about a file, without the path, which the caller names.
func plain(err error) error {
	var at *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("there is no such file or folder")
	case errors.Is(err, fs.ErrPermission):
		return errors.New("may not be read: its permissions forbid it")
	case errors.As(err, &at):
		return at.Err
	}
	return err
}
