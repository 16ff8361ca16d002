package bodies

import (
	"cmp"
	"context"
	"math"
	"slices"

	"orrery/sim"
	"orrery/world/watch/cover"
	"orrery/world/watch/look"
	"orrery/world/watch/parts"
)

// Bodies of one colour that never part, as a stack or links on a hinge, are one part of each picture, whose outline changes as they turn
// against each other. It is cut in two, and again, along lines that leave simple forms, until these explain a picture together; they are
// followed through the next ones, and those that move against each other are bodies.

const (
	// mostPieces is how many bodies one part of a picture is taken for at most.
	mostPieces = 10
	// mostViews is in how many views it is cut at most.
	mostViews = 4
	// mostCuts is how many of the cuts that look best are fitted.
	mostCuts = 5
	// seam is by how many px a cut looks better for each px of the ground that shows along it.
	seam = 3
	// known is by what share of its pixels a cut looks better that cuts off as much as another piece is long.
	known = 0.01
	// worthCut is by how much a cut must better the score of a picture.
	worthCut = 6
)

// takeApart returns the pieces that explain a part of one colour in views, pictures in sequence, or nil. The first cuts are made in the view of a
// number, others where too little is explained.
func takeApart(ctx context.Context, views []*view, in int) *union {
	u := wholePiece(views, in)
	if u == nil {
		return nil
	}
	u.fit([]int{in}, true, tries)
	tried := map[int]bool{}
	for range mostViews {
		was := len(u.pieces)
		u = u.cutUp(ctx, in)
		tried[in] = true
		if len(u.pieces) == 1 || u.off(in) > hopeless || ctx.Err() != nil {
			return nil
		}
		if len(u.pieces) > was {
			u.follow(in)
			u.fit(u.some(), true, tries)
			u.follow(in)
		}
		in = u.worst(tried)
		if len(u.pieces) >= mostPieces || tried[in] || u.off(in) < badly {
			break
		}
	}
	return u
}

// some returns the numbers of a few views in equal steps.
func (u *union) some() (list []int) {
	n := min(len(u.views), 6)
	for k := range n {
		list = append(list, k*(len(u.views)-1)/max(n-1, 1))
	}
	return list
}

// worst returns the number of the view that is explained worst, of those that were not tried.
func (u *union) worst(tried map[int]bool) (worst int) {
	most := 0.0
	for k := range u.views {
		if off := u.off(k); !tried[k] && off > most {
			worst, most = k, off
		}
	}
	return worst
}

// cutUp cuts pieces in a view for as long as that explains it better. In the others a new piece is where the one had it of which it was cut.
func (u *union) cutUp(ctx context.Context, in int) *union {
	at := []int{in}
	least := u.score(at)
	for len(u.pieces) < mostPieces {
		var best *cut
		var bestPieces []piece
		most := least - worthCut
		for _, c := range u.cuts(in) {
			if ctx.Err() != nil {
				return u
			}
			if pieces, s := u.trial(in, &c); s < most {
				best, bestPieces, most = &c, pieces, s
			}
		}
		if best == nil {
			break
		}
		next := u.clone()
		next.pieces[best.of] = bestPieces[0]
		next.pieces = append(next.pieces, bestPieces[1])
		next.fit(at, true, tries)
		u, least = next, next.score(at)
	}
	return u
}

// trial fits the two pieces of a cut to a view while the others stay, and returns these two and the score of all together.
func (u *union) trial(in int, c *cut) (pieces []piece, score float64) {
	v := u.views[in]
	t := &union{views: []*view{v}, fixed: make([]float32, len(v.share)), others: [2]int{len(u.pieces) - 1, u.sizes() - len(u.pieces[c.of].form.Sizes())}}
	u.draw(in, false)
	for i := range t.fixed {
		t.fixed[i] = float32(u.openBut(c.of, in, i))
	}
	for k := range c.forms {
		t.pieces = append(t.pieces, piece{c.forms[k], []look.Pose{c.poses[k]}})
	}
	t.fit([]int{0}, true, polish)
	for k := range c.forms {
		c.forms[k], c.poses[k] = t.pieces[k].form, t.pieces[k].poses[0]
		pieces = append(pieces, u.carried(c, k, in))
		// Sizes that others have are none of its own.
		if slices.ContainsFunc(u.pieces, func(p piece) bool { return sameForm(p, pieces[k]) }) {
			t.others[1] -= len(c.forms[k].Sizes())
		}
	}
	return pieces, t.score([]int{0})
}

