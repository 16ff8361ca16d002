package parquet

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// Writer writes a table as a Parquet file. Values are appended to their column as
// they are stored, one page after the other; what libraries do for columns that the
// compiler does not know, value by value, took longer than making the values. See
// https://parquet.apache.org/docs/file-format/.
type Writer struct {
	out     io.Writer
	offset  int64
	columns []*Column
	about   []format.KeyValue
	rows    int
	groups  int
	footer  []byte  // of the row groups, as it will be written
	last    []Chunk // of the last row group
	waiting []byte  // to be written, ending at offset
	packed  []byte  // scratch
	levels  []byte  // scratch
}

const (
	parquetMagic = "PAR1"
	flushBytes   = 1 << 18 // after which what waits is written
)

// NewWriter begins a file with these columns, which are without values.
func NewWriter(out io.Writer, columns []*Column, about []format.KeyValue) *Writer {
	w := &Writer{out: out, columns: columns, about: about, last: make([]Chunk, len(columns))}
	w.append([]byte(parquetMagic))
	return w
}

func (w *Writer) append(b []byte) {
	w.waiting = append(w.waiting, b...)
	w.offset += int64(len(b))
}

// Flush writes the row groups that have ended.
func (w *Writer) Flush() error {
	_, err := w.out.Write(w.waiting)
	w.waiting = w.waiting[:0]
	return err
}

// Offset returns how many bytes the file has, those that wait to be written among them.
func (w *Writer) Offset() int64 { return w.offset }

// Rows returns how many rows the ended row groups have.
func (w *Writer) Rows() int { return w.rows }

// LastGroup returns where the columns of the row group are that ended last.
func (w *Writer) LastGroup() []Chunk { return w.last }

// EndGroup ends a row group of so many rows, in which every column has its values.
func (w *Writer) EndGroup(rows int) error {
	begin := w.offset
	group := thriftWriter{b: w.footer}
	group.begin()
	group.list(1, thrift.STRUCT, len(w.columns))
	total := int64(0)
	for i, c := range w.columns {
		w.last[i].Offset = w.offset
		size := w.writeColumn(c, rows)
		w.last[i].Size = w.offset - w.last[i].Offset
		c.describe(&group, w.last[i], rows, size)
		total += size
		c.data = c.data[:0]
	}
	group.integer(2, thrift.I64, total)
	group.integer(3, thrift.I64, int64(rows))
	group.integer(5, thrift.I64, begin)
	group.integer(6, thrift.I64, w.offset-begin)
	group.integer(7, thrift.I16, int64(w.groups))
	group.end()
	w.footer = group.b
	w.groups, w.rows = w.groups+1, w.rows+rows
	if len(w.waiting) < flushBytes {
		return nil
	}
	return w.Flush()
}

// leastGain is what part of a page compression must save, or readers have the work of undoing it for nothing.
const leastGain = 32

// pageBytes is about how large the pages of a column are that holds numbers.
const pageBytes = 1 << 20

// writeColumn writes the values of a column in a row group, and returns how long its
// pages are uncompressed.
func (w *Writer) writeColumn(c *Column, rows int) (size int64) {
	if c.part != "" && c.kind == format.ByteArray {
		return w.writeLarge(c, rows)
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
		size += w.writePage(c, part, n)
	}
	return size
}

// writeLarge is writeColumn for values such as pictures, of which a few fill a page.
func (w *Writer) writeLarge(c *Column, rows int) (size int64) {
	from, first := 0, 0
	for row, at := 0, 0; row < rows; {
		at += 4 + int(binary.LittleEndian.Uint32(c.data[at:]))
		if row++; row == rows || at-from >= pageBytes {
			size += w.writePage(c, c.data[from:at], row-first)
			from, first = at, row
		}
	}
	return size
}

// writePage writes rows of a column, and returns how long the page is uncompressed. It
// stays so when that is shorter, or hardly longer.
func (w *Writer) writePage(c *Column, data []byte, rows int) (size int64) {
	if rows == c.last.rows && bytes.Equal(data, c.last.data) {
		w.append(c.last.page)
		return c.last.size
	}
	begin := len(w.waiting)
	size = w.encodePage(c, data, rows)
	w.offset += int64(len(w.waiting) - begin)
	if len(data) <= maxKept {
		c.last = writtenPage{rows, append(c.last.data[:0], data...), append(c.last.page[:0], w.waiting[begin:]...), size}
	}
	return size
}

