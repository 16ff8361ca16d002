package parquet

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestPartsAreReadWhileTheFileGrows: a row group is read by its place before the file has a footer, and has
// rows that are padded, numbers as other types, and JSON.
func TestPartsAreReadWhileTheFileGrows(t *testing.T) {
	t.Parallel()
	columns := []*Column{NewList[float32]("wide", 3), NewColumn[int64]("number"), NewColumn[bool]("flag"), NewColumn[float32]("small"), NewColumn[[]byte]("text").JSON()}
	path := filepath.Join(t.TempDir(), "table.parquet")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	w := NewWriter(out, columns, nil)
	type group struct {
		first, rows int
		chunks      []Chunk
	}
	var groups []group
	for g, rows := range []int{4, 1, 3} {
		first := w.Rows()
		values := make([]float32, 2*rows) // a row of two in a column of three
		for i := range values {
			values[i] = float32(10*(first+i/2) + i%2 + 1)
		}
		columns[0].PutPadded(values, 2, rows)
		for k := range rows {
			row := first + k
			columns[1].PutNumber(float64(row))
			columns[2].PutNumber(float64(row % 2))
			columns[3].PutNumber(float64(row) + 0.5)
			Put(columns[4], []byte{'"', byte('a' + row), '"'})
		}
		if err := w.EndGroup(rows); err != nil {
			t.Fatal(err)
		}
		groups = append(groups, group{first, rows, slices.Clone(w.LastGroup())})
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		if stat, err := out.Stat(); err != nil || stat.Size() != w.Offset() {
			t.Errorf("after group %d the file has %d bytes and not %d", g, stat.Size(), w.Offset())
		}
		for _, part := range groups { // those before are still where they were
			table := Part("growing", func() (File, error) { return os.Open(path) }, columns, part.first, part.rows, part.chunks)
			r, err := table.Reader()
			if err != nil {
				t.Fatal(err)
			}
			from, to := part.first, part.first+part.rows
			wide, err := Rows[float32](r, "wide", 3, from, to)
			if err != nil {
				t.Fatal(err)
			}
			number, err := Rows[int64](r, columns[1].Name(), 0, from, to)
			if err != nil {
				t.Fatal(err)
			}
			flag, err := Rows[bool](r, "flag", 0, from, to)
			if err != nil {
				t.Fatal(err)
			}
			small, err := Rows[float32](r, "small", 0, from, to)
			if err != nil {
				t.Fatal(err)
			}
			text, err := Rows[[]byte](r, "text", 0, from, to)
			if err != nil {
				t.Fatal(err)
			}
			for k := range part.rows {
				row := from + k
				if !slices.Equal(wide[3*k:3*k+3], []float32{float32(10*row + 1), float32(10*row + 2), 0}) || number[k] != int64(row) ||
					flag[k] != (row%2 == 1) || small[k] != float32(row)+0.5 || string(text[k]) != string([]byte{'"', byte('a' + row), '"'}) {
					t.Errorf("row %d is %v, %d, %v, %v, %s", row, wide[3*k:3*k+3], number[k], flag[k], small[k], text[k])
				}
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
			if table.Name() != "growing" {
				t.Errorf("the table is called %s", table.Name())
			}
		}
	}
}
