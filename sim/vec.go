package sim

import "math"

// Vec is a point or a vector in the plane, in metres unless said otherwise. In
// JSON it is the pair [x, y].
type Vec struct {
	X, Y float64 // m, unless said otherwise
}

// Add returns v + w, in the unit of both.
func (v Vec) Add(w Vec) Vec { return Vec{v.X + w.X, v.Y + w.Y} }

// Sub returns v − w, in the unit of both.
func (v Vec) Sub(w Vec) Vec { return Vec{v.X - w.X, v.Y - w.Y} }

// Scale returns s·v, in the unit of s times that of v.
func (v Vec) Scale(s float64) Vec { return Vec{s * v.X, s * v.Y} }

// Dot returns the inner product of v and w, in the product of their units.
func (v Vec) Dot(w Vec) float64 { return v.X*w.X + v.Y*w.Y }

// Cross returns the z component of v × w, in the product of their units.
func (v Vec) Cross(w Vec) float64 { return v.X*w.Y - v.Y*w.X }

// Len returns the length of v, in the unit of v.
func (v Vec) Len() float64 { return math.Hypot(v.X, v.Y) }

// Perp returns v turned counter-clockwise by a right angle, in the unit of v.
func (v Vec) Perp() Vec { return Vec{-v.Y, v.X} }

// Rotate returns v turned counter-clockwise by angle radians.
func (v Vec) Rotate(angle float64) Vec {
	s, c := math.Sincos(angle)
	return Vec{c*v.X - s*v.Y, s*v.X + c*v.Y}
}
