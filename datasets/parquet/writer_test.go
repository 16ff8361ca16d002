package parquet

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	pq "github.com/parquet-go/parquet-go"

	"orrery/sim"
)

// TestTablesComeBack writes columns of all types, one of them in several pages, and
// reads them with our reader and with parquet-go's.
func TestTablesComeBack(t *testing.T) {
	t.Parallel()
	const rows, width = 3000, 60
	rng := sim.NewRand(1, "test tables", 0)
	floats, single := make([]float32, rows), make([]float64, rows)
	wide := make([]float64, rows*width)
	integers, flags, texts := make([]int64, rows), make([]bool, rows), make([][]byte, rows)
	for i := range rows {
		floats[i], single[i] = float32(rng.NormFloat64()), rng.NormFloat64()
		integers[i], flags[i], texts[i] = rng.Int64()-1<<62, rng.IntN(2) == 1, fmt.Appendf(nil, "%0*d", i%30, i)
	}
	for i := range wide {
		wide[i] = rng.NormFloat64()
	}
	columns := []*Column{
		NewColumn[float32]("floats"), NewList[float64]("wide", width), NewList[float64]("single", 1),
		NewColumn[int64]("integers"), NewColumn[bool]("flags"), NewColumn[[]byte]("texts"),
	}
	dir := t.TempDir()
	out, err := os.Create(filepath.Join(dir, "table.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	w := NewWriter(out, columns, nil)
	groups := []int{rows - 7, 7} // rows
	from := 0
	for _, n := range groups {
		to := from + n
		Put(columns[0], floats[from:to]...)
		Put(columns[1], wide[from*width:to*width]...)
		Put(columns[2], single[from:to]...)
		Put(columns[3], integers[from:to]...)
		Put(columns[4], flags[from:to]...)
		Put(columns[5], texts[from:to]...)
		if err := w.EndGroup(n); err != nil {
			t.Fatal(err)
		}
		from = to
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	comesBack(t, dir, "floats", 0, floats)
	comesBack(t, dir, "wide", width, wide)
	comesBack(t, dir, "single", 1, single)
	comesBack(t, dir, "integers", 0, integers)
	comesBack(t, dir, "flags", 0, flags)
	comesBack(t, dir, "texts", 0, texts)

	file := openParquet(t, dir, "table.parquet")
	from = 0
	for i, n := range groups {
		part := integers[from : from+n]
		s := file.Metadata().RowGroups[i].Columns[3].MetaData.Statistics
		if want := appendPlain(nil, []int64{slices.Min(part), slices.Max(part)}); !bytes.Equal(slices.Concat(s.MinValue, s.MaxValue), want) {
			t.Errorf("row group %d: bounds %x", i, s)
		}
		from += n
	}
}

// comesBack demands the values of a column.
func comesBack[T Value](t *testing.T, dir, name string, width int, want []T) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "table.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := rowsOf[T](t, text, name, width); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s: read %d values, want %d: %v", name, len(got), len(want), err)
	}
	var theirs []pq.Value
	for _, group := range openParquet(t, dir, "table.parquet").RowGroups() {
		theirs = append(theirs, columnValues(t, group, name)...)
	}
	if len(theirs) != len(want) {
		t.Fatalf("%s: parquet-go reads %d values, want %d", name, len(theirs), len(want))
	}
	for i, v := range want {
		begins := width == 0 || i%width == 0
		if !pq.Equal(theirs[i], pq.ValueOf(v)) || (theirs[i].RepetitionLevel() == 0) != begins {
			t.Fatalf("%s: parquet-go reads value %d as %+v, want %v", name, i, theirs[i], v)
		}
	}
}

// openParquet opens a file with parquet-go, which our reader does not use.
func openParquet(t *testing.T, dir, path string) *pq.File {
	t.Helper()
	file, err := os.Open(filepath.Join(dir, path))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	stat, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	table, err := pq.OpenFile(file, stat.Size())
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// columnValues returns the values of a flat or list column of a row group.
func columnValues(t *testing.T, group pq.RowGroup, name string) []pq.Value {
	t.Helper()
	for _, chunk := range group.ColumnChunks() {
		if group.Schema().Columns()[chunk.Column()][0] != name {
			continue
		}
		var values []pq.Value
		pages := chunk.Pages()
		defer pages.Close()
		for page, err := pages.ReadPage(); err == nil; page, err = pages.ReadPage() {
			part := make([]pq.Value, page.NumValues())
			n, _ := page.Values().ReadValues(part)
			for _, v := range part[:n] {
				values = append(values, v.Clone())
			}
		}
		return values
	}
	t.Fatalf("no column %q", name)
	return nil
}

// TestFramesHaveLeRobotsLayout reads the frames with parquet-go.

// TestPagesOfNumbersAreAboutAMebibyte, so that a reader that wants a few rows unpacks little.
func TestPagesOfNumbersAreAboutAMebibyte(t *testing.T) {
	t.Parallel()
	const rows = 1 << 18
	dir := t.TempDir()
	out, err := os.Create(filepath.Join(dir, "table.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	columns := []*Column{NewColumn[float32]("halves"), NewColumn[float64]("numbers"), NewList[float64]("wide", 2)}
	rng := sim.NewRand(1, "test pages", 0)
	w := NewWriter(out, columns, nil)
	for range rows {
		Put(columns[0], float32(rng.Float64()))
		Put(columns[1], rng.Float64())
		Put(columns[2], rng.Float64(), rng.Float64())
	}
	if err := errors.Join(w.EndGroup(rows), w.Close(), out.Close()); err != nil {
		t.Fatal(err)
	}
	chunks := openParquet(t, dir, "table.parquet").RowGroups()[0].ColumnChunks()
	for i, want := range []int{1, 2, 4} { // of 1, 2 and 4 MiB in all
		pages, n := chunks[i].Pages(), 0
		for {
			page, err := pages.ReadPage()
			if err != nil {
				break
			}
			n++
			if size := page.Size(); size > 1<<20+1<<18 {
				t.Errorf("column %d has a page of %d bytes", i, size)
			}
		}
		if err := pages.Close(); err != nil || n != want {
			t.Errorf("column %d has %d pages, want %d; %v", i, n, want, err)
		}
	}
}
