package parquet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	pq "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// wantError demands an error that contains a text, or none when the text is empty.
func wantError(t *testing.T, name string, err error, want string) {
	t.Helper()
	if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
		t.Errorf("%s: error %v must contain %q", name, err, want)
	}
}

// pagesIn lists the pages of the only row group's column of a table.
func pagesIn[T Value](t *testing.T, text []byte, leaf, width int) []page {
	t.Helper()
	c := column[T]{table: openBytes(t, text), leaf: leaf, width: width, file: bytes.NewReader(text)}
	pages, err := c.listPages()
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// TestOnlyPagesWithWantedRowsAreDecoded damages one page after the other: rows in others
// are still read, and those in it fail again and again.
func TestOnlyPagesWithWantedRowsAreDecoded(t *testing.T) {
	t.Parallel()
	type row struct {
		Index int64 `parquet:"index"`
	}
	rows := make([]row, 1000)
	for i := range rows {
		rows[i].Index = int64(i)
	}
	sound := writeRows(t, rows, pq.PageBufferSize(1000), pq.Compression(&pq.Snappy))
	pages := pagesIn[int64](t, sound, 0, 1)
	if len(pages) < 5 {
		t.Fatalf("only %d pages", len(pages))
	}
	for damaged, p := range pages {
		text := slices.Clone(sound)
		text[p.offset+int64(p.size)/2] ^= 1
		r, err := openBytes(t, text).Reader()
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			for i, other := range pages {
				got, err := Rows[int64](r, "index", 0, other.first, other.first+other.values)
				if i == damaged {
					wantError(t, fmt.Sprintf("damaged page %d", i), err, "page does not match its checksum")
				} else if err != nil || len(got) != other.values || got[0] != int64(other.first) {
					t.Errorf("page %d is damaged, and of page %d come %d values: %v", damaged, i, len(got), err)
				}
			}
			last := p.first + p.values
			_, err := Rows[int64](r, "index", 0, last-1, min(last+1, 1000))
			wantError(t, "a row of the damaged page", err, "checksum")
		}
		r.Close()
	}
}

// TestPagesThatAreUsedUpAreNotKept: what is wanted whole needs no memory afterwards.
func TestPagesThatAreUsedUpAreNotKept(t *testing.T) {
	t.Parallel()
	rows := foreignRows(1000, 2)
	table := openBytes(t, writeRows(t, rows, pq.PageBufferSize(1000)))
	span(t, table, rows, 2, 0, len(rows))
	if table.cache.used != 0 {
		t.Errorf("%d bytes are kept of what was read whole", table.cache.used)
	}
	span(t, table, rows, 2, 300, 301)
	most := 0
	for _, element := range table.cache.entries {
		most += element.Value.(*cacheEntry).size
	}
	if table.cache.used != most || most == 0 {
		t.Errorf("%d bytes are counted for %d in the cache", table.cache.used, most)
	}
}

// TestRowsOfNoLength: from a row to itself there is nothing, and no row is beyond the last.
func TestRowsOfNoLength(t *testing.T) {
	t.Parallel()
	r, err := openBytes(t, writeRows(t, foreignRows(10, 2))).Reader()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, at := range []int{0, 4, 10} {
		if got, err := Rows[int64](r, "index", 0, at, at); err != nil || len(got) != 0 {
			t.Errorf("rows %d to %d: %v: %v", at, at, got, err)
		}
	}
	for _, span := range [][2]int{{-1, 2}, {5, 4}, {9, 11}} {
		_, err := Rows[int64](r, "index", 0, span[0], span[1])
		wantError(t, fmt.Sprint(span), err, "must be among its 10")
	}
}

