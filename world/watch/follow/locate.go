package follow

import (
	"math"
	"slices"

	"orrery/sim"
	"orrery/world/watch/ground"
	"orrery/world/watch/look"
	"orrery/world/watch/parts"
)

// candidate is a part of a picture that no body explains, and a body that may be it.
type candidate struct {
	part   int
	body   int
	away   float64    // how unlike they are: 0 for the same colour, area and place
	middle sim.Vec    // px, of the pixels in the body's colour
	colour [3]float32 // their mean
	area   float64    // px, how many there are
}

// locate looks for the bodies that were not seen where they were thought to be in what no other body explains, and reports whether it found any.
func (f *follower) locate(v *view, number int, time float64) (any bool) {
	for range f.tracks {
		missing := false
		for i := range f.tracks {
			missing = missing || f.seeks(&f.tracks[i], number)
		}
		if !missing {
			return any
		}
		found := f.finder.Find(f.unexplained(v), v.width, func(class uint8) bool { return class == 1 })
		if !f.locateOne(v, number, time, found) {
			for i := range f.tracks {
				if t := &f.tracks[i]; f.seeks(t, number) {
					t.sought.failed(f.pictures, longestSearch)
				}
			}
			return any
		}
		any = true
	}
	return any
}

// longestSearch is the most pictures for which a body that is not there is not looked for. It is followed back through them when it is found.
const longestSearch = 4

// seeks reports whether a body is to be looked for in this picture.
func (f *follower) seeks(t *track, number int) bool {
	_, here := t.found.Place(number)
	return !t.seen && (f.live || here || t.sought.over(f.pictures))
}

// unexplained returns a mask of what the picture shows that is neither ground nor a body that was found.
func (f *follower) unexplained(v *view) []uint8 {
	f.unknown = sized(f.unknown, len(v.class))
	for i, class := range v.class {
		f.unknown[i] = 0
		if class == ground.Thing && f.explained[i] == 0 {
			f.unknown[i] = 1
		}
	}
	return f.unknown
}

// locateOne finds the body and the part that are most alike, and reports whether there are any.
func (f *follower) locateOne(v *view, number int, time float64, found []parts.Part) bool {
	f.candidates = f.candidates[:0]
	for p := range found {
		for i := range f.tracks {
			if t := &f.tracks[i]; f.seeks(t, number) && float64(found[p].Area) >= max(6, 0.5*leastSeen*t.area) {
				if c, ok := f.compare(v, number, time, &found[p], t); ok {
					c.part, c.body = p, i
					f.candidates = append(f.candidates, c)
				}
			}
		}
	}
	slices.SortStableFunc(f.candidates, func(a, b candidate) int {
		switch {
		case a.away < b.away:
			return -1
		case a.away > b.away:
			return 1
		}
		return 0
	})
	var best placing
	for n, c := range f.candidates {
		if n == mostCandidates {
			break
		}
		p := f.place(v, number, time, &found[c.part], &f.candidates[n])
		if p.isBetter(&best) {
			best = p
		}
		if best.gain > 0 && best.quality.met > 0.9 && best.quality.edges < wellMet {
			break // as good as can be: what is less alike need not be tried
		}
	}
	if !(best.gain > 0) {
		return false
	}
	t := &f.tracks[best.body]
	f.neighbours(best.body)
	t.pose, t.tint = best.pose, best.tint
	f.prepare(v, time)
	k := slices.Index(f.members, best.body)
	f.pin(k)
	f.joint.fit(f.poses, 12)
	t.pose = f.poses[k]
	t.quality = f.joint.judge(k)
	f.covariances()
	t.seen = true
	f.explain(v, k)
	return true
}

// mostCandidates bounds how many pairs of a part and a body are tried for one body that is found.
const mostCandidates = 40

