package csv

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
)

const (
	maxExtents     = 1 << 20 // 80 MB of index
	maxEpisodeRows = 1 << 20 // 100 MB while an episode is read
	checkRows      = 4096    // after which it is asked whether to stop
)

// extent is a stretch of a file with rows of one episode.
type extent struct {
	from, to  int64 // bytes
	line      int   // of the first row
	rows      int
	label     int64 // of the episode
	tags      tags
	low, high int64 // least and greatest frame, where there is such a column

	early, late float64 // least and greatest time in seconds, where only that tells frames
}

// before reports whether the row e belongs before the row of last.
func (e *extent) before(last extent) bool {
	return cmp.Or(cmp.Compare(e.label, last.label), cmp.Compare(e.low, last.low), cmp.Compare(e.early, last.early)) < 0
}

// index says where in a file the episodes are.
type index struct {
	extents  []extent // by label, then place
	starts   []int    // first extent of each episode, and one for the end
	unsorted int      // first line that belongs before the one above it; 0 is none
}

// readTable reads all of a text to learn its columns and its episodes.
func readTable(ctx context.Context, in input, o *Options, q quantities, progress func(fraction float64)) (*table, error) {
	t, rows, sum, err := openTable(in, o.Columns, q)
	if err != nil {
		return nil, err
	}
	if err := t.readIndex(ctx, o, rows, progress); err != nil {
		return nil, err
	}
	if t.sum == "" {
		t.sum = hexSum(sum)
	}
	return t, t.groupExtents()
}

// openTable returns a table of which the columns are known, its rows below the header and the hash
// to which they are written as they are read.
func openTable(in input, rename map[string]string, q quantities) (*table, *rowReader, hash.Hash, error) {
	t := &table{input: in}
	if in.place != nil {
		t.mark = '.'
	}
	head := make([]byte, min(headBytes, in.size))
	if _, err := in.content.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, nil, nil, fmt.Errorf("%s: %w", in.name, err)
	}
	var err error
	if in.place != nil {
		t.head, err = copiedHeader(head, rename, q)
	} else {
		t.head, err = findHeader(head, in.size <= headBytes, rename, q)
	}
	if err != nil {
		return nil, nil, nil, fmt.Errorf("%s: %w", in.name, err)
	}
	if err := t.setColumns(rename, q); err != nil {
		return nil, nil, nil, err
	}
	sum := sha256.New()
	sum.Write(in.before)
	sum.Write(head[:t.head.from])
	rows := t.rows(extent{from: t.head.from, to: in.size, line: t.head.line}, sum)
	_, _, err = rows.next() // the header
	rows.below = mostOfWords
	return t, rows, sum, err
}

// readIndex fills the extents in the order of the text.
func (t *table) readIndex(ctx context.Context, o *Options, rows *rowReader, progress func(fraction float64)) error {
	episode, frame, time := t.column("episode"), t.column("frame"), t.column("time")
	var scene, split column
	var text string // of the last row's label, as most rows have it again
	var last extent // only label, low and early are those of the last row
	for n := 0; ; n++ {
		if n%checkRows == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			progress(float64(rows.base+rows.done) / float64(t.size))
		}
		fields, line, err := rows.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if t.findMark(fields); t.place != nil {
			t.mark = '.' // numbers were written by this program
		}
		if n == 0 {
			if err := t.keepTexts(o, fields); err != nil {
				return err
			}
			scene, split = t.column(sceneColumn), t.column(splitColumn)
		}
		now := extent{from: rows.from, line: line, label: last.label}
		if episode.exists() {
			if same := fields[episode.place]; n == 0 || same != text {
				text = strings.Clone(same) // not the whole row
				if now.label, err = t.whole(fields, line, episode); err != nil {
					return err
				}
			}
		}
		if now.tags.scene, err = t.tag(fields, line, scene, last.tags.scene); err != nil {
			return err
		}
		if now.tags.split, err = t.tag(fields, line, split, last.tags.split); err != nil {
			return err
		}
		switch {
		case frame.exists():
			now.low, err = t.whole(fields, line, frame)
			now.high = now.low
		case time.exists():
			now.early, err = t.seconds(fields, line, time)
			now.late = now.early
		}
		if err != nil {
			return err
		}
		if n > 0 && t.unsorted == 0 && now.before(last) {
			t.unsorted = line
		}
		if n == 0 || now.label != last.label {
			if len(t.extents) == maxExtents {
				return t.errorf(line, "the episode must change at most %d times: sort the rows by episode", maxExtents)
			}
			t.extents = append(t.extents, now)
		}
		run := &t.extents[len(t.extents)-1]
		if run.tags != now.tags {
			return t.sameTags(line, now.tags, run.tags, run.line)
		}
		run.to, run.rows = rows.base+rows.done, run.rows+1
		run.low, run.high = min(run.low, now.low), max(run.high, now.high)
		run.early, run.late = min(run.early, now.early), max(run.late, now.late)
		last = now
	}
}

// findMark notes the decimal mark of the first number that has one.
func (t *table) findMark(fields []string) {
	if t.mark != 0 {
		return
	}
	for _, quantity := range withMark {
		if place, found := t.columns[quantity]; found {
			mark := markOf(fields[place])
			if _, number := parseNumber(fields[place], mark); mark != 0 && number { // and no name of a body
				t.mark = mark
				return
			}
		}
	}
}

// withMark are the quantities whose numbers may tell the decimal mark, in their order.
var withMark = slices.Concat(edges.optional, []string{"time"}, stateNames[:], actionNames[:], []string{"frame", "episode", "body"}, impact.list())

// groupExtents brings the extents of each episode together.
func (t *table) groupExtents() error {
	slices.SortStableFunc(t.extents, func(a, b extent) int { return cmp.Compare(a.label, b.label) })
	rows := 0
	for i, e := range t.extents {
		if i == 0 || e.label != t.extents[i-1].label {
			t.starts = append(t.starts, i)
			rows = 0
		} else if first := t.extents[t.starts[len(t.starts)-1]]; e.tags != first.tags {
			return t.sameTags(e.line, e.tags, first.tags, first.line)
		}
		if rows += e.rows; rows > maxEpisodeRows {
			return t.errorf(e.line, "episode %d must have at most %d rows: cut it into several", e.label, maxEpisodeRows)
		}
	}
	t.starts = append(t.starts, len(t.extents))
	return nil
}

// episodes returns the number of episodes.
func (t *table) episodes() int { return len(t.starts) - 1 }

// episode returns the extents of episode i.
func (t *table) episode(i int) []extent { return t.extents[t.starts[i]:t.starts[i+1]] }

// labelled returns the extents of the episode with a label; none is no error.
func (t *table) labelled(label int64) []extent {
	i, found := slices.BinarySearchFunc(t.starts[:t.episodes()], label, func(start int, label int64) int {
		return cmp.Compare(t.extents[start].label, label)
	})
	if !found {
		return nil
	}
	return t.episode(i)
}

// each calls visit with every row of some extents, until ctx ends.
func (t *table) each(ctx context.Context, extents []extent, visit func(fields []string, line int) error) error {
	n := 0
	for _, e := range extents {
		rows := t.rows(e, nil)
		for ; ; n++ {
			if n%checkRows == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			fields, line, err := rows.next()
			if err == io.EOF {
				break
			}
			if err != nil {
				return err
			}
			if err := visit(fields, line); err != nil {
				return err
			}
		}
	}
	return nil
}
