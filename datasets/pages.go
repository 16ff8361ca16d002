package datasets

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/snappy"
	"github.com/parquet-go/parquet-go/format"
)

// number is a type of values with a fixed size.
type number interface{ float32 | float64 | int64 }

// kindOf returns Parquet's name for the type T, and its size in bytes.
func kindOf[T number]() (format.Type, int) {
	switch any(T(0)).(type) {
	case float32:
		return format.Float, 4
	case float64:
		return format.Double, 8
	}
	return format.Int64, 8
}

// readColumn returns the values of a column in a row group: one a row when
// width is 0, otherwise lists of that width [rows, width].
func readColumn[T number](t *table, file io.ReaderAt, group int, name string, width int) (values []T, err error) {
	defer t.explain(&err, group, name)
	kind, size := kindOf[T]()
	chunk, column, err := t.chunk(file, group, name, kind, width > 0)
	if err != nil {
		return nil, err
	}
	want := t.groups[group].rows * max(width, 1)
	for len(chunk) > 0 {
		var p page
		if p, chunk, err = nextPage(chunk, column, width); err != nil {
			return nil, err
		}
		if len(p.data) != p.values*size || p.values > want-len(values) {
			return nil, fmt.Errorf("page of %d values in %d bytes, with %d values missing", p.values, len(p.data), want-len(values))
		}
		part := make([]T, p.values)
		if _, err := binary.Decode(p.data, binary.LittleEndian, part); err != nil {
			return nil, err
		}
		if values == nil {
			values = part
		} else {
			values = append(values, part...)
		}
	}
	if len(values) != want {
		return nil, fmt.Errorf("%d values must be %d", len(values), want)
	}
	return values, nil
}

// readBytes returns the values of a column of byte strings in a row group.
func readBytes(t *table, file io.ReaderAt, group int, name string) (values [][]byte, err error) {
	defer t.explain(&err, group, name)
	chunk, column, err := t.chunk(file, group, name, format.ByteArray, false)
	if err != nil {
		return nil, err
	}
	for len(chunk) > 0 {
		var p page
		if p, chunk, err = nextPage(chunk, column, 0); err != nil {
			return nil, err
		}
		for b := p.data; len(b) > 0; {
			if len(b) < 4 || int64(binary.LittleEndian.Uint32(b)) > int64(len(b)-4) {
				return nil, fmt.Errorf("value %d leaves its page", len(values))
			}
			n := 4 + int(binary.LittleEndian.Uint32(b))
			values, b = append(values, b[4:n:n]), b[n:]
		}
	}
	if rows := t.groups[group].rows; len(values) != rows {
		return nil, fmt.Errorf("%d values must be %d", len(values), rows)
	}
	return values, nil
}

// explain adds the place to an error.
func (t *table) explain(err *error, group int, column string) {
	if *err != nil {
		*err = fmt.Errorf("%s: row group %d: column %q: %w", t.name(), group, column, *err)
	}
}

// page is the values of a page in plain encoding.
type page struct {
	values int
	data   []byte
}

// nextPage takes the first page from the pages of a column. In a list of width
// values, levels say where a row begins and which lists are empty; they must say
// that every row has width values.
func nextPage(b []byte, column tableColumn, width int) (page, []byte, error) {
	var header format.PageHeader
	n, err := decodeThrift(b, &header)
	if err != nil {
		return page{}, nil, fmt.Errorf("page header: %w", err)
	}
	b = b[n:]
	size := int(header.CompressedPageSize)
	if size < 0 || size > len(b) {
		return page{}, nil, fmt.Errorf("page of %d bytes in the %d left", size, len(b))
	}
	body, rest := b[:size], b[size:]
	if header.CRC != 0 && uint32(header.CRC) != crc32.ChecksumIEEE(body) {
		return page{}, nil, errors.New("page does not match its checksum")
	}
	h := header.DataPageHeaderV2.V
	repetition, definition := int(h.RepetitionLevelsByteLength), int(h.DefinitionLevelsByteLength)
	levels := repetition + definition
	switch {
	case header.Type != format.DataPageV2 || !header.DataPageHeaderV2.Valid || h.Encoding != format.Plain:
		return page{}, nil, fmt.Errorf("page of type %v and encoding %v must be DATA_PAGE_V2 and PLAIN", header.Type, h.Encoding)
	case h.NumValues < 0 || h.NumNulls != 0:
		return page{}, nil, fmt.Errorf("page of %d values with %d nulls, must have none", h.NumValues, h.NumNulls)
	case repetition < 0 || definition < 0 || levels > size || width == 0 && levels > 0:
		return page{}, nil, fmt.Errorf("page with %d bytes of levels in %d", levels, size)
	}
	values := int(h.NumValues)
	if width > 0 {
		if err := checkLevels(body[:repetition], values, func(i int) bool { return i%width != 0 }); err != nil {
			return page{}, nil, fmt.Errorf("lists must have %d values: %w", width, err)
		}
		if err := checkLevels(body[repetition:levels], values, func(int) bool { return true }); err != nil {
			return page{}, nil, fmt.Errorf("lists must have %d values: %w", width, err)
		}
	}
	data := body[levels:]
	if column.compressed && (!h.IsCompressed.Valid || h.IsCompressed.V) {
		data, err = decompress(data, int(header.UncompressedPageSize)-levels)
	}
	return page{values, data}, rest, err
}

// decompress undoes snappy, which turns 3 bytes into 64 at most.
func decompress(b []byte, size int) ([]byte, error) {
	n, err := snappy.DecodedLen(b)
	if err != nil {
		return nil, err
	}
	if n != size || n > 22*len(b) {
		return nil, fmt.Errorf("page of %d bytes claims %d in its header and %d in its data", len(b), size, n)
	}
	return snappy.Decode(nil, b)
}

// checkLevels demands n levels of one bit, in runs of RLE and bit packing, that
// are 1 where want says so.
// https://parquet.apache.org/docs/file-format/data-pages/encodings/
func checkLevels(b []byte, n int, want func(i int) bool) error {
	for i := 0; i < n; {
		header, size := binary.Uvarint(b)
		if size <= 0 || size == len(b) {
			return fmt.Errorf("levels end after %d of %d", i, n)
		}
		b = b[size:]
		length, packed := header>>1, header&1 == 1
		if packed {
			if length > uint64(len(b)) {
				return fmt.Errorf("levels end in a run of %d bytes", length)
			}
			length *= 8
		}
		run := int(min(length, uint64(n-i)))
		for k := range run {
			bit := b[0]
			if packed {
				bit = b[k/8] >> (k % 8)
			}
			if (bit&1 == 1) != want(i+k) {
				return fmt.Errorf("level %d is %d", i+k, bit&1)
			}
		}
		if i += run; packed {
			b = b[length/8:]
		} else {
			b = b[1:]
		}
	}
	return nil
}
