package links

import (
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// TestSystemsAreThatOfTheirScene: radii to the furthest point, walls side by side with the elasticity that each body has there, and what nothing moves.
func TestSystemsAreThatOfTheirScene(t *testing.T) {
	t.Parallel()
	s := sim.DefaultScene()
	s.FPS, s.Substeps, s.Damping, s.Gravity = 50, 3, 0.9, sim.Vec{Y: -2}
	bouncy := sim.Surface{Elasticity: 0.5}
	s.Bodies = []sim.Body{sim.NewDisc(0.1, 1, bouncy), sim.NewBox(0.3, 0.4, 1, sim.Surface{Elasticity: 1}), sim.NewDisc(0.2, 1, bouncy)}
	s.Bodies[0].Shapes[0].Vertices[0] = sim.Vec{X: 0.5}
	s.Bodies[0].Mass = 4
	s.Bodies[2].Kind, s.Bodies[2].Mass, s.Bodies[2].Moment = sim.Kinematic, 0, 0
	s.Walls = []sim.Shape{
		sim.NewShape(sim.Segment, 0.05, sim.Surface{Elasticity: 0.8}, sim.Vec{X: -1}, sim.Vec{X: 1}),
		sim.NewShape(sim.Polygon, 0, sim.Surface{Elasticity: 0.6}, sim.Vec{X: 3}, sim.Vec{X: 4}, sim.Vec{X: 4, Y: 1}),
	}
	got := newSystem(&s)
	for i, want := range []float64{0.6, 0.5, 0.2} {
		if !scalar.EqualWithinAbs(got.radius[i], want, 1e-12) {
			t.Errorf("body %d has a radius of %v m, want %v", i, got.radius[i], want)
		}
	}
	if got.n != 3 || got.inverse[0] != 0.25 || got.inverse[2] != 0 || got.gravity.Y != -2 || got.keep != 0.9 || !scalar.EqualWithinAbs(got.frame, 0.02, 1e-12) || got.substeps != 3 {
		t.Errorf("%+v", got)
	}
	if len(got.walls) != 1+3 || got.walls[0].radius != 0.05 || got.walls[0].to.X != 1 || got.walls[3].to != (sim.Vec{X: 3}) {
		t.Fatalf("walls %+v", got.walls)
	}
	for k, want := range map[int]float64{0: 0.8, 2: 0.6} {
		for i, own := range []float64{0.5, 1, 0.5} {
			if e := got.walls[k].elasticity[i]; !scalar.EqualWithinAbs(e, want*own, 1e-12) {
				t.Errorf("wall %d and body %d have an elasticity of %v, want %v", k, i, e, want*own)
			}
		}
	}
	if p := pairOf(4); len(p) != pairs(4) || p[0] != [2]int{0, 1} || p[5] != [2]int{2, 3} {
		t.Errorf("pairs %v", p)
	}
}
