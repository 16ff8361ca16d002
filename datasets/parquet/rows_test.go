package parquet

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"orrery/sim/golden"

	pq "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding"
	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/format"
)

// rowsIn reads the rows of a file as text.
func rowsIn(t testing.TB, text []byte) (columns []string, rows []string, err error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.parquet")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	defer golden.Closed(t, path)
	r, err := OpenRows(context.Background(), path)
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	err = r.Rows(context.Background(), func(fields []string) error {
		rows = append(rows, strings.Join(fields, "|"))
		return nil
	})
	return r.Columns(), rows, err
}

// anyRow is a row of a table with columns of every sort.
type anyRow struct {
	Index  int64     `parquet:"index,delta"`
	Small  *int32    `parquet:"small,optional"`
	Byte   int8      `parquet:"byte"`
	Large  uint64    `parquet:"large"`
	Wide   uint32    `parquet:"wide"`
	X      *float64  `parquet:"x,optional"`
	Y      float32   `parquet:"y,split"`
	Body   string    `parquet:"body,dict"`
	Note   *string   `parquet:"note,optional"`
	Long   string    `parquet:"long,delta"`
	Flag   *bool     `parquet:"flag,optional"`
	Bytes  []byte    `parquet:"bytes"`
	Millis time.Time `parquet:"millis,timestamp(millisecond)"`
	Nanos  time.Time `parquet:"nanos,timestamp(nanosecond)"`
	Day    int32     `parquet:"day,date"`
	Hours  int64     `parquet:"hours,time(microsecond)"`
	Price  int64     `parquet:"price,decimal(2:18)"`
	Worth  [5]byte   `parquet:"worth,decimal(3:11)"`
	Name   [16]byte  `parquet:"name,uuid"`
	List   []float64 `parquet:"list,list"`
}

// optional returns a value, or none for some rows.
func optional[T any](missing bool, v T) *T {
	if missing {
		return nil
	}
	return &v
}

// anyRows returns rows and what must be read of them.
func sortsOfRows(n int) (rows []anyRow, want []string) {
	random := rand.New(rand.NewPCG(1, 2))
	or := func(missing bool, text string) string {
		if missing {
			return ""
		}
		return text
	}
	for i := range n {
		x, y := random.NormFloat64(), float32(random.NormFloat64())
		ns := 1_700_000_000_123_456_789 + int64(i)*33_366_700
		worth := int64(i-n/2) * 125
		r := anyRow{
			Index: int64(i) * 3, Small: optional(i%3 == 0, int32(-i)), Byte: int8(i%200 - 100), Large: 1<<63 + uint64(i), Wide: 1<<31 + uint32(i),
			X: optional(i%7 == 3, x), Y: y, Body: fmt.Sprint("ball ", i%3), Note: optional(i%2 == 0, fmt.Sprint("é", i)), Long: strings.Repeat(fmt.Sprint("abc", i/10), 5) + fmt.Sprint(i),
			Flag: optional(i%5 == 0, i%2 == 0), Bytes: []byte{0xff, byte(i)}, Millis: time.UnixMilli(ns / 1e6), Nanos: time.Unix(0, ns),
			Day: int32(i - 10), Hours: int64(i) * 1500, Price: int64(i-n/2) * 5, List: []float64{1, 2},
		}
		if i%11 == 5 && r.X != nil {
			*r.X = math.NaN()
		}
		r.Name[0], r.Name[15] = 0xab, byte(i)
		binary.BigEndian.PutUint32(r.Worth[1:], uint32(worth))
		r.Worth[0] = byte(worth >> 63)
		rows = append(rows, r)
		point := func(v int64, digits int) string {
			text := strconv.FormatFloat(float64(v)/math.Pow10(digits), 'f', digits, 64)
			if strings.Contains(text, ".") {
				text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
			}
			return text
		}
		want = append(want, strings.Join([]string{
			fmt.Sprint(3 * i), or(i%3 == 0, fmt.Sprint(-i)), fmt.Sprint(i%200 - 100), fmt.Sprint(uint64(1<<63) + uint64(i)), fmt.Sprint(1<<31 + i),
			or(i%7 == 3 || i%11 == 5, strconv.FormatFloat(x, 'g', -1, 64)), strconv.FormatFloat(float64(y), 'g', -1, 32), r.Body, or(i%2 == 0, fmt.Sprint("é", i)), r.Long,
			or(i%5 == 0, fmt.Sprint(i%2 == 0)), "", strings.TrimRight(fmt.Sprintf("%d.%03d", ns/1e9, ns/1e6%1e3), "0"),
			strings.TrimRight(fmt.Sprintf("%d.%09d", ns/1e9, ns%1e9), "0"), fmt.Sprint((i - 10) * 86400), point(int64(i)*1500, 6), point(int64(i-n/2)*5, 2), point(worth, 3),
			fmt.Sprintf("ab000000-0000-0000-0000-0000000000%02x", byte(i)),
		}, "|"))
	}
	return rows, want
}

