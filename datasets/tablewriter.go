package datasets

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/klauspost/compress/s2"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// column is a column of a table being written, and its values in the row group.
type column struct {
	tableColumn
	width int    // values of each row, in a list when that is so
	text  string // what the bytes of a value are: formatUTF8, formatJSON or empty
	data  []byte // plain
}

// Sorts of text that a column of bytes holds.
const (
	formatUTF8 = "UTF8"
	formatJSON = "JSON"
)

// newColumn returns a column of single values of a type.
func newColumn[T value](name string) *column {
	return &column{tableColumn: tableColumn{name: name, kind: kindOf[T](), compressed: true}, width: 1}
}

// newList returns a column of lists of width values of a type.
func newList[T value](name string, width int) *column {
	c := newColumn[T](name)
	c.list, c.depth, c.width = true, 1, width
	return c
}

// put appends values to a column of their type.
func put[T value](c *column, values ...T) { c.data = appendPlain(c.data, values) }

// tableWriter writes a table as a Parquet file. Values are appended to their column as
// they are stored, one page after the other; what libraries do for columns that the
// compiler does not know, value by value, took longer than making the values. See
// https://parquet.apache.org/docs/file-format/.
type tableWriter struct {
	out     io.Writer
	offset  int64
	columns []*column
	footer  format.FileMetaData
	waiting []byte // to be written, ending at offset
	packed  []byte // scratch
}

const parquetMagic = "PAR1"

// newTableWriter begins a file with these columns, which are without values.
func newTableWriter(out io.Writer, columns []*column, about []format.KeyValue) *tableWriter {
	w := &tableWriter{out: out, columns: columns}
	w.footer = format.FileMetaData{Version: 2, CreatedBy: "orrery version 1", KeyValueMetadata: about}
	w.footer.Schema = append(w.footer.Schema, format.SchemaElement{Name: "schema", NumChildren: thrift.New(int32(len(columns)))})
	for _, c := range columns {
		w.footer.Schema = append(w.footer.Schema, c.schema()...)
		w.footer.ColumnOrders = append(w.footer.ColumnOrders, format.ColumnOrder{Value: &format.TypeDefinedOrder{}})
	}
	w.append([]byte(parquetMagic))
	return w
}

func (w *tableWriter) append(b []byte) {
	w.waiting = append(w.waiting, b...)
	w.offset += int64(len(b))
}

func (w *tableWriter) flush() error {
	_, err := w.out.Write(w.waiting)
	w.waiting = w.waiting[:0]
	return err
}

