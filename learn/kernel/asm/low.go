package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// low writes the layer of a network for few rows: two rows and two panels at a time are as many sums as cover the
// latency of a multiply-add, and one call does them all.
func low() {
	function("lowRows", "func(c, a, b, bias *float32, rows, k, panels int, relu bool)",
		"lowRows computes c[rows,16·panels] = bias + a[rows,k]·b for packed panels b[panels,k,16]; see Linear.")
	c, a, rows := Load(Param("c"), GP64()), Load(Param("a"), GP64()), Load(Param("rows"), GP64())
	aRow, bStep, cStep := Load(Param("k"), GP64()), Load(Param("k"), GP64()), Load(Param("panels"), GP64())
	SHLQ(Imm(2), aRow)
	SHLQ(Imm(6), bStep)
	SHLQ(Imm(6), cStep)
	zero := YMM()
	VXORPS(zero, zero, zero)
	b, bias, left := GP64(), GP64(), GP64()
	for high := 2; high >= 1; high-- {
		name := fmt.Sprintf("lowRows_%d", high)
		Label(name)
		SUBQ(Imm(uint64(high)), rows)
		JL(LabelRef(name + "_end"))
		Load(Param("b"), b)
		Load(Param("bias"), bias)
		Load(Param("panels"), left)
		for wide := 2; wide >= 1; wide-- {
			label := fmt.Sprintf("%s_%d", name, wide)
			Label(label)
			SUBQ(Imm(uint64(wide)), left)
			JL(LabelRef(label + "_end"))
			lowTile(label, high, wide, zero, c, a, b, bias, aRow, bStep, cStep)
			ADDQ(U32(64*wide), bias)
			ADDQ(U32(64*wide), c)
			for range wide {
				ADDQ(bStep, b)
			}
			JMP(LabelRef(label))
			Label(label + "_end")
			ADDQ(Imm(uint64(wide)), left)
		}
		for range high - 1 { // c is at the end of its first row
			ADDQ(cStep, c)
		}
		for range high {
			ADDQ(aRow, a)
		}
		JMP(LabelRef(name))
		Label(name + "_end")
		ADDQ(Imm(uint64(high)), rows)
	}
	VZEROUPPER()
	RET()
}

// lowTile writes some rows of some panels.
func lowTile(label string, high, wide int, zero, c, a, b, bias, aRow, bStep, cStep Register) {
	var sum [2][4]VecVirtual
	for r := range high {
		for h := range 2 * wide {
			sum[r][h] = YMM()
			VMOVUPS(Mem{Base: bias, Disp: 32 * h}, sum[r][h])
		}
	}
	from, of, count := GP64(), GP64(), GP64()
	MOVQ(a, from)
	MOVQ(b, of)
	Load(Param("k"), count)
	Label(label + "_term")
	weight := func(h int) Mem {
		m := Mem{Base: of, Disp: 32 * (h % 2)}
		if h >= 2 {
			m.Index, m.Scale = bStep, 1
		}
		return m
	}
	var x [2]VecVirtual
	for r := range high {
		x[r] = YMM()
		at := Mem{Base: from}
		if r > 0 {
			at.Index, at.Scale = aRow, 1
		}
		VBROADCASTSS(at, x[r])
	}
	for h := range 2 * wide {
		if high == 1 {
			VFMADD231PS(weight(h), x[0], sum[0][h])
			continue
		}
		w := YMM()
		VMOVUPS(weight(h), w)
		for r := range high {
			VFMADD231PS(w, x[r], sum[r][h])
		}
	}
	ADDQ(Imm(4), from)
	ADDQ(Imm(64), of)
	DECQ(count)
	JNZ(LabelRef(label + "_term"))
	relu := Load(Param("relu"), GP8())
	TESTB(relu, relu)
	JZ(LabelRef(label + "_write"))
	for r := range high {
		for h := range 2 * wide {
			VMAXPS(sum[r][h], zero, sum[r][h]) // NaN comes through because it is the second operand
		}
	}
	Label(label + "_write")
	for r := range high {
		for h := range 2 * wide {
			to := Mem{Base: c, Disp: 32 * h}
			if r > 0 {
				to.Index, to.Scale = cStep, 1
			}
			VMOVUPS(sum[r][h], to)
		}
	}
}
