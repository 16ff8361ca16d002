package session

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/forecast"
	"orrery/sim"
	"orrery/world/region"
)

// TestCoverageIsTheShareThatLiesWithin: of one body of two the truth is just within the region of nine in ten, and not within that of half.
func TestCoverageIsTheShareThatLiesWithin(t *testing.T) {
	t.Parallel()
	s := open(t, "pendulum", compare.Sandbox)
	if !math.IsNaN(s.Coverage(0.9)) {
		t.Error("free flight expects nothing")
	}
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{}
	for i := range 2 {
		b := sim.NewDisc(0.1, 1, sim.Surface{})
		b.Start.X = float64(i)
		scene.Bodies = append(scene.Bodies, b)
	}
	if err := s.OpenScene(&scene); err != nil {
		t.Fatal(err)
	}
	s.SetMode(compare.Duel)
	for n := 0; n < 500 && s.Frame() < 20; n++ {
		s.Tick()
	}
	r := region.Normal(0.01)
	edge := r.Ellipse(0.9)[0]
	f := &forecast.Forecast{From: 0}
	for range 30 {
		state := scene.Start()
		state[0].Y, state[1].X = 0.99*edge, 1+1.01*edge
		f.States, f.Regions = append(f.States, state), append(f.Regions, []region.Region{r, r})
	}
	s.judge.Show(f)
	if got := s.Coverage(0.9); !scalar.EqualWithinAbs(got, 0.5, 1e-12) {
		t.Errorf("covers %v", got)
	}
	if got := s.Coverage(0.5); got != 0 {
		t.Errorf("the region of half covers %v", got)
	}
}
