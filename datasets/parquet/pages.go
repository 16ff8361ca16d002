package parquet

import (
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/parquet-go/parquet-go/format"
)

// page says where a page of a column is, and what its header says.
type page struct {
	dictionary bool // its values are those that other pages number
	v2         bool // levels come first, and are never compressed
	packed     bool
	encoding   format.Encoding
	first      int // value of the row group
	values     int
	offset     int64 // in the file
	size       int   // bytes in the file
	unpacked   int   // bytes
	repetition int   // bytes of levels, in a page of version 2
	definition int
	sum        uint32 // CRC-32 of what is in the file, or 0
}

// listPages reads the headers of all pages, of which the dictionary comes first. Together
// they must have the values of the row group.
func (c *column[T]) listPages() ([]page, error) {
	group := c.table.groups[c.group]
	chunk := group.chunks[c.leaf]
	want := group.rows * c.width
	var pages []page
	values := 0
	for at, end := chunk.Offset, chunk.Offset+chunk.Size; at < end; {
		p, err := c.readHeader(at, end)
		if err != nil {
			return nil, err
		}
		at = p.offset + int64(p.size)
		switch {
		case p.dictionary && len(pages) > 0:
			return nil, errors.New("the dictionary must be the first page")
		case !p.dictionary && (p.values < 0 || p.values > want-values):
			return nil, c.explain(fmt.Errorf("page of %d values, with %d missing", p.values, want-values))
		case !p.dictionary:
			p.first = values
			values += p.values
		}
		pages = append(pages, p)
	}
	if values != want {
		return nil, c.explain(fmt.Errorf("%d values must be %d", values, want))
	}
	return pages, nil
}

// explain adds what is expected of lists to an error about the number of values.
func (c *column[T]) explain(err error) error {
	if c.table.leaves[c.leaf].list {
		return fmt.Errorf("lists must have %d values: %w", c.width, err)
	}
	return err
}

// headerBytes is more than the headers of most pages have. Longer ones are read again.
const headerBytes = 512

// readHeader reads the header of a page that begins at a place in the file and must end
// before another.
func (c *column[T]) readHeader(at, end int64) (page, error) {
	for size := int64(headerBytes); ; size *= 4 {
		b := make([]byte, min(size, end-at))
		if _, err := c.file.ReadAt(b, at); err != nil {
			return page{}, err
		}
		var header format.PageHeader
		n, err := decodeThrift(b, &header)
		if err != nil && size < end-at {
			continue
		}
		if err != nil {
			return page{}, fmt.Errorf("page header: %w", err)
		}
		return newPage(&header, at+int64(n), end)
	}
}

// newPage takes what is needed from a header that ends at a place in the file.
func newPage(header *format.PageHeader, at, end int64) (page, error) {
	p := page{
		offset: at, size: int(header.CompressedPageSize), unpacked: int(header.UncompressedPageSize),
		packed: true, sum: uint32(header.CRC),
	}
	if p.size < 0 || int64(p.size) > end-at {
		return page{}, fmt.Errorf("page of %d bytes in the %d left", p.size, end-at)
	}
	dictionary, v1, v2 := header.DictionaryPageHeader, header.DataPageHeader, header.DataPageHeaderV2
	switch {
	case header.Type == format.DictionaryPage && dictionary.Valid:
		p.dictionary, p.values = true, int(dictionary.V.NumValues)
	case header.Type == format.DataPage && v1.Valid:
		p.encoding, p.values = v1.V.Encoding, int(v1.V.NumValues)
	case header.Type == format.DataPageV2 && v2.Valid:
		p.v2, p.encoding, p.values = true, v2.V.Encoding, int(v2.V.NumValues)
		p.packed = !v2.V.IsCompressed.Valid || v2.V.IsCompressed.V
		p.repetition, p.definition = int(v2.V.RepetitionLevelsByteLength), int(v2.V.DefinitionLevelsByteLength)
		if p.repetition < 0 || p.definition < 0 || p.repetition > p.size || p.definition > p.size-p.repetition {
			return page{}, fmt.Errorf("page with %d and %d bytes of levels in %d", p.repetition, p.definition, p.size)
		}
	default:
		return page{}, fmt.Errorf("page of type %v must be DATA_PAGE, DATA_PAGE_V2 or DICTIONARY_PAGE", header.Type)
	}
	return p, nil
}

// body reads a page and unpacks it, but for the levels of version 2, which stay in front.
func (c *column[T]) body(p page) ([]byte, error) {
	b := make([]byte, p.size)
	if _, err := c.file.ReadAt(b, p.offset); err != nil {
		return nil, err
	}
	if p.sum != 0 && p.sum != crc32.ChecksumIEEE(b) {
		return nil, errors.New("page does not match its checksum")
	}
	codec := c.table.groups[c.group].chunks[c.leaf].codec
	if !p.packed || codec == format.Uncompressed {
		return b, nil
	}
	levels := p.repetition + p.definition
	unpacked, err := unpack(codec, b[levels:], p.unpacked-levels)
	if err != nil || levels == 0 {
		return unpacked, err
	}
	return append(b[:levels:levels], unpacked...), nil
}

// decode returns the values of a page. Its levels must say that every row has a value, or
// a list of as many as the column has.
func (c *column[T]) decode(pages []page, p page) ([]T, error) {
	repetition, definition, b, err := c.cut(p)
	if err != nil {
		return nil, err
	}
	l := levels{c.table.leaves[c.leaf], c.width, p.first % c.width}
	if err := l.check(repetition, definition, p.values); err != nil {
		return nil, err
	}
	return c.values(pages, p, b, p.values)
}

// cut reads a page and returns its levels and the rest of it.
func (c *column[T]) cut(p page) (repetition, definition, rest []byte, err error) {
	if size := p.values * sizeOf[T](); size > maxPage {
		return nil, nil, nil, fmt.Errorf("page of %d values, %d MB, must have at most %d MB", p.values, size>>20, maxPage>>20)
	}
	b, err := c.body(p)
	if err != nil {
		return nil, nil, nil, err
	}
	if p.v2 {
		both := p.repetition + p.definition
		return b[:p.repetition], b[p.repetition:both], b[both:], nil
	}
	return c.table.leaves[c.leaf].cutLevels(b)
}

// values returns the n values in what a page has behind its levels.
func (c *column[T]) values(pages []page, p page, b []byte, n int) ([]T, error) {
	switch p.encoding {
	case format.Plain:
		return decodePlain[T](b, n, c.table.leaves[c.leaf].length)
	//lint:ignore SA1019 writers of version 1 pages still use the old name
	case format.PlainDictionary, format.RLEDictionary:
		dictionary, err := c.dictionary(pages)
		if err != nil {
			return nil, err
		}
		return lookUp(dictionary, b, n)
	}
	return decodeWith[T](p.encoding, b, n, c.table.leaves[c.leaf].length)
}
