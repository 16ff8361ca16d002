package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/parquet-go/parquet-go/encoding/bytestreamsplit"
	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/format"
)

// decodeWith returns the n values of a page in an encoding that parquet-go decodes within
// bounds that can be told beforehand: the number of values is at the start of those with
// deltas, and the others are as long as what they come from.
func decodeWith[T Value](encoding format.Encoding, b []byte, n, length int) (values []T, err error) {
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
	case int32:
		switch {
		case encoding == format.ByteStreamSplit && len(b) == 4*n:
			decoded, err = new(bytestreamsplit.Encoding).DecodeInt32(make([]int32, n), b)
		case encoding == format.DeltaBinaryPacked && deltas(b) == n:
			decoded, err = decodeNarrow(b, n)
		}
	case int64:
		switch {
		case encoding == format.ByteStreamSplit && len(b) == 8*n:
			decoded, err = new(bytestreamsplit.Encoding).DecodeInt64(make([]int64, n), b)
		case encoding == format.DeltaBinaryPacked && deltas(b) == n:
			decoded, err = new(delta.BinaryPackedEncoding).DecodeInt64(make([]int64, n), b)
		}
	case []byte:
		switch {
		case encoding == format.DeltaLengthByteArray && deltas(b) == n:
			decoded, err = decodeDeltaBytes(b)
		case encoding == format.DeltaByteArray && deltas(b) == n:
			decoded, err = decodeFronts(b, n)
		case encoding == format.ByteStreamSplit && length > 0 && len(b) == length*n:
			decoded = joinStrings(b, n, length)
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

// decodeNarrow returns n numbers of 32 bits. They are cut from wider ones, as DuckDB writes
// numbers without a sign as they are, and the library takes numbers with a sign alone.
func decodeNarrow(b []byte, n int) ([]int32, error) {
	wide, err := new(delta.BinaryPackedEncoding).DecodeInt64(make([]int64, 0, n), b)
	values := make([]int32, len(wide))
	for i, v := range wide {
		values[i] = int32(v)
	}
	return values, err
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

// decodeFronts returns n byte strings, each of which begins as the one before does: first come
// the lengths of what they share, then what follows it.
func decodeFronts(b []byte, n int) ([][]byte, error) {
	shared, err := new(delta.BinaryPackedEncoding).DecodeInt32(make([]int32, 0, n), b)
	if err != nil {
		return nil, err
	}
	rest, err := afterDeltas(b)
	if err != nil || deltas(rest) != n || len(shared) != n {
		return nil, fmt.Errorf("fronts of %d values must be followed by as many ends: %w", n, err)
	}
	values, err := decodeDeltaBytes(rest)
	if err != nil || len(values) != n {
		return nil, fmt.Errorf("%d ends of values must be %d: %w", len(values), n, err)
	}
	size := 0
	var last []byte
	for i, end := range values {
		if shared[i] < 0 || int(shared[i]) > len(last) {
			return nil, fmt.Errorf("value %d shares %d bytes with one of %d", i, shared[i], len(last))
		}
		if shared[i] > 0 {
			if size += int(shared[i]) + len(end); size > maxPage {
				return nil, fmt.Errorf("values must have at most %d MB", maxPage>>20)
			}
			values[i] = slices.Concat(last[:shared[i]], end)
		}
		last = values[i]
	}
	return values, nil
}

// afterDeltas returns what follows the first numbers that are packed as deltas. They come in
// blocks, each with its least delta and the widths of its parts.
// https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTAENC
func afterDeltas(b []byte) ([]byte, error) {
	var head [4]uint64 // values of a block, its parts, values in all, the first of them
	for i := range head {
		var used int
		if head[i], used = binary.Uvarint(b); used <= 0 {
			return nil, errCut
		}
		b = b[used:]
	}
	block, parts := head[0], head[1]
	if parts == 0 || block < parts || block > maxPage || block%parts != 0 {
		return nil, errCut
	}
	for left := int64(head[2]) - 1; left > 0; {
		_, used := binary.Uvarint(b)
		if used <= 0 || uint64(len(b)-used) < parts {
			return nil, errCut
		}
		widths := b[used : used+int(parts)]
		b = b[used+int(parts):]
		for _, width := range widths {
			if left <= 0 {
				break // what is beyond the last value is not written
			}
			size := block / parts * uint64(width) / 8
			if size > uint64(len(b)) {
				return nil, errCut
			}
			b = b[size:]
			left -= int64(block / parts)
		}
	}
	return b, nil
}

var errCut = errors.New("deltas leave their page")

// joinStrings returns n byte strings of a length, whose first bytes come first, then the second.
func joinStrings(b []byte, n, length int) [][]byte {
	joined := make([]byte, len(b))
	values := make([][]byte, n)
	for i := range values {
		values[i] = joined[i*length : (i+1)*length]
		for k := range values[i] {
			values[i][k] = b[k*n+i]
		}
	}
	return values
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
