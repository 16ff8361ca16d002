package csv

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"orrery/datasets/recording"
	"orrery/sim"
)

// copyTable writes a table of another format into a nameless file, which it appends to keep.
func copyTable(ctx context.Context, t recording.Table, keep *[]*os.File) (input, error) {
	file, err := os.CreateTemp("", "orrery-*.csv")
	if err != nil {
		return input{}, err
	}
	*keep = append(*keep, file)
	os.Remove(file.Name()) // where a system keeps the name of an open file, Close removes it
	buffer := bufio.NewWriterSize(file, 1<<16)
	rows := csv.NewWriter(buffer)
	names := t.Columns()
	if err := rows.Write(oneLine(slices.Clone(names))); err != nil {
		return input{}, err
	}
	fields, done := make([]string, len(names)), int64(0)
	err = t.Rows(ctx, func(row []string) error {
		if empty := copy(fields, row); empty == 0 || !slices.ContainsFunc(fields, func(s string) bool { return strings.TrimSpace(s) != "" }) {
			return nil // as it would be in a text
		}
		for _, field := range fields {
			done += int64(len(field)) + 1
		}
		if done > maxPlainBytes { // a few bytes of a packed file may stand for any number of rows
			return fmt.Errorf("%s: must have at most %d bytes when it is unpacked", t.Name(), maxPlainBytes)
		}
		return rows.Write(oneLine(fields))
	})
	if err != nil {
		return input{}, err
	}
	rows.Flush()
	if err := rows.Error(); err != nil {
		return input{}, err
	}
	if err := buffer.Flush(); err != nil {
		return input{}, err
	}
	size, err := file.Seek(0, io.SeekCurrent)
	return input{name: t.Name(), content: file, size: size, sum: t.Sum(), place: t.Place}, err
}

// copiedHeader returns the first row of a table that was copied, which names its columns.
func copiedHeader(head []byte, rename map[string]string, q quantities) (header, error) {
	h := header{separator: ',', line: 1, names: readNames(head, ',')}
	if len(q.lacking(h.names, rename)) > 0 {
		return h, q.explainNames(h.names, rename)
	}
	return h, nil
}

// oneLine takes the ends of lines out of fields, so that each row is a line.
func oneLine(fields []string) []string {
	for i, field := range fields {
		if strings.ContainsAny(field, "\r\n") {
			fields[i] = strings.Join(strings.FieldsFunc(field, func(r rune) bool { return r == '\r' || r == '\n' }), " ")
		}
	}
	return fields
}

// knowsVelocities reports whether the table has the velocity of everything of which it has the place.
func (t *table) knowsVelocities() bool {
	return t.has("vx") && t.has("vy") && (t.has("omega") || !t.has("angle"))
}

// seenNames are names that trackers give the column that says where a body is seen.
var seenNames = []string{"visible", "mask", "valid"}

// keepRecorded takes the columns of recordings out of use unless it is one, and says which columns a recording does
// not need if it is.
func (t *table) keepRecorded(recorded bool) {
	drop := motion.recorded
	if recorded {
		drop = stateNames[sim.StateSize/2:]
		for _, name := range seenNames {
			if place := slices.Index(t.head.names, name); place >= 0 && !t.has("seen") && !t.uses(place) {
				t.columns["seen"] = place
				t.unused = slices.DeleteFunc(t.unused, func(unused string) bool { return unused == name })
			}
		}
	}
	for _, quantity := range drop {
		if place, found := t.columns[quantity]; found {
			if !recorded {
				delete(t.columns, quantity)
			}
			if name := t.head.names[place]; !slices.Contains(t.unused, name) {
				t.unused = append(t.unused, name)
			}
		}
	}
	slices.SortStableFunc(t.unused, func(a, b string) int { return slices.Index(t.head.names, a) - slices.Index(t.head.names, b) })
}

// Recorded reports whether the episodes are what was seen, which Raw reads, and not known states.
func (f *File) Recorded() bool { return f.recorded }

