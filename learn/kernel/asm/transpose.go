package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// transpose writes the packing of a transposed matrix: 16 rows become a panel.
func transpose() {
	function("transposeVectors", "func(dst, b *float32, step, n int)",
		"transposeVectors writes dst[n,16], the transpose of 16 rows of n values, a multiple of 8,",
		"that begin step values apart in b.")
	p := pointers("dst", "b", "step", "n")
	SHLQ(Imm(2), p[2])
	step3 := GP64() // three rows: an address reaches only two further
	LEAQ(Mem{Base: p[2], Index: p[2], Scale: 2}, step3)
	vectors("transpose", p[3], func(offset Register) {
		from, to := GP64(), GP64()
		LEAQ(plus(p[1], offset), from)
		MOVQ(offset, to)
		SHLQ(Imm(4), to) // a column of b is a row of 16 values
		ADDQ(p[0], to)
		for half := range 2 {
			transpose8(from, p[2], step3, to, 32*half)
			if half == 0 {
				LEAQ(Mem{Base: from, Index: p[2], Scale: 8}, from)
			}
		}
	})
	finish()
}

// transpose8 transposes 8 rows of 8 values that begin step bytes apart into rows
// 64 bytes apart.
func transpose8(from, step, step3, to Register, disp int) {
	rows := [8]Mem{
		{Base: from}, {Base: from, Index: step, Scale: 1}, {Base: from, Index: step, Scale: 2}, {Base: from, Index: step3, Scale: 1},
	}
	fourth := GP64()
	LEAQ(Mem{Base: from, Index: step, Scale: 4}, fourth)
	for r := range 4 {
		rows[4+r] = rows[r]
		rows[4+r].Base = fourth
	}
	for h := range 2 { // columns 0 to 3, then 4 to 7
		var x [4]VecVirtual // four values of row r and four of row r+4
		for r := range 4 {
			low := YMM()
			x[r] = YMM()
			VMOVUPS(rows[r], low)
			VMOVUPS(rows[4+r], x[r])
			VPERM2F128(Imm(uint64(0x20+0x11*h)), x[r], low, x[r])
		}
		ab0, ab1, cd0, cd1 := YMM(), YMM(), YMM(), YMM()
		VUNPCKLPS(x[1], x[0], ab0)
		VUNPCKHPS(x[1], x[0], ab1)
		VUNPCKLPS(x[3], x[2], cd0)
		VUNPCKHPS(x[3], x[2], cd1)
		for i, pair := range [2][2]VecVirtual{{ab0, cd0}, {ab1, cd1}} {
			first, second := YMM(), YMM()
			VSHUFPS(Imm(0x44), pair[1], pair[0], first)
			VSHUFPS(Imm(0xee), pair[1], pair[0], second)
			column := 4*h + 2*i
			VMOVUPS(first, Mem{Base: to, Disp: 64*column + disp})
			VMOVUPS(second, Mem{Base: to, Disp: 64*(column+1) + disp})
		}
	}
}

// pack writes the packing of 16 columns of a matrix.
func pack() {
	function("packVectors", "func(dst, b *float32, step, rows int)",
		"packVectors copies 16 values of each row, which begin step values apart in b.")
	p := pointers("dst", "b", "step", "rows")
	SHLQ(Imm(2), p[2])
	JMP(LabelRef("pack_test"))
	Label("pack_next")
	low, high := YMM(), YMM()
	VMOVUPS(Mem{Base: p[1]}, low)
	VMOVUPS(Mem{Base: p[1], Disp: 32}, high)
	VMOVUPS(low, Mem{Base: p[0]})
	VMOVUPS(high, Mem{Base: p[0], Disp: 32})
	ADDQ(p[2], p[1])
	ADDQ(Imm(64), p[0])
	DECQ(p[3])
	Label("pack_test")
	TESTQ(p[3], p[3])
	JNZ(LabelRef("pack_next"))
	finish()
}

// strips writes the packing of the left factor of a sum of outer products, for tiles of so many columns of it.
func strips(width int) {
	name := fmt.Sprintf("strips%d", width)
	function(name, "func(dst *float32, strip int, a *float32, step, rows, strips int)",
		fmt.Sprintf("%s copies %d values after the other of each row of a, which begin step values apart, to rows of as many values in", name, width),
		"strips that begin strip values apart in dst. It reads and writes 2 values beyond the last.")
	dst, strip := Load(Param("dst"), GP64()), Load(Param("strip"), GP64())
	a, step := Load(Param("a"), GP64()), Load(Param("step"), GP64())
	rows, count := Load(Param("rows"), GP64()), Load(Param("strips"), GP64())
	SHLQ(Imm(2), strip)
	SHLQ(Imm(2), step)
	Label(name + "_row")
	from, to, left := GP64(), GP64(), GP64()
	MOVQ(a, from)
	MOVQ(dst, to)
	MOVQ(count, left)
	Label(name + "_strip")
	for at := 0; at < width; at += lanes {
		if width-at >= lanes-2 {
			x := YMM()
			VMOVUPS(Mem{Base: from, Disp: 4 * at}, x)
			VMOVUPS(x, Mem{Base: to, Disp: 4 * at})
		} else {
			x := XMM()
			VMOVUPS(Mem{Base: from, Disp: 4 * at}, x)
			VMOVUPS(x, Mem{Base: to, Disp: 4 * at})
		}
	}
	ADDQ(U32(uint32(4*width)), from)
	ADDQ(strip, to)
	DECQ(left)
	JNZ(LabelRef(name + "_strip"))
	ADDQ(step, a)
	ADDQ(U32(uint32(4*width)), dst)
	DECQ(rows)
	JNZ(LabelRef(name + "_row"))
	finish()
}
