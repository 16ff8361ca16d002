//go:build (cgo || windows) && !js

package main

import (
	"io/fs"
	"path/filepath"

	"orrery/cmd/orrery-view/screen"
	"orrery/datasets/storage"
)

// receive hands on files that were dropped.
func receive(files fs.FS, use func(fs.FS, error)) { use(files, nil) }

// showLink and started are for browsers.
func showLink(string) {}
func started()        {}

// save writes a file to the working directory and returns where.
func save(file screen.File) (string, error) {
	where, err := filepath.Abs(file.Name)
	if err != nil {
		return "", err
	}
	return where, storage.WriteFile(where, file.Data)
}
