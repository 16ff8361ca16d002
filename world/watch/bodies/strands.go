package bodies

import (
	"math"
	"slices"
	"sort"

	"orrery/sim"
	"orrery/world/watch/look"
)

// sight is what was seen in one picture.
type sight struct {
	number  int  // of the picture
	follows bool // directly on the picture before it
	patches []patch
}

// place is where a strand is in a picture: the patches that it is made of.
type place struct {
	at      int // index of the sight
	patches []int
}

// strand is one thing, a body or a part of one or several of one colour, over sights in sequence.
type strand struct {
	places []place
	whole  []moments // of each place
	colour look.Colour
	free   []bool        // of each place: nothing is next to it, and all of it is in the picture
	kin    []look.Colour // the colours of its patches
	joined bool          // it comes from several that met, or parts into several
}

func (s *strand) first() int { return s.places[0].at }
func (s *strand) last() int  { return s.places[len(s.places)-1].at }

// find returns the index of the place in a sight, or −1.
func (s *strand) find(at int) int {
	k := at - s.first()
	if k < 0 || k >= len(s.places) {
		return -1
	}
	return k
}

// frees returns how many places are free.
func (s *strand) frees() (n int) {
	for _, free := range s.free {
		if free {
			n++
		}
	}
	return n
}

// speed returns how far the strand's middle moves per sight at a place, in px.
func (s *strand) speed(k int) float64 {
	a, b := max(k-1, 0), min(k+1, len(s.places)-1)
	if a == b {
		return 0
	}
	return s.whole[b].middle().Sub(s.whole[a].middle()).Len() / float64(b-a)
}

// usualSpeed returns the median of the strand's speeds, in px per sight.
func (s *strand) usualSpeed() float64 {
	var speeds []float64
	for k := range s.places {
		speeds = append(speeds, s.speed(k))
	}
	return median(speeds)
}

// finder is what is known of a film's patches.
type finder struct {
	sights  []sight
	strands []*strand
	echoed  []*strand // of reflections and shadows
	even    bool      // bodies that never move are seen
	slack   float64   // by which outlines change more than on clean pictures; 1 on those
}

// patch returns a patch of a sight.
func (f *finder) patch(at, k int) *patch { return &f.sights[at].patches[k] }

// link makes strands: each patch goes on in the one that follows it in the next sight.
func (f *finder) link() {
	var alive []*strand // of each patch of the sight before
	for at := range f.sights {
		now := make([]*strand, len(f.sights[at].patches))
		if f.sights[at].follows {
			f.carry(alive, now, at)
		}
		for k := range now {
			if now[k] == nil {
				now[k] = &strand{}
				f.strands = append(f.strands, now[k])
			}
			now[k].places = append(now[k].places, place{at, []int{k}})
		}
		alive = now
	}
	for _, s := range f.strands {
		f.measure(s)
	}
	f.meetings()
}

// carry finds which strands of the sight before go on in which patches.
func (f *finder) carry(alive, now []*strand, at int) {
	type pair struct {
		from, to int
		cost     float64
	}
	var pairs []pair
	for i, s := range alive {
		a := f.patch(at-1, i)
		guess := a.middle()
		if n := len(s.places); n >= 2 {
			guess = guess.Add(guess.Sub(f.patch(at-2, s.places[n-2].patches[0]).middle()))
		}
		for j := range now {
			b := f.patch(at, j)
			size := math.Sqrt(math.Min(a.n, b.n))
			d := min(b.middle().Sub(guess).Len(), b.middle().Sub(a.middle()).Len()+0.3*size) / size
			colour, grown := far(a.colour, b.colour), math.Abs(math.Log(a.n/b.n))
			if d > 6 || colour > 60 || grown > f.slack*(0.05+2/size) {
				continue
			}
			pairs = append(pairs, pair{i, j, d/2 + colour/30 + 4*grown})
		}
	}
	sort.SliceStable(pairs, func(i, j int) bool { return pairs[i].cost < pairs[j].cost })
	taken := make([]bool, len(alive))
	for _, p := range pairs {
		if !taken[p.from] && now[p.to] == nil {
			taken[p.from], now[p.to] = true, alive[p.from]
		}
	}
}

