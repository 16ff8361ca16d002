package bodies

import (
	"context"
	"math"
	"slices"

	"orrery/datasets/film"
	"orrery/sim"
	"orrery/sim/polygon"
	"orrery/world/watch/ground"
	"orrery/world/watch/look"
)

const (
	// mostFollowed is how many pictures pieces are followed through.
	mostFollowed = 24
	// looseFit is the root mean square of what a shape leaves of the shares at its outline from which on it may be several.
	looseFit = 0.1
	// tornApart is how far off, in px, outlines of pieces usually are that are no bodies.
	tornApart = 0.2
	// mostCovered is the share of a piece that others cover at most, in all views but a tenth: bodies lie beside each other, and what changes its outline
	// is as good as boxes that slide over each other.
	mostCovered = 0.15
	// moved is how many px points of a piece must move in the frame of another, between the lowest and the highest twentieth, for the two to be two bodies,
	// and blurry how much further for each px that outlines are off.
	moved, blurry = 0.2, 1.5
)

// heap is a part of pictures that may be several bodies of one colour.
type heap struct {
	strand *strand
	class  *class  // that it makes, if it is taken for a body
	of     int     // number of that body in the list
	places []place // in sequence
	in     int     // the place whose outline is most unlike one body's
	views  []*view
}

// heaps returns what may be several bodies: what is no rigid body and what is fitted badly by the shape of one.
func (f *finder) heaps(list []*body, found []*look.Found, loose []bool, odd []*strand) (heaps []*heap) {
	add := func(s *strand, c *class, of int) {
		if len(s.places) < max(8, len(f.sights)/4) || len(s.kin) > 1 || 4*s.frees() < 3*len(s.places) || f.isCut(s) {
			return
		}
		h := &heap{strand: s, class: c, of: of}
		widest, change := 0, []float64{}
		for k := range s.places {
			_, short, _ := s.whole[k].axes()
			if _, most, _ := s.whole[widest].axes(); short > most {
				widest = k
			}
			if k > 0 {
				long, short, _ := s.whole[k].axes()
				l, w, _ := s.whole[k-1].axes()
				change = append(change, s.speed(k)+math.Abs(long-l)+math.Abs(short-w))
			}
		}
		// Slow ones are followed through more time.
		step := int(min(max(2/max(median(change), 0.01), 1), float64(len(s.places))/mostFollowed))
		step = max(step, 1)
		n := min(mostFollowed, (len(s.places)+step-1)/step)
		first := min(max(widest-step*(n/2), 0), len(s.places)-1-step*(n-1))
		for k := range n {
			h.places = append(h.places, s.places[first+k*step])
		}
		h.in = min(max((widest-first)/step, 0), n-1)
		heaps = append(heaps, h)
	}
	for k, b := range list {
		if found[k] != nil && loose[k] && len(found[k].Shapes) > 1 && len(b.strands) == 1 {
			add(b.strands[0], b.class, k)
		}
	}
	for _, s := range odd {
		if !slices.Contains(f.echoed, s) {
			add(s, nil, -1)
		}
	}
	return heaps
}

// takeApart finds the bodies of heaps, reading the film again if there are any. It returns them, and which numbers of the list and strands they replace.
func (f *finder) takeApart(ctx context.Context, fi *film.Film, g *ground.Ground, o Options, heaps []*heap, classes []*class) (found []look.Found, heaped []*heap, err error) {
	if len(heaps) == 0 {
		return nil, nil, nil
	}
	wanted := map[int][]*heap{}
	for _, h := range heaps {
		h.views = make([]*view, len(h.places))
		for _, p := range h.places {
			wanted[p.at] = append(wanted[p.at], h)
		}
	}
	next := -1
	some := func(int, *film.Picture) bool { next++; return len(wanted[next]) > 0 }
	err = o.segment(ctx, fi, g, some, func(s *segmenter, p *film.Picture, at int) {
		s.segment(p)
		for _, h := range wanted[at] {
			for k, place := range h.places {
				if place.at == at {
					h.views[k] = s.bare(p, place.patches)
				}
			}
		}
	})
	if err != nil {
		return nil, nil, err
	}
	for _, h := range heaps {
		if uneven(h.views[h.in]) >= textured+2*h.views[h.in].noise {
			continue
		}
		u := takeApart(ctx, h.views, h.in)
		if u == nil {
			continue
		}
		off := u.usuallyOff()
		if !(off < tornApart) || u.covered() > mostCovered {
			continue
		}
		groups := u.groups(moved + blurry*off)
		if len(groups) < 2 {
			continue
		}
		heaped = append(heaped, h)
		for _, group := range groups {
			if b := f.bodyOf(h, u, group); !f.isKnown(h, &b, classes) {
				found = append(found, b)
			}
		}
	}
	return found, heaped, nil
}

