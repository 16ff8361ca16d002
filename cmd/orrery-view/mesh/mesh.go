package mesh

import (
	"math"

	"orrery/sim/render"
)

// Vertex is a corner of a triangle.
type Vertex struct {
	X, Y       float32 // px, on the screen
	R, G, B, A float32 // 0 to 1, premultiplied by A
	U, V       float32 // px, in the picture of Letters, by which the colour is multiplied
}

// white is in the middle of pixels of the picture of letters that are full.
const white = 1.5

// Mesh is a list of triangles, three indices of vertices each, later ones on top.
type Mesh struct {
	Vertices []Vertex
	Indices  []uint32 // [3·number of triangles] places in Vertices

	normals []render.Point // of the sides of the line being added
}

// Reset empties the mesh and keeps its memory.
func (m *Mesh) Reset() { m.Vertices, m.Indices = m.Vertices[:0], m.Indices[:0] }

// Add appends the triangles of a path's fill and then of its stroke.
func (m *Mesh) Add(path *render.Path) {
	if path.Fill.A > 0 {
		for _, contour := range path.Contours {
			m.fill(contour, path.Fill, len(path.Contours) == 1)
		}
	}
	if path.Stroke.Width > 0 && path.Stroke.Colour.A > 0 {
		lines, closed := path.Lines()
		for _, line := range lines {
			m.stroke(line, closed && len(line) > 2, &path.Stroke)
		}
	}
}

// ink is a colour at an opacity.
type ink struct{ r, g, b, a float32 }

func newInk(c render.Colour) ink {
	a := float32(c.A) / 255
	return ink{a * float32(c.R) / 255, a * float32(c.G) / 255, a * float32(c.B) / 255, a}
}

func (i ink) faded(share float32) ink { return ink{share * i.r, share * i.g, share * i.b, share * i.a} }

func (m *Mesh) vertex(p render.Point, i ink) uint32 {
	m.Vertices = append(m.Vertices, Vertex{float32(p.X), float32(p.Y), i.r, i.g, i.b, i.a, white, white})
	return uint32(len(m.Vertices) - 1)
}

func (m *Mesh) triangle(a, b, c uint32) { m.Indices = append(m.Indices, a, b, c) }

func (m *Mesh) quad(a, b, c, d uint32) { m.Indices = append(m.Indices, a, b, c, a, c, d) }

// feather is half the width in pixels of a smooth edge.
const feather = 0.5

// fill adds a convex contour: a fan, and round it the smooth edge.
func (m *Mesh) fill(contour []render.Point, colour render.Colour, smooth bool) {
	n := len(contour)
	if n < 3 || !finite(contour) {
		return
	}
	solid := newInk(colour)
	clear := ink{}
	first := uint32(len(m.Vertices))
	outwards := feather
	if area(contour) > 0 {
		outwards = -feather // y points down, so this one is clockwise on the screen
	}
	if smooth {
		m.measure(contour)
	}
	for i, p := range contour {
		if !smooth {
			m.vertex(p, solid)
			continue
		}
		d := mitre(m.normals[(i+n-1)%n], m.normals[i])
		offset := render.Point{X: outwards * d.X, Y: outwards * d.Y}
		m.vertex(render.Point{X: p.X - offset.X, Y: p.Y - offset.Y}, solid)
		m.vertex(render.Point{X: p.X + offset.X, Y: p.Y + offset.Y}, clear)
	}
	stride := uint32(1)
	if smooth {
		stride = 2
	}
	for i := range uint32(n) {
		next := (i + 1) % uint32(n)
		if i > 0 && next > 0 {
			m.triangle(first, first+stride*i, first+stride*next)
		}
		if smooth {
			m.quad(first+2*i, first+2*i+1, first+2*next+1, first+2*next)
		}
	}
}

// area returns twice the signed area of a contour.
func area(contour []render.Point) float64 {
	sum := 0.0
	for i, p := range contour {
		q := contour[(i+1)%len(contour)]
		sum += p.X*q.Y - p.Y*q.X
	}
	return sum
}

// measure finds the normals of the sides that begin at each point, the last of which
// leads back to the first.
func (m *Mesh) measure(points []render.Point) {
	m.normals = m.normals[:0]
	for i, p := range points {
		next := i + 1
		if next == len(points) {
			next = 0
		}
		m.normals = append(m.normals, normal(p, points[next]))
	}
}

// normal returns the unit vector to the right, on the screen, of someone who walks
// from p to q, or nothing when they are the same.
func normal(p, q render.Point) render.Point {
	dx, dy := q.X-p.X, q.Y-p.Y
	length := math.Sqrt(dx*dx + dy*dy) // finite points are near enough not to overflow
	if length == 0 {
		return render.Point{}
	}
	return render.Point{X: -dy / length, Y: dx / length}
}

// mitre returns by what a corner moves when both its sides, whose normals are given,
// move by one. It is cut short where they almost turn back.
func mitre(in, out render.Point) render.Point {
	if in == (render.Point{}) {
		return out
	}
	if out == (render.Point{}) {
		return in
	}
	scale := 1 / max(1+in.X*out.X+in.Y*out.Y, 0.25)
	return render.Point{X: scale * (in.X + out.X), Y: scale * (in.Y + out.Y)}
}

// finite reports whether no coordinate would leave the numbers of a card.
func finite(points []render.Point) bool {
	for _, p := range points {
		if !(math.Abs(p.X) < 1e6 && math.Abs(p.Y) < 1e6) {
			return false
		}
	}
	return true
}