// TestRowsOfAnyTableAreRead compares with what was written, value by value.
func TestRowsOfAnyTableAreRead(t *testing.T) {
	t.Parallel()
	rows, want := sortsOfRows(700)
	for name, options := range map[string][]pq.WriterOption{
		"version 1":   {pq.DataPageVersion(1), pq.Compression(&pq.Snappy)},
		"version 2":   {pq.DataPageVersion(2), pq.Compression(&pq.Zstd)},
		"many groups": {pq.MaxRowsPerRowGroup(64), pq.Compression(&pq.Gzip)},
		"small pages": {pq.PageBufferSize(300), pq.Compression(&pq.Lz4Raw)},
		"plain":       {pq.Compression(&pq.Uncompressed), pq.DataPageVersion(1), pq.PageBufferSize(1000)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			columns, got, err := rowsIn(t, writeRows(t, rows, options...))
			if err != nil {
				t.Fatal(err)
			}
			if want := "[index small byte large wide x y body note long flag bytes millis nanos day hours price worth name]"; fmt.Sprint(columns) != want {
				t.Errorf("columns %v, want %v", columns, want)
			}
			if len(got) != len(want) {
				t.Fatalf("%d rows, want %d", len(got), len(want))
			}
			for i := range got {
				if got[i] != want[i] {
					t.Fatalf("row %d is\n%s, want\n%s", i, got[i], want[i])
				}
			}
		})
	}
}

// TestEveryEncodingIsRead writes one column in each encoding that others use.
func TestEveryEncodingIsRead(t *testing.T) {
	t.Parallel()
	for _, c := range append(slices.Clone(foreign), []struct {
		kind     uint8
		node     pq.Node
		encoding encoding.Encoding
	}{
		{0, pq.Int(32), &pq.Plain}, {0, pq.Int(32), &pq.DeltaBinaryPacked}, {0, pq.Int(32), &pq.ByteStreamSplit}, {3, pq.String(), &pq.DeltaByteArray},
	}...) {
		for version := 1; version <= 2; version++ {
			name := fmt.Sprintf("%v %v version %d", c.node, c.encoding, version)
			_, got, err := rowsIn(t, fileOf(t, pq.Encoded(c.node, c.encoding), version, &pq.Snappy))
			if err != nil || len(got) != 20 {
				t.Fatalf("%s: %d rows: %v", name, len(got), err)
			}
			for i, text := range got {
				want := strconv.Itoa(i % 3)
				switch c.node.Type().Kind() {
				case pq.Boolean:
					want = strconv.FormatBool(i%3 == 0)
				case pq.ByteArray:
					want = string([]byte{byte(i % 3)})
				}
				if text != want {
					t.Errorf("%s: row %d is %q, want %q", name, i, text, want)
				}
			}
		}
	}
}

// TestFrontsOfTextsAreUndone compares with the library's own decoder, over lengths of several blocks.
func TestFrontsOfTextsAreUndone(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for n := 1; n < 700; n += 37 {
		var all []byte
		offsets := []uint32{0}
		var want [][]byte
		for range n {
			text := []byte(strings.Repeat("x", random.IntN(40)) + strings.Repeat("y", random.IntN(3)))
			want = append(want, text)
			all = append(all, text...)
			offsets = append(offsets, uint32(len(all)))
		}
		b, err := new(delta.ByteArrayEncoding).EncodeByteArray(nil, all, offsets)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decodeFronts(b, n)
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if string(got[i]) != string(want[i]) {
				t.Fatalf("%d texts: %d is %q, want %q", n, i, got[i], want[i])
			}
		}
	}
	if _, err := decodeFronts([]byte{0x80, 0x01, 0x04, 0x02, 0x00, 0x00}, 2); err == nil {
		t.Error("fronts without ends are read")
	}
}

