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

func (d disc) Shapes() []sim.Shape {
	return []sim.Shape{sim.NewShape(sim.Circle, d.radius, sim.Surface{}, sim.Vec{})}
}
func (d disc) Motions() []cover.Motion { return []cover.Motion{{Radius: []float64{1}}} }
func (d disc) Sizes() []float64        { return []float64{d.radius} }
func (d disc) Turns() bool             { return false }
func (d disc) With(s []float64) cover.Form {
	if !(s[0] > 0.5) {
		return nil
	}
	return disc{s[0]}
}

// capsule is a line grown by a radius.
type capsule struct{ half, radius float64 }

func (c capsule) Shapes() []sim.Shape {
	return []sim.Shape{sim.NewShape(sim.Segment, c.radius, sim.Surface{}, sim.Vec{X: -c.half}, sim.Vec{X: c.half})}
}
func (c capsule) Motions() []cover.Motion {
	return []cover.Motion{{Vertices: [][]sim.Vec{{{X: -1}, {X: 1}}}}, {Radius: []float64{1}}}
}
func (c capsule) Sizes() []float64 { return []float64{c.half, c.radius} }
func (c capsule) Turns() bool      { return true }
func (c capsule) With(s []float64) cover.Form {
	if !(s[0] > 0.12*s[1] && s[1] > 0.5) { // or it is a disc
		return nil
	}
	return capsule{s[0], s[1]}
}

// box is a rectangle.
type box struct{ halfWidth, halfHeight float64 }

func (b box) Shapes() []sim.Shape {
	w, h := b.halfWidth, b.halfHeight
	return []sim.Shape{sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{X: w, Y: -h}, sim.Vec{X: w, Y: h}, sim.Vec{X: -w, Y: h}, sim.Vec{X: -w, Y: -h})}
}
func (b box) Motions() []cover.Motion {
	return []cover.Motion{{Vertices: [][]sim.Vec{{{X: 1}, {X: 1}, {X: -1}, {X: -1}}}}, {Vertices: [][]sim.Vec{{{Y: -1}, {Y: 1}, {Y: 1}, {Y: -1}}}}}
}
func (b box) Sizes() []float64 { return []float64{b.halfWidth, b.halfHeight} }
func (b box) Turns() bool      { return true }
func (b box) With(s []float64) cover.Form {
	if !(s[0] > 0.5 && s[1] > 0.5) {
		return nil
	}
	return box{s[0], s[1]}
}

// square is a rectangle whose sides are equal.
type square struct{ half float64 }

func (q square) Shapes() []sim.Shape { return box{q.half, q.half}.Shapes() }
func (q square) Motions() []cover.Motion {
	return []cover.Motion{{Vertices: [][]sim.Vec{{{X: 1, Y: -1}, {X: 1, Y: 1}, {X: -1, Y: 1}, {X: -1, Y: -1}}}}}
}
func (q square) Sizes() []float64 { return []float64{q.half} }
func (q square) Turns() bool      { return true }
func (q square) With(s []float64) cover.Form {
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
func outlinedBy(corners []sim.Vec) cover.Form {
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

func (o outlined) Shapes() (out []sim.Shape) {
	for _, part := range o.parts {
		var vertices []sim.Vec
		for _, k := range part {
			vertices = append(vertices, o.corners[k])
		}
		out = append(out, sim.NewShape(sim.Polygon, 0, sim.Surface{}, vertices...))
	}
	return out
}

func (o outlined) Motions() (out []cover.Motion) {
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

func (o outlined) Sizes() (out []float64) {
	for _, v := range o.corners {
		out = append(out, v.X, v.Y)
	}
	return out
}
func (o outlined) Turns() bool { return true }
func (o outlined) With(s []float64) cover.Form {
	corners := make([]sim.Vec, len(o.corners))
	for k := range corners {
		corners[k] = sim.Vec{X: s[2*k], Y: s[2*k+1]}
	}
	if f := outlinedBy(corners); f != nil && len(f.(outlined).corners) == len(corners) {
		return f
	}
	return nil
}

// Simple returns the forms of one or two sizes that may have an area in px², and standard deviations in px along their
// longest direction, which becomes x, and across.
func Simple(area, long, short float64) []cover.Form {
	list := []cover.Form{box{long * math.Sqrt(3), short * math.Sqrt(3)}}
	if long < 1.3*short {
		list = append(list, disc{math.Sqrt(area / math.Pi)}, square{(long + short) / 2 * math.Sqrt(3)})
	}
	radius := 1.8 * short
	if half := long*math.Sqrt(3) - 0.85*radius; half > 0.15*radius {
		list = append(list, capsule{half, radius})
	}
	return list
}

// rounded is the px that vertices may be off by rounding.
const rounded = 1e-6

// Of returns the form that makes shapes, or nil for several shapes, of which it is not known what their sizes are.
func Of(shapes []sim.Shape) cover.Form {
	if len(shapes) != 1 {
		return nil
	}
	s := &shapes[0]
	switch s.Kind {
	case sim.Circle:
		return disc{s.Radius}
	case sim.Segment:
		if way := s.Vertices[1].Sub(s.Vertices[0]); math.Abs(way.Y) < rounded {
			return capsule{way.X / 2, s.Radius}
		}
	case sim.Polygon:
		v := s.Vertices
		b := box{math.Abs(v[0].X), math.Abs(v[0].Y)}
		for _, f := range []cover.Form{square{b.halfWidth}, b} {
			if slices.EqualFunc(f.Shapes()[0].Vertices, v, func(a, b sim.Vec) bool { return a.Sub(b).Len() < rounded }) {
				return f
			}
		}
		return outlinedBy(v)
	}
	return nil
}

// isSimple reports whether a form has no outline of its own: it is a disc, a capsule or a box.
func isSimple(f cover.Form) bool {
	_, outlined := f.(outlined)
	return !outlined
}

// Centred returns shapes in px, moved so that the middle of their area is the origin, and where that was in px. Shapes overlap nowhere.
func Centred(shapes []sim.Shape) ([]sim.Shape, sim.Vec) {
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

// Alike returns how many turns of a form look the same, as look.Body says.
func Alike(f cover.Form) int {
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
