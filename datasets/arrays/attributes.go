package arrays

// heap is a global heap of HDF5: texts of any length that attributes refer to.
type heap struct {
	place   uint64 // address
	objects []byte
	count   uint16
}

const (
	heapHead   = 16 // bytes
	heapObject = 16 // bytes before the text of an object
	heapLeast  = 4096
)

// add keeps a text and returns what an attribute has of it: its length, the heap and its number.
func (h *heap) add(text string) []byte {
	h.count++
	b := order.AppendUint16(order.AppendUint16(h.objects, h.count), 1)
	b = order.AppendUint64(order.AppendUint32(b, 0), uint64(len(text)))
	b = append(b, text...)
	for len(b)%alignment != 0 {
		b = append(b, 0)
	}
	h.objects = b
	reference := order.AppendUint32(nil, uint32(len(text)))
	return order.AppendUint32(order.AppendUint64(reference, h.place), uint32(h.count))
}

// encode returns the heap, which ends with an object that is free.
func (h *heap) encode() []byte {
	size := max(heapLeast, heapHead+len(h.objects)+heapObject)
	b := order.AppendUint64([]byte("GCOL\x01\x00\x00\x00"), uint64(size))
	b = append(b, h.objects...)
	free := size - len(b)
	b = order.AppendUint64(append(b, 0, 0, 0, 0, 0, 0, 0, 0), uint64(free))
	return append(b, make([]byte, size-len(b))...)
}

// attribute returns the message of a note.
func (n *note) attribute(texts *heap) []byte {
	var kind, space, data []byte
	switch v := n.v.(type) {
	case int:
		kind, space, data = datatype(int64s), scalarSpace(), order.AppendUint64(nil, uint64(v))
	case string:
		kind, space, data = textType(), scalarSpace(), texts.add(v)
	case []string:
		kind, space = textType(), simpleSpace(len(v))
		for _, text := range v {
			data = append(data, texts.add(text)...)
		}
	default:
		panic("arrays: a note of an unknown kind")
	}
	const version, utf8 = 3, 1
	b := []byte{version, 0}
	for _, size := range []int{len(n.name) + 1, len(kind), len(space)} {
		b = order.AppendUint16(b, uint16(size))
	}
	b = append(append(b, utf8), n.name...)
	b = append(append(append(append(b, 0), kind...), space...), data...)
	return appendMessage(nil, messageAttribute, b)
}

// scalarSpace describes one value, and simpleSpace an array of some size in each dimension.
func scalarSpace() []byte { return []byte{2, 0, 0, 0} }

func simpleSpace(shape ...int) []byte {
	space := []byte{2, byte(len(shape)), 0, 1}
	for _, d := range shape {
		space = order.AppendUint64(space, uint64(d))
	}
	return space
}

// textType describes UTF-8 of any length, whose bytes are in a heap.
func textType() []byte {
	const version, variable, text, utf8, reference = 1 << 4, 9, 1, 1, 16
	b := order.AppendUint32([]byte{version | variable, text, utf8, 0}, reference)
	b = append(b, version, 0, 0, 0) // of whole numbers without a sign
	b = order.AppendUint32(b, 1)
	return order.AppendUint16(order.AppendUint16(b, 0), 8)
}
