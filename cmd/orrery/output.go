package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/moby/sys/atomicwriter"
)

// checkFree returns an error when path exists and must not be replaced. Commands
// call it before the work, so that a mistake costs no time.
func checkFree(path string, force bool) error {
	if force {
		return nil
	}
	_, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("%s exists; --force replaces it", path)
}

// writeFile writes what fill produces to a file that appears at path only when it
// is whole.
func writeFile(path string, fill func(io.Writer) error) error {
	var content bytes.Buffer
	if err := fill(&content); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return atomicwriter.WriteFile(path, content.Bytes(), 0o644)
}
