package observe

import (
	"cmp"
	"math"
	"slices"

	"orrery/sim"
)

// spots returns where the fit is in doubt, the worst first.
func (f *fit) spots(beat float64) []spot {
	type doubt struct {
		spot
		size float64
	}
	var all []doubt
	add := func(body int, time, size float64) {
		all = append(all, doubt{spot{body, int(math.Round(time / beat))}, size})
	}
	for i, legs := range f.of {
		for q, k := range legs {
			l := &f.legs[k]
			loss, n := l.loss()
			if l.drift || n == 0 {
				continue
			}
			if over := loss - float64(n) - patience - 2*math.Sqrt(float64(n)); over > 0 {
				r := &f.bodies[i].track
				time := f.worst(l)
				add(i, time, over)
				if l.last > l.first {
					if q > 0 {
						add(i, r.at[l.first], over*0.99)
					}
					if q+1 < len(legs) {
						add(i, r.at[l.last-1], over*0.98)
					}
				}
			}
		}
	}
	for k := range f.hits {
		h := &f.hits[k]
		if !h.known {
			add(h.pair.body, h.time, 20)
		} else if change := f.change(h, 0); h.tied && math.Hypot(change.X, change.Y) < weak*f.law.Noise/beat {
			add(h.pair.body, h.time, 1)
		}
	}
	for _, d := range f.overlaps(beat) {
		add(d.pair.body, d.time, d.size)
	}
	slices.SortStableFunc(all, func(a, b doubt) int { return cmp.Compare(b.size, a.size) })
	var out []spot
	for _, d := range all {
		if !slices.Contains(out, d.spot) {
			out = append(out, d.spot)
		}
	}
	return out
}

// twins returns the hits that follow one of the same pair with no sight in between: one may tell as much.
func (f *fit) twins() (out []int) {
	began := make(map[int]int, len(f.links)) // the hit that a leg begins with
	for _, l := range f.links {
		if l.event >= 0 {
			began[l.b] = l.event
		}
	}
	for k := range f.hits {
		h := &f.hits[k]
		if !h.known {
			continue
		}
		before := f.links[h.sides[0]].a
		if q, ok := began[before]; ok && f.legs[before].first >= f.legs[before].last && f.hits[q].pair.same(h.pair) {
			out = append(out, k)
		}
	}
	return out
}

// loss returns twice the loss of a leg's sights at its state, and their number.
func (l *leg) loss() (loss float64, n int) {
	for axis := range 3 {
		x, v := l.s[axis]-l.base[axis], l.s[axis+3]-l.base[axis+3]
		h, b := &l.h[axis], &l.b[axis]
		loss += x*(h[0]*x+h[1]*v-2*b[0]) + v*(h[1]*x+h[2]*v-2*b[1]) + l.c[axis]
		if h[0] > 0 {
			n += l.last - l.first
		}
	}
	return loss, n
}

// worst returns the time of the sight that a leg explains worst.
func (f *fit) worst(l *leg) float64 {
	b := &f.bodies[l.body]
	time, size := l.ref, 0.0
	for k := l.first; k < l.last; k++ {
		if b.plot.strays[k] || !b.track.see[k].Seen {
			continue
		}
		s, _, _ := l.at(b.track.at[k])
		place, _ := b.track.noise(k, f.law)
		if d := math.Hypot(s[0]-b.track.see[k].X, s[1]-b.track.see[k].Y) / place; d > size {
			time, size = b.track.at[k], d
		}
	}
	return time
}

// change returns by how much a hit changes the velocity of its body, side 0, or of the other.
func (f *fit) change(h *hit, side int) sim.Vec {
	l := &f.links[h.sides[side]]
	a, _, _ := f.legs[l.a].at(h.time)
	b, _, _ := f.legs[l.b].at(h.time)
	return sim.Vec{X: b[3] - a[3], Y: b[4] - a[4]}
}