// TestNumbersWithoutASignAreReadAsDuckDBWritesThem has a first value of 32 bits that the library refuses.
func TestNumbersWithoutASignAreReadAsDuckDBWritesThem(t *testing.T) {
	t.Parallel()
	b, err := new(delta.BinaryPackedEncoding).EncodeInt64(nil, []int64{1 << 31, 1<<31 + 5, 7})
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeWith[int32](format.DeltaBinaryPacked, b, 3, 0)
	if err != nil || len(got) != 3 || uint32(got[0]) != 1<<31 || uint32(got[1]) != 1<<31+5 || got[2] != 7 {
		t.Errorf("%v: %v", got, err)
	}
}

// TestIndicesOfPandasAreColumns gives the metadata that pandas writes.
func TestIndicesOfPandasAreColumns(t *testing.T) {
	t.Parallel()
	type row struct {
		X    float64 `parquet:"x"`
		Time int64   `parquet:"time"`
	}
	rows := []row{{1, 0}, {2, 33_366_700}, {3, -5e8}}
	for about, want := range map[string]string{
		`{"index_columns": [{"kind": "range", "name": "frame", "start": 5, "stop": 11, "step": 2}], "columns": [{"field_name": "time", "numpy_type": "timedelta64[ns]"}]}`: "[x time frame] [1|0|5 2|0.0333667|7 3|-0.5|9]",
		`{"index_columns": [{"kind": "range", "name": null, "start": 0, "stop": 3, "step": 1}]}`:                                                                           "[x time] [1|0 2|33366700 3|-500000000]",
		`{"index_columns": [{"kind": "range", "name": "frame", "start": 5, "stop": 5, "step": 0}]}`:                                                                        "[x time] [1|0 2|33366700 3|-500000000]",
		`{"columns": [{"field_name": "time", "numpy_type": "timedelta64[us]"}]}`:                                                                                           "[x time] [1|0 2|33.3667 3|-500]",
		`{"columns": [{"field_name": "time", "numpy_type": "timedelta64[ms]"}]}`:                                                                                           "[x time] [1|0 2|33366.7 3|-500000]",
		`{"columns": [{"field_name": "time", "numpy_type": "timedelta64[s]"}]}`:                                                                                            "[x time] [1|0 2|33366700 3|-500000000]",
		`{"columns": [{"field_name": "time", "numpy_type": "timedelta64[h]"}]}`:                                                                                            "[x time] [1|0 2|33366700 3|-500000000]",
		`{"columns": [{"field_name": "x", "numpy_type": "timedelta64[us]"}]}`:                                                                                              "[x time] [1|0 2|33366700 3|-500000000]",
		`{"index_columns": ["x"], "columns": []}`:                                                                                                                          "[x time] [1|0 2|33366700 3|-500000000]",
		`{"index_columns": 7`: "[x time] [1|0 2|33366700 3|-500000000]",
	} {
		columns, got, err := rowsIn(t, writeRows(t, rows, pq.KeyValueMetadata("pandas", about), pq.MaxRowsPerRowGroup(2)))
		if said := fmt.Sprint(columns, " ", got); err != nil || said != want {
			t.Errorf("%s:\n%s, %v, want\n%s", about, said, err, want)
		}
	}
}

