package follow

import (
	"math"

	"orrery/world/watch/ground"
	"orrery/world/watch/look"
)

// view is a picture and what is known of it without bodies.
type view struct {
	width, height int
	pix           []uint8   // [height, width, 3]
	mean          []float32 // [height, width, 3], the ground
	noise         []float32 // [height, width], standard deviation of one value
	class         []uint8   // [height, width], of ground.Mask
	light         ground.Light
}

// span is the pixels of a row from a column up to another, where they lie in the lists of a fit, and from which of them up to which the
// bodies of the last drawing cover any.
type span struct{ row, from, to, start, low, high int }

// joint is the fit of some bodies to a part of one picture, all together, as they hide each other.
// Lists without another shape are [pixels] of the spans.
type joint struct {
	view   *view
	bodies []*painted // from the lowest to the uppermost
	tints  []*tint
	paths  []*path
	priors []prior

	*canvas
	spans  []span
	rows   []int        // of each row of the picture its first span, -1 for none
	first  int          // the row of rows[0]
	ground [][3]float32 // in the picture's light
	seen   [][3]float32
	sure   []float32    // of chroma.sure, 0 for pixels that nobody is to look at
	weight []float32    // the same, 0 for pixels in shadow as well, unless it is known how dark it is
	dim    []float32    // share of the light that shadows leave
	shaded bool         // some of these are known
	plain  [][3]float32 // the ground with its shadows
	wide   bool         // the limit is the wide one
	inside float64      // what the pixels that bodies cover add to the cost, and what the priors do
	bare   [2]bare      // at the final limit, and at the wide one
	pale   []hue        // of each block of the canvas what the picture's hue differs by from that of the plain ground
	bed    [][2]hue     // of each block and row, the hue of the plain ground
	paled  bool         // these are known

	limit   float32   // a pixel whose values differ by more than this counts less and less
	normal  []float64 // [3n, 3n]
	slope   []float64 // [3n]
	solver  solver
	shading shading
	cast    *cast // nil where no shadows are known
	shone   shone
	chroma  chroma
	timed   bool    // it is known how long the shutter is open
	sharp   bool    // it is known that nothing is blurred by its motion
	cost    float64 // of the poses at which the latest fit ended
}

// canvas is what a fit draws on. Fits of which one is done after another may share one: it is as large as the largest.
type canvas struct {
	owner  *joint // that drew last
	layers []layer
	drawn  [][3]float32
	pull   [][3]float32 // weight·(seen − drawn), as lightAndHue has it where colours are shared, lessened where they differ too much; only where bodies cover anything
	trust  []float32    // weight, lessened likewise; only there
	let    []float32    // what the bodies so far let through
	marks  []int32      // all 0 but between mark and unmark
	lost   lost
}

// own makes the canvas that of the fit, with nothing on it but the ground.
func (j *joint) own() {
	n := len(j.plain)
	c := j.canvas
	c.owner = j
	c.drawn, c.pull, c.trust, c.let = sized(c.drawn, n), sized(c.pull, n), sized(c.trust, n), sized(c.let, n)
	c.marks = sized(c.marks, n)
	if j.chroma.any() {
		c.lost.set(j, n)
	}
	for k := range j.spans {
		j.spans[k].low, j.spans[k].high = n, 0
	}
	copy(c.drawn, j.plain)
	for i := range c.let {
		c.let[i] = 1
	}
}

// prior is what is known of a pose before the picture: its values and the inverse variances of each.
type prior struct {
	pose look.Pose
	sure [3]float64 // 1/px², 1/px², 1/rad²
}

// frame is a box of a picture in columns and rows.
type frame struct{ left, top, right, bottom int }

// around returns the box of a disc around a body, and a margin in px.
func around(b *painted, pose look.Pose, margin float64, width, height int) frame {
	far := b.reach + margin
	return frame{
		max(0, int(math.Floor(pose.X-far))), max(0, height-int(math.Ceil(pose.Y+far))),
		min(width, int(math.Ceil(pose.X+far))), min(height, height-int(math.Floor(pose.Y-far))),
	}
}

