//go:build !cgo

package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "orrery-py: built without cgo, so there is no shared library for Python; build it with CGO_ENABLED=1")
	os.Exit(1)
}
