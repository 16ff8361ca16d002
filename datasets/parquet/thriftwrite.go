package parquet

import (
	"encoding/binary"

	"github.com/parquet-go/parquet-go/encoding/thrift"
)

// thriftWriter appends a structure in compact Thrift, field by field. The library's
// encoder finds its way by reflection, which for the small structures of every page took
// as long as their statistics.
// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
type thriftWriter struct {
	b    []byte
	last []int // the field that came last, of each structure that is open
}

// begin begins the outermost structure, or one in a list.
func (w *thriftWriter) begin() { w.last = append(w.last, 0) }

// end ends the structure begun last.
func (w *thriftWriter) end() {
	w.b = append(w.b, byte(thrift.STOP))
	w.last = w.last[:len(w.last)-1]
}

// field begins a field, which must have a higher number than the one before, by 15 at
// most.
func (w *thriftWriter) field(id int, kind thrift.Type) {
	last := &w.last[len(w.last)-1]
	w.b = append(w.b, byte(id-*last)<<4|byte(kind))
	*last = id
}

// integer appends a field of type I16, I32 or I64.
func (w *thriftWriter) integer(id int, kind thrift.Type, v int64) {
	w.field(id, kind)
	w.b = binary.AppendVarint(w.b, v)
}

func (w *thriftWriter) boolean(id int, v bool) {
	if v {
		w.field(id, thrift.TRUE)
	} else {
		w.field(id, thrift.FALSE)
	}
}

func (w *thriftWriter) text(id int, text []byte) {
	w.field(id, thrift.BINARY)
	w.element(text)
}

// structure begins a structure in a field.
func (w *thriftWriter) structure(id int) {
	w.field(id, thrift.STRUCT)
	w.begin()
}

// list begins a field of n elements, which the caller appends.
func (w *thriftWriter) list(id int, kind thrift.Type, n int) {
	w.field(id, thrift.LIST)
	if n < 15 {
		w.b = append(w.b, byte(n)<<4|byte(kind))
		return
	}
	w.b = append(w.b, 15<<4|byte(kind))
	w.b = binary.AppendUvarint(w.b, uint64(n))
}

// element appends an element of a list of texts.
func (w *thriftWriter) element(text []byte) {
	w.b = binary.AppendUvarint(w.b, uint64(len(text)))
	w.b = append(w.b, text...)
}