// schema returns the elements of a column, which are three for a list.
func (c *column) schema() []format.SchemaElement {
	leaf := format.SchemaElement{Name: c.name, Type: thrift.New(c.kind), RepetitionType: thrift.New(format.Required)}
	switch c.text {
	case formatUTF8:
		leaf.ConvertedType, leaf.LogicalType.Value = thrift.New(deprecated.UTF8), &format.StringType{}
	case formatJSON:
		leaf.ConvertedType, leaf.LogicalType.Value = thrift.New(deprecated.Json), &format.JsonType{}
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

// endGroup ends a row group of so many rows, in which every column has its values.
func (w *tableWriter) endGroup(rows int) error {
	group := format.RowGroup{NumRows: int64(rows), FileOffset: w.offset, Ordinal: int16(len(w.footer.RowGroups))}
	for _, c := range w.columns {
		meta, err := w.writeColumn(c, rows)
		if err != nil {
			return err
		}
		group.Columns = append(group.Columns, format.ColumnChunk{MetaData: meta})
		group.TotalByteSize += meta.TotalUncompressedSize
		group.TotalCompressedSize += meta.TotalCompressedSize
		c.data = c.data[:0]
	}
	w.footer.RowGroups = append(w.footer.RowGroups, group)
	w.footer.NumRows += int64(rows)
	return w.flush()
}

// pageBytes is about how large the pages of a column are that holds numbers.
const pageBytes = 1 << 20

// writeColumn writes the values of a column in a row group, and says where.
func (w *tableWriter) writeColumn(c *column, rows int) (format.ColumnMetaData, error) {
	meta := format.ColumnMetaData{
		Type: c.kind, Codec: format.Uncompressed, NumValues: int64(rows * c.width), DataPageOffset: w.offset,
		Encoding: []format.Encoding{format.Plain, format.RLE}, PathInSchema: []string{c.name},
	}
	if c.compressed {
		meta.Codec = format.Snappy
	}
	if c.list {
		meta.PathInSchema = []string{c.name, "list", "element"}
	} else if c.kind == format.Int64 {
		meta.Statistics = bounds(c.data)
	}
	perPage := rows
	if c.kind != format.ByteArray {
		perPage = max(1, pageBytes*rows/max(1, len(c.data)))
	}
	for rest := c.data; rows > 0; rows -= perPage {
		n := min(perPage, rows)
		part := rest
		if n < rows {
			part = rest[:len(rest)/rows*n]
		}
		rest = rest[len(part):]
		size, err := w.writePage(c, part, n)
		if err != nil {
			return meta, err
		}
		meta.TotalUncompressedSize += size
	}
	meta.TotalCompressedSize = w.offset - meta.DataPageOffset
	return meta, nil
}

// bounds returns the least and the greatest of plain integers, by which readers find
// the row groups they need.
func bounds(data []byte) format.Statistics {
	least, most := data[:8], data[:8]
	for at := 8; at < len(data); at += 8 {
		v := data[at : at+8]
		switch x := int64(binary.LittleEndian.Uint64(v)); {
		case x < int64(binary.LittleEndian.Uint64(least)):
			least = v
		case x > int64(binary.LittleEndian.Uint64(most)):
			most = v
		}
	}
	return format.Statistics{MinValue: bytes.Clone(least), MaxValue: bytes.Clone(most)}
}

// writePage writes rows of a column, and returns how long they are uncompressed. The
// page stays uncompressed when that is shorter.
func (w *tableWriter) writePage(c *column, data []byte, rows int) (size int64, err error) {
	if c.kind == format.Boolean {
		data = packBools(data)
	}
	repetition, definition := c.levels(rows)
	levels := len(repetition) + len(definition)
	body := data
	if c.compressed {
		w.packed = s2.EncodeSnappy(w.packed[:cap(w.packed)], data)
		if len(w.packed) < len(data) {
			body = w.packed
		}
	}
	header, err := thrift.Marshal(new(thrift.CompactProtocol), &format.PageHeader{
		Type: format.DataPageV2, UncompressedPageSize: int32(levels + len(data)), CompressedPageSize: int32(levels + len(body)),
		DataPageHeaderV2: thrift.New(format.DataPageHeaderV2{
			NumValues: int32(rows * c.width), NumRows: int32(rows), Encoding: format.Plain,
			RepetitionLevelsByteLength: int32(len(repetition)), DefinitionLevelsByteLength: int32(len(definition)),
			IsCompressed: thrift.New(len(body) < len(data)),
		}),
	})
	if err != nil {
		return 0, err
	}
	for _, part := range [][]byte{header, repetition, definition, body} {
		w.append(part)
	}
	return int64(len(header) + levels + len(data)), nil
}

// levels returns the levels of rows of a list: the repetition level is 0 where a row
// begins and 1 elsewhere, in a run of bits, and every definition level is 1.
func (c *column) levels(rows int) (repetition, definition []byte) {
	if !c.list {
		return nil, nil
	}
	n := rows * c.width
	repetition = binary.AppendUvarint(nil, uint64((n+7)/8)<<1|1)
	first := 8 * len(repetition)
	repetition = append(repetition, bytes.Repeat([]byte{0xff}, (n+7)/8)...)
	for i := first; i < first+n; i += c.width {
		repetition[i/8] &^= 1 << (i % 8)
	}
	return repetition, append(binary.AppendUvarint(nil, uint64(n)<<1), 1)
}

// close ends the file, but does not close what it is written to.
func (w *tableWriter) close() error {
	footer, err := thrift.Marshal(new(thrift.CompactProtocol), &w.footer)
	if err != nil {
		return err
	}
	if len(footer) > maxFooter {
		return fmt.Errorf("footer of %d bytes must have at most %d", len(footer), maxFooter)
	}
	footer = binary.LittleEndian.AppendUint32(footer, uint32(len(footer)))
	w.append(append(footer, parquetMagic...))
	return w.flush()
}
