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
	var scenes *cast
	defer func() {
		for _, f := range files {
			if err == nil {
				err = f.addNotes(&size.About, scenes)
			}
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
	scenes, err = size.fill(columns, writers, episodes)
	return err
}

// npzFile is an archive whose only member, arr_0, is being written.
type npzFile struct {
	column  *column
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
	f := &npzFile{column: c, file: file, archive: zip.NewWriter(file)}
	if f.member, err = f.archive.CreateHeader(&zip.FileHeader{Name: "arr_0.npy", Method: zip.Store}); err == nil {
		_, err = f.member.Write(npyHeader(c))
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return f, nil
}

// addNotes adds arrays that say what the numbers mean: the names of the values of a row and, beside the lengths of the
// episodes, what is said of all arrays.
func (f *npzFile) addNotes(about *About, scenes *cast) error {
	var notes []note
	if len(f.column.labels) > 0 {
		notes = append(notes, note{"names", f.column.labels})
	}
	if f.column.names[0] == "ep_len" {
		notes = append(notes, about.notes(scenes)...)
	}
	for _, n := range notes {
		member, err := f.archive.CreateHeader(&zip.FileHeader{Name: n.name + ".npy", Method: zip.Store})
		if err != nil {
			return err
		}
		if _, err := member.Write(n.npy()); err != nil {
			return err
		}
	}
	return nil
}

// close ends the archive.
func (f *npzFile) close() error {
	return errors.Join(f.archive.Close(), f.file.Close())
}

// npyHeader returns what stands before the values of an array in version 1.0 of
// NumPy's format (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
func npyHeader(c *column) []byte {
	return npyStart([...]string{"|i1", "<i4", "<i8", "<f4", "|u1"}[c.kind], c.shape...)
}

// npyStart returns the header of an array of a type and shape.
func npyStart(descr string, dimensions ...int) []byte {
	const magic, aligned = "\x93NUMPY\x01\x00", 64
	var shape strings.Builder
	for _, d := range dimensions {
		fmt.Fprintf(&shape, "%d,", d)
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, shape.String())
	pad := aligned - (len(magic)+2+len(text)+1)%aligned
	text += strings.Repeat(" ", pad) + "\n"
	return append(order.AppendUint16([]byte(magic), uint16(len(text))), text...)
}

// npy returns a note as an array: a number, a text, or texts in a row. Texts are of the type U.
func (n *note) npy() []byte {
	switch v := n.v.(type) {
	case int:
		return order.AppendUint64(npyStart("<i8"), uint64(v))
	case string:
		return npyTexts(nil, v)
	case []string:
		return npyTexts([]int{len(v)}, v...)
	}
	panic("arrays: a note of an unknown kind")
}

// npyTexts returns texts as an array of a shape.
func npyTexts(shape []int, texts ...string) []byte {
	longest := 1
	for _, text := range texts {
		longest = max(longest, len([]rune(text)))
	}
	b := npyStart(fmt.Sprintf("<U%d", longest), shape...)
	for _, text := range texts {
		runes := []rune(text)
		for _, r := range runes {
			b = order.AppendUint32(b, uint32(r))
		}
		b = append(b, make([]byte, 4*(longest-len(runes)))...)
	}
	return b
}