// set chooses the pixels, those of boxes, that the fit looks at.
func (j *joint) set(v *view, boxes []frame) {
	j.view = v
	for k := range boxes {
		boxes[k] = j.chroma.whole(boxes[k], v.width, v.height)
	}
	top, bottom := v.height, 0
	for _, b := range boxes {
		if b.left < b.right && b.top < b.bottom {
			top, bottom = min(top, b.top), max(bottom, b.bottom)
		}
	}
	j.spans, j.rows, j.first = j.spans[:0], j.rows[:0], top
	n := 0
	for row := top; row < bottom; row++ {
		j.rows = append(j.rows, len(j.spans))
		// Boxes in a row are joined from left to right; there are few.
		for at := 0; ; {
			from, to := v.width, 0
			for _, b := range boxes {
				if row >= b.top && row < b.bottom && b.right > at && b.left < b.right && max(b.left, at) < from {
					from, to = max(b.left, at), b.right
				}
			}
			if from >= to {
				break
			}
			for grew := true; grew; {
				grew = false
				for _, b := range boxes {
					if row >= b.top && row < b.bottom && b.left <= to && b.right > to {
						to, grew = b.right, true
					}
				}
			}
			j.spans = append(j.spans, span{row: row, from: from, to: to, start: n})
			n += to - from
			at = to
		}
	}
	j.rows = append(j.rows, len(j.spans))
	j.ground, j.seen, j.plain = sized(j.ground, n), sized(j.seen, n), sized(j.plain, n)
	j.sure, j.weight, j.dim = sized(j.sure, n), sized(j.weight, n), sized(j.dim, n)
	gain, offset := v.light.Gain, v.light.Offset
	for _, s := range j.spans {
		first, n := s.row*v.width+s.from, s.to-s.from
		mean, pix := v.mean[3*first:3*(first+n)], v.pix[3*first:3*(first+n)]
		noise, class := v.noise[first:first+n], v.class[first:first+n]
		below, seen, sure := j.ground[s.start:s.start+n], j.seen[s.start:s.start+n], j.sure[s.start:s.start+n]
		for k, sigma := range noise {
			m, p := mean[3*k:3*k+3], pix[3*k:3*k+3]
			below[k] = [3]float32{gain[0]*m[0] + offset[0], gain[1]*m[1] + offset[1], gain[2]*m[2] + offset[2]}
			seen[k] = [3]float32{float32(p[0]), float32(p[1]), float32(p[2])}
			sure[k] = j.chroma.sure(sigma)
			if class[k] == ground.Ignored {
				sure[k] = 0
			}
		}
	}
	j.shaded = true
	j.unshade()
	if j.canvas == nil {
		j.canvas = new(canvas)
	}
	j.own()
	for k := range j.bare {
		j.bare[k].known = false
	}
	j.paled = false
}

// unshade forgets shades.
func (j *joint) unshade() {
	if !j.shaded {
		return
	}
	j.shaded, j.paled = false, false
	j.bare[0].known = false
	for _, s := range j.spans {
		class := j.view.class[s.row*j.view.width+s.from : s.row*j.view.width+s.to]
		for k, c := range class {
			i := s.start + k
			j.dim[i], j.weight[i] = 1, j.sure[i]
			if c == ground.Shadow {
				j.weight[i] = 0
			}
		}
	}
	copy(j.plain, j.ground)
}

// leastNoise is the standard deviation that rounding to whole values leaves, and as much again for edges that are drawn otherwise.
const leastNoise = 0.5

// within calls use with each run of pixels of a layer's box that the fit looks at: the start in the layer's lists, in the fit's, and how many.
func (j *joint) within(l *layer, use func(inLayer, inFit, n int)) {
	for row := max(l.top, j.first); row < min(l.top+l.height, j.first+len(j.rows)-1); row++ {
		for _, s := range j.spans[j.rows[row-j.first]:j.rows[row-j.first+1]] {
			from, to := max(l.left, s.from), min(l.left+l.width, s.to)
			if from < to {
				use((row-l.top)*l.width+from-l.left, s.start+from-s.from, to-from)
			}
		}
	}
}

// draw draws the bodies at poses over the ground, from the lowest to the uppermost, and returns how badly the
// picture is met: the sum of squared differences in σ², each less than it is beyond the limit.
func (j *joint) draw(poses []look.Pose) (cost float64) {
	j.lay(poses)
	return j.whole()
}

