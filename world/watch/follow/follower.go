package follow

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"orrery/world/watch/cover"
	"orrery/world/watch/look"
	"orrery/world/watch/parts"
)

// follower follows bodies from picture to picture.
type follower struct {
	options  Options
	tracks   []track
	order    []int // numbers of the bodies from the lowest to the uppermost
	interval float64
	open     float64 // share of the interval for which the shutter is open

	joint      joint
	finder     parts.Finder
	boxes      []frame
	members    []int
	poses      []look.Pose
	kept       []look.Pose
	explained  []uint8 // [height, width], 1 where a body explains what the picture shows
	unknown    []uint8 // [height, width], 1 where the picture shows what no body explains
	saved      []track
	tremble    tremble
	blocks     [][3]float64
	candidates []candidate
	orders     map[[2]int]order // of pairs of bodies, the lower number first
	crew       []*follower      // that fit groups beside this one
	reordered  [][3]int         // group, and the lower and the upper of two bodies that it found the other way round
	shared     *sync.Mutex      // of what groups write to: explained and orders
	pictures   int              // that were looked at
	shadows    shadows
	votes      [2]int       // of groups, for colours that were told from two rows and from more
	learns     bool         // what shadows bodies cast is not yet known for sure
	casts      []castSample // of the groups of this picture
	expected   []look.Pose  // of each body in the next picture, by whoever knows better than the tracks; nil without
	shaped     bool         // the bodies' shapes are those that will stay
	live       bool         // nobody follows a body back that is found late
	backward   bool         // pictures come in the order of falling times
}

func newFollower(found []look.Found, interval, open float64, o Options) (*follower, error) {
	f := &follower{options: o, interval: interval, open: open, learns: true, tracks: make([]track, len(found)), orders: map[[2]int]order{}, shared: new(sync.Mutex)}
	for i := range found {
		outline, err := cover.New(found[i].Body.Shapes)
		if err != nil {
			return nil, bodyError(i, err)
		}
		t := &f.tracks[i]
		t.found = &found[i]
		t.painted = painted{body: &found[i].Body, outline: outline, reach: found[i].Body.Reach(), grid: found[i].Body.Paint.Width > 0}
		t.area = areaOf(outline, t.reach)
		t.spread, t.usual = 1, 1
		f.order = append(f.order, i)
	}
	return f, nil
}

// areaOf returns the area of an outline in px², as pixels are covered by it.
func areaOf(o *cover.Outline, reach float64) (area float64) {
	var rows cover.Rows
	size := int(2*reach) + 4
	o.Draw(&rows, cover.Pose{X: float64(size) / 2, Y: float64(size) / 2}, size, size)
	for _, share := range rows.Share {
		area += float64(share)
	}
	return area
}

// step finds the bodies in a picture of a number, taken at a time in s.
func (f *follower) step(v *view, number int, time float64) {
	if f.pictures++; f.pictures <= mostLearning {
		f.joint.chroma.learn(v)
	}
	for i := range f.tracks {
		t := &f.tracks[i]
		t.seen = false
		t.light(v)
		if t.known {
			t.predict(time, f.interval, f.open)
			if f.expected != nil {
				t.predicted = f.expected[i]
			}
			t.pose = t.predicted
		}
	}
	f.explained = sized(f.explained, v.width*v.height)
	clear(f.explained)
	f.fitGroups(v, time, func(t *track) bool { return t.known })
	if f.locate(v, number, time) {
		// Bodies that were laid on a picture without their neighbours move when these are there.
		f.fitGroups(v, time, func(t *track) bool { return t.seen })
	}
	if f.learnWide() {
		f.fitGroups(v, time, func(t *track) bool { return t.seen })
	}
	if f.learns && f.learnCast() {
		// Bodies that were laid on the picture by the light around them are laid on it anew with the shadow that they all cast.
		f.fitGroups(v, time, func(t *track) bool { return t.seen })
	}
	for i := range f.tracks {
		t := &f.tracks[i]
		t.settle(time, f.interval)
		if t.seen {
			f.tremble.add(&t.steps, t.pose, &t.covariance)
		}
	}
}

