package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/parquet-go/parquet-go/encoding/thrift"
)

// maxThriftDepth is the depth to which structures may nest; Parquet's need 6.
const maxThriftDepth = 32

var errThrift = errors.New("metadata is cut short or malformed")

// decodeThrift decodes the structure at the start of b into v and returns its
// length. The decoder trusts the list lengths and the nesting it reads, so the
// structure is walked first: afterwards, decoding allocates in proportion to its
// length.
func decodeThrift(b []byte, v any) (length int, err error) {
	rest, err := skipThrift(b, thrift.STRUCT, 0)
	if err != nil {
		return 0, err
	}
	defer func() {
		if recover() != nil {
			err = errThrift
		}
	}()
	length = len(b) - len(rest)
	if err := thrift.Unmarshal(new(thrift.CompactProtocol), b[:length], v); err != nil {
		return length, errThrift // the library speaks of its own types
	}
	return length, nil
}

// skipThrift returns what follows a value of compact Thrift.
// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
func skipThrift(b []byte, kind thrift.Type, depth int) ([]byte, error) {
	if depth > maxThriftDepth {
		return nil, fmt.Errorf("metadata nests more than %d deep", maxThriftDepth)
	}
	size := 0
	switch kind {
	case thrift.TRUE, thrift.FALSE, thrift.I8:
		size = 1
	case thrift.DOUBLE:
		size = 8
	case thrift.UUID:
		size = 16
	case thrift.I16, thrift.I32, thrift.I64:
		_, rest, err := thriftVarint(b)
		return rest, err
	case thrift.BINARY:
		n, rest, err := thriftVarint(b)
		if err != nil || n > uint64(len(rest)) {
			return nil, errThrift
		}
		b, size = rest, int(n)
	case thrift.LIST, thrift.SET:
		return skipThriftList(b, depth)
	case thrift.STRUCT:
		return skipThriftStruct(b, depth)
	default:
		return nil, fmt.Errorf("%w: type %d", errThrift, kind)
	}
	if size > len(b) {
		return nil, errThrift
	}
	return b[size:], nil
}

func skipThriftStruct(b []byte, depth int) ([]byte, error) {
	for len(b) > 0 {
		header := b[0]
		b = b[1:]
		kind := thrift.Type(header & 15)
		if kind == thrift.STOP {
			return b, nil
		}
		var err error
		if header>>4 == 0 { // the field number follows in full
			if _, b, err = thriftVarint(b); err != nil {
				return nil, err
			}
		}
		if kind == thrift.TRUE || kind == thrift.FALSE { // the type is the value
			continue
		}
		if b, err = skipThrift(b, kind, depth+1); err != nil {
			return nil, err
		}
	}
	return nil, errThrift
}

func skipThriftList(b []byte, depth int) ([]byte, error) {
	if len(b) == 0 {
		return nil, errThrift
	}
	kind, n := thrift.Type(b[0]&15), uint64(b[0]>>4)
	b = b[1:]
	var err error
	if n == 15 {
		if n, b, err = thriftVarint(b); err != nil {
			return nil, err
		}
	}
	if n > uint64(len(b)) { // every element takes a byte at least
		return nil, fmt.Errorf("%w: list of %d elements in %d bytes", errThrift, n, len(b))
	}
	for range n {
		if b, err = skipThrift(b, kind, depth+1); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func thriftVarint(b []byte) (uint64, []byte, error) {
	v, n := binary.Uvarint(b)
	if n <= 0 {
		return 0, nil, errThrift
	}
	return v, b[n:], nil
}
