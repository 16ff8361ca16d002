package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// lane is the number of bytes from one value of a lane to that of the next quantity.
const lane = 32

// Where the values of a point begin, in bytes; see the constants in few.go.
const (
	atNormalSpeed = lane * iota
	atTangentSpeed
	atNormalImpulse
	atTangentImpulse
	atNormalStart
	atTangentStart
	atNormalOwn
	atTangentOwn
	atNormalCross
	atTangentCross
	atNormalPush
	atTangentPush
	atLargest
	atShare
	atSure
	pointSize
)

// Likewise of a point that is pushed apart.
const (
	atSpeed = lane * iota
	atLift
	atLiftStart
	atLiftOwn
	overlapSize
)

// crowd is a loop over the points of up to eight scenes, one in each lane, round after round until
// nothing changes in any of them. A lane in which nothing does, or that is not filled, stands still.
type crowd struct {
	name                            string
	points, echoes, n, rounds, took Register
	point, echo, left               Register
	change, settled, active, corner VecVirtual
}

// gather writes the head of both loops.
func gather(name, doc, signature string) *crowd {
	TEXT(name, NOSPLIT, signature)
	Pragma("noescape")
	Doc(doc)
	c := &crowd{name: name}
	c.points, c.echoes = Load(Param("points"), GP64()), Load(Param("echoes"), GP64())
	c.n, c.rounds = Load(Param("n"), GP64()), Load(Param("rounds"), GP64())
	c.settled, c.change, c.active = YMM(), YMM(), YMM()
	VBROADCASTSS(address("settled"), c.settled)
	filled, masks := Load(Param("filled"), GP64()), GP64()
	LEAQ(fills, masks)
	NEGQ(filled)
	VMOVDQU(Mem{Base: masks, Index: filled, Scale: 4, Disp: lane}, c.active)
	c.took, c.point, c.echo, c.left = GP64(), GP64(), GP64(), GP64()
	XORQ(c.took, c.took)
	Label(name + "_round")
	VXORPS(c.change, c.change, c.change)
	MOVQ(c.points, c.point)
	MOVQ(c.echoes, c.echo)
	MOVQ(c.n, c.left)
	Label(name + "_visit")
	return c
}

func address(name string) Mem {
	from, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return from.Addr
}

func (c *crowd) at(field int) Mem { return Mem{Base: c.point, Disp: field} }

func loaded(m Mem) VecVirtual {
	v := YMM()
	VMOVUPS(m, v)
	return v
}

// add adds x times what stands at a place to sum.
func add(sum, x VecVirtual, at Mem) {
	p := YMM()
	VMULPS(at, x, p)
	VADDPS(p, sum, sum)
}

// take puts next in place of an impulse in the active lanes, and returns by how much it changes.
func (c *crowd) take(next, before VecVirtual, field int) VecVirtual {
	d, kept := YMM(), YMM()
	VSUBPS(before, next, d)
	VANDPS(c.active, d, d)
	VBLENDVPS(c.active, next, before, kept)
	VMOVUPS(kept, c.at(field))
	return d
}

// end closes both loops.
func (c *crowd) end(size int) {
	ADDQ(U32(size), c.point)
	DECQ(c.left)
	JNZ(LabelRef(c.name + "_visit"))
	INCQ(c.took)
	VCMPPS(Imm(0x1e), c.settled, c.change, c.active) // greater, and no NaN
	mask := GP32()
	VMOVMSKPS(c.active, mask)
	TESTL(mask, mask)
	JZ(LabelRef(c.name + "_done"))
	CMPQ(c.took, c.rounds)
	JLT(LabelRef(c.name + "_round"))
	Label(c.name + "_done")
	VZEROUPPER()
	Store(c.took, ReturnIndex(0))
	RET()
}