// carried returns a half of a cut that was made in a view, which goes along with the piece of which it was cut.
func (u *union) carried(c *cut, half, in int) piece {
	old := u.pieces[c.of].poses
	p := piece{c.forms[half], make([]look.Pose, len(u.views))}
	at := c.poses[half]
	shift := old[in].Back(sim.Vec{X: at.X, Y: at.Y})
	for v := range p.poses {
		to := old[v].Apply(shift)
		p.poses[v] = look.Pose{X: to.X, Y: to.Y, Angle: old[v].Angle + at.Angle - old[in].Angle}
	}
	return p
}

// wholePiece returns the union of one piece, which explains a view best by its moments.
func wholePiece(views []*view, in int) *union {
	v := views[in]
	set := make([]bool, len(v.share))
	for i := range set {
		set[i] = v.share[i] > 0.5
	}
	form, pose, _ := simplest(v, set, new(cover.Rows))
	if form == nil {
		return nil
	}
	u := &union{views: views, pieces: []piece{{form, make([]look.Pose, len(views))}}}
	u.pieces[0].poses[in] = pose
	return u
}

// score is Bayes' criterion for views, as that of one body.
func (u *union) score(which []int) float64 {
	const floor, together = 0.05, 8
	cost, count, _ := u.judge(which)
	n := count / together
	return n*math.Log(cost/count+floor) + float64(2*(u.sizes()+u.others[1])+3*(len(u.pieces)+u.others[0])*len(which))*math.Log(max(n, 2))
}

// cut is a piece cut in two.
type cut struct {
	of    int // the piece
	forms [2]cover.Form
	poses [2]look.Pose
	miss  float64 // px that the two leave unexplained
}

// cuts returns the best ways to cut a piece in two in a view: of the two pieces that explain it worst.
func (u *union) cuts(in int) (list []cut) {
	v := u.views[in]
	if !u.draw(in, false) {
		return nil
	}
	sets := make([][]bool, len(u.pieces))
	for j := range sets {
		sets[j] = make([]bool, len(v.share))
	}
	missing := make([]float64, len(u.pieces))
	for i, weight := range v.weight {
		left := u.left[in][i]
		if weight == 0 || !(v.share[i] > 0.5) && left == 0 {
			continue
		}
		j := u.owner(in, i)
		missing[j] += missed(left, weight)
		sets[j][i] = v.share[i] > 0.5
	}
	order := make([]int, len(u.pieces))
	for j := range order {
		order[j] = j
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(missing[b], missing[a]) })
	for _, j := range order[:min(2, len(order))] {
		var lengths []float64
		for o := range u.pieces {
			if o != j {
				lengths = append(lengths, lengthsOf(u.pieces[o].form)...)
			}
		}
		cuts := cutsOf(v, sets[j], lengths)
		for k := range cuts {
			cuts[k].of = j
		}
		list = append(list, cuts...)
	}
	return list
}

// owner returns the piece that covers most of a pixel of a view that was drawn, or the one whose middle is nearest.
func (u *union) owner(in, i int) (best int) {
	v := u.views[in]
	most, least := float32(0), math.Inf(1)
	at := v.point(i)
	for j := range u.pieces {
		rows := &u.rows[j]
		share := float32(0)
		if c, r := v.box.Min.X+i%v.box.Dx()-rows.Left, v.box.Min.Y+i/v.box.Dx()-rows.Top; c >= 0 && r >= 0 && c < rows.Width && r < rows.Height {
			share = rows.Share[r*rows.Width+c]
		}
		p := u.pieces[j].poses[in]
		far := at.Sub(sim.Vec{X: p.X, Y: p.Y}).Len()
		if share > most || share == most && far < least {
			best, most, least = j, share, far
		}
	}
	return best
}

// lengthsOf returns how long and how wide a form is, in px.
func lengthsOf(f cover.Form) (list []float64) {
	sizes := f.Sizes()
	if c, ok := f.(capsule); ok {
		sizes[0] += c.radius
	}
	for _, s := range sizes {
		list = append(list, 2*s)
	}
	return list
}

