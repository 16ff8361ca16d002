package main

import (
	"bytes"
	"slices"
)

const (
	panel    = 16 // columns of a tile, as in package kernel
	vectors  = panel / 4
	mostRows = 3 // of a tile that are computed together
	unroll   = 4 // terms of a sum that are added up before they are added to it, as in the portable code
)

// Parameters of the function that computes so many rows of a tile: addresses and steps in bytes.
const (
	to = iota
	toStep
	left
	leftRow
	leftColumn
	right
	terms
	start // or 0
	startStep
	positive // whether negative results become 0
	parameters
)

// module returns the module. Function 0 of it computes one row, and so on; the last one is tile.
func module() []byte {
	rows := make([][]byte, 0, mostRows+1)
	for n := 1; n <= mostRows; n++ {
		rows = append(rows, rowsFunction(n))
	}
	number := func(n int) []byte { return bytes.Repeat([]byte{typeI32}, n) }
	signature := func(n int) []byte { return slices.Concat([]byte{typeFunc}, sized(number(n)), []byte{0}) }
	ofRows := make([][]byte, mostRows+1)
	for i := range ofRows {
		ofRows[i] = []byte{0}
	}
	ofRows[mostRows] = []byte{1}
	return slices.Concat(
		[]byte("\x00asm\x01\x00\x00\x00"),
		section(1, signature(parameters), signature(1+parameters)),
		section(2, slices.Concat(sized([]byte("go")), sized([]byte("mem")), []byte{kindMemory, 0, 1})),
		section(3, ofRows...),
		section(7, slices.Concat(sized([]byte("tile")), []byte{kindFunc, mostRows})),
		section(10, append(rows, tileFunction())...),
	)
}

// rowsFunction returns the function that computes n rows of a tile.
func rowsFunction(n int) []byte {
	var c code
	// Locals: how many terms are left of a loop, the address of each row on the left; then sums, factors and one more.
	count, address := parameters, func(r int) int { return parameters + 1 + r }
	first := address(n)
	sum := func(r, j int) int { return first + vectors*r + j }
	factor := func(r, p int) int { return first + vectors*n + unroll*r + p }
	value := func(p int) int { return first + vectors*n + unroll*n + p }
	at := func(base, step, r int) {
		c.get(base)
		if r > 0 {
			c.get(step)
			c.number(r)
			c.multiply()
			c.add()
		}
	}

	for r := range n {
		at(left, leftRow, r)
		c.set(address(r))
	}
	c.get(start)
	c.when()
	for r := range n {
		for j := range vectors {
			at(start, startStep, r)
			c.access(v128Load, 16*j)
			c.set(sum(r, j))
		}
	}
	c.end()
	for _, together := range []int{unroll, 1} {
		c.get(terms)
		c.number(unroll)
		if together > 1 {
			c.op(0x6e) // divided, without a sign
		} else {
			c.op(0x70) // what is left of that
		}
		c.tee(count)
		c.when()
		c.repeat()
		for r := range n {
			for p := range together {
				c.get(address(r))
				c.access(v128Load32Splat, 0)
				c.set(factor(r, p))
				c.get(address(r))
				c.get(leftColumn)
				c.add()
				c.set(address(r))
			}
		}
		for j := range vectors {
			for p := range together {
				c.get(right)
				c.access(v128Load, 4*panel*p+16*j)
				c.set(value(p))
			}
			for r := range n {
				c.get(sum(r, j))
				for p := range together {
					c.get(factor(r, p))
					c.get(value(p))
					c.vector(f32x4Mul)
					if p > 0 {
						c.vector(f32x4Add)
					}
				}
				c.vector(f32x4Add)
				c.set(sum(r, j))
			}
		}
		c.get(right)
		c.number(4 * panel * together)
		c.add()
		c.set(right)
		c.get(count)
		c.number(1)
		c.subtract()
		c.tee(count)
		c.again()
		c.end()
		c.end()
	}
	c.get(positive)
	c.when()
	for r := range n {
		for j := range vectors {
			c.get(sum(r, j))
			c.vector(v128Const, make([]byte, 16)...)
			c.vector(f32x4Max)
			c.set(sum(r, j))
		}
	}
	c.end()
	for r := range n {
		for j := range vectors {
			at(to, toStep, r)
			c.get(sum(r, j))
			c.access(v128Store, 16*j)
		}
	}
	c.end()
	locals := list(append(unsigned(1+n), typeI32), append(unsigned(vectors*n+unroll*n+unroll), typeV128))
	return sized(append(locals, c.b...))
}

// tileFunction returns the function that computes a tile. Before the parameters of rowsFunction comes the number of rows.
func tileFunction() []byte {
	const rows, moved = 0, 1 // moved is by how far the other parameters come later
	var c code
	some := func(n int) {
		for p := range parameters {
			c.get(moved + p)
		}
		c.call(n - 1)
	}
	// Most rows at a time, and then the rest.
	c.get(rows)
	c.number(mostRows)
	c.op(0x4f) // at least
	c.when()
	c.repeat()
	some(mostRows)
	for _, p := range [][2]int{{to, toStep}, {left, leftRow}, {start, startStep}} {
		if p[0] == start {
			c.get(moved + start)
			c.when()
		}
		c.get(moved + p[0])
		c.get(moved + p[1])
		c.number(mostRows)
		c.multiply()
		c.add()
		c.set(moved + p[0])
		if p[0] == start {
			c.end()
		}
	}
	c.get(rows)
	c.number(mostRows)
	c.subtract()
	c.tee(rows)
	c.number(mostRows)
	c.op(0x4f)
	c.again()
	c.end()
	c.end()
	for n := 1; n < mostRows; n++ {
		c.get(rows)
		c.number(n)
		c.op(0x46) // equal
		c.when()
		some(n)
		c.end()
	}
	c.end()
	return sized(append(list(), c.b...))
}
