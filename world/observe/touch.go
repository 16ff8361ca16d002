package observe

import (
	"context"
	"math"
	"slices"

	"orrery/sim"
)

// loosest is the share of a body's reach by which gaps and levers may be off before anything is known of them.
const loosest = 0.05

// straight is the least share of a body's reach for levers: arms turn as a fit moves bodies, which slopes leave out.
const straight = 0.01

// usual is the share of a body's reach by which impulses are taken to miss the point of contact where angles do not tell.
const usual = 0.02

// plain is the number of hits from which something is learned of all.
const plain = 8

// plenty is the number of hits that tell as much as more would.
const plenty = 200

// touch learns from hits how things touch: at which gap, at which lever, how they bounce.
func (l *Law) touch(ctx context.Context, watches []*Watch) error {
	reach, turned := smallest(watches), false
	for _, w := range watches {
		for _, row := range w.Sights {
			turned = turned || slices.ContainsFunc(row, func(s sim.Sight) bool { return s.Turned })
		}
	}
	l.Gap, l.Lever = loosest*reach, usual*reach
	if turned {
		l.Lever = loosest * reach * 100 // no tie
	}
	var seen []bounced
	for _, w := range watches {
		if len(seen) >= plenty {
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
		if f != nil {
			seen = append(seen, f.bounces()...)
		}
	}
	l.gaps(seen)
	if turned {
		l.levers(seen, reach)
	}
	l.Pairs, l.Walls = bounce(seen, false), bounce(seen, true)
	return nil
}

// bounced is what was seen of one hit.
type bounced struct {
	wall            bool
	gap, gapOff     float64 // m, with its deviation
	lever, leverOff float64 // m, with its deviation; NaN without angles
	push, rub       float64 // m/s, changes of velocity along the normal and across
	blur            float64 // m/s, deviation of both
	toward, outward float64 // m/s, closing speed before, parting speed after
	slow            float64 // m/s, deviation of both
}

// bounces returns what a fit with loose ties says of its hits.
func (f *fit) bounces() (out []bounced) {
	if !f.matrix.factor() {
		return nil
	}
	z := f.matrix.inverse()
	for k := range f.hits {
		h := &f.hits[k]
		if !h.tied || h.pair.other >= 0 && h.sides[1] < 0 {
			continue
		}
		b := bounced{wall: h.pair.other < 0}
		var before, after [2][size]float64
		var blur2 float64
		for q, side := range h.sides {
			if side < 0 {
				continue
			}
			l := &f.links[side]
			var one, two Covariance
			before[q], one = f.spreadAt(z, l.a, h.time)
			after[q], two = f.spreadAt(z, l.b, h.time)
			blur2 += (one[21] + one[28] + two[21] + two[28]) / 2
		}
		c, ok := f.gaps.of(h.pair, bodyState(before[0]), bodyState(before[1]))
		if !ok {
			continue
		}
		n := c.Normal
		change := sim.Vec{X: after[0][3] - before[0][3], Y: after[0][4] - before[0][4]}
		b.push, b.rub, b.blur = change.Dot(n), math.Abs(change.Cross(n)), math.Sqrt(blur2)
		rate := func(s *[2][size]float64) float64 {
			a, o := bodyState(s[0]), bodyState(s[1])
			u := a.Velocity().Add(c.ArmA.Perp().Scale(a.Omega))
			if !b.wall {
				u = u.Sub(o.Velocity()).Sub(c.ArmB.Perp().Scale(o.Omega))
			}
			return u.Dot(n)
		}
		b.toward, b.outward, b.slow = -rate(&before), rate(&after), math.Sqrt(blur2)
		late := math.Sqrt(max(0, z.at(h.off, h.off)))
		// the tie itself pulls the gap towards what it should be: undo that
		tie := math.Hypot(joined*f.law.Noise, f.law.Gap)
		prior := late * math.Abs(b.toward)
		if prior < 0.9*tie {
			free := 1 / (1/(prior*prior) - 1/(tie*tie))
			b.gap, b.gapOff = (c.Gap-f.law.Skin)*(1+free/(tie*tie))+f.law.Skin, math.Sqrt(free)
		} else {
			b.gap, b.gapOff = c.Gap, math.Inf(1)
		}
		body := &f.gaps.scene.Bodies[h.pair.body]
		b.lever, b.leverOff = math.NaN(), math.Inf(1)
		if speed := change.Len(); speed > 0 && body.Kind == sim.Dynamic {
			i := body.Moment / body.Mass
			b.lever = (i*(after[0][5]-before[0][5]) - c.ArmA.Cross(change)) / speed
			_, one := f.spreadAt(z, f.links[h.sides[0]].a, h.time)
			_, two := f.spreadAt(z, f.links[h.sides[0]].b, h.time)
			b.leverOff = math.Hypot(i*math.Sqrt(one[35]+two[35]), c.ArmA.Len()*b.blur) / speed
		}
		out = append(out, b)
	}
	return out
}

// excess returns the centre of values and by how much they scatter beyond their own deviations.
func excess(values, deviations []float64) (centre, beyond float64) {
	if len(values) < plain {
		return 0, 0
	}
	centre = median(slices.Clone(values))
	scatter := func(beyond float64) float64 {
		d := make([]float64, len(values))
		for k, v := range values {
			d[k] = (v - centre) / math.Hypot(deviations[k], beyond)
		}
		return spread(d)
	}
	// the median of n sizes is off by about 1.2/√n of itself
	if scatter(0) < 1+2*1.2/math.Sqrt(float64(len(values))) {
		return centre, 0
	}
	low, high := 0.0, 0.0
	for _, v := range values {
		high = max(high, math.Abs(v-centre))
	}
	for range 60 {
		if beyond = (low + high) / 2; scatter(beyond) > 1 {
			low = beyond
		} else {
			high = beyond
		}
	}
	return centre, beyond
}

// gaps learns at which gap things hit each other.
func (l *Law) gaps(seen []bounced) {
	var values, deviations []float64
	for _, b := range seen {
		if b.gapOff < l.Gap/2 {
			values, deviations = append(values, b.gap), append(deviations, b.gapOff)
		}
	}
	if len(values) < plain {
		return // the ties stay loose
	}
	l.Skin, l.Gap = excess(values, deviations)
	var weights float64
	for _, d := range deviations {
		weights += 1 / (d*d + l.Gap*l.Gap)
	}
	if math.Abs(l.Skin) < certain*1.25/math.Sqrt(weights) {
		l.Skin = 0
	}
}

// levers learns how far from the point of contact impulses act.
func (l *Law) levers(seen []bounced, reach float64) {
	var values, deviations []float64
	for _, b := range seen {
		if b.leverOff < reach/2 {
			values, deviations = append(values, b.lever), append(deviations, b.leverOff)
		}
	}
	if len(values) < plain {
		return
	}
	_, l.Lever = excess(values, deviations)
	l.Lever = max(l.Lever, straight*reach)
}

// bounce returns what hits with walls, or of two bodies, have in common.
func bounce(seen []bounced, wall bool) (out Bounce) {
	var e, mu []float64
	for _, b := range seen {
		if b.wall != wall {
			continue
		}
		out.Hits++
		if b.toward > 5*b.slow {
			e = append(e, b.outward/b.toward)
		}
		if b.push > 10*b.blur {
			mu = append(mu, b.rub/b.push)
		}
	}
	out.Elasticity = min(max(median(e), 0), 1)
	out.Friction = plateau(mu)
	return out
}

// plateau returns the ratio at which many end: that of hits that slide all through. It is
// the densest place in the upper quarter, or 0 with too few to tell.
func plateau(ratios []float64) float64 {
	if len(ratios) < plain {
		return 0
	}
	slices.Sort(ratios)
	n := len(ratios)
	width := max(n/16, 2)
	best, narrow := ratios[n-1-n/20], math.Inf(1)
	for k := n - max(n/4, 4); k+width < n; k++ {
		if d := ratios[k+width] - ratios[k]; d < narrow {
			narrow, best = d, (ratios[k]+ratios[k+width])/2
		}
	}
	return best
}

// sure friction is needed before a hit is said to stick: it must rub clearly less than sliding would.
const sticking = 0.8

// weigh says of each hit how hard it is and whether it sticks. It reports whether any has changed.
func (f *fit) weigh() (changed bool) {
	for k := range f.hits {
		h := &f.hits[k]
		if !h.tied || h.sides[0] < 0 {
			continue
		}
		change := f.change(h, 0)
		h.speed = change.Len()
		kind := &f.law.Pairs
		if h.pair.other < 0 {
			kind = &f.law.Walls
		}
		c, ok := f.gaps.of(h.pair, f.state(h.pair.body, h.time), f.other(h))
		if !ok {
			continue
		}
		push, rub := change.Dot(c.Normal), math.Abs(change.Cross(c.Normal))
		beat := f.bodies[h.pair.body].track.pause(h.time)
		sticks := kind.Friction > 0 && push > 0 && rub < sticking*kind.Friction*push-f.law.Noise/beat
		if sticks != h.sticks {
			h.sticks, changed = sticks, true
		}
	}
	return changed
}

// other returns the state of the other body at the time of a hit; nothing for a wall.
func (f *fit) other(h *hit) sim.BodyState {
	if h.pair.other < 0 {
		return sim.BodyState{}
	}
	return f.state(h.pair.other, h.time)
}
