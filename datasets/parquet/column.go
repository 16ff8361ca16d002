package parquet

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// Column is a column of a table being written, and its values in the row group.
type Column struct {
	leaf
	width int    // values of each row, in a list when that is so
	text  string // what the bytes of a value are: textUTF8, textJSON or empty
	data  []byte // plain
	last  writtenPage
}

// writtenPage is the last page of a column that is short enough to be kept. Episodes of
// one length have the same times and frame numbers.
type writtenPage struct {
	rows int
	data []byte // as in the column
	page []byte // as in the file
	size int64  // uncompressed
}

const maxKept = 1 << 12 // bytes of data

// Sorts of text that a column of bytes holds.
const (
	textUTF8 = "UTF8"
	textJSON = "JSON"
)

// NewColumn returns a column of single values of a type.
func NewColumn[T Value](name string) *Column {
	return &Column{leaf: leaf{name: name, kind: kindOf[T]()}, width: 1}
}

// NewList returns a column of lists of width values of a type.
func NewList[T Value](name string, width int) *Column {
	c := NewColumn[T](name)
	c.list, c.depth, c.width = true, 1, width
	return c
}

// NewPart returns a column of single values of a type that is a part of a structure, which has a name. The parts of a
// structure follow each other. Rows reads it by both names with a dot between them.
func NewPart[T Value](structure, name string) *Column {
	c := NewColumn[T](structure)
	c.part = name
	return c
}

// UTF8 makes c, which holds bytes, a column of text, and returns it.
func (c *Column) UTF8() *Column { c.text = textUTF8; return c }

// JSON makes c, which holds bytes, a column of JSON, and returns it.
func (c *Column) JSON() *Column { c.text = textJSON; return c }

// step returns how many bytes rows of the column are apart that are lists of floating-point numbers, or 0.
func (c *Column) step() int {
	switch {
	case !c.list:
		return 0
	case c.kind == format.Float:
		return 4 * c.width
	case c.kind == format.Double:
		return 8 * c.width
	}
	return 0
}

// Name returns the name of the column.
func (c *Column) Name() string { return c.name }

// Put appends values to a column of their type.
func Put[T Value](c *Column, values ...T) { c.data = appendPlain(c.data, values) }

// PutPadded appends rows of float32 [rows, from] to a column of lists that are at least as
// wide. What is left of a row is zero.
func (c *Column) PutPadded(values []float32, from, rows int) {
	at := len(c.data)
	c.data = slices.Grow(c.data, 4*c.width*rows)[:at+4*c.width*rows]
	for k := range rows {
		row := c.data[at+4*c.width*k:][:4*c.width]
		for i, v := range values[k*from : (k+1)*from] {
			binary.LittleEndian.PutUint32(row[4*i:], math.Float32bits(v))
		}
		clear(row[4*from:])
	}
}

// PutNumber appends a number to a column of int64, bool or float32, in its type.
func (c *Column) PutNumber(v float64) {
	switch c.kind {
	case format.Int64:
		c.data = binary.LittleEndian.AppendUint64(c.data, uint64(int64(v)))
	case format.Boolean:
		c.data = append(c.data, byte(v))
	case format.Float:
		c.data = binary.LittleEndian.AppendUint32(c.data, math.Float32bits(float32(v)))
	default:
		panic("parquet: PutNumber in a column of type " + c.kind.String())
	}
}

// schemaOf returns the elements of columns, the first of which is the root.
func schemaOf(columns []*Column) []format.SchemaElement {
	schema := []format.SchemaElement{{Name: "schema"}}
	fields, structure := int32(0), 0 // structure is the place of the one that was begun last
	for i, c := range columns {
		switch {
		case c.part == "":
			fields++
		case i > 0 && columns[i-1].part != "" && columns[i-1].name == c.name:
			schema[structure].NumChildren.V++
		default:
			fields, structure = fields+1, len(schema)
			schema = append(schema, format.SchemaElement{Name: c.name, RepetitionType: thrift.New(format.Required), NumChildren: thrift.New(int32(1))})
		}
		schema = append(schema, c.schema()...)
	}
	schema[0].NumChildren = thrift.New(fields)
	return schema
}

// schema returns the elements of a column, which are three for a list.
func (c *Column) schema() []format.SchemaElement {
	leaf := format.SchemaElement{Name: c.name, Type: thrift.New(c.kind), RepetitionType: thrift.New(format.Required)}
	switch c.text {
	case textUTF8:
		leaf.ConvertedType, leaf.LogicalType.Value = thrift.New(deprecated.UTF8), &format.StringType{}
	case textJSON:
		leaf.ConvertedType, leaf.LogicalType.Value = thrift.New(deprecated.Json), &format.JsonType{}
	}
	if c.part != "" {
		leaf.Name = c.part
	}
	if !c.list {
		return []format.SchemaElement{leaf}
	}
	list := format.SchemaElement{
		Name: c.name, RepetitionType: thrift.New(format.Required), NumChildren: thrift.New(int32(1)),
		ConvertedType: thrift.New(deprecated.List), LogicalType: format.LogicalType{Value: &format.ListType{}},
	}
	middle := format.SchemaElement{Name: "list", RepetitionType: thrift.New(format.Repeated), NumChildren: thrift.New(int32(1))}
	leaf.Name = "element"
	return []format.SchemaElement{list, middle, leaf}
}

// describe appends what the footer says about the column in a row group: its ColumnChunk.
func (c *Column) describe(w *thriftWriter, chunk Chunk, rows int, size int64) {
	w.begin()
	w.integer(2, thrift.I64, 0)
	w.structure(3)
	w.integer(1, thrift.I32, int64(c.kind))
	w.list(2, thrift.I32, 2)
	w.b = binary.AppendVarint(w.b, int64(format.Plain))
	w.b = binary.AppendVarint(w.b, int64(format.RLE))
	path := []string{c.name}
	if c.list {
		path = append(path, "list", "element")
	}
	if c.part != "" {
		path = append(path, c.part)
	}
	w.list(3, thrift.BINARY, len(path))
	for _, name := range path {
		w.element([]byte(name))
	}
	w.integer(4, thrift.I32, int64(format.Snappy))
	w.integer(5, thrift.I64, int64(rows*c.width))
	w.integer(6, thrift.I64, size)
	w.integer(7, thrift.I64, chunk.Size)
	w.integer(9, thrift.I64, chunk.Offset)
	if !c.list && c.kind == format.Int64 {
		least, most := bounds(c.data)
		w.structure(12)
		w.text(5, most)
		w.text(6, least)
		w.end()
	}
	w.end()
	w.end()
}

// bounds returns the least and the greatest of plain integers, by which readers find
// the row groups they need.
func bounds(data []byte) (least, most []byte) {
	least, most = data[:8], data[:8]
	for at := 8; at < len(data); at += 8 {
		v := data[at : at+8]
		switch x := int64(binary.LittleEndian.Uint64(v)); {
		case x < int64(binary.LittleEndian.Uint64(least)):
			least = v
		case x > int64(binary.LittleEndian.Uint64(most)):
			most = v
		}
	}
	return least, most
}
