// Package cover says how much of each pixel of a picture a body covers, and how
// that changes as the body moves, turns or grows.
//
//	outline, err := cover.New(body.Shapes)
//	var rows cover.Rows
//	outline.Draw(&rows, cover.Pose{X: 120.3, Y: 88, Angle: 0.4}, width, height)
//	// rows.Share is the covered share of each pixel of the box around the body
//
// Lengths are px with y up from the lower left corner of the
// picture, angles radians counter-clockwise. The shares are areas,
// not samples: every piece of the outline, a line or an arc, is cut at the borders of
// pixels and adds the area between itself and the right border of its pixel. The
// derivatives are what flows through the same pieces when they move, so they are exact
// as well. Shapes that overlap count once: pieces of one that lie in another are left
// out when the outline is made. A drawing into Rows that were used before allocates
// nothing. The results depend on nothing but the arguments.
package cover

import (
	"fmt"
	"math"
	"slices"

	"orrery/sim"
)

// maxReach bounds coordinates in px: no picture is as large, and a drawing takes time for each px of the outline.
const maxReach = 1e5

// Outline is the outline of the union of shapes, in the frame of their body.
type Outline struct {
	shapes []sim.Shape
	pieces []piece
}

// piece is a line or an arc, with the inside to its left.
type piece struct {
	a, b      sim.Vec // px, its ends
	arc       bool    // about a vertex, by less than half a turn
	c         sim.Vec // px, the middle of an arc
	r         float64 // px, the radius of an arc
	shape     int     // whose piece it is
	vertex    int     // about which an arc turns, or from which a side starts
	next      int     // vertex to which a side leads
	from, end float64 // share of the way between both vertices at which a and b are
}

// New returns the outline of shapes, which may overlap and touch.
func New(shapes []sim.Shape) (*Outline, error) {
	o := &Outline{shapes: shapes}
	for i := range shapes {
		if err := check(&shapes[i]); err != nil {
			return nil, fmt.Errorf("shape %d: %w", i, err)
		}
	}
	for i := range shapes {
		for _, p := range pieces(&shapes[i], i) {
			o.pieces = append(o.pieces, o.outside(p)...)
		}
	}
	return o, nil
}

// check refuses what has no area or is no shape.
func check(s *sim.Shape) error {
	least, rounded := 0, true
	switch s.Kind {
	case sim.Circle:
		least = 1
	case sim.Segment:
		least = 2
	case sim.Polygon:
		least, rounded = 3, false
	default:
		return fmt.Errorf("kind %q must be circle, segment or polygon", s.Kind)
	}
	if n := len(s.Vertices); n < least || s.Kind != sim.Polygon && n > least {
		return fmt.Errorf("a %s cannot have %d vertices", s.Kind, n)
	}
	if !(s.Radius >= 0 && s.Radius <= maxReach) || rounded && s.Radius == 0 {
		return fmt.Errorf("radius %v px of a %s must be positive and at most %v", s.Radius, s.Kind, maxReach)
	}
	for _, v := range s.Vertices {
		if !(math.Abs(v.X) <= maxReach && math.Abs(v.Y) <= maxReach) {
			return fmt.Errorf("vertex [%v, %v] px must lie within %v of the body's middle", v.X, v.Y, maxReach)
		}
	}
	return nil
}

// pieces returns the outline of one shape, counter-clockwise, in arcs of a quarter turn at most.
func pieces(s *sim.Shape, shape int) (out []piece) {
	n := len(s.Vertices)
	if n == 1 {
		return arcs(out, s.Vertices[0], s.Radius, 0, 2*math.Pi, shape, 0)
	}
	for i, v := range s.Vertices {
		next := (i + 1) % n
		way := s.Vertices[next].Sub(v)
		length := way.Len()
		if length == 0 {
			continue // a vertex that stands twice
		}
		normal := sim.Vec{X: way.Y / length, Y: -way.X / length}
		away := normal.Scale(s.Radius)
		out = append(out, piece{a: v.Add(away), b: s.Vertices[next].Add(away), shape: shape, vertex: i, next: next, end: 1})
		if s.Radius > 0 {
			after := normal
			for k := range n { // the side after the next vertex
				w := s.Vertices[(next+1+k)%n].Sub(s.Vertices[next])
				if l := w.Len(); l > 0 {
					after = sim.Vec{X: w.Y / l, Y: -w.X / l}
					break
				}
			}
			turn := math.Atan2(normal.Cross(after), normal.Dot(after))
			if n == 2 {
				turn = math.Pi
			}
			out = arcs(out, s.Vertices[next], s.Radius, math.Atan2(normal.Y, normal.X), turn, shape, next)
		}
	}
	return out
}

// arcs appends arcs about a vertex that together turn by an angle.
func arcs(out []piece, c sim.Vec, r, from, turn float64, shape, vertex int) []piece {
	if !(turn > 0) {
		return out
	}
	count := int(math.Ceil(turn/(math.Pi/2) - 1e-9))
	at := func(k int) sim.Vec {
		if turn == 2*math.Pi {
			k %= count // the last arc ends exactly where the first starts
		}
		sin, cos := math.Sincos(from + turn*float64(k)/float64(count))
		return sim.Vec{X: c.X + r*cos, Y: c.Y + r*sin}
	}
	for k := range count {
		out = append(out, piece{a: at(k), b: at(k + 1), arc: true, c: c, r: r, shape: shape, vertex: vertex})
	}
	return out
}

