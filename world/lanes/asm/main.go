// Command asm writes the AVX code of package lanes: run go generate there. A test
// compares what it writes with what is committed. It is a module of its own so that only
// those who change the sweeps need avo.
package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Where the fields of a spot begin, in bytes; see type spot of package contact.
const (
	atX = 16 * iota
	atY
	atArmA
	atArmB
	atStart
	atOwn
	atCross
	atPush
	atImpulse
	atPushA
	atAlong
	atRubA
	atAcross
	atPushB
	atRubB
	atMost
	atRows
	spotSize
)

const (
	atGrip = atMost + 4
	atHold = atMost + 8
	atB    = atRows + 4
	atOutB = atRows + 8
)

func main() {
	ConstraintExpr("amd64")
	signs, half, unit = constant("signs", float32(math.Copysign(0, -1))), constant("half", 0.5), constant("unit", 1)
	fills = GLOBL("filled", RODATA|NOPTR)
	for i := range 16 {
		DATA(4*i, U32(uint32(i/8-1)))
	}
	sweep()
	part()
	sweepFew()
	partFew()
	sweepFewBack()
	partFewBack()
	sameValues()
	meetBoxes()
	placeCorners()
	partCorners()
	Generate()
}

// signs has only the sign bit, half is 0.5, unit is 1. Of fills the first eight words are all ones, and eight of zeros follow: eight from
// word 8-n on have the first n set.
var signs, half, unit, fills Mem

func constant(name string, x float32) Mem { return ConstData(name, U32(math.Float32bits(x))) }

// walk is a loop over spots, round after round until nothing changes.
type walk struct {
	name                      string
	v, spots, n, rounds, left Register
	spot                      Register
	took                      Register
	change, settled, a, b     VecVirtual
	rowA, rowB, outB          Register
	zero                      VecVirtual
	d0, d1, a2, b2            VecVirtual
}

// begin writes the head of both loops, and how a spot's two sides move.
func begin(name, doc string) *walk {
	TEXT(name, NOSPLIT, "func(v, spots *float32, n, rounds int, settled float32) int")
	Pragma("noescape")
	Doc(doc)
	w := &walk{name: name}
	w.v, w.spots = Load(Param("v"), GP64()), Load(Param("spots"), GP64())
	w.n, w.rounds = Load(Param("n"), GP64()), Load(Param("rounds"), GP64())
	w.settled = XMM()
	Load(Param("settled"), w.settled)
	w.took, w.left, w.spot = GP64(), GP64(), GP64()
	w.rowA, w.rowB, w.outB = GP64(), GP64(), GP64()
	w.change, w.zero = XMM(), XMM()
	XORQ(w.took, w.took)
	VXORPS(w.zero, w.zero, w.zero)
	Label(name + "_round")
	VXORPS(w.change, w.change, w.change)
	MOVQ(w.spots, w.spot)
	MOVQ(w.n, w.left)
	Label(name + "_visit")
	MOVLQSX(w.at(atRows), w.rowA)
	MOVLQSX(w.at(atB), w.rowB)
	MOVLQSX(w.at(atOutB), w.outB)
	w.a, w.b = XMM(), XMM()
	VMOVUPS(w.row(w.rowA), w.a)
	VMOVUPS(w.row(w.rowB), w.b)
	d := XMM()
	VSUBPS(w.b, w.a, d)
	w.d0, w.d1, w.a2, w.b2 = spread(d, 0), spread(d, 1), spread(w.a, 2), spread(w.b, 2)
	return w
}

func (w *walk) at(field int) Mem     { return Mem{Base: w.spot, Disp: field} }
func (w *walk) row(row Register) Mem { return Mem{Base: w.v, Index: row, Scale: 1} }

// spread returns a vector with one lane of x in each.
func spread(x VecVirtual, lane uint8) VecVirtual {
	v := XMM()
	VPERMILPS(Imm(uint64(lane*0x55)), x, v)
	return v
}

// read returns the relative velocities along the directions of the spot.
func (w *walk) read() VecVirtual {
	u, p := XMM(), XMM()
	VMULPS(w.at(atX), w.d0, u)
	VMULPS(w.at(atY), w.d1, p)
	VADDPS(p, u, u)
	VMULPS(w.at(atArmA), w.a2, p)
	VADDPS(p, u, u)
	VMULPS(w.at(atArmB), w.b2, p)
	VSUBPS(p, u, u)
	return u
}