// fitGroups fits the bodies that are in, all that may touch or hide each other together, and several groups at once.
func (f *follower) fitGroups(v *view, time float64, in func(*track) bool) {
	f.group(in)
	var groups []int
	for i := range f.tracks {
		if t := &f.tracks[i]; t.group >= 0 && !slices.Contains(groups, t.group) {
			groups = append(groups, t.group)
		}
	}
	slices.Sort(groups)
	var next atomic.Int64
	work := func(w *follower) {
		for k := int(next.Add(1)) - 1; k < len(groups); k = int(next.Add(1)) - 1 {
			w.fitGroup(v, time, groups[k])
		}
	}
	more := min(runtime.GOMAXPROCS(0), len(groups)) - 1
	for len(f.crew) < more {
		f.crew = append(f.crew, &follower{options: f.options, tracks: f.tracks, shared: f.shared, orders: f.orders, interval: f.interval, shaped: f.shaped})
	}
	var workers sync.WaitGroup
	for k := range max(more, 0) {
		w := f.crew[k]
		w.order, w.open, w.explained, w.pictures, w.backward = f.order, f.open, f.explained, f.pictures, f.backward
		w.joint.chroma, w.joint.cast, w.joint.timed, w.joint.sharp = f.joint.chroma, f.joint.cast, f.joint.timed, f.joint.sharp
		w.learns, w.casts, w.votes = f.learns, w.casts[:0], [2]int{}
		workers.Go(func() { work(w) })
	}
	f.casts = f.casts[:0]
	work(f)
	workers.Wait()
	found := f.reordered
	for k := range max(more, 0) {
		f.votes[0], f.votes[1] = f.votes[0]+f.crew[k].votes[0], f.votes[1]+f.crew[k].votes[1]
		f.casts = append(f.casts, f.crew[k].casts...)
		found = append(found, f.crew[k].reordered...)
		f.crew[k].reordered = f.crew[k].reordered[:0]
	}
	slices.SortStableFunc(found, func(a, b [3]int) int { return cmp.Compare(a[0], b[0]) })
	for _, r := range found {
		shift(f.order, slices.Index(f.order, r[2]), slices.Index(f.order, r[1])) // the upper one right below the other
	}
	f.reordered = found[:0]
}

// light puts the body in the light of a picture.
func (t *track) light(v *view) {
	for c := range 3 {
		t.tint.gain[c], t.tint.offset[c] = v.light.Gain[c], v.light.Offset[c]
	}
}

// settle ends a picture for a track.
func (t *track) settle(time, interval float64) {
	switch {
	case t.seen:
		t.sought = pause{}
		if t.samples == 0 {
			t.usual, t.uneven = t.quality.edges, t.quality.inner
		}
		t.samples++
		if t.quality.known {
			t.usual += 0.1 * (t.quality.edges - t.usual)
		}
		t.uneven += 0.1 * (t.quality.inner - t.uneven)
		t.took(time)
	case t.known:
		t.missed++
		t.steps.count = 0
		t.pose = t.predicted
		place, angle := t.doubt(time, interval)
		t.covariance = [3][3]float64{{place * place}, {0, place * place}, {0, 0, angle * angle}}
		t.pulls = t.pulls[:0]
	}
}

// group numbers the sets of bodies that are in and may touch or hide each other.
func (f *follower) group(in func(*track) bool) {
	for i := range f.tracks {
		f.tracks[i].group = -1
		if in(&f.tracks[i]) {
			f.tracks[i].group = i
		}
	}
	for i := range f.tracks {
		for k := range i {
			a, b := &f.tracks[i], &f.tracks[k]
			if a.group < 0 || b.group < 0 || a.group == b.group {
				continue
			}
			near := a.reach + b.reach + 3 + 0.5*(a.pace()+b.pace())*f.interval
			if distance(a.pose, b.pose) > near {
				continue
			}
			from, to := max(a.group, b.group), min(a.group, b.group)
			for m := range f.tracks {
				if f.tracks[m].group == from {
					f.tracks[m].group = to
				}
			}
		}
	}
}

func distance(a, b look.Pose) float64 { return math.Hypot(a.X-b.X, a.Y-b.Y) }

func (t *track) pace() float64 { return math.Hypot(t.speed.X, t.speed.Y) }

