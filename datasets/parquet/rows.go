package parquet

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/parquet-go/parquet-go/format"

	"orrery/datasets/storage"
)

// RowFile is an open Parquet file as a table of text, a row of fields after the other. Its
// columns are those of single values; lists and what else nests are left out.
//
// A number is in decimal digits, a flag true or false, a text as it is. A time is in seconds, a
// date and a time since 1970. A field is empty where there is no value, where a number is not
// finite, and for bytes that are no text of at most 4096. An index that pandas
// keeps as a range is a column when it has a name.
type RowFile struct {
	table   *Table
	file    *os.File
	source  io.ReaderAt // file
	columns []rowColumn
	skipped []string
	sum     string
}

// rowColumn is a column of a RowFile: a leaf of the file, or the numbers of a range.
type rowColumn struct {
	name string
	leaf int // or -1
	span rangeIndex
}

const (
	checkRows = 4096    // after which it is asked whether to stop
	maxOpen   = 1 << 30 // bytes of all pages that are being read at the same time
)

// OpenRows opens a Parquet file of any program. It reads all of it once for its sum.
func OpenRows(ctx context.Context, path string) (*RowFile, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r := &RowFile{file: file, source: file}
	if err := r.open(ctx, filepath.Base(path)); err != nil {
		file.Close()
		return nil, err
	}
	return r, nil
}

// keptOpen is a file that a Table may close as often as it opens it.
type keptOpen struct{ *os.File }

// Close implements File.
func (keptOpen) Close() error { return nil }

func (r *RowFile) open(ctx context.Context, name string) (err error) {
	if info, err := r.file.Stat(); err != nil {
		return err
	} else if !info.Mode().IsRegular() {
		return fmt.Errorf("%s: must be a plain file, as its end is read first", name)
	}
	start := make([]byte, len(parquetMagic))
	if _, err := r.file.ReadAt(start, 0); err == nil && string(start) != parquetMagic {
		if string(start) == "PARE" {
			return fmt.Errorf("%s: is encrypted", name)
		}
		return fmt.Errorf("%s: must be a Parquet file, but does not begin as one does", name)
	}
	if r.table, err = Open(name, func() (File, error) { return keptOpen{r.file}, nil }, nil); err != nil {
		return err
	}
	r.setColumns()
	r.sum, err = storage.Sum(ctx, r.file, nil)
	return err
}

func (r *RowFile) setColumns() {
	for j, c := range r.table.leaves {
		switch {
		case !c.list && c.beyond == "" && c.sense.fits(c.kind, c.length):
			r.columns = append(r.columns, rowColumn{name: c.name, leaf: j})
		case len(r.skipped) == 0 || r.skipped[len(r.skipped)-1] != c.name:
			r.skipped = append(r.skipped, c.name)
		}
	}
	for _, s := range r.table.indices {
		r.columns = append(r.columns, rowColumn{name: s.name, leaf: -1, span: s})
	}
}

// Name returns how errors call the file: the last part of its path.
func (r *RowFile) Name() string { return r.table.name }

// Columns returns the names of the columns in their order.
func (r *RowFile) Columns() []string {
	names := make([]string, len(r.columns))
	for i, c := range r.columns {
		names[i] = c.name
	}
	return names
}

// Skipped returns the names of the columns that are left out.
func (r *RowFile) Skipped() []string { return r.skipped }

// Place returns how errors call row i from 0 on.
func (r *RowFile) Place(i int) string { return fmt.Sprintf("row %d", i) }

// Sum returns the SHA-256 of the file in hexadecimal.
func (r *RowFile) Sum() string { return r.sum }

// Close closes the file.
func (r *RowFile) Close() error { return r.file.Close() }

// Rows calls visit with each row, and ends with the first error of visit or that of ctx. The
// fields are those of the columns; they belong to the file again when visit returns. Each page
// is decoded once; memory is that of the last page of each column, at most 1 GB together.
func (r *RowFile) Rows(ctx context.Context, visit func(fields []string) error) error {
	w := rowWriter{file: r, fields: make([]string, len(r.columns)), ends: make([]int, len(r.columns))}
	for group, g := range r.table.groups {
		if g.rows == 0 {
			continue // whose pages may be nowhere
		}
		if err := w.group(ctx, group, visit); err != nil {
			return err
		}
	}
	return nil
}

// rowWriter makes fields of the values of rows.
type rowWriter struct {
	file   *RowFile
	text   []byte // of a row
	ends   []int  // of its fields in text
	fields []string
}

