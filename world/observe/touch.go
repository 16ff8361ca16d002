package observe

import (
	"context"
	"math"
	"slices"

	"orrery/sim"
	"orrery/world/robust"
)

// loosest is the share of a body's reach by which gaps and levers may be off before anything is known of them.
const loosest = 0.05

// straight is the least share of a body's reach for levers: arms turn as a fit moves bodies, which slopes leave out.
// The arms of discs point along the normal and hardly turn: straightRound is theirs.
const straight, straightRound = 0.01, 0.002

// usual is the share of a body's reach by which impulses are taken to miss the point of contact where nothing tells.
// Discs are hit at their rim: theirs is straightRound.
const usual = 0.02

// alike is the least share of what one of two bodies gains in a hit by which what the other loses may differ, and roughly
// that by which it may while hits are looked for.
const alike, roughly = 0.001, 0.05

// untied is the share of a body's reach for levers that tie nothing, and that of what bodies give each other.
const untied = 100 * loosest

// plain is the number of hits from which something is learned of all.
const plain = 8

// plenty is the number of hits that tell as much as more would.
const plenty = 200

// touch learns from hits how things touch: at which gap, at which lever, how they bounce.
func (l *Law) touch(ctx context.Context, watches []*Watch) error {
	reach, turned, round := smallest(watches), false, true
	for _, w := range watches {
		for _, row := range w.Sights {
			turned = turned || slices.ContainsFunc(row, func(s sim.Sight) bool { return s.Turned })
		}
		for i := range w.Scene.Bodies {
			round = round && disc(&w.Scene.Bodies[i])
		}
	}
	floor, rough := straight*reach, usual*reach
	if round {
		floor, rough = straightRound*reach, straightRound*reach
	}
	l.Gap, l.Lever, l.Slip, l.Give = loosest*reach, untied*reach, slips, untied
	if !turned {
		l.Lever, l.Slip = rough, rough/reach
	}
	seen, err := l.hits(ctx, watches)
	if err != nil {
		return err
	}
	l.gaps(seen)
	l.beat(watches, seen)
	l.Pairs, l.Walls = bounce(seen, false), bounce(seen, true)
	if give, ok := gives(seen); ok {
		l.Give = max(give, alike)
	}
	if !turned { // spins are known where friction stops all sliding, twice in a row for a lever
		free := *l
		free.Lever = untied * reach
		if seen, err = free.hits(ctx, watches); err != nil {
			return err
		}
	}
	if lever, ok := levers(seen, reach); ok {
		l.Lever = max(lever, floor)
	}
	if !turned {
		l.Slip = l.Lever / reach
	}
	if l.Beat == 0 {
		return nil
	}
	return l.shares(ctx, watches)
}

// hits returns what is seen of the hits of some watches, enough to learn from.
func (l *Law) hits(ctx context.Context, watches []*Watch) (seen []bounced, err error) {
	for _, w := range watches {
		if len(seen) >= plenty {
			break
		}
		bodies, err := l.tell(ctx, w)
		if err != nil {
			return nil, err
		}
		f, err := together(ctx, l, newGaps(w.Scene), bodies, nil)
		if err != nil {
			return nil, err
		}
		if f != nil {
			seen = append(seen, f.bounces()...)
		}
	}
	return seen, nil
}

// loose returns the law with ties that are loose enough to look for hits by: a wrong hit would tear at all others by tight ones.
func (l *Law) loose(reach float64) *Law {
	out := *l
	out.Lever, out.Slip, out.Give = max(l.Lever, straight*reach), max(l.Slip, slips), max(l.Give, roughly)
	return &out
}

// bounced is what was seen of one hit.
type bounced struct {
	wall            bool
	time, timeOff   float64 // s, with its deviation, as flights alone tell it
	gap, gapOff     float64 // m, with its deviation
	lever, leverOff float64 // m, with its deviation; NaN without angles
	give, giveOff   float64 // share of what one gains that the other does not lose, with its deviation; NaN of walls
	push, rub       float64 // m/s, changes of velocity along the normal and across
	blur            float64 // m/s, deviation of both
	toward, outward float64 // m/s, closing speed before, parting speed after
	slow            float64 // m/s, deviation of both
}