func TestPartsOfAFileEndWhereTheyEnd(t *testing.T) {
	t.Parallel()
	m := inMemory{[]byte("abcdef"), 100}
	b := make([]byte, 2)
	for at, want := range map[int64]string{100: "ab", 104: "ef"} {
		if n, err := m.ReadAt(b, at); err != nil || n != 2 || string(b) != want {
			t.Errorf("at %d: %q: %v", at, b[:n], err)
		}
	}
	for at, count := range map[int64]int{99: 0, 105: 1, 106: 0, 107: 0} {
		if n, err := m.ReadAt(b, at); n != count || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("at %d: %d bytes: %v", at, n, err)
		}
	}
}

// TestChunksLieBeforeTheFooter tries both sides of where values may be.
func TestChunksLieBeforeTheFooter(t *testing.T) {
	t.Parallel()
	const end = 1000
	for name, c := range map[string]struct {
		data, dictionary, size int64
		want                   string
	}{
		"at the begin":            {4, 0, 10, ""},
		"in the magic":            {3, 0, 10, "must lie before the footer"},
		"up to the footer":        {100, 0, 900, ""},
		"into the footer":         {100, 0, 901, "must lie before the footer"},
		"nothing":                 {1000, 0, 0, ""},
		"in the footer":           {1001, 0, 0, "must lie before the footer"},
		"less than nothing":       {100, 0, -1, "must lie before the footer"},
		"endless":                 {100, 0, math.MaxInt64, "must lie before the footer"},
		"dictionary first":        {500, 100, 900, ""},
		"dictionary in the magic": {500, 3, 100, "must lie before the footer"},
	} {
		table := &Table{leaves: make([]leaf, 1)}
		m := footerColumn{Type: format.Int64, DataPageOffset: c.data, DictionaryPageOffset: c.dictionary, TotalCompressedSize: c.size}
		groups := []footerGroup{{Columns: []footerChunk{{m}}, NumRows: 7}, {Columns: []footerChunk{{m}}, NumRows: 1 << 32}}
		if err := table.setGroups(groups, end); err != nil {
			t.Fatal(err)
		}
		wantError(t, name, table.groups[0].chunks[0].check(format.Int64), c.want)
		if table.Rows() != 7+1<<32 || table.groupOf(6) != 0 || table.groupOf(7) != 1 {
			t.Errorf("%s: %d rows", name, table.Rows())
		}
	}
	for rows, want := range map[int64]string{-1: "-1 rows must be from 0 to 2^32", 1<<32 + 1: "4294967297 rows"} {
		wantError(t, want, (&Table{}).setGroups([]footerGroup{{NumRows: rows}}, end), want)
	}
	wantError(t, "no columns", (&Table{leaves: make([]leaf, 2)}).setGroups([]footerGroup{{}}, end), "row group 0: 0 columns, but 2 in the schema")
	if (&Table{}).Rows() != 0 {
		t.Error("a table without row groups has rows")
	}
}

// TestPagesFitTheirChunk tries both sides of what a header may say.
func TestPagesFitTheirChunk(t *testing.T) {
	t.Parallel()
	const at, end = 50, 150
	for name, c := range map[string]struct {
		size, repetition, definition int32
		want                         string
	}{
		"whole":                 {100, 0, 0, ""},
		"longer":                {101, 0, 0, "page of 101 bytes in the 100 left"},
		"negative":              {-1, 0, 0, "page of -1 bytes"},
		"empty":                 {0, 0, 0, ""},
		"only levels":           {100, 40, 60, ""},
		"more levels":           {100, 40, 61, "40 and 61 bytes of levels in 100"},
		"only repetition":       {100, 100, 0, ""},
		"more repetition":       {100, 101, 0, "101 and 0 bytes"},
		"less than no level":    {100, -1, 50, "-1 and 50 bytes"},
		"less than no level, 2": {100, 50, -1, "50 and -1 bytes"},
	} {
		h := &format.PageHeader{Type: format.DataPageV2, CompressedPageSize: c.size, DataPageHeaderV2: thrift.Null[format.DataPageHeaderV2]{
			Valid: true, V: format.DataPageHeaderV2{RepetitionLevelsByteLength: c.repetition, DefinitionLevelsByteLength: c.definition}}}
		_, err := newPage(h, at, end)
		wantError(t, name, err, c.want)
	}
	_, err := newPage(&format.PageHeader{Type: format.IndexPage}, at, end)
	wantError(t, "index", err, "must be DATA_PAGE, DATA_PAGE_V2 or DICTIONARY_PAGE")
	_, err = newPage(&format.PageHeader{Type: format.DataPage}, at, end)
	wantError(t, "no header", err, "page of type DATA_PAGE must")
}

