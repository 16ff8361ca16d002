package parquet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	pq "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/compress/snappy"
	"github.com/parquet-go/parquet-go/encoding"
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
	}, NewCache(1<<20))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// readPages reads the pages of a column in a row group of so many rows.
func readPages[T Value](text []byte, l leaf, codec format.CompressionCodec, width, rows int) ([]T, error) {
	chunk := Chunk{Size: int64(len(text)), kind: l.kind, codec: codec}
	t := &Table{leaves: []leaf{l}, groups: []tableGroup{{rows: rows, chunks: []Chunk{chunk}}}}
	c := column[T]{table: t, width: max(width, 1), file: bytes.NewReader(text)}
	return c.rows(0, rows*c.width)
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
	for _, c := range []struct {
		name  string
		width int
		head  format.DataPageHeaderV2
		size  int32
		body  []byte
		want  string
	}{
		{"claims 2^31 bytes", 0, format.DataPageHeaderV2{NumValues: 8}, math.MaxInt32, small, "2147483647 bytes unpacked must"},
		{"claims 2^27 bytes", 0, format.DataPageHeaderV2{NumValues: 8}, 1 << 27, small, "claims 134217728"},
		{"snappy claims 2^31 bytes", 0, format.DataPageHeaderV2{NumValues: 8}, 64, binary.AppendUvarint(nil, math.MaxInt32), "in its data"},
		{"both claim 2^31 bytes", 0, format.DataPageHeaderV2{NumValues: 8}, 1 << 27, binary.AppendUvarint(nil, 1<<27), "in its data"},
		{"negative values", 0, format.DataPageHeaderV2{NumValues: -8}, 64, small, "-8 values"},
		{"a billion bytes in a run", 0, format.DataPageHeaderV2{NumValues: 1 << 27, Encoding: format.RLEDictionary}, 64, small, "must have at most 256 MB"},
		{"levels beyond the page", 0, format.DataPageHeaderV2{NumValues: 8, RepetitionLevelsByteLength: math.MaxInt32}, 64, small, "bytes of levels in"},
		{"endless levels", 2, format.DataPageHeaderV2{NumValues: 16, RepetitionLevelsByteLength: 6, IsCompressed: thrift.Null[bool]{Valid: true}}, 64,
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
		l := leaf{name: "index", kind: format.Int64, list: c.width > 0}
		rows := 8
		if c.head.NumValues > 1<<20 {
			rows = int(c.head.NumValues)
		}
		size := allocated(func() { _, err = readPages[int64](append(text, c.body...), l, format.Snappy, c.width, rows) })
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v must contain %q", c.name, err, c.want)
		}
		if size > 1<<20 {
			t.Errorf("%s: took %d bytes", c.name, size)
		}
	}
}