// measure sets what follows from a strand's places.
func (f *finder) measure(s *strand) {
	s.whole, s.free, s.kin = nil, nil, nil
	var reds, greens, blues []float64
	for _, p := range s.places {
		var m moments
		free := true
		largest := p.patches[0]
		for _, k := range p.patches {
			a := f.patch(p.at, k)
			if a.n > f.patch(p.at, largest).n {
				largest = k
			}
			m.add(a.moments)
			free = free && !a.cut
			for other := range a.beside {
				free = free && (slices.Contains(p.patches, other) || f.patch(p.at, other).n < 0.04*a.n)
			}
			known := false
			for _, c := range s.kin {
				known = known || far(c, a.colour) < 30
			}
			if !known && len(s.kin) < 8 {
				s.kin = append(s.kin, a.colour)
			}
		}
		c := f.patch(p.at, largest).colour
		reds, greens, blues = append(reds, float64(c[0])), append(greens, float64(c[1])), append(blues, float64(c[2]))
		s.whole = append(s.whole, m)
		s.free = append(s.free, free)
	}
	s.colour = look.Colour{float32(median(reds)), float32(median(greens)), float32(median(blues))}
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	return sorted[len(sorted)/2]
}

// meetings finds the strands that come from several of their colour, or part into several. What is seen in pieces for a short time only, none of which
// ever stands free, as a small ball with a bright spot in a few pictures, is one all the time.
func (f *finder) meetings() {
	const lasting = 4 // times as long as pieces a strand is that was never in pieces
	near := func(s *strand, at int) (found []*strand) {
		for _, o := range f.strands {
			if o != s && far(o.colour, s.colour) < 60 && (at > s.last() && o.first() == at || at < s.first() && o.last() == at) {
				found = append(found, o)
			}
		}
		return found
	}
	within := func(v sim.Vec, m *moments) bool {
		long, short, angle := m.axes()
		d := v.Sub(m.middle()).Rotate(-angle)
		return math.Abs(d.X) < 2*long+4 && math.Abs(d.Y) < 2*short+4
	}
	for _, s := range f.strands {
		for _, at := range [2]int{s.first() - 1, s.last() + 1} {
			if at < 0 || at >= len(f.sights) || !f.sights[max(at, s.first())].follows {
				continue
			}
			own := s.whole[0]
			if at > s.last() {
				own = s.whole[len(s.whole)-1]
			}
			sum, n, last := 0.0, 0, false
			for _, o := range near(s, at) {
				theirs := o.whole[len(o.whole)-1]
				if at > s.last() {
					theirs = o.whole[0]
				}
				if theirs.n < 0.95*own.n && within(theirs.middle(), &own) {
					sum += theirs.n
					n++
					last = last || o.frees() > 0 || lasting*len(o.places) >= len(s.places)
				}
			}
			if n >= 2 && last && math.Abs(sum/own.n-1) < 0.25 {
				s.joined = true
			}
		}
	}
}

// stays returns the first and the last sight in which a strand's body must be there: where the strand ends what begins around its middle, of its
// colour and no smaller, has it too, and likewise where it begins.
func (f *finder) stays(s *strand) (first, last int) {
	first, last = s.first(), s.last()
	begin, end := s.whole[0], s.whole[len(s.whole)-1]
	for again := true; again; {
		again = false
		for _, o := range f.strands {
			if far(o.colour, s.colour) > 60 {
				continue
			}
			if before := o.whole[len(o.whole)-1]; o.last() == first-1 && f.sights[first].follows && holds(&before, &begin) {
				first, again = o.first(), true
			}
			if o.first() == last+1 && f.sights[last+1].follows && holds(&o.whole[0], &end) {
				last, again = o.last(), true
			}
		}
	}
	return first, last
}

// holds reports whether a part of a picture may have another in it: it is no smaller and has its middle within.
func holds(part, other *moments) bool {
	long, short, angle := part.axes()
	d := other.middle().Sub(part.middle()).Rotate(-angle)
	return part.n > 0.95*other.n && math.Abs(d.X) < 2*long+2 && math.Abs(d.Y) < 2*short+2
}

// unite makes one strand of those that move as one: the colours of one body.
func (f *finder) unite() {
	for again := true; again; {
		again = false
		for i := 0; i < len(f.strands) && !again; i++ {
			for j := i + 1; j < len(f.strands) && !again; j++ {
				a, b := f.strands[i], f.strands[j]
				if merged := f.together(a, b); merged != nil {
					f.strands[i] = merged
					f.strands = slices.Delete(f.strands, j, j+1)
					f.strands = append(f.strands, f.outside(a, merged)...)
					f.strands = append(f.strands, f.outside(b, merged)...)
					again = true
				}
			}
		}
	}
}

// outside returns what of a strand lies before and after another.
func (f *finder) outside(s, of *strand) (rest []*strand) {
	for _, places := range [2][]place{s.places[:max(of.first()-s.first(), 0)], s.places[min(of.last()-s.first()+1, len(s.places)):]} {
		if len(places) > 0 {
			left := &strand{places: slices.Clone(places), joined: s.joined}
			f.measure(left)
			rest = append(rest, left)
		}
	}
	return rest
}