// bounces returns what a fit with loose ties says of its hits.
func (f *fit) bounces() (out []bounced) {
	if !f.matrix.factor() {
		return nil
	}
	z := f.matrix.inverse()
	for k := range f.hits {
		h := &f.hits[k]
		if !h.tied || h.pair.other >= 0 && h.sides[1] < 0 {
			continue
		}
		b := bounced{wall: h.pair.other < 0}
		var before, after [2][size]float64
		var blur2 float64
		var blurs [2]float64
		for q, side := range h.sides {
			if side < 0 {
				continue
			}
			l := &f.links[side]
			var one, two Covariance
			before[q], one = f.spreadAt(z, l.a, h.time)
			after[q], two = f.spreadAt(z, l.b, h.time)
			more := (one[21] + one[28] + two[21] + two[28]) / 2
			blur2, blurs[q] = blur2+more, math.Sqrt(more)
		}
		c, ok := f.gaps.of(h.pair, bodyState(before[0]), bodyState(before[1]))
		if !ok {
			continue
		}
		n := c.Normal
		change := sim.Vec{X: after[0][3] - before[0][3], Y: after[0][4] - before[0][4]}
		b.push, b.rub, b.blur = change.Dot(n), math.Abs(change.Cross(n)), math.Sqrt(blur2)
		rate := func(s *[2][size]float64) float64 {
			a, o := bodyState(s[0]), bodyState(s[1])
			u := a.Velocity().Add(c.ArmA.Perp().Scale(a.Omega))
			if !b.wall {
				u = u.Sub(o.Velocity()).Sub(c.ArmB.Perp().Scale(o.Omega))
			}
			return u.Dot(n)
		}
		b.toward, b.outward, b.slow = -rate(&before), rate(&after), math.Sqrt(blur2)
		late := math.Sqrt(max(0, z.at(h.off, h.off)))
		// the tie itself pulls the gap towards what it should be: undo that
		tie := math.Hypot(joined*f.law.Noise, f.law.Gap)
		prior := late * math.Abs(b.toward)
		if prior < 0.9*tie {
			free := 1 / (1/(prior*prior) - 1/(tie*tie))
			b.gap, b.gapOff = (c.Gap-f.law.Skin)*(1+free/(tie*tie))+f.law.Skin, math.Sqrt(free)
			b.time, b.timeOff = h.time+(c.Gap-b.gap)/b.toward, b.gapOff/math.Abs(b.toward)
		} else {
			b.gap, b.gapOff, b.time, b.timeOff = c.Gap, math.Inf(1), h.time, math.Inf(1)
		}
		body := &f.gaps.scene.Bodies[h.pair.body]
		b.give, b.giveOff = math.NaN(), math.Inf(1)
		if masses, ok := f.masses(h); ok {
			lost := n.Dot(sim.Vec{X: after[1][3] - before[1][3], Y: after[1][4] - before[1][4]})
			gained := masses[0] * b.push
			b.give, b.giveOff = 1+masses[1]*lost/gained, math.Hypot(masses[0]*blurs[0], masses[1]*blurs[1])/math.Abs(gained)
		}
		b.lever, b.leverOff = math.NaN(), math.Inf(1)
		if speed := change.Len(); speed > 0 && body.Kind == sim.Dynamic {
			i := body.Moment / body.Mass
			b.lever = (i*(after[0][5]-before[0][5]) - c.ArmA.Cross(change)) / speed
			_, one := f.spreadAt(z, f.links[h.sides[0]].a, h.time)
			_, two := f.spreadAt(z, f.links[h.sides[0]].b, h.time)
			b.leverOff = math.Hypot(i*math.Sqrt(one[35]+two[35]), c.ArmA.Len()*b.blur) / speed
		}
		out = append(out, b)
	}
	return out
}

// excess returns the centre of values and by how much they scatter beyond their own deviations.
func excess(values, deviations []float64) (centre, beyond float64) {
	if len(values) < plain {
		return 0, 0
	}
	centre = robust.Median(values)
	scatter := func(beyond float64) float64 {
		d := make([]float64, len(values))
		for k, v := range values {
			d[k] = (v - centre) / math.Hypot(deviations[k], beyond)
		}
		return spread(d)
	}
	// the median of n sizes is off by about 1.2/√n of itself
	if scatter(0) < 1+2*1.2/math.Sqrt(float64(len(values))) {
		return centre, 0
	}
	low, high := 0.0, 0.0
	for _, v := range values {
		high = max(high, math.Abs(v-centre))
	}
	for range 60 {
		if beyond = (low + high) / 2; scatter(beyond) > 1 {
			low = beyond
		} else {
			high = beyond
		}
	}
	return centre, beyond
}

// gaps learns at which gap things hit each other.
func (l *Law) gaps(seen []bounced) {
	var values, deviations []float64
	for _, b := range seen {
		if b.gapOff < l.Gap/2 {
			values, deviations = append(values, b.gap), append(deviations, b.gapOff)
		}
	}
	if len(values) < plain {
		return // the ties stay loose
	}
	if l.Skin, l.Gap = excess(values, deviations); unsure(l.Skin, l.Gap, deviations) {
		l.Skin = 0
	}
}

// unsure reports whether the centre of values may be none, by their deviations and how they scatter beyond.
func unsure(centre, beyond float64, deviations []float64) bool {
	var weights float64
	for _, d := range deviations {
		weights += 1 / (d*d + beyond*beyond)
	}
	return math.Abs(centre) < certain*1.25/math.Sqrt(weights)
}

// giver is the largest deviation of what is seen of a hit to tell whether one gains what the other loses.
const giver = 0.1