// TestLongHeadersAreRead puts values of some kB into the statistics of pages.
func TestLongHeadersAreRead(t *testing.T) {
	t.Parallel()
	type row struct {
		Note string `parquet:"note"`
	}
	for _, length := range []int{100, 300, 1000, 5000} {
		rows := []row{{strings.Repeat("a", length)}, {strings.Repeat("b", length)}}
		text := writeRows(t, rows, pq.DataPageStatistics(true))
		got, err := rowsOf[[]byte](t, text, "note", 0)
		if err != nil || len(got) != 2 || string(got[1]) != rows[1].Note {
			t.Errorf("%d bytes: %d values: %v", length, len(got), err)
		}
	}
}

// TestMetadataNestsAsDeepAsItMay tries both sides of the depth.
func TestMetadataNestsAsDeepAsItMay(t *testing.T) {
	t.Parallel()
	nested := func(depth int) []byte {
		return append(bytes.Repeat([]byte{0x1c}, depth), make([]byte, depth+1)...)
	}
	if rest, err := skipThrift(nested(32), thrift.STRUCT, 0); err != nil || len(rest) != 0 {
		t.Errorf("32 deep: %d bytes are left: %v", len(rest), err)
	}
	_, err := skipThrift(nested(33), thrift.STRUCT, 0)
	wantError(t, "33 deep", err, "more than 32 deep")

	tree := func(depth int) (schema []format.SchemaElement) {
		for range depth {
			schema = append(schema, format.SchemaElement{Name: "x", NumChildren: thrift.New(int32(1))})
		}
		return append(schema, format.SchemaElement{Name: "x", Type: thrift.New(format.Int64)})
	}
	wantError(t, "columns 33 deep", new(Table).setLeaves(tree(33)), "")
	wantError(t, "columns 34 deep", new(Table).setLeaves(tree(34)), `column "x": nests more than 32 deep`)
	wantError(t, "cut schema", new(Table).setLeaves(tree(5)[:5]), `column "x": the schema ends early`)
	wantError(t, "no schema", new(Table).setLeaves(nil), "schema is empty")
}

// TestAllOfThriftIsSkipped walks over a value of each type, with another one behind it.
func TestAllOfThriftIsSkipped(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind thrift.Type
		text []byte
	}{
		"byte":            {thrift.I8, []byte{200}},
		"short":           {thrift.I16, []byte{0x80, 1}},
		"long":            {thrift.I64, []byte{0x80, 0x80, 0x80, 1}},
		"double":          {thrift.DOUBLE, make([]byte, 8)},
		"uuid":            {thrift.UUID, make([]byte, 16)},
		"text":            {thrift.BINARY, []byte("\x03abc")},
		"empty text":      {thrift.BINARY, []byte{0}},
		"bools":           {thrift.LIST, []byte{0x21, 1, 2}},
		"long list":       {thrift.LIST, append([]byte{0xf3, 20}, make([]byte, 20)...)},
		"list of 14":      {thrift.LIST, append([]byte{0xe3}, make([]byte, 14)...)},
		"list of 15":      {thrift.LIST, append([]byte{0xf3, 15}, make([]byte, 15)...)},
		"empty list":      {thrift.LIST, []byte{0x0c}},
		"set":             {thrift.SET, []byte{0x15, 7}},
		"structure":       {thrift.STRUCT, []byte{0x11, 0x15, 5, 0x18, 1, 'x', 0}},
		"far field":       {thrift.STRUCT, []byte{0x05, 200, 1, 9, 0}},
		"far true":        {thrift.STRUCT, []byte{0x01, 200, 1, 0}},
		"empty structure": {thrift.STRUCT, []byte{0}},
	} {
		rest, err := skipThrift(append(slices.Clone(c.text), 99), c.kind, 0)
		if err != nil || !bytes.Equal(rest, []byte{99}) {
			t.Errorf("%s: %v is left: %v", name, rest, err)
		}
		for cut := range len(c.text) {
			if _, err := skipThrift(c.text[:cut], c.kind, 0); err == nil {
				t.Errorf("%s: its first %d bytes pass", name, cut)
			}
		}
	}
}

