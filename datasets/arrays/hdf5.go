package arrays

import (
	"encoding/binary"
	"io"
	"iter"
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
	messageReferences = 0x16

	superblockBytes = 48
	undefined       = ^uint64(0) // the address of nothing
	alignment       = 8          // bytes, of what follows the headers
)

var order = binary.LittleEndian

// WriteHDF5 writes the episodes, which must have the given size, as an HDF5 file.
// The first error of the episodes ends it.
func WriteHDF5(w io.WriterAt, size Size, episodes iter.Seq2[Episode, error]) error {
	columns := size.columns()
	head, places := layOut(columns)
	writers := make([]io.Writer, len(columns))
	for i := range columns {
		writers[i] = io.NewOffsetWriter(w, int64(places[i]))
	}
	if err := size.fill(columns, writers, episodes); err != nil {
		return err
	}
	_, err := w.WriteAt(head, 0) // last, so that a broken file does not pass for a whole one
	return err
}

// layOut returns the beginning of a file with everything but the arrays, and the
// addresses of those.
func layOut(columns []column) (head []byte, places []uint64) {
	places = make([]uint64, len(columns))
	objects := make([]uint64, len(columns))
	var end uint64
	// Addresses have a fixed width, so that the second time round they are right.
	for range 2 {
		head = make([]byte, superblockBytes)
		head = append(head, rootHeader(columns, objects)...)
		for i := range columns {
			objects[i] = uint64(len(head))
			head = append(head, arrayHeader(&columns[i], places[i])...)
		}
		end = uint64(len(head))
		for i := range columns {
			places[i] = (end + alignment - 1) / alignment * alignment
			end = places[i] + uint64(columns[i].bytes())
		}
	}
	copy(head, superblock(end))
	return head, places
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
func rootHeader(columns []column, objects []uint64) []byte {
	info := order.AppendUint64(order.AppendUint64([]byte{0, 0}, undefined), undefined)
	messages := appendMessage(nil, messageLinkInfo, info)
	messages = appendMessage(messages, messageGroupInfo, []byte{0, 0})
	for i, c := range columns {
		for _, name := range c.names {
			link := append([]byte{1, 0, byte(len(name))}, name...)
			messages = appendMessage(messages, messageLink, order.AppendUint64(link, objects[i]))
		}
	}
	return objectHeader(messages)
}

// arrayHeader returns the header of an array at an address.
func arrayHeader(c *column, place uint64) []byte {
	space := []byte{2, byte(len(c.shape)), 0, 1}
	for _, d := range c.shape {
		space = order.AppendUint64(space, uint64(d))
	}
	layout := order.AppendUint64([]byte{3, 1}, place) // in one piece
	layout = order.AppendUint64(layout, uint64(c.bytes()))
	messages := appendMessage(nil, messageDataspace, space)
	messages = appendMessage(messages, messageDatatype, datatype(c.kind))
	messages = appendMessage(messages, messageFill, []byte{3, 0x0a}) // none
	messages = appendMessage(messages, messageLayout, layout)
	if len(c.names) > 1 {
		messages = appendMessage(messages, messageReferences, order.AppendUint32([]byte{0}, uint32(len(c.names))))
	}
	return objectHeader(messages)
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
