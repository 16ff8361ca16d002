package parquet

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"
	"testing/fstest"

	pq "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/encoding/rle"
)

// watchedFile counts the bytes that are read.
type watchedFile struct {
	File
	read *atomic.Int64
}

func (f watchedFile) ReadAt(b []byte, at int64) (int, error) {
	f.read.Add(int64(len(b)))
	return f.File.ReadAt(b, at)
}

// watch opens a table in memory whose reading is counted.
func watch(t testing.TB, text []byte, cache *Cache) (table *Table, read *atomic.Int64) {
	t.Helper()
	read = new(atomic.Int64)
	files := fstest.MapFS{"x": {Data: text}}
	table, err := Open("x", func() (File, error) {
		file, err := files.Open("x")
		return watchedFile{file.(File), read}, err
	}, cache)
	if err != nil {
		t.Fatal(err)
	}
	return table, read
}

// foreignRow is a row of a table that another program wrote.
type foreignRow struct {
	State []float32 `parquet:"state,list"`
	Index int64     `parquet:"index"`
	Flag  bool      `parquet:"flag"`
	Note  string    `parquet:"note"`
}

func foreignRows(n, width int) []foreignRow {
	random := rand.New(rand.NewPCG(1, 2))
	rows := make([]foreignRow, n)
	for i := range rows {
		rows[i] = foreignRow{Index: int64(i), Flag: random.IntN(2) == 0, Note: fmt.Sprint("note ", i%7)}
		for range width {
			rows[i].State = append(rows[i].State, random.Float32())
		}
	}
	return rows
}

func writeRows[T any](t testing.TB, rows []T, options ...pq.WriterOption) []byte {
	t.Helper()
	var file bytes.Buffer
	w := pq.NewGenericWriter[T](&file, options...)
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// span reads rows of all columns and compares them.
func span(t *testing.T, table *Table, rows []foreignRow, width, from, to int) {
	t.Helper()
	r, err := table.Reader()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var want struct {
		state []float32
		index []int64
		flag  []bool
		note  [][]byte
	}
	for _, row := range rows[from:to] {
		want.state = append(want.state, row.State...)
		want.index, want.flag, want.note = append(want.index, row.Index), append(want.flag, row.Flag), append(want.note, []byte(row.Note))
	}
	if got, err := Rows[float32](r, "state", width, from, to); err != nil || !slices.Equal(got, want.state) {
		t.Fatalf("rows %d to %d: state: %d values: %v", from, to, len(got), err)
	}
	if got, err := Rows[int64](r, "index", 0, from, to); err != nil || !slices.Equal(got, want.index) {
		t.Fatalf("rows %d to %d: index: %v: %v", from, to, got, err)
	}
	if got, err := Rows[bool](r, "flag", 0, from, to); err != nil || !slices.Equal(got, want.flag) {
		t.Fatalf("rows %d to %d: flag: %v: %v", from, to, got, err)
	}
	if got, err := Rows[[]byte](r, "note", 0, from, to); err != nil || !reflect.DeepEqual(got, want.note) {
		t.Fatalf("rows %d to %d: note: %q: %v", from, to, got, err)
	}
}

// TestOneRowGroupIsReadOnce reads a file of one row group in small parts, as episodes
// are, and demands that about each byte is read once, whatever pages are like.
func TestOneRowGroupIsReadOnce(t *testing.T) {
	t.Parallel()
	const n, width, part = 12_000, 40, 100
	rows := foreignRows(n, width)
	for name, options := range map[string][]pq.WriterOption{
		"large pages":          {pq.PageBufferSize(64 << 20)},
		"small pages":          {pq.PageBufferSize(10_000)},
		"version 1, zstd":      {pq.DataPageVersion(1), pq.Compression(&pq.Zstd)},
		"pages of other sizes": {pq.PageBufferSize(100_003), pq.DataPageVersion(1)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := writeRows(t, rows, append(options, pq.MaxRowsPerRowGroup(n))...)
			table, read := watch(t, text, NewCache(0)) // the last page of each column is kept anyway
			for from := 0; from < n; from += part {
				span(t, table, rows, width, from, from+part)
			}
			if got := read.Load(); got > int64(len(text))*5/4 {
				t.Errorf("%d bytes of a file of %d are read", got, len(text))
			}
		})
	}
}

