package bodies

import (
	"math"
	"slices"
	"sort"

	"orrery/world/watch/look"
)

// class is a look that one body or several have.
type class struct {
	kin               []look.Colour
	colour            look.Colour
	area, long, short float64 // px², px, px
	speed             float64 // px from picture to picture
	strands           []*strand
	parts             []*strand // what may be one of its bodies, seen badly
	goesOn            []*strand // of these, what surely is
	hidden            bool      // it never stands free
}

// usualOf returns the medians of a strand's measures, over its free places if there are any.
func usualOf(s *strand) (area, long, short float64) {
	var areas, longs, shorts []float64
	for k := range s.places {
		if s.frees() > 0 && !s.free[k] {
			continue
		}
		l, w, _ := s.whole[k].axes()
		areas, longs, shorts = append(areas, s.whole[k].n), append(longs, l), append(shorts, w)
	}
	return median(areas), median(longs), median(shorts)
}

// looksLike reports whether a strand may be of a class by its colour.
func (c *class) looksLike(s *strand) bool {
	for _, a := range c.kin {
		if similar(a, s.colour) {
			return true
		}
	}
	return similar(c.colour, s.colour)
}

// similar reports whether two colours may be one in different light.
func similar(a, b look.Colour) bool {
	if far(a, b) < 60 {
		return true
	}
	light := (b[0] + b[1] + b[2] + 1) / (a[0] + a[1] + a[2] + 1)
	if light > 1.6 || light < 1/1.6 {
		return false
	}
	for k := range a {
		a[k] *= light
	}
	return far(a, b) < 40
}

// fits reports whether a strand has the class's measures as well.
func (c *class) fits(s *strand) bool {
	area, long, short := usualOf(s)
	slack := 0.05 + 2/math.Sqrt(c.area)
	blur := 0.3 * math.Abs(s.usualSpeed()-c.speed) // px by which an exposure lengthens one more than the other
	return c.looksLike(s) && math.Abs(math.Log(area/c.area)) < 2*slack+blur/long && math.Abs(math.Log(long/c.long)) < slack+blur/long && math.Abs(math.Log(short/c.short)) < slack
}

// alive returns how many of the class's strands are in a sight.
func (c *class) alive(at int) (n int) {
	for _, s := range c.strands {
		if s.find(at) >= 0 {
			n++
		}
	}
	return n
}

// most returns the largest number of the class's strands in one sight: so many bodies it has at least.
func (c *class) most(sights int) (n int) {
	for at := range sights {
		n = max(n, c.alive(at))
	}
	return n
}

// classify sorts the strands into classes.
func (f *finder) classify(least int) (classes []*class, odd []*strand) {
	order := slices.Clone(f.strands)
	weight := func(s *strand) float64 { return float64(s.frees()) + 0.01*float64(len(s.places)) }
	sort.SliceStable(order, func(i, j int) bool { return weight(order[i]) > weight(order[j]) })
	var rest []*strand
	for _, s := range order { // those that stand free
		area, long, short := usualOf(s)
		if s.joined || s.frees() < min(3, len(f.sights)) || area < float64(least) {
			rest = append(rest, s)
			continue
		}
		if !f.rigid(s) {
			odd = append(odd, s)
			continue
		}
		if c := f.bestOf(classes, s); c != nil {
			c.strands = append(c.strands, s)
			continue
		}
		if f.isSum(classes, s, area) || len(s.places) < max(5, min(len(f.sights)/8, 12)) && f.isAbsent(classes, s) {
			rest = append(rest, s)
			continue
		}
		classes = append(classes, &class{kin: s.kin, colour: s.colour, area: area, long: long, short: short, speed: s.usualSpeed(), strands: []*strand{s}})
	}
	// Those that never do: a part of a body that is known, several of them, or one that is not known yet.
	weigh := func(s *strand) float64 { return float64(len(s.places)) }
	rigid := map[*strand]bool{}
	for _, s := range rest {
		rigid[s] = f.rigid(s)
	}
	sort.SliceStable(rest, func(i, j int) bool {
		if rigid[rest[i]] != rigid[rest[j]] {
			return rigid[rest[i]]
		}
		return weigh(rest[i]) > weigh(rest[j])
	})
	for _, s := range rest {
		if s.joined || len(s.places) < min(max(5, len(f.sights)/10), len(f.sights)) {
			continue
		}
		area, long, short := usualOf(s)
		known := false
		for _, c := range classes {
			missing := f.missing([]*class{c}, s)
			same := far(c.colour, s.colour) < 45 || missing
			if !missing && rigid[s] && area > wholePart*c.area && f.isLong(s) {
				continue // its bodies are seen elsewhere: this is another one
			}
			if c.looksLike(s) && same && (area < 1.3*c.area || f.isSum(classes, s, area)) {
				known = true
				c.parts = append(c.parts, s)
			}
		}
		if known || area < float64(least) {
			continue
		}
		if !rigid[s] || f.isCut(s) {
			odd = append(odd, s)
			continue
		}
		classes = append(classes, &class{kin: s.kin, colour: s.colour, area: area, long: long, short: short, speed: s.usualSpeed(), strands: []*strand{s}, hidden: s.frees() == 0})
	}
	// What looks new may be several that touch, and a small thing that never moves is a speck.
	sort.SliceStable(classes, func(i, j int) bool { return classes[i].area > classes[j].area })
	for k := 0; k < len(classes); k++ {
		c := classes[k]
		others := slices.Delete(slices.Clone(classes), k, k+1)
		sums := true
		for _, s := range c.strands {
			sums = sums && f.isSum(others, s, c.area)
		}
		speck := c.area < 0.15*classes[0].area && c.area < 200
		if sums || (speck || !f.even || f.passes(c)) && !c.moves() || c.area < 0.35*classes[0].area && c.area < 200 && c.life() < len(f.sights)/6 {
			classes = others
			k--
		} else if f.isPiece(c, odd) {
			odd = append(odd, c.strands...)
			classes = others
			k--
		}
	}
	classes, f.echoed = f.echoes(f.absorb(classes))
	return classes, append(odd, f.echoed...)
}

