package observe

import (
	"context"
	"fmt"
	"math"
	"slices"

	"orrery/sim"
	"orrery/world/robust"
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
	fit := fitted(bodies)
	in := make([]bool, len(bodies)) // bodies that hit something known
	for _, v := range events {
		if v.known {
			in[v.pair.body] = fit[v.pair.body]
			if v.pair.other >= 0 {
				in[v.pair.other] = fit[v.pair.other]
			}
		}
	}
	for k := range events { // hits belong to a body that is fitted
		if e := &events[k]; e.known && e.pair.other >= 0 && !in[e.pair.body] {
			e.pair = pair{e.pair.other, e.pair.body}
		}
	}
	events = slices.DeleteFunc(events, func(e event) bool { return !in[e.pair.body] })
	if len(events) == 0 {
		return nil, nil
	}
	reach := math.Inf(1)
	for i := range g.scene.Bodies {
		reach = min(reach, g.scene.Bodies[i].Reach())
	}
	f, err := newSearch(law.loose(reach), g, bodies, in, events, times).run(ctx)
	if err != nil {
		return nil, err
	}
	if err := f.tighten(ctx, law); err != nil {
		return nil, err
	}
	return f, f.keepTime(ctx)
}

// Limits of what is fitted together.
const (
	littleDrift = 0.3  // share of intervals in which a body may be pushed
	mostDrift   = 0.95 // the same if the unknowns of all those intervals are few
	fewDrifts   = 3000 // such intervals of all bodies, by the square of the number of bodies
)

// fitted returns which bodies are fitted together: those that fly most of the time, and those that rest
// most of the time, as after a fall, if that does not take too long.
func fitted(bodies []told) []bool {
	in, rests := make([]bool, len(bodies)), make([]bool, len(bodies))
	all := 0
	for i := range bodies {
		drifts := 0
		for _, m := range bodies[i].plot.modes {
			if m != flying {
				drifts++
			}
		}
		n := float64(len(bodies[i].plot.modes))
		in[i] = n > 0 && float64(drifts) <= littleDrift*n
		rests[i] = !in[i] && float64(drifts) <= mostDrift*n
		if rests[i] {
			all += drifts
		}
	}
	for i := range in {
		in[i] = in[i] || rests[i] && all*len(bodies)*len(bodies) <= fewDrifts
	}
	return in
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
		f.part()
		if !stuck && !moved {
			break
		}
		for k := range f.legs {
			f.gather(&f.legs[k])
		}
	}
	return nil
}