// TestLevelsInBothEncodings compares run lengths and bit packing.
// TestDamageIsToldInPlainWords spoils each byte of files as others pack them: what the libraries say of it is not for users.
func TestDamageIsToldInPlainWords(t *testing.T) {
	t.Parallel()
	type row struct {
		Index int64   `parquet:"index"`
		X     float64 `parquet:"x"`
	}
	words := regexp.MustCompile(`thrift|FIELD|s2:|snappy:|gzip:|zstd|flate|magic|corrupt|runtime|index out|EOF|0x`)
	for _, codec := range []compress.Codec{&pq.Uncompressed, &pq.Snappy, &pq.Gzip, &pq.Zstd} {
		var file bytes.Buffer
		w := pq.NewGenericWriter[row](&file, pq.Compression(codec))
		for i := range 20 {
			if _, err := w.Write([]row{{int64(i), float64(i) / 3}}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		failed := 0
		for at := range file.Len() {
			for _, bits := range []byte{1, 0x80, 0xff} {
				text := bytes.Clone(file.Bytes())
				text[at] ^= bits
				if err := readAll(text); err != nil {
					failed++
					if words.MatchString(err.Error()) {
						t.Errorf("%s, byte %d ^ %#x: %v", codec, at, bits, err)
					}
				}
			}
		}
		if failed < file.Len()/4 {
			t.Errorf("%s: only %d of the files of %d bytes are refused", codec, failed, file.Len())
		}
	}
}

// readAll reads the columns of a file in memory that TestDamageIsToldInPlainWords writes.
func readAll(text []byte) error {
	files := fstest.MapFS{"x": {Data: text}}
	table, err := Open("x", func() (File, error) {
		file, err := files.Open("x")
		return file.(File), err
	}, NewCache(1<<20))
	if err != nil {
		return err
	}
	r, err := table.Reader()
	if err != nil {
		return err
	}
	defer r.Close()
	_, indices := Rows[int64](r, "index", 0, 0, table.Rows())
	_, x := Rows[float64](r, "x", 0, 0, table.Rows())
	return errors.Join(indices, x)
}

func TestLevelsInBothEncodings(t *testing.T) {
	packed := []byte{2<<1 | 1, 0b10110110, 0b01101101} // 16 levels of 0 1 1 0 1 1 …
	runs := []byte{1 << 1, 0, 2 << 1, 1, 1 << 1, 0, 2 << 1, 1}
	if err := checkLists(packed, 15, 0, 3); err != nil {
		t.Error(err)
	}
	if err := checkLists(runs, 6, 0, 3); err != nil {
		t.Error(err)
	}
	for name, b := range map[string][]byte{"cut": runs[:5], "wrong": {6 << 1, 1}, "empty": nil, "packed beyond the end": {9<<1 | 1, 0}} {
		if err := checkLists(b, 6, 0, 3); err == nil {
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

// foreign are the encodings that others use. The kind is FuzzPages's.
var foreign = []struct {
	kind     uint8
	node     pq.Node
	encoding encoding.Encoding
}{
	{0, pq.Int(64), &pq.Plain}, {0, pq.Int(64), &pq.RLEDictionary}, {0, pq.Int(64), &pq.DeltaBinaryPacked}, {0, pq.Int(64), &pq.ByteStreamSplit},
	{1, pq.Leaf(pq.FloatType), &pq.Plain}, {1, pq.Leaf(pq.FloatType), &pq.RLEDictionary}, {1, pq.Leaf(pq.FloatType), &pq.ByteStreamSplit},
	{2, pq.Leaf(pq.BooleanType), &pq.Plain}, {2, pq.Leaf(pq.BooleanType), &pq.RLE},
	{3, pq.String(), &pq.Plain}, {3, pq.String(), &pq.RLEDictionary}, {3, pq.String(), &pq.DeltaLengthByteArray},
	{4, pq.Leaf(pq.DoubleType), &pq.Plain}, {4, pq.Leaf(pq.DoubleType), &pq.ByteStreamSplit},
}

// FuzzPages gives the pages of a column any bytes.
func FuzzPages(f *testing.F) {
	for _, c := range foreign {
		for codec, packed := range []compress.Codec{&pq.Uncompressed, &pq.Snappy, &pq.Gzip, &pq.Zstd} {
			f.Add(pagesOf(f, pq.Encoded(c.node, c.encoding), 1+codec%2, packed), c.kind, true, uint16(20), uint8(codec))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, kind uint8, list bool, rows uint16, codec uint8) {
		width := 0
		if list {
			width = 3
		}
		read := func() (n int, err error) {
			codec := []format.CompressionCodec{format.Uncompressed, format.Snappy, format.Gzip, format.Zstd}[codec%4]
			l := leaf{name: "x", list: list, depth: 1}
			switch kind % 5 {
			case 0:
				n, err = readSome[int64](text, l, codec, width, int(rows))
			case 1:
				n, err = readSome[float32](text, l, codec, width, int(rows))
			case 2:
				n, err = readSome[bool](text, l, codec, width, int(rows))
			case 3:
				n, err = readSome[[]byte](text, l, codec, width, int(rows))
			case 4:
				n, err = readSome[float64](text, l, codec, width, int(rows))
			}
			return n, err
		}
		size := allocated(func() {
			if n, err := read(); err == nil && n != int(rows)*max(width, 1) {
				t.Errorf("%d values of %d rows", n, rows)
			}
		})
		// Zstandard claims a window of 8 MB, and gzip turns a byte into a thousand.
		if limit := 24<<20 + 3000*uint64(len(text)) + 400*uint64(rows); size > limit {
			t.Errorf("%d bytes of pages for %d rows took %d bytes, at most %d are fair", len(text), rows, size, limit)
		}
	})
}

func readSome[T Value](text []byte, l leaf, codec format.CompressionCodec, width, rows int) (int, error) {
	l.kind = kindOf[T]()
	values, err := readPages[T](text, l, codec, width, rows)
	return len(values), err
}

// pagesOf returns the pages of fileOf.
func pagesOf(f *testing.F, node pq.Node, version int, codec compress.Codec) []byte {
	text := fileOf(f, node, version, codec)
	place := openBytes(f, text).groups[0].chunks[0]
	return text[place.Offset : place.Offset+place.Size]
}

// fileOf returns a file of a column x of 20 values that may be missing, of 3 sorts.
func fileOf(f testing.TB, node pq.Node, version int, codec compress.Codec) []byte {
	var file bytes.Buffer
	w := pq.NewGenericWriter[any](&file, pq.NewSchema("x", pq.Group{"x": pq.Optional(node)}),
		pq.DataPageVersion(version), pq.Compression(codec), pq.PageBufferSize(64))
	for i := range 20 {
		var v pq.Value
		switch node.Type().Kind() {
		case pq.Int32:
			v = pq.Int32Value(int32(i % 3))
		case pq.Int64:
			v = pq.Int64Value(int64(i % 3))
		case pq.Float:
			v = pq.FloatValue(float32(i % 3))
		case pq.Double:
			v = pq.DoubleValue(float64(i % 3))
		case pq.Boolean:
			v = pq.BooleanValue(i%3 == 0)
		default:
			v = pq.ByteArrayValue([]byte{byte(i % 3)})
		}
		if _, err := w.WriteRows([]pq.Row{{v.Level(0, 1, 0)}}); err != nil {
			f.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	return file.Bytes()
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
