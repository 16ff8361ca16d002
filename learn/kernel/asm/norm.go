package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// total replaces every lane of v by the sum of all lanes.
func total(v VecVirtual) {
	t := YMM()
	VPERM2F128(Imm(1), v, v, t)
	VADDPS(t, v, v)
	VHADDPS(v, v, v)
	VHADDPS(v, v, v)
}

// normalisation writes layer norm for one row.
func normalisation() {
	function("layerNormRow", "func(dst, stats, x, gain, bias *float32, n int, inverse, epsilon float32)",
		"layerNormRow normalises one row of n values, a multiple of 8; inverse is 1/n.",
		"It writes the row's mean and inverse deviation to stats.")
	p := pointers("dst", "stats", "x", "gain", "bias", "n")
	inverse := spread("inverse")
	mean, offset := YMM(), GP64()
	VXORPS(mean, mean, mean)
	SHLQ(Imm(2), p[5])
	again("lnmean", p[5], offset, func(i Register) { VADDPS(plus(p[2], i), mean, mean) })
	total(mean)
	VMULPS(inverse, mean, mean)
	squares := YMM()
	VXORPS(squares, squares, squares)
	again("lnvar", p[5], offset, func(i Register) {
		d := load(p[2], i)
		VSUBPS(mean, d, d)
		VFMADD231PS(d, d, squares)
	})
	total(squares)
	VFMADD213PS(spread("epsilon"), inverse, squares)
	VSQRTPS(squares, squares)
	VDIVPS(squares, all(1), squares) // now the inverse deviation
	VMOVSS(mean.AsX(), Mem{Base: p[1]})
	VMOVSS(squares.AsX(), Mem{Base: p[1], Disp: 4})
	again("lnout", p[5], offset, func(i Register) {
		h := load(p[2], i)
		VSUBPS(mean, h, h)
		VMULPS(squares, h, h)
		VMULPS(plus(p[3], i), h, h)
		VADDPS(plus(p[4], i), h, h)
		VMOVUPS(h, plus(p[0], i))
	})
	finish()

	function("layerNormBackwardRow", "func(dx, dgain, dbias, dy, x, gain, stats *float32, n int, inverse float32)",
		"layerNormBackwardRow adds the gradients of layerNormRow to dx, dgain and dbias.")
	p = pointers("dx", "dgain", "dbias", "dy", "x", "gain", "stats", "n")
	mean, dev := YMM(), YMM()
	VBROADCASTSS(Mem{Base: p[6]}, mean)
	VBROADCASTSS(Mem{Base: p[6], Disp: 4}, dev)
	sum, dot := YMM(), YMM()
	VXORPS(sum, sum, sum)
	VXORPS(dot, dot, dot)
	SHLQ(Imm(2), p[7])
	again("lnbsum", p[7], offset, func(i Register) {
		h, dy := load(p[4], i), load(p[3], i)
		VSUBPS(mean, h, h)
		VMULPS(dev, h, h)
		t := load(p[1], i)
		VFMADD231PS(dy, h, t) // dgain += dy·h
		VMOVUPS(t, plus(p[1], i))
		VADDPS(plus(p[2], i), dy, t) // dbias += dy
		VMOVUPS(t, plus(p[2], i))
		VMULPS(plus(p[5], i), dy, dy) // g = dy·gain
		VADDPS(dy, sum, sum)
		VFMADD231PS(dy, h, dot)
	})
	total(sum)
	total(dot)
	inverse = spread("inverse")
	VMULPS(inverse, sum, sum)
	VMULPS(inverse, dot, dot)
	again("lnbout", p[7], offset, func(i Register) {
		h, g := load(p[4], i), load(p[3], i)
		VSUBPS(mean, h, h)
		VMULPS(dev, h, h)
		VMULPS(plus(p[5], i), g, g)
		VSUBPS(sum, g, g)
		VFNMADD231PS(h, dot, g) // g − mean(g) − h·mean(g·h)
		t := load(p[0], i)
		VFMADD231PS(g, dev, t)
		VMOVUPS(t, plus(p[0], i))
	})
	finish()
}

