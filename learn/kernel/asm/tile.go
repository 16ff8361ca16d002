package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// tileRows × 16 accumulators fill 12 of the 16 vector registers; two more hold a
// row of b and one a value of a. That is the largest tile AVX2 has room for, and
// its 12 independent sums cover the latency of two multiply-adds a cycle.
const tileRows = 6

// tile writes the product of rows rows of a with one panel of b. With the most rows there may be any number of
// such tiles one below the other.
func tile(rows int) {
	name := fmt.Sprintf("tile%d", rows)
	tall := rows == tileRows
	if tall {
		name = fmt.Sprintf("tiles%d", rows)
		function(name, "func(tiles int, c *float32, cStep int, a *float32, aRow, aCol, aTile int, b *float32, k int, start *float32, startStep int, relu bool)",
			fmt.Sprintf("%s computes c[%d·tiles,16] = start + a·b for one packed panel b[k,16], %d rows after the other; see column.", name, rows, rows))
	} else {
		function(name, "func(c *float32, cStep int, a *float32, aRow, aCol int, b *float32, k int, start *float32, startStep int, relu bool)",
			fmt.Sprintf("%s computes c[%d,16] = start + a·b for one packed panel b[k,16]; see tile.", name, rows))
	}
	c, cStep := Load(Param("c"), GP64()), Load(Param("cStep"), GP64())
	a, aRow, aCol := Load(Param("a"), GP64()), Load(Param("aRow"), GP64()), Load(Param("aCol"), GP64())
	b, k := GP64(), GP64()
	start, startStep := Load(Param("start"), GP64()), Load(Param("startStep"), GP64())
	for _, step := range []Register{cStep, aRow, aCol, startStep} {
		SHLQ(Imm(2), step)
	}
	var tiles, next Register // of those to come
	if tall {
		tiles, next = Load(Param("tiles"), GP64()), GP64()
		MOVQ(a, next)
		Label(name + "_tile")
		MOVQ(next, a)
		aTile := Load(Param("aTile"), GP64())
		SHLQ(Imm(2), aTile)
		ADDQ(aTile, next)
	}
	Load(Param("b"), b)
	Load(Param("k"), k)
	var sum [tileRows][2]VecVirtual
	for r := range rows {
		for h := range 2 {
			sum[r][h] = YMM()
			VXORPS(sum[r][h], sum[r][h], sum[r][h])
		}
	}
	TESTQ(start, start)
	JZ(LabelRef(name + "_loop"))
	for r := range rows {
		for h := range 2 {
			VMOVUPS(Mem{Base: start, Disp: 32 * h}, sum[r][h])
		}
		ADDQ(startStep, start)
	}

	a3 := GP64() // the fourth row of a: an address reaches only two rows further
	Label(name + "_loop")
	if rows > 3 {
		LEAQ(Mem{Base: aRow, Index: aRow, Scale: 2}, a3)
		ADDQ(a, a3)
	}
	step := func(at int) {
		b0, b1, x := YMM(), YMM(), YMM()
		VMOVUPS(Mem{Base: b, Disp: 64 * at}, b0)
		VMOVUPS(Mem{Base: b, Disp: 64*at + 32}, b1)
		for r := range rows {
			from := Mem{Base: a}
			if r >= 3 {
				from.Base = a3
			}
			if r%3 > 0 {
				from.Index, from.Scale = aRow, uint8(r%3)
			}
			VBROADCASTSS(from, x)
			VFMADD231PS(x, b0, sum[r][0])
			VFMADD231PS(x, b1, sum[r][1])
		}
		ADDQ(aCol, a)
		if rows > 3 {
			ADDQ(aCol, a3)
		}
	}
	const unroll = 4
	SUBQ(Imm(unroll), k)
	JL(LabelRef(name + "_rest"))
	Label(name + "_next")
	for at := range unroll {
		step(at)
	}
	ADDQ(U32(64*unroll), b)
	SUBQ(Imm(unroll), k)
	JGE(LabelRef(name + "_next"))
	Label(name + "_rest")
	ADDQ(Imm(unroll), k)
	JZ(LabelRef(name + "_store"))
	Label(name + "_one")
	step(0)
	ADDQ(Imm(64), b)
	DECQ(k)
	JNZ(LabelRef(name + "_one"))

	Label(name + "_store")
	relu := Load(Param("relu"), GP8())
	TESTB(relu, relu)
	JZ(LabelRef(name + "_write"))
	zero := YMM()
	VXORPS(zero, zero, zero)
	for r := range rows {
		for h := range 2 {
			// NaN comes through because it is the second operand.
			VMAXPS(sum[r][h], zero, sum[r][h])
		}
	}
	Label(name + "_write")
	for r := range rows {
		for h := range 2 {
			VMOVUPS(sum[r][h], Mem{Base: c, Disp: 32 * h})
		}
		if r+1 < rows || tall {
			ADDQ(cStep, c)
		}
	}
	if tall {
		DECQ(tiles)
		JNZ(LabelRef(name + "_tile"))
	}
	VZEROUPPER()
	RET()
}
