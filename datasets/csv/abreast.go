package csv

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// abreast is a table that has the places of several bodies side by side, a row for each picture, as DeepLabCut, idtracker.ai and the tables
// of Tracker have. It is a recording.Table with a row for each body.
type abreast struct {
	table  *table
	bodies []stood
	frame  int   // column, or -1
	time   int   // column, or -1
	lines  []int // of the rows that were read
	summed string
}

// stood is where the table has what it says of a body: columns, or -1.
type stood struct {
	name        string
	x, y, trust int
}

// leastTrust is the likelihood from which on a place counts as seen.
const leastTrust = 0.5

// unfold returns the input, or what it has in rows of single bodies where these are side by side and nothing says in which columns
// places are. It notes in f who they are, and returns the columns that nothing is read from.
func (f *File) unfold(ctx context.Context, o Options, in input) (unfolded input, unused []string, err error) {
	for quantity := range o.Columns {
		if quantity != "frame" && quantity != "time" {
			return in, nil, nil
		}
	}
	if in.place != nil {
		return in, nil, nil
	}
	head := make([]byte, min(headBytes, in.size))
	if _, err := in.content.ReadAt(head, 0); err != nil && err != io.EOF {
		return in, nil, fmt.Errorf("%s: %w", in.name, err)
	}
	h, err := findHeader(head, in.size <= headBytes, o.Columns, motion)
	if err == nil && slices.Index(h.names, "x") == lastIndex(h.names, "x") {
		return in, nil, nil
	}
	a := findAbreast(head, o.Columns)
	if a == nil {
		return in, nil, nil // what is wrong is told when it is read
	}
	a.table.input = in
	if a.summed = in.sum; a.summed == "" {
		sum := sha256.New()
		sum.Write(in.before)
		if _, err := io.Copy(sum, &boundedReader{ctx: ctx, r: io.NewSectionReader(in.content, 0, in.size)}); err != nil {
			return in, nil, err
		}
		a.summed = hexSum(sum)
	}
	for _, b := range a.bodies {
		f.abreast = append(f.abreast, b.name)
	}
	unfolded, err = copyTable(ctx, a, &f.copies)
	for place, name := range a.table.head.names {
		if _, used := a.table.columns[strconv.Itoa(place)]; !used && name != "" && !slices.Contains(unused, name) {
			unused = append(unused, name)
		}
	}
	return unfolded, unused, err
}

func lastIndex(names []string, name string) int {
	for i := len(names) - 1; i >= 0; i-- {
		if names[i] == name {
			return i
		}
	}
	return -1
}

// findAbreast returns the table that the beginning of a text shows, or nil where there are no two bodies side by side.
func findAbreast(head []byte, rename map[string]string) *abreast {
	for _, separator := range separators {
		var above [][]string
		for from, line := 0, 1; line <= maxPreamble && from < len(head); line++ {
			end := from + lineLength(head[from:])
			if names := readNames(head[from:end], separator); len(names) > 1 {
				if bodies := standing(names, above); len(bodies) > 1 {
					a := &abreast{table: &table{head: header{separator, int64(from), line, names}, columns: map[string]int{}}, bodies: bodies}
					a.find(rename)
					return a
				}
				above = append(above, names)
			}
			from = end
		}
	}
	return nil
}

// find notes the columns of frames and times, and which are used.
func (a *abreast) find(rename map[string]string) {
	named := func(quantity string, words ...string) int {
		if name, renamed := rename[quantity]; renamed {
			return slices.Index(a.table.head.names, name)
		}
		return slices.IndexFunc(a.table.head.names, func(name string) bool { return slices.Contains(words, bare(name)) })
	}
	a.frame = named("frame", "frame", "frames", "frame_idx", "frame_index", "image", "coords")
	a.time = named("time", "time", "t", "seconds", "timestamp")
	used := []int{a.frame, a.time}
	for _, b := range a.bodies {
		used = append(used, b.x, b.y, b.trust)
	}
	for _, place := range used {
		if place >= 0 {
			a.table.columns[strconv.Itoa(place)] = place
		}
	}
}

// single are names of columns that say which body a row is of, and ends what x and y are of where that is no body.
var (
	single = []string{"body", "bodies", "id", "ids", "track", "track_id", "track id", "trackid", "particle", "label", "individual", "instance", "class", "object"}
	ends   = []string{"min", "max", "mean", "std", "sd", "var", "err", "error", "start", "end", "left", "right", "top", "bottom", "origin", "goal", "velocity", "v"}
)

// bare returns a name in small letters, without a unit in brackets.
func bare(name string) string {
	if at := strings.IndexAny(name, "([{"); at > 0 {
		name = name[:at]
	}
	return strings.ToLower(strings.TrimSpace(name))
}

