package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/bits"

	"github.com/klauspost/compress/snappy"
	"github.com/parquet-go/parquet-go/format"
)

// maxRepeated bounds how many values of a column a row group may give with a
// dictionary, in which a few bytes stand for any number of them.
const maxRepeated = 1 << 24

// readColumn returns the values of a column in a row group: one a row when width
// is 0, otherwise lists of that width [rows, width].
func readColumn[T Value](t *Table, file io.ReaderAt, group int, name string, width int) (values []T, err error) {
	defer t.explain(&err, group, name)
	chunk, column, err := t.chunk(file, group, name, kindOf[T](), width > 0)
	if err != nil {
		return nil, err
	}
	want := t.groups[group].rows * max(width, 1)
	var dictionary []T
	for len(chunk) > 0 {
		var p page
		if p, chunk, err = nextPage(chunk, column, width, want-len(values)); err != nil {
			return nil, err
		}
		var part []T
		switch {
		case p.dictionary:
			if dictionary, err = decodePlain[T](p.data, p.values); err != nil {
				return nil, fmt.Errorf("dictionary: %w", err)
			}
			continue
		case p.encoding == format.Plain:
			part, err = decodePlain[T](p.data, p.values)
		//lint:ignore SA1019 writers of version 1 pages still use the old name
		case p.encoding == format.PlainDictionary || p.encoding == format.RLEDictionary:
			if want > maxRepeated {
				return nil, fmt.Errorf("%d values with a dictionary must be at most %d", want, maxRepeated)
			}
			part, err = lookUp(dictionary, p.data, p.values)
		default:
			err = fmt.Errorf("encoding %v must be PLAIN or RLE_DICTIONARY", p.encoding)
		}
		if err != nil {
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

// explain adds the place to an error.
func (t *Table) explain(err *error, group int, column string) {
	if *err != nil {
		*err = fmt.Errorf("%s: row group %d: column %q: %w", t.name, group, column, *err)
	}
}

// page is the values of a page.
type page struct {
	dictionary bool // they are those that other pages number
	encoding   format.Encoding
	values     int
	data       []byte
}

// nextPage takes the first page from the pages of a column, of which no more than
// the missing values must come. In a list of width values, levels say where a row
// begins and which lists are empty; they must say that every row has width values.
func nextPage(b []byte, column tableColumn, width, missing int) (p page, rest []byte, err error) {
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
	unpack := func(b []byte, size int) ([]byte, error) {
		if column.compressed {
			return decompress(b, size)
		}
		return b, nil
	}
	first, second, v2 := header.DictionaryPageHeader, header.DataPageHeader, header.DataPageHeaderV2
	switch {
	case header.Type == format.DictionaryPage && first.Valid:
		p = page{dictionary: true, values: int(first.V.NumValues)}
		p.data, err = unpack(body, int(header.UncompressedPageSize))
		return p, rest, err
	case header.Type == format.DataPage && second.Valid:
		p = page{encoding: second.V.Encoding, values: int(second.V.NumValues)}
		if p.data, err = unpack(body, int(header.UncompressedPageSize)); err != nil {
			return page{}, nil, err
		}
	case header.Type == format.DataPageV2 && v2.Valid:
		p = page{encoding: v2.V.Encoding, values: int(v2.V.NumValues), data: body}
	default:
		return page{}, nil, fmt.Errorf("page of type %v must be DATA_PAGE, DATA_PAGE_V2 or DICTIONARY_PAGE", header.Type)
	}
	if p.values < 0 || p.values > missing {
		return page{}, nil, fmt.Errorf("page of %d values, with %d missing", p.values, missing)
	}
	levels := levels{column, width}
	if header.Type == format.DataPage {
		p.data, err = levels.checkPrefixed(p.data, p.values)
		return p, rest, err
	}
	h := v2.V
	repetition, definition := int(h.RepetitionLevelsByteLength), int(h.DefinitionLevelsByteLength)
	if repetition < 0 || definition < 0 || repetition > size || definition > size-repetition {
		return page{}, nil, fmt.Errorf("page with %d and %d bytes of levels in %d", repetition, definition, size)
	}
	both := repetition + definition
	if err := levels.check(body[:repetition], body[repetition:both], p.values); err != nil {
		return page{}, nil, err
	}
	p.data = body[both:]
	if !h.IsCompressed.Valid || h.IsCompressed.V {
		p.data, err = unpack(p.data, int(header.UncompressedPageSize)-both)
	}
	return p, rest, err
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

// levels are what the levels of a page must be when every row has a value, or a
// list of width of them.
type levels struct {
	column tableColumn
	width  int
}

// check demands n levels of each sort that the column has.
func (l levels) check(repetition, definition []byte, n int) error {
	if l.column.list {
		if err := checkLevels(repetition, 1, n, func(i int) uint32 { return uint32(min(i%l.width, 1)) }); err != nil {
			return fmt.Errorf("lists must have %d values: %w", l.width, err)
		}
	}
	if depth := l.column.depth; depth > 0 {
		if err := checkLevels(definition, bits.Len(uint(depth)), n, func(int) uint32 { return uint32(depth) }); err != nil {
			return fmt.Errorf("no value must be missing: %w", err)
		}
	}
	return nil
}

// checkPrefixed does so where each sort follows its length in bytes, and returns
// what follows both.
func (l levels) checkPrefixed(b []byte, n int) (rest []byte, err error) {
	var sorts [2][]byte
	for i, present := range []bool{l.column.list, l.column.depth > 0} {
		if !present {
			continue
		}
		if len(b) < 4 || int64(binary.LittleEndian.Uint32(b)) > int64(len(b)-4) {
			return nil, errors.New("levels leave their page")
		}
		end := 4 + int(binary.LittleEndian.Uint32(b))
		sorts[i], b = b[4:end], b[end:]
	}
	return b, l.check(sorts[0], sorts[1], n)
}

// checkLevels demands n levels of so many bits that are what want says.
func checkLevels(b []byte, size, n int, want func(i int) uint32) error {
	return decodeRuns(b, size, n, func(i int, v uint32) error {
		if v != want(i) {
			return fmt.Errorf("level %d is %d", i, v)
		}
		return nil
	})
}
