package arrays

import (
	"encoding/binary"
	"io"
	"iter"
	"math/bits"
	"slices"
)

// Messages of an object header, and what else the HDF5 File Format Specification,
// version 3.0 (https://docs.hdfgroup.org/hdf5/develop/_f_m_t3.html), calls so.
const (
	messageDataspace  = 0x01
	messageLinkInfo   = 0x02
	messageDatatype   = 0x03
	messageFill       = 0x05
	messageLink       = 0x06
	messageLayout     = 0x08
	messageGroupInfo  = 0x0a
	messageAttribute  = 0x0c
	messageReferences = 0x16

	superblockBytes = 48
	undefined       = ^uint64(0) // the address of nothing
	alignment       = 8          // bytes, of what follows the headers
)

var order = binary.LittleEndian

// WriteHDF5 writes the episodes, which must have the given size, as an HDF5 file.
// The first error of the episodes ends it.
func WriteHDF5(w io.WriterAt, size Size, episodes iter.Seq2[Episode, error]) error {
	return writeHDF5(w, size, size.columns(), episodes)
}

// writeHDF5 writes the episodes as some columns.
func writeHDF5(w io.WriterAt, size Size, columns []column, episodes iter.Seq2[Episode, error]) error {
	_, places, _ := layOut(columns, size.About.notes(&cast{}))
	writers := make([]io.Writer, len(columns))
	for i := range columns {
		writers[i] = io.NewOffsetWriter(w, int64(places[i]))
	}
	scenes, err := size.fill(columns, writers, episodes)
	if err != nil {
		return err
	}
	head, _, texts := layOut(columns, size.About.notes(scenes))
	if _, err := w.WriteAt(texts.encode(), int64(texts.place)); err != nil {
		return err
	}
	_, err = w.WriteAt(head, 0) // last, so that a broken file does not pass for a whole one
	return err
}

// layOut returns the beginning of a file with everything but the arrays, the addresses of
// those, and the texts at the end of the file. None of the addresses depends on the texts.
func layOut(columns []column, notes []note) (head []byte, places []uint64, texts *heap) {
	places = make([]uint64, len(columns))
	objects := make([]uint64, len(columns))
	var end uint64
	// Addresses have a fixed width, so that the second time round they are right.
	for range 2 {
		texts = &heap{place: (end + alignment - 1) / alignment * alignment}
		head = make([]byte, superblockBytes)
		head = append(head, rootHeader(columns, objects, notes, texts)...)
		for i := range columns {
			objects[i] = uint64(len(head))
			head = append(head, arrayHeader(&columns[i], places[i], texts)...)
		}
		end = uint64(len(head))
		for i := range columns {
			places[i] = (end + alignment - 1) / alignment * alignment
			end = places[i] + uint64(columns[i].stored())
		}
	}
	copy(head, superblock(texts.place+uint64(len(texts.encode()))))
	return head, places, texts
}

// superblock returns the beginning of a file that ends at an address and has the
// root group right after the superblock.
func superblock(end uint64) []byte {
	b := []byte("\x89HDF\r\n\x1a\n\x03\x08\x08\x00") // version 3, addresses and lengths of 8 bytes
	for _, address := range []uint64{0, undefined, end, superblockBytes} {
		b = order.AppendUint64(b, address)
	}
	return order.AppendUint32(b, checksum(b))
}

// rootHeader returns the header of the group with the arrays.
func rootHeader(columns []column, objects []uint64, notes []note, texts *heap) []byte {
	info := order.AppendUint64(order.AppendUint64([]byte{0, 0}, undefined), undefined)
	messages := appendMessage(nil, messageLinkInfo, info)
	messages = appendMessage(messages, messageGroupInfo, []byte{0, 0})
	for i, c := range columns {
		for _, name := range c.names {
			link := append([]byte{1, 0, byte(len(name))}, name...)
			messages = appendMessage(messages, messageLink, order.AppendUint64(link, objects[i]))
		}
	}
	for i := range notes {
		messages = append(messages, notes[i].attribute(texts)...)
	}
	return objectHeader(messages)
}

// arrayHeader returns the header of an array at an address.
func arrayHeader(c *column, place uint64, texts *heap) []byte {
	messages := appendMessage(nil, messageDataspace, simpleSpace(c.shape...))
	messages = appendMessage(messages, messageDatatype, datatype(c.kind))
	fill := byte(0x0a) // none, and room when it is written
	if c.chunk > 0 {
		fill = 0x09 // none, and room from the beginning
	}
	messages = appendMessage(messages, messageFill, []byte{3, fill})
	messages = appendMessage(messages, messageLayout, c.layout(place))
	if len(c.names) > 1 {
		messages = appendMessage(messages, messageReferences, order.AppendUint32([]byte{0}, uint32(len(c.names))))
	}
	if len(c.labels) > 0 && len(c.labels) <= maxNames {
		n := note{"names", c.labels}
		messages = append(messages, n.attribute(texts)...)
	}
	return objectHeader(messages)
}

// layout returns where the values are: in one piece, or in chunks of so many rows that follow one another.
func (c *column) layout(place uint64) []byte {
	if c.chunk == 0 {
		return order.AppendUint64(order.AppendUint64([]byte{3, 1}, place), uint64(c.bytes()))
	}
	const version, chunked, implicit = 4, 2, 2
	chunk := append([]int{c.chunk}, c.shape[1:]...)
	width := (bits.Len(uint(slices.Max(chunk))) + 7) / 8 // bytes of a dimension, as few as will do
	b := []byte{version, chunked, 0, byte(len(chunk) + 1), byte(width)}
	for _, d := range append(chunk, c.kind.bytes()) {
		b = append(b, order.AppendUint64(nil, uint64(d))[:width]...)
	}
	return order.AppendUint64(append(b, implicit), place)
}

// stored returns the bytes that the array takes in the file, whose last chunk is whole.
func (c *column) stored() int64 {
	if c.chunk == 0 || c.shape[0] == 0 {
		return c.bytes()
	}
	row := c.bytes() / int64(c.shape[0])
	return row * int64((c.shape[0]+c.chunk-1)/c.chunk*c.chunk)
}

// datatype returns the description of little-endian values.
func datatype(k kind) []byte {
	const version, fixed, float = 1 << 4, 0, 1
	bits := uint16(8 * k.bytes())
	if k == float32s {
		b := []byte{version | float, 0x20, 31, 0} // a leading 1 that is not stored; the sign in bit 31
		b = order.AppendUint32(b, uint32(k.bytes()))
		b = order.AppendUint16(order.AppendUint16(b, 0), bits)
		b = append(b, 23, 8, 0, 23) // exponent and mantissa: first bit and width
		return order.AppendUint32(b, 127)
	}
	b := []byte{version | fixed, 0x08, 0, 0} // signed
	if k == uint8s {
		b[1] = 0
	}
	b = order.AppendUint32(b, uint32(k.bytes()))
	return order.AppendUint16(order.AppendUint16(b, 0), bits)
}

func appendMessage(dst []byte, kind byte, content []byte) []byte {
	dst = append(dst, kind)
	dst = order.AppendUint16(dst, uint16(len(content)))
	return append(append(dst, 0), content...)
}

func objectHeader(messages []byte) []byte {
	b := []byte("OHDR\x02\x02") // version 2, a length of 4 bytes
	b = order.AppendUint32(b, uint32(len(messages)))
	b = append(b, messages...)
	return order.AppendUint32(b, checksum(b))
}