// TestOldTimesAreRead has values of 12 bytes, as Spark and Impala wrote them: nanoseconds of the day and the
// Julian day.
func TestOldTimesAreRead(t *testing.T) {
	t.Parallel()
	type row struct {
		Time deprecated.Int96 `parquet:"time"`
	}
	day := func(days uint32, ns uint64) row {
		return row{deprecated.Int96{uint32(ns), uint32(ns >> 32), days}}
	}
	_, got, err := rowsIn(t, writeRows(t, []row{day(2440588, 5e8), day(2440589, 1), day(2440587, 0)}))
	if want := "[0.5 86400.000000001 -86400]"; err != nil || fmt.Sprint(got) != want {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
}

// TestRowGroupsWithoutRowsAreNone has one in front whose pages are nowhere, as pyarrow writes it.
func TestRowGroupsWithoutRowsAreNone(t *testing.T) {
	t.Parallel()
	table := openBytes(t, writeRows(t, []foreignRow{{Index: 7}}))
	r := &RowFile{table: table}
	r.setColumns()
	file, err := table.open()
	if err != nil {
		t.Fatal(err)
	}
	r.source = file
	empty := tableGroup{chunks: slices.Clone(table.groups[0].chunks)}
	for j := range empty.chunks {
		empty.chunks[j].Offset = outside
	}
	table.groups = []tableGroup{empty, table.groups[0]}
	n := 0
	if err := r.Rows(context.Background(), func([]string) error { n++; return nil }); err != nil || n != 1 {
		t.Errorf("%d rows, %v", n, err)
	}
}

func TestLongTextsAreNoNames(t *testing.T) {
	t.Parallel()
	type row struct {
		Text string `parquet:"text"`
		N    int64  `parquet:"n"`
	}
	_, got, err := rowsIn(t, writeRows(t, []row{{strings.Repeat("a", 4096), 1}, {strings.Repeat("a", 4096+1), 2}}))
	if err != nil || len(got) != 2 || len(got[0]) != 4096+2 || got[1] != "|2" {
		t.Errorf("%d rows, %v", len(got), err)
	}
}

// TestPackedBytesStandForSoManyAtMost claims what no bytes of LZ4 can be.
func TestPackedBytesStandForSoManyAtMost(t *testing.T) {
	size := allocated(func() {
		if _, err := unpack(format.Lz4Raw, []byte{1, 2, 3}, 200<<20); err == nil {
			t.Error("three bytes are 200 MB")
		}
	})
	if size > 1<<20 {
		t.Errorf("three bytes took %d", size)
	}
}

func TestRowsAreRefusedInWords(t *testing.T) {
	t.Parallel()
	type row struct {
		X float64 `parquet:"x,brotli"`
	}
	for name, c := range map[string]struct {
		text []byte
		want string
	}{
		"text":   {[]byte("frame,x,y\n1,2,3\n"), "x.parquet: must be a Parquet file, but does not begin as one does"},
		"short":  {[]byte("PAR1"), "x.parquet: 4 bytes are too few for a Parquet file"},
		"brotli": {writeRows(t, []row{{1}}), `x.parquet: row group 0: column "x": compression BROTLI must be`},
	} {
		if _, _, err := rowsIn(t, c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v must contain %q", name, err, c.want)
		}
	}
	if _, err := OpenRows(context.Background(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "must be a plain file") {
		t.Errorf("error %v", err)
	}
}

func TestRowsEndWithTheirContext(t *testing.T) {
	t.Parallel()
	rows, _ := sortsOfRows(10_000)
	path := filepath.Join(t.TempDir(), "x.parquet")
	if err := os.WriteFile(path, writeRows(t, rows), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := OpenRows(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	ctx, cancel := context.WithCancel(context.Background())
	seen := 0
	err = r.Rows(ctx, func([]string) error { cancel(); seen++; return nil })
	if !errors.Is(err, context.Canceled) || seen > 4096 {
		t.Errorf("%d rows, error %v", seen, err)
	}
	if _, err := OpenRows(ctx, path); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	broken := errors.New("broken")
	if err := r.Rows(context.Background(), func([]string) error { return broken }); err != broken {
		t.Errorf("error %v", err)
	}
}

// TestPagesOfAllColumnsAreBounded begins when others have taken nearly all there is.
func TestPagesOfAllColumnsAreBounded(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.parquet")
	if err := os.WriteFile(path, writeRows(t, []foreignRow{{Index: 1}}), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := OpenRows(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	at := slices.Index(r.Columns(), "index")
	for _, c := range []struct {
		open int
		want bool
	}{{1<<30 - 4, false}, {1<<30 - 1000, true}} {
		s, err := r.stream(0, r.columns[at], &c.open)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := s.appendNext(nil); (err == nil) != c.want {
			t.Errorf("%q, error %v", text, err)
		}
	}
}

// TestEachPageOfRowsIsReadOnce counts the bytes.
func TestEachPageOfRowsIsReadOnce(t *testing.T) {
	t.Parallel()
	text := writeRows(t, foreignRows(20_000, 2), pq.MaxRowsPerRowGroup(5000), pq.PageBufferSize(20_000))
	table, read := watch(t, text, nil)
	r := &RowFile{table: table}
	r.setColumns()
	file, err := table.open()
	if err != nil {
		t.Fatal(err)
	}
	read.Store(0)
	r.source = file
	n := 0
	if err := r.Rows(context.Background(), func([]string) error { n++; return nil }); err != nil || n != 20_000 {
		t.Fatalf("%d rows, %v", n, err)
	}
	if got := read.Load(); got > int64(len(text))*5/4 {
		t.Errorf("%d bytes of a file of %d are read", got, len(text))
	}
}

// FuzzRows reads files that are changed: there is an error or a table, but no panic, and memory is bounded.
func FuzzRows(f *testing.F) {
	rows, _ := sortsOfRows(20)
	f.Add(writeRows(f, rows))
	f.Add(writeRows(f, rows, pq.DataPageVersion(1), pq.Compression(&pq.Zstd), pq.MaxRowsPerRowGroup(6)))
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := OpenRows(context.Background(), path)
		if err != nil {
			return
		}
		defer r.Close()
		most := 100_000 // rows, as a few bytes may stand for any number of them
		enough := errors.New("enough")
		size := allocated(func() {
			_ = r.Rows(context.Background(), func(fields []string) error {
				if len(fields) != len(r.Columns()) {
					t.Fatalf("%d fields of %d columns", len(fields), len(r.Columns()))
				}
				if most--; most == 0 {
					return enough
				}
				return nil
			})
		})
		if size > 4*(256<<20) {
			t.Errorf("%d bytes took %d", len(text), size)
		}
	})
}

// polarsSchema is what polars 2.1.0 keeps of a table with the columns a (int64), t (duration in microseconds) and
// m (duration in milliseconds).
const polarsSchema = "/////9IAAAAEAAAA8v///xQAAAAEAAEAAAAKAAsACAAKAAQA+P///wwAAAAIAAgAAAAEAAMAAABgAAAAMAAAAAQAAACY////HAAAABAAAAAIAAAAARIAAAAAAAD8////BAAEAAEAAABtAAAAwP///yAAAAAQAAAACAAAAAESAAAAAAAA+v///wIABgAGAAQAAQAAAHQAAADs////OAAAACAAAAAYAAAAAQIAABAAEgAEABAAEQAIAAAADAAAAAAA9P///0AAAAABAAAACAAJAAQACAABAAAAYQA="

// TestLengthsOfTimeAreSeconds reads durations, of which only Arrow's own schema knows the unit.
func TestLengthsOfTimeAreSeconds(t *testing.T) {
	t.Parallel()
	type row struct {
		A int64 `parquet:"a"`
		T int64 `parquet:"t"`
		M int64 `parquet:"m"`
	}
	for schema, want := range map[string]string{
		polarsSchema:                       "[1|0.000002|0.003]",
		polarsSchema[:len(polarsSchema)/2]: "[1|2|3]",
		"///":                              "[1|2|3]",
	} {
		_, got, err := rowsIn(t, writeRows(t, []row{{1, 2, 3}}, pq.KeyValueMetadata("ARROW:schema", schema)))
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("%.20s…: %v, %v, want %v", schema, got, err, want)
		}
	}
}

// TestLengthsOfTimeHaveFourUnits: from seconds to nanoseconds, and a fifth is none.
func TestLengthsOfTimeHaveFourUnits(t *testing.T) {
	t.Parallel()
	b, err := base64.StdEncoding.DecodeString(polarsSchema)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(indices(len(b)), func(i int) bool { // of the unit of t, which is microseconds
		changed := slices.Clone(b)
		changed[i] = 1
		return b[i] == 2 && durations(changed)["t"] == 1000
	})
	if at < 0 {
		t.Fatal("the schema has no unit of t")
	}
	for unit, want := range []int64{1, 1000, 1_000_000, 1_000_000_000, 0} {
		b[at] = byte(unit)
		if got := durations(b); got["t"] != want || got["m"] != 1000 {
			t.Errorf("unit %d: %v, want %d for t", unit, got, want)
		}
	}
}

func indices(n int) (all []int) {
	for i := range n {
		all = append(all, i)
	}
	return all
}

// TestTextsOfArrowEndWithinTheirBytes: a text may end where the bytes do, and no later.
func TestTextsOfArrowEndWithinTheirBytes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at   uint64
		size byte
		want string
		bad  bool
	}{{1, 2, "ab", false}, {1, 1, "a", false}, {1, 3, "", true}, {1, 10, "", true}, {0, 9, "", false}, {4, 2, "", true}, {99, 2, "", true}} {
		f := flat{b: []byte{0, c.size, 0, 0, 0, 'a', 'b'}}
		if got := f.text(c.at); got != c.want || f.bad != c.bad {
			t.Errorf("%d bytes at %d: %q, bad %v, want %q and %v", c.size, c.at, got, f.bad, c.want, c.bad)
		}
	}
}

// FuzzArrow reads schemas that are changed.
func FuzzArrow(f *testing.F) {
	b, err := base64.StdEncoding.DecodeString(polarsSchema)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		for name, unit := range durations(b) {
			if len(name) > len(b) || unit < 1 {
				t.Fatalf("%q, %d", name, unit)
			}
		}
	})
}
