package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Where the gradients of a point begin, in bytes; see type contactBack of package contact.
const (
	backNormalSpeed = lane * iota
	backTangentSpeed
	backNormalImpulse
	backTangentImpulse
	backNormalStart
	backTangentStart
	backNormalOwn
	backTangentOwn
	backNormalCross
	backTangentCross
	backNormalPush
	backTangentPush
	backShare
	backSure
	backSize
)

// Likewise of a point that is pushed apart.
const (
	backSpeed = lane * iota
	backLift
	backLiftStart
	backLiftOwn
	overlapBackSize
)

// retreat is a crowd on its way back: the rounds of a record from the last to the first.
type retreat struct {
	crowd
	backs    Register
	backSize int
}

// retreats writes a function that goes back through a record of each number of points.
func retreats(name, doc, signature string, size, backSize, record int, begin func(r *retreat) (visit func(i int), end func())) {
	TEXT(name, NOSPLIT, signature)
	Pragma("noescape")
	Doc(doc)
	r := &retreat{crowd: crowd{size: size, record: record}, backSize: backSize}
	r.points, r.echoes = Load(Param("points"), GP64()), Load(Param("echoes"), GP64())
	r.backs, r.visits = Load(Param("backs"), GP64()), Load(Param("visits"), GP64())
	n, left := Load(Param("n"), GP64()), Load(Param("rounds"), GP64())
	label := func(n int) string { return fmt.Sprintf("%s_%d", name, n) }
	for points := 1; points < mostPoints; points++ {
		CMPQ(n, Imm(uint64(points)))
		JEQ(LabelRef(label(points)))
	}
	for r.n = mostPoints; r.n >= 1; r.n-- {
		Label(label(r.n))
		round := lane * (1 + record*r.n)
		past := GP64()
		IMUL3Q(U32(round), left, past)
		ADDQ(past, r.visits)
		visit, end := begin(r)
		Label(label(r.n) + "_round")
		SUBQ(U32(round), r.visits)
		for i := r.n - 1; i >= 0; i-- {
			visit(i)
		}
		DECQ(left)
		JNZ(LabelRef(label(r.n) + "_round"))
		end()
		if r.n > 1 {
			JMP(LabelRef(name + "_done"))
		}
	}
	Label(name + "_done")
	VZEROUPPER()
	RET()
}

// back is where the gradient by a quantity of point i stands.
func (r *retreat) back(i, field int) Mem { return Mem{Base: r.backs, Disp: r.backSize*i + field} }

// was is where a quantity of the visit to point i stands.
func (r *retreat) was(i, field int) Mem {
	return Mem{Base: r.visits, Disp: lane * (1 + r.record*i + field)}
}

// active is where it stands which lanes were.
func (r *retreat) active() Mem { return Mem{Base: r.visits} }

// each loads the gradients by a quantity of all points.
func (r *retreat) each(field int) (all []VecVirtual) {
	for i := range r.n {
		all = append(all, loaded(r.back(i, field)))
	}
	return all
}

// store writes them back.
func (r *retreat) store(field int, all []VecVirtual) {
	for i, v := range all {
		VMOVUPS(v, r.back(i, field))
	}
}

// gather adds x times a quantity of the visit to a gradient of point i.
func (r *retreat) gather(i, field int, x VecVirtual, was int) {
	p := YMM()
	VMULPS(r.was(i, was), x, p)
	r.collect(i, field, p)
}

// collect adds x to a gradient of point i.
func (r *retreat) collect(i, field int, x VecVirtual) {
	sum := YMM()
	VADDPS(r.back(i, field), x, sum)
	VMOVUPS(sum, r.back(i, field))
}

// known adds to sum, what the echoes of an impulse ask for, what was known of the gradient by it, within bounds and only in
// active lanes. There the gradient becomes what the echoes asked for with the other sign, as they count from the impulse before.
func (r *retreat) known(i, field int, sum, steepest VecVirtual) {
	was, mask, less := loaded(r.back(i, field)), loaded(r.active()), YMM()
	VBROADCASTSS(signs, less)
	VXORPS(less, sum, less)
	VBLENDVPS(mask, less, was, less)
	VADDPS(sum, was, sum)
	VMOVUPS(less, r.back(i, field))
	if steepest != nil {
		VMINPS(sum, steepest, sum) // NaN comes through because it is the second operand
		VBROADCASTSS(signs, less)
		VXORPS(less, steepest, less)
		VMAXPS(sum, less, sum)
	}
	VANDPS(mask, sum, sum)
}

// hears returns the sum over all points of the gradients by what an impulse at point i changes, along one axis each.
func (r *retreat) hears(i, parts int, sides [][]VecVirtual, which []int) VecVirtual {
	var sum VecVirtual
	for k := range r.n {
		for side, part := range which {
			p := YMM()
			VMULPS(Mem{Base: r.echoes, Disp: lane * (parts*(r.n*i+k) + part)}, sides[side][k], p)
			if sum == nil {
				sum = p
			} else {
				VADDPS(p, sum, sum)
			}
		}
	}
	return sum
}

