package observe

import (
	"context"
	"math"

	"orrery/sim"
)

// tie fits flights and impacts together and writes the result over what chains told.
func tie(ctx context.Context, law *Law, g *gaps, bodies []told, times []float64, e *Estimate) error {
	events, jolts := label(law, bodies, g)
	together := make([]told, len(bodies)) // bodies that hit something known
	in := func(i int) bool { return len(together[i].track.at) > 0 }
	for _, v := range events {
		if v.known {
			together[v.pair.body] = bodies[v.pair.body]
			if v.pair.other >= 0 {
				together[v.pair.other] = bodies[v.pair.other]
			}
		}
	}
	mine := events[:0]
	for _, v := range events {
		if in(v.pair.body) {
			mine = append(mine, v)
		}
	}
	if len(mine) == 0 {
		return nil
	}
	f := newFit(law, g, together, mine, jolts, times)
	for range 3 {
		if _, err := f.solve(ctx, 30); err != nil {
			return err
		}
		if !f.sort() {
			break
		}
	}
	f.write(times, e)
	return nil
}

// sort gives sights to the leg on whose side of a hit they are. It reports whether any changed.
func (f *fit) sort() (changed bool) {
	for k := range f.links {
		l := &f.links[k]
		if l.event < 0 {
			continue
		}
		a, b := &f.legs[l.a], &f.legs[l.b]
		at := f.bodies[a.body].track.at
		was := b.first
		for !a.drift && b.first < b.last && at[b.first] < f.hits[l.event].time {
			b.first++
		}
		for !b.drift && a.first < b.first && b.first > a.first && at[b.first-1] >= f.hits[l.event].time {
			b.first--
		}
		a.last = b.first
		if b.first != was {
			changed = true
		}
	}
	if changed {
		for k := range f.legs {
			f.gather(&f.legs[k])
		}
	}
	return changed
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
		var mine []*link
		for k := range f.links {
			if f.legs[f.links[k].b].body == i {
				mine = append(mine, &f.links[k])
			}
		}
		for k, time := range times {
			now := legs[0]
			for _, l := range mine {
				if f.start(l) <= time {
					now = l.b
				}
			}
			s, c := f.spreadAt(z, now, time)
			e.States[k][i], e.Covariance[k][i] = bodyState(s), c
		}
	}
	for k := range f.hits {
		h := &f.hits[k]
		if h.tied {
			e.Impacts = append(e.Impacts, f.impact(z, h))
		}
	}
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
