package spread

import (
	"math"
	"slices"
)

// backward takes gradients back through the frames of a rollout; it is scratch space.
type backward struct {
	flown   []moments
	changes []change
	slopes  []change // gradients by the changes
}

// step is the transpose of Law.step. From the gradient d of a loss by the errors
// after the frame it makes that by the errors before it, and adds that by the
// numbers to dn.
func (b *backward) step(l *Law, before []moments, influences []influence, d []moments, dn *[numbers]float64) {
	b.flown = append(b.flown[:0], before...)
	l.fly(b.flown)
	b.changes = slices.Grow(b.changes[:0], len(before))[:len(before)]
	b.slopes = slices.Grow(b.slopes[:0], len(before))[:len(before)]
	l.changes(b.changes, b.flown, influences)
	for i := range d {
		// e.xx = min(e.xx, l.mostX); e.vv = min(c.keep*e.vv+c.add, l.mostV)
		e, c, g := &b.flown[i], b.changes[i], &d[i]
		if e.xx > l.mostX {
			g.xx = 0
		}
		if c.keep*e.vv+c.add > l.mostV {
			g.vv = 0
		}
		// e.xv *= math.Sqrt(c.keep)
		root := math.Sqrt(c.keep)
		b.slopes[i] = change{keep: g.vv*e.vv + g.xv*e.xv/(2*root), add: g.vv}
		g.xv *= root
		g.vv *= c.keep
	}
	for i := range influences {
		b.influence(&influences[i], d, dn)
	}
	dt, x, v := l.time, power(l.numbers[driftX]), power(l.numbers[driftV])
	for i := range d {
		g := &d[i]
		dn[driftX] += g.xx * x
		dn[driftV] += g.vv * v
		// e.xx += dt*(2*e.xv+dt*e.vv) + x; e.xv += dt * e.vv; e.vv += v
		*g = moments{g.xx, g.xv + 2*dt*g.xx, g.vv + dt*g.xv + dt*dt*g.xx}
	}
}

// influence takes gradients back through one influence.
func (b *backward) influence(f *influence, d []moments, dn *[numbers]float64) {
	slope := b.slopes[f.on]
	off := b.flown[f.on].xx
	var sums [answers]float64 // gradients by the sums that answers are powers of
	turn := slope.add * f.answers[steer] * f.lever
	d[f.on].xx += turn
	if f.from >= 0 {
		// c.add += f.answers[mix] * f.share * errors[f.from].vv; off += errors[f.from].xx
		passed := slope.add * f.answers[mix] * f.share
		sums[mix] = passed * b.flown[f.from].vv
		d[f.from].vv += passed
		d[f.from].xx += turn
		off += b.flown[f.from].xx
	}
	// c.add += f.answers[steer]*f.lever*off + f.answers[kick]; c.keep *= f.answers[keep]
	sums[steer] = turn * off
	sums[kick] = slope.add * f.answers[kick]
	sums[keep] = slope.keep * b.changes[f.on].keep
	for k, s := range sums {
		g := (*[features]float64)(dn[k*features:])
		for j, x := range f.features {
			g[j] += s * x
		}
	}
}
