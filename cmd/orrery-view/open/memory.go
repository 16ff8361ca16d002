package open

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"io/fs"
)

// InMemory returns a copy of a file system that needs no waiting to be read: those
// of a browser may only be read where its event loop can go on. All files together
// must not be larger than one may be.
func InMemory(files fs.FS) (fs.FS, error) {
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	total := int64(0)
	if err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		if entry.IsDir() {
			_, err := w.Create(name + "/")
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if total += info.Size(); total > maxFile {
			return fmt.Errorf("%s: all files together must be at most %d MB", name, maxFile>>20)
		}
		text, err := readFile(files, name)
		if err != nil {
			return err
		}
		file, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = file.Write(text)
		}
		return err
	}); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	m := memory{bytes: bytes.NewReader(archive.Bytes()), stored: map[string]*zip.File{}}
	var err error
	if m.Reader, err = zip.NewReader(m.bytes, m.bytes.Size()); err != nil {
		return nil, err
	}
	for _, file := range m.File {
		m.stored[file.Name] = file
	}
	return m, nil
}

// memory is an archive whose files are not packed, so that each can be read from any
// place on.
type memory struct {
	*zip.Reader
	bytes  *bytes.Reader
	stored map[string]*zip.File
}

// Open returns a file that is an io.ReaderAt, or a directory.
func (m memory) Open(name string) (fs.File, error) {
	opened, err := m.Reader.Open(name)
	file := m.stored[name]
	if err != nil || file == nil {
		return opened, err
	}
	start, err := file.DataOffset()
	return struct {
		fs.File
		io.ReaderAt
	}{opened, io.NewSectionReader(m.bytes, start, int64(file.UncompressedSize64))}, err
}
