package parquet

import (
	"bytes"
	"encoding/binary"
	"math"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	pq "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/snappy"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// openBytes opens a table in memory.
func openBytes(t testing.TB, text []byte) *Table {
	t.Helper()
	files := fstest.MapFS{"x": {Data: text}}
	table, err := Open("x", func() (File, error) {
		file, err := files.Open("x")
		return file.(File), err
	})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// rowsOf reads a column of a table in memory.
func rowsOf[T Value](t testing.TB, text []byte, name string, width int) ([]T, error) {
	t.Helper()
	r, err := openBytes(t, text).Reader()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	return Rows[T](r, name, width, 0, r.Table.Rows())
}

// allocated returns how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestLyingMetadataTakesNoMemory(t *testing.T) {
	varint := func(n uint64) []byte { return binary.AppendUvarint(nil, n) }
	deep := bytes.Repeat([]byte{0x1c}, 1<<20) // field 1 is a structure, and so on
	for _, c := range []struct {
		name string
		text []byte
		want string
	}{
		{"list of 2^31 row groups", append([]byte{0x49, 0xfc}, varint(1<<31-1)...), "list of 2147483647 elements"},
		{"string of 2^31 bytes", append([]byte{0x68}, varint(1<<31-1)...), "cut short"},
		{"endless varint", bytes.Repeat([]byte{0xff}, 40), "cut short"},
		{"nested a million deep", deep, "more than 32 deep"},
		{"nothing", nil, "cut short"},
		{"map", []byte{0x1b, 0x01, 0x55, 0, 0, 0}, "type 11"},
	} {
		var err error
		size := allocated(func() { _, err = decodeThrift(c.text, new(fileFooter)) })
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v must contain %q", c.name, err, c.want)
		}
		if size > 1<<20 {
			t.Errorf("%s: took %d bytes", c.name, size)
		}
	}
}

func TestLyingPagesTakeNoMemory(t *testing.T) {
	huge := snappy.Codec{}
	small, err := huge.Encode(nil, make([]byte, 64))
	if err != nil {
		t.Fatal(err)
	}
	column := tableColumn{name: "index", kind: format.Int64, compressed: true}
	for _, c := range []struct {
		name  string
		width int
		head  format.DataPageHeaderV2
		size  int32
		body  []byte
		want  string
	}{
		{"claims 2^31 bytes", 0, format.DataPageHeaderV2{NumValues: 8}, math.MaxInt32, small, "claims 2147483647"},
		{"snappy claims 2^31 bytes", 0, format.DataPageHeaderV2{NumValues: 8}, 64, binary.AppendUvarint(nil, math.MaxInt32), "in its data"},
		{"both claim 2^31 bytes", 0, format.DataPageHeaderV2{NumValues: 8}, math.MaxInt32, binary.AppendUvarint(nil, math.MaxInt32), "in its data"},
		{"negative values", 0, format.DataPageHeaderV2{NumValues: -8}, 64, small, "-8 values"},
		{"levels beyond the page", 0, format.DataPageHeaderV2{NumValues: 8, RepetitionLevelsByteLength: math.MaxInt32}, 64, small, "bytes of levels in"},
		{"endless levels", 2, format.DataPageHeaderV2{NumValues: 8, RepetitionLevelsByteLength: 6}, 64,
			append(binary.AppendUvarint(nil, math.MaxInt32<<1), 0), "level 1 is 0"},
		{"more values than are missing", 0, format.DataPageHeaderV2{NumValues: 9}, 64, small, "9 values, with 8 missing"},
	} {
		header := format.PageHeader{
			Type: format.DataPageV2, UncompressedPageSize: c.size, CompressedPageSize: int32(len(c.body)),
			DataPageHeaderV2: thrift.Null[format.DataPageHeaderV2]{Valid: true, V: c.head},
		}
		text, err := thrift.Marshal(new(thrift.CompactProtocol), &header)
		if err != nil {
			t.Fatal(err)
		}
		column.list = c.width > 0
		size := allocated(func() { _, _, err = nextPage(append(text, c.body...), column, c.width, 8) })
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v must contain %q", c.name, err, c.want)
		}
		if size > 1<<20 {
			t.Errorf("%s: took %d bytes", c.name, size)
		}
	}
}

