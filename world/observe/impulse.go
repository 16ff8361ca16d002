package observe

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"orrery/sim"
	"orrery/world/geom"
)

// struck is what a hit does to one of the two.
type struck struct {
	a, b          *leg
	sa, sb        [size]float64 // states before and after
	keep, turning [2]float64    // before and after
	arm           sim.Vec
}

// change returns by how much the velocity changes.
func (d *struck) change() sim.Vec { return sim.Vec{X: d.sb[3] - d.sa[3], Y: d.sb[4] - d.sa[4]} }

// impulse ties what a hit changes: impulses act at the point of contact, and what one gains the other loses. After a
// hit that sticks, the points that touched move alike.
func (f *fit) impulse(h *hit, c *geom.Contact, begin func(), put func(int, float64), end func(value, deviation float64)) {
	scene, law := f.gaps.scene, f.law
	if h.loose {
		law = f.rough
	}
	h.strain = 0
	tie := func(value, deviation float64) {
		h.strain = max(h.strain, math.Abs(value/deviation))
		end(value, deviation)
	}
	var sides [2]*struck
	for q := range h.sides {
		if h.sides[q] < 0 {
			continue
		}
		l := &f.links[h.sides[q]]
		d := &struck{a: &f.legs[l.a], b: &f.legs[l.b], arm: c.ArmA}
		body := &scene.Bodies[h.pair.body]
		if q == 1 {
			d.arm, body = c.ArmB, &scene.Bodies[h.pair.other]
		}
		var way, turn glide
		d.sa, way, turn = d.a.at(h.time)
		d.keep[0], d.turning[0] = way.keep, turn.keep
		d.sb, way, turn = d.b.at(h.time)
		d.keep[1], d.turning[1] = way.keep, turn.keep
		sides[q] = d
		if body.Kind != sim.Dynamic {
			continue
		}
		k := body.Moment / body.Mass
		begin()
		for i, l := range [2]*leg{d.a, d.b} {
			sign := float64(2*i - 1)
			put(l.off+5, sign*k*d.turning[i])
			put(l.off+3, sign*d.arm.Y*d.keep[i])
			put(l.off+4, -sign*d.arm.X*d.keep[i])
		}
		tie(k*(d.sb[5]-d.sa[5])-d.arm.Cross(d.change()), max(law.Lever*h.speed, least))
	}
	if masses, ok := f.masses(h); ok {
		light := min(masses[0], masses[1])
		for axis := 3; axis < 5; axis++ {
			begin()
			sum := 0.0
			for q, d := range sides {
				m := masses[q] / light
				put(d.a.off+axis, -m*d.keep[0])
				put(d.b.off+axis, m*d.keep[1])
				sum += m * (d.sb[axis] - d.sa[axis])
			}
			tie(sum, law.Give*h.speed*masses[0]/light+least)
		}
	}
	if !h.sticks {
		return
	}
	n := c.Normal.Perp()
	begin()
	slip := 0.0
	for q, d := range sides {
		if d == nil {
			if q == 1 && h.through >= 0 {
				return
			}
			continue
		}
		sign := float64(1 - 2*q)
		lever := n.Dot(d.arm.Perp())
		put(d.b.off+3, sign*n.X*d.keep[1])
		put(d.b.off+4, sign*n.Y*d.keep[1])
		put(d.b.off+5, sign*lever*d.turning[1])
		slip += sign * (n.X*d.sb[3] + n.Y*d.sb[4] + lever*d.sb[5])
	}
	tie(slip, law.Slip*h.speed+least)
}

// masses returns those of the two of a hit, or false unless both are changed by nothing but it.
func (f *fit) masses(h *hit) (masses [2]float64, ok bool) {
	if h.pair.other < 0 || h.sides[0] < 0 || h.sides[1] < 0 {
		return masses, false
	}
	one, two := &f.gaps.scene.Bodies[h.pair.body], &f.gaps.scene.Bodies[h.pair.other]
	return [2]float64{one.Mass, two.Mass}, one.Kind == sim.Dynamic && two.Kind == sim.Dynamic
}

// slips is the share of the change of velocity with which points still slide that ought to stick, where angles are seen.
const slips = 0.02

// torn is the number of deviations from which on a tie is said to tear at what was seen.
const torn = 4

// losses returns how badly each leg explains its sights: not at all where it is faster than they allow.
func (f *fit) losses() []float64 {
	out := make([]float64, len(f.legs))
	for k := range f.legs {
		l := &f.legs[k]
		out[k], _ = l.loss()
		if !l.drift && !(math.Hypot(l.s[3], l.s[4]) <= f.fastest(l)) {
			out[k] = far
		}
	}
	return out
}

// astray is the share of the time in which a hit is looked for by which tight ties may move it.
const astray = 0.1

// loosen loosens the ties of hits that tear, that move away, or beside which flights explain their sights clearly worse than they did. It
// reports how many tear, and whether any of those were tight.
func (f *fit) loosen(before []float64, hits []hit) (tears int, changed bool) {
	now := f.losses()
	for k := range f.hits {
		h := &f.hits[k]
		off := !(h.strain <= torn) || !(math.Abs(h.time-hits[k].time) <= astray*h.late)
		for _, side := range h.sides {
			if side >= 0 {
				l := &f.links[side]
				off = off || !(now[l.a] <= before[l.a]+patience) || !(now[l.b] <= before[l.b]+patience)
			}
		}
		if off {
			tears++
			changed = changed || !h.loose
			h.loose = true
		}
	}
	return tears, changed
}

// tighten fits again with the ties of a law, those that do not tear. Where what was seen remains torn, all is left as it was.
func (f *fit) tighten(ctx context.Context, law *Law) error {
	before, was := f.losses(), f.law
	legs, hits := slices.Clone(f.legs), slices.Clone(f.hits)
	f.law = law
	for round := 0; ; round++ {
		if err := f.settle(ctx, 3, 15, 3e-3); err != nil {
			return err
		}
		tears, changed := f.loosen(before, hits)
		if tears == 0 && f.ordered() {
			return nil
		}
		if round == 2 || !changed {
			break
		}
	}
	if f.ordered() && !slices.ContainsFunc(f.hits, func(h hit) bool { return !(h.strain <= torn) }) && floats.Sum(f.losses()) <= floats.Sum(before)+2*patience {
		return nil
	}
	f.law = was
	copy(f.legs, legs)
	copy(f.hits, hits)
	f.build(false)
	return nil
}
