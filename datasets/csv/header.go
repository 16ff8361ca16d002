package csv

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	decimal "orrery/sim/input"
)

// separators are the characters that may stand between columns; the first ones are preferred.
var separators = []rune{',', ';', '\t', '|'}

// maxPreamble is the number of lines that may come before the one that names the columns. Trackers
// write a few of them.
const maxPreamble = 100

// header is the row that names the columns.
type header struct {
	separator rune
	from      int64 // byte where the row begins
	line      int
	names     []string // of the columns, without space around them
}

// findHeader returns the first row of a text that names all columns that are needed, with
// whichever separator. Rename gives the columns of quantities that go by another name.
// head is the begin of the text, or all of it.
func findHeader(head []byte, whole bool, rename map[string]string, q quantities) (header, error) {
	allowed := separators
	from, line := 0, 1
	if said := bytes.TrimRight(head[:lineLength(head)], "\r\n"); len(said) == len("sep=;") && bytes.HasPrefix(bytes.ToLower(said), []byte("sep=")) {
		allowed = []rune{rune(said[len(said)-1])} // spreadsheets say so
		from, line = lineLength(head), 2
	}
	best := header{}
	most := -1
	for ; line <= maxPreamble && from < len(head); line++ {
		end := from + lineLength(head[from:])
		goesOn := end == len(head) && !whole
		for _, separator := range allowed {
			names := readNames(head[from:], separator)
			lacks := q.lacking(names, rename)
			h := header{separator, int64(from), line, names}
			if len(names) > 0 && len(lacks) == 0 && goesOn {
				return h, fmt.Errorf("line %d: the names of the columns must end within the first %d bytes", line, headBytes)
			}
			if len(names) > 0 && len(lacks) == 0 {
				return h, nil
			}
			if goesOn && line > 1 {
				continue
			}
			// For the error, the likeliest row is the one with the most known names, and
			// the likeliest separator the one that makes the most columns of it.
			known := q.known(names, rename)
			if score := 1000*known + len(names); len(names) > 0 && score > most && (most < 0 || known > 0 || line == best.line) {
				best, most = h, score
			}
		}
		from = end
	}
	return best, q.explain(best, head, rename)
}

// lineLength returns the bytes of the first line of a text, its end included.
func lineLength(text []byte) int {
	if at := bytes.IndexByte(text, '\n'); at >= 0 {
		return at + 1
	}
	return len(text)
}

// readNames returns the fields of the first row of a text, or none where it cannot be
// one.
func readNames(text []byte, separator rune) []string {
	rows := csv.NewReader(bytes.NewReader(text))
	rows.Comma, rows.TrimLeadingSpace = separator, separator != '\t'
	names, err := rows.Read()
	if start, _ := rowStart(rows, err); start != 1 {
		return nil // the line is empty
	}
	trimNames(names)
	return names
}

// rowStart returns the line and the column of the row that was read.
func rowStart(rows *csv.Reader, err error) (line, column int) {
	if err != nil {
		return 0, 0
	}
	return rows.FieldPos(0)
}

// trimNames takes away what does not belong to names of columns: space around them, and
// the sign of a comment before the first.
func trimNames(names []string) {
	for i, name := range names {
		if i == 0 {
			name = strings.TrimLeft(name, "# ")
		}
		names[i] = strings.TrimSpace(name)
	}
}

// columnName returns the name that the column of a quantity must have.
func columnName(quantity string, rename map[string]string) string {
	if name, renamed := rename[quantity]; renamed {
		return name
	}
	return quantity
}

// lacking returns the quantities that must be there and are not.
func (q quantities) lacking(names []string, rename map[string]string) (lacks []string) {
	for _, quantity := range append(slices.Clone(q.required), slices.Sorted(maps.Keys(rename))...) {
		if !slices.Contains(names, columnName(quantity, rename)) && !slices.Contains(lacks, quantity) {
			lacks = append(lacks, quantity)
		}
	}
	if len(q.oneOf) > 0 && !slices.ContainsFunc(q.oneOf, func(quantity string) bool {
		return slices.Contains(names, columnName(quantity, rename))
	}) {
		lacks = append(lacks, q.oneOf[0])
	}
	return lacks
}