// TestRowsAreReadInAnyOrder compares random parts, across pages and row groups, and looks
// at what the cache holds meanwhile.
func TestRowsAreReadInAnyOrder(t *testing.T) {
	t.Parallel()
	const n, width, size = 3000, 6, 20_000
	rows := foreignRows(n, width)
	random := rand.New(rand.NewPCG(3, 4))
	for _, options := range [][]pq.WriterOption{
		{pq.PageBufferSize(1000)},
		{pq.PageBufferSize(997), pq.DataPageVersion(1), pq.Compression(&pq.Gzip)},
		{pq.MaxRowsPerRowGroup(700), pq.PageBufferSize(64 << 10)},
	} {
		cache := NewCache(size)
		table, _ := watch(t, writeRows(t, rows, options...), cache)
		for range 200 {
			from := random.IntN(n)
			span(t, table, rows, width, from, min(n, from+1+random.IntN(200)))
			largest := 0
			for element := cache.order.Front(); element != nil; element = element.Next() {
				largest = max(largest, element.Value.(*cacheEntry).size)
			}
			if limit := size + 4*3*largest; cache.used > limit || cache.order.Len() != len(cache.entries) {
				t.Fatalf("the cache holds %d bytes, at most %d", cache.used, limit)
			}
		}
	}
}

// TestTheCacheForgetsWhatWasUsedFirst.
func TestTheCacheForgetsWhatWasUsedFirst(t *testing.T) {
	t.Parallel()
	c, key := NewCache(100), func(page int) cacheKey { return cacheKey{page: page} }
	for page := range 3 {
		c.put(key(page), "x", page, 40)
	}
	if c.get(key(0)) != nil || c.get(key(1)) != 1 || c.get(key(2)) != 2 || c.used != 80 {
		t.Errorf("holds %d bytes in %d entries", c.used, len(c.entries))
	}
	c.get(key(1))
	c.put(key(3), "x", 3, 40)
	if c.get(key(2)) != nil || c.get(key(1)) != 1 {
		t.Error("the page used last is gone")
	}
	c.put(key(4), "x", 4, 1000)
	if c.get(key(4)) != 4 || len(c.entries) != 1 {
		t.Error("a page larger than the cache must be kept, alone")
	}
	c.put(cacheKey{page: 9}, "y", 9, 40)
	if c.get(key(4)) != 4 || c.get(cacheKey{page: 9}) != 9 {
		t.Error("the last page of each column must be kept")
	}
}

// TestColumnsThatNobodyAsksForCostNothing puts what this package cannot read beside a
// column that it can.
func TestColumnsThatNobodyAsksForCostNothing(t *testing.T) {
	t.Parallel()
	type image struct {
		Bytes []byte `parquet:"bytes,brotli"`
		Path  string `parquet:"path"`
	}
	type nested struct {
		Inner []float64 `parquet:"inner,list"`
	}
	type row struct {
		Image  image            `parquet:"observation.image"`
		Tags   map[string]int32 `parquet:"tags"`
		Stats  []nested         `parquet:"stats/observation.image/min,list"`
		Index  int64            `parquet:"index,zstd"`
		Packed float32          `parquet:"packed,brotli"`
		Delta  int32            `parquet:"delta,delta"`
		Pair   []struct {
			A, B float64
		} `parquet:"pair"`
		Last []float32 `parquet:"last,list"`
	}
	rows := make([]row, 50)
	large := bytes.Repeat([]byte{1, 2, 3}, 100_000)
	for i := range rows {
		rows[i] = row{
			Image: image{large, "a.png"}, Tags: map[string]int32{"a": 1}, Index: int64(i),
			Stats: []nested{{[]float64{0.5}}, {[]float64{1, 2}}}, Last: []float32{float32(i), 1},
		}
	}
	text := writeRows(t, rows)
	table, read := watch(t, text, nil)
	read.Store(0) // the footer, in which the least and the greatest image are
	r, err := table.Reader()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for i := range rows {
		index, err := Rows[int64](r, "index", 0, i, i+1)
		if err != nil || index[0] != int64(i) {
			t.Fatalf("row %d: index %v: %v", i, index, err)
		}
		last, err := Rows[float32](r, "last", 2, i, i+1)
		if err != nil || !slices.Equal(last, rows[i].Last) {
			t.Fatalf("row %d: last %v: %v", i, last, err)
		}
	}
	if got := read.Load(); got > 60_000 {
		t.Errorf("%d bytes are read, though what is wanted has some hundred", got)
	}
	for column, want := range map[string]string{
		"observation.image":           "is nested otherwise than a list",
		"stats/observation.image/min": "is nested otherwise than a list",
		"packed":                      "compression BROTLI must be",
		"delta":                       "must be of type",
		"nothing":                     "is missing",
	} {
		_, err := Rows[float32](r, column, 0, 0, 1)
		if column == "observation.image" || column == "stats/observation.image/min" {
			_, err = Rows[[]byte](r, column, 0, 0, 1)
		}
		if err == nil || !bytes.Contains([]byte(err.Error()), []byte(want)) {
			t.Errorf("column %s: error %v must contain %q", column, err, want)
		}
	}
}

