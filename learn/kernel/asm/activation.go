package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// vector returns eight times the same bits in read-only memory. An operand there costs no instruction of its own.
func vector(bits uint32) Mem {
	m, ok := vectorsOf[bits]
	if !ok {
		m = GLOBL(fmt.Sprintf("vector%08x", bits), attr.RODATA|attr.NOPTR)
		for i := range lanes {
			DATA(4*i, U32(bits))
		}
		vectorsOf[bits] = m
	}
	return m
}

// vectorsOf are the vectors in read-only memory, by their bits.
var vectorsOf = map[uint32]Mem{}

func every(x float32) Mem { return vector(math.Float32bits(x)) }

// held are vectors that stay in registers in a loop with exponentials, as they are operands that may not lie in memory.
type held struct{ most, least, one VecVirtual }

func hold() held { return held{all(88), all(-87), all(1)} }

// exp replaces x by its exponential, as the Go function of that name does.
func (h held) exp(x VecVirtual) {
	// The argument is the second source of minimum and maximum, so NaN stays NaN.
	VMINPS(x, h.most, x)
	VMAXPS(x, h.least, x)
	n := YMM()
	VMULPS(every(math.Log2E), x, n)
	VROUNDPS(Imm(0), n, n) // to nearest
	VFNMADD231PS(every(0.693359375), n, x)
	VFMADD231PS(every(2.12194440e-4), n, x) // r = x − n·ln 2
	p := YMM()
	VMOVUPS(every(1.9875691500e-4), p)
	for _, c := range []float32{1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 0.5} {
		VFMADD213PS(every(c), x, p)
	}
	VMULPS(x, p, p)
	VFMADD213PS(x, x, p) // (p·r)·r + r
	VADDPS(h.one, p, x)
	VCVTPS2DQ(n, n)
	VPADDD(vector(127), n, n)
	VPSLLD(Imm(23), n, n)
	VMULPS(n, x, x)
}

// sigmoid returns 1/(1+exp(−x)).
func (h held) sigmoid(x VecVirtual) VecVirtual {
	s := YMM()
	VXORPS(s, s, s)
	VSUBPS(x, s, s)
	h.exp(s)
	VADDPS(h.one, s, s)
	VDIVPS(s, h.one, s)
	return s
}

// tanh returns the hyperbolic tangent, as the Go function of that name does.
func (h held) tanh(x, two VecVirtual) VecVirtual {
	magnitude, sign := YMM(), YMM()
	VMOVUPS(vector(1<<31), sign)
	VANDNPS(x, sign, magnitude)
	VANDPS(x, sign, sign)

	far := YMM()
	VADDPS(magnitude, magnitude, far)
	h.exp(far)
	VADDPS(h.one, far, far)
	VDIVPS(far, two, far)
	VSUBPS(far, h.one, far) // 1 − 2/(exp(2|x|)+1)
	VORPS(sign, far, far)

	z, p := YMM(), YMM()
	VMOVUPS(every(-5.70498872745e-3), p)
	VMULPS(x, x, z)
	for _, c := range []float32{2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1} {
		VFMADD213PS(every(c), z, p)
	}
	VMULPS(z, p, p)
	VFMADD213PS(x, x, p) // p·z·x + x

	near := YMM()
	VCMPPS(Imm(1), every(0.625), magnitude, near) // less than
	VBLENDVPS(near, p, far, far)
	return far
}

func activations() {
	function("reluBackwardVectors", "func(dx, dy, y *float32, n int)",
		"reluBackwardVectors computes dx = dy where y > 0, else 0, for n values, a multiple of 8.")
	p := pointers("dx", "dy", "y", "n")
	zero := YMM()
	VXORPS(zero, zero, zero)
	vectors("relub", p[3], func(i Register) {
		mask := YMM()
		VCMPPS(Imm(1), plus(p[2], i), zero, mask) // 0 < y
		VANDPS(plus(p[1], i), mask, mask)
		VMOVUPS(mask, plus(p[0], i))
	})
	finish()

	function("siluVectors", "func(dst, x *float32, n int)",
		"siluVectors computes dst = x·σ(x) for n values, a multiple of 8.")
	p = pointers("dst", "x", "n")
	h := hold()
	vectors("silu", p[2], func(i Register) {
		x := load(p[1], i)
		s := h.sigmoid(x)
		VMULPS(x, s, s)
		VMOVUPS(s, plus(p[0], i))
	})
	finish()

	function("siluSlopeVectors", "func(dst, slope, x *float32, n int)",
		"siluSlopeVectors computes dst = x·s and slope = s + x·s·(1−s), s = σ(x), for n values, a multiple of 8.")
	p = pointers("dst", "slope", "x", "n")
	h = hold()
	vectors("silus", p[3], func(i Register) {
		x, d := load(p[2], i), YMM()
		s := h.sigmoid(x)
		VMULPS(x, s, x)
		VSUBPS(s, h.one, d)
		VFMADD213PS(s, x, d) // (1−s)·y + s
		VMOVUPS(x, plus(p[0], i))
		VMOVUPS(d, plus(p[1], i))
	})
	finish()

	function("tanhVectors", "func(dst, x *float32, n int)",
		"tanhVectors computes dst = tanh x for n values, a multiple of 8.")
	p = pointers("dst", "x", "n")
	h = hold()
	two := all(2)
	vectors("tanh", p[2], func(i Register) {
		VMOVUPS(h.tanh(load(p[1], i), two), plus(p[0], i))
	})
	finish()

	function("tanhBackwardVectors", "func(dx, dy, y *float32, n int)",
		"tanhBackwardVectors computes dx = dy·(1−y²) for n values, a multiple of 8.")
	p = pointers("dx", "dy", "y", "n")
	one := all(1)
	vectors("tanhb", p[3], func(i Register) {
		y, d := load(p[2], i), YMM()
		VMOVAPS(one, d)
		VFNMADD231PS(y, y, d)
		VMULPS(plus(p[1], i), d, d)
		VMOVUPS(d, plus(p[0], i))
	})
	finish()
}
