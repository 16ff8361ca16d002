package build_test

import (
	"math"
	"testing"

	"orrery/cmd/orrery-view/session/build"
	"orrery/sim"
)

// TestLawsHoldForAllThatTouches, and the scene that was given stays as it is.
func TestLawsHoldForAllThatTouches(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{X: 3, Y: 4}
	rough := sim.Surface{Friction: 0.5, Elasticity: 0.1}
	scene.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0.01, sim.Surface{Friction: 0.2}, sim.Vec{X: -1}, sim.Vec{X: 1})}
	scene.Bodies = append(scene.Bodies, sim.NewDisc(0.1, 1, rough), sim.NewDisc(0.1, 1, rough))
	scene.Bodies[0].Shapes[0].Material, scene.Bodies[1].Shapes[0].Material = "ice", "ice"
	scene.Pairs = []sim.Pair{{A: "ice", B: "ice", Friction: 0.9, Elasticity: 0.9}}
	state := scene.Start()
	state[0].X = 7
	for law, want := range []float64{5, 0.25, 0.01} {
		if got := build.LawOf(&scene, law); !(math.Abs(got-want) <= 1e-12) {
			t.Errorf("%s is %g, want %g", build.Laws[law].Name, got, want)
		}
	}
	for law := range build.Laws {
		out, err := build.WithLaw(&scene, state, law, 0.3)
		if err != nil {
			t.Fatal(err)
		}
		if got := build.LawOf(out, law); !(math.Abs(got-0.3) <= 1e-12) || out.Bodies[0].Start.X != 7 {
			t.Errorf("%s is %g", build.Laws[law].Name, got)
		}
		a, wall := &out.Bodies[0].Shapes[0], &out.Walls[0]
		for _, got := range []sim.Surface{out.Contact(a, &out.Bodies[1].Shapes[0]), out.Contact(a, wall)} {
			if law == 1 && !(math.Abs(got.Friction-0.3) <= 1e-12) || law == 2 && !(math.Abs(got.Elasticity-0.3) <= 1e-12) {
				t.Errorf("%s: %+v", build.Laws[law].Name, got)
			}
		}
		if _, err := build.WithLaw(&scene, state, law, math.NaN()); err == nil {
			t.Error("NaN is a value")
		}
		if _, err := build.WithLaw(&scene, state, law, 21); err == nil {
			t.Error("21 is a value")
		}
	}
	if g, _ := build.WithLaw(&scene, state, 0, 10); !(g.Gravity.Sub(sim.Vec{X: 6, Y: 8}).Len() <= 1e-12) {
		t.Errorf("gravity turned to %v", g.Gravity)
	}
	if scene.Walls[0].Friction != 0.2 || scene.Bodies[0].Shapes[0].Friction != 0.5 || scene.Pairs[0].Friction != 0.9 {
		t.Error("the scene itself has changed")
	}
	scene.Gravity = sim.Vec{}
	if g, _ := build.WithLaw(&scene, state, 0, 10); g.Gravity != (sim.Vec{Y: -10}) {
		t.Errorf("gravity pulls along %v", g.Gravity)
	}
}
