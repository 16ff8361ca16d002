package parquet

import (
	"fmt"
	"io"
	"unsafe"
)

// Reader reads values of a table from its open file.
type Reader struct {
	*Table
	file File
}

// Reader opens the file of the table.
func (t *Table) Reader() (*Reader, error) {
	file, err := t.open()
	if err != nil {
		return nil, err
	}
	return &Reader{t, file}, nil
}

// Close closes the file.
func (r *Reader) Close() error { return r.file.Close() }

// Rows returns the values of a column in the rows from one to before another: one a row
// when width is 0, otherwise lists of that width [to-from, width]. Only the pages that
// hold them are read. A page that is not used up waits in the cache, so that nothing is
// decoded twice when rows are read in order.
func Rows[T Value](r *Reader, name string, width, from, to int) ([]T, error) {
	t := r.Table
	if from < 0 || to < from || to > t.Rows() {
		return nil, fmt.Errorf("%s: rows %d to %d must be among its %d", t.name, from, to-1, t.Rows())
	}
	var rows []T
	for group := t.groupOf(from); from < to; group++ {
		g := t.groups[group]
		end := min(to, g.first+g.rows)
		part, err := groupRows[T](r, group, name, width, from-g.first, end-g.first)
		if err != nil {
			return nil, fmt.Errorf("%s: row group %d: column %q: %w", t.name, group, name, err)
		}
		if rows == nil {
			rows = part
		} else {
			rows = append(rows, part...)
		}
		from = end
	}
	return rows, nil
}

// wholeChunk is the size in bytes up to which a chunk is read at once.
const wholeChunk = 1 << 20

// groupRows is Rows within a row group.
func groupRows[T Value](r *Reader, group int, name string, width, from, to int) ([]T, error) {
	kind := kindOf[T]()
	j, err := r.find(name, kind, width > 0)
	if err != nil {
		return nil, err
	}
	c := column[T]{table: r.Table, group: group, leaf: j, width: max(width, 1), file: r.file}
	chunk := r.groups[group].chunks[j]
	if err := chunk.check(kind); err != nil {
		return nil, err
	}
	whole := to-from == r.groups[group].rows
	if chunk.Size <= wholeChunk && (whole || c.kept(pageList) == nil) {
		b := make([]byte, chunk.Size)
		if _, err := r.file.ReadAt(b, chunk.Offset); err != nil {
			return nil, err
		}
		c.file = inMemory{b, chunk.Offset}
	}
	return c.rows(from*c.width, to*c.width)
}

// inMemory is a part of a file that has been read.
type inMemory struct {
	b      []byte
	offset int64
}

func (m inMemory) ReadAt(b []byte, offset int64) (int, error) {
	offset -= m.offset
	if offset < 0 || offset > int64(len(m.b)) {
		return 0, io.ErrUnexpectedEOF
	}
	n := copy(b, m.b[offset:])
	if n < len(b) {
		return n, io.ErrUnexpectedEOF
	}
	return n, nil
}

// column is a column of a row group that is being read.
type column[T Value] struct {
	table       *Table
	group, leaf int
	width       int // values of a row
	file        io.ReaderAt
	places      []T // the dictionary, where it is known already
}

// Numbers of what is kept beside the pages of a column, which count from 0.
const (
	pageList       = -1
	pageDictionary = -2
)

// kept returns what the cache has under a number of a page, or nil.
func (c *column[T]) kept(number int) any {
	return c.table.cache.get(cacheKey{c.table, c.group, c.leaf, number})
}

func (c *column[T]) keep(number int, what any, size int) {
	c.table.cache.put(cacheKey{c.table, c.group, c.leaf, number}, c.table.leaves[c.leaf].name, what, size)
}

// rows returns the values from one to before another.
func (c *column[T]) rows(from, to int) ([]T, error) {
	pages, kept := c.kept(pageList).([]page)
	if !kept {
		var err error
		if pages, err = c.listPages(); err != nil {
			return nil, err
		}
		if to-from < c.table.groups[c.group].rows*c.width {
			c.keep(pageList, pages, len(pages)*int(unsafe.Sizeof(page{})))
		}
	}
	var values []T
	for i, p := range pages {
		end := p.first + p.values
		if p.dictionary || end <= from || p.first >= to {
			continue
		}
		part, err := c.page(pages, i, from <= p.first && end <= to)
		if err != nil {
			return nil, err
		}
		part = part[max(from-p.first, 0) : min(to, end)-p.first]
		if values == nil && len(part) == to-from && from <= p.first {
			return part[:len(part):len(part)], nil
		}
		if values == nil {
			values = make([]T, 0, min(to-from, len(part)+1<<20))
		}
		values = append(values, part...)
	}
	return values, nil
}

// page returns the values of a page. One of which all are wanted now is not kept.
func (c *column[T]) page(pages []page, i int, all bool) ([]T, error) {
	if values, ok := c.kept(i).([]T); ok {
		return values, nil
	}
	values, err := c.decode(pages, pages[i])
	if err == nil && !all {
		c.keep(i, values, pages[i].size+len(values)*sizeOf[T]())
	}
	return values, err
}

// dictionary returns the values that other pages number.
func (c *column[T]) dictionary(pages []page) ([]T, error) {
	if c.places != nil {
		return c.places, nil
	}
	if values, ok := c.kept(pageDictionary).([]T); ok {
		return values, nil
	}
	if len(pages) == 0 || !pages[0].dictionary {
		return nil, fmt.Errorf("the dictionary is missing")
	}
	if size := pages[0].values * sizeOf[T](); size > maxPage {
		return nil, fmt.Errorf("dictionary of %d values, %d MB, must have at most %d MB", pages[0].values, size>>20, maxPage>>20)
	}
	b, err := c.body(pages[0])
	if err != nil {
		return nil, fmt.Errorf("dictionary: %w", err)
	}
	values, err := decodePlain[T](b, pages[0].values, c.table.leaves[c.leaf].length)
	if err != nil {
		return nil, fmt.Errorf("dictionary: %w", err)
	}
	if len(pages) > 2 {
		c.keep(pageDictionary, values, len(b)+len(values)*sizeOf[T]())
	}
	return values, nil
}