// standing returns the bodies of which a row names columns of x and of y: by what these names have in common, or where several are the same
// by what stands above them.
func standing(names []string, above [][]string) (bodies []stood) {
	if slices.ContainsFunc(names, func(name string) bool { return slices.Contains(single, bare(name)) }) {
		return nil
	}
	of := make([]string, len(names)) // the body of a column, or ""
	what := make([]string, len(names))
	count := map[string]int{}
	for i, name := range names {
		if what[i], of[i] = parted(name); what[i] == "x" {
			count[of[i]]++
		}
		if what[i] != "" && slices.Contains(ends, of[i]) {
			return nil // such as the corners of boxes
		}
	}
	for i := range names {
		if count[of[i]] > 1 {
			of[i] = strings.TrimSpace(heading(names, what, above, i) + " " + of[i])
		}
	}
	at := map[string]int{}
	for i, kind := range what {
		if _, there := at[of[i]]; kind == "x" && !there {
			at[of[i]] = len(bodies)
			bodies = append(bodies, stood{of[i], i, -1, -1})
		} else if kind == "x" {
			return nil // two are alike
		}
	}
	for i, kind := range what {
		k, there := at[of[i]]
		switch {
		case !there:
		case kind == "y" && bodies[k].y < 0:
			bodies[k].y = i
		case kind == "likelihood":
			bodies[k].trust = i
		}
	}
	return slices.DeleteFunc(bodies, func(b stood) bool { return b.y < 0 || b.name == "" })
}

// parted returns which quantity a column has by its name, x, y or likelihood, and what else the name says but for a unit.
func parted(name string) (what, rest string) {
	name = bare(name)
	for from := 0; from < len(name); {
		to := from
		for to < len(name) && unicode.IsLetter(rune(name[to])) {
			to++
		}
		if word := name[from:to]; word == "x" || word == "y" || word == "likelihood" {
			if what != "" {
				return "", ""
			}
			what, rest = word, strings.Trim(name[:from], " _.-:")+" "+strings.Trim(name[to:], " _.-:")
		}
		from = max(to, from+1)
	}
	return what, strings.TrimSpace(rest)
}

// heading returns what the rows above say of a column, where they do not say the same of all columns of places. A name holds for the columns
// behind it up to the next one.
func heading(names, what []string, above [][]string, column int) string {
	said := func(row []string, i int) string {
		for i = min(i, len(row)-1); i >= 0; i-- {
			if row[i] != "" {
				return row[i]
			}
		}
		return ""
	}
	var words []string
	for _, row := range above[max(0, len(above)-4):] {
		differ := false
		for i := range names {
			differ = differ || what[i] == "x" && said(row, i) != said(row, column)
		}
		if text := said(row, column); differ && text != "" {
			words = append(words, text)
		}
	}
	return strings.Join(words, " ")
}

// Name, Sum and Place implement recording.Table.
func (a *abreast) Name() string { return a.table.name }
func (a *abreast) Sum() string  { return a.summed }
func (a *abreast) Place(i int) string {
	if row := i / len(a.bodies); row < len(a.lines) {
		return a.table.at(a.lines[row])
	}
	return a.table.at(a.table.head.line)
}

// Columns implements recording.Table.
func (a *abreast) Columns() []string {
	columns := []string{"body", "x", "y", "seen"}
	if a.time >= 0 {
		columns = append(columns, "time")
	}
	if a.frame >= 0 || a.time < 0 {
		columns = append(columns, "frame")
	}
	return columns
}

// Rows implements recording.Table. Without a column of frames or times, rows are frames.
func (a *abreast) Rows(ctx context.Context, visit func(fields []string) error) error {
	rows := a.table.rows(extent{from: a.table.head.from, to: a.table.size, line: a.table.head.line}, nil)
	if _, _, err := rows.next(); err != nil {
		return err
	}
	rows.below = mostOfWords
	columns := a.Columns()
	out := make([]string, len(columns))
	for n := 0; ; n++ {
		if n%checkRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		fields, line, err := rows.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if n == maxEpisodeRows {
			return a.table.errorf(line, "there must be at most %d rows", maxEpisodeRows)
		}
		a.lines = append(a.lines, line)
		for i := range a.bodies {
			if err := a.row(out, columns, &a.bodies[i], fields, n, line); err != nil {
				return err
			}
			if err := visit(out); err != nil {
				return err
			}
		}
	}
}

// row writes what a row has of a body.
func (a *abreast) row(out, columns []string, b *stood, fields []string, n, line int) (err error) {
	for k, column := range columns {
		switch column {
		case "frame":
			if out[k] = strconv.Itoa(n); a.frame >= 0 {
				out[k], err = a.cell(fields, a.frame, line)
			}
		case "time":
			out[k], err = a.cell(fields, a.time, line)
		case "body":
			out[k] = b.name
		case "x":
			out[k], err = a.cell(fields, b.x, line)
		case "y":
			out[k], err = a.cell(fields, b.y, line)
		case "seen":
			if out[k] = "1"; b.trust >= 0 {
				if v, ok := parseNumber(fields[b.trust], a.table.mark); ok && v < leastTrust {
					out[k] = "0"
				}
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// cell returns a number as a table of this program has it, a time that is a date as it is, or nothing.
func (a *abreast) cell(fields []string, place, line int) (string, error) {
	text := fields[place]
	if isMissing(text) {
		return "", nil
	}
	mark := markOf(text)
	v, ok := parseNumber(text, a.table.mark)
	if _, first := parseNumber(text, mark); a.table.mark == 0 && mark != 0 && first {
		a.table.mark = mark
		v, ok = parseNumber(text, mark)
	}
	switch {
	case ok:
		return strconv.FormatFloat(v, 'g', -1, 64), nil
	case place == a.time:
		return text, nil
	}
	return "", fmt.Errorf("%s: %s, column %d: %w", a.table.name, a.table.at(line), place+1, explainNumber(text, a.table.mark))
}