// encodePage appends the page to what waits to be written.
func (w *Writer) encodePage(c *Column, data []byte, rows int) (size int64) {
	if c.kind == format.Boolean {
		data = packBools(data)
	}
	repetition := w.setLevels(c, rows)
	w.packed = packSnappy(w.packed, data, c.step())
	body := w.packed
	if len(body) >= len(data)-len(data)/leastGain {
		body = data
	}
	sum := crc32.Update(crc32.ChecksumIEEE(w.levels), crc32.IEEETable, body)
	begin := len(w.waiting)
	h := thriftWriter{b: w.waiting}
	h.begin()
	h.integer(1, thrift.I32, int64(format.DataPageV2))
	h.integer(2, thrift.I32, int64(len(w.levels)+len(data)))
	h.integer(3, thrift.I32, int64(len(w.levels)+len(body)))
	h.integer(4, thrift.I32, int64(int32(sum)))
	h.structure(8)
	h.integer(1, thrift.I32, int64(rows*c.width))
	h.integer(2, thrift.I32, 0)
	h.integer(3, thrift.I32, int64(rows))
	h.integer(4, thrift.I32, int64(format.Plain))
	h.integer(5, thrift.I32, int64(len(w.levels)-repetition))
	h.integer(6, thrift.I32, int64(repetition))
	h.boolean(7, len(body) < len(data))
	h.end()
	h.end()
	header := len(h.b) - begin
	w.waiting = append(append(h.b, w.levels...), body...)
	return int64(header + len(w.levels) + len(data))
}

// setLevels sets w.levels to the levels of rows of a list, and returns how many bytes
// of them are the repetition levels, which come first: 0 where a row begins and 1
// elsewhere, in a run of bits. Every definition level is 1.
func (w *Writer) setLevels(c *Column, rows int) (repetition int) {
	w.levels = w.levels[:0]
	if !c.list {
		return 0
	}
	n := rows * c.width
	w.levels = binary.AppendUvarint(w.levels, uint64((n+7)/8)<<1|1)
	first := 8 * len(w.levels)
	w.levels = append(w.levels, bytes.Repeat([]byte{0xff}, (n+7)/8)...)
	for i := first; i < first+n; i += c.width {
		w.levels[i/8] &^= 1 << (i % 8)
	}
	repetition = len(w.levels)
	w.levels = append(binary.AppendUvarint(w.levels, uint64(n)<<1), 1)
	return repetition
}

// Close ends the file, but does not close what it is written to.
func (w *Writer) Close() error {
	schema := schemaOf(w.columns)
	var f thriftWriter
	f.begin()
	f.integer(1, thrift.I32, 2)
	f.list(2, thrift.STRUCT, len(schema))
	for i := range schema {
		f.b = append(f.b, encodeThrift(&schema[i])...)
	}
	f.integer(3, thrift.I64, int64(w.rows))
	f.list(4, thrift.STRUCT, w.groups)
	f.b = append(f.b, w.footer...)
	if len(w.about) > 0 {
		f.list(5, thrift.STRUCT, len(w.about))
		for i := range w.about {
			f.b = append(f.b, encodeThrift(&w.about[i])...)
		}
	}
	f.text(6, []byte("orrery version 1"))
	f.list(7, thrift.STRUCT, len(w.columns))
	for range w.columns {
		f.begin()
		f.structure(1) // a TypeDefinedOrder
		f.end()
		f.end()
	}
	f.end()
	footer := f.b
	if len(footer) > maxFooter {
		return fmt.Errorf("footer of %d bytes must have at most %d", len(footer), maxFooter)
	}
	footer = binary.LittleEndian.AppendUint32(footer, uint32(len(footer)))
	w.append(append(footer, parquetMagic...))
	return w.Flush()
}

// encodeThrift returns a structure of the library in compact Thrift.
func encodeThrift(v any) []byte {
	b, err := thrift.Marshal(new(thrift.CompactProtocol), v)
	if err != nil {
		panic(err) // plain data
	}
	return b
}
