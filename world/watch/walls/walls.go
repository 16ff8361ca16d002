// Package walls finds the walls of a film from how bodies bounce off them, rest on
// them, and from the edges that they have in the picture.
//
//	hits := walls.Hits(ways, times, down)
//	found := walls.Find(hits, ways, ground)
//
// Bodies that turn back at a straight line are proof of a wall: three hits, or a body
// that rests on it. Where the picture without bodies has an edge beside that line, the
// wall is put there; where it has several or none, the hits tell its place. Beside a
// long edge one hit is proof. Nothing is a wall that bodies have gone through, but for one
// in fifty hits: bodies are now and then seen where they were not.
//
// Lengths are px, x to the right and y up; times are s. Results depend on the
// arguments alone.
package walls

import (
	"cmp"
	"math"
	"slices"

	"orrery/sim"
)

// Wall is a straight piece of wall.
type Wall struct {
	A, B   sim.Vec // px, its ends; what is on the left of the way from A to B is free
	Hits   int     // number of times a body bounced off it
	Rests  int     // number of bodies that rested on it
	Edge   bool    // there is an edge of the picture, which tells its place, or one of several does; else motion alone does
	Std    float64 // px, standard deviation of its place across it
	Spread float64 // px, standard deviation of the places at which bodies touched it across the wall
}

// Normal returns the direction from the wall into the free side, without a unit.
func (w *Wall) Normal() sim.Vec {
	along := w.B.Sub(w.A)
	return sim.Vec{X: -along.Y, Y: along.X}.Scale(1 / along.Len())
}

// Picture is the picture of what is there without bodies.
type Picture struct {
	Width, Height int       // px
	Values        []float32 // [3·Width·Height] red, green and blue, 0 to 255, rows from the top
	Noise         float64   // standard deviation of a value, in the unit of Values
}

// What proves a wall, and how near things have to be to it.
const (
	leastHits  = 3
	across     = 1.5                // px that hits may be off their wall, at least
	cone       = 50 * math.Pi / 180 // by which friction turns a push away from the normal, at most
	edgeReach  = 3.0                // px from where bodies turn back to the edge, at most
	edgesReach = 5.0                // px from one edge to another that may be the wall's, at most
	longEnough = 6.0                // px of wall
	longEdge   = 0.15               // share of the picture's shorter side that an edge has which one hit proves
	through    = 3.0                // px that bodies at rest seem to be beyond a wall, at most
	mistaken   = 0.02               // share of bodies that may be seen wrongly: beyond a wall, of those that were hit by it, or as specks, of all
	mostTried  = 40                 // number of hits through which lines are laid
)

// Find returns the walls that some hits prove, those with the most hits first. Ways are all those that were seen; the ground may be nil.
func Find(hits []Hit, ways []Way, ground *Picture) (found []Wall) {
	left, narrow := slices.Clone(hits), narrowest(ways)
	for {
		best := bestLine(left)
		if best == nil {
			break
		}
		left = slices.DeleteFunc(left, func(h Hit) bool { return best.takes(&h) })
		best.touch(hits)
		if w := best.wall(ground); w.holds(ways) && !joined(found, &w, narrow) {
			found = append(found, w)
		}
	}
	if ground != nil {
		for len(left) > 0 {
			h := left[0]
			left = left[1:]
			l := ground.edgeAt(&h)
			if l == nil {
				continue
			}
			l.hits = append(l.hits, h)
			left = slices.DeleteFunc(left, func(h Hit) bool {
				own := l.takes(&h)
				if own {
					l.hits = append(l.hits, h)
				}
				return own
			})
			if w := l.wall(ground); w.Edge && w.B.Sub(w.A).Len() >= ground.longEdge() && w.holds(ways) && !joined(found, &w, narrow) {
				found = append(found, w)
			}
		}
	}
	place(found, hits, ground)
	found = once(found, narrow)
	join(found)
	return slices.DeleteFunc(found, func(w Wall) bool { return !(w.B.Sub(w.A).Len() >= longEnough) })
}

