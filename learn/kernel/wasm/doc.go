// Command wasm writes the WebAssembly module with which the page multiplies matrices four values at a time.
//
//	go run ./learn/kernel/wasm >tile.wasm
//
// Go makes no vector instructions for WebAssembly. A program built with the tag vectors
// imports the function tile of this module instead, by the name simd.tile, and calls it on slices where they are: the
// module takes the memory of the program as go.mem. The tile is that of package kernel, and
// its sums are taken in the order of the portable code, so results have the same bits.
//
// The page's script joins the two; where a browser has no such instructions it answers 0, and the
// portable code does the work.
package main

import (
	"fmt"
	"os"
)

func main() {
	if _, err := os.Stdout.Write(module()); err != nil {
		fmt.Fprintln(os.Stderr, "wasm:", err)
		os.Exit(1)
	}
}