// compare returns how unlike a part and a body are, and whether they may be the same at all.
func (f *follower) compare(v *view, number int, time float64, p *parts.Part, t *track) (c candidate, ok bool) {
	var sum sim.Vec
	mean := t.body.Paint.Mean
	for k := range mean {
		mean[k] = t.tint.gain[k]*mean[k] + t.tint.offset[k]
	}
	bright := dot((*[3]float32)(&mean), (*[3]float32)(&mean))
	for _, run := range p.Runs {
		for column := run.From; column < run.To; column++ {
			i := run.Row*v.width + column
			seen := [3]float32{float32(v.pix[3*i]), float32(v.pix[3*i+1]), float32(v.pix[3*i+2])}
			if !t.grid && !alike(&seen, (*[3]float32)(&mean), bright, v.noise[i]) {
				continue
			}
			for k := range 3 {
				c.colour[k] += seen[k]
			}
			sum = sum.Add(sim.Vec{X: float64(column) + 0.5, Y: float64(v.height-run.Row) - 0.5})
			c.area++
		}
	}
	if c.area < max(4, 0.5*leastSeen*t.area) {
		return c, false
	}
	c.middle = sum.Scale(1 / c.area)
	far := 0.0
	for k := range 3 {
		c.colour[k] /= float32(c.area)
		far += float64((c.colour[k] - mean[k]) * (c.colour[k] - mean[k]))
	}
	c.away = math.Abs(math.Log(c.area/t.area)) + math.Sqrt(far)/usualColour
	switch {
	case t.known:
		place, _ := t.doubt(time, f.interval)
		c.away += math.Hypot(c.middle.X-t.predicted.X, c.middle.Y-t.predicted.Y) / (place + t.reach)
	case number == t.found.Number:
		c.away += math.Hypot(c.middle.X-t.found.Pose.X, c.middle.Y-t.found.Pose.Y) / (0.3 * t.reach)
	}
	return c, true
}

// usualColour is a difference of colours that makes a part as unlike a body as an area that differs by a factor of e.
const usualColour = 60

// alike reports whether a pixel may have a colour, in light that is up to half darker or lighter at its place.
func alike(seen, colour *[3]float32, bright, noise float32) bool {
	gain := dot(seen, colour) / max(bright, 1)
	same, lit := float32(0), float32(0)
	for k := range 3 {
		d, e := seen[k]-colour[k], seen[k]-gain*colour[k]
		same += d * d
		lit += e * e
	}
	limit, litLimit := 45+4*noise, 20+4*noise
	return same < limit*limit || gain > 0.5 && gain < 1.6 && lit < litLimit*litLimit
}

// placing is a body laid on a part.
type placing struct {
	body    int
	pose    look.Pose
	gain    float64 // by how much the picture is met better, in σ²; 0 when the body is not there
	quality quality
	tint    tint
	loose   bool // it is told, but not sure
}

// isBetter reports whether the body is there, and surer or in a place that meets the picture better than another.
func (p *placing) isBetter(other *placing) bool {
	switch {
	case !(p.gain > 0):
		return false
	case other.gain > 0 && p.loose != other.loose:
		return other.loose
	}
	return p.gain > other.gain
}

// neighbours makes members of the bodies that were seen beside a body, and of the body.
func (f *follower) neighbours(body int) {
	f.members = f.members[:0]
	for _, i := range f.order {
		if f.tracks[i].seen || i == body {
			f.members = append(f.members, i)
		}
	}
}

// pin holds all members but one where they are.
func (f *follower) pin(free int) {
	for k := range f.joint.priors {
		if k != free {
			f.joint.priors[k] = prior{f.poses[k], [3]float64{1e12, 1e12, 1e12}}
		}
	}
}

