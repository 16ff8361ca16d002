package parquet

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/format"

	"orrery/sim/golden"
)

// everyColumn writes a table of so many rows in groups of so many, with a column of every kind that this program
// writes: numbers that change, that stay and that move, lists, texts, flags and parts of a structure.
func everyColumn(out io.Writer, rows, perGroup int) error {
	random := rand.New(rand.NewPCG(1, 2))
	columns := []*Column{
		NewColumn[int64]("index"), NewColumn[float32]("t"), NewList[float32]("state", 7), NewList[float64]("one", 1), NewColumn[bool]("done"),
		NewColumn[[]byte]("task").UTF8(), NewColumn[[]byte]("scene").JSON(), NewPart[[]byte]("image", "bytes"), NewPart[[]byte]("image", "path").UTF8(), NewColumn[float32]("reward"), NewList[float32]("padded", 5),
	}
	w := NewWriter(out, columns, []format.KeyValue{{Key: "about", Value: "a test"}})
	state := make([]float32, 7)
	for first := 0; first < rows; first += perGroup {
		n := min(perGroup, rows-first)
		for i := first; i < first+n; i++ {
			state[i%5] += float32(random.NormFloat64())
			Put(columns[0], int64(3*i-7))
			Put(columns[1], float32(i)/10)
			Put(columns[2], state...)
			Put(columns[3], float64(i/50))
			Put(columns[4], i%3 == 2)
			Put(columns[5], []byte("Push it."))
			Put(columns[6], fmt.Appendf(nil, `{"n": %d}`, i/9))
			Put(columns[7], bytes.Repeat([]byte{byte(i)}, i%40))
			Put[[]byte](columns[8], nil)
			columns[9].PutNumber(random.NormFloat64())
			columns[10].PutPadded(state[:3], 3, 1)
		}
		if err := w.EndGroup(n); err != nil {
			return err
		}
	}
	return w.Close()
}

// TestWrittenBytesStay: each length of a table, as its pages are packed, gives the bytes that it gave.
func TestWrittenBytesStay(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	var told strings.Builder
	for _, c := range [][2]int{{0, 1}, {1, 1}, {2, 2}, {7, 3}, {16, 16}, {100, 9}, {999, 1000}, {9000, 8000}} {
		var file bytes.Buffer
		if err := everyColumn(&file, c[0], c[1]); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&told, "%d rows in groups of %d: %d bytes, %08x\n", c[0], c[1], file.Len(), crc32.ChecksumIEEE(file.Bytes()))
	}
	random := rand.New(rand.NewPCG(3, 4))
	for _, step := range []int{0, 4, 15, 16, 20, 64, 2044, 2048, 1<<16 - 1, 1 << 16} {
		data := make([]byte, 40*max(step, 4)+random.IntN(9))
		for i := range data {
			if data[i] = byte(random.IntN(256)); i >= step && step > 0 && random.IntN(50) > 0 {
				data[i] = data[i-step]
			}
		}
		packed := packSnappy(nil, data, step)
		fmt.Fprintf(&told, "%d bytes in steps of %d: %d bytes, %08x\n", len(data), step, len(packed), crc32.ChecksumIEEE(packed))
	}
	golden.Compare(t, "testdata/written.txt", told.String())
}

