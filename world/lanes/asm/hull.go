package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

const (
	boxSize   = 32 // bytes of a box
	atNormals = 64 // where the normals of corners begin, in bytes
	vecSize   = 16 // bytes of a vertex
)

// meetBoxes writes MeetBoxes. It goes from the last box to the first, so that bits shift into their places.
func meetBoxes() {
	TEXT("MeetBoxes", NOSPLIT, "func(meet, with *uint64, boxes *float64, some, n int)")
	Pragma("noescape")
	Doc("MeetBoxes finds which of n boxes of package geom, at most 64, each of the first ones meets among those after it: bit k of meet stands for box k, if it is set in with.")
	meet, with, boxes := Load(Param("meet"), GP64()), Load(Param("with"), GP64()), Load(Param("boxes"), GP64())
	some, n := Load(Param("some"), GP64()), Load(Param("n"), GP64())
	box, sum, signs, which, at, first := YMM(), YMM(), GP32(), GP64(), GP64(), GP64()
	end := n
	SHLQ(Imm(5), end)
	ADDQ(boxes, end)
	Label("MeetBoxes_box")
	VMOVUPD(Mem{Base: boxes}, box)
	VPERM2F128(Imm(1), box, box, box)
	XORQ(which, which)
	MOVQ(end, at)
	ADDQ(Imm(boxSize), boxes)
	CMPQ(at, boxes)
	JEQ(LabelRef("MeetBoxes_last"))
	Label("MeetBoxes_next")
	SUBQ(Imm(boxSize), at)
	VADDPD(Mem{Base: at}, box, sum)
	VMOVMSKPD(sum, signs)
	CMPL(signs, Imm(1)) // carries if there is none
	ADCQ(which, which)
	CMPQ(at, boxes)
	JNE(LabelRef("MeetBoxes_next"))
	Label("MeetBoxes_last")
	MOVQ(boxes, first) // shifts by the number of the first of those after it
	Load(Param("boxes"), at)
	SUBQ(at, first)
	SHRQ(Imm(5), first)
	MOVQ(first, RCX)
	SHLQ(CL, which)
	ANDQ(Mem{Base: with}, which)
	MOVQ(which, Mem{Base: meet})
	ADDQ(Imm(8), with)
	ADDQ(Imm(8), meet)
	DECQ(some)
	JNZ(LabelRef("MeetBoxes_box"))
	VZEROUPPER()
	RET()
}

// sameValues writes SameValues.
func sameValues() {
	TEXT("SameValues", NOSPLIT, "func(a, b *float64, n int) bool")
	Pragma("noescape")
	Doc("SameValues reports whether n values, at least 4, are equal in a and b; NaN is not.")
	a, b, n := Load(Param("a"), GP64()), Load(Param("b"), GP64()), Load(Param("n"), GP64())
	other, v, at, last := YMM(), YMM(), GP64(), GP64()
	VXORPD(other, other, other)
	XORQ(at, at)
	LEAQ(Mem{Base: n, Disp: -4}, last)
	compare := func(at Register) {
		VMOVUPD(Mem{Base: a, Index: at, Scale: 8}, v)
		VCMPPD(Imm(4), Mem{Base: b, Index: at, Scale: 8}, v, v) // not equal, or no number
		VORPD(v, other, other)
	}
	JMP(LabelRef("SameValues_test"))
	Label("SameValues_next")
	compare(at)
	ADDQ(Imm(4), at)
	Label("SameValues_test")
	CMPQ(at, last)
	JLT(LabelRef("SameValues_next"))
	compare(last)
	signs, same := GP32(), GP8()
	VMOVMSKPD(other, signs)
	VZEROUPPER()
	TESTL(signs, signs)
	SETEQ(same)
	Store(same, ReturnIndex(0))
	RET()
}

