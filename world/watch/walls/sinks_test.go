package walls

import (
	"math"
	"math/rand/v2"
	"testing"

	"orrery/sim"
)

// TestSurfacesAreWhereTheShallowestTouchesAre, where bodies sink in by any share of their way, and in the middle of all where they do not.
func TestSurfacesAreWhereTheShallowestTouchesAre(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(4, 4))
	for _, sink := range sinks {
		s := surface{about: 101}
		for range 60 {
			way := 2 + 6*rng.Float64()
			s.touches = append(s.touches, touch{height: 100 - sink*way*rng.Float64() + 0.05*rng.NormFloat64(), std: 0.07, way: way})
		}
		s.touches[3].height -= 4 // another body was there
		heights, stds := settle([]surface{s})
		if !(math.Abs(heights[0]-100) <= 0.12) || !(stds[0] > 0.003 && stds[0] <= 0.12) {
			t.Errorf("sinking in by up to %g of the way: at %.3f ± %.3f px, must be at 100", sink, heights[0], stds[0])
		}
	}
}

// TestBodiesSinkIntoAllWallsAlike: what many touches of one wall tell about that helps where another one has few.
func TestBodiesSinkIntoAllWallsAlike(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(4, 4))
	for _, sink := range []float64{0, 1} {
		many, few := surface{about: 50}, surface{about: 100, edges: []float64{97, 99, 101, 103}}
		for range 40 {
			way := 2 + 6*rng.Float64()
			many.touches = append(many.touches, touch{height: 50 - sink*way*rng.Float64(), std: 0.07, way: way})
		}
		few.touches = []touch{{height: 99, std: 0.07, way: 5}}
		_, alone := settle([]surface{few})
		heights, stds := settle([]surface{few, many})
		if sink == 0 && !(math.Abs(heights[0]-99) <= 0.1 && stds[0] < alone[0]/3) {
			t.Errorf("what turns back at the surface did so at 99 px: %.3f ± %.3f px, alone ± %.3f", heights[0], stds[0], alone[0])
		}
		if sink == 1 && !(heights[0] >= 98.8 && stds[0] > 0.5) {
			t.Errorf("what sinks in by up to 5 px turned back at 99: %.3f ± %.3f px", heights[0], stds[0])
		}
	}
}

// TestFewTouchesOfOneHeightAreTheSurface, as bodies that sink in turn back at various depths.
func TestFewTouchesOfOneHeightAreTheSurface(t *testing.T) {
	t.Parallel()
	s := surface{about: 101}
	for _, height := range []float64{100.02, 99.97, 100.01, 100} {
		s.touches = append(s.touches, touch{height: height, std: 0.07, way: 4})
	}
	if heights, stds := settle([]surface{s}); !(math.Abs(heights[0]-100) <= 0.05) || !(stds[0] <= 0.08) {
		t.Errorf("at %.3f ± %.3f px, must be at 100 ± 0.05", heights[0], stds[0])
	}
}

// TestALineThatNothingTouchesIsASurfaceInItsMiddle: so it is nowhere far off.
func TestALineThatNothingTouchesIsASurfaceInItsMiddle(t *testing.T) {
	t.Parallel()
	if heights, _ := settle([]surface{{edges: []float64{99, 102}, about: 99}}); !(math.Abs(heights[0]-100.5) <= 0.03) {
		t.Errorf("at %.3f px, must be at 100.5", heights[0])
	}
}

// TestTouchesAreAsDeepAsBodiesSinkIn, along the wall and pushed away from it.
func TestTouchesAreAsDeepAsBodiesSinkIn(t *testing.T) {
	t.Parallel()
	wall := span{normal: sim.Vec{Y: 1}, height: 50, low: 100, high: 200}
	for _, c := range []struct {
		at, way, push sim.Vec
		want          int
	}{
		{sim.Vec{X: 150, Y: 60}, sim.Vec{Y: -5}, sim.Vec{Y: 1}, 1},
		{sim.Vec{X: 150, Y: 53}, sim.Vec{Y: -5}, sim.Vec{Y: 1}, 1},
		{sim.Vec{X: 150, Y: 53}, sim.Vec{Y: -2}, sim.Vec{Y: 1}, 0},
		{sim.Vec{X: 150, Y: 64}, sim.Vec{Y: -5}, sim.Vec{Y: 1}, 0},
		{sim.Vec{X: 150, Y: 60}, sim.Vec{Y: -5}, sim.Vec{X: 1}, 0},
		{sim.Vec{X: 230, Y: 60}, sim.Vec{Y: -5}, sim.Vec{Y: 1}, 0},
		{sim.Vec{X: 70, Y: 60}, sim.Vec{Y: -5}, sim.Vec{Y: 1}, 0},
	} {
		h := Hit{Push: c.push, way: c.way, shapes: []sim.Shape{sim.NewShape(sim.Circle, 10, sim.Surface{}, sim.Vec{})}}
		h.Pose.X, h.Pose.Y = c.at.X, c.at.Y
		if got := wall.touches([]Hit{h}); len(got) != c.want || c.want == 1 && !(got[0].way == -c.way.Y && got[0].height == c.at.Y-10) {
			t.Errorf("a disc at %v that moves by %v and is pushed to %v: %+v, want %d", c.at, c.way, c.push, got, c.want)
		}
	}
}
