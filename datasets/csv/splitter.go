package csv

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"io"
	"slices"
	"strings"
	"unicode"
)

// splitter cuts a text into rows of fields, as encoding/csv does. Most tables have no quotes: their
// lines are cut at the separators here, in a third of the time. From the first quote on
// encoding/csv reads.
type splitter struct {
	text      *bufio.Reader
	separator byte
	trim      bool // spaces at the start of a field
	fields    []string
	long      []byte // a line that is longer than the buffer
	lines     int    // that were read here
	bytes     int64  // that were read here

	quoted *csv.Reader // of what follows these lines, or nil
}

func newSplitter(text *bufio.Reader, separator byte) *splitter {
	return &splitter{text: text, separator: separator, trim: separator != '\t'}
}

// read returns the fields of the next row, in a slice that the call after overwrites, and the line
// where it begins, from 1 on. Empty lines are no rows.
func (s *splitter) read() (fields []string, line int, err error) {
	for s.quoted == nil {
		text, err := s.readLine()
		if err != nil {
			return nil, 0, err
		}
		if bytes.IndexByte(text, '"') >= 0 {
			s.quote(text)
			break
		}
		s.lines, s.bytes = s.lines+1, s.bytes+int64(len(text))
		if row := cutEnd(text); len(row) > 0 {
			return s.split(string(row)), s.lines, nil
		}
	}
	if fields, err = s.quoted.Read(); err != nil {
		return nil, 0, err
	}
	line, _ = s.quoted.FieldPos(0)
	return fields, s.lines + line, nil
}

// offset returns how many bytes the rows have taken that read returned.
func (s *splitter) offset() int64 {
	if s.quoted != nil {
		return s.bytes + s.quoted.InputOffset()
	}
	return s.bytes
}

// quote lets encoding/csv read from a line on, which is the buffer's.
func (s *splitter) quote(line []byte) {
	s.quoted = csv.NewReader(io.MultiReader(bytes.NewReader(slices.Clone(line)), s.text))
	s.quoted.Comma, s.quoted.TrimLeadingSpace = rune(s.separator), s.trim
	s.quoted.ReuseRecord, s.quoted.FieldsPerRecord = true, -1 // rowReader counts the fields
}

// readLine returns the next line with its end. It is the buffer's.
func (s *splitter) readLine() ([]byte, error) {
	line, err := s.text.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		s.long = s.long[:0]
		for err == bufio.ErrBufferFull {
			s.long = append(s.long, line...)
			line, err = s.text.ReadSlice('\n')
		}
		s.long = append(s.long, line...)
		line = s.long
	}
	if err == io.EOF && len(line) > 0 {
		err = nil
	}
	return line, err
}

// cutEnd returns a line without its end.
func cutEnd(line []byte) []byte {
	line = bytes.TrimSuffix(line, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r"))
}

// split cuts a row at the separators.
func (s *splitter) split(row string) []string {
	s.fields = s.fields[:0]
	for at := 0; at >= 0; {
		field := row
		if at = strings.IndexByte(row, s.separator); at >= 0 {
			field, row = row[:at], row[at+1:]
		}
		if s.trim && field != "" && (field[0] <= ' ' || field[0] >= 0x80) {
			field = strings.TrimLeftFunc(field, unicode.IsSpace)
		}
		s.fields = append(s.fields, field)
	}
	return s.fields
}