// holds reports whether no body has gone through the wall, or so few of those that hit it that they were seen wrongly.
func (w *Wall) holds(ways []Way) bool {
	gone := 0
	for i := range ways {
		if w.passes(&ways[i]) {
			gone++
		}
	}
	return float64(gone) <= mistaken*float64(w.Hits+w.Rests)
}

// passes reports whether a body was seen beyond the wall between its ends.
func (w *Wall) passes(way *Way) bool {
	normal, along := w.Normal(), w.B.Sub(w.A)
	length := along.Len()
	along = along.Scale(1 / length)
	low, height := along.Dot(w.A), normal.Dot(w.A)
	beyond := through + 2*w.Spread
	reach := way.Body.Reach()
	for k, p := range way.Places {
		at := along.Dot(sim.Vec{X: p.X, Y: p.Y}) - low
		// What is beyond its ends goes round it.
		if !p.Seen || at < 0 || at > length || normal.Dot(sim.Vec{X: p.X, Y: p.Y}) > height+reach {
			continue
		}
		// A body sinks in for a moment, in engines and, as it seems, where pictures are blurred; its middle stays out.
		h := Hit{Pose: p.Pose, shapes: way.Body.Shapes}
		if h.lowest(normal) < height-beyond-2*p.Std-way.moved(k) || normal.Dot(sim.Vec{X: p.X, Y: p.Y}) < height {
			return true
		}
	}
	return false
}

// moved returns how far the body and its outermost point move from one picture to the next about picture k, in px.
func (w *Way) moved(k int) (most float64) {
	reach := w.Body.Reach()
	for _, j := range []int{k - 1, k + 1} {
		if j >= 0 && j < len(w.Places) && w.Places[j].Seen {
			turn := math.Remainder(w.Places[j].Angle-w.Places[k].Angle, 2*math.Pi)
			most = max(most, math.Hypot(w.Places[j].X-w.Places[k].X, w.Places[j].Y-w.Places[k].Y)+min(math.Abs(turn), 1)*reach)
		}
	}
	return most
}

// joined gives the hits of a wall to the first of others on which it lies, and draws that out to its ends, if there is one: hits of
// bodies that are blurred, or faster than the pictures, seem to be at a height of their own. What is behind another wall by less than
// the narrowest body's width, in px, is that one, too: nothing gets there.
func joined(found []Wall, w *Wall, narrow float64) bool {
	for i := range found {
		v := &found[i]
		same := v.same(w)
		if !same && !v.hides(w, narrow) {
			continue
		}
		along := v.B.Sub(v.A)
		length := along.Len()
		along = along.Scale(1 / length)
		low, high := w.A.Sub(v.A).Dot(along), w.B.Sub(v.A).Dot(along)
		if low > length || high < 0 {
			continue // they are two pieces
		}
		if same {
			v.A, v.B = v.A.Add(along.Scale(min(low, 0))), v.A.Add(along.Scale(max(high, length)))
		}
		v.Hits, v.Rests = v.Hits+w.Hits, v.Rests+w.Rests
		return true
	}
	return false
}

// once gives the hits of walls that came to lie on one line, or behind another, to the first of them, and leaves the others out.
func once(walls []Wall, narrow float64) (kept []Wall) {
	for i := range walls {
		if !joined(kept, &walls[i], narrow) {
			kept = append(kept, walls[i])
		}
	}
	return kept
}

// hides reports whether a wall lies behind this one, by less than a width in px.
func (w *Wall) hides(v *Wall, width float64) bool {
	normal := w.Normal()
	a, b := v.A.Sub(w.A).Dot(normal), v.B.Sub(w.A).Dot(normal)
	return normal.Dot(v.Normal()) > 0.9 && max(a, b) < through && min(a, b) > -width
}

