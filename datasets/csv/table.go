package csv

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"orrery/sim"
)

const (
	maxRowBytes = 1 << 20 // so that a quote that is never closed does not fill the memory
	readBytes   = 1 << 16 // at a time
)

// input is the content of a file.
type input struct {
	name    string // for errors
	content io.ReaderAt
	size    int64 // bytes
}

// table is a CSV file of which the columns and the episodes are known.
type table struct {
	input
	width   int            // fields of a row
	columns map[string]int // by quantity
	index
}

// readHeader finds the columns: that of a quantity is the one that rename gives
// it, or else the one with its own name.
func (t *table) readHeader(rows *rowReader, rename map[string]string, q quantities) error {
	header, _, err := rows.next()
	if err == io.EOF {
		return fmt.Errorf("%s: is empty, the first line must name the columns", t.name)
	}
	if err != nil {
		return err
	}
	t.width, t.columns = len(header), map[string]int{}
	header[0] = strings.TrimPrefix(header[0], "\ufeff") // spreadsheets mark UTF-8 with it
	places := map[string]int{}
	for place, column := range header {
		column = strings.TrimSpace(column)
		if _, twice := places[column]; twice {
			return t.errorf(1, "column %.40q must be there once", column)
		}
		places[column] = place
		if _, mapped := rename[column]; !mapped && q.has(column) {
			t.columns[column] = place
		}
	}
	for _, quantity := range slices.Sorted(maps.Keys(rename)) {
		place, found := places[rename[quantity]]
		if !found {
			return t.errorf(1, "no column %.40q, which is to be %s", rename[quantity], quantity)
		}
		t.columns[quantity] = place
	}
	for _, quantity := range q.required {
		if _, found := t.columns[quantity]; !found {
			return t.errorf(1, "no column %q; map %s to the one it is in", quantity, quantity)
		}
	}
	return nil
}

// has reports whether the table has a column for a quantity.
func (t *table) has(quantity string) bool {
	_, found := t.columns[quantity]
	return found
}

// number returns the value of a quantity in a row.
func (t *table) number(fields []string, line int, quantity string) (float64, error) {
	text := fields[t.columns[quantity]]
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || !(math.Abs(v) <= sim.MaxMagnitude) {
		return 0, t.errorf(line, "%s %.40q must be a number of at most ±%.0e", quantity, text, sim.MaxMagnitude)
	}
	return v, nil
}

// whole returns the value of a quantity that is a whole number.
func (t *table) whole(fields []string, line int, quantity string) (int64, error) {
	text := fields[t.columns[quantity]]
	v, err := strconv.ParseInt(strings.TrimSpace(text), 10, 52) // differences cannot overflow
	if err != nil {
		return 0, t.errorf(line, "%s %.40q must be a whole number", quantity, text)
	}
	return v, nil
}

// errorf returns an error in a line of the table.
func (t *table) errorf(line int, format string, args ...any) error {
	return fmt.Errorf("%s: line %d: %w", t.name, line, fmt.Errorf(format, args...))
}

// rowReader reads the rows of an extent.
type rowReader struct {
	table   *table
	content io.Reader
	csv     *csv.Reader
	given   int64 // bytes, to csv
	done    int64 // bytes, rows that next has returned
	line    int   // of the last row
	shift   int   // from lines of the extent to lines of the file
	started bool
}

// rows returns a reader of an extent that copies what it reads to watch, unless
// that is nil.
func (t *table) rows(e extent, watch io.Writer) *rowReader {
	r := &rowReader{table: t, content: io.NewSectionReader(t.content, e.from, e.to-e.from), line: e.line}
	if watch != nil {
		r.content = io.TeeReader(r.content, watch)
	}
	r.csv = csv.NewReader(bufio.NewReaderSize(r, int(min(readBytes, max(4096, e.to-e.from)))))
	r.csv.ReuseRecord, r.csv.TrimLeadingSpace = true, true
	r.csv.FieldsPerRecord = t.width
	return r
}

// next returns the fields of the next row, which the call after overwrites, and
// its line. After the last row the error is io.EOF.
func (r *rowReader) next() (fields []string, line int, err error) {
	fields, err = r.csv.Read()
	var parse *csv.ParseError
	switch {
	case err == io.EOF:
		return nil, 0, err
	case errors.As(err, &parse):
		return nil, 0, r.table.errorf(parse.Line+r.shift, "%w", parse.Err)
	case err != nil:
		return nil, 0, r.table.errorf(r.line+1, "%w", err)
	}
	line, _ = r.csv.FieldPos(0)
	if !r.started {
		r.started, r.shift = true, r.line-line // an extent knows the line of its first row
	}
	r.line, r.done = line+r.shift, r.csv.InputOffset()
	return fields, r.line, nil
}

// Read implements io.Reader for the CSV reader, which by itself holds a row of
// any length.
func (r *rowReader) Read(p []byte) (int, error) {
	if r.given-r.done > maxRowBytes+readBytes {
		return 0, fmt.Errorf("the row must be at most %d bytes; is a quote not closed?", maxRowBytes)
	}
	n, err := r.content.Read(p)
	r.given += int64(n)
	return n, err
}
