package task

import (
	"math"
	"testing"

	"orrery/sim"
)

// TestOutlinesOfRoundedShapesAreFine: whatever the number of corners, those that stand for an
// arc lie on it and are no further apart than those that stand for a circle.
func TestOutlinesOfRoundedShapesAreFine(t *testing.T) {
	t.Parallel()
	const radius = 0.3
	apart := 2 * radius * math.Sin(math.Pi/64)
	for corners := 1; corners <= 12; corners++ {
		kind, around := sim.Polygon, []sim.Vec{}
		for k := range corners {
			around = append(around, sim.Vec{X: 1}.Rotate(2*math.Pi*float64(k)/float64(corners)))
		}
		if corners < 3 {
			kind = []sim.ShapeKind{sim.Circle, sim.Segment}[corners-1]
		}
		shape := sim.NewShape(kind, radius, sim.Surface{}, around...)
		drawn := outline(&shape)
		arcs := 0
		for k, p := range drawn {
			nearest := math.Inf(1)
			for _, v := range shape.Vertices {
				nearest = min(nearest, p.Sub(v).Len())
			}
			if !(math.Abs(nearest-radius) < 1e-9) {
				t.Errorf("%d corners: point %d is %v from the nearest", corners, k, nearest)
			}
			next := drawn[(k+1)%len(drawn)]
			if d := next.Sub(p).Len(); d < radius/3 {
				if arcs++; !(d <= apart*(1+1e-9)) {
					t.Errorf("%d corners: points %d and the next are %v apart, at most %v", corners, k, d, apart)
				}
			}
		}
		if arcs < 60 {
			t.Errorf("%d corners: %d pieces stand for arcs", corners, arcs)
		}
	}
}
