package storage_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"orrery/datasets/storage"
)

func ExampleReplaceFile() {
	dir, err := os.MkdirTemp("", "storage")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "falls.csv")
	if err := storage.WriteFile(path, []byte("x,y\n0,1\n")); err != nil {
		panic(err)
	}
	err = storage.ReplaceFile(path, func(file *os.File) error {
		fmt.Fprintln(file, "x,y")
		return errors.New("no more measurements")
	})
	fmt.Println(err)
	text, err := os.ReadFile(path)
	fmt.Printf("%s%v\n", text, err)
	// Output:
	// no more measurements
	// x,y
	// 0,1
	// <nil>
}