// TestTablesOfAnyNumberOfColumnsAreRead, and of groups: their lists in the footer have another beginning from 15 on.
func TestTablesOfAnyNumberOfColumnsAreRead(t *testing.T) {
	t.Parallel()
	for n := 13; n < 18; n++ {
		var file bytes.Buffer
		var columns []*Column
		var want []string
		for i := range n {
			columns = append(columns, NewColumn[int64](fmt.Sprint("c", i)))
		}
		w := NewWriter(&file, columns, nil)
		for group := range n {
			row := ""
			for i, c := range columns {
				Put(c, int64(100*group+i))
				row += fmt.Sprint("|", 100*group+i)
			}
			want = append(want, row[1:])
			if err := w.EndGroup(1); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if names, rows, err := rowsIn(t, file.Bytes()); err != nil || len(names) != n || !slices.Equal(rows, want) {
			t.Errorf("%d columns and groups: %v, %v, %v", n, names, rows, err)
		}
	}
}

// TestHarmIsToldAsItWas: what is said of a table that is cut off anywhere or has another byte anywhere.
func TestHarmIsToldAsItWas(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	var file bytes.Buffer
	columns := []*Column{NewList[float32]("x", 2), NewColumn[[]byte]("task").UTF8()}
	w := NewWriter(&file, columns, nil)
	Put[float32](columns[0], 1, 2, 3, 4, 5, 6)
	Put(columns[1], []byte("a"), []byte("bc"), nil)
	if err := w.EndGroup(3); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "testdata/harm.txt", golden.Harm(file.Bytes(), func(content []byte) string {
		files := fstest.MapFS{"x": {Data: content}}
		table, err := Open("x", func() (File, error) {
			file, err := files.Open("x")
			return file.(File), err
		}, NewCache(1<<20))
		if err != nil {
			return err.Error()
		}
		r, err := table.Reader()
		if err != nil {
			return err.Error()
		}
		defer r.Close()
		n := table.Rows()
		x, err := Rows[float32](r, "x", 2, 0, n)
		if err != nil {
			return err.Error()
		}
		task, err := Rows[[]byte](r, "task", 0, 0, n)
		if err != nil {
			return err.Error()
		}
		return fmt.Sprintf("%d rows, %08x", n, crc32.ChecksumIEEE(fmt.Appendf(nil, "%v %q", x, task)))
	}))
}

// TestTablesThatFindNoRoomAreErrors, wherever it ends.
func TestTablesThatFindNoRoomAreErrors(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	if n := golden.Fills(t, 40_007, func(w io.Writer) error { return everyColumn(w, 9000, 1500) }); n < 200_000 {
		t.Errorf("%d bytes", n)
	}
}

// TestRowsHeedTheirContext at every question.
func TestRowsHeedTheirContext(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.parquet")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := everyColumn(file, 500, 100); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	asked := golden.Ends(t, func(ctx context.Context) error {
		r, err := OpenRows(ctx, path)
		if err != nil {
			return err
		}
		defer r.Close()
		return r.Rows(ctx, func([]string) error { return nil })
	})
	golden.Closed(t, path)
	if asked < 6 {
		t.Errorf("the context is asked %d times for 5 row groups", asked)
	}
}

// TestPackedPagesSayHowLongTheyAre, neither more nor less, before they are unpacked.
func TestPackedPagesSayHowLongTheyAre(t *testing.T) {
	t.Parallel()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	page := w.EncodeAll(bytes.Repeat([]byte("abc"), 100), nil)
	for size, want := range map[int]string{300: "", 299: "299 in its header and 300 in its data", 301: "301 in its header and 300 in its data"} {
		b, err := unpackZstd(page, size)
		told := ""
		if err != nil {
			told = err.Error()
		}
		if want != "" {
			want = fmt.Sprintf("page of %d bytes claims %s", len(page), want)
		}
		if told != want || err == nil && len(b) != size {
			t.Errorf("%d bytes: %q, want %q", size, told, want)
		}
	}
	if _, err := unpackZstd(page[:len(page)-2], 300); !errors.Is(err, errPacked) {
		t.Errorf("cut off: %v", err)
	}
	if _, err := unpackZstd([]byte("abc"), 300); !errors.Is(err, errPacked) {
		t.Errorf("no page: %v", err)
	}
}

// TestOtherTypesOfArrowAreNoLengthsOfTime, even if they have a unit where lengths of time have theirs, as times have.
func TestOtherTypesOfArrowAreNoLengthsOfTime(t *testing.T) {
	t.Parallel()
	b, err := base64.StdEncoding.DecodeString(polarsSchema)
	if err != nil {
		t.Fatal(err)
	}
	const timestamp = 10
	without := map[string]bool{}
	for i := range b {
		if b[i] != durationKind {
			continue
		}
		changed := slices.Clone(b)
		changed[i] = timestamp
		for _, name := range []string{"t", "m"} {
			if _, is := durations(changed)[name]; !is {
				without[name] = true
			}
		}
	}
	if len(without) != 2 {
		t.Errorf("only %v are left out where they are timestamps", without)
	}
}
