package observe

import (
	"cmp"
	"context"
	"math"
	"slices"

	"orrery/sim"
)

// What a hit must explain to be told, in the sense of twice the loss.
const (
	wallCost  = 22.0 // a hit with a wall
	pairCost  = 28.0 // a hit of two bodies
	blankCost = 40.0 // a hit with what is not known
	gain      = 4.0  // by which a change must be better
)

// Limits of the search.
const (
	window   = 12   // intervals each way of a spot that are fitted for a trial
	about    = 2.5  // intervals each way of a spot in which hits are changed
	trials   = 3    // changes of one spot
	crowd    = 3    // hits of a body within an interval, at most
	reorders = 2    // of hits
	toil     = 2e7  // multiplications of a search
	toilHit  = 3e6  // and for each hit it begins with
	passes   = 2    // over all spots
	patience = 14.0 // loss of a leg beyond what is usual that makes it a spot
	weak     = 4.0  // deviations of a change of velocity, below which a hit is in doubt
)

// search looks for hits that explain the sights better.
type search struct {
	law    *Law
	gaps   *gaps
	bodies []told
	in     []bool // which bodies are fitted
	times  []float64
	events []event
	beat   float64 // s, the usual interval between sights
	left   int     // multiplications that it may still do
	done   map[spot]bool
}

// spot is a body and a time, in intervals, about which the story may be wrong.
type spot struct{ body, time int }

func newSearch(law *Law, g *gaps, bodies []told, in []bool, events []event, times []float64) *search {
	var beats []float64
	for i := range bodies {
		at := bodies[i].track.at
		for k := 1; k < len(at); k++ {
			beats = append(beats, at[k]-at[k-1])
		}
	}
	return &search{law, g, bodies, in, times, events, max(median(beats), 1e-9), toil + toilHit*len(events), map[spot]bool{}}
}

// run changes events until no spot is left that a change would mend. It returns the fit of all.
func (s *search) run(ctx context.Context) (*fit, error) {
	for pass := 0; ; pass++ {
		f, err := s.whole(ctx)
		if err != nil {
			return nil, err
		}
		if pass == passes {
			return s.thin(ctx, f)
		}
		changed := false
		for _, p := range f.spots(s.beat) {
			if s.done[p] || s.left <= 0 {
				continue
			}
			s.done[p] = true
			better, err := s.mend(ctx, f, p)
			if err != nil {
				return nil, err
			}
			changed = changed || better
		}
		if !changed {
			return s.thin(ctx, f)
		}
	}
}

// thin leaves out hits that follow one of the same pair, if what was seen about their time is explained
// better for the cost without them. It returns the fit of those that are left.
func (s *search) thin(ctx context.Context, f *fit) (*fit, error) {
	var events []event
	for k := range f.hits {
		events = append(events, f.hits[k].event)
	}
	out := make([]bool, len(events))
	left := func() (some []event) {
		for k, e := range events {
			if !out[k] {
				some = append(some, e)
			}
		}
		slices.SortStableFunc(some, func(a, b event) int { return cmp.Compare(a.time, b.time) })
		return some
	}
	for _, k := range f.twins() {
		time := events[k].time
		bodies, among := s.cut(f, events[k].pair.body, time)
		with, err := s.try(ctx, bodies, among, left(), time)
		if err != nil {
			return nil, err
		}
		out[k] = true
		without, err := s.try(ctx, bodies, among, left(), time)
		if err != nil {
			return nil, err
		}
		out[k] = without < with
	}
	if !slices.Contains(out, true) {
		return f, nil
	}
	return s.fit(ctx, left())
}

// whole fits all events. Those that wander off are left out, unless the sights need them where they
// went to, and those that change places are sorted.
func (s *search) whole(ctx context.Context) (*fit, error) {
	for round := 0; ; round++ {
		f, err := s.fit(ctx, s.events)
		if err != nil {
			return nil, err
		}
		near, all := f.told()
		s.events = near
		if len(near) < len(all) {
			if f, err = s.fit(ctx, near); err != nil {
				return nil, err
			}
			other, err := s.fit(ctx, all)
			if err != nil {
				return nil, err
			}
			if other.objective(s.beat) < f.objective(s.beat) {
				f = other
			}
			_, s.events = f.told()
		}
		if round == reorders || f.ordered() {
			return f, nil
		}
	}
}