// narrowest returns twice the least distance of an outline from its middle, in px, of all bodies but those that are one in fifty: specks are now and then seen.
func narrowest(ways []Way) float64 {
	if len(ways) == 0 {
		return math.Inf(1)
	}
	widths := make([]float64, len(ways))
	for i := range ways {
		widths[i] = math.Inf(1)
		for _, s := range ways[i].Body.Shapes {
			inner := math.Inf(1) // to the edges of the shape
			for k, v := range s.Vertices {
				edge := s.Vertices[(k+1)%len(s.Vertices)].Sub(v)
				if edge.Len() > 0 && len(s.Vertices) > 2 {
					inner = min(inner, math.Abs(v.Cross(edge))/edge.Len())
				}
			}
			if math.IsInf(inner, 1) {
				inner = 0
			}
			widths[i] = min(widths[i], 2*(inner+s.Radius))
		}
	}
	slices.Sort(widths)
	return widths[int(mistaken*float64(len(widths)))]
}

// same reports whether two walls lie on one line.
func (w *Wall) same(v *Wall) bool {
	normal := w.Normal()
	return normal.Dot(v.Normal()) > 0.99 && math.Abs(v.A.Sub(w.A).Dot(normal)) < through && math.Abs(v.B.Sub(w.A).Dot(normal)) < through
}

// line is a wall without ends: the points at a height above the origin along a normal.
type line struct {
	normal sim.Vec
	height float64 // px
	width  float64 // px, by which hits may be off
	hits   []Hit   // that are its own
}

// takes reports whether a hit is one of the wall, or beside it: near and pushed away from it.
func (l *line) takes(h *Hit) bool {
	return h.Push.Dot(l.normal) > math.Cos(cone)*h.Push.Len() && math.Abs(h.lowest(l.normal)-l.height) <= 2*l.width
}

// bestLine returns the line with the most proof, or nil when there is none with enough.
func bestLine(hits []Hit) (best *line) {
	most := 0.0
	for i := 0; i < len(hits); i += 1 + len(hits)/mostTried {
		if l := lineNear(hits, hits[i].Push.Scale(1/hits[i].Push.Len()), &hits[i]); l != nil && l.proof() > most {
			best, most = l, l.proof()
		}
	}
	return best
}

// proof returns how much speaks for a line: hits, and bodies at rest, each as much as the least number of hits.
func (l *line) proof() float64 {
	sum, bodies := 0.0, map[int]bool{}
	for _, h := range l.hits {
		if h.Rest {
			bodies[h.Body] = true
		} else {
			sum++
		}
	}
	return sum + leastHits*float64(len(bodies))
}

// lineNear returns the line through a hit that explains the most hits about a direction, or nil when they prove nothing.
func lineNear(hits []Hit, direction sim.Vec, through *Hit) *line {
	var best *line
	most := 0.0
	for turn := -45; turn <= 45; turn += 5 {
		l := line{normal: direction.Rotate(float64(turn) * math.Pi / 180)}
		l.height, l.width = through.lowest(l.normal), max(across, through.Doubt)
		for round := range 3 {
			l.gather(hits)
			if len(l.hits) == 0 || round == 2 {
				break
			}
			l.refine()
		}
		// Of lines with as many hits the one that they are nearest to, and that turns least, is it.
		if p := l.proof() - 0.1*l.spread() - 0.001*math.Abs(float64(turn)); p > most {
			best, most = &l, p
		}
	}
	if best == nil || best.proof() < leastHits {
		return nil
	}
	return best
}

// gather makes the hits near the line its own.
func (l *line) gather(hits []Hit) {
	l.hits = l.hits[:0]
	for _, h := range hits {
		if h.Push.Dot(l.normal) > math.Cos(cone)*h.Push.Len() && math.Abs(h.lowest(l.normal)-l.height) <= max(l.width, 2*h.Doubt) {
			l.hits = append(l.hits, h)
		}
	}
}

// refine turns and moves the line to where its hits are.
func (l *line) refine() {
	cost := func(turn float64) float64 {
		trial := line{normal: l.normal.Rotate(turn), hits: l.hits}
		return trial.spread() + 0.02*math.Abs(turn) // a single place says nothing of the direction
	}
	turn, step := 0.0, 2*math.Pi/180
	for range 12 {
		if c := cost(turn); cost(turn+step) < c {
			turn += step
		} else if cost(turn-step) < c {
			turn -= step
		} else {
			step /= 2
		}
	}
	l.normal = l.normal.Rotate(turn)
	heights := l.heights()
	slices.Sort(heights)
	l.height = heights[len(heights)/2]
}

