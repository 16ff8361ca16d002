package observe

import (
	"math"

	"orrery/sim"
)

// Limits of the guard.
const (
	guardShare = 0.02 // of the usual speed: where differences are that exact, nothing may be worse than they
	guardWide  = 0.25 // of the difference of the two sides, by which a velocity may be beyond them
	guardExact = 1e-3 // of the usual speed: where differences are that exact, hits just at a sight are told
	guardKink  = 0.02 // of that difference, by which velocities before and after are the same
)

// guard puts velocities right that neighbouring sights rule out, or leave open because a body was
// hit just then, where noise is so little that sights tell velocities well: then the mean of both sides is taken, and all between them is open. So it is about
// the times that are open, since flights and impacts do not explain them. Where hits are on the beat of an engine, the side after it counts.
func (l *Law) guard(b *told, open []bool, times []float64, e *Estimate) {
	r := &b.track
	for k, time := range times {
		q := b.sight(time)
		if q == 0 || q+1 >= len(r.at) || math.Abs(r.at[q]-time) > 1e-9 {
			continue
		}
		before, now, after := &r.see[q-1], &r.see[q], &r.see[q+1]
		s, t := r.at[q]-r.at[q-1], r.at[q+1]-r.at[q]
		for axis := range 3 {
			x0, ok0 := value(before, axis)
			x1, ok1 := value(now, axis)
			x2, ok2 := value(after, axis)
			place, turn := r.noise(q, l)
			noise, usual, v := place, l.Speed, &e.States[k][b.track.body].VX
			switch axis {
			case 1:
				v = &e.States[k][b.track.body].VY
			case 2:
				noise, usual, v = turn, l.Spin, &e.States[k][b.track.body].Omega
			}
			blur := noise * math.Sqrt2 / min(s, t)
			if !ok0 || !ok1 || !ok2 || blur > guardShare*usual {
				continue
			}
			left, right := (x1-x0)/s, (x2-x1)/t
			if axis < 2 {
				g := [2]float64{b.motion.g.X, b.motion.g.Y}[axis]
				left, right = left+g*(s+l.Beat)/2, right-g*(t-l.Beat)/2
			}
			apart := math.Abs(right - left)
			slack := sure*blur + guardWide*apart
			opened := open[k] || k > 0 && open[k-1] || k+1 < len(open) && open[k+1]
			sudden := l.Beat == 0 && blur < guardExact*usual && kink(r, axis, q, left, right, sure*blur+guardKink*apart)
			if !opened && !sudden && *v >= min(left, right)-slack && *v <= max(left, right)+slack {
				continue
			}
			*v = (left + right) / 2
			if l.Beat > 0 { // it moves on by its new velocity
				*v = right
			}
			c := &e.Covariance[k][b.track.body]
			i := axis + 3
			for j := range sim.StateSize {
				c[i*sim.StateSize+j], c[j*sim.StateSize+i] = 0, 0
			}
			c[i*sim.StateSize+i] = apart*apart/4 + blur*blur
		}
	}
}

// kink reports whether a body was hit just at sight q: its velocities before and after are those
// of the intervals before and after, to within slack.
func kink(r *track, axis, q int, left, right, slack float64) bool {
	if q < 2 || q+2 >= len(r.at) || !(math.Abs(right-left) > 2*slack) {
		return false
	}
	a, ok := value(&r.see[q-2], axis)
	b, fine := value(&r.see[q-1], axis)
	c, good := value(&r.see[q+1], axis)
	d, whole := value(&r.see[q+2], axis)
	return ok && fine && good && whole &&
		math.Abs((b-a)/(r.at[q-1]-r.at[q-2])-left) <= slack && math.Abs((d-c)/(r.at[q+2]-r.at[q+1])-right) <= slack
}