// placeCorners writes PlaceCorners.
func placeCorners() {
	TEXT("PlaceCorners", NOSPLIT, "func(dst, corners *float64, x, y, sin, cos float64)")
	Pragma("noescape")
	Doc("PlaceCorners turns corners of package geom by an angle, of which it is given sine and cosine, and moves the vertices to a position in metres.")
	dst, from := Load(Param("dst"), GP64()), Load(Param("corners"), GP64())
	sin, cos, position := YMM(), YMM(), YMM()
	VBROADCASTSD(address("sin"), sin)
	VBROADCASTSD(address("cos"), cos)
	VBROADCASTF128(address("x"), position)
	for k := 0; k < 2*atNormals; k += 32 {
		v, turned, swapped := YMM(), YMM(), YMM()
		VMOVUPD(Mem{Base: from, Disp: k}, v)
		VPERMILPD(Imm(5), v, swapped)
		VMULPD(cos, v, turned)
		VMULPD(sin, swapped, swapped)
		VADDSUBPD(swapped, turned, turned)
		if k < atNormals {
			VADDPD(position, turned, turned)
		}
		VMOVUPD(turned, Mem{Base: dst, Disp: k})
	}
	VZEROUPPER()
	RET()
}

// partCorners writes PartCorners.
func partCorners() {
	TEXT("PartCorners", NOSPLIT, "func(a, b *float64, enough float64) (axis int, distance float64)")
	Pragma("noescape")
	Doc("PartCorners returns along which normal of two corners of package geom, those of a first, they are furthest apart, and how far, in metres. It is satisfied with more than enough.")
	a, b := Load(Param("a"), GP64()), Load(Param("b"), GP64())
	axis, other := GP64(), GP64()
	enough := XMM()
	Load(Param("enough"), enough)
	first := furthest(a, b, axis)
	VUCOMISD(enough, first)
	JHI(LabelRef("PartCorners_done"))
	second := furthest(b, a, other)
	ADDQ(Imm(4), other)
	VUCOMISD(first, second)
	CMOVQHI(other, axis)
	VMAXSD(first, second, first)
	Label("PartCorners_done")
	VZEROUPPER()
	Store(axis, ReturnIndex(0))
	Store(first, ReturnIndex(1))
	RET()
}

// furthest returns how far the corners of b are outside those of a along the normal of a where that is most, and writes
// the number of the normal to axis.
func furthest(a, b Register, axis GPVirtual) VecVirtual {
	x, y := columns(a, 0)
	nx, ny := columns(a, atNormals)
	dot := func(x, y Op) VecVirtual {
		d, p := YMM(), YMM()
		VMULPD(x, nx, d)
		VMULPD(y, ny, p)
		VADDPD(p, d, d)
		return d
	}
	own := dot(x, y)
	var low VecVirtual
	for k := range 4 {
		x, y := YMM(), YMM()
		VBROADCASTSD(Mem{Base: b, Disp: vecSize * k}, x)
		VBROADCASTSD(Mem{Base: b, Disp: vecSize*k + 8}, y)
		d := dot(x, y)
		if k == 0 {
			low = d
			continue
		}
		VMINPD(d, low, low)
	}
	VSUBPD(own, low, low)
	VPERMPD(Imm(0xd8), low, low) // in the order of the normals
	most, other, all, equal, which := XMM(), XMM(), YMM(), YMM(), GP32()
	VEXTRACTF128(Imm(1), low, other)
	VMAXPD(low.AsX(), other, most)
	VPERMILPD(Imm(1), most, other)
	VMAXSD(other, most, most)
	VBROADCASTSD(most, all)
	VCMPPD(Imm(0), all, low, equal)
	VMOVMSKPD(equal, which)
	ORL(Imm(8), which) // where nothing is a number
	BSFL(which, which)
	MOVL(which, axis.As32())
	return most
}

// columns returns four vectors of the plane that begin at a place, by coordinate: the first, the third, the second and the fourth.
func columns(base Register, at int) (x, y VecVirtual) {
	v, w := YMM(), YMM()
	VMOVUPD(Mem{Base: base, Disp: at}, v)
	VMOVUPD(Mem{Base: base, Disp: at + 32}, w)
	x, y = YMM(), YMM()
	VUNPCKLPD(w, v, x)
	VUNPCKHPD(w, v, y)
	return x, y
}