// prepare sets up the fit of the members of a group in the part of the picture where they may be.
func (f *follower) prepare(v *view, time float64) {
	j := &f.joint
	j.bodies, j.tints, j.paths, j.priors = j.bodies[:0], j.tints[:0], j.paths[:0], j.priors[:0]
	f.poses, f.boxes = f.poses[:0], f.boxes[:0]
	for _, i := range f.members {
		t := &f.tracks[i]
		j.bodies = append(j.bodies, &t.painted)
		j.tints = append(j.tints, &t.tint)
		j.paths = append(j.paths, &t.path)
		prior := prior{}
		if t.known {
			prior = t.prior(time, f.interval)
		}
		j.priors = append(j.priors, prior)
		f.poses = append(f.poses, t.pose)
		margin := 4 + 0.5*t.pace()*f.interval
		f.boxes = append(f.boxes, around(&t.painted, t.pose, margin, v.width, v.height))
		if t.known && t.missed == 0 {
			f.boxes = append(f.boxes, around(&t.painted, t.last, margin, v.width, v.height))
		}
	}
	j.limit = f.limit()
	j.set(v, f.boxes)
}

const (
	// unevenLimit is how many times what the colours inside of a body usually differ by is the difference from which a pixel counts less: on a body that shines, what
	// counts would otherwise be now one part and now another, which puts it a px off.
	unevenLimit = 3
	// mostLimit is the most that makes of it, as a number of times the limit of the options.
	mostLimit = 3
)

// limit returns the difference of a value from which a pixel counts less in a fit of the members.
func (f *follower) limit() float32 {
	limit := f.options.Outlier
	if !f.shaped {
		return float32(limit) // what differs inside may be ground, beside a shape that is too large
	}
	for _, i := range f.members {
		limit = max(limit, min(unevenLimit*f.tracks[i].uneven, mostLimit*f.options.Outlier))
	}
	return float32(limit)
}

// fitGroup finds the poses of the members of a group together.
func (f *follower) fitGroup(v *view, time float64, group int) {
	f.members = f.members[:0]
	for _, i := range f.order {
		if t := &f.tracks[i]; t.group == group {
			f.members = append(f.members, i)
			t.seen = false
		}
	}
	for len(f.members) > 0 {
		f.prepare(v, time)
		j := &f.joint
		cost := j.fit(f.poses, 20)
		f.judge()
		cost = f.tryOthers(cost)
		f.tryOrder(cost, group)
		f.tryPaths()
		if gone := f.gone(); gone >= 0 {
			// What is not where it was drawn must not pull at others.
			f.members = slices.Delete(f.members, gone, gone+1)
			continue
		}
		f.accept(v)
		return
	}
}

// judge takes over the poses of the fit and how well they meet the picture.
func (f *follower) judge() {
	// Other groups are too far away to matter.
	group := f.tracks[f.members[0]].group
	waits := func(t *track) bool { return t.group == group || t.group < 0 }
	for k, i := range f.members {
		t := &f.tracks[i]
		f.poses[k].Angle = t.nearest(f.poses[k].Angle)
		t.pose = f.poses[k]
		t.quality = f.joint.judge(k)
		if t.doubtful() {
			t.quality.beset = f.beset(k, waits)
		}
	}
}

// gone returns which member is not where it was drawn, -1 for none: the one that is met worst, or else one where something else is.
func (f *follower) gone() int {
	worst, least := -1, leastMet
	for k, i := range f.members {
		q := &f.tracks[i].quality
		if q.visible >= leastSeen && q.met < least {
			worst, least = k, q.met
		}
	}
	for k, i := range f.members {
		if q := &f.tracks[i].quality; worst < 0 && q.visible >= leastSeen && q.isElse() {
			worst = k
		}
	}
	return worst
}

// turns are the angles in rad by which another start of a fit may be turned: what an impact does between two
// pictures, and what looks alike.
var turns = []float64{0.25, -0.25, 0.6, -0.6, math.Pi / 2, -math.Pi / 2, math.Pi}