// wholePart is the share of a body's area from which on something is no part of it that is seen badly, while it is seen elsewhere.
const wholePart = 0.7

// isLong reports whether a strand is there for most of the film.
func (f *finder) isLong(s *strand) bool { return 2*len(s.places) > len(f.sights) }

// absorb takes away the classes that another may be, seen badly: of its colour, rarer by far or where that just was, and only where it is missing.
func (f *finder) absorb(classes []*class) []*class {
	const rarer = 3
	for k := 0; k < len(classes); k++ {
		c := classes[k]
		for _, o := range classes {
			goesOn := f.goesOn(c, o)
			if o == c || rarer*c.life() > o.life() && !goesOn || c.area > 1.5*o.area {
				continue
			}
			same := true
			for _, s := range c.strands {
				same = same && o.looksLike(s) && f.missing([]*class{o}, s)
			}
			if same {
				o.parts = append(o.parts, c.strands...)
				if goesOn {
					o.goesOn = append(o.goesOn, c.strands...)
				}
				classes = slices.Delete(classes, k, k+1)
				k--
				break
			}
		}
	}
	return classes
}

// goesOn reports whether a class is smaller than another, never there with it, and somewhere goes on where that was seen last, or ends where that
// begins: as the bright top of a ball does before a wall of the colour of the rest. What lies between them may be seen badly, too.
func (f *finder) goesOn(c, of *class) (goesOn bool) {
	if c.area >= of.area {
		return false
	}
	for _, s := range c.strands {
		for _, o := range of.strands {
			if s.first() <= o.last() && o.first() <= s.last() {
				return false // both are there
			}
		}
	}
	chain, parts := slices.Clone(of.strands), slices.Clone(of.parts)
	for k := 0; k < len(chain); k++ {
		next := func(s *strand) bool { return f.follows(s, chain[k], math.Sqrt(of.area)) }
		if slices.ContainsFunc(c.strands, next) {
			return true
		}
		for p := len(parts) - 1; p >= 0; p-- {
			if next(parts[p]) {
				chain = append(chain, parts[p])
				parts = slices.Delete(parts, p, p+1)
			}
		}
	}
	return false
}

// follows reports whether one of two strands begins where the other was seen last: a few sights later, and no further away than it may have gone
// and a body is large, in px.
func (f *finder) follows(a, b *strand, size float64) bool {
	const most = 2 // sights from the one to the other
	if b.first() < a.first() {
		a, b = b, a
	}
	gap := b.first() - a.last()
	if gap <= 0 || gap > most {
		return false
	}
	for at := a.last() + 1; at <= b.first(); at++ {
		if !f.sights[at].follows {
			return false
		}
	}
	speed := max(a.speed(len(a.places)-1), b.speed(0))
	return b.whole[0].middle().Sub(a.whole[len(a.whole)-1].middle()).Len() <= 2*speed*float64(gap)+size
}

// isPiece reports whether a class is a part of something larger of its colour that is no rigid body, as a hand that differs little from the ground: it is there for
// less than half of the film, and beside other parts of that mostly.
func (f *finder) isPiece(c *class, odd []*strand) bool {
	frees := 0
	for _, s := range c.strands {
		frees += s.frees()
	}
	if 2*c.life() >= len(f.sights) || 2*frees >= c.life() {
		return false
	}
	return slices.ContainsFunc(odd, func(o *strand) bool {
		area, _, _ := usualOf(o)
		return area > c.area && far(o.colour, c.colour) < 45
	})
}

