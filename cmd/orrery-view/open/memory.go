package open

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
)

// InMemory returns a copy of a file system that needs no waiting to be read: those
// of a browser may only be read where its event loop can go on. All files together
// must not be larger than one may be.
func InMemory(files fs.FS) (fs.FS, error) {
	total := int64(0)
	if err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if total += info.Size(); total > maxFile {
			return fmt.Errorf("%s: all files together must be at most %d bytes", name, maxFile)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	if err := w.AddFS(files); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return zip.NewReader(bytes.NewReader(archive.Bytes()), int64(archive.Len()))
}
