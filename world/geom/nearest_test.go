package geom

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// TestNearestAreThePointsOfOnePair: the nearer of two bodies, at one corner of a box that is tilted and at two of one that is
// flat, apart or deep, and nothing beyond the reach.
func TestNearestAreThePointsOfOnePair(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Walls = []sim.Shape{{Kind: sim.Segment, Vertices: []sim.Vec{{X: -9}, {X: 9}}}}
	box := sim.Body{Kind: sim.Dynamic, Mass: 1, Moment: 1, Shapes: []sim.Shape{{Kind: sim.Polygon, Vertices: []sim.Vec{{X: -1, Y: -1}, {X: 1, Y: -1}, {X: 1, Y: 1}, {X: -1, Y: 1}}}}}
	scene.Bodies = []sim.Body{box, box}
	d := NewDetector(&scene)
	for _, c := range []struct {
		y, angle, reach float64
		points          int
		gap             float64
	}{
		{1.25, 0, 1, 2, 0.25}, {0.95, 0, 1, 2, -0.05}, {1.5, math.Pi / 4, 1, 1, 1.5 - math.Sqrt2}, {1.002, 0.01, 1, 1, 1.002 - math.Cos(0.01) - math.Sin(0.01)},
		{1.25, 0, 0.2, 0, 0},
	} {
		state := sim.State{{X: -3, Y: 3}, {X: 3, Y: c.y, Angle: c.angle}}
		got := d.Nearest(nil, state, c.reach)
		if len(got) != c.points {
			t.Errorf("%+v: %d points", c, len(got))
		}
		for _, p := range got {
			if p.A != 1 || p.B != Wall || !scalar.EqualWithinAbs(p.Gap, c.gap, 1e-9) {
				t.Errorf("%+v: %+v", c, p)
			}
		}
	}
}

// TestCornersThatAreAlikeAreBothNearest: they are as far off to within a thousandth of the size of the smaller body.
func TestCornersThatAreAlikeAreBothNearest(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Walls = []sim.Shape{{Kind: sim.Segment, Vertices: []sim.Vec{{X: -9}, {X: 9}}}}
	scene.Bodies = []sim.Body{sim.NewBox(0.6, 0.8, 1, sim.Surface{})} // of half a metre
	d := NewDetector(&scene)
	for apart, want := range map[float64]int{0.0004: 2, 0.0006: 1} {
		state := sim.State{{Y: 0.5, Angle: math.Asin(apart / 0.6)}}
		if got := d.Nearest(nil, state, 1); len(got) != want {
			t.Errorf("corners that differ by %v m: %d points", apart, len(got))
		}
	}
}