// heights returns how far along the normal each hit touched, in px.
func (l *line) heights() (heights []float64) {
	for i := range l.hits {
		heights = append(heights, l.hits[i].lowest(l.normal))
	}
	return heights
}

// spread returns the standard deviation of the heights in px.
func (l *line) spread() float64 {
	if len(l.hits) == 0 {
		return 0
	}
	mean, square := 0.0, 0.0
	heights := l.heights()
	for _, h := range heights {
		mean += h / float64(len(heights))
	}
	for _, h := range heights {
		square += (h - mean) * (h - mean) / float64(len(heights))
	}
	return math.Sqrt(square)
}

// touch moves the line to where the hits at its place touch it, of which there may be more than its own.
func (l *line) touch(hits []Hit) {
	at := l.span()
	heights, _ := settle([]surface{{touches: at.touches(hits), about: at.height}})
	l.height = heights[0]
}

// span returns the piece of the line that its hits touch.
func (l *line) span() span {
	s := span{normal: l.normal, height: l.height, low: math.Inf(1), high: math.Inf(-1)}
	for i := range l.hits {
		low, high := l.hits[i].extent(s.along(), s.normal)
		s.low, s.high = min(s.low, low), max(s.high, high)
	}
	return s
}

// wall gives the line ends, and its place by an edge of the picture if there is one.
func (l *line) wall(ground *Picture) Wall {
	bodies := map[int]bool{}
	w := Wall{Spread: l.spread()}
	for i := range l.hits {
		if h := &l.hits[i]; h.Rest {
			bodies[h.Body] = true
		} else {
			w.Hits++
		}
	}
	w.Rests = len(bodies)
	at := l.span()
	if ground != nil {
		if edge, ok := ground.edge(at); ok {
			at, w.Edge = edge, true
		}
	}
	w.A, w.B = at.point(at.low), at.point(at.high)
	return w
}

// corner is how far beyond its end a wall may be drawn out to meet another one, as a share of its length.
const corner = 0.75

// join draws walls out, or cuts them back, to where they meet others at their ends.
func join(walls []Wall) {
	ends := make([][2]sim.Vec, len(walls))
	for i := range walls {
		w := &walls[i]
		along := w.B.Sub(w.A)
		length := along.Len()
		along = along.Scale(1 / length)
		low, high := 0.0, length
		var before, after []float64
		for j := range walls {
			if at, ok := meets(w, &walls[j]); i != j && ok {
				switch {
				case at < length/2 && at > -corner*length:
					before = append(before, at)
				case at >= length/2 && at < (1+corner)*length:
					after = append(after, at)
				}
			}
		}
		near := func(end float64) func(a, b float64) int {
			return func(a, b float64) int { return cmp.Compare(math.Abs(a-end), math.Abs(b-end)) }
		}
		if len(before) > 0 {
			low = slices.MinFunc(before, near(0))
		}
		if len(after) > 0 {
			high = slices.MinFunc(after, near(length))
		}
		ends[i] = [2]sim.Vec{w.A.Add(along.Scale(low)), w.A.Add(along.Scale(high))}
	}
	for i := range walls {
		walls[i].A, walls[i].B = ends[i][0], ends[i][1]
	}
}

// meets returns how far from the start of w, in px along it, the line through v crosses its own, if they cross at a wide angle.
func meets(w, v *Wall) (at float64, ok bool) {
	along, normal := w.B.Sub(w.A), v.Normal()
	length := along.Len()
	along = along.Scale(1 / length)
	rate := along.Dot(normal)
	if math.Abs(rate) < 0.3 {
		return 0, false
	}
	return v.A.Sub(w.A).Dot(normal) / rate, true
}
