package sim

import (
	"fmt"
	"math"
)

// wallTolerance, in metres, is how deep walls may cut into each other before they
// overlap, so that corners may miss each other by a rounding error.
const wallTolerance = 1e-6

// validateWallsApart returns an error that names two walls that overlap. Rounding
// is left aside: segments overlap when they cross or share a length, anything else
// when the insides meet. Shared ends, T-junctions and flush sides are fine.
func validateWallsApart(walls []Shape) error {
	low, high := make([]Vec, len(walls)), make([]Vec, len(walls))
	for i := range walls {
		low[i], high[i] = walls[i].bounds()
	}
	for j := range walls {
		for i := range j {
			apart := low[i].X > high[j].X || low[j].X > high[i].X || low[i].Y > high[j].Y || low[j].Y > high[i].Y
			if !apart && overlap(&walls[i], &walls[j]) {
				return &PartError{"wall", j, fmt.Errorf("overlaps wall %d and must at most touch it", i)}
			}
		}
	}
	return nil
}

func (s *Shape) bounds() (low, high Vec) {
	low, high = s.Vertices[0], s.Vertices[0]
	for _, v := range s.Vertices[1:] {
		low = Vec{min(low.X, v.X), min(low.Y, v.Y)}
		high = Vec{max(high.X, v.X), max(high.Y, v.Y)}
	}
	r := s.coreRadius()
	return low.Sub(Vec{r, r}), high.Add(Vec{r, r})
}

// coreRadius returns the radius that belongs to the shape's inside: a circle's.
func (s *Shape) coreRadius() float64 {
	if s.Kind == Circle {
		return s.Radius
	}
	return 0
}

// overlap looks for an axis along which the two need not be moved further than
// the tolerance to come apart (the separating axis theorem).
func overlap(a, b *Shape) bool {
	if a.Kind == Segment && b.Kind == Segment && collinear(a, b) {
		return depth(a, b, unit(a.Vertices[1].Sub(a.Vertices[0]))) > wallTolerance
	}
	for _, axis := range append(axes(a, b), axes(b, a)...) {
		if depth(a, b, axis) <= wallTolerance {
			return false
		}
	}
	return true
}

// axes returns the directions in which a may part from b: across its sides or,
// from a circle, to the nearest point of b.
func axes(a, b *Shape) []Vec {
	if a.Kind == Circle {
		centre := a.Vertices[0]
		return []Vec{unit(b.nearest(centre).Sub(centre))}
	}
	var list []Vec
	for i, v := range a.Vertices {
		list = append(list, unit(a.Vertices[(i+1)%len(a.Vertices)].Sub(v)).Perp())
	}
	return list
}

// depth returns how far one of the two must be moved along the axis to part them.
func depth(a, b *Shape, axis Vec) float64 {
	lowA, highA := a.extent(axis)
	lowB, highB := b.extent(axis)
	return min(highA-lowB, highB-lowA)
}

func (s *Shape) extent(axis Vec) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, v := range s.Vertices {
		low, high = min(low, axis.Dot(v)), max(high, axis.Dot(v))
	}
	return low - s.coreRadius(), high + s.coreRadius()
}

func collinear(a, b *Shape) bool {
	along := unit(a.Vertices[1].Sub(a.Vertices[0]))
	for _, v := range b.Vertices {
		if math.Abs(along.Cross(v.Sub(a.Vertices[0]))) > wallTolerance {
			return false
		}
	}
	return true
}

// nearest returns the point of the shape's outline that is nearest to p.
func (s *Shape) nearest(p Vec) Vec {
	best := s.Vertices[0]
	for i, v := range s.Vertices {
		side := s.Vertices[(i+1)%len(s.Vertices)].Sub(v)
		if length := side.Dot(side); length > 0 {
			v = v.Add(side.Scale(min(1, max(0, p.Sub(v).Dot(side)/length))))
		}
		if v.Sub(p).Len() < best.Sub(p).Len() {
			best = v
		}
	}
	return best
}

// unit returns v scaled to length 1, or the x axis when v has no length.
func unit(v Vec) Vec {
	if n := v.Len(); n > 0 {
		return v.Scale(1 / n)
	}
	return Vec{1, 0}
}
