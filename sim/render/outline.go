package render

import (
	"cmp"
	"math"
	"slices"

	"orrery/sim"
)

// Contour returns the outline of a shape, counter-clockwise in the shape's
// frame: its hull, with an arc of the radius round each vertex when there is one.
// No point strays further than tolerance metres.
func Contour(s *sim.Shape, tolerance float64) []sim.Vec {
	if s.Radius == 0 {
		return s.Vertices
	}
	n := len(s.Vertices)
	normal := func(i int) float64 { // direction outwards from the edge after vertex i
		d := s.Vertices[(i+1)%n].Sub(s.Vertices[i%n])
		return math.Atan2(-d.X, d.Y)
	}
	var out []sim.Vec
	for i, v := range s.Vertices {
		from, turn := 0.0, 2*math.Pi
		if n > 1 {
			from = normal(i + n - 1)
			turn = math.Mod(normal(i)-from+4*math.Pi, 2*math.Pi)
		}
		// The arcs are made at a scale where the tolerance is the flatness.
		scale := flatness / tolerance
		for _, p := range arc(nil, Point{}, s.Radius*scale, from, turn) {
			out = append(out, v.Add(sim.Vec{X: p.X / scale, Y: p.Y / scale}))
		}
	}
	return out
}

// bodyContours returns the contour of each shape in the body's frame.
func bodyContours(b *sim.Body, tolerance float64) [][]sim.Vec {
	out := make([][]sim.Vec, len(b.Shapes))
	for i := range b.Shapes {
		out[i] = Contour(&b.Shapes[i], tolerance)
	}
	return out
}

// silhouette is the drawing of a body in its own frame.
type silhouette struct {
	inside [][]sim.Vec // convex contours
	edge   [][]sim.Vec // open lines, and the mark
}

// silhouettes are the silhouettes of a scene's bodies at a tolerance.
type silhouettes struct {
	scene     *sim.Scene
	tolerance float64 // m
	bodies    []silhouette
}

// silhouette returns that of body i.
func (p *Painter) silhouette(i int) *silhouette {
	if s := (&p.shapes); s.scene != p.Scene || s.tolerance != p.tolerance() {
		*s = silhouettes{p.Scene, p.tolerance(), make([]silhouette, len(p.Scene.Bodies))}
	}
	s := &p.shapes.bodies[i]
	if s.inside == nil {
		s.inside = bodyContours(&p.Scene.Bodies[i], p.shapes.tolerance)
		end := markEnd(s.inside)
		s.edge = append(unionOutline(s.inside), []sim.Vec{{X: 0.4 * end}, {X: end}})
	}
	return s
}

// unionOutline returns the visible edge of overlapping or touching convex
// contours as open lines: the parts of each that lie in no other. One contour
// alone is returned as a line that ends where it starts.
func unionOutline(contours [][]sim.Vec) [][]sim.Vec {
	var out [][]sim.Vec
	for i, contour := range contours {
		var lines [][]sim.Vec
		for k, a := range contour {
			b := contour[(k+1)%len(contour)]
			for _, piece := range uncovered(a, b, contours, i) {
				from, to := a.Add(b.Sub(a).Scale(piece[0])), a.Add(b.Sub(a).Scale(piece[1]))
				last := len(lines) - 1
				if last >= 0 && meet(lines[last][len(lines[last])-1], from) {
					lines[last] = append(lines[last], to)
				} else {
					lines = append(lines, []sim.Vec{from, to})
				}
			}
		}
		// The walk may have started in the middle of a visible line.
		if last := len(lines) - 1; last > 0 && meet(lines[last][len(lines[last])-1], lines[0][0]) {
			lines[0] = append(lines[last], lines[0][1:]...)
			lines = lines[:last]
		}
		out = append(out, lines...)
	}
	return out
}

// touching is the distance in metres below which two edges count as one. It is
// above the rounding of float32 files and far below a pixel.
const touching = 1e-5

func meet(a, b sim.Vec) bool { return a.Sub(b).Len() < touching }

// uncovered returns the stretches of edge a–b of contour number own, as shares
// of its length, that lie in no other contour.
func uncovered(a, b sim.Vec, contours [][]sim.Vec, own int) [][2]float64 {
	var covers [][2]float64
	for j, other := range contours {
		if j == own {
			continue
		}
		if from, to := inside(a, b, other, own < j); from < to {
			covers = append(covers, [2]float64{from, to})
		}
	}
	slices.SortFunc(covers, func(p, q [2]float64) int { return cmp.Compare(p[0], q[0]) })
	var out [][2]float64
	at := 0.0
	for _, c := range append(covers, [2]float64{1, 1}) {
		if c[0] > at {
			out = append(out, [2]float64{at, c[0]})
		}
		at = max(at, c[1])
	}
	return out
}

// inside returns the stretch of a–b inside a convex counter-clockwise contour,
// by clipping against each of its edges (Cyrus and Beck, 1978). An edge shared
// by two contours that both lie to its left is inside unless keep is set, so
// that exactly one of the two draws it.
func inside(a, b sim.Vec, contour []sim.Vec, keep bool) (from, to float64) {
	from, to = 0, 1
	d := b.Sub(a)
	for k, p := range contour {
		edge := contour[(k+1)%len(contour)].Sub(p)
		length := edge.Len()
		if length == 0 {
			continue
		}
		// depth is the distance of a to the inner side, slope its gain from a to b.
		depth, slope := edge.Cross(a.Sub(p))/length, edge.Cross(d)/length
		switch {
		case math.Abs(slope) < touching:
			if depth < -touching || keep && depth < touching && edge.Dot(d) > 0 {
				return 0, 0
			}
		case slope > 0:
			from = max(from, -depth/slope)
		default:
			to = min(to, -depth/slope)
		}
	}
	return from, to
}

// markEnd returns how far along the body's x axis its outline lies, in metres,
// or 0 when the axis meets no contour.
func markEnd(contours [][]sim.Vec) float64 {
	end := 0.0
	for _, contour := range contours {
		for k, p := range contour {
			q := contour[(k+1)%len(contour)]
			if p.Y <= 0 && q.Y > 0 || q.Y <= 0 && p.Y > 0 {
				end = max(end, p.X+(q.X-p.X)*p.Y/(p.Y-q.Y))
			}
		}
	}
	return end
}