// lay draws the bodies at poses over the ground, from the lowest to the uppermost, and compares with the picture what they cover.
func (j *joint) lay(poses []look.Pose) {
	if j.owner != j {
		j.own()
	}
	if len(j.layers) < len(j.bodies) {
		j.layers = append(j.layers, make([]layer, len(j.bodies)-len(j.layers))...)
	}
	j.uncover()
	for b := range j.bodies {
		l := &j.layers[b]
		l.draw(j.bodies[b], j.tints[b], poses[b], j.paths[b], j.view.width, j.view.height)
		j.cover(l)
		j.within(l, func(inLayer, inFit, n int) {
			share, drawn := l.share[inLayer:inLayer+n], j.drawn[inFit:inFit+n]
			colour, below := l.colour[inLayer:inLayer+n], l.below[inLayer:inLayer+n]
			for i, a := range share {
				if a == 0 {
					continue
				}
				d := &drawn[i]
				below[i] = *d
				d[0] += a * (colour[i][0] - d[0])
				d[1] += a * (colour[i][1] - d[1])
				d[2] += a * (colour[i][2] - d[2])
			}
		})
	}
	j.weigh(poses)
}

// weigh compares the last drawing, of poses, with the picture where bodies cover anything.
func (j *joint) weigh(poses []look.Pose) {
	j.inside = j.meets(j.drawn, nil)
	for b := range j.bodies {
		if p := &j.priors[b]; p.sure[0] > 0 {
			dx, dy, da := poses[b].X-p.pose.X, poses[b].Y-p.pose.Y, poses[b].Angle-p.pose.Angle
			j.inside += p.sure[0]*dx*dx + p.sure[1]*dy*dy + p.sure[2]*da*da
		}
	}
}

// light passes from the uppermost body down and finds how much of each is let through, and what a change of its share does.
func (j *joint) lightThrough() {
	for _, s := range j.spans {
		for i := s.low; i < s.high; i++ {
			j.let[i] = 1
		}
	}
	for b := len(j.bodies) - 1; b >= 0; b-- {
		l := &j.layers[b]
		j.within(l, func(inLayer, inFit, n int) {
			share, let := l.share[inLayer:inLayer+n], j.let[inFit:inFit+n]
			for i, a := range share {
				if a == 0 {
					continue
				}
				k := inLayer + i
				t := let[i]
				l.through[k] = t
				l.reach[k] = [3]float32{t * (l.colour[k][0] - l.below[k][0]), t * (l.colour[k][1] - l.below[k][1]), t * (l.colour[k][2] - l.below[k][2])}
				let[i] = t * (1 - a)
			}
		})
	}
}

// gradient is the change of the three values of a pixel with x, y and angle of a body.
type gradient [3][3]float32 // [x, y, angle][channel]

// change returns the gradient of a layer at a pixel whose middle lies at x, y px from the body's.
func (l *layer) change(k int, x, y float32) (g gradient) {
	dx, dy, da := l.x[k], l.y[k], l.angle[k]
	reach := &l.reach[k]
	for c := range 3 {
		g[0][c], g[1][c], g[2][c] = dx*reach[c], dy*reach[c], da*reach[c]
	}
	if len(l.right) > 0 {
		a := l.share[k] * l.through[k]
		right, up := &l.right[k], &l.up[k]
		for c := range 3 {
			g[0][c] -= a * right[c]
			g[1][c] -= a * up[c]
			g[2][c] += a * (right[c]*y - up[c]*x)
		}
	}
	return g
}

// moves reports whether a pixel changes with the pose.
func (l *layer) moves(k int) bool {
	return l.share[k] != 0 && (len(l.right) > 0 || l.x[k] != 0 || l.y[k] != 0 || l.angle[k] != 0)
}

