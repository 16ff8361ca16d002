package observe

import "slices"

// split is where a hit cuts the way of its body, side 0, or of the other, side 1.
type split struct{ hit, side int }

// holds reports whether a time is between the first and the last sight.
func (r *track) holds(time float64) bool {
	return len(r.at) > 1 && time > r.at[0] && time < r.at[len(r.at)-1]
}

// pause returns how long the interval between sights lasts that holds a time.
func (r *track) pause(time float64) float64 {
	k, _ := slices.BinarySearch(r.at, time)
	k = min(max(k, 1), len(r.at)-1)
	return r.at[k] - r.at[k-1]
}

// body cuts the way of a body into legs.
func (f *fit) body(i int, splits []split, times []float64) {
	b := &f.bodies[i]
	r := &b.track
	if len(r.at) == 0 {
		return
	}
	start := func(time float64, drift bool) {
		l := leg{body: i, hit: -1, drift: drift, motion: b.motion.of(drift), begin: time, ref: time}
		f.of[i] = append(f.of[i], len(f.legs))
		f.legs = append(f.legs, l)
	}
	join := func(time, dt float64, m mode) {
		push, spin := f.law.density(m, false, dt)
		n := len(f.legs)
		f.links = append(f.links, link{a: n - 2, b: n - 1, event: -1, time: time, dt: dt, push: push, spin: spin})
	}
	mode := func(k int) mode {
		if len(b.plot.modes) == 0 {
			return flying
		}
		return b.plot.modes[min(k, len(b.plot.modes)-1)]
	}
	start(r.at[0], mode(0) != flying)
	for k := range len(r.at) - 1 {
		last := &f.legs[len(f.legs)-1]
		cut := false
		for len(splits) > 0 && f.hits[splits[0].hit].time < r.at[k+1] {
			s := splits[0]
			start(f.hits[s.hit].time, mode(k+1) != flying)
			last := &f.legs[len(f.legs)-1]
			last.hit, last.side = s.hit, s.side
			f.hits[s.hit].sides[s.side] = len(f.links)
			f.links = append(f.links, link{a: len(f.legs) - 2, b: len(f.legs) - 1, event: s.hit})
			splits, cut = splits[1:], true
		}
		switch {
		case cut && b.plot.jumps[k], cut && mode(k+1) == flying:
		case cut: // pushed from then on
			time := f.legs[len(f.legs)-1].begin
			start(r.at[k+1], true)
			join(r.at[k+1], r.at[k+1]-time, mode(k+1))
		case b.plot.jumps[k]:
			start(r.at[k+1], mode(k+1) != flying)
		case mode(k) == flying && !last.drift:
		default:
			before := r.at[k]
			for q, _ := slices.BinarySearch(times, before); mode(k) != flying && q < len(times) && times[q] < r.at[k+1]; q++ {
				if times[q]-before > 1e-9 && r.at[k+1]-times[q] > 1e-9 {
					start(times[q], true)
					join(times[q], times[q]-before, mode(k))
					before = times[q]
				}
			}
			start(r.at[k+1], mode(k) != flying)
			join(r.at[k+1], r.at[k+1]-before, max(mode(k), resting))
		}
	}
}

// begin gives each leg its sights and a first state.
func (f *fit) begin() {
	f.sort()
	for _, legs := range f.of {
		for q, k := range legs {
			l := &f.legs[k]
			at := f.bodies[l.body].track.at
			from, to := l.begin, at[len(at)-1]
			if q+1 < len(legs) {
				to = f.legs[legs[q+1]].begin
			}
			if l.drift {
				from, to = l.begin, l.begin
			} else if l.last > l.first {
				from, to = at[l.first], at[l.last-1]
			}
			l.ref = (from + to) / 2
			l.s = f.guess(l)
			f.gather(l)
			if !l.drift && l.last-l.first > 1 {
				l.settle(f.law)
				f.gather(l)
			}
		}
	}
}

// guess returns a state that a leg may have, by what is told of its body.
func (f *fit) guess(l *leg) [size]float64 {
	b := &f.bodies[l.body]
	k := b.sight(l.ref)
	if k+1 >= len(b.track.at) || l.last > l.first && !l.drift {
		k = min(max(k, l.first), max(l.first, l.last-1), len(b.track.at)-1)
		s := b.at(k, l.ref)
		return [size]float64{s[0].x, s[1].x, s[2].x, s[0].v, s[1].v, s[2].v}
	}
	// on the straight line from sight to sight
	dt := b.track.at[k+1] - b.track.at[k]
	share := (l.ref - b.track.at[k]) / dt
	var s [size]float64
	for axis := range 3 {
		from, to := b.seen[k][axis].x, b.seen[k+1][axis].x
		s[axis], s[axis+3] = from+share*(to-from), (to-from)/dt
	}
	return s
}

// settle sets a leg's state to what its own sights say.
func (l *leg) settle(law *Law) {
	for axis := range 3 {
		h, b := l.h[axis], l.b[axis]
		fast := starting * law.Speed
		if axis == 2 {
			fast = starting * law.Spin
		}
		h[2] += 1 / (4 * fast * fast)
		if det := h[0]*h[2] - h[1]*h[1]; det > 1e-12*h[0]*h[2] && h[0] > 0 {
			l.s[axis] += (b[0]*h[2] - b[1]*h[1]) / det
			l.s[axis+3] += (b[1]*h[0] - b[0]*h[1]) / det
		}
	}
}

// sort gives every sight to the leg that tells it. It reports whether any has changed hands.
func (f *fit) sort() (changed bool) {
	for i, legs := range f.of {
		for k := range f.links {
			if l := &f.links[k]; l.event >= 0 && f.legs[l.b].body == i {
				f.legs[l.b].begin = f.hits[l.event].begin(f.law)
			}
		}
		at := f.bodies[i].track.at
		k := 0
		for q, at0 := range legs {
			l := &f.legs[at0]
			first := k
			for k < len(at) && (q+1 == len(legs) || at[k] < f.legs[legs[q+1]].begin) {
				k++
			}
			if first != l.first || k != l.last {
				l.first, l.last, changed = first, k, true
			}
		}
	}
	return changed
}
