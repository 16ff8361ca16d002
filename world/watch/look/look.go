// Package look says what a body looks like in a film: the shapes it is made of
// and the colours it is painted in.
//
//	disc := look.Body{
//		Shapes: []sim.Shape{sim.NewShape(sim.Circle, 20, sim.Surface{}, sim.Vec{})},
//		Paint:  look.Plain(210, 40, 40),
//	}
//
// Lengths are pixels (px), x to the right and y up from the lower left corner of
// the picture: in a picture h px high the pixel in column c of row r, counted from
// the top, covers c to c+1 and h-r-1 to h-r. Angles are radians, counter-clockwise
// as seen. Colours are values of red, green and blue from 0 to 255, as pictures
// hold them.
package look

import (
	"math"
	"slices"

	"orrery/sim"
)

// Pose is where a body is seen: its middle in px and its angle in rad.
type Pose struct {
	X, Y, Angle float64 // px, px and rad
}

// Apply returns the point of the picture, in px, at which a point of the body's own frame is seen.
func (p Pose) Apply(v sim.Vec) sim.Vec {
	sin, cos := math.Sincos(p.Angle)
	return sim.Vec{X: p.X + cos*v.X - sin*v.Y, Y: p.Y + sin*v.X + cos*v.Y}
}

// Back returns the point of the body's own frame that is seen at a point of the picture, both in px.
func (p Pose) Back(v sim.Vec) sim.Vec {
	sin, cos := math.Sincos(p.Angle)
	dx, dy := v.X-p.X, v.Y-p.Y
	return sim.Vec{X: cos*dx + sin*dy, Y: cos*dy - sin*dx}
}

// Body is what a body looks like, in its own frame, whose origin is the middle of its area.
type Body struct {
	Shapes []sim.Shape // in px; their union is the body
	Paint  Paint
	Turns  bool // a turn can be seen: it is no disc of one colour

	// Alike is how many turns there are, of a whole turn and its equal parts, after which the body looks the same:
	// 1 for most, 2 for a plain box, 4 for a plain square, 0 for a plain disc, of which every turn looks the same.
	Alike int
}

// Reach returns the distance in px of the body's furthest point from its origin.
func (b *Body) Reach() (reach float64) {
	for _, s := range b.Shapes {
		for _, v := range s.Vertices {
			reach = max(reach, math.Hypot(v.X, v.Y)+s.Radius)
		}
	}
	return reach
}

// Colour is the red, green and blue, a number in 0 to 255 each.
type Colour [3]float32

// Paint is the colours of a body in its own frame: one for all of it, or a grid
// of them whose squares are one px wide.
type Paint struct {
	Mean          Colour
	Left, Bottom  float64  // px, the lower left corner of the grid
	Width, Height int      // squares; 0 when the body has one colour
	Grid          []Colour // [Height][Width], rows from the bottom
}

// Plain returns the paint of a body of one colour, given as a number in 0 to 255.
func Plain(red, green, blue float32) Paint {
	return Paint{Mean: Colour{red, green, blue}}
}

// At returns the colour at a point of the body's frame, in px, linear between the middles of squares and constant beyond the outermost.
func (p *Paint) At(v sim.Vec) Colour {
	if p.Width == 0 {
		return p.Mean
	}
	column, right := between(v.X-p.Left, p.Width)
	row, up := between(v.Y-p.Bottom, p.Height)
	var c Colour
	next, above := min(column+1, p.Width-1), min(row+1, p.Height-1)
	for k := range c {
		low := p.Grid[row*p.Width+column][k]*(1-right) + p.Grid[row*p.Width+next][k]*right
		high := p.Grid[above*p.Width+column][k]*(1-right) + p.Grid[above*p.Width+next][k]*right
		c[k] = low*(1-up) + high*up
	}
	return c
}

// between returns the square whose middle is at or before a place along a grid, and the share of the way to the next.
func between(place float64, squares int) (square int, share float32) {
	place = min(max(place-0.5, 0), float64(squares-1))
	square = int(place)
	return square, float32(place - float64(square))
}

// Found is a body that was found in a film.
type Found struct {
	Body
	Number      int     // number of the picture in which it is seen best
	Pose        Pose    // there
	First, Last int     // numbers of the pictures between which it is surely there
	Certain     float64 // 0 to 1, how sure it is that this is one body of that shape
	Places      []Place // where else it was seen, by picture; of bodies that look alike nobody knows which was where
}

// Place is about where a body is in a picture.
type Place struct {
	Number int     // of the picture
	X, Y   float64 // px
}

// Place returns about where the body was seen in a picture, if it was: the angle is that of its best sight.
func (f *Found) Place(number int) (pose Pose, ok bool) {
	if number == f.Number {
		return f.Pose, true
	}
	k, ok := slices.BinarySearchFunc(f.Places, number, func(p Place, number int) int { return p.Number - number })
	if !ok {
		return Pose{}, false
	}
	return Pose{X: f.Places[k].X, Y: f.Places[k].Y, Angle: f.Pose.Angle}, true
}
