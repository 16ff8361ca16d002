package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// exp replaces x by its exponential, as the Go function of that name does.
func exp(x VecVirtual) {
	// The argument is the second source of minimum and maximum, so NaN stays NaN.
	VMINPS(x, all(88), x)
	VMAXPS(x, all(-87), x)
	n := YMM()
	VMULPS(all(math.Log2E), x, n)
	VROUNDPS(Imm(0), n, n) // to nearest
	VFNMADD231PS(all(0.693359375), n, x)
	VFMADD231PS(all(2.12194440e-4), n, x) // r = x − n·ln 2
	p := all(1.9875691500e-4)
	for _, c := range []float32{1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 0.5} {
		VFMADD213PS(all(c), x, p)
	}
	VMULPS(x, p, p)
	VFMADD213PS(x, x, p) // (p·r)·r + r
	VADDPS(all(1), p, x)
	bits, bias := YMM(), YMM()
	VCVTPS2DQ(n, bits)
	VPBROADCASTD(constant(127), bias)
	VPADDD(bias, bits, bits)
	VPSLLD(Imm(23), bits, bits)
	VMULPS(bits, x, x)
}

// sigmoid returns 1/(1+exp(−x)).
func sigmoid(x VecVirtual) VecVirtual {
	s, one := YMM(), all(1)
	VXORPS(s, s, s)
	VSUBPS(x, s, s)
	exp(s)
	VADDPS(one, s, s)
	VDIVPS(s, one, s)
	return s
}

// tanh returns the hyperbolic tangent, as the Go function of that name does.
func tanh(x VecVirtual) VecVirtual {
	magnitude, sign := YMM(), YMM()
	VBROADCASTSS(constant(1<<31), sign)
	VANDNPS(x, sign, magnitude)
	VANDPS(x, sign, sign)

	far, one := YMM(), all(1)
	VADDPS(magnitude, magnitude, far)
	exp(far)
	VADDPS(one, far, far)
	VDIVPS(far, all(2), far)
	VSUBPS(far, one, far) // 1 − 2/(exp(2|x|)+1)
	VORPS(sign, far, far)

	z, p := YMM(), all(-5.70498872745e-3)
	VMULPS(x, x, z)
	for _, c := range []float32{2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1} {
		VFMADD213PS(all(c), z, p)
	}
	VMULPS(z, p, p)
	VFMADD213PS(x, x, p) // p·z·x + x

	near := YMM()
	VCMPPS(Imm(1), all(0.625), magnitude, near) // less than
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
	vectors("silu", p[2], func(i Register) {
		x := load(p[1], i)
		s := sigmoid(x)
		VMULPS(x, s, s)
		VMOVUPS(s, plus(p[0], i))
	})
	finish()

	function("siluBackwardVectors", "func(dx, dy, y, x *float32, n int)",
		"siluBackwardVectors computes dx = dy·(s + y·(1−s)), s = σ(x), for n values, a multiple of 8.")
	p = pointers("dx", "dy", "y", "x", "n")
	vectors("silub", p[4], func(i Register) {
		s, d := sigmoid(load(p[3], i)), YMM()
		VSUBPS(s, all(1), d)
		VFMADD132PS(plus(p[2], i), s, d) // (1−s)·y + s
		VMULPS(plus(p[1], i), d, d)
		VMOVUPS(d, plus(p[0], i))
	})
	finish()

	function("tanhVectors", "func(dst, x *float32, n int)",
		"tanhVectors computes dst = tanh x for n values, a multiple of 8.")
	p = pointers("dst", "x", "n")
	vectors("tanh", p[2], func(i Register) {
		VMOVUPS(tanh(load(p[1], i)), plus(p[0], i))
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
