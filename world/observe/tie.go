package observe

import (
	"context"
	"math"

	"orrery/sim"
)

// tie fits flights and impacts together and writes the result over what chains told.
func tie(ctx context.Context, law *Law, g *gaps, bodies []told, times []float64, e *Estimate) error {
	events, _ := label(law, bodies, g)
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
	f, err := newSearch(law, g, together, mine, times).run(ctx)
	if err != nil {
		return err
	}
	f.write(times, e)
	return nil
}

// settle fits until every sight is on the right side of all hits.
func (f *fit) settle(ctx context.Context) error {
	for range 4 {
		if _, err := f.solve(ctx, 30); err != nil {
			return err
		}
		if !f.sort() {
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
		for k, time := range times {
			now := f.holding(i, time)
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
