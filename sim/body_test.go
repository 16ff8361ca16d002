package sim

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestDistanceOfAPointFromAShape(t *testing.T) {
	t.Parallel()
	disc := NewShape(Circle, 0.5, Surface{}, Vec{1, 2})
	bar := NewShape(Segment, 0.1, Surface{}, Vec{0, 0}, Vec{2, 0})
	box := NewShape(Polygon, 0.25, Surface{}, Vec{1, -1}, Vec{1, 1}, Vec{-1, 1}, Vec{-1, -1})
	for _, c := range []struct {
		shape *Shape
		p     Vec
		want  float64
	}{
		{&disc, Vec{4, 6}, 4.5}, {&disc, Vec{1, 2}, -0.5}, {&disc, Vec{1, 2.5}, 0},
		{&bar, Vec{1, 3}, 2.9}, {&bar, Vec{1, -3}, 2.9}, {&bar, Vec{5, 4}, 4.9}, {&bar, Vec{-3, 4}, 4.9}, {&bar, Vec{1, 0}, -0.1},
		{&box, Vec{3, 0}, 1.75}, {&box, Vec{4, 5}, 4.75}, {&box, Vec{0, 0}, -1.25}, {&box, Vec{0.5, 0}, -0.75}, {&box, Vec{1.25, 0}, 0},
	} {
		if got := c.shape.Distance(c.p); !(math.Abs(got-c.want) <= 1e-12) {
			t.Errorf("%s from %v: %v m, want %v", c.shape.Kind, c.p, got, c.want)
		}
	}
}

// TestDistanceIsTheSupportingPlanes compares distances from polygons with the naive one:
// the largest over all directions of how far the point is beyond the plane that supports
// the shape there, which for a point outside a convex shape is the distance.
func TestDistanceIsTheSupportingPlanes(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	outside := 0
	for range 200 {
		n := 3 + rng.IntN(5)
		shape := Shape{Kind: Polygon, Radius: rng.Float64() / 4}
		for k := range n {
			sin, cos := math.Sincos(2 * math.Pi * (float64(k) + 0.8*rng.Float64()) / float64(n))
			shape.Vertices = append(shape.Vertices, Vec{cos, 1.5 * sin})
		}
		p := Vec{6*rng.Float64() - 3, 6*rng.Float64() - 3}
		got := shape.Distance(p)
		naive := math.Inf(-1)
		const directions = 20_000
		for k := range directions {
			sin, cos := math.Sincos(2 * math.Pi * float64(k) / directions)
			far := math.Inf(-1)
			for _, v := range shape.Vertices {
				far = max(far, v.Dot(Vec{cos, sin}))
			}
			naive = max(naive, p.Dot(Vec{cos, sin})-far-shape.Radius)
		}
		if got > 0 {
			outside++
			if !(math.Abs(got-naive) <= 1e-3) {
				t.Errorf("%v from %+v: %v m, want %v", p, shape, got, naive)
			}
		} else if !(naive <= 1e-9) {
			t.Errorf("%v from %+v: %v m though %v outside", p, shape, got, naive)
		}
	}
	if outside < 50 {
		t.Errorf("only %d points were outside", outside)
	}
}
