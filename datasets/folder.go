package datasets

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"orrery/datasets/parquet"
	"orrery/datasets/storage"
	"orrery/sim/input"
)

// folder is the directory of a dataset, on disk or elsewhere.
type folder struct {
	files fs.FS
	name  string // of the directory, for errors
}

func onDisk(dir string) folder { return folder{os.DirFS(dir), dir} }

// folderAt returns the folder with a name that storage knows.
func folderAt(name string) (folder, error) {
	files, err := storage.DirFS(name)
	return folder{files, name}, err
}

// where returns how errors call a path in f.
func (f folder) where(path string) string { return storage.Join(f.name, path) }

// opener returns what opens a path in f.
func (f folder) opener(path string) func() (parquet.File, error) {
	return func() (parquet.File, error) { return f.open(path) }
}

func (f folder) open(path string) (parquet.File, error) {
	opened, err := f.files.Open(path)
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		err = &fs.PathError{Op: at.Op, Path: f.where(path), Err: at.Err}
	}
	if err != nil {
		return nil, err
	}
	file, ok := opened.(parquet.File)
	if !ok {
		opened.Close()
		return nil, fmt.Errorf("%s: must be an io.ReaderAt", f.where(path))
	}
	return file, nil
}

// size returns that of a file, or 0 if it is gone.
func (f folder) size(path string) int64 {
	stat, err := fs.Stat(f.files, path)
	if err != nil {
		return 0
	}
	return stat.Size()
}

// maxJSON bounds a JSON file of a dataset. The largest, stats.json, has about
// 1 kB for each value of a frame.
const maxJSON = 256 << 20

// read reads a file of at most maxJSON bytes.
func (f folder) read(path string) ([]byte, error) {
	file, err := f.open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxJSON+1))
	if err == nil && len(text) > maxJSON {
		err = fmt.Errorf("%s: more than %d bytes", f.where(path), maxJSON)
	}
	return text, err
}

// readJSON decodes a JSON file into v.
func (f folder) readJSON(path string, v any) error {
	text, err := f.read(path)
	if err != nil {
		return err
	}
	if err := input.DecodeJSON(text, v); err != nil {
		return fmt.Errorf("%s: %w", f.where(path), err)
	}
	return nil
}
