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
	shares := [2]float64{0.9, 0.5}
	if got := s.Coverage(shares); !math.IsNaN(got[0]) || !math.IsNaN(got[1]) {
		t.Error("free flight expects nothing")
	}
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{}
	for i := range 3 {
		b := sim.NewDisc(0.1, 1, sim.Surface{})
		b.Start.X = float64(i)
		scene.Bodies = append(scene.Bodies, b)
	}
	scene.Bodies[2].Kind, scene.Bodies[2].Mass, scene.Bodies[2].Moment = sim.Kinematic, 0, 0 // which nobody needs to predict
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
		state[0].Y, state[1].X, state[2].X = 0.99*edge, 1+1.01*edge, 9
		f.States, f.Regions = append(f.States, state), append(f.Regions, []region.Region{r, r, r})
	}
	s.judge.Show(f)
	if got := s.Coverage(shares); !scalar.EqualWithinAbs(got[0], 0.5, 1e-12) || got[1] != 0 {
		t.Errorf("the regions of nine in ten and of half cover %v", got)
	}
	r.Axes[0] /= 2 // now it matters how it is turned
	for angle, want := range map[float64]float64{0: 0.5, math.Pi / 2: 0} {
		r.Angle = angle
		for k := range f.Regions {
			f.Regions[k] = []region.Region{r, r, r}
		}
		if got := s.Coverage(shares); !scalar.EqualWithinAbs(got[0], want, 1e-12) {
			t.Errorf("ellipses turned by %v cover %v, want %v", angle, got, want)
		}
	}
}

// TestCoverageCountsFramesFromTheStartToTheOneShown: each of a short forecast, and of a long one some sixty.
func TestCoverageCountsFramesFromTheStartToTheOneShown(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Gravity = sim.Vec{}
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
	s := open(t, "pendulum", compare.Sandbox)
	if err := s.OpenScene(&scene); err != nil {
		t.Fatal(err)
	}
	s.SetMode(compare.Duel)
	s.SetHorizon(4)
	for n := 0; n < 2000 && s.Frame() < 200; n++ {
		s.Tick()
	}
	if s.Frame() != 200 {
		t.Fatalf("frame %d", s.Frame())
	}
	r := region.Normal(0.01)
	f := &forecast.Forecast{From: 0}
	for k := range 241 {
		state := scene.Start()
		if k%4 == 0 || k == 3 { // these are off
			state[0].X = 1
		}
		f.States, f.Regions = append(f.States, state), append(f.Regions, []region.Region{r})
	}
	s.judge.Show(f)
	for frame, want := range map[int]float64{7: 5. / 7, 59: 44. / 59, 60: 29. / 30, 200: 1} { // 1, 3, 5, 7 … of 60, and 1, 5, 9 … of 200
		s.Seek(frame)
		if got := s.Coverage([2]float64{0.5, 0.9}); !scalar.EqualWithinAbs(got[0], want, 1e-12) || got[1] != got[0] {
			t.Errorf("at frame %d it covers %v, want %v", frame, got, want)
		}
	}
}
