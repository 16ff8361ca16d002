package arrays

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
)

// WriteNPZ writes the episodes, which must have the given size, as a file NAME.npz
// for each array in a folder, which must exist. The first error of the episodes
// ends it. It does not wait until the files are on disk; storage.ReplaceFolder does.
func WriteNPZ(dir string, size Size, episodes iter.Seq2[Episode, error]) (err error) {
	columns := size.columns()
	writers := make([]io.Writer, len(columns))
	var files []*npzFile
	defer func() {
		for _, f := range files {
			if closing := f.close(); err == nil {
				err = closing
			}
		}
	}()
	for i := range columns {
		var copies []io.Writer
		for _, name := range columns[i].names {
			f, err := createNPZ(filepath.Join(dir, name+".npz"), &columns[i])
			if err != nil {
				return err
			}
			files, copies = append(files, f), append(copies, f.member)
		}
		writers[i] = io.MultiWriter(copies...)
	}
	return size.fill(columns, writers, episodes)
}

// npzFile is an archive whose only member, arr_0, is being written.
type npzFile struct {
	file    *os.File
	archive *zip.Writer
	member  io.Writer
}

// createNPZ begins a file with the header of an array.
func createNPZ(path string, c *column) (*npzFile, error) {
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	f := &npzFile{file: file, archive: zip.NewWriter(file)}
	if f.member, err = f.archive.CreateHeader(&zip.FileHeader{Name: "arr_0.npy", Method: zip.Store}); err == nil {
		_, err = f.member.Write(npyHeader(c))
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return f, nil
}

// close ends the archive.
func (f *npzFile) close() error {
	return errors.Join(f.archive.Close(), f.file.Close())
}

// npyHeader returns what stands before the values of an array in version 1.0 of
// NumPy's format (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
func npyHeader(c *column) []byte {
	const magic, aligned = "\x93NUMPY\x01\x00", 64
	descr := [...]string{"|i1", "<i4", "<i8", "<f4"}[c.kind]
	var shape strings.Builder
	for _, d := range c.shape {
		fmt.Fprintf(&shape, "%d,", d)
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, shape.String())
	pad := aligned - (len(magic)+2+len(text)+1)%aligned
	text += strings.Repeat(" ", pad) + "\n"
	return append(order.AppendUint16([]byte(magic), uint16(len(text))), text...)
}
