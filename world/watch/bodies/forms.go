package bodies

import (
	"math"
	"slices"

	"orrery/sim"
	"orrery/sim/polygon"
	"orrery/world/watch/cover"
)

// disc is a disc.
type disc struct{ radius float64 }

func (d disc) shapes() []sim.Shape {
	return []sim.Shape{sim.NewShape(sim.Circle, d.radius, sim.Surface{}, sim.Vec{})}
}
func (d disc) motions() []cover.Motion { return []cover.Motion{{Radius: []float64{1}}} }
func (d disc) sizes() []float64        { return []float64{d.radius} }
func (d disc) turns() bool             { return false }
func (d disc) with(s []float64) form {
	if !(s[0] > 0.5) {
		return nil
	}
	return disc{s[0]}
}

// capsule is a line grown by a radius.
type capsule struct{ half, radius float64 }

func (c capsule) shapes() []sim.Shape {
	return []sim.Shape{sim.NewShape(sim.Segment, c.radius, sim.Surface{}, sim.Vec{X: -c.half}, sim.Vec{X: c.half})}
}
func (c capsule) motions() []cover.Motion {
	return []cover.Motion{{Vertices: [][]sim.Vec{{{X: -1}, {X: 1}}}}, {Radius: []float64{1}}}
}
func (c capsule) sizes() []float64 { return []float64{c.half, c.radius} }
func (c capsule) turns() bool      { return true }
func (c capsule) with(s []float64) form {
	if !(s[0] > 0.12*s[1] && s[1] > 0.5) { // or it is a disc
		return nil
	}
	return capsule{s[0], s[1]}
}

// box is a rectangle.
type box struct{ halfWidth, halfHeight float64 }

func (b box) shapes() []sim.Shape {
	w, h := b.halfWidth, b.halfHeight
	return []sim.Shape{sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{X: w, Y: -h}, sim.Vec{X: w, Y: h}, sim.Vec{X: -w, Y: h}, sim.Vec{X: -w, Y: -h})}
}
func (b box) motions() []cover.Motion {
	return []cover.Motion{{Vertices: [][]sim.Vec{{{X: 1}, {X: 1}, {X: -1}, {X: -1}}}}, {Vertices: [][]sim.Vec{{{Y: -1}, {Y: 1}, {Y: 1}, {Y: -1}}}}}
}
func (b box) sizes() []float64 { return []float64{b.halfWidth, b.halfHeight} }
func (b box) turns() bool      { return true }
func (b box) with(s []float64) form {
	if !(s[0] > 0.5 && s[1] > 0.5) {
		return nil
	}
	return box{s[0], s[1]}
}

// square is a rectangle whose sides are equal.
type square struct{ half float64 }

func (q square) shapes() []sim.Shape { return box{q.half, q.half}.shapes() }
func (q square) motions() []cover.Motion {
	return []cover.Motion{{Vertices: [][]sim.Vec{{{X: 1, Y: -1}, {X: 1, Y: 1}, {X: -1, Y: 1}, {X: -1, Y: -1}}}}}
}
func (q square) sizes() []float64 { return []float64{q.half} }
func (q square) turns() bool      { return true }
func (q square) with(s []float64) form {
	if !(s[0] > 0.5) {
		return nil
	}
	return square{s[0]}
}

// outlined is what an outline of corners encloses: a polygon, or several where it is concave.
type outlined struct {
	corners []sim.Vec
	parts   [][]int // corners of each convex part
}

// outlinedBy returns the form of an outline, or nil when it crosses itself.
func outlinedBy(corners []sim.Vec) form {
	if len(corners) < 3 || len(corners) > 40 {
		return nil
	}
	if polygon.Area(corners) < 0 {
		corners = slices.Clone(corners)
		slices.Reverse(corners)
	}
	convex, err := polygon.Convex(corners)
	if err != nil {
		return nil
	}
	o := outlined{corners: corners}
	for _, part := range convex {
		var list []int
		for _, v := range part {
			k := slices.Index(corners, v)
			if k < 0 {
				return nil
			}
			list = append(list, k)
		}
		o.parts = append(o.parts, list)
	}
	return o
}

func (o outlined) shapes() (out []sim.Shape) {
	for _, part := range o.parts {
		var vertices []sim.Vec
		for _, k := range part {
			vertices = append(vertices, o.corners[k])
		}
		out = append(out, sim.NewShape(sim.Polygon, 0, sim.Surface{}, vertices...))
	}
	return out
}

func (o outlined) motions() (out []cover.Motion) {
	for k := range o.corners {
		for _, way := range [2]sim.Vec{{X: 1}, {Y: 1}} {
			var m cover.Motion
			for _, part := range o.parts {
				list := make([]sim.Vec, len(part))
				for i, corner := range part {
					if corner == k {
						list[i] = way
					}
				}
				m.Vertices = append(m.Vertices, list)
			}
			out = append(out, m)
		}
	}
	return out
}

func (o outlined) sizes() (out []float64) {
	for _, v := range o.corners {
		out = append(out, v.X, v.Y)
	}
	return out
}
func (o outlined) turns() bool { return true }
func (o outlined) with(s []float64) form {
	corners := make([]sim.Vec, len(o.corners))
	for k := range corners {
		corners[k] = sim.Vec{X: s[2*k], Y: s[2*k+1]}
	}
	if f := outlinedBy(corners); f != nil && len(f.(outlined).corners) == len(corners) {
		return f
	}
	return nil
}

// centred returns shapes moved so that the middle of their area is the origin, and where it was. Shapes overlap nowhere.
func centred(shapes []sim.Shape) ([]sim.Shape, sim.Vec) {
	var area float64
	var first sim.Vec
	for _, s := range shapes {
		a, c, _ := polygon.Measure(s.Vertices, s.Radius)
		area += a
		first = first.Add(c.Scale(a))
	}
	if !(area > 0) {
		return shapes, sim.Vec{}
	}
	middle := first.Scale(1 / area)
	out := slices.Clone(shapes)
	for i := range out {
		out[i].Vertices = slices.Clone(out[i].Vertices)
		for k := range out[i].Vertices {
			out[i].Vertices[k] = out[i].Vertices[k].Sub(middle)
		}
	}
	return out, middle
}

// alike returns how many turns of a form look the same, as look.Body says.
func alike(f form) int {
	switch f := f.(type) {
	case disc:
		return 0
	case capsule:
		return 2
	case square:
		return 4
	case box:
		if math.Abs(f.halfWidth-f.halfHeight) < 0.1 {
			return 4
		}
		return 2
	case outlined:
		return orderOf(f.corners)
	}
	return 1
}

// orderOf returns the order of an outline's symmetry under turns.
func orderOf(corners []sim.Vec) int {
	n := len(corners)
	var middle sim.Vec
	for _, v := range corners {
		middle = middle.Add(v.Scale(1 / float64(n)))
	}
	for order := n; order > 1; order-- {
		if n%order != 0 {
			continue
		}
		same := true
		for k, v := range corners {
			turned := v.Sub(middle).Rotate(2 * math.Pi / float64(order))
			same = same && turned.Sub(corners[(k+n/order)%n].Sub(middle)).Len() < 0.25
		}
		if same {
			return order
		}
	}
	return 1
}