// known returns how many names are those of quantities, whatever their case.
func (q quantities) known(names []string, rename map[string]string) int {
	n := 0
	for _, quantity := range q.list() {
		if slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, columnName(quantity, rename)) }) {
			n++
		}
	}
	return n
}

// explain says why no row of a text names the columns, of which h is the likeliest.
func (q quantities) explain(h header, head []byte, rename map[string]string) error {
	if len(bytes.TrimSpace(head)) == 0 {
		return errors.New("is empty, the first line must name the columns")
	}
	if len(h.names) == 0 {
		return errors.New("line 1: must name the columns")
	}
	if other, found := q.otherSeparator(head, rename); found {
		return fmt.Errorf("line %d: columns are separated by %s, but must be by a comma, a semicolon, a tab or |", h.line, other)
	}
	isWord := func(name string) bool {
		_, point := parseNumber(name, '.')
		_, comma := parseNumber(name, ',')
		return !point && !comma && name != ""
	}
	if !slices.ContainsFunc(h.names, isWord) {
		return fmt.Errorf("line %d: must name the columns, such as %s, but has numbers", h.line, strings.Join(append(slices.Clone(q.required), q.oneOf...), ", "))
	}
	return fmt.Errorf("line %d: %w", h.line, q.explainNames(h.names, rename))
}

// explainNames says which of the columns is not among the names that are there.
func (q quantities) explainNames(names []string, rename map[string]string) error {
	if len(names) == 0 {
		return errors.New("has no columns")
	}
	lacks := q.lacking(names, rename)[0]
	want := columnName(lacks, rename)
	for i, name := range names {
		if !utf8.ValidString(name) {
			return fmt.Errorf("no column %.40q, and column %d is not in UTF-8: save the table in UTF-8", want, i+1)
		}
	}
	shown := strings.Join(quoteNames(names, 12), ", ")
	for _, name := range names {
		if strings.EqualFold(name, want) {
			return fmt.Errorf("no column %.40q, but %q: map %s to it", want, name, lacks)
		}
	}
	if _, renamed := rename[lacks]; renamed {
		return fmt.Errorf("no column %.40q, which is to be %s, among %s", want, lacks, shown)
	}
	wanted := []string{lacks}
	if slices.Contains(q.oneOf, lacks) {
		wanted = q.oneOf
	}
	for _, quantity := range wanted {
		if name := likely(quantity, names); name != "" {
			return fmt.Errorf("no column %s, but %.40q: map %s to it", strings.Join(quoteNames(wanted, 9), " or "), name, quantity)
		}
	}
	if slices.Contains(q.oneOf, lacks) {
		return fmt.Errorf("no column %s among %s; map one of them to the column it is in", strings.Join(quoteNames(q.oneOf, 9), " or "), shown)
	}
	return fmt.Errorf("no column %q among %s; map %s to the one it is in", want, shown, lacks)
}

// otherwise are words by which trackers call quantities.
var otherwise = map[string][]string{
	"time":  {"timestamp", "times", "stamp", "seconds", "date"},
	"frame": {"frames", "picture", "image"},
}

// likely returns the only name of which one word is a quantity, or what trackers call it, as in "x [mm]" and "pos_x".
func likely(quantity string, names []string) (found string) {
	for _, name := range names {
		words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) })
		if !slices.ContainsFunc(words, func(w string) bool { return w == quantity || slices.Contains(otherwise[quantity], w) }) {
			continue
		}
		if found != "" {
			return ""
		}
		found = name
	}
	return found
}

