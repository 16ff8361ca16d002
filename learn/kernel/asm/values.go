package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// lanes is the number of float32 values in a vector register.
const lanes = 8

// constants are float32 values in read-only memory, one entry each.
var constants = map[uint32]Mem{}

// all returns a vector with x in every lane.
func all(x float32) VecVirtual {
	v := YMM()
	VBROADCASTSS(constant(math.Float32bits(x)), v)
	return v
}

func constant(bits uint32) Mem {
	m, ok := constants[bits]
	if !ok {
		m = ConstData(fmt.Sprintf("bits%08x", bits), U32(bits))
		constants[bits] = m
	}
	return m
}

// pointers loads the named parameters.
func pointers(names ...string) []Register {
	var out []Register
	for _, name := range names {
		out = append(out, Load(Param(name), GP64()))
	}
	return out
}

// spread returns a vector with the named float32 parameter in every lane.
func spread(name string) VecVirtual {
	from, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	v := YMM()
	VBROADCASTSS(from.Addr, v)
	return v
}

func plus(base, offset Register) Mem { return Mem{Base: base, Index: offset, Scale: 1} }

func load(base, offset Register) VecVirtual {
	v := YMM()
	VMOVUPS(plus(base, offset), v)
	return v
}

// vectors walks n values, a multiple of lanes and overwritten, calling body with
// the byte offset of each vector in a register.
func vectors(label string, n Register, body func(offset Register)) {
	offset := GP64()
	XORQ(offset, offset)
	SHLQ(Imm(2), n)
	again(label, n, offset, body)
}

// again walks the n bytes of vectors once more.
func again(label string, n, offset Register, body func(offset Register)) {
	XORQ(offset, offset)
	JMP(LabelRef(label + "_test"))
	Label(label + "_next")
	body(offset)
	ADDQ(Imm(4*lanes), offset)
	Label(label + "_test")
	CMPQ(offset, n)
	JL(LabelRef(label + "_next"))
}

// function begins a Go function with a comment. It keeps none of its pointers.
func function(name, signature string, doc ...string) {
	TEXT(name, NOSPLIT, signature)
	Pragma("noescape")
	Doc(doc...)
}

func finish() {
	VZEROUPPER()
	RET()
}

// elementwise writes the functions that combine vectors value by value.
func elementwise() {
	function("addVectors", "func(dst, a, b *float32, n int)",
		"addVectors computes dst = a + b for n values, a multiple of 8.")
	p := pointers("dst", "a", "b", "n")
	vectors("add", p[3], func(i Register) {
		x := load(p[1], i)
		VADDPS(plus(p[2], i), x, x)
		VMOVUPS(x, plus(p[0], i))
	})
	finish()

	function("axpyVectors", "func(dst *float32, s float32, x *float32, n int)",
		"axpyVectors computes dst += s·x for n values, a multiple of 8.")
	p = pointers("dst", "x", "n")
	s := spread("s")
	vectors("axpy", p[2], func(i Register) {
		y := load(p[0], i)
		VFMADD231PS(plus(p[1], i), s, y)
		VMOVUPS(y, plus(p[0], i))
	})
	finish()

	function("mulVectors", "func(dst, a, b *float32, n int)",
		"mulVectors computes dst = a·b for n values, a multiple of 8.")
	p = pointers("dst", "a", "b", "n")
	vectors("mul", p[3], func(i Register) {
		x := load(p[1], i)
		VMULPS(plus(p[2], i), x, x)
		VMOVUPS(x, plus(p[0], i))
	})
	finish()

	function("mulAddVectors", "func(dst, a, b *float32, n int)",
		"mulAddVectors computes dst += a·b for n values, a multiple of 8.")
	p = pointers("dst", "a", "b", "n")
	vectors("muladd", p[3], func(i Register) {
		y := load(p[0], i)
		VFMADD231PS(plus(p[2], i), load(p[1], i), y)
		VMOVUPS(y, plus(p[0], i))
	})
	finish()

	function("scaleVectors", "func(dst *float32, s float32, x *float32, n int)",
		"scaleVectors computes dst = s·x for n values, a multiple of 8.")
	p = pointers("dst", "x", "n")
	s = spread("s")
	vectors("scale", p[2], func(i Register) {
		y := YMM()
		VMULPS(plus(p[1], i), s, y)
		VMOVUPS(y, plus(p[0], i))
	})
	finish()

	function("emaVectors", "func(average, x *float32, share float32, n int)",
		"emaVectors computes average += share·(x−average) for n values, a multiple of 8.")
	p = pointers("average", "x", "n")
	s = spread("share")
	vectors("ema", p[2], func(i Register) {
		d, y := load(p[1], i), load(p[0], i)
		VSUBPS(y, d, d)
		VFMADD231PS(d, s, y)
		VMOVUPS(y, plus(p[0], i))
	})
	finish()
}
