package sim

import (
	"math"
	"testing"
)

func TestWallsMayTouchButNotOverlap(t *testing.T) {
	segment := func(x0, y0, x1, y1 float64) Shape { return NewShape(Segment, 0.3, plain, Vec{x0, y0}, Vec{x1, y1}) }
	circle := func(x, y, r float64) Shape { return NewShape(Circle, r, plain, Vec{x, y}) }
	square := func(x, y float64) Shape {
		return NewShape(Polygon, 0.3, plain, Vec{x, y}, Vec{x + 1, y}, Vec{x + 1, y + 1}, Vec{x, y + 1})
	}
	for name, c := range map[string]struct {
		a, b    Shape
		overlap bool
	}{
		"crossing":                    {segment(-1, 0, 1, 0), segment(0, -1, 0, 1), true},
		"shared end":                  {segment(-1, 0, 1, 0), segment(1, 0, 0, 1), false},
		"shared end missed by ulps":   {segment(-1, 0, 1, 0), segment(1-1e-15, -1e-12, 0, 1), false},
		"sharp corner":                {segment(-1, 0, 1, 0), segment(1, 0, -1, 0.01), false},
		"T-junction":                  {segment(-1, 0, 1, 0), segment(0, 0, 0, 1), false},
		"T pushed through":            {segment(-1, 0, 1, 0), segment(0, -0.01, 0, 1), true},
		"collinear, sharing a length": {segment(-1, 0, 1, 0), segment(0.5, 0, 2, 0), true},
		"collinear, inside":           {segment(-1, 0, 1, 0), segment(0.5, 0, 0, 0), true},
		"collinear, end to end":       {segment(-1, 0, 1, 0), segment(1, 0, 2, 0), false},
		"parallel":                    {segment(-1, 0, 1, 0), segment(-1, 0.01, 1, 0.01), false},
		"same":                        {segment(-1, 0, 1, 0), segment(-1, 0, 1, 0), true},
		"apart":                       {segment(-1, 0, 1, 0), segment(-1, 1, 1, 2), false},
		"square on segment":           {segment(-1, 0, 2, 0), square(0, 0), false},
		"square 2 µm over segment":    {segment(-1, 0, 2, 0), square(0, -2e-6), true},
		"square ½ µm over segment":    {segment(-1, 0, 2, 0), square(0, -5e-7), false},
		"square cut by segment":       {segment(-1, 0.5, 2, 0.7), square(0, 0), true},
		"segment inside square":       {segment(0.4, 0.5, 0.6, 0.7), square(0, 0), true},
		"squares side by side":        {square(0, 0), square(1, 0.3), false},
		"squares overlapping":         {square(0, 0), square(0.9, 0.3), true},
		"square in itself":            {square(0, 0), square(0, 0), true},
		"circle touching circle":      {circle(0, 0, 1), circle(2, 0, 1), false},
		"circles overlapping":         {circle(0, 0, 1), circle(1.3, 1.3, 1), true},
		"circles, boxes overlapping":  {circle(0, 0, 1), circle(1.5, 1.5, 1), false},
		"circle at end of segment":    {circle(0, 0, 1), segment(1, 0, 2, 0), false},
		"circle cut by segment":       {circle(0, 0, 1), segment(0.9, -2, 0.9, 2), true},
		"circle centred on segment":   {circle(0, 0, 1), segment(-2, 0, 2, 0), true},
		"circle in square":            {circle(0.5, 0.5, 0.1), square(0, 0), true},
		"circle by the corner":        {circle(1.8, 1.8, 1.1), square(0, 0), false},
		"circle over the corner":      {circle(1.7, 1.7, 1.1), square(0, 0), true},
	} {
		for angle := 0.0; angle < 6; angle += 0.7 {
			a, b := turned(c.a, angle), turned(c.b, angle)
			if (validateWallsApart([]Shape{a, b}) != nil) != c.overlap || (validateWallsApart([]Shape{b, a}) != nil) != c.overlap {
				t.Errorf("%s turned by %.1f: want overlap %v", name, angle, c.overlap)
			}
		}
	}
}

func turned(s Shape, angle float64) Shape {
	vertices := make([]Vec, len(s.Vertices))
	for i, v := range s.Vertices {
		vertices[i] = v.Rotate(angle)
	}
	s.Vertices = vertices
	return s
}

// TestWallsAgainstSampling compares with a twin that looks for a point well inside both.
func TestWallsAgainstSampling(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	rng := NewRand(1, "walls", 0)
	for range 300 {
		triangle := func() Shape {
			at := Vec{rng.Float64(), rng.Float64()}
			s := turned(NewShape(Polygon, 0, plain, regular(3, 1)...), rng.Float64()*6)
			for i := range s.Vertices {
				s.Vertices[i] = s.Vertices[i].Scale(0.4).Add(at)
			}
			return s
		}
		a, b := triangle(), triangle()
		deepest := math.Inf(-1)
		for x := -0.5; x < 1.5; x += 0.02 {
			for y := -0.5; y < 1.5; y += 0.02 {
				deepest = max(deepest, min(inside(&a, Vec{x, y}), inside(&b, Vec{x, y})))
			}
		}
		if got := validateWallsApart([]Shape{a, b}) != nil; !(math.Abs(deepest) <= 0.03) && got != (deepest > 0) {
			t.Errorf("%v and %v: overlap %v, deepest common point %v m", a.Vertices, b.Vertices, got, deepest)
		}
	}
}

// inside returns how far p is inside a polygon's nearest side.
func inside(s *Shape, p Vec) float64 {
	least := math.Inf(1)
	for i, v := range s.Vertices {
		side := s.Vertices[(i+1)%len(s.Vertices)].Sub(v)
		least = min(least, side.Cross(p.Sub(v))/side.Len())
	}
	return least
}