// otherSeparator returns a separator that would make a row of the text name all columns,
// but that is not taken.
func (q quantities) otherSeparator(head []byte, rename map[string]string) (string, bool) {
	for line := 1; line <= maxPreamble && len(head) > 0; line++ {
		row := string(head[:lineLength(head)])
		head = head[len(row):]
		for _, c := range " :/\\^~!&#_=*+" {
			names := strings.FieldsFunc(row, func(r rune) bool { return r == c || r == '\n' || r == '\r' })
			trimNames(names)
			if len(q.lacking(names, rename)) > 0 {
				continue
			}
			if c == ' ' {
				return "spaces", true
			}
			return fmt.Sprintf("%q", c), true
		}
	}
	return "", false
}

// quoteNames returns names as errors show them: at most so many, clipped.
func quoteNames(names []string, most int) (quoted []string) {
	for i, name := range names {
		if i == most {
			return append(quoted, fmt.Sprintf("%d more", len(names)-most))
		}
		quoted = append(quoted, fmt.Sprintf("%.40q", name))
	}
	return quoted
}

// setColumns finds the column of each quantity in the header, each of which must be there
// once. Columns that no quantity is in may be there as often as they like.
func (t *table) setColumns(rename map[string]string, q quantities) error {
	t.columns = map[string]int{}
	wanted := slices.Concat(q.list(), actionNames[:])
	if !q.actions {
		wanted = q.list()
	}
	mapped := map[string]bool{} // columns that go by another name
	for _, name := range rename {
		mapped[name] = true
	}
	for _, quantity := range wanted {
		name, renamed := rename[quantity]
		if !renamed {
			if name = quantity; mapped[name] {
				continue // the column is that of another quantity
			}
		}
		if err := t.setColumn(quantity, name); err != nil {
			if slices.Contains(q.recorded, quantity) && !renamed {
				continue // it means something else, or comes from two programs
			}
			return err
		}
	}
	if q.has("time") && !t.has("time") && !t.has("frame") && !mapped[shortTime] {
		if err := t.setColumn("time", shortTime); err != nil {
			return err
		}
	}
	if len(q.oneOf) > 0 && !t.has("frame") && !t.has("time") {
		return t.errorf(t.head.line, "no column %q or %q", "frame", "time")
	}
	used := map[int]bool{}
	for _, place := range t.columns {
		used[place] = true
	}
	for place, name := range t.head.names {
		if !used[place] && name != "" && !slices.Contains(t.unused, name) {
			t.unused = append(t.unused, name)
		}
	}
	return nil
}

// setColumn notes where the column of a quantity is, if there is one.
func (t *table) setColumn(quantity, name string) error {
	place := slices.Index(t.head.names, name)
	if place < 0 {
		return nil
	}
	if again := slices.Index(t.head.names[place+1:], name); again >= 0 {
		return t.errorf(t.head.line, "column %.40q must be there once, as it is used, but is the columns %d and %d", name, place+1, place+again+2)
	}
	t.columns[quantity] = place
	return nil
}

// shortTime is the name that trackers give the column of times where there is no other way to tell
// frames apart.
const shortTime = "t"

// minusSign is what programs for texts write in place of a hyphen.
const minusSign = "\u2212"

// parseNumber reads a number of a table whose decimal mark is known, a comma or a point.
func parseNumber(text string, mark byte) (float64, bool) {
	text = strings.TrimSpace(text)
	if mark == ',' {
		if strings.IndexByte(text, '.') >= 0 {
			return 0, false
		}
		text = strings.Replace(text, ",", ".", 1)
	}
	v, ok := decimal.ParseNumber(text)
	if !ok && strings.Contains(text, minusSign) {
		v, ok = decimal.ParseNumber(strings.ReplaceAll(text, minusSign, "-"))
	}
	return v, ok
}

// markOf returns the decimal mark of a number, or 0 when it has none.
func markOf(text string) byte {
	if at := strings.LastIndexAny(text, ".,"); at >= 0 {
		return text[at]
	}
	return 0
}
