package parquet_test

import (
	"fmt"
	"os"
	"path/filepath"

	"orrery/datasets/parquet"
)

// Example writes three places in the plane and reads the last two.
func Example() {
	dir, err := os.MkdirTemp("", "parquet")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "places.parquet")
	file, err := os.Create(path)
	if err != nil {
		panic(err)
	}
	place := parquet.NewList[float32]("place", 2)
	w := parquet.NewWriter(file, []*parquet.Column{place}, nil)
	parquet.Put[float32](place, 1, 2, 3, 4, 5, 6)
	if err := w.EndGroup(3); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	if err := file.Close(); err != nil {
		panic(err)
	}

	open := func() (parquet.File, error) { return os.Open(path) }
	table, err := parquet.Open(path, open, nil)
	if err != nil {
		panic(err)
	}
	r, err := table.Reader()
	if err != nil {
		panic(err)
	}
	defer r.Close()
	fmt.Println(parquet.Rows[float32](r, "place", 2, 1, 3))
	// Output:
	// [3 4 5 6] <nil>
}