// life returns in how many sights the class's strands are.
func (c *class) life() (n int) {
	for _, s := range c.strands {
		n += len(s.places)
	}
	return n
}

// passes reports whether the class is seen in a part of the sights only. A body that never moves is there all the time, at most hidden now and then:
// what appears or vanishes at its place is light, or the ground where a body lay. What has gone into something larger of its colour is there still.
func (f *finder) passes(c *class) bool {
	const least = 0.75 // of the sights, from the first in which it is seen to the last
	first, last := len(f.sights), -1
	for _, s := range slices.Concat(c.strands, c.parts) {
		from, to := f.stays(s)
		first, last = min(first, from), max(last, to)
	}
	return float64(last-first+1) < least*float64(len(f.sights))
}

// moves reports whether any of the class's strands goes elsewhere and is as large there: the middle of what fades or shrinks at its place moves, too.
func (c *class) moves() bool {
	const (
		sustained = 3    // sights in which it is elsewhere
		asLarge   = 0.25 // share of its area by which it may differ there
	)
	for _, s := range c.strands {
		area, _, _ := usualOf(s)
		var first *moments
		away := 0
		for k := range s.whole {
			m := &s.whole[k]
			if math.Abs(m.n/area-1) > asLarge {
				continue
			}
			if first == nil {
				first = m
			}
			if m.middle().Sub(first.middle()).Len() > max(3, 0.2*math.Sqrt(c.area)) {
				away++
			}
		}
		if away > 0 && away >= min(sustained, len(s.whole)/2) {
			return true
		}
	}
	return false
}

// bestOf returns the class whose measures are nearest to a strand's, or nil.
func (f *finder) bestOf(classes []*class, s *strand) (best *class) {
	area, _, _ := usualOf(s)
	least := math.Inf(1)
	for _, c := range classes {
		if d := math.Abs(math.Log(area / c.area)); c.fits(s) && d < least {
			best, least = c, d
		}
	}
	return best
}

// isCut reports whether a strand is never seen whole.
func (f *finder) isCut(s *strand) bool {
	for _, p := range s.places {
		cut := false
		for _, k := range p.patches {
			cut = cut || f.patch(p.at, k).cut
		}
		if !cut {
			return false
		}
	}
	return true
}

// isAbsent reports whether a strand may be a body of a known colour that is seen badly for a short time: it is nowhere else.
func (f *finder) isAbsent(classes []*class, s *strand) bool {
	if s.frees() == len(s.places) && s.usualSpeed() <= fast {
		return false // it is seen well
	}
	for _, c := range classes {
		if c.looksLike(s) && f.missing([]*class{c}, s) {
			return true
		}
	}
	return false
}

// isSum reports whether a strand is two or three bodies of known classes that touch: they are missing elsewhere.
func (f *finder) isSum(classes []*class, s *strand, area float64) bool {
	var try func(from int, rest float64, chosen []*class) bool
	try = func(from int, rest float64, chosen []*class) bool {
		if len(chosen) > 1 && math.Abs(rest/area) < 0.04+0.5/math.Sqrt(area) && f.missing(chosen, s) {
			return true
		}
		for i := from; i < len(classes) && len(chosen) < 4; i++ {
			if c := classes[i]; c.looksLike(s) && c.area < rest*1.1 {
				if try(i, rest-c.area, append(slices.Clone(chosen), c)) {
					return true
				}
			}
		}
		return false
	}
	return try(0, area, nil)
}

// missing reports whether bodies of classes are not seen elsewhere in most of the sights of a strand.
func (f *finder) missing(chosen []*class, s *strand) bool {
	n := 0
	for _, p := range s.places {
		all := true
		for _, c := range chosen {
			wanted := 0
			for _, o := range chosen {
				if o == c {
					wanted++
				}
			}
			all = all && c.most(len(f.sights))-c.alive(p.at) >= wanted
		}
		if all {
			n++
		}
	}
	return 2*n > len(s.places)
}

// instances divides a class's strands among its bodies: each body has one strand at a time, and goes on in the
// nearest that begins when another has ended.
func (f *finder) instances(c *class) (bodies [][]*strand) {
	strands := slices.Clone(c.strands)
	sort.SliceStable(strands, func(i, j int) bool { return strands[i].first() < strands[j].first() })
	for _, s := range strands {
		best, least := -1, math.Inf(1)
		for k, b := range bodies {
			before := b[len(b)-1]
			if before.last() >= s.first() {
				continue
			}
			d := before.whole[len(before.whole)-1].middle().Sub(s.whole[0].middle()).Len()
			if d < least {
				best, least = k, d
			}
		}
		if best < 0 {
			bodies = append(bodies, []*strand{s})
			continue
		}
		bodies[best] = append(bodies[best], s)
	}
	return bodies
}