// together returns the strand of two that are one body, or nil.
func (f *finder) together(a, b *strand) *strand {
	from, to := max(a.first(), b.first()), min(a.last(), b.last())
	common := to - from + 1
	shorter := min(len(a.places), len(b.places))
	if common < max(3, min(8, len(f.sights)/10)) || 2*common < shorter || far(a.colour, b.colour) < 25 && len(a.kin)+len(b.kin) == 2 {
		return nil
	}
	touching := 0
	var merged strand
	var between []float64
	var turns []float64
	var held, rim float64 // px of the smaller one's outline along the other, and in all
	for at := from; at <= to; at++ {
		pa, pb := a.places[a.find(at)], b.places[b.find(at)]
		contact := 0
		for _, k := range pa.patches {
			for _, l := range pb.patches {
				contact += f.patch(at, k).beside[l]
			}
		}
		if contact > 0 {
			touching++
		}
		small := pa
		if a.whole[a.find(at)].n > b.whole[b.find(at)].n {
			small = pb
		}
		for _, k := range small.patches {
			rim += float64(f.patch(at, k).rim)
		}
		held += float64(contact)
		d := b.whole[b.find(at)].middle().Sub(a.whole[a.find(at)].middle())
		between = append(between, d.Len())
		turns = append(turns, math.Atan2(d.Y, d.X))
		merged.places = append(merged.places, place{at, slices.Concat(pa.patches, pb.patches)})
	}
	if touching < common*9/10 {
		return nil
	}
	na, nb := a.whole[0].n, b.whole[0].n
	size := math.Sqrt(min(na, nb))
	usual, spread := median(between), 0.0
	for _, d := range between {
		spread += math.Abs(d-usual) / float64(len(between))
	}
	if spread > 0.3+0.03*size {
		return nil
	}
	f.measure(&merged)
	var ways, angles []float64
	for k := range merged.places {
		ways = append(ways, merged.whole[k].middle().Sub(merged.whole[0].middle()).Len())
		angles = append(angles, math.Abs(math.Remainder(turns[k]-turns[0], 2*math.Pi)))
	}
	slices.Sort(ways)
	slices.Sort(angles)
	moved, turned := ways[len(ways)*9/10], angles[len(angles)*9/10] // one picture may be seen badly
	enclosed := held > 0.5*rim && min(na, nb) < 0.35*max(na, nb)
	rolls := moved > 4 || turned*usual > 2
	if !enclosed && !rolls {
		return nil
	}
	if !enclosed && (!f.rigid(&merged) || f.standsFree(a) && f.standsFree(b)) {
		return nil
	}
	merged.joined = a.joined && b.joined
	return &merged
}

// standsFree reports whether something of a strand's size and colour stands free at another time: then it is a body
// of its own, whatever it goes along with for a while.
func (f *finder) standsFree(s *strand) bool {
	area, _, _ := usualOf(s)
	for _, o := range f.strands {
		if o.frees() < 3 || far(o.colour, s.colour) > 60 {
			continue
		}
		if theirs, _, _ := usualOf(o); math.Abs(math.Log(theirs/area)) < 0.15 {
			return true
		}
	}
	return false
}

// fast is how many px from picture to picture blur an outline.
const fast = 3

// rigid reports whether a strand keeps its outline.
func (f *finder) rigid(s *strand) bool {
	var areas, longs, shorts []float64
	frees, speed := s.frees(), s.usualSpeed()
	gather := func(which func(k int) bool) {
		for k := range s.places {
			if which(k) {
				long, short, _ := s.whole[k].axes()
				areas, longs, shorts = append(areas, s.whole[k].n), append(longs, long), append(shorts, short)
			}
		}
	}
	free := func(k int) bool { return !(len(s.places) > 6 && frees > 3) || s.free[k] }
	gather(func(k int) bool { // where it is fast it may be blurred
		return free(k) && !(len(s.places) > 12 && speed > fast && s.speed(k) > speed)
	})
	if len(areas) == 0 { // it is free only where it is fast
		gather(free)
	}
	steady := func(values []float64, limit float64) bool {
		m := median(values)
		var away []float64
		for _, v := range values {
			away = append(away, math.Abs(v/m-1))
		}
		slices.Sort(away)
		return away[len(away)*8/10] < limit
	}
	size, slack := math.Sqrt(median(areas)), f.slack
	if frees == 0 {
		slack = max(slack, min(1.6*slack, 2)) // others hide parts of it
	}
	return steady(areas, slack*(0.05+1.5/size)) && steady(longs, slack*(0.04+0.7/size)) && steady(shorts, slack*(0.05+0.7/size))
}
