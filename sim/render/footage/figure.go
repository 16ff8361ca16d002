package footage

import (
	"math"

	"orrery/sim"
	"orrery/sim/render"
)

// samples is the number of samples along each side of a pixel that an edge crosses; a moving body has fewer in each of its many poses.
const (
	samples       = 16
	movingSamples = 8
)

// halfDiagonal is how far, in px, a corner of a pixel is from its middle, and a little more.
const halfDiagonal = 0.7072

// colour is red, green and blue, 0 to 255.
type colour [3]float32

func colourOf(c render.Colour) colour {
	return colour{float32(c.R), float32(c.G), float32(c.B)}
}

// figure is what a body looks like, in its frame in px.
type figure struct {
	shapes []sim.Shape
	reach  float64 // px, from the origin to the furthest point
	colour colour
	mark   sim.Shape // a part of the body in another colour
	marked colour
}

// newFigure returns shapes in metres as they look at a scale in px per metre.
func newFigure(shapes []sim.Shape, scale float64) figure {
	var f figure
	for _, shape := range shapes {
		shape.Radius *= scale
		vertices := make([]sim.Vec, len(shape.Vertices))
		for k, v := range shape.Vertices {
			vertices[k] = v.Scale(scale)
			f.reach = max(f.reach, vertices[k].Len()+shape.Radius)
		}
		shape.Vertices = vertices
		f.shapes = append(f.shapes, shape)
	}
	return f
}

// palette has colours that differ from each other, from the ground and from the walls.
var palette = []colour{
	{206, 44, 46}, {16, 92, 190}, {0, 144, 80}, {240, 150, 16}, {130, 58, 168}, {0, 166, 190},
	{226, 76, 150}, {140, 128, 12}, {120, 72, 40}, {28, 34, 96}, {126, 198, 44}, {40, 42, 44},
}

// paint gives the figure of body i its colours; its middle is in px.
func (f *figure) paint(p Paint, i int, middle sim.Vec) {
	f.colour = palette[i%len(palette)]
	for k := range f.colour {
		f.colour[k] *= 1 - 0.25*float32(i/len(palette)%3)
	}
	switch p {
	case Alike:
		f.colour = palette[0]
	case Marked:
		// A stripe from near the middle outwards, so that half a turn is seen, too.
		r := f.reach
		corner := func(x, y float64) sim.Vec { return middle.Add(sim.Vec{X: x * r, Y: y * r}) }
		f.mark = sim.NewShape(sim.Polygon, 0, sim.Surface{}, corner(0.1, -0.15), corner(2, -0.15), corner(2, 0.15), corner(0.1, 0.15))
		f.marked = colour{250, 236, 120}
		if i%len(palette) == 3 { // orange is too near to it
			f.marked = colour{30, 40, 60}
		}
	}
}

// distance returns how far a point of the frame is outside the figure, in px; inside, where it is
// negative, it may be less deep than this says.
func (f *figure) distance(v sim.Vec) float64 {
	nearest := math.Inf(1)
	for i := range f.shapes {
		nearest = min(nearest, distance(&f.shapes[i], v))
	}
	return nearest
}

// distance returns what Shape.Distance does, with one root.
func distance(s *sim.Shape, p sim.Vec) float64 {
	square, outside := math.Inf(1), len(s.Vertices) < 3
	a := s.Vertices[len(s.Vertices)-1]
	for _, b := range s.Vertices {
		edge, to := b.Sub(a), p.Sub(a)
		outside = outside || edge.Cross(to) < 0
		if length := edge.Dot(edge); length > 0 {
			to = to.Sub(edge.Scale(min(max(to.Dot(edge)/length, 0), 1)))
		}
		square = min(square, to.Dot(to))
		a = b
	}
	if outside {
		return math.Sqrt(square) - s.Radius
	}
	return -math.Sqrt(square) - s.Radius
}

// holds reports whether a point of the frame is inside the figure.
func (f *figure) holds(v sim.Vec) bool {
	for i := range f.shapes {
		if holds(&f.shapes[i], v) {
			return true
		}
	}
	return false
}

// holds reports whether a point is inside a shape: whether distance is not above 0, but faster.
func holds(s *sim.Shape, p sim.Vec) bool {
	square := s.Radius * s.Radius
	outside := len(s.Vertices) < 3
	a := s.Vertices[len(s.Vertices)-1]
	for _, b := range s.Vertices {
		edge, to := b.Sub(a), p.Sub(a)
		outside = outside || edge.Cross(to) < 0
		if square > 0 {
			if length := edge.Dot(edge); length > 0 {
				to = to.Sub(edge.Scale(min(max(to.Dot(edge)/length, 0), 1)))
			}
			if to.Dot(to) <= square {
				return true
			}
		} else if outside && len(s.Vertices) >= 3 {
			return false
		}
		a = b
	}
	return !outside
}

// toMark returns how far a point of the frame is outside the mark, in px.
func (f *figure) toMark(v sim.Vec) float64 {
	if f.mark.Vertices == nil {
		return math.Inf(1)
	}
	return distance(&f.mark, v)
}

// cover returns how much of the square of 1 px around a point the figure covers, and the sum of the colours there.
// The square stands as the frame does after a turn by −angle, whose sine and cosine are given.
func (f *figure) cover(v sim.Vec, sin, cos float64, n int) (share float32, sum colour) {
	edge, mark := f.distance(v), f.toMark(v)
	if edge >= halfDiagonal {
		return 0, colour{}
	}
	if edge <= -halfDiagonal && math.Abs(mark) >= halfDiagonal {
		if mark < 0 {
			return 1, f.marked
		}
		return 1, f.colour
	}
	var plain, marked int
	for row := range n {
		dy := (float64(row)+0.5)/float64(n) - 0.5
		for column := range n {
			dx := (float64(column)+0.5)/float64(n) - 0.5
			at := sim.Vec{X: v.X + cos*dx + sin*dy, Y: v.Y + cos*dy - sin*dx}
			switch {
			case !f.holds(at):
			case f.toMark(at) <= 0:
				marked++
			default:
				plain++
			}
		}
	}
	for k := range sum {
		sum[k] = (float32(plain)*f.colour[k] + float32(marked)*f.marked[k]) / float32(n*n)
	}
	return float32(plain+marked) / float32(n*n), sum
}

// middle returns the middle of the area that the figure covers, in px of its frame. Shapes that overlap count once.
func (f *figure) middle() sim.Vec {
	if len(f.shapes) == 0 {
		return sim.Vec{}
	}
	// A grid of about 200 squares across, whatever the size in px.
	side := 2 * f.reach / 200
	fine := newFigure(f.shapes, 1/side)
	var sum sim.Vec
	var area float64
	for row := -102; row <= 102; row++ {
		for column := -102; column <= 102; column++ {
			at := sim.Vec{X: float64(column), Y: float64(row)}
			share, _ := fine.cover(at, 0, 1, samples)
			sum, area = sum.Add(at.Scale(float64(share))), area+float64(share)
		}
	}
	if !(area > 0) {
		return sim.Vec{}
	}
	return sum.Scale(side / area)
}
