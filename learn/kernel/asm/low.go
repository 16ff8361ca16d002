package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Where the fields of a Layer begin, in bytes.
const (
	atPacked  = 0
	atBias    = 24
	atIn      = 48
	atOut     = 56
	atAct     = 64
	layerSize = 72
)

// actReLU is ReLU of package kernel.
const actReLU = 1

// lowLayers writes a small network for few rows. Two rows and two panels at a time are as many sums as cover the
// latency of a multiply-add, and one call does all layers.
func lowLayers() {
	function("lowLayers", "func(c, a *float32, layers *byte, n, rows int)",
		"lowLayers computes n layers one after the other, each from what the one before wrote to c; see Layers. The first is given a.")
	c, a := Load(Param("c"), GP64()), Load(Param("a"), GP64())
	l := &lowLayer{layer: GP64(), a: a, c: c, b: GP64(), bias: GP64(), aRow: GP64(), bStep: GP64(), cStep: GP64()}
	Load(Param("layers"), l.layer)
	zero := YMM()
	VXORPS(zero, zero, zero)
	rows, left, next := GP64(), GP64(), GP64()
	Label("lowLayers_layer")
	MOVQ(l.at(atIn), l.aRow)
	MOVQ(l.aRow, l.bStep)
	SHLQ(Imm(2), l.aRow)
	SHLQ(Imm(6), l.bStep)
	MOVQ(l.at(atOut), l.cStep)
	SHLQ(Imm(2), l.cStep)
	MOVQ(c, next)
	Load(Param("rows"), rows)
	for high := 2; high >= 1; high-- {
		name := fmt.Sprintf("lowLayers_%d", high)
		Label(name)
		SUBQ(Imm(uint64(high)), rows)
		JL(LabelRef(name + "_end"))
		MOVQ(l.at(atPacked), l.b)
		MOVQ(l.at(atBias), l.bias)
		MOVQ(l.at(atOut), left)
		for wide := 2; wide >= 1; wide-- {
			label := fmt.Sprintf("%s_%d", name, wide)
			Label(label)
			SUBQ(Imm(uint64(16*wide)), left)
			JL(LabelRef(label + "_end"))
			l.tile(label, high, wide, zero)
			ADDQ(U32(64*wide), l.bias)
			ADDQ(U32(64*wide), c)
			for range wide {
				ADDQ(l.bStep, l.b)
			}
			JMP(LabelRef(label))
			Label(label + "_end")
			ADDQ(Imm(uint64(16*wide)), left)
		}
		for range high - 1 { // c is at the end of its first row
			ADDQ(l.cStep, c)
		}
		for range high {
			ADDQ(l.aRow, a)
		}
		JMP(LabelRef(name))
		Label(name + "_end")
		ADDQ(Imm(uint64(high)), rows)
	}
	MOVQ(next, a)
	ADDQ(Imm(layerSize), l.layer)
	count, err := Param("n").Resolve()
	if err != nil {
		panic(err)
	}
	DECQ(count.Addr)
	JNZ(LabelRef("lowLayers_layer"))
	VZEROUPPER()
	RET()
}

// lowLayer is where the code is in a layer: its rows of a and c, its panels and biases, and how far apart they lie, in bytes.
type lowLayer struct {
	layer, a, c, b, bias, aRow, bStep, cStep Register
}

func (l *lowLayer) at(field int) Mem { return Mem{Base: l.layer, Disp: field} }

// tile writes some rows of some panels.
func (l *lowLayer) tile(label string, high, wide int, zero Register) {
	var sum [2][4]VecVirtual
	for r := range high {
		for h := range 2 * wide {
			sum[r][h] = YMM()
			VMOVUPS(Mem{Base: l.bias, Disp: 32 * h}, sum[r][h])
		}
	}
	from, of, count := GP64(), GP64(), GP64()
	MOVQ(l.a, from)
	MOVQ(l.b, of)
	MOVQ(l.at(atIn), count)
	Label(label + "_term")
	weight := func(h int) Mem {
		m := Mem{Base: of, Disp: 32 * (h % 2)}
		if h >= 2 {
			m.Index, m.Scale = l.bStep, 1
		}
		return m
	}
	var x [2]VecVirtual
	for r := range high {
		x[r] = YMM()
		at := Mem{Base: from}
		if r > 0 {
			at.Index, at.Scale = l.aRow, 1
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
	CMPB(l.at(atAct), Imm(actReLU))
	JNE(LabelRef(label + "_write"))
	for r := range high {
		for h := range 2 * wide {
			VMAXPS(sum[r][h], zero, sum[r][h]) // NaN comes through because it is the second operand
		}
	}
	Label(label + "_write")
	for r := range high {
		for h := range 2 * wide {
			to := Mem{Base: l.c, Disp: 32 * h}
			if r > 0 {
				to.Index, to.Scale = l.cStep, 1
			}
			VMOVUPS(sum[r][h], to)
		}
	}
}
