//go:build !js

package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/moby/sys/atomicwriter"

	"orrery/cmd/orrery-view/open"
	"orrery/cmd/orrery-view/screen"
	"orrery/cmd/orrery-view/session"
)

func main() {
	o, err := open.ParseArguments(os.Args[1:], os.Stdout)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "orrery-view: %v\n", err)
		os.Exit(2)
	}
	if err := runWindow(o, session.Threads); err != nil {
		fmt.Fprintf(os.Stderr, "orrery-view: %v\n", err)
		os.Exit(1)
	}
}

// receive hands on files that were dropped.
func receive(files fs.FS, use func(fs.FS, error)) { use(files, nil) }

// showLink and started are for browsers.
func showLink(string) {}
func started()        {}

// save writes a file to the working directory and returns where.
func save(file screen.File) (string, error) {
	where, err := filepath.Abs(file.Name)
	if err != nil {
		return "", err
	}
	return where, atomicwriter.WriteFile(where, file.Data, 0o644)
}
