package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// around walks n values, as vectors does, beside the values of a cycle that begins anew when it has come to its end.
func around(label string, cycle, n Register, body func(offset, place Register)) {
	place := GP64()
	XORQ(place, place)
	SHLQ(Imm(2), cycle)
	vectors(label, n, func(offset Register) {
		body(offset, place)
		ADDQ(Imm(4*lanes), place)
		CMPQ(place, cycle)
		JNE(LabelRef(label + "_on"))
		XORQ(place, place)
		Label(label + "_on")
	})
}

// losses writes the Huber loss and its derivative.
func losses() {
	function("huberVectors", "func(sums *float64, pred, target, scale *float32, cycle, n int, beta float64)",
		"huberVectors adds near·(2·d−near) of n values, a multiple of 8, to sums[8], value i to sum i mod 8, for d = |scale·(pred−target)|",
		"and near = min(d, beta). After a cycle of values, a multiple of 8, scale begins anew.")
	p := pointers("sums", "pred", "target", "scale", "cycle", "n")
	from, err := Param("beta").Resolve()
	if err != nil {
		panic(err)
	}
	beta, sign := YMM(), YMM()
	VBROADCASTSD(from.Addr, beta)
	VPCMPEQD(sign, sign, sign)
	VPSLLQ(Imm(63), sign, sign)
	var sums [2]VecVirtual
	for h := range sums {
		sums[h] = YMM()
		VMOVUPD(Mem{Base: p[0], Disp: 32 * h}, sums[h])
	}
	around("huber", p[4], p[5], func(i, place Register) {
		for h := range sums {
			x, d, s := XMM(), YMM(), YMM()
			VMOVUPS(Mem{Base: p[1], Index: i, Scale: 1, Disp: 16 * h}, x)
			VSUBPS(Mem{Base: p[2], Index: i, Scale: 1, Disp: 16 * h}, x, x)
			VCVTPS2PD(x, d)
			VCVTPS2PD(Mem{Base: p[3], Index: place, Scale: 1, Disp: 16 * h}, s)
			VMULPD(s, d, d)
			VANDNPD(d, sign, d)
			near := YMM()
			VMINPD(d, beta, near) // NaN comes through because it is the second operand
			VADDPD(d, d, d)
			VSUBPD(near, d, d)
			VMULPD(near, d, d)
			VADDPD(d, sums[h], sums[h])
		}
	})
	for h := range sums {
		VMOVUPD(sums[h], Mem{Base: p[0], Disp: 32 * h})
	}
	finish()

	function("huberBackwardVectors", "func(dpred, pred, target, scale *float32, cycle, n int, weight, beta float32)",
		"huberBackwardVectors adds weight·scale·d, with d = scale·(pred−target) kept between −beta and beta, to n values, a multiple of 8;",
		"see huberVectors for scale.")
	p = pointers("dpred", "pred", "target", "scale", "cycle", "n")
	weight, most, least := spread("weight"), spread("beta"), YMM()
	VXORPS(least, least, least)
	VSUBPS(most, least, least)
	around("huberb", p[4], p[5], func(i, place Register) {
		s, d := load(p[3], place), load(p[1], i)
		VSUBPS(plus(p[2], i), d, d)
		VMULPS(d, s, d)
		VMINPS(d, most, d)
		VMAXPS(d, least, d)
		VMULPS(weight, s, s)
		VMULPS(d, s, s)
		VADDPS(plus(p[0], i), s, s)
		VMOVUPS(s, plus(p[0], i))
	})
	finish()
}
