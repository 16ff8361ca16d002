package datasets

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/snappy"

	"orrery/sim"
)

// sameEpisodes demands that two datasets hold the same, however it is encoded.
func sameEpisodes(t *testing.T, got, want string) {
	t.Helper()
	a, err := Open(got)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Open(want)
	if err != nil {
		t.Fatal(err)
	}
	for i := range b.Episodes() {
		x, err := a.frames(i)
		if err != nil {
			t.Fatal(err)
		}
		y, err := b.frames(i)
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
func allStats(t *testing.T, d *Dataset) [][]Stats {
	all := make([][]Stats, len(d.features))
	for _, table := range d.described {
		for group := range table.groups {
			stats, err := d.readStats(table, group)
			if err != nil {
				t.Fatal(err)
			}
			for i := range stats {
				all[i] = append(all[i], stats[i]...)
			}
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
	spec := pushSpec()
	sound := generatePushes(t, spec)
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
			d, err := Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			if err := d.checkTasks(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestMissingValuesAreRefused writes a null among the values.
func TestMissingValuesAreRefused(t *testing.T) {
	type row struct {
		Index *int64 `parquet:"index,optional"`
	}
	five := int64(5)
	var file bytes.Buffer
	w := parquet.NewGenericWriter[row](&file)
	if _, err := w.Write([]row{{&five}, {nil}, {&five}}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "x.parquet"), file.String())
	table, err := openTable(onDisk(dir), "x.parquet")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := readColumn[int64](table, bytes.NewReader(file.Bytes()), 0, "index", 0); err == nil {
		t.Error("a missing value was read")
	}
}

// TestRunsOfNumbers compares run lengths and bit packing of any size with the
// numbers themselves.
func TestRunsOfNumbers(t *testing.T) {
	random := sim.NewRand(1, "runs", 0)
	for size := range 33 {
		var b []byte
		var want []uint32
		number := func() uint32 { return uint32(random.Uint64() & (1<<size - 1)) }
		for range 20 {
			if random.IntN(2) == 0 { // the same number n times
				n, v := 1+random.IntN(20), number()
				b = append(b, byte(n<<1))
				for i := range (size + 7) / 8 {
					b = append(b, byte(v>>(8*i)))
				}
				for range n {
					want = append(want, v)
				}
				continue
			}
			packed := make([]byte, size) // eight numbers
			for i := range 8 {
				v := number()
				want = append(want, v)
				for bit := range size {
					packed[(i*size+bit)/8] |= byte(v>>bit&1) << ((i*size + bit) % 8)
				}
			}
			b = append(append(b, 1<<1|1), packed...)
		}
		got := make([]uint32, len(want))
		err := decodeRuns(b, size, len(want), func(i int, v uint32) error {
			got[i] = v
			return nil
		})
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("numbers of %d bits: %v came back as %v: %v", size, want, got, err)
		}
	}
}