// outside returns the parts of a piece that are the outline of the union: those that have no other shape at their right.
// Where two shapes have a part of their outlines in common, it counts for the first.
func (o *Outline) outside(p piece) []piece {
	cuts := []float64{0, 1}
	for j := range o.shapes {
		if j == p.shape {
			continue
		}
		for _, q := range pieces(&o.shapes[j], j) {
			cuts = p.cuts(cuts, &q)
		}
	}
	slices.Sort(cuts)
	var out []piece
	for k := 1; k < len(cuts); k++ {
		if part := p.part(cuts[k-1], cuts[k]); cuts[k]-cuts[k-1] > 1e-12 && !o.hidden(&part) {
			if n := len(out); n > 0 && out[n-1].b == part.a {
				out[n-1].b, out[n-1].end = part.b, part.end // a cut that changed nothing
				continue
			}
			out = append(out, part)
		}
	}
	return out
}

// hidden reports whether another shape covers the right of a piece, or an earlier one has the same outline there.
func (o *Outline) hidden(p *piece) bool {
	middle := p.at(0.5)
	normal := middle.Sub(p.c).Scale(1 / p.r)
	if !p.arc {
		way := p.b.Sub(p.a)
		normal = sim.Vec{X: way.Y, Y: -way.X}.Scale(1 / way.Len())
	}
	const near = 1e-6 // px; rounding is smaller, and nothing as narrow is seen
	for j := range o.shapes {
		if j == p.shape {
			continue
		}
		outer := o.shapes[j].Distance(middle.Add(normal.Scale(near))) < 0
		inner := o.shapes[j].Distance(middle.Sub(normal.Scale(near))) < 0
		if outer || inner && j < p.shape {
			return true
		}
	}
	return false
}

// at returns the point at a share of the way along a piece.
func (p *piece) at(share float64) sim.Vec {
	switch share {
	case 0:
		return p.a
	case 1:
		return p.b
	}
	if !p.arc {
		return p.a.Add(p.b.Sub(p.a).Scale(share))
	}
	return p.c.Add(p.a.Sub(p.c).Rotate(share * p.turn()))
}

// turn returns the angle of an arc in rad.
func (p *piece) turn() float64 {
	u, v := p.a.Sub(p.c), p.b.Sub(p.c)
	return math.Atan2(u.Cross(v), u.Dot(v))
}

// part returns the piece between two shares of the way.
func (p *piece) part(from, end float64) piece {
	part := *p
	part.a, part.b = p.at(from), p.at(end)
	part.from, part.end = p.from+from*(p.end-p.from), p.from+end*(p.end-p.from)
	return part
}

// cuts appends the shares of the way along p at which the line or the circle of q crosses it.
func (p *piece) cuts(cuts []float64, q *piece) []float64 {
	add := func(at sim.Vec) {
		way := p.b.Sub(p.a)
		share := at.Sub(p.a).Dot(way) / way.Dot(way)
		if p.arc {
			u, v := p.a.Sub(p.c), at.Sub(p.c)
			share = math.Atan2(u.Cross(v), u.Dot(v)) / p.turn()
		}
		if share > 1e-12 && share < 1-1e-12 {
			cuts = append(cuts, share)
		}
	}
	switch {
	case !p.arc && !q.arc:
		d, e := p.b.Sub(p.a), q.b.Sub(q.a)
		if cross := d.Cross(e); cross != 0 {
			add(p.a.Add(d.Scale(q.a.Sub(p.a).Cross(e) / cross)))
		}
		add(q.a) // on one line, where the other starts and ends
		add(q.b)
	case p.arc && q.arc:
		d := q.c.Sub(p.c)
		far := d.Len()
		if far == 0 {
			add(q.a)
			add(q.b)
			return cuts
		}
		along := (far*far + p.r*p.r - q.r*q.r) / (2 * far)
		if half := p.r*p.r - along*along; half >= 0 {
			foot, side := p.c.Add(d.Scale(along/far)), sim.Vec{X: -d.Y, Y: d.X}.Scale(math.Sqrt(half)/far)
			add(foot.Add(side))
			add(foot.Sub(side))
		}
	default:
		line, arc := p, q
		if p.arc {
			line, arc = q, p
		}
		d := line.b.Sub(line.a)
		d = d.Scale(1 / d.Len())
		along := arc.c.Sub(line.a).Dot(d)
		foot := line.a.Add(d.Scale(along))
		away := arc.c.Sub(foot)
		if half := arc.r*arc.r - away.Dot(away); half >= 0 {
			add(foot.Add(d.Scale(math.Sqrt(half))))
			add(foot.Sub(d.Scale(math.Sqrt(half))))
		}
	}
	return cuts
}
