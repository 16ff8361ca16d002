package observe

import (
	"cmp"
	"math"
	"slices"

	"orrery/sim"
)

// told is a body's story with its states.
type told struct {
	track  track
	motion motion
	plot   plot
	seen   [][3]line // at its sights
}

// at returns a body's state at a time, in the stretch of its story that holds sight k.
func (b *told) at(k int, time float64) [3]line {
	l := b.seen[k]
	dt := time - b.track.at[k]
	mode := flying
	if len(b.plot.modes) > 0 {
		mode = b.plot.modes[min(max(k-1, 0), len(b.plot.modes)-1)]
		if k == 0 || b.plot.hits[k-1] {
			mode = b.plot.modes[min(k, len(b.plot.modes)-1)]
		}
	}
	straight, turning, g := newGlide(b.motion.drag, dt), newGlide(b.motion.turnDrag, dt), b.motion.g
	if mode != flying {
		straight, turning, g = newGlide(0, dt), newGlide(0, dt), sim.Vec{}
	}
	l[0].fly(straight, g.X, 0, dt)
	l[1].fly(straight, g.Y, 0, dt)
	l[2].fly(turning, 0, 0, dt)
	return l
}

// sight returns the index of the last sight at or before a time, or 0.
func (b *told) sight(time float64) int {
	k, found := slices.BinarySearch(b.track.at, time)
	if !found {
		k--
	}
	return max(k, 0)
}

// jolt is a sudden change of a body's velocity between two of its sights.
type jolt struct {
	body, k    int     // after sight k
	time, late float64 // s, with its deviation
	change     sim.Vec // m/s, of velocity
	blur       float64 // m/s, deviation of change
}

// jolts returns those of a body.
func (b *told) jolts() (out []jolt) {
	for k, hit := range b.plot.hits {
		if !hit || b.plot.jumps[k] {
			continue
		}
		from, to := b.track.at[k], b.track.at[k+1]
		dt := to - from
		before, after := b.at(k, from), b.at(k+1, from)
		d := sim.Vec{X: after[0].x - before[0].x, Y: after[1].x - before[1].x}
		v := sim.Vec{X: after[0].v - before[0].v, Y: after[1].v - before[1].v}
		blur := math.Sqrt((before[0].vv + before[1].vv + after[0].vv + after[1].vv) / 2)
		j := jolt{body: b.track.body, k: k, change: v, blur: blur}
		speed2 := v.Dot(v) + 1e-12
		wait := -d.Dot(v) / speed2
		middle := b.at(k, from+dt/2)
		j.late = max(1e-3*dt, math.Sqrt((middle[0].pp+middle[1].pp+before[0].pp+after[0].pp)/speed2))
		if j.late > dt {
			j.late = dt
		}
		j.time = from + min(max(wait, -dt/2), 1.5*dt)
		out = append(out, j)
	}
	return out
}

// event is an impact: of a body and a wall, of two bodies, or of a body with what is not known.
type event struct {
	pair  pair
	known bool
	time  float64
}

// Costs of labels, in the sense of twice the loss.
const (
	labelMost  = 60.0 // labels that cost more are not taken
	aloneCost  = 16.0 // one body shows nothing of a hit
	steepest   = 1.1  // tangent of the angle to the normal beyond which an impulse is not friction's
	bluntest   = 0.25 // rad, deviation of that angle
	timeSlack  = 0.1  // s by s, share of an interval by which times of a jolt may be off besides
	gapSlack   = 1.0  // deviations of the noise by which gaps may be off besides
	sidewaysBy = 0.3  // rad, by which impulses of two bodies may be out of line
)