// group calls visit with the rows of a row group.
func (w *rowWriter) group(ctx context.Context, group int, visit func(fields []string) error) error {
	t, open := w.file.table, 0
	columns := make([]stream, len(w.file.columns))
	for i, c := range w.file.columns {
		var err error
		if columns[i], err = w.file.stream(group, c, &open); err != nil {
			return fmt.Errorf("%s: row group %d: column %q: %w", t.name, group, c.name, err)
		}
	}
	for k := range t.groups[group].rows {
		if k%checkRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		w.text = w.text[:0]
		for i, c := range columns {
			var err error
			if w.text, err = c.appendNext(w.text); err != nil {
				return fmt.Errorf("%s: row group %d: column %q: %w", t.name, group, w.file.columns[i].name, err)
			}
			w.ends[i] = len(w.text)
		}
		text, from := string(w.text), 0
		for i, end := range w.ends {
			w.fields[i], from = text[from:end], end
		}
		if err := visit(w.fields); err != nil {
			return err
		}
	}
	return nil
}

// stream gives the values of a column of a row group in their order.
type stream interface {
	// appendNext appends the next value as text.
	appendNext(dst []byte) ([]byte, error)
}

// stream begins a column of a row group. open counts the bytes of the pages being read.
func (r *RowFile) stream(group int, c rowColumn, open *int) (stream, error) {
	if c.leaf < 0 {
		return &rangeStream{c.span, r.table.groups[group].first}, nil
	}
	l, chunk := r.table.leaves[c.leaf], r.table.groups[group].chunks[c.leaf]
	if err := chunk.check(l.kind); err != nil {
		return nil, err
	}
	switch l.kind {
	case format.Boolean:
		return newStream[bool](r, group, c.leaf, open)
	case format.Int32:
		return newStream[int32](r, group, c.leaf, open)
	case format.Int64:
		return newStream[int64](r, group, c.leaf, open)
	case format.Float:
		return newStream[float32](r, group, c.leaf, open)
	case format.Double:
		return newStream[float64](r, group, c.leaf, open)
	case format.ByteArray, format.FixedLenByteArray, format.Int96:
		return newStream[[]byte](r, group, c.leaf, open)
	}
	return nil, fmt.Errorf("type %v is not known", l.kind)
}

// columnStream is a stream of values that the file has.
type columnStream[T Value] struct {
	column[T]
	pages   []page
	values  []T    // of the page being read, where there is one
	missing []bool // of its rows, or nil where each has a value
	rows    int    // of it
	row     int    // of it that is next
	value   int
	open    *int // bytes of the pages of all columns
	own     int  // bytes of them
	next    int  // page
}

func newStream[T Value](r *RowFile, group, leaf int, open *int) (*columnStream[T], error) {
	s := &columnStream[T]{column: column[T]{table: r.table, group: group, leaf: leaf, width: 1, file: r.source}, open: open}
	var err error
	s.pages, err = s.listPages()
	if err == nil && len(s.pages) > 0 && s.pages[0].dictionary {
		s.own = s.pages[0].unpacked
		*open += s.own
		s.places, err = s.dictionary(s.pages)
	}
	return s, err
}

// appendNext implements stream.
func (s *columnStream[T]) appendNext(dst []byte) ([]byte, error) {
	for s.row == s.rows {
		if err := s.turn(); err != nil {
			return dst, err
		}
	}
	s.row++
	if s.missing != nil && s.missing[s.row-1] {
		return dst, nil
	}
	s.value++
	return appendValue(dst, s.values[s.value-1], s.table.leaves[s.leaf].sense), nil
}

// turn reads the next page.
func (s *columnStream[T]) turn() error {
	if s.next == len(s.pages) {
		return fmt.Errorf("its values end early")
	}
	p := s.pages[s.next]
	s.next++
	if p.dictionary {
		return nil
	}
	*s.open -= len(s.values)*sizeOf[T]() + len(s.missing)
	if p.values > 0 && *s.open+p.unpacked+p.values*sizeOf[T]() > maxOpen {
		return fmt.Errorf("the pages of all columns must have at most %d MB at the same time: write smaller pages or row groups", maxOpen>>20)
	}
	s.values, s.missing = nil, nil
	_, definition, b, err := s.cut(p)
	if err != nil {
		return err
	}
	missing, n, err := s.table.leaves[s.leaf].missing(definition, p.values)
	if err != nil {
		return err
	}
	if s.values, err = s.column.values(s.pages, p, b, n); err != nil {
		return err
	}
	s.missing, s.rows, s.row, s.value = missing, p.values, 0, 0
	*s.open += len(s.values)*sizeOf[T]() + len(s.missing)
	return nil
}