// isKnown reports whether a body of a heap is one that stands free at other times.
func (f *finder) isKnown(h *heap, b *look.Found, classes []*class) bool {
	area := 0.0
	for _, s := range b.Shapes {
		a, _, _ := polygon.Measure(s.Vertices, s.Radius)
		area += a
	}
	for _, c := range classes {
		if c != h.class && c.looksLike(h.strand) && math.Abs(math.Log(area/c.area)) < 0.12 && f.missing([]*class{c}, h.strand) {
			return true
		}
	}
	return false
}

// groups returns the numbers of the pieces of each body: those that touch and go as one, but for so many px, are one, unless they are like
// others that are bodies alone.
func (u *union) groups(moved float64) (groups [][]int) {
	n := len(u.pieces)
	joined := make([][]bool, n)
	for i := range joined {
		joined[i] = make([]bool, n)
		for j := range n {
			joined[i][j] = i != j && u.touch(i, j) && !u.moves(i, j, moved) && !u.moves(j, i, moved)
		}
	}
	alone := func(i int) bool { return !slices.Contains(joined[i], true) }
	free := make([]bool, n)
	for i := range n {
		free[i] = alone(i)
		for j := range n {
			free[i] = free[i] || alone(j) && sameForm(u.pieces[i], u.pieces[j])
		}
	}
	done := make([]bool, n)
	for i := range n {
		if done[i] {
			continue
		}
		group := []int{i}
		done[i] = true
		for k := 0; k < len(group); k++ {
			for j := range n {
				if !done[j] && joined[group[k]][j] && !(free[group[k]] && free[j]) {
					done[j] = true
					group = append(group, j)
				}
			}
		}
		groups = append(groups, group)
	}
	return groups
}

// covered returns the share of a piece that others cover, in a tenth of the views at least, of the piece of which that is most.
func (u *union) covered() (most float64) {
	for j := range u.pieces {
		var shares []float64
		for k, v := range u.views {
			if !u.draw(k, false) {
				continue
			}
			all, open := 1e-9, 0.0
			rows := &u.rows[j]
			for i, share := range rows.Share {
				if at := u.within(v, rows, i); share > 0 && at >= 0 {
					all += float64(share)
					open += float64(share) * u.openBut(j, k, at)
				}
			}
			shares = append(shares, 1-open/all)
		}
		slices.Sort(shares)
		if n := len(shares); n > 0 {
			most = max(most, shares[n-1-n/10])
		}
	}
	return most
}

// sameForm reports whether two pieces are alike, but for a thirtieth of their sizes.
func sameForm(a, b piece) bool {
	sizes, others := lengthsOf(a.form), lengthsOf(b.form)
	slices.Sort(sizes)
	slices.Sort(others)
	if len(sizes) == 1 && len(others) == 2 {
		sizes = append(sizes, sizes[0])
	}
	if len(sizes) == 2 && len(others) == 1 {
		others = append(others, others[0])
	}
	_, round := a.form.(disc)
	if _, also := b.form.(disc); round != also {
		return false
	}
	for k := range sizes {
		if !(math.Abs(math.Log(sizes[k]/others[k])) < 1.0/30) {
			return false
		}
	}
	return true
}

