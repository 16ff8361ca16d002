// Command asm writes the AVX2 and AVX-512 code of package kernel: run go generate there. A
// test compares what it writes with what is committed. It is a module of its own
// so that only those who change the kernels need avo.
package main

import . "github.com/mmcloughlin/avo/build"

func main() {
	ConstraintExpr("amd64")
	for rows := 1; rows <= tileRows; rows++ {
		tile(rows)
	}
	lowLayers()
	wideTiles()
	pack()
	transpose()
	strips(tileRows)
	strips(wideRows)
	elementwise()
	activations()
	normalisation()
	sumRows()
	sumSquares()
	adam()
	losses()
	Generate()
}
