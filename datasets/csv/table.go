package csv

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
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

// table is a CSV file of which the columns and the episodes are known.
type table struct {
	input
	head    header
	columns map[string]int // place of each quantity in a row, which column looks up
	unused  []string       // names of the other columns, in their order
	words   words          // of the columns of words
	mark    byte           // the decimal mark, a comma or a point; 0 if no number has one
	index
}

// has reports whether the table has a column for a quantity.
func (t *table) has(quantity string) bool {
	_, found := t.columns[quantity]
	return found
}

// column says where the values of a quantity are. It is looked up once for all rows.
type column struct {
	quantity string
	place    int // in a row, or -1 where the table has no such column
}

// column returns the column of a quantity.
func (t *table) column(quantity string) column {
	if place, found := t.columns[quantity]; found {
		return column{quantity, place}
	}
	return column{quantity, -1}
}

// columnsOf returns the columns of some quantities, in their order.
func (t *table) columnsOf(quantities []string) (columns []column) {
	for _, quantity := range quantities {
		columns = append(columns, t.column(quantity))
	}
	return columns
}

// exists reports whether the table has the column.
func (c column) exists() bool { return c.place >= 0 }

// number returns the value in a column of a row.
func (t *table) number(fields []string, line int, c column) (float64, error) {
	text := fields[c.place]
	v, ok := parseNumber(text, t.mark)
	if !ok || !(math.Abs(v) <= sim.MaxMagnitude) {
		return 0, t.cellError(line, c.quantity, "%w", explainNumber(text, t.mark))
	}
	return v, nil
}

// explainNumber says why a text is no number.
func explainNumber(text string, mark byte) error {
	plain := strings.TrimSpace(text)
	_, point := parseNumber(plain, '.')
	_, comma := parseNumber(plain, ',')
	switch {
	case plain == "":
		return fmt.Errorf("%.40q must be a number of at most ±%.0e, but is empty", text, sim.MaxMagnitude)
	case mark == ',' && point:
		return fmt.Errorf("%.40q must have a decimal comma, as numbers before it have", text)
	case mark != ',' && comma && !point:
		return fmt.Errorf("%.40q must have a decimal point, as numbers before it have", text)
	}
	return fmt.Errorf("%.40q must be a number of at most ±%.0e, such as 12, -0.5 or 1e-3", text, sim.MaxMagnitude)
}

// whole returns the whole number in a column of a row. 13.0 is one.
func (t *table) whole(fields []string, line int, c column) (int64, error) {
	text := fields[c.place]
	v, ok := parseWhole(text, t.mark)
	if !ok {
		return 0, t.cellError(line, c.quantity, "%.40q must be a whole number", text)
	}
	return v, nil
}

// maxWhole is below what a float64 holds exactly, so that 13.0 is 13 and differences
// cannot overflow.
const maxWhole = 1 << 52

func parseWhole(text string, mark byte) (int64, bool) {
	text = strings.TrimSpace(text)
	if v, err := strconv.ParseInt(text, 10, 64); err == nil {
		return v, -maxWhole < v && v < maxWhole
	}
	v, ok := parseNumber(text, mark)
	return int64(v), ok && v == math.Trunc(v) && math.Abs(v) < maxWhole
}

// cellError returns an error about the value of a quantity in a line. The column is
// counted from 1, as a sheet does.
func (t *table) cellError(line int, quantity, format string, args ...any) error {
	return fmt.Errorf("%s: %s, column %d: %s %w", t.name, t.at(line), t.columns[quantity]+1, quantity, fmt.Errorf(format, args...))
}

// errorf returns an error in a line of the table.
func (t *table) errorf(line int, format string, args ...any) error {
	if t.place != nil && line == t.head.line { // the names of the columns are in no row
		return fmt.Errorf("%s: %w", t.name, fmt.Errorf(format, args...))
	}
	return fmt.Errorf("%s: %s: %w", t.name, t.at(line), fmt.Errorf(format, args...))
}

// at returns how errors call a line.
func (t *table) at(line int) string {
	if t.place != nil {
		return t.place(line - 2) // below the header
	}
	return fmt.Sprintf("line %d", line)
}

// rowReader reads the rows of an extent.
type rowReader struct {
	table   *table
	content io.Reader
	split   *splitter
	base    int64 // byte of the text where the extent begins
	given   int64 // bytes, to split
	done    int64 // bytes, rows that next has returned
	from    int64 // byte of the text where the row begins that next has returned
	line    int   // of the last row
	shift   int   // from lines of the extent to lines of the text
	started bool
	below   int // rows of words that may still follow the header
}

