package npz

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"orrery/datasets/storage"
)

const (
	checkRows = 4096    // after which it is asked whether to stop
	maxLoaded = 1 << 30 // bytes of all arrays that cannot be read in the order of the rows
	maxArrays = 1000
)

// File is an open archive of arrays as a table of text, a row of fields after the other.
type File struct {
	name   string
	file   *os.File
	sum    string
	layout *layout
}

// member is an array in an archive.
type member struct {
	array
	name   string // without .npy
	file   *zip.File
	fault  error  // why its values cannot be read, or nil
	header int    // bytes before the values
	axes   []axis // of the grid, which its first dimensions are
	parts  int    // values for each place, along its last dimension where there are several
}

// OpenRows opens an archive of arrays. called gives the array of each column that has another name,
// such as x in px; the column has that name then. It reads all of the file once for its sum.
func OpenRows(ctx context.Context, path string, called map[string]string) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	f := &File{name: filepath.Base(path), file: file}
	if err := f.open(ctx, called); err != nil {
		file.Close()
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	return f, nil
}

func (f *File) open(ctx context.Context, called map[string]string) error {
	info, err := f.file.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("must be a plain file, as its end is read first")
	}
	archive, err := zip.NewReader(io.NewSectionReader(f.file, 0, info.Size()), info.Size()) // where places outside are an end
	if err != nil {
		return f.explain(err)
	}
	members, err := readMembers(archive)
	if err != nil {
		return err
	}
	if f.layout, err = arrange(members, called); err != nil {
		return err
	}
	f.sum, err = storage.Sum(ctx, f.file, nil)
	return err
}

// explain says what a file is that is no archive.
func (f *File) explain(err error) error {
	start := make([]byte, 6)
	n, _ := f.file.ReadAt(start, 0)
	switch start = start[:n]; {
	case bytes.HasPrefix(start, []byte("\x93NUMPY")):
		return errors.New("is a single array (.npy), which does not say what it is of: save it by a name, as with numpy.savez(file, t=times, xy=positions)")
	case bytes.HasPrefix(start, []byte("\x89HDF")):
		return errors.New("must be an archive of NumPy (npz), but is an HDF5 file")
	case bytes.HasPrefix(start, []byte("PAR1")):
		return errors.New("must be an archive of NumPy (npz), but is a Parquet file")
	case bytes.HasPrefix(start, []byte("PK")):
		return errors.New("is an archive that is damaged or cut off")
	case errors.Is(err, zip.ErrFormat):
		return errors.New("must be an archive of NumPy (npz), as numpy.savez writes")
	}
	return err
}

// readMembers reads the headers of all arrays of an archive, by name.
func readMembers(archive *zip.Reader) (map[string]*member, error) {
	members := map[string]*member{}
	for _, file := range archive.File {
		name, is := strings.CutSuffix(file.Name, ".npy")
		if !is {
			continue
		}
		if len(members) == maxArrays {
			return nil, fmt.Errorf("must have at most %d arrays", maxArrays)
		}
		if members[name] != nil {
			return nil, fmt.Errorf("has two arrays %.40q", name)
		}
		m := &member{name: name, file: file}
		m.fault = m.readHeader()
		members[name] = m
	}
	if len(members) == 0 {
		return nil, errors.New("has no arrays: its members must end in .npy, as numpy.savez writes them")
	}
	return members, nil
}

// said returns an error about the member, unless it is nil.
func (m *member) said(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("array %.40q: %w", m.name, err)
}

func (m *member) readHeader() error {
	values, closing, err := m.open()
	if err != nil {
		return err
	}
	defer closing.Close()
	if m.array, m.header, err = readArray(values); err != nil {
		return explain(err)
	}
	if want := uint64(m.header) + uint64(m.values)*uint64(m.size); m.file.UncompressedSize64 != want {
		return fmt.Errorf("has %d bytes, but its shape %v needs %d", m.file.UncompressedSize64, m.shape, want)
	}
	return nil
}

// open begins to read a member.
func (m *member) open() (*bufio.Reader, io.Closer, error) {
	if m.file.Flags&1 != 0 {
		return nil, nil, errors.New("is encrypted")
	}
	r, err := m.file.Open()
	if err != nil {
		return nil, nil, explain(err)
	}
	return bufio.NewReaderSize(r, 1<<16), r, nil
}

// explain says what errors of archives mean.
func explain(err error) error {
	switch {
	case errors.Is(err, zip.ErrAlgorithm):
		return errors.New("is packed otherwise than numpy.savez and numpy.savez_compressed do")
	case errors.Is(err, zip.ErrFormat), errors.Is(err, zip.ErrChecksum), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), isCorrupt(err):
		return errors.New("is damaged or cut off")
	}
	return err
}

// Name returns how errors call the file: the last part of its path.
func (f *File) Name() string { return f.name }

// Columns returns the names of the columns in their order.
func (f *File) Columns() []string {
	var names []string
	for _, c := range f.layout.columns {
		names = append(names, c.name)
	}
	return names
}

// Skipped returns the names of the arrays that are no columns.
func (f *File) Skipped() []string { return f.layout.skipped }

// Place returns how errors call row i from 0 on, such as "frame 3, body 1".
func (f *File) Place(i int) string {
	if len(f.layout.axes) == 1 {
		return fmt.Sprintf("row %d", i)
	}
	var parts []string
	for k, at := range f.layout.place(i) {
		parts = append(parts, fmt.Sprintf("%s %d", names[f.layout.axes[k]], at))
	}
	return strings.Join(parts, ", ")
}

// Sum returns the SHA-256 of the file in hexadecimal.
func (f *File) Sum() string { return f.sum }

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }

// Rows calls visit with each row, and ends with the first error of visit or that of ctx. The
// fields are those of the columns; they belong to the file again when visit returns.
func (f *File) Rows(ctx context.Context, visit func(fields []string) error) error {
	l := f.layout
	readers := map[*member]*reader{}
	defer func() {
		for _, r := range readers {
			r.close()
		}
	}()
	loaded := 0
	for _, c := range l.columns {
		if c.member == nil || readers[c.member] != nil {
			continue
		}
		r, err := l.reader(ctx, c.member, &loaded)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, c.member.said(err))
		}
		readers[c.member] = r
	}
	sources := make([]*reader, len(l.columns))
	for i, c := range l.columns {
		sources[i] = readers[c.member]
	}
	var text []byte
	fields, ends := make([]string, len(l.columns)), make([]int, len(l.columns))
	at := make([]int, len(l.size))
	for row := range l.rows() {
		if row%checkRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		text = text[:0]
		for i, c := range l.columns {
			if c.member == nil {
				text = strconv.AppendInt(text, int64(at[slices.Index(l.axes, c.axis)]), 10)
			} else {
				b, err := sources[i].value(at, row, c.part)
				if err != nil {
					return fmt.Errorf("%s: %w", f.name, c.member.said(err))
				}
				text = c.member.append(text, b)
			}
			ends[i] = len(text)
		}
		whole, from := string(text), 0
		for i, end := range ends {
			fields[i], from = whole[from:end], end
		}
		if err := visit(fields); err != nil {
			return err
		}
		for i := len(at) - 1; i >= 0; i-- {
			if at[i]++; at[i] < l.size[i] {
				break
			}
			at[i] = 0
		}
	}
	for _, c := range l.columns {
		if r := readers[c.member]; r != nil {
			if err := r.end(); err != nil {
				return fmt.Errorf("%s: %w", f.name, c.member.said(err))
			}
		}
	}
	return nil
}