// equations fills the normal equations of the last drawing, at the same poses.
func (j *joint) equations(poses []look.Pose) {
	j.lightThrough()
	n := 3 * len(j.bodies)
	j.normal, j.slope = sized(j.normal, n*n), sized(j.slope, n)
	clear(j.normal)
	clear(j.slope)
	for b := range j.bodies {
		var h [6]float64
		var s [3]float64
		l := &j.layers[b]
		j.feel(l, &poses[b])
		for k, f := range l.slopes.at {
			w := j.trust[f]
			if w == 0 {
				continue
			}
			pull := &j.pull[f]
			g := (*gradient)(l.slopes.of(k))
			h[0] += float64(w * dot(&g[0], &g[0]))
			h[1] += float64(w * dot(&g[0], &g[1]))
			h[2] += float64(w * dot(&g[0], &g[2]))
			h[3] += float64(w * dot(&g[1], &g[1]))
			h[4] += float64(w * dot(&g[1], &g[2]))
			h[5] += float64(w * dot(&g[2], &g[2]))
			s[0] += float64(dot(&g[0], pull))
			s[1] += float64(dot(&g[1], pull))
			s[2] += float64(dot(&g[2], pull))
		}
		at := 3*b*n + 3*b
		j.normal[at], j.normal[at+1], j.normal[at+2] = h[0], h[1], h[2]
		j.normal[at+n], j.normal[at+n+1], j.normal[at+n+2] = h[1], h[3], h[4]
		j.normal[at+2*n], j.normal[at+2*n+1], j.normal[at+2*n+2] = h[2], h[4], h[5]
		copy(j.slope[3*b:], s[:])
	}
	for b := range j.bodies {
		j.couple(b, n)
	}
	for b := range j.bodies {
		p := &j.priors[b]
		away := [3]float64{p.pose.X - poses[b].X, p.pose.Y - poses[b].Y, p.pose.Angle - poses[b].Angle}
		for k := range 3 {
			j.normal[(3*b+k)*(n+1)] += p.sure[k]
			j.slope[3*b+k] += p.sure[k] * away[k]
		}
	}
}

// feel finds how pixels change with a body's pose.
func (j *joint) feel(l *layer, pose *look.Pose) {
	s := &l.slopes
	s.clear(3)
	width, height := j.view.width, j.view.height
	j.moving(l, func(k, f, row, column int) {
		*(*gradient)(s.add(f, row*width+column)) = l.change(k, float32(float64(column)+0.5-pose.X), float32(float64(height-row)-0.5-pose.Y))
	})
	j.lose(s)
}

// couple fills the parts of the normal equations that a body shares with those above it.
func (j *joint) couple(a, n int) {
	l := &j.layers[a]
	marked := false
	for b := a + 1; b < len(j.bodies); b++ {
		m := &j.layers[b]
		if !l.overlaps(m) {
			continue
		}
		if !marked {
			marked = true
			j.mark(&l.slopes)
		}
		var h [3][3]float64
		for k, f := range m.slopes.at {
			q, w := j.marks[f], j.trust[f]
			if q == 0 || w == 0 {
				continue
			}
			u, v := (*gradient)(m.slopes.of(k)), (*gradient)(l.slopes.of(int(q)-1))
			for c := range 3 {
				for d := range 3 {
					h[c][d] += float64(w * dot(&u[c], &v[d]))
				}
			}
		}
		for c := range 3 {
			for d := range 3 {
				j.normal[(3*b+c)*n+3*a+d], j.normal[(3*a+d)*n+3*b+c] = h[c][d], h[c][d]
			}
		}
	}
	if marked {
		j.unmark(&l.slopes)
	}
}

// overlaps reports whether pixels of a layer, or those that share colours with them, may be those of another one.
func (l *layer) overlaps(m *layer) bool {
	return l.left <= m.left+m.width && m.left <= l.left+l.width && l.top <= m.top+m.height+2*beyond && m.top <= l.top+l.height+2*beyond
}

// mark notes for the pixels of a list their places in it, counted from 1, until unmark. All others have 0.
func (j *joint) mark(s *slopes) {
	for k, f := range s.at {
		j.marks[f] = int32(k) + 1
	}
}

func (j *joint) unmark(s *slopes) {
	for _, f := range s.at {
		j.marks[f] = 0
	}
}

func dot(a, b *[3]float32) float32 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

// fit moves poses to where the drawing meets the picture best, in at most some steps, and returns how badly it is
// met there. The last drawing and the normal equations are those of the poses.
//
// A body that is off by pixels differs at its edges by all of its contrast, as what is no body does. So the first
// steps let every difference pull, and the last ones only what the limit leaves.
func (j *joint) fit(poses []look.Pose, most int) (cost float64) {
	if len(poses) == 0 {
		return j.draw(poses)
	}
	limit := j.limit
	j.limit, j.wide = wideLimit, true
	j.unshade()
	j.lay(poses)
	j.descend(poses, most, coarseStep)
	j.limit, j.wide = limit, false
	if j.shade(); j.shaded {
		j.lay(poses)
	} else {
		j.weigh(poses)
	}
	still := stillStep
	switch {
	case j.chroma.any() && j.timed:
		still = stillShared
	case j.chroma.any():
		still = stillMeasured
	}
	j.descend(poses, most, still)
	return j.cost
}