// write puts the states at wanted times and the impacts into e, and marks those times [n][t] that
// it does not explain.
func (f *fit) write(times []float64, e *Estimate, open [][]bool) {
	if !f.matrix.factor() {
		return
	}
	z := f.matrix.inverse()
	f.follow()
	usual := f.usual()
	for i, legs := range f.of {
		if len(legs) == 0 {
			continue
		}
		bad := f.unexplained(i, usual)
		var chained [][3]line
		if len(bad) > 0 {
			chained = f.open(i, times)
			first, last := &f.legs[bad[0]], &f.legs[bad[len(bad)-1]]
			at := f.bodies[i].track.at
			from, to := at[min(first.first, len(at)-1)], at[max(last.last-1, 0)] // the other way round if no sight is between
			e.Doubts = append(e.Doubts, Doubt{i, fmt.Sprintf("flights and impacts do not explain its motion from %.3g to %.3g s", min(from, to), max(from, to))})
		}
		for k, time := range times {
			now := f.holding(i, time)
			if slices.Contains(bad, now) {
				open[i][k] = true
				e.States[k][i], e.Covariance[k][i] = f.law.shown(&f.bodies[i], time, &chained[k]), covariance(&chained[k])
				continue
			}
			s, c := f.spreadAt(z, now, time)
			f.blend(z, now, time, &s, &c)
			if f.law.Beat > 0 {
				f.stepped(z, now, time, &s, &c)
				for axis, by := range f.lag(&f.legs[now], time) {
					s[axis] -= by
				}
			}
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

// follow makes the legs of every body follow each other. The time of a hit that hardly changes a velocity is told by
// nothing, so a fit may move it past the hit before: then no time is left for the leg between.
func (f *fit) follow() {
	for _, legs := range f.of {
		for q := 1; q < len(legs); q++ {
			f.legs[legs[q]].begin = max(f.legs[legs[q]].begin, f.legs[legs[q-1]].begin)
		}
	}
}

// blend takes into account that a time so near a hit, at an end of the leg that holds the time, may be before or after
// it: what is between is open, and where both are about as likely velocities are their mean.
func (f *fit) blend(z *envelope, leg int, time float64, s *[size]float64, c *Covariance) {
	const near, even = 3, 0.5 // deviations of the time of a hit
	for k := range f.hits {
		h := &f.hits[k]
		if h.kept {
			continue
		}
		late := math.Sqrt(max(0, z.at(h.off, h.off)))
		if !(math.Abs(time-h.time) < near*late) {
			continue
		}
		for _, side := range h.sides {
			if side < 0 || f.links[side].a != leg && f.links[side].b != leg {
				continue
			}
			before, _ := f.spreadAt(z, f.links[side].a, time)
			after, _ := f.spreadAt(z, f.links[side].b, time)
			p := math.Erfc((h.time-time)/(late*math.Sqrt2)) / 2
			for i := 3; i < size; i++ {
				if math.Abs(time-h.time) < even*late {
					s[i] = before[i] + p*(after[i]-before[i])
				}
				for j := 3; j < size; j++ {
					c[i*size+j] += p * (1 - p) * (after[i] - before[i]) * (after[j] - before[j])
				}
			}
			return
		}
	}
}

// usual returns how many times as far off as noise is, squared, sights of flights usually are: films may say too little of what
// compression does. It is 1 to mostUsual: where flights are off by more, most are no flights, and the noise is as small as it is said to be.
func (f *fit) usual() float64 {
	const (
		sights    = 10
		mostUsual = 25
	)
	var all []float64
	for k := range f.legs {
		if loss, n := f.legs[k].loss(); !f.legs[k].drift && n >= sights {
			all = append(all, loss/float64(n))
		}
	}
	return min(max(1, robust.Median(all)), mostUsual)
}

// unexplained returns the legs of a body whose sights are much farther off than they usually are.
func (f *fit) unexplained(body int, usual float64) (out []int) {
	for _, k := range f.of[body] {
		l := &f.legs[k]
		loss, n := l.loss()
		loss /= usual
		if !l.drift && (n > 0 && !(loss-float64(n) <= 2*patience+4*math.Sqrt(2*float64(n))) || !(math.Hypot(l.s[3], l.s[4]) <= f.fastest(l))) {
			out = append(out, k)
		}
	}
	return out
}

// fastest returns the speed in m/s that a leg may have at most: some times that between its sights
// and their neighbours.
func (f *fit) fastest(l *leg) (most float64) {
	const times, noises = 2, 10
	r := &f.bodies[l.body].track
	for k := max(1, l.first-1); k < min(l.last+2, len(r.at)); k++ {
		if a, b := &r.see[k-1], &r.see[k]; a.Seen && b.Seen {
			dt := r.at[k] - r.at[k-1]
			most = max(most, (times*math.Hypot(b.X-a.X, b.Y-a.Y)+noises*f.law.Noise)/dt+l.motion.g.Len()*dt)
		}
	}
	return most
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
		other = f.state(h.pair.other, h.time)
	}
	out := sim.Impact{Time: h.time, StdTime: math.Sqrt(max(0, z.at(h.off, h.off))), Body: h.pair.body, Other: h.pair.other}
	if c, ok := f.gaps.of(h.pair, bodyState(a), other); ok {
		out.Normal = c.Normal
	}
	change := sim.Vec{X: b[3] - a[3], Y: b[4] - a[4]}.Scale(f.gaps.scene.Bodies[h.pair.body].Mass)
	out.Push, out.Rub = change.Dot(out.Normal), change.Dot(out.Normal.Perp())
	return out
}
