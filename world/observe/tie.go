package observe

import (
	"context"
	"fmt"
	"math"
	"slices"

	"orrery/sim"
)

// together fits flights and impacts of all bodies that hit something known. It returns nil if none did.
func together(ctx context.Context, law *Law, g *gaps, bodies []told, times []float64) (*fit, error) {
	for i := range bodies {
		if b := &bodies[i]; len(b.track.at) > 0 && b.seen == nil {
			b.plot.trust()
			b.seen, _ = law.chain(&b.track, b.motion, &b.plot, nil)
		}
	}
	events, _ := label(law, bodies, g)
	some := make([]told, len(bodies)) // bodies that hit something known
	for _, v := range events {
		if v.known {
			some[v.pair.body] = bodies[v.pair.body]
			if v.pair.other >= 0 {
				some[v.pair.other] = bodies[v.pair.other]
			}
		}
	}
	events = slices.DeleteFunc(events, func(e event) bool { return len(some[e.pair.body].track.at) == 0 })
	if len(events) == 0 {
		return nil, nil
	}
	return newSearch(law, g, some, events, times).run(ctx)
}

// trust takes sights beside a hit for right: there may be another hit that makes them so.
func (p *plot) trust() {
	for k, stray := range p.strays {
		if stray && (k > 0 && p.hits[k-1] || k < len(p.hits) && p.hits[k]) {
			p.strays[k] = false
		}
	}
}

// settle fits until every sight is on the right side of all hits, by at most so many rounds each time,
// until one gains less than enough.
func (f *fit) settle(ctx context.Context, times, rounds int, enough float64) error {
	for range times {
		f.weigh()
		if _, err := f.solve(ctx, rounds, enough); err != nil {
			return err
		}
		stuck, moved := f.weigh(), f.sort()
		if !stuck && !moved {
			break
		}
		for k := range f.legs {
			f.gather(&f.legs[k])
		}
	}
	return nil
}

// write puts the states at wanted times and the impacts into e.
func (f *fit) write(times []float64, e *Estimate) {
	if !f.matrix.factor() {
		return
	}
	z := f.matrix.inverse()
	for i, legs := range f.of {
		if len(legs) == 0 {
			continue
		}
		bad := f.unexplained(i)
		var chained [][3]line
		if len(bad) > 0 {
			chained = f.open(i, times)
			first, last := &f.legs[bad[0]], &f.legs[bad[len(bad)-1]]
			at := f.bodies[i].track.at
			e.Doubts = append(e.Doubts, Doubt{i, fmt.Sprintf("flights and impacts do not explain its motion from %.3g to %.3g s", at[first.first], at[last.last-1])})
		}
		for k, time := range times {
			now := f.holding(i, time)
			if slices.Contains(bad, now) {
				e.States[k][i], e.Covariance[k][i] = state(&chained[k]), covariance(&chained[k])
				continue
			}
			s, c := f.spreadAt(z, now, time)
			e.States[k][i], e.Covariance[k][i] = bodyState(s), c
		}
	}
	for k := range f.hits {
		h := &f.hits[k]
		if h.known {
			e.Impacts = append(e.Impacts, f.impact(z, h))
		}
	}
}

// unexplained returns the legs of a body whose sights are much farther off than noise is.
func (f *fit) unexplained(body int) (out []int) {
	for _, k := range f.of[body] {
		l := &f.legs[k]
		if loss, n := l.loss(); !l.drift && n > 0 && !(loss-float64(n) <= 2*patience+4*math.Sqrt(2*float64(n))) {
			out = append(out, k)
		}
	}
	return out
}

// open returns a body's states by its own sights alone, with its velocity open wherever it was hit.
func (f *fit) open(body int, times []float64) [][3]line {
	b := &f.bodies[body]
	p := b.plot
	p.hits = slices.Clone(p.hits)
	for k := range f.hits {
		h := &f.hits[k]
		if (h.pair.body == body || h.known && h.pair.other == body) && b.track.holds(h.time) {
			p.hits[min(b.sight(h.time), len(p.hits)-1)] = true
		}
	}
	_, wanted := f.law.chain(&b.track, b.motion, &p, times)
	return wanted
}

// spreadAt returns the state of a leg at a time and its covariance.
func (f *fit) spreadAt(z *envelope, k int, time float64) (s [size]float64, c Covariance) {
	l := &f.legs[k]
	s, straight, turning := l.at(time)
	// F has ones, reach and keep
	var fz [size][size]float64
	for i := range size {
		axis := i % 3
		way := straight
		if axis == 2 {
			way = turning
		}
		for j := range size {
			if i < 3 {
				fz[i][j] = z.at(l.off+i, l.off+j) + way.reach*z.at(l.off+i+3, l.off+j)
			} else {
				fz[i][j] = way.keep * z.at(l.off+i, l.off+j)
			}
		}
	}
	for i := range size {
		for j := range size {
			axis := j % 3
			way := straight
			if axis == 2 {
				way = turning
			}
			if j < 3 {
				c[i*size+j] = fz[i][j] + way.reach*fz[i][j+3]
			} else {
				c[i*size+j] = way.keep * fz[i][j]
			}
		}
	}
	if l.drift {
		dt := math.Abs(time - l.ref)
		push, spin := f.law.density(pushed, false, dt)
		for axis := range 3 {
			q := push
			if axis == 2 {
				q = spin
			}
			c[axis*size+axis] += q * dt * dt * dt / 3
			c[(axis+3)*size+axis+3] += q * dt
		}
	}
	return s, c
}

// impact returns a hit in the words of package sim.
func (f *fit) impact(z *envelope, h *hit) sim.Impact {
	l := &f.links[h.sides[0]]
	a, _, _ := f.legs[l.a].at(h.time)
	b, _, _ := f.legs[l.b].at(h.time)
	var other sim.BodyState
	if h.pair.other >= 0 {
		s, _, _ := f.legs[f.holding(h.pair.other, h.time)].at(h.time)
		other = bodyState(s)
	}
	out := sim.Impact{Time: h.time, StdTime: math.Sqrt(max(0, z.at(h.off, h.off))), Body: h.pair.body, Other: h.pair.other}
	if c, ok := f.gaps.of(h.pair, bodyState(a), other); ok {
		out.Normal = c.Normal
	}
	change := sim.Vec{X: b[3] - a[3], Y: b[4] - a[4]}.Scale(f.gaps.scene.Bodies[h.pair.body].Mass)
	out.Push, out.Rub = change.Dot(out.Normal), change.Dot(out.Normal.Perp())
	return out
}
