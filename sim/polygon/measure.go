package polygon

import (
	"math"

	"orrery/sim"
)

// Measure returns the area in m², the centroid in metres, and the second moment of area
// about the centroid in m⁴ of convex corners, counter-clockwise, that are grown by a radius
// in metres, as a shape of sim is: one corner is a disc, two are a capsule. The results are
// exact but for rounding. Times a density in kg/m², area and moment are a mass and a moment
// of inertia.
func Measure(corners []sim.Vec, radius float64) (area float64, centroid sim.Vec, moment float64) {
	if len(corners) == 0 {
		return 0, sim.Vec{}, 0
	}
	origin := corners[0] // near the shape, so that few digits are lost
	var sum sums
	for i, corner := range corners {
		a, b := corner.Sub(origin), corners[(i+1)%len(corners)].Sub(origin)
		sum.triangle(a, b)
		if radius > 0 {
			before := corners[(i+len(corners)-1)%len(corners)].Sub(origin)
			sum.strip(a, b, radius)
			sum.sector(a, outward(before, a), outward(a, b), radius, len(corners))
		}
	}
	if sum.area <= 0 {
		return 0, origin, 0
	}
	centre := sum.first.Scale(1 / sum.area)
	return sum.area, origin.Add(centre), sum.second - sum.area*centre.Dot(centre)
}

// outward returns the direction to the right of the way from a to b, or no direction.
func outward(a, b sim.Vec) sim.Vec {
	way := b.Sub(a)
	if length := way.Len(); length > 0 {
		return sim.Vec{X: way.Y / length, Y: -way.X / length}
	}
	return sim.Vec{}
}

// sums are the integrals of 1, of the place and of its square over an area.
type sums struct {
	area   float64 // m²
	first  sim.Vec // m³
	second float64 // m⁴
}

func (s *sums) add(area float64, centroid sim.Vec, moment float64) {
	s.area += area
	s.first = s.first.Add(centroid.Scale(area))
	s.second += moment + area*centroid.Dot(centroid)
}

// triangle adds the triangle of the origin and two corners, less than nothing when these
// turn to the right.
func (s *sums) triangle(a, b sim.Vec) {
	area := a.Cross(b) / 2
	s.area += area
	s.first = s.first.Add(a.Add(b).Scale(area / 3))
	s.second += area * (a.Dot(a) + a.Dot(b) + b.Dot(b)) / 6
}

// strip adds the rectangle outside of a side.
func (s *sums) strip(a, b sim.Vec, radius float64) {
	length := b.Sub(a).Len()
	middle := a.Add(b).Scale(0.5).Add(outward(a, b).Scale(radius / 2))
	area := length * radius
	s.add(area, middle, area*(length*length+radius*radius)/12)
}

// sector adds the part of a disc about a corner that lies between two directions.
func (s *sums) sector(corner, from, to sim.Vec, radius float64, corners int) {
	angle := math.Atan2(from.Cross(to), from.Dot(to))
	switch corners {
	case 1:
		angle = 2 * math.Pi
	case 2:
		angle = math.Pi
	}
	if !(angle > 0) {
		return
	}
	area := radius * radius * angle / 2
	reach := 4 * radius * math.Sin(angle/2) / (3 * angle) // of the centroid from the corner
	away := from.Rotate(angle / 2).Scale(reach)
	s.add(area, corner.Add(away), radius*radius*area/2-area*reach*reach)
}

// Ellipse returns the corners of a polygon within an ellipse of two radii in metres,
// counter-clockwise from the x axis on.
func Ellipse(rx, ry float64, corners int) []sim.Vec {
	outline := make([]sim.Vec, corners)
	for i := range outline {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(corners))
		outline[i] = sim.Vec{X: rx * cos, Y: ry * sin}
	}
	return outline
}
