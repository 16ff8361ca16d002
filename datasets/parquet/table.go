package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sort"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// maxFooter bounds the footer of a Parquet file, and so the memory it takes to
// decode one. Those this package writes stay below 16 MB.
const maxFooter = 32 << 20

// File is an open file of a table.
type File interface {
	fs.File
	io.ReaderAt
}

// Table is the layout of a Parquet file: where the values of each column are. It holds
// no file open and is safe for concurrent use.
type Table struct {
	name    string
	open    func() (File, error)
	columns []tableColumn
	groups  []tableGroup
}

// tableColumn is a column without its values. One of a list is at the bottom of
// three levels, of which only the first has a name of its own.
type tableColumn struct {
	name       string
	kind       format.Type
	list       bool
	depth      int  // levels at which a value could be missing, 0 to 3
	compressed bool // with snappy
}

// tableGroup is a row group.
type tableGroup struct {
	first, rows int // number of the first row, and how many
	chunks      []Chunk
}

// Chunk is where a row group has the values of a column.
type Chunk struct {
	Offset int64 // in the file
	Size   int   // bytes
}

// fileFooter is the part of format.FileMetaData that this package needs.
type fileFooter struct {
	Schema    thrift.Slice[format.SchemaElement] `thrift:"2,required"`
	RowGroups thrift.Slice[footerGroup]          `thrift:"4,required"`
}

type footerGroup struct {
	Columns thrift.Slice[footerChunk] `thrift:"1,required"`
	NumRows int64                     `thrift:"3,required"`
}

type footerChunk struct {
	MetaData footerColumn `thrift:"3"`
}

type footerColumn struct {
	Type                 format.Type             `thrift:"1,required"`
	Codec                format.CompressionCodec `thrift:"4,required"`
	TotalCompressedSize  int64                   `thrift:"7,required"`
	DataPageOffset       int64                   `thrift:"9,required"`
	DictionaryPageOffset int64                   `thrift:"11,optional"`
}

// Open reads the layout of a Parquet file, which errors call by name. Nothing stays open.
func Open(name string, open func() (File, error)) (*Table, error) {
	t := &Table{name: name, open: open}
	file, err := open()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if err := t.readFooter(file); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}

// Part returns a table of one row group in a file that may still grow: where it is, is
// known from its Writer. The row group begins at a row of the file.
func Part(name string, open func() (File, error), columns []*Column, first, rows int, chunks []Chunk) *Table {
	t := &Table{name: name, open: open, groups: []tableGroup{{first, rows, chunks}}}
	for _, c := range columns {
		t.columns = append(t.columns, c.tableColumn)
	}
	return t
}

// Name returns how errors call the table.
func (t *Table) Name() string { return t.name }

func (t *Table) readFooter(file File) error {
	stat, err := file.Stat()
	if err != nil {
		return err
	}
	var tail [8]byte
	if stat.Size() < int64(len(parquetMagic)+len(tail)) {
		return fmt.Errorf("%d bytes are too few for a Parquet file", stat.Size())
	}
	end := stat.Size() - int64(len(tail))
	if _, err := file.ReadAt(tail[:], end); err != nil {
		return err
	}
	if string(tail[4:]) != parquetMagic {
		return fmt.Errorf("ends in %q, a Parquet file in %q: cut short?", tail[4:], parquetMagic)
	}
	size := int64(binary.LittleEndian.Uint32(tail[:]))
	if size > end-int64(len(parquetMagic)) || size > maxFooter {
		return fmt.Errorf("footer of %d bytes must fit in the file and %d bytes", size, maxFooter)
	}
	buffer := make([]byte, size)
	if _, err := file.ReadAt(buffer, end-size); err != nil {
		return err
	}
	var footer fileFooter
	if _, err := decodeThrift(buffer, &footer); err != nil {
		return fmt.Errorf("footer: %w", err)
	}
	if err := t.setColumns(footer.Schema); err != nil {
		return err
	}
	return t.setGroups(footer.RowGroups, end-size)
}

// setColumns takes the columns from a schema, which lists a tree depth first.
func (t *Table) setColumns(schema []format.SchemaElement) error {
	if len(schema) == 0 {
		return errors.New("schema is empty")
	}
	for i := 1; i < len(schema); {
		top := schema[i]
		if top.Type.Valid && !repeated(top) {
			t.columns = append(t.columns, tableColumn{name: top.Name, kind: top.Type.V, depth: depth(top)})
			i++
			continue
		}
		if i+2 >= len(schema) || top.NumChildren.V != 1 || schema[i+1].NumChildren.V != 1 || !schema[i+2].Type.Valid ||
			repeated(top) || !repeated(schema[i+1]) || repeated(schema[i+2]) {
			return fmt.Errorf("column %q: nested otherwise than a list", top.Name)
		}
		t.columns = append(t.columns, tableColumn{
			name: top.Name, kind: schema[i+2].Type.V, list: true, depth: depth(schema[i : i+3]...),
		})
		i += 3
	}
	return nil
}

