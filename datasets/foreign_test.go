package datasets

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/snappy"

	"orrery/datasets/statistics"
)

// sameEpisodes demands that two datasets hold the same, however it is encoded.
func sameEpisodes(t *testing.T, got, want string) {
	t.Helper()
	a, err := Open(t.Context(), got)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Open(t.Context(), want)
	if err != nil {
		t.Fatal(err)
	}
	for i := range b.Episodes() {
		x, err := a.frames(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		y, err := b.frames(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(x, y) {
			t.Fatalf("episode %d differs", i)
		}
	}
	if !reflect.DeepEqual(allStats(t, a), allStats(t, b)) {
		t.Error("statistics differ")
	}
}

// allStats returns the statistics of every episode, by feature.
func allStats(t *testing.T, d *Dataset) [][]statistics.Stats {
	all := make([][]statistics.Stats, len(d.features))
	for _, table := range d.described {
		stats, err := d.readStats(table, 0, table.Rows())
		if err != nil {
			t.Fatal(err)
		}
		for i := range stats {
			all[i] = append(all[i], stats[i]...)
		}
	}
	return all
}

// recode writes a Parquet file again, row by row, with the given columns in place
// of its own, in row groups of so many rows.
func recode(t *testing.T, path string, change func(parquet.Node) parquet.Node, rows int, options ...parquet.WriterOption) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := parquet.OpenFile(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	columns := parquet.Group{}
	for _, field := range file.Schema().Fields() {
		columns[field.Name()] = change(field)
	}
	schema := parquet.NewSchema("other", columns)
	var out bytes.Buffer
	w := parquet.NewGenericWriter[any](&out, append(options, schema, parquet.MaxRowsPerRowGroup(int64(rows)))...)
	for _, group := range file.RowGroups() {
		conversion, err := parquet.Convert(schema, group.Schema())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parquet.CopyRows(w, parquet.ConvertRowGroup(group, conversion).Rows()); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// leaf applies a change to a column, or to the values of a list.
func leaf(node parquet.Node, change func(parquet.Node) parquet.Node) parquet.Node {
	if node.Leaf() {
		return change(node)
	}
	return parquet.List(change(node.Fields()[0].Fields()[0]))
}

// TestOtherEncodingsAreRead goes through what other writers do with the same rows.
func TestOtherEncodingsAreRead(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	spec := pushSpec()
	sound := writePushes(t, spec)
	dictionary := func(n parquet.Node) parquet.Node {
		return leaf(n, func(n parquet.Node) parquet.Node {
			if n.Type().Kind() == parquet.Boolean {
				return n
			}
			return parquet.Encoded(n, &parquet.RLEDictionary)
		})
	}
	optional := func(n parquet.Node) parquet.Node { return parquet.Optional(leaf(n, parquet.Optional)) }
	same := func(n parquet.Node) parquet.Node { return n }
	for _, c := range []struct {
		name    string
		change  func(parquet.Node) parquet.Node
		rows    int
		options []parquet.WriterOption
	}{
		{"uncompressed", same, 1000, nil},
		{"row groups of another size", same, 7, nil},
		{"zstd", same, 1000, []parquet.WriterOption{parquet.Compression(&parquet.Zstd)}},
		{"gzip", dictionary, 1000, []parquet.WriterOption{parquet.Compression(&parquet.Gzip)}},
		{"zstd in small pages of version 1", optional, 1000,
			[]parquet.WriterOption{parquet.DataPageVersion(1), parquet.Compression(&parquet.Zstd), parquet.PageBufferSize(300)}},
		{"version 1", same, 1000, []parquet.WriterOption{parquet.DataPageVersion(1)}},
		{"dictionary", dictionary, 100, nil},
		{"optional", optional, 20, []parquet.WriterOption{parquet.DataPageVersion(1)}},
		{"all of them", func(n parquet.Node) parquet.Node { return parquet.Optional(leaf(dictionary(n), parquet.Optional)) }, 50,
			[]parquet.WriterOption{parquet.DataPageVersion(1), parquet.Compression(&snappy.Codec{}), parquet.PageBufferSize(300)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			if err := copyTo(dir, sound); err != nil {
				t.Fatal(err)
			}
			for _, path := range []string{framesFile, episodesFile, scenesPath, tasksPath} {
				recode(t, filepath.Join(dir, path), c.change, c.rows, c.options...)
			}
			sameEpisodes(t, dir, sound)
			d, err := Open(t.Context(), dir)
			if err != nil {
				t.Fatal(err)
			}
			if err := d.checkTasks(); err != nil {
				t.Error(err)
			}
		})
	}
}

// copyTo copies a folder.
func copyTo(dst, src string) error { return os.CopyFS(dst, os.DirFS(src)) }
