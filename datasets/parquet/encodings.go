package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/parquet-go/parquet-go/encoding/bytestreamsplit"
	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/format"
)

// decodeWith returns the n values of a page in an encoding that parquet-go decodes within
// bounds that can be told beforehand: the number of values is at the start of those with
// deltas, and the others are as long as what they come from.
func decodeWith[T Value](encoding format.Encoding, b []byte, n int) (values []T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("encoding %v: the page is malformed", encoding)
		}
	}()
	var decoded any
	switch any(*new(T)).(type) {
	case float32:
		if encoding == format.ByteStreamSplit && len(b) == 4*n {
			decoded, err = new(bytestreamsplit.Encoding).DecodeFloat(make([]float32, n), b)
		}
	case float64:
		if encoding == format.ByteStreamSplit && len(b) == 8*n {
			decoded, err = new(bytestreamsplit.Encoding).DecodeDouble(make([]float64, n), b)
		}
	case int64:
		switch {
		case encoding == format.ByteStreamSplit && len(b) == 8*n:
			decoded, err = new(bytestreamsplit.Encoding).DecodeInt64(make([]int64, n), b)
		case encoding == format.DeltaBinaryPacked && deltas(b) == n:
			decoded, err = new(delta.BinaryPackedEncoding).DecodeInt64(make([]int64, n), b)
		}
	case []byte:
		if encoding == format.DeltaLengthByteArray && deltas(b) == n {
			decoded, err = decodeDeltaBytes(b)
		}
	case bool:
		if encoding == format.RLE {
			decoded, err = decodeFlags(b, n)
		}
	}
	if err != nil {
		return nil, err
	}
	values, ok := decoded.([]T)
	if !ok {
		return nil, fmt.Errorf("encoding %v of %d values: must be known, and have as many values", encoding, n)
	}
	if len(values) != n {
		return nil, fmt.Errorf("%d values must be %d", len(values), n)
	}
	return values, nil
}

// deltas returns how many values deltas claim to have: the third number.
func deltas(b []byte) int {
	var v uint64
	for range 3 {
		var n int
		if v, n = binary.Uvarint(b); n <= 0 || v > maxPage {
			return -1
		}
		b = b[n:]
	}
	return int(v)
}

func decodeDeltaBytes(b []byte) ([][]byte, error) {
	text, ends, err := new(delta.LengthByteArrayEncoding).DecodeByteArray(nil, b, nil)
	if err != nil || len(ends) == 0 {
		return nil, err
	}
	values := make([][]byte, len(ends)-1)
	for i := range values {
		values[i] = text[ends[i]:ends[i+1]:ends[i+1]]
	}
	return values, nil
}

// decodeFlags returns n bools in runs, after their length in bytes.
func decodeFlags(b []byte, n int) ([]bool, error) {
	if len(b) < 4 || int64(binary.LittleEndian.Uint32(b)) > int64(len(b)-4) {
		return nil, errors.New("runs leave their page")
	}
	flags := make([]bool, n)
	return flags, decodeRuns(b[4:4+int(binary.LittleEndian.Uint32(b))], 1, n, func(i int, v uint32) error {
		flags[i] = v == 1
		return nil
	})
}