// place tries where on a part a body may lie.
func (f *follower) place(v *view, number int, time float64, part *parts.Part, c *candidate) (best placing) {
	t := &f.tracks[c.body]
	defer func(was tint) { t.tint = was }(t.tint)
	if share := c.area / t.area; share > 0.6 && share < 1.4 {
		// What is seen of it tells its colour in the light at this place. Of many colours the rim's mixtures spoil the mean: only much counts.
		var away [3]float32
		much := !t.grid
		for k, v := range c.colour {
			away[k] = v - t.tint.gain[k]*t.body.Paint.Mean[k] - t.tint.offset[k]
			much = much || away[k] > usualShift || away[k] < -usualShift
		}
		for k := range away {
			t.tint.plane[k] = [3]float32{} // what was learned where it was lost may be that of a hand
			if much {
				t.tint.plane[k] = [3]float32{away[k]}
			}
		}
	}
	f.neighbours(c.body)
	margin := int(t.reach) + 4
	box := frame{max(0, part.Box.Min.X-margin), max(0, part.Box.Min.Y-margin), min(v.width, part.Box.Max.X+margin), min(v.height, part.Box.Max.Y+margin)}
	f.members = slices.DeleteFunc(f.members, func(i int) bool {
		if i == c.body {
			return false
		}
		b := around(&f.tracks[i].painted, f.tracks[i].pose, 0, v.width, v.height)
		return b.left >= box.right || b.right <= box.left || b.top >= box.bottom || b.bottom <= box.top
	})
	k := slices.Index(f.members, c.body)
	seenAt, seenHere := t.found.Place(number)
	f.prepare(v, time)
	j := &f.joint
	j.set(v, append(f.boxes[:0], box))
	f.pin(k)
	f.poses[k] = look.Pose{X: -1e6, Y: -1e6}
	held := j.priors[k]
	j.priors[k] = prior{}
	without := j.draw(f.poses)
	j.priors[k] = held

	type start struct {
		pose look.Pose
		cost float64
	}
	var starts []start
	add := func(p look.Pose) {
		f.poses[k] = p
		starts = append(starts, start{p, j.draw(f.poses)})
	}
	angles, first := 1, t.predicted.Angle
	if !t.known {
		first = t.found.Pose.Angle
	}
	if t.body.Turns {
		angles = 16
	}
	for _, at := range f.places(part, c, t) {
		for a := range angles {
			add(look.Pose{X: at.X, Y: at.Y, Angle: first + 2*math.Pi*float64(a)/float64(angles)})
		}
	}
	if seenHere {
		add(seenAt)
	}
	slices.SortStableFunc(starts, func(a, b start) int {
		switch {
		case a.cost < b.cost:
			return -1
		case a.cost > b.cost:
			return 1
		}
		return 0
	})
	var loose placing // the best that is told but not sure
	for _, s := range starts[:min(len(starts), 4)] {
		f.poses[k] = s.pose
		gain := without - j.fit(f.poses, 15)
		if !(gain > min(best.gain, loose.gain)) {
			continue
		}
		q := j.judge(k)
		q.beset = f.beset(k, isUnseen)
		p := placing{c.body, f.poses[k], gain, q, t.tint, !q.isSure()}
		switch {
		case j.layers[k].area() < leastInside*t.area || p.loose && !q.isTold():
		case p.loose && gain > loose.gain:
			loose = p
		case !p.loose && gain > best.gain:
			best = p
		}
	}
	if best.gain < leastGain {
		best = loose
	}
	if best.gain < leastGain {
		return placing{}
	}
	// The angle nearest to what was known before is told.
	if t.body.Turns {
		best.pose.Angle = first + math.Remainder(best.pose.Angle-first, 2*math.Pi/float64(max(1, t.body.Alike)))
	}
	return best
}

// leastInside is the share of a body that must lie in the picture where it is found: a finger's tip at the edge meets any body's rim. What comes in
// slowly is followed back.
const leastInside = 0.3

// leastGain is by how much, in σ², a picture must be met better with a body than without.
const leastGain = 60

// places returns where the middle of a body on a part may be: that of its pixels, and when the part is much larger than the body, places spread over it.
func (f *follower) places(part *parts.Part, c *candidate, t *track) []sim.Vec {
	places := []sim.Vec{c.middle}
	if float64(part.Area) < 1.3*t.area && float64(part.Area) > 0.7*t.area {
		return places
	}
	// Every so many pixels of the part, as many as give a bounded number of places.
	const most = 12
	step := max(1, part.Area/most)
	height := f.joint.view.height
	count := 0
	for _, run := range part.Runs {
		for column := run.From; column < run.To; column++ {
			if count++; count%step == step/2 {
				places = append(places, sim.Vec{X: float64(column) + 0.5, Y: float64(height-run.Row) - 0.5})
			}
		}
	}
	return places
}