// sweepFewBack writes SweepLanesBack.
func sweepFewBack() {
	retreats("SweepLanesBack", "SweepLanesBack is few.sweepBack of package contact for all lanes at once, for what RecordSweepLanes noted of n points, at most 4, in a number of rounds, at least 1.",
		"func(points, echoes, backs, visits *float32, n, rounds int, steepest float32)", pointSize, backSize, sweepRecord, func(r *retreat) (func(int), func()) {
			un, ut := r.each(backNormalSpeed), r.each(backTangentSpeed)
			const wasNormal, wasTangent, wasPush, wasRub = 0, 1, 2, 3 // un, ut, jn, jt
			return func(i int) {
					// What the visit did.
					normal, free := loaded(r.was(i, wasPush)), loaded(r.was(i, wasRub))
					law := func(sum VecVirtual, start, own, cross, push, mine, other int) {
						VADDPS(r.at(i, start), sum, sum)
						add(sum, loaded(r.was(i, mine)), r.at(i, own))
						add(sum, loaded(r.was(i, other)), r.at(i, cross))
						add(sum, loaded(r.was(i, wasPush)), r.at(i, push))
					}
					law(normal, atNormalStart, atNormalOwn, atNormalCross, atNormalPush, wasNormal, wasTangent)
					law(free, atTangentStart, atTangentOwn, atTangentCross, atTangentPush, wasTangent, wasNormal)
					bound := YMM()
					VXORPS(bound, bound, bound)
					VMAXPS(normal, bound, normal)
					VMOVUPS(r.at(i, atLargest), bound)
					VMINPS(normal, bound, normal)

					// What comes back to it.
					dt := r.hears(i, 4, [][]VecVirtual{un, ut}, []int{1, 3})
					bounds := func() VecVirtual {
						b := YMM()
						VBROADCASTSS(address("steepest"), b)
						return b
					}
					r.known(i, backTangentImpulse, dt, bounds())
					limit := YMM()
					VMULPS(r.at(i, atShare), normal, limit)
					VADDPS(r.at(i, atSure), limit, limit)
					over, under := YMM(), YMM()
					VCMPPS(Imm(0x1e), limit, free, over) // free > limit
					sign := YMM()
					VBROADCASTSS(signs, sign)
					VXORPS(sign, limit, limit)
					VCMPPS(Imm(0x11), limit, free, under) // free < −limit
					x, y := YMM(), YMM()
					VANDPS(over, dt, x)
					VANDPS(under, dt, y)
					VORPS(over, under, under)
					VANDNPS(dt, under, dt)
					VSUBPS(y, x, x)
					r.collect(i, backSure, x)
					VMULPS(normal, x, y)
					r.collect(i, backShare, y)

					dn := r.hears(i, 4, [][]VecVirtual{un, ut}, []int{0, 2})
					r.known(i, backNormalImpulse, dn, bounds())
					VMULPS(r.at(i, atShare), x, x)
					VADDPS(x, dn, dn)
					zero, held := YMM(), YMM()
					VXORPS(zero, zero, zero)
					VCMPPS(Imm(0), zero, normal, zero) // no NaN
					VCMPPS(Imm(0), r.at(i, atLargest), normal, held)
					VORPS(zero, held, held)
					VANDNPS(dn, held, dn)

					r.collect(i, backNormalStart, dn)
					r.gather(i, backNormalOwn, dn, wasNormal)
					r.gather(i, backNormalCross, dn, wasTangent)
					r.gather(i, backNormalPush, dn, wasPush)
					r.collect(i, backTangentStart, dt)
					r.gather(i, backTangentOwn, dt, wasTangent)
					r.gather(i, backTangentCross, dt, wasNormal)
					r.gather(i, backTangentPush, dt, wasPush)

					// What goes on from it.
					j := YMM()
					VMULPS(r.at(i, atNormalPush), dn, j)
					VADDPS(dn, j, j)
					add(j, dt, r.at(i, atTangentPush))
					r.collect(i, backNormalImpulse, j)
					r.collect(i, backTangentImpulse, dt)
					add(un[i], dn, r.at(i, atNormalOwn))
					add(un[i], dt, r.at(i, atTangentCross))
					add(ut[i], dn, r.at(i, atNormalCross))
					add(ut[i], dt, r.at(i, atTangentOwn))
				}, func() {
					r.store(backNormalSpeed, un)
					r.store(backTangentSpeed, ut)
				}
		})
}

// partFewBack writes PartLanesBack.
func partFewBack() {
	retreats("PartLanesBack", "PartLanesBack is fewOverlaps.partBack of package contact for all lanes at once, for what RecordPartLanes noted of n points, at most 4, in a number of rounds, at least 1.",
		"func(points, echoes, backs, visits *float32, n, rounds int)", overlapSize, overlapBackSize, partRecord, func(r *retreat) (func(int), func()) {
			u := r.each(backSpeed)
			const wasSpeed, wasSlope = 0, 1
			return func(i int) {
				d := r.hears(i, 1, [][]VecVirtual{u}, []int{0})
				r.known(i, backLift, d, nil)
				VMULPS(r.was(i, wasSlope), d, d)
				r.collect(i, backLift, d)
				r.collect(i, backLiftStart, d)
				r.gather(i, backLiftOwn, d, wasSpeed)
				add(u[i], d, r.at(i, atLiftOwn))
			}, func() { r.store(backSpeed, u) }
		})
}