// Raw reads episode i of a recording, as it is written.
func (f *File) Raw(ctx context.Context, i int) (*recording.Raw, error) {
	t := f.motion
	extents := f.episode(i)
	r := &rawReader{table: t, tracks: map[string]int{}, raw: &recording.Raw{
		Name: t.name, Place: t.at, Timed: t.has("time"), Framed: t.has("frame"), Angled: t.has("angle"),
	}}
	if err := t.each(ctx, extents, r.row); err != nil {
		return nil, err
	}
	return r.raw, nil
}

// Scene returns the scene of episode i but for what it was seen to be: nil where nothing says.
func (f *File) Scene(i int) (*sim.Scene, error) {
	c, err := f.castOf(f.episode(i)[0])
	if err != nil {
		return nil, err
	}
	return c.scene, nil
}

// Fields returns the fields of the edges between the n bodies of episode i.
func (f *File) Fields(ctx context.Context, i, n int) ([]sim.Field, error) {
	if f.edges == nil {
		return nil, nil
	}
	first := f.episode(i)[0]
	c, err := f.castOf(first)
	if err != nil {
		return nil, err
	}
	return f.readFields(ctx, c, first.label, n)
}

// SplitOf returns the split of episode i of a table that has such a column.
func (f *File) SplitOf(i int) string { return f.divided.Of(i) }

// rawReader reads rows of a recording.
type rawReader struct {
	table  *table
	tracks map[string]int
	raw    *recording.Raw
}

// missing are words for no value.
var missing = []string{"", "nan", "na", "n/a", "#n/a", "null", "none", "-", "nat", "?"}

// isMissing reports whether a field has no value.
func isMissing(field string) bool {
	return slices.Contains(missing, strings.ToLower(strings.TrimSpace(field)))
}

// optional returns the number in a column, or false where there is none.
func (t *table) optional(fields []string, line int, quantity string) (v float64, there bool, err error) {
	c := t.column(quantity)
	if !c.exists() || isMissing(fields[c.place]) {
		return 0, false, nil
	}
	v, err = t.number(fields, line, c)
	return v, err == nil, err
}

// row reads a row.
func (r *rawReader) row(fields []string, line int) (err error) {
	t, raw := r.table, r.raw
	row := recording.Row{Number: line}
	if raw.Framed {
		if row.Frame, err = t.whole(fields, line, t.column("frame")); err != nil {
			return err
		}
	}
	if raw.Timed {
		if row.Time, err = t.seconds(fields, line, t.column("time")); err != nil {
			return err
		}
	}
	if row.Track, err = r.track(fields, line); err != nil {
		return err
	}
	var there [3]bool
	for i, to := range []*float64{&row.X, &row.Y, &row.Angle} {
		if *to, there[i], err = t.optional(fields, line, stateNames[i]); err != nil {
			return err
		}
	}
	row.Seen, row.Turned = there[0] && there[1], there[2]
	if seen, err := t.isSeen(fields, line); err != nil {
		return err
	} else if !seen {
		row.Seen, row.Turned = false, false
	}
	if err := r.sizes(&row, fields, line); err != nil {
		return err
	}
	for _, name := range actionNames {
		c := t.column(name)
		if !c.exists() {
			break
		}
		v, _, err := t.optional(fields, line, name)
		if err != nil {
			return err
		}
		row.Action = append(row.Action, v)
	}
	raw.Rows = append(raw.Rows, row)
	return nil
}