// descend takes at most some steps from poses that were laid, until they are shorter than still, in px.
func (j *joint) descend(poses []look.Pose, most int, still float64) {
	costs := false // the cost of the poses is known: many a fit ends where it begins
	damp := 1e-6
	j.equations(poses)
	o := &j.solver
	o.tried, o.taken = sized(o.tried, len(poses)), sized(o.taken, len(poses))
	clear(o.taken)
	stretch := 1.0
	eased := !j.wide && j.sharp // what blur makes of edges is drawn
	fresh := true               // the drawing and the equations are those of the poses
	for range most {
		step, ok := o.solve(j.normal, j.slope, damp)
		if !ok {
			break
		}
		small, far := true, false
		for b := range poses {
			s := (*[3]float64)(step[3*b : 3*b+3])
			reach := j.bodies[b].reach
			// A linear model of edges holds for about a px at a time; more would jump over the body.
			longest := max(2, 0.3*reach)
			shorter := min(stretch, longest/math.Hypot(s[0], s[1]), 0.35/math.Abs(s[2]))
			if !(shorter > 0) {
				shorter = 1
			}
			if length := math.Hypot(s[0], s[1]) + reach*math.Abs(s[2]); length < farStep {
				shorter = min(shorter, 1)
				if eased {
					if fresh {
						j.ease(b, s)
					}
					shorter *= j.bodies[b].ease
					o.taken[b] = taken{*s, shorter}
				}
			}
			far = far || shorter > 1
			tried := look.Pose{X: poses[b].X + shorter*s[0], Y: poses[b].Y + shorter*s[1], Angle: poses[b].Angle + shorter*s[2]}
			o.tried[b] = tried
			small = small && math.Abs(tried.X-poses[b].X) < still && math.Abs(tried.Y-poses[b].Y) < still && math.Abs(tried.Angle-poses[b].Angle)*reach < still
		}
		if small {
			if fresh && !j.wide {
				copy(poses, o.tried) // the picture would look the same
			}
			break
		}
		if !costs {
			j.cost, costs = j.whole(), true
		}
		if c := j.draw(o.tried); c <= j.cost {
			j.cost = c
			copy(poses, o.tried)
			j.equations(poses)
			damp = max(damp/10, 1e-6)
			fresh = true
			stretch = min(2*stretch, 8)
			continue
		}
		fresh = false
		clear(o.taken)
		if far {
			stretch, eased = 1, false
			continue
		}
		if damp = max(damp*30, 1e-3); damp > 1e4 {
			break
		}
	}
	if !fresh {
		j.lay(poses)
		j.equations(poses)
	}
	if !costs && !j.wide {
		j.cost = j.whole()
	}
}

// taken is a step of a body that was taken, by how much longer or shorter than the equations say.
type taken struct {
	step    [3]float64
	stretch float64
}

// ease learns by what factor steps of a body must be longer than the equations say, from what is left to go after one: edges that compression
// softened over several px pull less than those of a drawing, which are one px wide.
func (j *joint) ease(b int, left *[3]float64) {
	const most, share = 3, 0.3
	body, last := j.bodies[b], &j.solver.taken[b]
	body.ease = max(body.ease, 1)
	if last.stretch == 0 {
		return
	}
	n := len(j.slope)
	same, all := 0.0, 0.0
	for r := range 3 {
		for c := range 3 {
			h := j.normal[(3*b+r)*n+3*b+c]
			same += last.step[r] * h * left[c]
			all += last.step[r] * h * last.step[c]
		}
	}
	if !(all > 0) {
		return
	}
	gone := min(max(1-same/all, last.stretch/most), last.stretch) // share of the way that was gone
	body.ease += share * (last.stretch/gone - body.ease)
}

// wideLimit is a limit that nothing reaches.
const wideLimit = 1e4

// stillStep is the step in px below which a fit has ended: a tenth of what clean pictures tell.
const stillStep = 2e-3

// stillShared is the same where pixels share their colours: a fifth of what compression leaves.
const stillShared = 1e-2

// stillMeasured is the same while blur and shapes are still measured, which sums up what every fit leaves.
const stillMeasured = 4e-3

// farStep is the step in px from which on a body is so far off that its edges, which are one px wide, see no more than the direction.
const farStep = 0.6

// coarseStep is the step in px from which on what is no body may be told from what is off.
const coarseStep = 0.3