// touch reports whether two pieces come within 2 px of each other in a view.
func (u *union) touch(i, j int) bool {
	for k := range u.views {
		for _, p := range u.corners(i, k) {
			if beyond(u.pieces[j].form, u.pieces[j].poses[k].Back(p)) < 2 {
				return true
			}
		}
		for _, p := range u.corners(j, k) {
			if beyond(u.pieces[i].form, u.pieces[i].poses[k].Back(p)) < 2 {
				return true
			}
		}
	}
	return false
}

// corners returns points on the outline of a piece in a view.
func (u *union) corners(i, k int) (list []sim.Vec) {
	p := &u.pieces[i]
	for _, s := range p.form.Shapes() {
		for q, v := range s.Vertices {
			if s.Radius == 0 {
				list = append(list, p.poses[k].Apply(v), p.poses[k].Apply(v.Add(s.Vertices[(q+1)%len(s.Vertices)]).Scale(0.5)))
				continue
			}
			for turn := range 12 {
				list = append(list, p.poses[k].Apply(v.Add(sim.Vec{X: s.Radius}.Rotate(math.Pi*float64(turn)/6))))
			}
		}
	}
	return list
}

// moves reports whether a piece moves in the frame of another by so many px.
func (u *union) moves(i, of int, moved float64) bool {
	a, b := &u.pieces[i], &u.pieces[of]
	var points []sim.Vec // of the piece's own frame
	if a.form.Turns() {
		for _, l := range lengthsOf(a.form) {
			points = append(points, sim.Vec{X: l / 2}, sim.Vec{Y: l / 2})
		}
	} else {
		points = append(points, sim.Vec{})
	}
	spread := func(values []float64) float64 {
		slices.Sort(values)
		return values[len(values)-1-len(values)/20] - values[len(values)/20]
	}
	for _, p := range points {
		var xs, ys []float64
		for k := range u.views {
			at := b.poses[k].Back(a.poses[k].Apply(p))
			if !b.form.Turns() {
				if a.form.Turns() {
					return false // the other way round it is told
				}
				at = sim.Vec{X: at.Len()}
			}
			xs, ys = append(xs, at.X), append(ys, at.Y)
		}
		if spread(xs) > moved || spread(ys) > moved {
			return true
		}
	}
	return false
}

// bodyOf returns the body that pieces of a heap are.
func (f *finder) bodyOf(h *heap, u *union, group []int) look.Found {
	best, least := 0, math.Inf(1)
	for k := range u.views {
		if off := u.off(k); off < least {
			best, least = k, off
		}
	}
	first := &u.pieces[group[0]]
	var shapes []sim.Shape
	for _, i := range group {
		p := &u.pieces[i]
		for _, s := range p.form.Shapes() {
			s.Vertices = slices.Clone(s.Vertices)
			for q := range s.Vertices {
				if i != group[0] {
					s.Vertices[q] = first.poses[best].Back(p.poses[best].Apply(s.Vertices[q]))
				}
			}
			shapes = append(shapes, s)
		}
	}
	shapes, middle := Centred(shapes)
	b := look.Found{
		Body:   look.Body{Shapes: shapes, Paint: look.Paint{Mean: meanColour(u.views)}, Turns: true, Alike: 1},
		Number: u.views[best].number, First: f.sights[h.strand.first()].number, Last: f.sights[h.strand.last()].number,
		Certain: math.Exp(-8 * least),
	}
	if len(group) == 1 {
		b.Alike, b.Turns = Alike(first.form), first.form.Turns()
	}
	at := first.poses[best].Apply(middle)
	b.Pose = look.Pose{X: at.X, Y: at.Y, Angle: first.poses[best].Angle}
	for k, v := range u.views {
		at := first.poses[k].Apply(middle)
		b.Places = append(b.Places, look.Place{Number: v.number, X: at.X, Y: at.Y})
	}
	return b
}