// cutsOf returns the lines that cut a set of a view's pixels in two that are most like simple forms, the best first: some that differ, those that
// cut off as much as a known length in px, and those along which the ground shows.
func cutsOf(v *view, set []bool, lengths []float64) (list []cut) {
	var all moments
	field := make([]float32, len(set))
	for i, is := range set {
		if is {
			p := v.point(i)
			all.pixel(p.X, p.Y)
			field[i] = 1
		}
	}
	if all.n < 2*24 {
		return nil
	}
	long, _, angle := all.axes()
	along := sim.Vec{X: 1}.Rotate(angle)
	var rows cover.Rows
	try := func(through sim.Vec, way sim.Vec, worth float64) {
		var halves [2][]bool
		for k := range halves {
			halves[k] = make([]bool, len(set))
		}
		var c cut
		for i, is := range set {
			if is {
				side, beyond := 0, way.Cross(v.point(i).Sub(through))
				if beyond > 0 {
					side = 1
				}
				if math.Abs(beyond) < 1 {
					c.miss -= seam * float64(1-v.share[i])
				}
				halves[side][i] = true
			}
		}
		for k := range halves {
			miss := 0.0
			c.forms[k], c.poses[k], miss = simplest(v, halves[k], &rows, angle, math.Atan2(way.Y, way.X))
			if c.forms[k] == nil {
				return
			}
			c.miss += miss
		}
		c.miss -= worth
		list = append(list, c)
	}
	const places = 12
	for k := 1; k < places; k++ {
		at := all.middle().Add(along.Scale(1.75 * long * (2*float64(k)/places - 1)))
		for _, lean := range [3]float64{0, -0.6, 0.6} {
			try(at, along.Rotate(math.Pi/2+lean), 0)
		}
	}
	for _, length := range lengths {
		if from := 1.75*long - length; from > -1.6*long {
			try(all.middle().Add(along.Scale(from)), along.Rotate(math.Pi/2), known*all.n)
			try(all.middle().Sub(along.Scale(from)), along.Rotate(math.Pi/2), known*all.n)
		}
	}
	if lines := parts.Contours(field, v.box.Dx(), v.box.Min.X, v.box.Min.Y, v.height, 0.5); len(lines) > 0 {
		dents := dents(lines[0])
		for k, dent := range dents {
			for turn := range 12 {
				try(dent, sim.Vec{X: 1}.Rotate(math.Pi*float64(turn)/12), 0)
			}
			for _, other := range dents[:k] {
				try(dent, other.Sub(dent).Scale(1/max(other.Sub(dent).Len(), 1e-9)), 0)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b cut) int { return cmp.Compare(a.miss, b.miss) })
	few := list[:0]
	for _, c := range list {
		alike := func(o cut) bool {
			near := func(a, b int) bool { return math.Hypot(c.poses[a].X-o.poses[b].X, c.poses[a].Y-o.poses[b].Y) < 3 }
			return near(0, 0) && near(1, 1) || near(0, 1) && near(1, 0)
		}
		if len(few) < mostCuts && !slices.ContainsFunc(few, alike) {
			few = append(few, c)
		}
	}
	return few
}

// dents returns the points of an outline that are deepest within its hull, one in each bay, two at most.
func dents(line []sim.Vec) (list []sim.Vec) {
	hull := parts.Hull(line)
	depths := make([]float64, len(line))
	for i, p := range line {
		depths[i] = math.Inf(1)
		for k, a := range hull {
			side := hull[(k+1)%len(hull)].Sub(a)
			depths[i] = min(depths[i], side.Cross(p.Sub(a))/max(side.Len(), 1e-9))
		}
	}
	for range 2 {
		deepest := 0
		for i, d := range depths {
			if d > depths[deepest] {
				deepest = i
			}
		}
		if depths[deepest] < 1 {
			break
		}
		list = append(list, line[deepest])
		for _, step := range [2]int{1, len(line) - 1} { // to the ends of the bay
			for i := deepest; depths[i] > 0.25; i = (i + step) % len(line) {
				if i != deepest {
					depths[i] = 0
				}
			}
		}
		depths[deepest] = 0
	}
	return list
}

// simplest returns the simple form that has the moments of a set of a view's pixels and covers most of it and least of others, and by how many px it fails.
// Where the set is about as long as it is wide, its angle may be that of others, too.
func simplest(v *view, set []bool, rows *cover.Rows, angles ...float64) (best cover.Form, at look.Pose, miss float64) {
	var m moments
	for i, is := range set {
		if is {
			p := v.point(i)
			m.pixel(p.X, p.Y)
		}
	}
	if m.n < 24 {
		return nil, at, 0
	}
	long, short, angle := m.axes()
	middle := m.middle()
	miss = math.Inf(1)
	if long > 1.3*short {
		angles = nil
	}
	for _, f := range Simple(m.n, long, short) {
		outline, err := cover.New(f.Shapes())
		if err != nil {
			continue
		}
		for _, angle := range append(angles[:len(angles):len(angles)], angle) {
			pose := look.Pose{X: middle.X, Y: middle.Y, Angle: angle}
			outline.Draw(rows, cover.Pose(pose), v.width, v.height)
			if differ := differs(v, set, m.n, rows); differ < miss {
				best, at, miss = f, pose, differ
			}
		}
	}
	return best, at, miss
}

// differs returns how many px of a set of so many are not covered, and of others are.
func differs(v *view, set []bool, n float64, rows *cover.Rows) float64 {
	outside, covered := 0.0, 0.0
	w := v.box.Dx()
	for i, share := range rows.Share {
		if share == 0 {
			continue
		}
		c, r := rows.Left+i%rows.Width-v.box.Min.X, rows.Top+i/rows.Width-v.box.Min.Y
		if c >= 0 && r >= 0 && c < w && r < v.box.Dy() && set[r*w+c] {
			covered += float64(share)
		} else {
			outside += float64(share)
		}
	}
	return outside + n - covered
}

// follow finds the pieces in the other views, from one to the next.
func (u *union) follow(in int) {
	for _, way := range [2]int{1, -1} {
		for k := in + way; k >= 0 && k < len(u.views); k += way {
			before := u.clone().pieces
			least, best := math.Inf(1), before
			for try := range 5 {
				if try > 0 && u.explains(k) {
					break
				}
				goesOn, shared := try%2 == 1, try >= 3
				if goesOn && way*(k-way-in) < 1 {
					continue
				}
				u.pieces = before
				u.pieces = u.clone().pieces
				for j := range u.pieces {
					p := u.pieces[j].poses
					if a, b := k-2*way, k-way; goesOn {
						p[k] = look.Pose{X: 2*p[b].X - p[a].X, Y: 2*p[b].Y - p[a].Y, Angle: 2*p[b].Angle - p[a].Angle}
					} else if try > 0 {
						p[k] = p[b]
					}
				}
				if shared {
					u.share(k)
				}
				if cost := u.fit([]int{k}, false, polish); cost < least {
					least, best = cost, u.pieces
				}
				u.pieces = best
			}
		}
	}
}

// explains reports whether the pieces leave little of a view.
func (u *union) explains(k int) bool {
	return u.off(k) < badly
}

// hopeless is how far off, in px, outlines are of what is cut up as far as it goes and is nothing that simple forms explain: a hand, or too many bodies.
const hopeless = 0.4

// badly is how far off, in px, outlines are of pieces that are elsewhere, or have other forms.
const badly = 0.05

// share moves pieces in a view to the pixels that are nearest to each, again and again: so they go further than a fit.
func (u *union) share(k int) {
	v := u.views[k]
	for range 12 {
		sums := make([]moments, len(u.pieces))
		for i, share := range v.share {
			if !(share > 0.5) {
				continue
			}
			at := v.point(i)
			best, least := 0, math.Inf(1)
			for j := range u.pieces {
				if d := beyond(u.pieces[j].form, u.pieces[j].poses[k].Back(at)); d < least {
					best, least = j, d
				}
			}
			sums[best].pixel(at.X, at.Y)
		}
		for j := range sums {
			if sums[j].n < 12 {
				continue
			}
			pose := &u.pieces[j].poses[k]
			middle := sums[j].middle()
			pose.X, pose.Y = middle.X, middle.Y
			if long, short, angle := sums[j].axes(); long > 1.3*short {
				pose.Angle += math.Remainder(angle-pose.Angle, math.Pi)
			}
		}
	}
}

// beyond returns how far a point of a form's frame is from it, in px; within it is negative.
func beyond(f cover.Form, at sim.Vec) float64 {
	sizes := f.Sizes()
	x, y := math.Abs(at.X), math.Abs(at.Y)
	switch f.(type) {
	case disc:
		return at.Len() - sizes[0]
	case capsule:
		return math.Hypot(max(x-sizes[0], 0), y) - sizes[1]
	case square:
		sizes = append(sizes, sizes[0])
	}
	dx, dy := x-sizes[0], y-sizes[1]
	return min(max(dx, dy), 0) + math.Hypot(max(dx, 0), max(dy, 0))
}