// TestEncodingsOfOthersAreRead goes through encodings, compressions and both versions.
func TestEncodingsOfOthersAreRead(t *testing.T) {
	t.Parallel()
	for _, c := range foreign {
		for _, codec := range []compress.Codec{&pq.Uncompressed, &pq.Snappy, &pq.Gzip, &pq.Zstd} {
			for version := 1; version <= 2; version++ {
				name := fmt.Sprintf("%v %v %v version %d", c.node, c.encoding, codec, version)
				text := fileOf(t, pq.Encoded(c.node, c.encoding), version, codec)
				var err error
				want := func(i int) any { return nil }
				var got []any
				switch c.kind {
				case 0:
					got, err = anyRows[int64](t, text)
					want = func(i int) any { return int64(i % 3) }
				case 1:
					got, err = anyRows[float32](t, text)
					want = func(i int) any { return float32(i % 3) }
				case 2:
					got, err = anyRows[bool](t, text)
					want = func(i int) any { return i%3 == 0 }
				case 3:
					got, err = anyRows[[]byte](t, text)
					want = func(i int) any { return []byte{byte(i % 3)} }
				case 4:
					got, err = anyRows[float64](t, text)
					want = func(i int) any { return float64(i % 3) }
				}
				if err != nil || len(got) != 20 {
					t.Errorf("%s: %d values: %v", name, len(got), err)
					continue
				}
				for i, v := range got {
					if !reflect.DeepEqual(v, want(i)) {
						t.Errorf("%s: value %d is %v, want %v", name, i, v, want(i))
					}
				}
			}
		}
	}
}

func anyRows[T Value](t *testing.T, text []byte) (values []any, err error) {
	rows, err := rowsOf[T](t, text, "x", 0)
	for _, v := range rows {
		values = append(values, v)
	}
	return values, err
}

// TestWhyRunsAreDecodedByHand shows what keeps parquet-go from being used for levels and
// dictionaries: a run may claim any number of values, whatever the page has, and the
// library makes room for all of them. When this fails, it does so no longer.
func TestWhyRunsAreDecodedByHand(t *testing.T) {
	t.Parallel()
	const claimed = 1 << 24
	run := []byte{0x80, 0x80, 0x80, 0x10, 1} // 2^24 times 1, in 5 bytes
	for range 2 {
		run = append(run, run...)
	}
	levels, err := (&rle.Encoding{BitWidth: 1}).DecodeLevels(make([]byte, 0, 8), run)
	if err != nil || len(levels) != 4*claimed {
		t.Errorf("%d levels from %d bytes: %v", len(levels), len(run), err)
	}
	n := 0
	if err := decodeRuns(run, 1, 8, func(int, uint32) error { n++; return nil }); err != nil || n != 8 {
		t.Errorf("by hand %d of 8: %v", n, err)
	}
}
