package world

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"orrery/datasets/storage"
)

// noModel returns the error for a path whose config cannot be read for the reason err. It
// says what the path leads to and what a model has. A folder that lacks only its config
// keeps the error as it is.
func noModel(path string, err error) error {
	has := func(name string) bool {
		_, err := storage.Stat(storage.Join(path, name))
		return err == nil
	}
	info, missing := storage.Stat(path)
	var what string
	switch {
	case errors.Is(missing, fs.ErrNotExist):
		what = "no such file or directory"
	case missing != nil:
		return err
	case !info.IsDir():
		what = "is a file, not a model"
	case has(ConfigFile), has(WeightsFile):
		return err
	case has(filepath.Join("meta", "info.json")):
		what = "is a dataset, not a model"
	default:
		what = "is a folder, but not a model"
		if below := modelsBelow(path); len(below) > 0 {
			what = "is a folder of models (" + strings.Join(below, ", ") + "), not a model"
		}
	}
	return &noModelError{fmt.Sprintf("%s: %s; a model is a folder with %s and %s", path, what, ConfigFile, WeightsFile), err}
}

// noModelError is an error in other words than that of the system, which it keeps.
type noModelError struct {
	text   string
	reason error
}

func (e *noModelError) Error() string { return e.text }

func (e *noModelError) Unwrap() error { return e.reason }

// modelsBelow returns the names of the first models in a folder.
func modelsBelow(dir string) (names []string) {
	const most = 3
	entries, _ := storage.ReadDir(dir) // a folder that cannot be read has none
	for _, entry := range entries {
		if _, err := storage.Stat(storage.Join(dir, entry.Name(), WeightsFile)); err != nil {
			continue
		}
		if len(names) == most {
			return append(names, "…")
		}
		names = append(names, entry.Name())
	}
	return names
}
