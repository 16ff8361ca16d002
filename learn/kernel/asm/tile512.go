package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// wideRows × 32 accumulators fill 24 of the 32 vector registers of AVX-512; two more hold
// a row of b and one a value of a. A step of k loads 14 values for 24 multiply-adds, so
// that two of them start in every cycle.
const wideRows = 12

// wideTiles writes the product of up to twelve rows of a with one or two panels of b.
func wideTiles() {
	for panels := 1; panels <= 2; panels++ {
		name := fmt.Sprintf("wideTile%d", panels)
		function(name, "func(rows int, mask uint32, c *float32, cStep int, a *float32, aRow, aCol int, b *float32, bStep, k int, start *float32, startStep int, relu bool)",
			fmt.Sprintf("%s computes up to %d rows of c[rows,%d] = start + a·b for panels of b that begin bStep", name, wideRows, 16*panels),
			"values apart; see tile. Only the columns in mask of the last panel are read from start",
			"and written.")
		rows := Load(Param("rows"), GP64())
		mask, k1 := Load(Param("mask"), GP32()), K()
		KMOVW(mask, k1)
		for r := 1; r < wideRows; r++ {
			CMPQ(rows, Imm(uint64(r)))
			JE(LabelRef(fmt.Sprintf("%s_%d", name, r)))
		}
		for r := wideRows; r >= 1; r-- {
			label := fmt.Sprintf("%s_%d", name, r)
			if r < wideRows {
				Label(label)
			}
			wideTile(label, r, panels, k1)
		}
	}
}

// wideTile writes wideTiles for one number of rows and panels.
func wideTile(label string, rows, panels int, mask Register) {
	steps := func(name string) GPVirtual {
		step := GP64()
		Load(Param(name), step)
		SHLQ(Imm(2), step)
		return step
	}
	var sum [wideRows][2]VecVirtual
	for r := range rows {
		for h := range panels {
			sum[r][h] = ZMM()
			VPXORD(sum[r][h], sum[r][h], sum[r][h])
		}
	}
	start := Load(Param("start"), GP64())
	TESTQ(start, start)
	JZ(LabelRef(label + "_begin"))
	startStep := steps("startStep")
	for r := range rows {
		for h := range panels {
			from := Mem{Base: start, Disp: 64 * h}
			if h == panels-1 {
				VMOVUPS_Z(from, mask, sum[r][h])
			} else {
				VMOVUPS(from, sum[r][h])
			}
		}
		if r+1 < rows {
			ADDQ(startStep, start)
		}
	}

	Label(label + "_begin")
	a, aRow, aCol := Load(Param("a"), GP64()), steps("aRow"), steps("aCol")
	b, bStep := Load(Param("b"), GP64()), GP64()
	if panels == 2 {
		bStep = steps("bStep")
	}
	k := Load(Param("k"), GP64())
	// An address reaches two rows further than its base.
	bases := []Register{a}
	for r := 3; r < rows; r += 3 {
		next := GP64()
		LEAQ(Mem{Base: aRow, Index: aRow, Scale: 2}, next)
		ADDQ(bases[len(bases)-1], next)
		bases = append(bases, next)
	}
	step := func() {
		var row [2]VecVirtual
		for h := range panels {
			row[h] = ZMM()
			from := Mem{Base: b}
			if h > 0 {
				from.Index, from.Scale = bStep, 1
			}
			VMOVUPS(from, row[h])
		}
		for r := range rows {
			from := Mem{Base: bases[r/3]}
			if r%3 > 0 {
				from.Index, from.Scale = aRow, uint8(r%3)
			}
			if panels == 1 {
				VFMADD231PS_BCST(from, row[0], sum[r][0])
				continue
			}
			x := ZMM()
			VBROADCASTSS(from, x)
			for h := range panels {
				VFMADD231PS(x, row[h], sum[r][h])
			}
		}
		for _, base := range bases {
			ADDQ(aCol, base)
		}
		ADDQ(Imm(64), b)
	}
	Label(label + "_pairs")
	SUBQ(Imm(2), k)
	JL(LabelRef(label + "_rest"))
	step()
	step()
	JMP(LabelRef(label + "_pairs"))
	Label(label + "_rest")
	ADDQ(Imm(2), k)
	JZ(LabelRef(label + "_store"))
	step()

	Label(label + "_store")
	relu := Load(Param("relu"), GP8())
	TESTB(relu, relu)
	JZ(LabelRef(label + "_write"))
	zero := ZMM()
	VPXORD(zero, zero, zero)
	for r := range rows {
		for h := range panels {
			// NaN comes through because it is the second operand.
			VMAXPS(sum[r][h], zero, sum[r][h])
		}
	}
	Label(label + "_write")
	c, cStep := Load(Param("c"), GP64()), steps("cStep")
	for r := range rows {
		for h := range panels {
			to := Mem{Base: c, Disp: 64 * h}
			if h == panels-1 {
				VMOVUPS(sum[r][h], mask, to)
			} else {
				VMOVUPS(sum[r][h], to)
			}
		}
		if r+1 < rows {
			ADDQ(cStep, c)
		}
	}
	finish()
}