// tryOthers tries other starts for members that do not meet the picture as well as they should.
func (f *follower) tryOthers(cost float64) float64 {
	for k, i := range f.members {
		t := &f.tracks[i]
		same := t.quality.met > t.doubts.met-sameQuality && t.quality.edges < t.doubts.edges+sameQuality
		if !t.doubtful() || same && !t.doubted.over(f.pictures) {
			continue
		}
		start, before := t.predicted, cost
		try := func(p look.Pose) {
			cost = f.try(k, p, cost, 0)
		}
		try(t.last)
		if t.moving {
			// It may have met something and turned back.
			try(look.Pose{X: 2*t.last.X - start.X, Y: 2*t.last.Y - start.Y, Angle: t.last.Angle})
			try(look.Pose{X: start.X, Y: 2*t.last.Y - start.Y, Angle: t.last.Angle})
			try(look.Pose{X: 2*t.last.X - start.X, Y: start.Y, Angle: t.last.Angle})
		}
		if t.body.Turns {
			for _, turn := range turns {
				if !t.doubtful() {
					break
				}
				need := 0.0
				if math.Abs(turn) > 1 {
					// Marks look much alike from both sides, and pictures differ from drawings by more than noise.
					need = turnEvidence * max(1, t.quality.residual*t.quality.residual)
				}
				cost = f.try(k, look.Pose{X: t.pose.X, Y: t.pose.Y, Angle: start.Angle + turn}, cost, need)
			}
		}
		if t.doubts = t.quality; cost < before || !same {
			t.doubted = pause{}
		}
		if !(cost < before) {
			t.doubted.failed(f.pictures, longestDoubt)
		}
	}
	return cost
}

const (
	// longestDoubt is the most pictures for which no other poses are tried of a body that is met badly wherever it is laid.
	longestDoubt = 8
	// sameQuality is by how much it may be met worse meanwhile, as a share, and in px at edges.
	sameQuality = 0.05
)

// turnEvidence is by how much, in σ², a picture must be met better by a body that is turned by a quarter of a turn or more.
const turnEvidence = 20

// try fits from another pose of member k, and keeps what it finds when it meets the picture better, by more than is needed in σ².
func (f *follower) try(k int, pose look.Pose, cost, need float64) float64 {
	f.kept = append(f.kept[:0], f.poses...)
	f.poses[k] = pose
	c := f.joint.fit(f.poses, 10)
	if c < cost-need {
		f.judge()
		return c
	}
	copy(f.poses, f.kept)
	f.joint.draw(f.poses)
	f.joint.equations(f.poses)
	return cost
}

// tryOrder changes the order of members that touch or overlap when the picture shows the other more clearly. Bodies that
// rest on each other overlap by a fraction of a px, and the upper one's edge is what is seen: in the wrong order all of a stack is off.
func (f *follower) tryOrder(cost float64, group int) {
	j := &f.joint
	for n := range len(f.members) {
		for m := n + 1; m < len(f.members); m++ {
			below, above := f.members[n], f.members[m]
			if !j.meet(n, m) || !f.asks(below, above) {
				continue
			}
			f.shift(m, n)
			c := j.fit(f.poses, 6)
			if c < cost-orderEvidence {
				cost = c
				f.judge()
				f.reordered = append(f.reordered, [3]int{group, below, above})
				m = n // another body is here now
				continue
			}
			f.shift(n, m)
			for k, i := range f.members {
				f.poses[k] = f.tracks[i].pose
			}
			j.draw(f.poses)
			j.equations(f.poses)
		}
	}
}

// orderEvidence is by how much, in σ², a picture must be met better for two bodies to change their order: noise alone does not.
const orderEvidence = 40

// shift takes the member at one place of the order of drawing to another.
func (f *follower) shift(from, to int) {
	j := &f.joint
	shift(f.members, from, to)
	shift(j.bodies, from, to)
	shift(j.tints, from, to)
	shift(j.paths, from, to)
	shift(j.priors, from, to)
	shift(f.poses, from, to)
}

func shift[T any](list []T, from, to int) {
	v := list[from]
	if from < to {
		copy(list[from:to], list[from+1:to+1])
	} else {
		copy(list[to+1:from+1], list[to:from])
	}
	list[to] = v
}

// order is what pictures have told of which of two bodies lies above.
type order struct {
	met  int // the latest picture, as f.pictures counts them, in which they met
	next int // the picture in which it is tried again
	wait int // by how many pictures that is put off
}