// TestPagesOfMoreThan16MillionValues, as Arrow's writers make them of plain values.
func TestPagesOfMoreThan16MillionValues(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 80 MB")
	}
	const n = 1<<24 + 8
	flags := make([]byte, n/8)
	flags[len(flags)-1] = 0x80 // the last is true
	got, err := readPages[bool](plainPage(t, n, flags), leaf{kind: format.Boolean}, format.Uncompressed, 0, n)
	if err != nil || len(got) != n || got[n-2] || !got[n-1] {
		t.Errorf("%d values: %v", len(got), err)
	}
	_, err = readPages[float64](plainPage(t, (256<<20)/8+1, nil), leaf{kind: format.Double}, format.Uncompressed, 0, (256<<20)/8+1)
	wantError(t, "more than 256 MB", err, "must have at most 256 MB")
	_, err = readPages[float64](plainPage(t, (256<<20)/4, nil), leaf{kind: format.Double}, format.Uncompressed, 0, (256<<20)/4)
	wantError(t, "twice as much", err, "page of 67108864 values, 512 MB, must have at most 256 MB")
	_, err = readPages[float64](plainPage(t, (256<<20)/8, []byte{0}), leaf{kind: format.Double}, format.Uncompressed, 0, (256<<20)/8)
	wantError(t, "256 MB that are not there", err, "33554432 values in 1 bytes")
}