// overlap is two things that a fit lets pass into each other.
type overlap struct {
	pair pair
	time float64
	size float64 // twice the loss
}

// overlaps returns them, each pair once for every row of sights in which they do.
func (f *fit) overlaps(beat float64) (out []overlap) {
	slack := 3*f.law.Noise + 3*f.law.Gap - f.law.Skin
	sigma := math.Hypot(f.law.Noise, f.law.Gap)
	check := func(p pair, at []float64) {
		now := overlap{pair: p}
		flush := func() {
			if now.size > 0 {
				out = append(out, now)
			}
			now.size = 0
		}
		scene := f.gaps.scene
		for _, time := range at {
			if p.other >= 0 {
				other := f.bodies[p.other].track.at
				if time < other[0] || time > other[len(other)-1] {
					continue
				}
			}
			a := f.state(p.body, time)
			var b sim.BodyState
			reach := scene.Bodies[p.body].Reach()
			if p.other >= 0 {
				b = f.state(p.other, time)
				reach = a.Position().Sub(b.Position()).Len() - reach - scene.Bodies[p.other].Reach()
			} else {
				reach = scene.Walls[-1-p.other].Distance(a.Position()) - reach
			}
			if reach > 0 {
				flush()
				continue
			}
			c, ok := f.gaps.of(p, a, b)
			if deep := -c.Gap - slack; ok && deep > 0 {
				if now.size == 0 {
					now.time = time - beat/2
				}
				now.size += min(deep*deep/(sigma*sigma), 100)
			} else {
				flush()
			}
		}
		flush()
	}
	for i := range f.of {
		if len(f.of[i]) == 0 {
			continue
		}
		at := f.bodies[i].track.at
		for k := range f.gaps.scene.Walls {
			check(pair{i, -1 - k}, at)
		}
		for j := i + 1; j < len(f.of); j++ {
			if len(f.of[j]) > 0 {
				check(pair{i, j}, at)
			}
		}
	}
	return out
}

// state returns where a body is at a time.
func (f *fit) state(body int, time float64) sim.BodyState {
	if len(f.of[body]) == 0 {
		b := &f.bodies[body]
		if len(b.track.at) == 0 {
			return sim.BodyState{X: far}
		}
		l := b.at(b.sight(time), time)
		return state(&l)
	}
	s, _, _ := f.legs[f.holding(body, time)].at(time)
	return bodyState(s)
}

// objective returns how badly a fit explains the sights, with what its hits cost.
func (f *fit) objective(beat float64) float64 {
	total := f.build(true)
	for k := range f.hits {
		h := &f.hits[k]
		switch {
		case !h.known:
			total += blankCost
		case h.pair.other < 0:
			total += wallCost
		default:
			total += pairCost
		}
		if h.tied {
			total += f.pull(h, beat)
		}
	}
	if !f.ordered() {
		total += blankCost
	}
	for _, o := range f.overlaps(beat) {
		total += o.size
	}
	return total
}

// pull returns what speaks against a hit that pulls instead of pushing, or rubs more than it pushes.
func (f *fit) pull(h *hit, beat float64) float64 {
	a := f.state(h.pair.body, h.time)
	var b sim.BodyState
	if h.pair.other >= 0 {
		b = f.state(h.pair.other, h.time)
	}
	c, ok := f.gaps.of(h.pair, a, b)
	if !ok {
		return blankCost
	}
	sum, sigma := 0.0, f.law.Noise/beat+0.02*f.law.Speed
	for side, n := range [2]sim.Vec{c.Normal, c.Normal.Scale(-1)} {
		if h.sides[side] < 0 {
			continue
		}
		v := f.change(h, side)
		push, rub := v.Dot(n), math.Abs(v.Cross(n))
		over := max(0, -push) + max(0, rub-steepest*max(0, push))
		sum += min(over*over/(sigma*sigma), blankCost)
	}
	return sum
}
