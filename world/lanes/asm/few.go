package main

import (
	"fmt"

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

// mostPoints is up to how many points of a scene there is code for: mostFew of package contact.
const mostPoints = 4

// Of each visit what a record holds, in vectors: see recorded in package contact.
const (
	sweepRecord = 4
	partRecord  = 2
)

// crowd is a loop over the points of up to eight scenes, one in each lane, round after round until
// nothing changes in any of them. A lane in which nothing does, or that is not filled, stands still.
type crowd struct {
	points, echoes Register
	visits         Register // where the record of the round goes, if there is one; nil if not
	change, active VecVirtual
	n, size        int // of points, and of a point in bytes
	record         int // vectors for each visit
}

// crowds writes a function that has such a loop for each number of points, of some bytes each. What a loop begins with loads how the
// sides of all points move, which then never leaves the registers: a visit waits for that before. It returns what visits point i.
// With a record a round begins by noting which lanes are active.
func crowds(name, doc, signature string, size, record int, begin func(c *crowd) (visit func(i int))) {
	TEXT(name, NOSPLIT, signature)
	Pragma("noescape")
	Doc(doc)
	c := &crowd{size: size, record: record, change: YMM(), active: YMM()}
	c.points, c.echoes = Load(Param("points"), GP64()), Load(Param("echoes"), GP64())
	if record > 0 {
		c.visits = Load(Param("visits"), GP64())
	}
	n, rounds := Load(Param("n"), GP64()), Load(Param("rounds"), GP64())
	filled, masks, took := Load(Param("filled"), GP64()), GP64(), GP64()
	LEAQ(fills, masks)
	NEGQ(filled)
	VMOVDQU(Mem{Base: masks, Index: filled, Scale: 4, Disp: lane}, c.active)
	XORQ(took, took)
	label := func(n int) string { return fmt.Sprintf("%s_%d", name, n) }
	for points := 1; points < mostPoints; points++ {
		CMPQ(n, Imm(uint64(points)))
		JEQ(LabelRef(label(points)))
	}
	for c.n = mostPoints; c.n >= 1; c.n-- {
		Label(label(c.n))
		visit := begin(c)
		Label(label(c.n) + "_round")
		VXORPS(c.change, c.change, c.change)
		if record > 0 {
			VMOVUPS(c.active, Mem{Base: c.visits})
		}
		for i := range c.n {
			visit(i)
		}
		if record > 0 {
			ADDQ(U32(lane*(1+record*c.n)), c.visits)
		}
		INCQ(took)
		settled, mask := YMM(), GP32()
		VBROADCASTSS(address("settled"), settled)
		VCMPPS(Imm(0x1e), settled, c.change, c.active) // greater, and no NaN
		VMOVMSKPS(c.active, mask)
		TESTL(mask, mask)
		JZ(LabelRef(name + "_done"))
		CMPQ(took, rounds)
		JLT(LabelRef(label(c.n) + "_round"))
		if c.n > 1 {
			JMP(LabelRef(name + "_done"))
		}
	}
	Label(name + "_done")
	VZEROUPPER()
	Store(took, ReturnIndex(0))
	RET()
}

func address(name string) Mem {
	from, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return from.Addr
}

// at is where a quantity of point i stands.
func (c *crowd) at(i, field int) Mem { return Mem{Base: c.points, Disp: c.size*i + field} }

// each loads a quantity of all points.
func (c *crowd) each(field int) (all []VecVirtual) {
	for i := range c.n {
		all = append(all, loaded(c.at(i, field)))
	}
	return all
}

// note records a quantity of the visit to point i.
func (c *crowd) note(i, field int, v VecVirtual) {
	if c.record > 0 {
		VMOVUPS(v, Mem{Base: c.visits, Disp: lane * (1 + c.record*i + field)})
	}
}

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

// take puts next in place of an impulse in the active lanes, and makes of next by how much it changes.
func (c *crowd) take(next, before VecVirtual, at Mem) {
	kept := YMM()
	VBLENDVPS(c.active, next, before, kept)
	VMOVUPS(kept, at)
	VSUBPS(before, next, next)
	VANDPS(c.active, next, next)
}

// sweepFew writes SweepLanes and RecordSweepLanes.
func sweepFew() {
	begin := func(c *crowd) func(int) {
		un, ut := c.each(atNormalSpeed), c.each(atTangentSpeed)
		return func(i int) {
			jn, jt := loaded(c.at(i, atNormalImpulse)), loaded(c.at(i, atTangentImpulse))
			for field, v := range []VecVirtual{un[i], ut[i], jn, jt} {
				c.note(i, field, v)
			}
			normal, free := YMM(), YMM()
			VADDPS(c.at(i, atNormalStart), jn, normal)
			add(normal, un[i], c.at(i, atNormalOwn))
			add(normal, ut[i], c.at(i, atNormalCross))
			add(normal, jn, c.at(i, atNormalPush))
			bound := YMM()
			VXORPS(bound, bound, bound)
			VMAXPS(normal, bound, normal) // NaN comes through because it is the second operand
			VMOVUPS(c.at(i, atLargest), bound)
			VMINPS(normal, bound, normal)

			VADDPS(c.at(i, atTangentStart), jt, free)
			add(free, ut[i], c.at(i, atTangentOwn))
			add(free, un[i], c.at(i, atTangentCross))
			add(free, jn, c.at(i, atTangentPush))
			grip, sign := YMM(), YMM()
			VMULPS(c.at(i, atShare), normal, grip)
			VADDPS(c.at(i, atSure), grip, grip)
			VMINPS(free, grip, free)
			VBROADCASTSS(signs, sign)
			VXORPS(sign, grip, grip)
			VMAXPS(free, grip, free)

			c.take(normal, jn, c.at(i, atNormalImpulse))
			c.take(free, jt, c.at(i, atTangentImpulse))
			square, p := YMM(), YMM()
			VMULPS(normal, normal, square)
			VMULPS(free, free, p)
			VADDPS(p, square, square)
			VMAXPS(square, c.change, c.change)
			for k := range c.n {
				echo := func(part int) Mem { return Mem{Base: c.echoes, Disp: lane * (4*(c.n*i+k) + part)} }
				add(un[k], normal, echo(0))
				add(un[k], free, echo(1))
				add(ut[k], free, echo(3))
				add(ut[k], normal, echo(2))
			}
		}
	}
	crowds("SweepLanes", "SweepLanes is few.sweep of package contact for the first lanes, those that are filled, at most eight; n is at most 4. It returns how many rounds the slowest took.",
		"func(points, echoes *float32, n, filled, rounds int, settled float32) int", pointSize, 0, begin)
	crowds("RecordSweepLanes", "RecordSweepLanes is SweepLanes, and notes in visits [rounds, 1+4n, 8] what SweepLanesBack needs: of each round which lanes are active, and of each visit un, ut, jn and jt before it.",
		"func(points, echoes, visits *float32, n, filled, rounds int, settled float32) int", pointSize, sweepRecord, begin)
}

// partFew writes PartLanes and RecordPartLanes.
func partFew() {
	begin := func(c *crowd) func(int) {
		u, corner, halves := c.each(atSpeed), YMM(), YMM()
		VBROADCASTSS(address("corner"), corner)
		VBROADCASTSS(half, halves)
		return func(i int) {
			j, lift, root := loaded(c.at(i, atLift)), YMM(), YMM()
			VADDPS(c.at(i, atLiftStart), j, lift)
			add(lift, u[i], c.at(i, atLiftOwn))
			VMULPS(lift, lift, root)
			VADDPS(corner, root, root)
			VSQRTPS(root, root)
			if c.record > 0 {
				slope, one := YMM(), YMM()
				VDIVPS(root, lift, slope)
				VBROADCASTSS(unit, one)
				VADDPS(one, slope, slope)
				VMULPS(halves, slope, slope)
				c.note(i, 0, u[i])
				c.note(i, 1, slope)
			}
			VADDPS(root, lift, lift)
			VMULPS(halves, lift, lift)
			c.take(lift, j, c.at(i, atLift))
			square := YMM()
			VMULPS(lift, lift, square)
			VMAXPS(square, c.change, c.change)
			for k := range c.n {
				add(u[k], lift, Mem{Base: c.echoes, Disp: lane * (c.n*i + k)})
			}
		}
	}
	crowds("PartLanes", "PartLanes is fewOverlaps.part of package contact for the first lanes, those that are filled, at most eight; n is at most 4. It returns how many rounds the slowest took.",
		"func(points, echoes *float32, n, filled, rounds int, settled, corner float32) int", overlapSize, 0, begin)
	crowds("RecordPartLanes", "RecordPartLanes is PartLanes, and notes in visits [rounds, 1+2n, 8] what PartLanesBack needs: of each round which lanes are active, and of each visit u before it and the slope of the lift.",
		"func(points, echoes, visits *float32, n, filled, rounds int, settled, corner float32) int", overlapSize, partRecord, begin)
}
