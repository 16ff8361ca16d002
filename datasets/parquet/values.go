package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"unsafe"

	"github.com/parquet-go/parquet-go/format"
)

// Value is a type of values in a column.
type Value interface {
	bool | float32 | float64 | int32 | int64 | []byte
}

// kindOf returns Parquet's name for the type T.
func kindOf[T Value]() format.Type {
	var v T
	switch any(v).(type) {
	case bool:
		return format.Boolean
	case float32:
		return format.Float
	case float64:
		return format.Double
	case int32:
		return format.Int32
	case int64:
		return format.Int64
	}
	return format.ByteArray
}

// sizeOf returns how many bytes a decoded value takes, without the text it points to.
func sizeOf[T Value]() int { return int(unsafe.Sizeof(*new(T))) }

// decodePlain returns n values in plain encoding, which must be all of b. Byte strings of a
// fixed length stand without it.
func decodePlain[T Value](b []byte, n, length int) ([]T, error) {
	var values any
	var err error
	switch any(*new(T)).(type) {
	case bool:
		values, err = decodeBools(b, n)
	case []byte:
		if length > 0 {
			values, err = cutStrings(b, n, length)
		} else {
			values, err = decodeStrings(b, n)
		}
	default:
		if size := binary.Size(*new(T)); n < 0 || len(b)/size != n || len(b)%size != 0 {
			return nil, fmt.Errorf("%d values in %d bytes", n, len(b))
		}
		part := make([]T, n)
		_, err := binary.Decode(b, binary.LittleEndian, part)
		return part, err
	}
	if err != nil {
		return nil, err
	}
	return values.([]T), nil
}

// appendPlain appends values in plain encoding, but for bools, which are bytes until
// packBools packs them.
func appendPlain[T Value](dst []byte, values []T) []byte {
	switch values := any(values).(type) {
	case []bool:
		for _, v := range values {
			dst = append(dst, bit(v))
		}
	case [][]byte:
		for _, v := range values {
			dst = append(binary.LittleEndian.AppendUint32(dst, uint32(len(v))), v...)
		}
	case []float64: // binary.Encode would allocate, and look at each by its type
		dst = slices.Grow(dst, 8*len(values))
		for _, v := range values {
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
		}
	case []int64:
		for _, v := range values {
			dst = binary.LittleEndian.AppendUint64(dst, uint64(v))
		}
	default:
		at := len(dst)
		dst = slices.Grow(dst, binary.Size(values))[:at+binary.Size(values)]
		if _, err := binary.Encode(dst[at:], binary.LittleEndian, values); err != nil {
			panic(err) // numbers of fixed size in as many bytes
		}
	}
	return dst
}

func bit(v bool) byte {
	if v {
		return 1
	}
	return 0
}

// packBools returns bytes, each 0 or 1, as bits.
func packBools(values []byte) []byte {
	packed := make([]byte, (len(values)+7)/8)
	for i, v := range values {
		packed[i/8] |= v << (i % 8)
	}
	return packed
}

// decodeBools returns n bits.
func decodeBools(b []byte, n int) ([]bool, error) {
	if n < 0 || len(b) != n/8+min(n%8, 1) {
		return nil, fmt.Errorf("%d bits in %d bytes", n, len(b))
	}
	values := make([]bool, n)
	for i := range values {
		values[i] = b[i/8]>>(i%8)&1 == 1
	}
	return values, nil
}

// decodeStrings returns n byte strings, each of which follows its length.
func decodeStrings(b []byte, n int) ([][]byte, error) {
	var values [][]byte
	for len(b) > 0 {
		if len(values) == n {
			return nil, fmt.Errorf("%d values must be all of their page", n)
		}
		if len(b) < 4 || int64(binary.LittleEndian.Uint32(b)) > int64(len(b)-4) {
			return nil, fmt.Errorf("value %d leaves its page", len(values))
		}
		end := 4 + int(binary.LittleEndian.Uint32(b))
		values, b = append(values, b[4:end:end]), b[end:]
	}
	if len(values) != n {
		return nil, fmt.Errorf("%d values must be %d", len(values), n)
	}
	return values, nil
}

// cutStrings returns n byte strings of a length.
func cutStrings(b []byte, n, length int) ([][]byte, error) {
	if n < 0 || len(b)/length != n || len(b)%length != 0 {
		return nil, fmt.Errorf("%d values of %d bytes in %d bytes", n, length, len(b))
	}
	values := make([][]byte, n)
	for i := range values {
		values[i] = b[i*length : (i+1)*length : (i+1)*length]
	}
	return values, nil
}

// lookUp returns n values of a dictionary, given their places in it.
func lookUp[T Value](dictionary []T, b []byte, n int) ([]T, error) {
	if n == 0 {
		return nil, nil // some write nothing then
	}
	if len(b) == 0 || b[0] > 32 {
		return nil, errors.New("places in a dictionary must have a size of 0 to 32 bits")
	}
	values := make([]T, n)
	return values, decodeRuns(b[1:], int(b[0]), n, func(i int, place uint32) error {
		if int64(place) >= int64(len(dictionary)) {
			return fmt.Errorf("value %d is at %d of a dictionary of %d", i, place, len(dictionary))
		}
		values[i] = dictionary[place]
		return nil
	})
}

// decodeRuns gives each to n numbers of so many bits, in runs of RLE and bit
// packing.
func decodeRuns(b []byte, size, n int, each func(i int, v uint32) error) error {
	return eachRun(b, size, n, func(i int, r run) error {
		for k := range r.count {
			if err := each(i+k, r.at(k)); err != nil {
				return err
			}
		}
		return nil
	})
}

// run is numbers of so many bits: one number so many times over, or packed.
type run struct {
	bytes  []byte
	size   int // bits of a number
	count  int
	packed bool
}

// at returns number k.
func (r run) at(k int) uint32 {
	if !r.packed {
		k = 0
	}
	return bitsAt(r.bytes, k*r.size, r.size)
}

// eachRun visits the runs of RLE and bit packing that make n numbers of so many bits, and tells
// which of the numbers is the first of each.
// https://parquet.apache.org/docs/file-format/data-pages/encodings/
func eachRun(b []byte, size, n int, visit func(i int, r run) error) error {
	for i := 0; i < n; {
		header, used := binary.Uvarint(b)
		if used <= 0 {
			return fmt.Errorf("runs end after %d of %d numbers", i, n)
		}
		b = b[used:]
		length, packed := header>>1, header&1 == 1
		bytes := uint64(size+7) / 8
		if packed {
			bytes = length * uint64(size)
			length *= 8
		}
		if header>>1 > 1<<32 || bytes > uint64(len(b)) || length == 0 {
			return fmt.Errorf("run of %d numbers after %d of %d leaves its page", length, i, n)
		}
		count := int(min(length, uint64(n-i)))
		if err := visit(i, run{b[:bytes], size, count, packed}); err != nil {
			return err
		}
		i += count
		b = b[bytes:]
	}
	return nil
}

// bitsAt returns the number of so many bits, at most 32, that begins at a bit.
func bitsAt(b []byte, at, size int) uint32 {
	var v uint64
	for i := at / 8; i < (at+size+7)/8; i++ {
		v |= uint64(b[i]) << (8 * (i - at/8))
	}
	return uint32(v >> (at % 8) & (1<<size - 1))
}