// push changes the rows by an impulse, in every lane of j, along a direction.
func (w *walk) push(j VecVirtual, byA, byB, direction int) {
	along, p := XMM(), XMM()
	VMOVUPS(w.at(direction), along)
	VMULPS(w.at(byA), j, p)
	VMULPS(along, p, p)
	VADDPS(p, w.a, w.a)
	VMULPS(w.at(byB), j, p)
	VMULPS(along, p, p)
	VSUBPS(p, w.b, w.b)
}

// end writes the rows back and closes both loops. NaN, as a change, ends them.
func (w *walk) end() {
	VMOVUPS(w.a, w.row(w.rowA))
	VMOVUPS(w.b, w.row(w.outB))
	ADDQ(U32(spotSize), w.spot)
	DECQ(w.left)
	JNZ(LabelRef(w.name + "_visit"))
	INCQ(w.took)
	VUCOMISS(w.settled, w.change)
	JLS(LabelRef(w.name + "_done"))
	CMPQ(w.took, w.rounds)
	JLT(LabelRef(w.name + "_round"))
	Label(w.name + "_done")
	Store(w.took, ReturnIndex(0))
	RET()
}

// note makes change the larger of itself and a change by dn and, unless it is nil, dt.
func (w *walk) note(dn, dt VecVirtual) {
	square, p := XMM(), XMM()
	VMULSS(dn, dn, square)
	if dt != nil {
		VMULSS(dt, dt, p)
		VADDSS(p, square, square)
	}
	VMAXSS(square, w.change, w.change)
}

// sweep writes SweepSpots. The first two lanes are the normal and the tangent.
func sweep() {
	w := begin("SweepSpots", "SweepSpots is the sweep over edges of package contact, round after round, for n spots; it returns how many rounds it took.")
	u := w.read()
	j, next, p, swapped := XMM(), XMM(), XMM(), XMM()
	VMOVUPS(w.at(atImpulse), j)
	jn, jt := spread(j, 0), spread(j, 1)
	VPERMILPS(Imm(0xe1), u, swapped)
	VADDPS(w.at(atStart), j, next)
	VMULPS(w.at(atOwn), u, p)
	VADDPS(p, next, next)
	VMULPS(w.at(atCross), swapped, p)
	VADDPS(p, next, next)
	VMULPS(w.at(atPush), jn, p)
	VADDPS(p, next, next)

	normal, free := XMM(), spread(next, 1)
	VMAXSS(next, w.zero, normal) // NaN comes through because it is the second operand
	most := XMM()
	VMOVSS(w.at(atMost), most)
	VMINSS(normal, most, normal)
	grip := XMM()
	VMULSS(w.at(atGrip), normal, grip)
	VADDSS(w.at(atHold), grip, grip)
	VMINSS(free, grip, free)
	sign := XMM()
	VBROADCASTSS(signs, sign)
	VXORPS(sign, grip, grip)
	VMAXSS(free, grip, free)

	both := XMM()
	VUNPCKLPS(free, normal, both)
	VMOVLPS(both, w.at(atImpulse))
	VSUBSS(jn, normal, normal)
	VSUBSS(jt, free, free)
	w.note(normal, free)
	w.push(spread(normal, 0), atPushA, atPushB, atAlong)
	w.push(spread(free, 0), atRubA, atRubB, atAcross)
	w.end()
}

// part writes PartSpots. Only the first lane counts.
func part() {
	w := begin("PartSpots", "PartSpots is the sweep of its corrections, round after round, for n spots; it returns how many rounds it took.")
	u := w.read()
	j, lift, p := XMM(), XMM(), XMM()
	VMOVSS(w.at(atImpulse), j)
	VADDSS(w.at(atStart), j, lift)
	VMULSS(w.at(atOwn), u, p)
	VADDSS(p, lift, lift)
	root := XMM()
	VMULSS(lift, lift, root)
	VADDSS(w.at(atMost), root, root)
	VSQRTSS(root, root, root)
	VADDSS(root, lift, lift)
	VMULSS(half, lift, lift)
	VMOVSS(lift, w.at(atImpulse))
	VSUBSS(j, lift, lift)
	w.note(lift, nil)
	w.push(spread(lift, 0), atPushA, atPushB, atAlong)
	w.end()
}