// rows returns a reader of an extent that copies what it reads to watch, unless
// that is nil.
func (t *table) rows(e extent, watch io.Writer) *rowReader {
	r := &rowReader{table: t, content: io.NewSectionReader(t.content, e.from, e.to-e.from), base: e.from, line: e.line}
	if watch != nil {
		r.content = io.TeeReader(r.content, watch)
	}
	r.split = newSplitter(bufio.NewReaderSize(r, int(min(readBytes, max(4096, e.to-e.from)))), byte(t.head.separator))
	return r
}

// next returns the fields of the next row that is not empty, which the call after
// overwrites, and its line. After the last row the error is io.EOF.
func (r *rowReader) next() (fields []string, line int, err error) {
	for {
		from := r.base + r.split.offset()
		if fields, line, err = r.split.read(); err != nil {
			return nil, 0, r.explain(err)
		}
		first := !r.started
		if first {
			r.started, r.shift = true, r.line-line // an extent knows the line of its first row
		}
		r.line, r.done, r.from = line+r.shift, r.split.offset(), from
		width := len(r.table.head.names)
		full := 0
		if len(fields) != width || fields[0] == "" || fields[0][0] == '#' {
			full = 1 + slices.IndexFunc(fields, func(field string) bool { return strings.TrimSpace(field) != "" })
			if full == 0 || full == 1 && isRemark(fields, width) {
				continue // sheets leave rows of separators behind
			}
			for len(fields) > width && strings.TrimSpace(fields[len(fields)-1]) == "" {
				fields = fields[:len(fields)-1]
			}
			if len(fields) != width {
				return nil, 0, r.ragged(len(fields))
			}
		}
		if first || !r.table.isHead(fields) && !r.isOfWords(fields) {
			return fields, r.line, nil
		}
	}
}

// isRemark reports whether a row is a remark: it begins as one and has not as many fields as others, or only one that is not empty.
func isRemark(fields []string, width int) bool {
	return strings.HasPrefix(strings.TrimSpace(fields[0]), "#") &&
		(len(fields) != width || !slices.ContainsFunc(fields[1:], func(field string) bool { return strings.TrimSpace(field) != "" }))
}

// isHead reports whether a row names the columns again, as where tables were put together.
func (t *table) isHead(fields []string) bool {
	for i, name := range t.head.names {
		if field := fields[i]; field != name && strings.TrimSpace(strings.TrimLeft(field, "# ")) != name {
			return false
		}
	}
	return true
}

// mostOfWords is how many rows of units and the like may stand below the names of the columns. TrackMate writes three.
const mostOfWords = 4

// isOfWords reports whether a row just below the names of the columns has units or other words in all columns that are used.
func (r *rowReader) isOfWords(fields []string) bool {
	if r.below == 0 {
		return false
	}
	r.below--
	words := false
	for _, place := range r.table.columns {
		field := strings.TrimLeft(strings.TrimSpace(fields[place]), "+-\u2212.,")
		if field != "" && field[0] >= '0' && field[0] <= '9' {
			r.below = 0
			return false
		}
		words = words || field != "" && !isMissing(field)
	}
	if !words {
		r.below = 0
	}
	return words
}

// ragged returns the error of a row with so many fields.
func (r *rowReader) ragged(fields int) error {
	h := r.table.head
	hint := ""
	if h.separator == ',' && fields > len(h.names) {
		hint = "; if the comma is the decimal mark, columns must be separated by a semicolon or numbers be in quotes"
	}
	return r.table.errorf(r.line, "wrong number of fields: %d, but line %d names %d columns%s", fields, h.line, len(h.names), hint)
}

// explain says what is wrong with the next row, such as its quotes. io.EOF stays as it is.
func (r *rowReader) explain(err error) error {
	if err == io.EOF {
		return err
	}
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return r.table.errorf(r.line+1, "%w", err)
	}
	rule := parse.Err
	switch {
	case errors.Is(rule, csv.ErrBareQuote):
		rule = errors.New(`a quote must be doubled in a field in quotes, and must not be in others`)
	case errors.Is(rule, csv.ErrQuote):
		rule = errors.New(`a field in quotes must end with a quote and then a separator; is a quote not closed or not doubled?`)
	}
	return fmt.Errorf("%s: line %d, character %d: %w", r.table.name, r.split.lines+parse.Line+r.shift, parse.Column, rule)
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