// adam writes the AdamW update.
func adam() {
	function("adamVectors", "func(weights, m, v, grad *float32, n int, s *float32)",
		"adamVectors takes one step for n values, a multiple of 8.")
	p := pointers("weights", "m", "v", "grad", "n", "s")
	field := func(k int) VecVirtual {
		v := YMM()
		VBROADCASTSS(Mem{Base: p[5], Disp: 4 * k}, v)
		return v
	}
	scale, beta1, new1, beta2, new2 := field(0), field(1), field(2), field(3), field(4)
	rate, unbias, epsilon, keep := field(5), field(6), field(7), field(8)
	vectors("adam", p[4], func(i Register) {
		g := YMM()
		VMULPS(plus(p[3], i), scale, g)
		m, v := YMM(), YMM()
		VMULPS(new1, g, m)
		VFMADD231PS(plus(p[1], i), beta1, m) // m = β₁·m + (1−β₁)·g
		VMOVUPS(m, plus(p[1], i))
		VMULPS(g, g, v)
		VMULPS(new2, v, v)
		VFMADD231PS(plus(p[2], i), beta2, v) // v = β₂·v + (1−β₂)·g²
		VMOVUPS(v, plus(p[2], i))
		VSQRTPS(v, v)
		VFMADD213PS(epsilon, unbias, v)
		VMULPS(rate, m, m)
		VDIVPS(v, m, m)
		VMULPS(plus(p[0], i), keep, v)
		VSUBPS(m, v, v) // w = keep·w − rate·m/(√v·unbias + ε)
		VMOVUPS(v, plus(p[0], i))
	})
	finish()
}

// sumSquares writes the sum of squares in float64.
func sumSquares() {
	function("sumSquaresVectors", "func(sums *float64, x *float32, n int)",
		"sumSquaresVectors adds x² of n values, a multiple of 16, to sums[16], value i to sum i mod 16.")
	p := pointers("sums", "x", "n")
	var sum [4]VecVirtual
	for i := range sum {
		sum[i] = YMM()
		VMOVUPD(Mem{Base: p[0], Disp: 32 * i}, sum[i])
	}
	JMP(LabelRef("squares_test"))
	Label("squares_next")
	for i := range sum {
		v := YMM()
		VCVTPS2PD(Mem{Base: p[1], Disp: 16 * i}, v)
		VFMADD231PD(v, v, sum[i]) // exact: a square of float32 fits float64
	}
	ADDQ(Imm(64), p[1])
	SUBQ(Imm(16), p[2])
	Label("squares_test")
	TESTQ(p[2], p[2])
	JNZ(LabelRef("squares_next"))
	for i := range sum {
		VMOVUPD(sum[i], Mem{Base: p[0], Disp: 32 * i})
	}
	finish()
}

// sumRows writes the sum of rows.
func sumRows() {
	function("sumRowsVectors", "func(dst, x *float32, step, rows, n int)",
		"sumRowsVectors adds rows of n values, a multiple of 8, which begin step values apart in x, to dst, the first row first.")
	p := pointers("dst", "x", "step", "rows", "n")
	SHLQ(Imm(2), p[2])
	for _, width := range []int{8, 1} { // vectors, whose sums are in registers
		label := fmt.Sprintf("sumrows%d", width)
		JMP(LabelRef(label + "_test"))
		Label(label + "_columns")
		sums := make([]VecVirtual, width)
		for i := range sums {
			sums[i] = YMM()
			VMOVUPS(Mem{Base: p[0], Disp: 4 * lanes * i}, sums[i])
		}
		row, left := GP64(), GP64()
		MOVQ(p[1], row)
		MOVQ(p[3], left)
		Label(label + "_row")
		for i := range sums {
			VADDPS(Mem{Base: row, Disp: 4 * lanes * i}, sums[i], sums[i])
		}
		ADDQ(p[2], row)
		DECQ(left)
		JNZ(LabelRef(label + "_row"))
		for i := range sums {
			VMOVUPS(sums[i], Mem{Base: p[0], Disp: 4 * lanes * i})
		}
		ADDQ(U32(uint32(4*lanes*width)), p[0])
		ADDQ(U32(uint32(4*lanes*width)), p[1])
		SUBQ(U32(uint32(lanes*width)), p[4])
		Label(label + "_test")
		CMPQ(p[4], U32(uint32(lanes*width)))
		JGE(LabelRef(label + "_columns"))
	}
	finish()
}