// TestLevelsInBothEncodings compares run lengths and bit packing.
func TestLevelsInBothEncodings(t *testing.T) {
	want := func(i int) uint32 { return uint32(min(i%3, 1)) }
	packed := []byte{2<<1 | 1, 0b10110110, 0b01101101} // 16 levels of 0 1 1 0 1 1 …
	runs := []byte{1 << 1, 0, 2 << 1, 1, 1 << 1, 0, 2 << 1, 1}
	if err := checkLevels(packed, 1, 15, want); err != nil {
		t.Error(err)
	}
	if err := checkLevels(runs, 1, 6, want); err != nil {
		t.Error(err)
	}
	for name, b := range map[string][]byte{"cut": runs[:5], "wrong": {6 << 1, 1}, "empty": nil, "packed beyond the end": {9<<1 | 1, 0}} {
		if err := checkLevels(b, 1, 6, want); err == nil {
			t.Errorf("levels that are %s pass", name)
		}
	}
}

// TestMissingValuesAreRefused writes a null among the values.
func TestMissingValuesAreRefused(t *testing.T) {
	type row struct {
		Index *int64 `parquet:"index,optional"`
	}
	five := int64(5)
	var file bytes.Buffer
	w := pq.NewGenericWriter[row](&file)
	if _, err := w.Write([]row{{&five}, {nil}, {&five}}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := rowsOf[int64](t, file.Bytes(), "index", 0); err == nil {
		t.Error("a missing value was read")
	}
}

// FuzzPages gives the pages of a column any bytes.
func FuzzPages(f *testing.F) {
	for _, dictionary := range []bool{true, false} {
		for _, version := range []int{1, 2} {
			f.Add(pagesOf(f, dictionary, version), dictionary, uint16(20))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, list bool, rows uint16) {
		table := &Table{
			columns: []tableColumn{{name: "x", kind: format.Int64, list: list, depth: 1, compressed: true}},
			groups:  []tableGroup{{rows: int(rows), chunks: []Chunk{{0, len(text)}}}},
		}
		width := 0
		if list {
			width = 3
		}
		size := allocated(func() {
			values, err := readColumn[int64](table, bytes.NewReader(text), 0, "x", width)
			if err == nil && len(values) != int(rows)*max(width, 1) {
				t.Errorf("%d values of %d rows", len(values), rows)
			}
		})
		if limit := 1<<20 + 1000*uint64(len(text)) + 200*uint64(rows); size > limit {
			t.Errorf("%d bytes of pages for %d rows took %d bytes, at most %d are fair", len(text), rows, size, limit)
		}
	})
}

// pagesOf returns the pages of a column of 20 numbers that may be missing.
func pagesOf(f *testing.F, dictionary bool, version int) []byte {
	node := pq.Int(64)
	if dictionary {
		node = pq.Encoded(node, &pq.RLEDictionary)
	}
	var file bytes.Buffer
	w := pq.NewGenericWriter[any](&file, pq.NewSchema("x", pq.Group{"x": pq.Optional(node)}),
		pq.DataPageVersion(version), pq.Compression(&snappy.Codec{}), pq.PageBufferSize(64))
	for i := range 20 {
		if _, err := w.WriteRows([]pq.Row{{pq.Int64Value(int64(i%3)).Level(0, 1, 0)}}); err != nil {
			f.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	table := openBytes(f, file.Bytes())
	if _, err := rowsOf[int64](f, file.Bytes(), "x", 0); err != nil {
		f.Fatal(err)
	}
	place := table.groups[0].chunks[0]
	return file.Bytes()[place.Offset : place.Offset+int64(place.Size)]
}

func FuzzThrift(f *testing.F) {
	for _, v := range []any{
		&format.FileMetaData{Schema: []format.SchemaElement{{Name: "a"}}, RowGroups: []format.RowGroup{{Columns: make([]format.ColumnChunk, 3)}}},
		&format.PageHeader{Type: format.DataPageV2},
	} {
		text, err := thrift.Marshal(new(thrift.CompactProtocol), v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, v := range []any{new(fileFooter), new(format.PageHeader)} {
			size := allocated(func() {
				if n, err := decodeThrift(text, v); err == nil && n > len(text) {
					t.Errorf("%d bytes of %d", n, len(text))
				}
			})
			if size > 1<<20+200*uint64(len(text)) {
				t.Errorf("%d bytes of metadata took %d", len(text), size)
			}
		}
	})
}
