package observe

import (
	"context"
	"math"

	"orrery/sim"
	"orrery/world/geom"
)

// An engine that moves in steps lets things that hit each other overlap by what they move in a step. From then on it moves them apart by a
// share of the overlap in each step, beside their velocities, until it is gone: by a millimetre or so, which is many times what a film's
// noise leaves of a flight.

// mostSteps is the number of steps after a hit in which an engine moves things apart, at most.
const mostSteps = 12

// apart returns by how much, in m, things that overlap by depth m and part at outward m/s are still to be moved apart after each number of
// steps, from 0, beside their velocities; nothing from the last on. Overlaps up to slop m stay.
func apart(depth, outward, beat, share, slop float64) (left []float64) {
	var pushes []float64
	for len(pushes) < mostSteps && depth > slop {
		push := share * (depth - slop)
		pushes = append(pushes, push)
		depth -= push + outward*beat
	}
	left = make([]float64, len(pushes))
	sum := 0.0
	for k := len(pushes) - 1; k >= 0; k-- {
		sum += pushes[k]
		left[k] = sum
	}
	return left
}

// shares learns from hits on a beat which share of an overlap the source takes away in a step, and by how much that scatters.
func (l *Law) shares(ctx context.Context, watches []*Watch) error {
	l.Share, l.ShareOff = Parted, Parted // as much as none or twice
	var values, deviations []float64
	for _, w := range watches {
		if len(values) >= plenty {
			break
		}
		bodies, err := l.tell(ctx, w)
		if err != nil {
			return err
		}
		f, err := together(ctx, l, newGaps(w.Scene), bodies, nil)
		if err != nil {
			return err
		}
		if f == nil || !f.matrix.factor() {
			continue
		}
		z := f.matrix.inverse()
		for k := range f.hits {
			if share, off := f.share(z, &f.hits[k]); off < Parted {
				values, deviations = append(values, share), append(deviations, off)
			}
		}
	}
	if len(values) >= plain {
		l.Share, l.ShareOff = excess(values, deviations)
		l.Share = min(max(l.Share, 0), 1)
	}
	return nil
}

// share returns which share of an overlap explains how far a hit on the beat parts its two beside their velocities, and by how much that may
// be off: anything where they hardly overlap.
func (f *fit) share(z *envelope, h *hit) (share, off float64) {
	const shallow = 2 // times the overlap that an engine leaves
	off = math.Inf(1)
	slop := f.gaps.scene.Slop
	if !h.kept || !h.tied || !(h.deep > shallow*slop) || h.pair.other >= 0 && h.sides[1] < 0 {
		return 0, off
	}
	var before, after [2]sim.BodyState
	var variance float64
	for q, side := range h.sides {
		before[q], after[q] = f.sides(h, q)
		if side < 0 {
			continue
		}
		for _, leg := range [2]int{f.links[side].a, f.links[side].b} {
			_, c := f.spreadAt(z, leg, h.time)
			variance += (c[0] + c[size+1]) / 2
		}
	}
	c, ok := f.gaps.of(h.pair, before[0], before[1])
	if !ok || !(-c.Gap > shallow*slop) {
		return 0, off
	}
	jump := after[0].Position().Sub(before[0].Position()).Sub(after[1].Position().Sub(before[1].Position())).Dot(c.Normal)
	outward := f.outward(h, &c, after)
	low, high := -1.0, 1.0
	for range 40 {
		middle := (low + high) / 2
		if total(apart(-c.Gap, outward, f.law.Beat, middle, slop)) < jump {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2, math.Sqrt(variance) / -c.Gap
}

// outward returns at how many m/s the points of a hit part after it, 0 or more.
func (f *fit) outward(h *hit, c *geom.Contact, after [2]sim.BodyState) float64 {
	speed := func(s sim.BodyState, arm sim.Vec) float64 {
		return s.Velocity().Add(arm.Perp().Scale(s.Omega)).Dot(c.Normal)
	}
	out := speed(after[0], c.ArmA)
	if h.pair.other >= 0 {
		out -= speed(after[1], c.ArmB)
	}
	return max(out, 0)
}

// total returns what is to come before the first step.
func total(left []float64) float64 {
	if len(left) == 0 {
		return 0
	}
	return left[0]
}

// part sets by how much the two of every hit on the beat move apart beside their velocities, by the present fit.
func (f *fit) part() {
	for k := range f.hits {
		h := &f.hits[k]
		h.left = nil
		if !h.kept || !h.tied || f.law.Beat == 0 {
			continue
		}
		var before, after [2]sim.BodyState
		for q := range before {
			before[q], after[q] = f.sides(h, q)
		}
		c, ok := f.gaps.of(h.pair, before[0], before[1])
		if !ok {
			continue
		}
		scene := f.gaps.scene
		yield := 0.0 // 1/kg
		for q, arm := range [2]sim.Vec{c.ArmA, c.ArmB} {
			h.moves[q] = [3]float64{}
			i := [2]int{h.pair.body, h.pair.other}[q]
			if i < 0 || scene.Bodies[i].Kind != sim.Dynamic {
				continue
			}
			b := &scene.Bodies[i]
			push := c.Normal.Scale(float64(1-2*q) * b.InvMass())
			turn := float64(1-2*q) * arm.Cross(c.Normal)
			h.moves[q] = [3]float64{push.X, push.Y, turn * b.InvMoment()}
			yield += b.InvMass() + turn*turn*b.InvMoment()
		}
		if !(yield > 0) {
			continue
		}
		for q := range h.moves {
			for axis := range h.moves[q] {
				h.moves[q][axis] /= yield
			}
		}
		h.left = apart(-c.Gap, f.outward(h, &c, after), f.law.Beat, f.law.Share, scene.Slop)
		h.deep = 0
		if f.law.Share > 0 {
			h.deep = total(h.left) / f.law.Share
		} else {
			h.deep = max(0, -c.Gap-scene.Slop)
		}
	}
}

// sides returns the states before and after a hit of its body, 0, or of the other, 1; nothing for a wall.
func (f *fit) sides(h *hit, q int) (before, after sim.BodyState) {
	if q == 1 && h.pair.other < 0 {
		return before, after
	}
	if h.sides[q] < 0 {
		s := f.other(h)
		return s, s
	}
	l := &f.links[h.sides[q]]
	a, _, _ := f.legs[l.a].at(h.time)
	b, _, _ := f.legs[l.b].at(h.time)
	return bodyState(a), bodyState(b)
}

// jump returns by how much more than its velocity says a hit moves the body of a side along an axis, in m or rad, and by how much that
// may be off.
func (h *hit) jump(law *Law, side, axis int) (by, off float64) {
	return h.moves[side][axis] * total(h.left), math.Abs(h.moves[side][axis]) * law.ShareOff * h.deep
}

// lag returns what is still to come of the jump with which a leg begins at a time, in m and rad.
func (f *fit) lag(l *leg, time float64) (by [3]float64) {
	if l.hit < 0 {
		return by
	}
	h := &f.hits[l.hit]
	if len(h.left) == 0 {
		return by
	}
	if steps := int(math.Round((time - h.time) / f.law.Beat)); steps >= 0 && steps < len(h.left) {
		for axis := range by {
			by[axis] = h.moves[l.side][axis] * h.left[steps]
		}
	}
	return by
}
