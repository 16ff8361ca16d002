package observe

import (
	"cmp"
	"context"
	"math"
	"slices"

	"orrery/sim"
	"orrery/world/robust"
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
	return &search{law, g, bodies, in, times, events, max(robust.Median(beats), 1e-9), toil + toilHit*len(events), map[spot]bool{}}
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

// same reports whether two pairs are of the same two things.
func (p pair) same(o pair) bool { return p == o || p == pair{o.other, o.body} }

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
