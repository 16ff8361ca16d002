package clip

import (
	"orrery/datasets/storage"
	"orrery/world"
)

// PathKind says what a path on the command line leads to.
type PathKind int

// The kinds of paths.
const (
	File PathKind = iota
	Dataset
	Model
)

// KindOf returns the kind of a path. A directory with one of a model's files is a model;
// any other directory has to be a dataset.
func KindOf(path string) (PathKind, error) {
	info, err := storage.Stat(path)
	if err != nil {
		return 0, err
	}
	if !info.IsDir() {
		return File, nil
	}
	for _, name := range []string{world.ConfigFile, world.WeightsFile} {
		if _, err := storage.Stat(storage.Join(path, name)); err == nil {
			return Model, nil
		}
	}
	return Dataset, nil
}
