package sim

import "math"

// NewDisc returns a dynamic solid disc of a radius in metres and a density in
// kg/m², at rest at the origin.
func NewDisc(radius, density float64, s Surface) Body {
	mass := density * math.Pi * radius * radius
	shape := NewShape(Circle, radius, s, Vec{})
	return Body{Kind: Dynamic, Mass: mass, Moment: mass * radius * radius / 2, Shapes: []Shape{shape}}
}

// NewBox returns a dynamic solid rectangle of half a width and half a height in
// metres and a density in kg/m², at rest at the origin.
func NewBox(halfWidth, halfHeight, density float64, s Surface) Body {
	w, h := halfWidth, halfHeight
	mass := density * 4 * w * h
	shape := NewShape(Polygon, 0, s, Vec{w, -h}, Vec{w, h}, Vec{-w, h}, Vec{-w, -h})
	return Body{Kind: Dynamic, Mass: mass, Moment: mass * (4*w*w + 4*h*h) / 12, Shapes: []Shape{shape}}
}

// NewShape returns a shape with a surface; radius and vertices are in metres.
func NewShape(kind ShapeKind, radius float64, s Surface, vertices ...Vec) Shape {
	return Shape{Kind: kind, Vertices: vertices, Radius: radius, Friction: s.Friction, Elasticity: s.Elasticity}
}

// Reach returns the distance in metres from b's centre of mass to the farthest point
// of its shapes; 0 without shapes.
func (b *Body) Reach() float64 {
	farthest := 0.0
	for i := range b.Shapes {
		for _, v := range b.Shapes[i].Vertices {
			farthest = max(farthest, v.Len()+b.Shapes[i].Radius)
		}
	}
	return farthest
}

// Distance returns how far a point is outside a shape, in metres; inside it is negative.
// The point is in the frame of the shape's vertices. The result is exact but for rounding.
func (s *Shape) Distance(p Vec) float64 {
	nearest, outside := math.Inf(1), len(s.Vertices) < 3
	for i, a := range s.Vertices {
		b := s.Vertices[(i+1)%len(s.Vertices)]
		edge := b.Sub(a)
		share := 0.0
		if length := edge.Dot(edge); length > 0 {
			share = min(max(p.Sub(a).Dot(edge)/length, 0), 1)
		}
		nearest = min(nearest, p.Sub(a.Add(edge.Scale(share))).Len())
		outside = outside || edge.Cross(p.Sub(a)) < 0
	}
	if !outside {
		nearest = -nearest
	}
	return nearest - s.Radius
}

// Energy returns the kinetic energy of the dynamic bodies in a state plus their
// potential energy in the scene's gravity, in joules; the latter is 0 at the origin.
func (s *Scene) Energy(state State) float64 {
	var sum float64
	for i, b := range s.Bodies {
		if b.Kind == Dynamic {
			v, omega := state[i].Velocity(), state[i].Omega
			sum += (b.Mass*v.Dot(v)+b.Moment*omega*omega)/2 - b.Mass*s.Gravity.Dot(state[i].Position())
		}
	}
	return sum
}

// Momentum returns the linear momentum of the dynamic bodies in a state, in kg·m/s.
func (s *Scene) Momentum(state State) Vec {
	var sum Vec
	for i, b := range s.Bodies {
		sum = sum.Add(state[i].Velocity().Scale(b.Mass))
	}
	return sum
}