// longestWait is the most pictures for which an order is not tried again, of bodies that stay together.
const longestWait = 16

// asks reports whether it is to be tried in this picture which of two bodies that meet lies above: at once when they have just met, and
// later and later while nothing changes.
func (f *follower) asks(a, b int) bool {
	f.shared.Lock()
	defer f.shared.Unlock()
	key := [2]int{min(a, b), max(a, b)}
	o := f.orders[key]
	if f.pictures > o.met+1 {
		o = order{next: f.pictures}
	}
	asks := f.pictures >= o.next
	if asks {
		o.wait = min(max(2*o.wait, 1), longestWait)
		o.next = f.pictures + o.wait
	}
	o.met = f.pictures
	f.orders[key] = o
	return asks
}

// meet reports whether two layers of the last drawing have pixels in common or next to each other.
func (j *joint) meet(a, b int) bool {
	const least = 3
	l, m := &j.layers[a], &j.layers[b]
	count := 0
	for row := max(l.top, m.top-1); row < min(l.top+l.height, m.top+m.height+1); row++ {
		for column := max(l.left, m.left-1); column < min(l.left+l.width, m.left+m.width+1); column++ {
			if l.share[(row-l.top)*l.width+column-l.left] == 0 {
				continue
			}
			if m.at(column, row) > 0 || m.at(column-1, row) > 0 || m.at(column+1, row) > 0 || m.at(column, row-1) > 0 || m.at(column, row+1) > 0 {
				if count++; count >= least {
					return true
				}
			}
		}
	}
	return false
}

// at returns the covered share of a pixel of the picture.
func (l *layer) at(column, row int) float32 {
	column, row = column-l.left, row-l.top
	if column < 0 || row < 0 || column >= l.width || row >= l.height {
		return 0
	}
	return l.share[row*l.width+column]
}

// tryPaths fits again with the blur of the way that the bodies really made, where it differs from the predicted one.
func (f *follower) tryPaths() {
	if f.open == 0 {
		return
	}
	changed := false
	for k, i := range f.members {
		t := &f.tracks[i]
		if t.missed > 0 {
			continue
		}
		way := look.Pose{X: f.poses[k].X - t.last.X, Y: f.poses[k].Y - t.last.Y, Angle: f.poses[k].Angle - t.last.Angle}
		if f.backward {
			way = look.Pose{X: -way.X, Y: -way.Y, Angle: -way.Angle}
		}
		if math.Hypot(way.X-t.path.before.X, way.Y-t.path.before.Y)*f.open > 0.2 || math.Abs(way.Angle-t.path.before.Angle)*t.reach*f.open > 0.2 {
			t.path.before, t.path.after = way, way
			changed = true
		}
	}
	if changed {
		f.joint.fit(f.poses, 8)
		f.judge()
	}
}

// accept takes over the poses of the members, with their covariance, and what the picture teaches of their colours.
func (f *follower) accept(v *view) {
	f.covariances()
	for k, i := range f.members {
		t := &f.tracks[i]
		if t.isThere() {
			t.seen = true
			t.learnTint(&f.joint, k)
			f.explain(v, k)
		}
	}
	if f.learns {
		if sample, ok := f.joint.sample(f.tracks[f.members[0]].group); ok {
			f.casts = append(f.casts, sample)
		}
	}
	f.vote()
}

// explain marks the pixels that a member of the fit covers, and those beside them: compression spreads colours.
func (f *follower) explain(v *view, k int) {
	const beside = 2
	f.shared.Lock()
	defer f.shared.Unlock()
	l := &f.joint.layers[k]
	for row := range l.height {
		for column := 0; column < l.width; column++ {
			if !(l.share[row*l.width+column] > 0) {
				continue
			}
			from := column // a body need not be convex: others may lie in its corners
			for column++; column < l.width && l.share[row*l.width+column] > 0; column++ {
			}
			left, right := max(l.left+from-beside, 0), min(l.left+column+beside, v.width)
			for r := max(l.top+row-beside, 0); r < min(l.top+row+beside+1, v.height); r++ {
				for i := r*v.width + left; i < r*v.width+right; i++ {
					f.explained[i] = 1
				}
			}
		}
	}
}