// label finds out who hit whom.
func label(law *Law, bodies []told, g *gaps) (events []event, jolts []jolt) {
	for i := range bodies {
		if len(bodies[i].track.at) > 0 {
			jolts = append(jolts, bodies[i].jolts()...)
		}
	}
	type match struct {
		a, b int // jolts; b -1 for a wall or a body without one
		pair pair
		cost float64
		time float64
	}
	var all []match
	add := func(a, b int, p pair, time, late float64) {
		if cost, ok := price(law, bodies, jolts, g, a, b, p, time, late); ok {
			if b < 0 && p.other >= 0 {
				cost += aloneCost
			}
			if cost < labelMost {
				all = append(all, match{a, b, p, cost, time})
			}
		}
	}
	for a := range jolts {
		ja := &jolts[a]
		ra := &bodies[ja.body].track
		dt := ra.at[ja.k+1] - ra.at[ja.k]
		for k := range g.scene.Walls {
			add(a, -1, pair{ja.body, -1 - k}, ja.time, ja.late)
		}
		for i := range bodies {
			if i != ja.body && len(bodies[i].track.at) > 0 {
				add(a, -1, pair{ja.body, i}, ja.time, ja.late)
			}
		}
		for b := a + 1; b < len(jolts); b++ {
			jb := &jolts[b]
			if jb.body == ja.body {
				continue
			}
			rb := &bodies[jb.body].track
			slack := dt + rb.at[jb.k+1] - rb.at[jb.k]
			if math.Abs(ja.time-jb.time) > slack {
				continue
			}
			wa, wb := 1/(ja.late*ja.late), 1/(jb.late*jb.late)
			time := (wa*ja.time + wb*jb.time) / (wa + wb)
			off := ja.time - jb.time
			apart := off * off / (1/wa + 1/wb + timeSlack*timeSlack*dt*dt)
			from := len(all)
			add(a, b, pair{ja.body, jb.body}, time, 1/math.Sqrt(wa+wb))
			for k := from; k < len(all); k++ {
				all[k].cost += apart
			}
		}
	}
	slices.SortStableFunc(all, func(x, y match) int { return cmp.Compare(x.cost, y.cost) })
	used := make([]bool, len(jolts))
	for _, m := range all {
		if used[m.a] || m.b >= 0 && used[m.b] {
			continue
		}
		used[m.a] = true
		if m.b >= 0 {
			used[m.b] = true
		}
		events = append(events, event{m.pair, true, m.time})
	}
	for a := range jolts {
		if !used[a] {
			events = append(events, event{pair{jolts[a].body, jolts[a].body}, false, jolts[a].time})
		}
	}
	slices.SortStableFunc(events, func(x, y event) int { return cmp.Compare(x.time, y.time) })
	return events, jolts
}

// price returns how little geometry agrees with a label, or false if it cannot be.
func price(law *Law, bodies []told, jolts []jolt, g *gaps, a, b int, p pair, time, late float64) (float64, bool) {
	ja := &jolts[a]
	one := bodies[p.body].at(ja.k, time)
	var two [3]line
	if b >= 0 {
		two = bodies[p.other].at(jolts[b].k, time)
	} else if p.other >= 0 {
		two = bodies[p.other].at(bodies[p.other].sight(time), time)
	}
	c, ok := g.of(p, state(&one), state(&two))
	if !ok {
		return 0, false
	}
	closing := rate(&one, c.Normal) - rate(&two, c.Normal)
	blur := law.Noise*law.Noise*gapSlack + law.Gap*law.Gap + one[0].pp + two[0].pp + closing*closing*late*late
	gap := c.Gap - law.Skin
	cost := gap * gap / blur
	// what is pushed goes along the normal, within the cone of friction
	cost += askew(ja.change, c.Normal, ja.blur)
	if b >= 0 {
		jb := &jolts[b]
		cost += askew(jb.change, c.Normal.Scale(-1), jb.blur)
		angle := turn(ja.change, jb.change.Scale(-1))
		unsure := angular(ja.change, ja.blur) + angular(jb.change, jb.blur) + sidewaysBy*sidewaysBy
		cost += angle * angle / unsure
	}
	return cost, true
}

// rate returns the velocity of l along n.
func rate(l *[3]line, n sim.Vec) float64 { return l[0].v*n.X + l[1].v*n.Y }

// turn returns the angle between two vectors, 0 to π.
func turn(a, b sim.Vec) float64 { return math.Abs(math.Atan2(a.Cross(b), a.Dot(b))) }

// angular returns the variance of the direction of v, which is known to blur.
func angular(v sim.Vec, blur float64) float64 { return blur * blur / (v.Dot(v) + blur*blur) }

// askew returns how little a change of velocity looks like a push along n with friction.
func askew(change, n sim.Vec, blur float64) float64 {
	excess := max(0, turn(change, n)-math.Atan(steepest))
	return excess * excess / (bluntest*bluntest + angular(change, blur))
}
