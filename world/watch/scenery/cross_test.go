package scenery

import (
	"fmt"
	"testing"

	"orrery/sim"
)

// TestWallsThatCrossEndThere: the one that is less beyond the other at either end is cut, those that touch or would cross beyond
// their ends are left alone.
func TestWallsThatCrossEndThere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b [4]float64 // x and y of both ends
		want string
	}{
		{[4]float64{0, 0, 10, 0}, [4]float64{2, -5, 2, 5}, "[{2 0} {10 0}] [{2 -5} {2 5}]"}, {[4]float64{0, 0, 10, 0}, [4]float64{8, -5, 8, 5}, "[{0 0} {8 0}] [{8 -5} {8 5}]"},
		{[4]float64{0, 0, 10, 0}, [4]float64{4, -1, 4, 5}, "[{0 0} {10 0}] [{4 0} {4 5}]"}, {[4]float64{0, 0, 10, 0}, [4]float64{4, -5, 4, 1}, "[{0 0} {10 0}] [{4 -5} {4 0}]"},
		{[4]float64{0, 0, 10, 0}, [4]float64{4, 0, 4, 5}, "[{0 0} {10 0}] [{4 0} {4 5}]"}, {[4]float64{0, 0, 10, 0}, [4]float64{4, -5, 4, 0}, "[{0 0} {10 0}] [{4 -5} {4 0}]"},
		{[4]float64{0, 0, 10, 0}, [4]float64{0, -5, 0, 5}, "[{0 0} {10 0}] [{0 -5} {0 5}]"}, {[4]float64{0, 0, 10, 0}, [4]float64{10, -5, 10, 5}, "[{0 0} {10 0}] [{10 -5} {10 5}]"},
		{[4]float64{0, 0, 10, 0}, [4]float64{12, -5, 12, 5}, "[{0 0} {10 0}] [{12 -5} {12 5}]"}, {[4]float64{0, 0, 10, 0}, [4]float64{-2, -5, -2, 5}, "[{0 0} {10 0}] [{-2 -5} {-2 5}]"},
		{[4]float64{0, 0, 10, 0}, [4]float64{4, 1, 4, 5}, "[{0 0} {10 0}] [{4 1} {4 5}]"}, {[4]float64{0, 0, 10, 0}, [4]float64{4, -1, 4, -5}, "[{0 0} {10 0}] [{4 -1} {4 -5}]"},
		{[4]float64{0, 0, 10, 0}, [4]float64{10, 3, 20, 3}, "[{0 0} {10 0}] [{10 3} {20 3}]"}, {[4]float64{0, 0, 10, 0}, [4]float64{10, 0, 20, 0}, "[{0 0} {10 0}] [{10 0} {20 0}]"},
		{[4]float64{0, 0, 10, 0}, [4]float64{-9, 0, 0, 0}, "[{0 0} {10 0}] [{-9 0} {0 0}]"}, {[4]float64{0, 0, 10, 0}, [4]float64{2, 0, 4, 0}, "[{0 0} {10 0}]"},
	} {
		var walls []sim.Shape
		for _, w := range [][4]float64{c.a, c.b} {
			walls = append(walls, sim.NewShape(sim.Segment, 0.01, surface, sim.Vec{X: w[0], Y: w[1]}, sim.Vec{X: w[2], Y: w[3]}))
		}
		was := fmt.Sprint(walls[0].Vertices)
		got := ""
		for k, w := range apart(walls) {
			if k > 0 {
				got += " "
			}
			got += fmt.Sprint(w.Vertices)
		}
		if got != c.want || fmt.Sprint(walls[0].Vertices) != was {
			t.Errorf("%v and %v become %s, want %s", c.a, c.b, got, c.want)
		}
	}
	// one that nothing is left of takes nothing else away
	three := apart([]sim.Shape{
		sim.NewShape(sim.Segment, 0.01, surface, sim.Vec{}, sim.Vec{X: 10}), sim.NewShape(sim.Segment, 0.01, surface, sim.Vec{X: 2}, sim.Vec{X: 4}),
		sim.NewShape(sim.Segment, 0.01, surface, sim.Vec{X: 1, Y: 1}, sim.Vec{X: 9, Y: 1}),
	})
	if len(three) != 2 || three[1].Vertices[0].Y != 1 {
		t.Errorf("of three there are %v", three)
	}
}