// gives returns by which share of what one of two bodies gains the other's loss differs, or false if too few hits tell.
func gives(seen []bounced) (give float64, ok bool) {
	var values, deviations []float64
	for _, b := range seen {
		if b.giveOff < giver {
			values, deviations = append(values, b.give), append(deviations, b.giveOff)
		}
	}
	centre, give := excess(values, deviations)
	if !unsure(centre, give, deviations) {
		give = math.Hypot(centre, give)
	}
	return give, len(values) >= plain
}

// levers returns how far from the point of contact impulses act, or false if too few hits tell.
func levers(seen []bounced, reach float64) (lever float64, ok bool) {
	var values, deviations []float64
	for _, b := range seen {
		if b.leverOff < reach/2 {
			values, deviations = append(values, b.lever), append(deviations, b.leverOff)
		}
	}
	_, lever = excess(values, deviations)
	return lever, len(values) >= plain
}

// rubs is how many times what is not known of the changes of velocity friction must be, to be more than that.
const rubs = 5

// bounce returns what hits with walls, or of two bodies, have in common.
func bounce(seen []bounced, wall bool) (out Bounce) {
	var e, mu, blurs []float64
	for _, b := range seen {
		if b.wall != wall {
			continue
		}
		out.Hits++
		if b.toward > 5*b.slow {
			e = append(e, b.outward/b.toward)
		}
		if b.push > 10*b.blur {
			mu, blurs = append(mu, b.rub/b.push), append(blurs, b.blur/b.push)
		}
	}
	out.Elasticity = min(max(robust.Median(e), 0), 1)
	if out.Friction = plateau(mu); out.Friction < rubs*robust.Median(blurs) {
		out.Friction = 0
	}
	out.Slides = sliding(mu, out.Friction, robust.Median(blurs))
	return out
}

// sliding returns how many of ratios, which ascend, are the most that there is, to within a few hundredths or what blurs them: of those that
// stick any ratio below is as likely, and hardly any is above.
func sliding(ratios []float64, most, blur float64) int {
	const within, over, crowd = 0.03, 0.05, 4
	if most == 0 {
		return 0
	}
	off := max(within*most, 2*blur)
	from, _ := slices.BinarySearch(ratios, most-off)
	to, _ := slices.BinarySearch(ratios, most+off)
	below, _ := slices.BinarySearch(ratios, most-3*off)
	n := to - from
	if float64(len(ratios)-to) > over*float64(len(ratios))+1 || n < crowd*(from-below)/2 {
		return 0
	}
	return n
}

// plateau returns the ratio at which many end: that of hits that slide all through. It is
// the densest place in the upper quarter, or 0 with too few to tell.
func plateau(ratios []float64) float64 {
	if len(ratios) < plain {
		return 0
	}
	slices.Sort(ratios)
	n := len(ratios)
	width := max(n/16, 2)
	best, narrow := ratios[n-1-n/20], math.Inf(1)
	for k := n - max(n/4, 4); k+width < n; k++ {
		if d := ratios[k+width] - ratios[k]; d < narrow {
			narrow, best = d, (ratios[k]+ratios[k+width])/2
		}
	}
	return best
}

// sticking is the share of what sliding would rub, below which a hit is said to stick, if it rubs less by several
// deviations of what is known of it.
const sticking, surely = 0.95, 2

// weigh says of each hit how hard it is and whether it sticks. It reports whether any has changed.
func (f *fit) weigh() (changed bool) {
	for k := range f.hits {
		h := &f.hits[k]
		if !h.tied || h.sides[0] < 0 {
			continue
		}
		change := f.change(h, 0)
		h.speed = change.Len()
		kind := &f.law.Pairs
		if h.pair.other < 0 {
			kind = &f.law.Walls
		}
		c, ok := f.gaps.of(h.pair, f.state(h.pair.body, h.time), f.other(h))
		if !ok {
			continue
		}
		push, rub := change.Dot(c.Normal), math.Abs(change.Cross(c.Normal))
		sticks := kind.Friction > 0 && push > 0 && rub < sticking*kind.Friction*push-f.unsure(h)
		if sticks != h.sticks {
			h.sticks, changed = sticks, true
		}
	}
	return changed
}

// unsure returns by how many m/s a change of velocity may be off: several deviations of what the sights of both flights
// tell of it, and not more than the noise of two neighbouring ones.
func (f *fit) unsure(h *hit) float64 {
	link := &f.links[h.sides[0]]
	var variance float64
	for _, k := range [2]int{link.a, link.b} {
		sights := &f.legs[k].h[0]
		variance += sights[0] / (sights[0]*sights[2] - sights[1]*sights[1])
	}
	most := f.law.Noise / f.bodies[h.pair.body].track.pause(h.time)
	if off := surely * math.Sqrt(variance); off < most {
		return off
	}
	return most
}

// other returns the state of the other body at the time of a hit; nothing for a wall.
func (f *fit) other(h *hit) sim.BodyState {
	if h.pair.other < 0 {
		return sim.BodyState{}
	}
	return f.state(h.pair.other, h.time)
}
