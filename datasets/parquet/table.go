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

// maxFooter bounds the footer of a Parquet file in bytes, and so the memory it takes to
// decode one. Those this package writes stay below 16 MB.
const maxFooter = 256 << 20

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
	cache   *Cache
	leaves  []leaf // of all columns, in the order of the file
	groups  []tableGroup
	indices []rangeIndex // which no column holds
}

// leaf is a column of the file without its values. One of a list is at the bottom of
// several levels, of which only the first has a name of its own.
type leaf struct {
	name   string // of the first level
	part   string // name of the second, in a structure of single values
	kind   format.Type
	length int     // bytes of a value, where all have as many
	sense  meaning // of a value
	list   bool
	depth  int    // levels at which a value could be missing
	beyond string // why this package cannot read it, or empty
}

// tableGroup is a row group.
type tableGroup struct {
	first, rows int     // number of the first row, and how many
	chunks      []Chunk // by leaf
}

// Chunk says where a row group has the values of a column.
type Chunk struct {
	Offset int64 // bytes from the beginning of the file
	Size   int64 // bytes
	kind   format.Type
	codec  format.CompressionCodec
}

// fileFooter is the part of format.FileMetaData that this package needs.
type fileFooter struct {
	Schema    thrift.Slice[format.SchemaElement] `thrift:"2,required"`
	RowGroups thrift.Slice[footerGroup]          `thrift:"4,required"`
	Metadata  thrift.Slice[format.KeyValue]      `thrift:"5,optional"`
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
// Decoded pages that were used in part wait in cache, unless that is nil.
func Open(name string, open func() (File, error), cache *Cache) (*Table, error) {
	t := &Table{name: name, open: open, cache: cache}
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
	t := &Table{name: name, open: open, groups: []tableGroup{{first, rows, nil}}}
	for i, c := range columns {
		t.leaves = append(t.leaves, c.leaf)
		t.groups[0].chunks = append(t.groups[0].chunks, Chunk{chunks[i].Offset, chunks[i].Size, c.kind, format.Snappy})
	}
	return t
}

// Name returns how errors call the table.
func (t *Table) Name() string { return t.name }

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
	if err := t.setLeaves(footer.Schema); err != nil {
		return err
	}
	if err := t.setGroups(footer.RowGroups, end-size); err != nil {
		return err
	}
	t.setArrow(footer.Metadata)
	t.setPandas(footer.Metadata)
	return nil
}

// setGroups takes the places of values, which are checked when they are asked for.
func (t *Table) setGroups(groups []footerGroup, end int64) error {
	rows := 0
	for i, g := range groups {
		if len(g.Columns) != len(t.leaves) {
			return fmt.Errorf("row group %d: %d columns, but %d in the schema", i, len(g.Columns), len(t.leaves))
		}
		if g.NumRows < 0 || g.NumRows > 1<<32 {
			return fmt.Errorf("row group %d: %d rows must be from 0 to 2^32", i, g.NumRows)
		}
		group := tableGroup{first: rows, rows: int(g.NumRows), chunks: make([]Chunk, len(g.Columns))}
		for j, c := range g.Columns {
			m := c.MetaData
			start := m.DataPageOffset
			if m.DictionaryPageOffset > 0 {
				start = min(start, m.DictionaryPageOffset)
			}
			if start < 4 || m.TotalCompressedSize < 0 || start > end || m.TotalCompressedSize > end-start {
				start = outside
			}
			group.chunks[j] = Chunk{start, m.TotalCompressedSize, m.Type, m.Codec}
		}
		t.groups = append(t.groups, group)
		rows += group.rows
	}
	return nil
}

// outside is the offset of a chunk that the file cannot have.
const outside = -1

// find returns the number of the leaf of a column with values of a kind.
func (t *Table) find(name string, kind format.Type, list bool) (int, error) {
	found := -1
	for j, c := range t.leaves {
		if c.name == name || c.part != "" && c.name+"."+c.part == name {
			found = j
			break
		}
	}
	if found < 0 {
		return 0, errors.New("is missing")
	}
	switch c := t.leaves[found]; {
	case c.beyond != "" && c.name == name:
		return 0, errors.New(c.beyond)
	case c.kind != kind || c.list != list:
		return 0, fmt.Errorf("must be of type %v and a list: %t", kind, list)
	}
	return found, nil
}

// check returns why the chunk cannot hold values of a kind, or nil.
func (c Chunk) check(kind format.Type) error {
	switch {
	case c.Offset == outside:
		return errors.New("its values must lie before the footer")
	case c.kind != kind:
		return fmt.Errorf("type %v, but %v in the schema", c.kind, kind)
	}
	return checkCodec(c.codec)
}