// plainPage returns a page of n values in one column.
func plainPage(t *testing.T, n int, body []byte) []byte {
	t.Helper()
	header, err := thrift.Marshal(new(thrift.CompactProtocol), &format.PageHeader{
		Type: format.DataPageV2, UncompressedPageSize: int32(len(body)), CompressedPageSize: int32(len(body)),
		DataPageHeaderV2: thrift.Null[format.DataPageHeaderV2]{Valid: true, V: format.DataPageHeaderV2{NumValues: int32(n)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return append(header, body...)
}

// TestUnpackedSizesAreBounded: a page says how long it becomes, up to 256 MB.
func TestUnpackedSizesAreBounded(t *testing.T) {
	t.Parallel()
	packed, err := pq.Gzip.Encode(nil, []byte("0123456789"))
	if err != nil {
		t.Fatal(err)
	}
	for size, want := range map[int]string{
		10: "", 9: "claims 9 in its header and has 10", 11: "claims 11 in its header and has 10",
		-1: "page of -1 bytes unpacked must", (256 << 20): "claims 268435456", (256 << 20) + 1: "page of 268435457 bytes unpacked must",
	} {
		_, err := unpack(format.Gzip, packed, size)
		wantError(t, fmt.Sprint(size), err, want)
	}
	for _, empty := range []struct {
		codec format.CompressionCodec
		pack  func(dst, src []byte) ([]byte, error)
	}{{format.Snappy, pq.Snappy.Encode}, {format.Gzip, pq.Gzip.Encode}, {format.Zstd, pq.Zstd.Encode}} {
		nothing, err := empty.pack(nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := unpack(empty.codec, nothing, 0); err != nil || len(b) != 0 {
			t.Errorf("nothing in %v: %d bytes: %v", empty.codec, len(b), err)
		}
	}
	_, err = unpack(format.Brotli, packed, 10)
	wantError(t, "brotli", err, "compression BROTLI must be")
	// Snappy makes at most 64 bytes of 3.
	zeros, err := pq.Snappy.Encode(nil, make([]byte, 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := unpack(format.Snappy, zeros, 1<<20); err != nil || len(b) != 1<<20 {
		t.Errorf("%d bytes of zeros: %v", len(b), err)
	}
}

// counter counts what is written.
type counter struct {
	written int
	err     error
}

func (c *counter) Write(b []byte) (int, error) {
	c.written += len(b)
	return len(b), c.err
}

// TestWhatWaitsIsBounded: groups are written when 256 kB of them wait, and errors arrive.
func TestWhatWaitsIsBounded(t *testing.T) {
	t.Parallel()
	c := NewColumn[[]byte]("text")
	out := &counter{}
	w := NewWriter(out, []*Column{c}, nil)
	noise := make([]byte, 1000)
	state := uint64(1)
	for i := range 400 {
		for j := range noise { // that does not become shorter
			state = state*6364136223846793005 + 1442695040888963407
			noise[j] = byte(state >> 56)
		}
		Put(c, noise)
		if err := w.EndGroup(1); err != nil {
			t.Fatal(err)
		}
		if waiting := int(w.Offset()) - out.written; waiting >= 1<<18 || i == 200 && out.written > 0 {
			t.Fatalf("group %d: %d bytes are written and %d wait", i, out.written, waiting)
		}
	}
	if out.written == 0 || w.Rows() != 400 {
		t.Errorf("%d bytes are written of %d rows", out.written, w.Rows())
	}
	out.err = io.ErrShortWrite
	for name, write := range map[string]func() error{"flush": w.Flush, "close": w.Close} {
		if err := write(); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestFootersTellWhatIsThere holds all sizes and places in the footer of a file against
// the file, with pages that are longer than usual and pages that repeat.
func TestFootersTellWhatIsThere(t *testing.T) {
	t.Parallel()
	const rows, wide = 3, 150_000 // a row is longer than a page should be
	columns := []*Column{NewColumn[int64]("index"), NewList[float64]("wide", wide), NewColumn[bool]("flag"), NewColumn[[]byte]("note").UTF8()}
	var out bytes.Buffer
	w := NewWriter(&out, columns, []format.KeyValue{{Key: "k", Value: "v"}})
	for range 3 {
		Put(columns[0], int64(-5), 7, 3)
		for i := range rows * wide {
			Put(columns[1], float64(i*i%1009))
		}
		Put(columns[2], true, false, true)
		Put(columns[3], []byte("a"), []byte("bb"), []byte("ccc"))
		if err := w.EndGroup(rows); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	text := out.Bytes()
	file, err := pq.OpenFile(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	meta := file.Metadata()
	if int64(len(text)) != w.Offset() || meta.NumRows != 3*rows || meta.Version != 2 || len(meta.ColumnOrders) != len(columns) ||
		!slices.Equal(meta.KeyValueMetadata, []format.KeyValue{{Key: "k", Value: "v"}}) {
		t.Errorf("footer of version %d: %d rows, %d orders, %v", meta.Version, meta.NumRows, len(meta.ColumnOrders), meta.KeyValueMetadata)
	}
	at := int64(4)
	for i, g := range meta.RowGroups {
		if g.FileOffset != at || g.NumRows != rows || int(g.Ordinal) != i {
			t.Errorf("row group %d: %d rows at %d, number %d", i, g.NumRows, g.FileOffset, g.Ordinal)
		}
		var packed, unpacked int64
		for j, c := range g.Columns {
			m := c.MetaData
			if m.DataPageOffset != at || m.NumValues != int64(rows*columns[j].width) {
				t.Errorf("row group %d, column %d: %d values at %d, want at %d", i, j, m.NumValues, m.DataPageOffset, at)
			}
			long := walkPages(t, text[at:at+m.TotalCompressedSize], columns[j])
			if long != m.TotalUncompressedSize {
				t.Errorf("row group %d, column %d: %d bytes unpacked, but %d in the footer", i, j, long, m.TotalUncompressedSize)
			}
			at += m.TotalCompressedSize
			packed, unpacked = packed+m.TotalCompressedSize, unpacked+m.TotalUncompressedSize
		}
		if g.TotalCompressedSize != packed || g.TotalByteSize != unpacked {
			t.Errorf("row group %d: %d bytes, %d unpacked; want %d, %d", i, g.TotalCompressedSize, g.TotalByteSize, packed, unpacked)
		}
	}
	if footer := int64(binary.LittleEndian.Uint32(text[len(text)-8:])); at+footer+8 != int64(len(text)) {
		t.Errorf("groups end at %d, the footer has %d of %d bytes", at, footer, len(text))
	}
}

// walkPages checks the headers of the pages of a column in a row group, and returns how
// long these are unpacked.
func walkPages(t *testing.T, text []byte, c *Column) (unpacked int64) {
	t.Helper()
	for len(text) > 0 {
		var h format.PageHeader
		n, err := decodeThrift(text, &h)
		if err != nil {
			t.Fatal(err)
		}
		body := text[n:][:h.CompressedPageSize]
		v2 := h.DataPageHeaderV2.V
		if uint32(h.CRC) != crc32.ChecksumIEEE(body) || h.Type != format.DataPageV2 || v2.NumNulls != 0 ||
			int(v2.NumValues) != int(v2.NumRows)*c.width || v2.Encoding != format.Plain ||
			v2.IsCompressed.V != (h.CompressedPageSize < h.UncompressedPageSize) {
			t.Errorf("column %s: header %+v", c.name, h)
		}
		unpacked += int64(n) + int64(h.UncompressedPageSize)
		text = text[n+len(body):]
	}
	return unpacked
}

// TestRowsMayGrow: what is appended to the rows that were read, or to the text in one,
// changes no other row.
func TestRowsMayGrow(t *testing.T) {
	t.Parallel()
	rows := foreignRows(100, 2)
	r, err := openBytes(t, writeRows(t, rows)).Reader()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for range 2 { // the second time from the cache
		part, err := Rows[int64](r, "index", 0, 10, 20)
		if err != nil {
			t.Fatal(err)
		}
		_ = append(part, -1)
		if next, err := Rows[int64](r, "index", 0, 20, 30); err != nil || next[0] != 20 {
			t.Fatalf("row 20 is %v: %v", next, err)
		}
	}
	for _, e := range []encoding.Encoding{&pq.Plain, &pq.DeltaLengthByteArray} {
		got, err := rowsOf[[]byte](t, fileOf(t, pq.Encoded(pq.String(), e), 2, &pq.Snappy), "x", 0)
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			_ = append(got[i], "overwritten by more than a length"...)
			for j, v := range got {
				if !bytes.Equal(v, []byte{byte(j % 3)}) {
					t.Fatalf("%v: appending to row %d makes row %d %q", e, i, j, v)
				}
			}
		}
	}
}

// TestTablesMayBeEmpty: a file without row groups is its footer between two magics.
func TestTablesMayBeEmpty(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := NewWriter(&out, []*Column{NewColumn[int64]("index")}, nil).Close(); err != nil {
		t.Fatal(err)
	}
	table := openBytes(t, out.Bytes())
	r, err := table.Reader()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := Rows[int64](r, "index", 0, 0, 0); err != nil || len(got) != 0 || table.Rows() != 0 {
		t.Errorf("%d rows, %v: %v", table.Rows(), got, err)
	}
	// A footer that claims a byte more than there is room for.
	text := out.Bytes()
	binary.LittleEndian.PutUint32(text[len(text)-8:], uint32(len(text)-11))
	_, err = Open("x", func() (File, error) {
		file, err := fstest.MapFS{"x": {Data: text}}.Open("x")
		return file.(File), err
	}, nil)
	wantError(t, "a longer footer", err, "must fit in the file")
}
