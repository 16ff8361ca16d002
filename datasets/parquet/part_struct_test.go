package parquet

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// TestStructuresAreReadByOthersAndBack writes a structure of two columns between others, with values that fill many pages.
func TestStructuresAreReadByOthersAndBack(t *testing.T) {
	t.Parallel()
	columns := []*Column{NewColumn[int64]("a"), NewPart[[]byte]("picture", "bytes"), NewPart[[]byte]("picture", "path").UTF8(), NewPart[int64]("other", "n")}
	var file bytes.Buffer
	w := NewWriter(&file, columns, nil)
	value := func(i int) []byte { return bytes.Repeat([]byte{byte(i)}, 300_000*(i%3)) }
	const rows = 20
	for group := range 2 {
		for i := range rows {
			k := group*rows + i
			Put(columns[0], int64(k))
			Put(columns[1], value(k))
			Put(columns[2], []byte{'p', byte('0' + k%10)})
			Put(columns[3], int64(-k))
		}
		if err := w.EndGroup(rows); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}

	type structure struct {
		A       int64 `parquet:"a"`
		Picture struct {
			Bytes []byte `parquet:"bytes"`
			Path  string `parquet:"path"`
		} `parquet:"picture"`
		Other struct {
			N int64 `parquet:"n"`
		} `parquet:"other"`
	}
	others, err := parquet.Read[structure](bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil || len(others) != 2*rows {
		t.Fatalf("%d rows, %v", len(others), err)
	}
	for k, row := range others {
		if row.A != int64(k) || !bytes.Equal(row.Picture.Bytes, value(k)) || row.Picture.Path != string([]byte{'p', byte('0' + k%10)}) || row.Other.N != int64(-k) {
			t.Fatalf("row %d is %d, %d bytes, %q, %d", k, row.A, len(row.Picture.Bytes), row.Picture.Path, row.Other.N)
		}
	}

	path := filepath.Join(t.TempDir(), "t.parquet")
	if err := os.WriteFile(path, file.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	table, err := Open(path, func() (File, error) { return os.Open(path) }, NewCache(1<<20))
	if err != nil {
		t.Fatal(err)
	}
	r, err := table.Reader()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got, err := Rows[[]byte](r, "picture.bytes", 0, 17, 23)
	if err != nil || len(got) != 6 {
		t.Fatalf("%d values, %v", len(got), err)
	}
	for i, v := range got {
		if !bytes.Equal(v, value(17+i)) {
			t.Errorf("value %d has %d bytes, want %d", 17+i, len(v), len(value(17+i)))
		}
	}
	if n, err := Rows[int64](r, "other.n", 0, 3, 4); err != nil || n[0] != -3 {
		t.Errorf("other.n of row 3 is %v, %v", n, err)
	}
	if _, err := Rows[[]byte](r, "picture", 0, 0, 1); err == nil {
		t.Error("a structure is read as a column")
	}
}