func repeated(e format.SchemaElement) bool { return e.RepetitionType.V == format.Repeated }

// depth returns how many of the elements need not be there.
func depth(elements ...format.SchemaElement) int {
	n := 0
	for _, e := range elements {
		if e.RepetitionType.V != format.Required {
			n++
		}
	}
	return n
}

// setGroups takes the places of values, which must lie before the footer.
func (t *Table) setGroups(groups []footerGroup, end int64) error {
	rows := 0
	for i, g := range groups {
		if len(g.Columns) != len(t.columns) {
			return fmt.Errorf("row group %d: %d columns, but %d in the schema", i, len(g.Columns), len(t.columns))
		}
		if g.NumRows < 0 || g.NumRows > 1<<32 {
			return fmt.Errorf("row group %d: %d rows must be from 0 to 2^32", i, g.NumRows)
		}
		group := tableGroup{first: rows, rows: int(g.NumRows), chunks: make([]Chunk, len(g.Columns))}
		for j, c := range g.Columns {
			m, column := c.MetaData, &t.columns[j]
			start := m.DataPageOffset
			if m.DictionaryPageOffset > 0 {
				start = min(start, m.DictionaryPageOffset)
			}
			switch {
			case m.Type != column.kind:
				return fmt.Errorf("row group %d: column %q: type %v, but %v in the schema", i, column.name, m.Type, column.kind)
			case m.Codec != format.Snappy && m.Codec != format.Uncompressed:
				return fmt.Errorf("column %q: compression %v must be SNAPPY or UNCOMPRESSED", column.name, m.Codec)
			case i > 0 && column.compressed != (m.Codec == format.Snappy):
				return fmt.Errorf("column %q: compression changes in row group %d", column.name, i)
			case start < 4 || m.TotalCompressedSize < 0 || start > end || m.TotalCompressedSize > end-start:
				return fmt.Errorf("row group %d: column %q: %d bytes at offset %d must lie in the %d bytes before the footer",
					i, column.name, m.TotalCompressedSize, start, end)
			}
			column.compressed = m.Codec == format.Snappy
			group.chunks[j] = Chunk{start, int(m.TotalCompressedSize)}
		}
		t.groups = append(t.groups, group)
		rows += group.rows
	}
	return nil
}

// Rows returns how many rows the table has.
func (t *Table) Rows() int {
	if len(t.groups) == 0 {
		return 0
	}
	last := t.groups[len(t.groups)-1]
	return last.first + last.rows
}

// groupOf returns the row group that holds a row of the table.
func (t *Table) groupOf(row int) int {
	return sort.Search(len(t.groups), func(i int) bool { return t.groups[i].first > row }) - 1
}

// Reader reads values of a table from its open file.
type Reader struct {
	*Table
	file File
}

// Reader opens the file of the table.
func (t *Table) Reader() (*Reader, error) {
	file, err := t.open()
	if err != nil {
		return nil, err
	}
	return &Reader{t, file}, nil
}

// Close closes the file.
func (r *Reader) Close() error { return r.file.Close() }

// Rows returns the values of a column in the rows from one to before another: one a row
// when width is 0, otherwise lists of that width [rows, width].
func Rows[T Value](r *Reader, name string, width, from, to int) ([]T, error) {
	t := r.Table
	if from < 0 || to < from || to > t.Rows() {
		return nil, fmt.Errorf("%s: rows %d to %d must be among its %d", t.name, from, to-1, t.Rows())
	}
	var rows []T
	for group := t.groupOf(from); from < to; group++ {
		g := t.groups[group]
		values, err := readColumn[T](t, r.file, group, name, width)
		if err != nil {
			return nil, err
		}
		end := min(to, g.first+g.rows)
		each := max(width, 1)
		rows = append(rows, values[(from-g.first)*each:(end-g.first)*each]...)
		from = end
	}
	return rows, nil
}

// chunk reads the pages of a column in a row group.
func (t *Table) chunk(file io.ReaderAt, group int, name string, kind format.Type, list bool) ([]byte, tableColumn, error) {
	for j, c := range t.columns {
		if c.name != name {
			continue
		}
		if c.kind != kind || c.list != list {
			return nil, c, fmt.Errorf("must be of type %v and a list: %t", kind, list)
		}
		place := t.groups[group].chunks[j]
		b := make([]byte, place.Size)
		_, err := file.ReadAt(b, place.Offset)
		return b, c, err
	}
	return nil, tableColumn{}, errors.New("is missing")
}