// sizes reads deviations and sizes, which must be > 0 where they are there.
func (r *rawReader) sizes(row *recording.Row, fields []string, line int) (err error) {
	t := r.table
	var both, x, y float64
	for _, v := range []struct {
		quantity string
		to       *float64
	}{{"std", &both}, {"std_x", &x}, {"std_y", &y}, {"std_angle", &row.StdTurn}, {"radius", &row.Radius}, {"width", &row.Width}, {"height", &row.Height}} {
		there := false
		if *v.to, there, err = t.optional(fields, line, v.quantity); err != nil {
			return err
		}
		if there && !(*v.to >= 0) {
			return t.cellError(line, v.quantity, "%v must be at least 0", *v.to)
		}
	}
	switch {
	case both != 0:
		row.Std = both
	case x == 0 || y == 0: // a deviation that is not told is as the other one
		row.Std = max(x, y)
	default:
		row.Std = math.Sqrt((x*x + y*y) / 2)
	}
	c := t.column("shape")
	if !c.exists() {
		return nil
	}
	switch text := strings.ToLower(strings.TrimSpace(fields[c.place])); {
	case slices.Contains(missing, text):
	case slices.Contains([]string{"disc", "disk", "circle", "ball", "round"}, text):
		row.Shape = "disc"
	case slices.Contains([]string{"box", "rectangle", "rect", "square", "block"}, text):
		row.Shape = "box"
	default:
		return t.cellError(line, "shape", "%.40q must be disc or box", text)
	}
	return nil
}

// isSeen reports what the column seen says.
func (t *table) isSeen(fields []string, line int) (bool, error) {
	c := t.column("seen")
	if !c.exists() {
		return true, nil
	}
	switch text := strings.ToLower(strings.TrimSpace(fields[c.place])); {
	case slices.Contains([]string{"true", "yes", "t", "y"}, text):
		return true, nil
	case slices.Contains([]string{"false", "no", "f", "n"}, text), slices.Contains(missing, text):
		return false, nil
	}
	v, ok := parseNumber(fields[c.place], t.mark)
	if !ok {
		return false, t.cellError(line, c.quantity, "%.40q must be 0 or 1, true or false", fields[c.place])
	}
	return v > 0, nil
}

// track returns the place of the track of a row in Raw.Tracks.
func (r *rawReader) track(fields []string, line int) (int, error) {
	name := ""
	if c := r.table.column("body"); c.exists() {
		name = strings.TrimSpace(fields[c.place])
		if number, whole := parseWhole(name, '.'); whole { // whatever the decimal mark of numbers is
			name = strconv.FormatInt(number, 10) // 13.0 is 13
		}
		if slices.Contains(missing, strings.ToLower(name)) {
			return 0, r.table.cellError(line, "body", "must not be empty: it says which body the row is of")
		}
	}
	at, known := r.tracks[name]
	if known {
		return at, nil
	}
	if len(r.tracks) == maxTracks {
		return 0, r.table.cellError(line, "body", "%.40q is one of more than %d bodies in an episode: is another column the one that says the body?", name, maxTracks)
	}
	at = len(r.tracks)
	name = strings.Clone(name) // not the whole row
	r.tracks[name] = at
	r.raw.Tracks = append(r.raw.Tracks, name)
	return at, nil
}

// maxTracks bounds the different bodies of an episode, of which not all need to be there at a time.
const maxTracks = 4096

// Times may be dates and times of day.
var timeLayouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006/01/02 15:04:05.999999999", "15:04:05.999999999"}

// maxTime is a time in nanoseconds since 1970 that will not come soon.
const maxTime = 1e19

// seconds returns the time in a row: a number, or seconds since 1970 of a date.
func (t *table) seconds(fields []string, line int, c column) (float64, error) {
	text := strings.TrimSpace(fields[c.place])
	if v, ok := parseNumber(text, t.mark); ok && math.Abs(v) <= maxTime {
		return v, nil
	}
	for _, layout := range timeLayouts {
		if at, err := time.Parse(layout, text); err == nil {
			return float64(at.Unix()) + float64(at.Nanosecond())/1e9, nil
		}
	}
	if text == "" {
		return 0, t.cellError(line, c.quantity, "must be a time, but is empty")
	}
	return 0, fmt.Errorf("%w, or a date such as 2026-05-01T12:00:00.033", t.cellError(line, c.quantity, "%w", explainNumber(text, t.mark)))
}