func (s *search) fit(ctx context.Context, events []event) (*fit, error) {
	f := newFit(s.law, s.gaps, s.bodies, s.in, events, s.times)
	return f, f.settle(ctx, 3, 15, 3e-2)
}

// ordered reports whether the legs of every body follow each other.
func (f *fit) ordered() bool {
	for _, legs := range f.of {
		for q := 1; q < len(legs); q++ {
			if f.legs[legs[q]].begin < f.legs[legs[q-1]].begin {
				return false
			}
		}
	}
	return true
}

// told returns the events at the times that were fitted, all of them and those that are near where
// they were looked for.
func (f *fit) told() (near, all []event) {
	for k := range f.hits {
		h := &f.hits[k]
		all = append(all, h.event)
		if math.Abs(h.time-h.mean) <= h.late {
			near = append(near, h.event)
		}
	}
	for _, events := range [2][]event{near, all} {
		slices.SortStableFunc(events, func(a, b event) int { return cmp.Compare(a.time, b.time) })
	}
	return near, all
}

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
				time, _ := f.worst(l)
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

// same reports whether two pairs are of the same two things.
func (p pair) same(o pair) bool { return p == o || p == pair{o.other, o.body} }

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
func (f *fit) worst(l *leg) (time, size float64) {
	b := &f.bodies[l.body]
	time = l.ref
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
	return time, size
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

// mend tries changes of hits about a spot and keeps the best. It reports whether there was one.
func (s *search) mend(ctx context.Context, f *fit, p spot) (better bool, err error) {
	time := float64(p.time) * s.beat
	bodies, among := s.cut(f, p.body, time)
	near := s.around(f, p.body, time)
	for range trials {
		base, err := s.try(ctx, bodies, among, s.events, time)
		if err != nil {
			return better, err
		}
		best := s.events
		least := base - gain
		for _, events := range s.changes(p.body, time, near) {
			if s.left < 0 {
				break
			}
			loss, err := s.try(ctx, bodies, among, events, time)
			if err != nil {
				return better, err
			}
			if loss < least {
				best, least = events, loss
			}
		}
		if least == base-gain {
			return better, nil
		}
		s.events, better = best, true
	}
	return better, nil
}

// around returns what a body may have hit about a time, and where it was nearest.
func (s *search) around(f *fit, body int, time float64) (out []event) {
	scene := s.gaps.scene
	var others []int
	for k := range scene.Walls {
		others = append(others, -1-k)
	}
	for i := range f.of {
		if i != body && len(f.of[i]) > 0 {
			others = append(others, i)
		}
	}
	for _, o := range others {
		type near struct{ gap, time float64 }
		var all []near
		for q := -about; q <= about; q += 0.5 {
			t := time + q*s.beat
			if !s.bodies[body].track.holds(t) || o >= 0 && !s.bodies[o].track.holds(t) {
				continue
			}
			a := f.state(body, t)
			margin := 2 * s.beat * a.Velocity().Len()
			var b sim.BodyState
			var apart float64
			if o >= 0 {
				b = f.state(o, t)
				margin += 2 * s.beat * b.Velocity().Len()
				apart = a.Position().Sub(b.Position()).Len() - scene.Bodies[body].Reach() - scene.Bodies[o].Reach()
			} else {
				apart = scene.Walls[-1-o].Distance(a.Position()) - scene.Bodies[body].Reach()
			}
			margin += 5*s.law.Noise + 3*s.law.Gap
			if apart > margin {
				continue
			}
			if c, ok := s.gaps.of(pair{body, o}, a, b); ok && c.Gap < margin {
				all = append(all, near{math.Abs(c.Gap), t})
			}
		}
		slices.SortStableFunc(all, func(a, b near) int { return cmp.Compare(a.gap, b.gap) })
		kept := 0
		for _, n := range all {
			if kept < 2 && (kept == 0 || math.Abs(n.time-out[len(out)-1].time) > s.beat) {
				out = append(out, event{pair{body, o}, true, n.time})
				kept++
			}
		}
	}
	return out
}

// changes returns the events with one of those about a time left out or done by another, or with one more.
func (s *search) changes(body int, time float64, near []event) (out [][]event) {
	for k, e := range s.events {
		if math.Abs(e.time-time) > about*s.beat || e.pair.body != body && e.pair.other != body {
			continue
		}
		out = append(out, slices.Delete(slices.Clone(s.events), k, k+1))
		was := e.pair.other
		if was == body {
			was = e.pair.body
		}
		for _, n := range near {
			if e.known && n.pair.other == was {
				continue
			}
			other := slices.Clone(s.events)
			other[k] = event{n.pair, true, e.time}
			out = append(out, other)
		}
	}
	for _, n := range near {
		if s.crowded(n) {
			continue
		}
		more := append(slices.Clone(s.events), n)
		slices.SortStableFunc(more, func(a, b event) int { return cmp.Compare(a.time, b.time) })
		out = append(out, more)
	}
	return out
}

// crowded reports whether a body of an event was hit so often about its time that no more can be told apart.
func (s *search) crowded(e event) bool {
	count := [2]int{}
	for _, o := range s.events {
		if math.Abs(o.time-e.time) > s.beat {
			continue
		}
		for q, body := range [2]int{e.pair.body, e.pair.other} {
			if o.pair.body == body || o.pair.other == body && body >= 0 {
				count[q]++
			}
		}
	}
	return count[0] >= crowd || e.pair.other >= 0 && count[1] >= crowd
}

// cut returns the bodies that have to do with one about a time, with nothing but what was seen of them then.
func (s *search) cut(f *fit, body int, time float64) ([]told, []bool) {
	among := make([]bool, len(s.bodies))
	among[body] = true
	for _, n := range s.around(f, body, time) {
		if n.pair.other >= 0 {
			among[n.pair.other] = true
		}
	}
	direct := slices.Clone(among)
	for _, e := range s.events {
		if e.known && e.pair.other >= 0 && math.Abs(e.time-time) < 2*about*s.beat {
			if direct[e.pair.body] {
				among[e.pair.other] = s.in[e.pair.other]
			}
			if direct[e.pair.other] {
				among[e.pair.body] = s.in[e.pair.body]
			}
		}
	}
	out := make([]told, len(s.bodies))
	for i := range out {
		if among[i] {
			out[i] = s.bodies[i].within(time-window*s.beat, time+window*s.beat)
		}
	}
	return out, among
}

// within returns what is told of a body between two times.
func (b *told) within(from, to float64) told {
	r := &b.track
	lo, _ := slices.BinarySearch(r.at, from)
	hi, _ := slices.BinarySearch(r.at, to)
	c := told{track: track{body: r.body, at: r.at[lo:hi], see: r.see[lo:hi]}, motion: b.motion}
	if lo < hi {
		c.seen = b.seen[lo:hi]
		c.plot = plot{modes: b.plot.modes[lo : hi-1], hits: b.plot.hits[lo : hi-1], jumps: b.plot.jumps[lo : hi-1], strays: b.plot.strays[lo:hi]}
	}
	return c
}

// try returns how badly some events explain what was seen about a time.
func (s *search) try(ctx context.Context, bodies []told, among []bool, events []event, time float64) (float64, error) {
	var mine []event
	for _, e := range events {
		if math.Abs(e.time-time) > window*s.beat {
			continue
		}
		one, two := among[e.pair.body], e.pair.other >= 0 && among[e.pair.other]
		switch {
		case one && (two || e.pair.other < 0 || !e.known || !s.in[e.pair.other]):
			mine = append(mine, e)
		case one:
			mine = append(mine, event{pair{e.pair.body, e.pair.body}, false, e.time})
		case two && e.known:
			mine = append(mine, event{pair{e.pair.other, e.pair.other}, false, e.time})
		}
	}
	f := newFit(s.law, s.gaps, bodies, among, mine, nil)
	if err := f.settle(ctx, 2, 12, 0.5); err != nil {
		return 0, err
	}
	s.left -= f.work
	return f.objective(s.beat), nil
}