// sweepFew writes SweepLanes.
func sweepFew() {
	c := gather("SweepLanes", "SweepLanes is few.sweep of package contact for the first lanes, those that are filled, at most eight; it returns how many rounds the slowest took.",
		"func(points, echoes *float32, n, filled, rounds int, settled float32) int")
	un, ut := loaded(c.at(atNormalSpeed)), loaded(c.at(atTangentSpeed))
	jn, jt := loaded(c.at(atNormalImpulse)), loaded(c.at(atTangentImpulse))
	normal, free := YMM(), YMM()
	VADDPS(c.at(atNormalStart), jn, normal)
	add(normal, un, c.at(atNormalOwn))
	add(normal, ut, c.at(atNormalCross))
	add(normal, jn, c.at(atNormalPush))
	zero := YMM()
	VXORPS(zero, zero, zero)
	VMAXPS(normal, zero, normal) // NaN comes through because it is the second operand
	most := loaded(c.at(atLargest))
	VMINPS(normal, most, normal)

	VADDPS(c.at(atTangentStart), jt, free)
	add(free, ut, c.at(atTangentOwn))
	add(free, un, c.at(atTangentCross))
	add(free, jn, c.at(atTangentPush))
	grip, sign := YMM(), YMM()
	VMULPS(c.at(atShare), normal, grip)
	VADDPS(c.at(atSure), grip, grip)
	VMINPS(free, grip, free)
	VBROADCASTSS(signs, sign)
	VXORPS(sign, grip, grip)
	VMAXPS(free, grip, free)

	dn, dt := c.take(normal, jn, atNormalImpulse), c.take(free, jt, atTangentImpulse)
	square, p := YMM(), YMM()
	VMULPS(dn, dn, square)
	VMULPS(dt, dt, p)
	VADDPS(p, square, square)
	VMAXPS(square, c.change, c.change)

	other, rest := GP64(), GP64()
	MOVQ(c.points, other)
	MOVQ(c.n, rest)
	Label(c.name + "_echo")
	heard := func(field int, first, second VecVirtual, firstAt, secondAt int) {
		u := loaded(Mem{Base: other, Disp: field})
		add(u, first, Mem{Base: c.echo, Disp: firstAt * lane})
		add(u, second, Mem{Base: c.echo, Disp: secondAt * lane})
		VMOVUPS(u, Mem{Base: other, Disp: field})
	}
	heard(atNormalSpeed, dn, dt, 0, 1)
	heard(atTangentSpeed, dt, dn, 3, 2)
	ADDQ(U32(4*lane), c.echo)
	ADDQ(U32(pointSize), other)
	DECQ(rest)
	JNZ(LabelRef(c.name + "_echo"))
	c.end(pointSize)
}

// partFew writes PartLanes.
func partFew() {
	c := gather("PartLanes", "PartLanes is fewOverlaps.part of package contact for the first lanes, those that are filled, at most eight; it returns how many rounds the slowest took.",
		"func(points, echoes *float32, n, filled, rounds int, settled, corner float32) int")
	c.corner = YMM()
	VBROADCASTSS(address("corner"), c.corner)
	j, lift, root := loaded(c.at(atLift)), YMM(), YMM()
	u := loaded(c.at(atSpeed))
	VADDPS(c.at(atLiftStart), j, lift)
	add(lift, u, c.at(atLiftOwn))
	VMULPS(lift, lift, root)
	VADDPS(c.corner, root, root)
	VSQRTPS(root, root)
	VADDPS(root, lift, lift)
	VBROADCASTSS(half, root)
	VMULPS(root, lift, lift)
	d := c.take(lift, j, atLift)
	square := YMM()
	VMULPS(d, d, square)
	VMAXPS(square, c.change, c.change)

	other, rest := GP64(), GP64()
	MOVQ(c.points, other)
	MOVQ(c.n, rest)
	Label(c.name + "_echo")
	u = loaded(Mem{Base: other, Disp: atSpeed})
	add(u, d, Mem{Base: c.echo})
	VMOVUPS(u, Mem{Base: other, Disp: atSpeed})
	ADDQ(U32(lane), c.echo)
	ADDQ(U32(overlapSize), other)
	DECQ(rest)
	JNZ(LabelRef(c.name + "_echo"))
	c.end(overlapSize)
}
