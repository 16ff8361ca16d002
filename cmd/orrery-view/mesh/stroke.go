package mesh

import (
	"math"

	"orrery/sim/render"
)

// pen draws a stroke: a core of full opacity up to inner pixels
// from its middle, and nothing beyond outer.
type pen struct {
	ink          ink
	inner, outer float64
}

func newPen(s *render.Stroke) pen {
	p := pen{newInk(s.Colour), s.Width/2 - feather, s.Width/2 + feather}
	if p.inner < 0 { // a hairline is not thinner but paler
		p.ink, p.inner, p.outer = p.ink.faded(float32(s.Width)), 0, 2*feather
	}
	return p
}

// stroke adds a line, which is closed or has ends.
func (m *Mesh) stroke(points []render.Point, closed bool, s *render.Stroke) {
	if !finite(points) {
		return
	}
	pen, n := newPen(s), len(points)
	if n == 1 {
		if s.Round {
			m.cap(points[0], render.Point{X: 1}, pen, 2*math.Pi)
		}
		return
	}
	m.measure(points)
	in, out := m.normals[n-1], m.normals[0]
	before := m.section(points[0], out, pen) // at which the strip goes on
	if closed && slight(in, out) {
		before = m.section(points[0], mitre(in, out), pen)
	}
	for i := 1; i < n-1 || closed && i < n; i++ {
		before = m.corner(before, points[i], m.normals[i-1], m.normals[i], pen)
	}
	if closed {
		m.corner(before, points[0], in, out, pen) // the last side joins the first
		return
	}
	m.strip(before, m.section(points[n-1], m.normals[n-2], pen))
	if s.Round {
		m.cap(points[0], out, pen, math.Pi)
		m.cap(points[n-1], opposite(m.normals[n-2]), pen, math.Pi)
	}
}

func opposite(p render.Point) render.Point { return render.Point{X: -p.X, Y: -p.Y} }

// section adds the four vertices across a line at p, from side to side, and
// returns the first.
func (m *Mesh) section(p, across render.Point, pen pen) uint32 {
	at := func(offset float64) render.Point {
		return render.Point{X: p.X + offset*across.X, Y: p.Y + offset*across.Y}
	}
	first := m.vertex(at(-pen.outer), ink{})
	m.vertex(at(-pen.inner), pen.ink)
	m.vertex(at(pen.inner), pen.ink)
	m.vertex(at(pen.outer), ink{})
	return first
}

// strip joins two sections.
func (m *Mesh) strip(a, b uint32) {
	for k := range uint32(3) {
		m.quad(a+k, a+k+1, b+k+1, b+k)
	}
}

// corner ends the strip of one side at p and returns where that of the next goes
// on. A slight bend has one section for both; a sharp one is rounded by a disc.
func (m *Mesh) corner(before uint32, p, in, out render.Point, pen pen) uint32 {
	if slight(in, out) {
		section := m.section(p, mitre(in, out), pen)
		m.strip(before, section)
		return section
	}
	m.strip(before, m.section(p, in, pen))
	m.cap(p, in, pen, 2*math.Pi)
	return m.section(p, out, pen)
}

// slight reports whether a line turns by at most 60 degrees between two sides.
func slight(in, out render.Point) bool { return in.X*out.X+in.Y*out.Y > 0.5 }

// cap adds a sector of a disc round p that turns from a direction onwards, away from
// the side where a line lies whose normal that is.
func (m *Mesh) cap(p, from render.Point, pen pen, turn float64) {
	pieces := max(int(math.Ceil(turn*math.Sqrt(pen.outer))), 4)
	middle := m.vertex(p, pen.ink)
	start := math.Atan2(from.Y, from.X)
	for k := range pieces + 1 {
		sin, cos := math.Sincos(start + turn*float64(k)/float64(pieces))
		inner := m.vertex(render.Point{X: p.X + pen.inner*cos, Y: p.Y + pen.inner*sin}, pen.ink)
		outer := m.vertex(render.Point{X: p.X + pen.outer*cos, Y: p.Y + pen.outer*sin}, ink{})
		if k > 0 {
			m.triangle(middle, inner-2, inner)
			m.quad(inner-2, outer-2, outer, inner)
		}
	}
}
