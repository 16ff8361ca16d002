package csv

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
)

const (
	maxExtents     = 1 << 20 // 64 MB of index
	maxEpisodeRows = 1 << 20 // 100 MB while an episode is read
)

// extent is a stretch of a file with rows of one episode.
type extent struct {
	from, to  int64 // bytes
	line      int   // of the first row
	rows      int
	label     int64 // of the episode
	low, high int64 // least and greatest frame
}

// index says where in a file the episodes are.
type index struct {
	extents  []extent // by label, then place
	starts   []int    // first extent of each episode, and one for the end
	unsorted int      // first line that belongs before the one above it; 0 is none
	sum      string   // SHA-256 of the file, in hexadecimal
}

// readTable reads all of a file to learn its columns and its episodes.
func readTable(ctx context.Context, in input, rename map[string]string, q quantities) (*table, error) {
	t := &table{input: in}
	sum := sha256.New()
	rows := t.rows(extent{to: in.size, line: 1}, sum)
	if err := t.readHeader(rows, rename, q); err != nil {
		return nil, err
	}
	if err := t.readIndex(ctx, rows); err != nil {
		return nil, err
	}
	t.sum = hex.EncodeToString(sum.Sum(nil))
	return t, t.groupExtents()
}

// readIndex fills the extents in the order of the file.
func (t *table) readIndex(ctx context.Context, rows *rowReader) error {
	var text string // of the last row's label, as most rows have it again
	var last extent // only label and low are those of the last row
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		from := rows.done
		fields, line, err := rows.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		now := extent{from: from, line: line, label: last.label}
		if same := fields[t.columns["episode"]]; n == 0 || same != text {
			text = same
			if now.label, err = t.whole(fields, line, "episode"); err != nil {
				return err
			}
		}
		if t.has("frame") {
			if now.low, err = t.whole(fields, line, "frame"); err != nil {
				return err
			}
			now.high = now.low
		}
		if n > 0 && t.unsorted == 0 && cmp.Or(cmp.Compare(last.label, now.label), cmp.Compare(last.low, now.low)) > 0 {
			t.unsorted = line
		}
		if n == 0 || now.label != last.label {
			if len(t.extents) == maxExtents {
				return t.errorf(line, "the episode must change at most %d times: sort the rows by episode", maxExtents)
			}
			t.extents = append(t.extents, now)
		}
		run := &t.extents[len(t.extents)-1]
		run.to, run.rows = rows.done, run.rows+1
		run.low, run.high = min(run.low, now.low), max(run.high, now.high)
		last = now
	}
}

// groupExtents brings the extents of each episode together.
func (t *table) groupExtents() error {
	slices.SortStableFunc(t.extents, func(a, b extent) int { return cmp.Compare(a.label, b.label) })
	rows := 0
	for i, e := range t.extents {
		if i == 0 || e.label != t.extents[i-1].label {
			t.starts = append(t.starts, i)
			rows = 0
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

// each calls visit with every row of some extents.
func (t *table) each(extents []extent, visit func(fields []string, line int) error) error {
	for _, e := range extents {
		rows := t.rows(e, nil)
		for {
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
