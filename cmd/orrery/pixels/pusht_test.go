package pixels

import (
	"testing"

	"orrery/datasets/arrays"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/scenario/library"
)

// pusht returns the first scene of the scenario.
func pusht(t *testing.T) *sim.Scene {
	t.Helper()
	s, err := library.Find("pusht")
	if err != nil {
		t.Fatal(err)
	}
	values, err := s.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	scene, err := s.Sample(1, 0, values)
	if err != nil {
		t.Fatal(err)
	}
	return scene
}

// TestPushTIsDrawnAsItsBenchmarkDoes: y down, with the block over the goal and the agent over the block.
func TestPushTIsDrawnAsItsBenchmarkDoes(t *testing.T) {
	t.Parallel()
	scene := pusht(t)
	p, err := arrays.PushTOf(scene)
	if err != nil {
		t.Fatal(err)
	}
	const side = 128 // 4 px of the benchmark each
	e := arrays.Episode{Trajectory: &sim.Trajectory{Scene: scene, States: []sim.State{{{X: 100 * p.Pixel, Y: 40 * p.Pixel}, {X: 400 * p.Pixel, Y: 120 * p.Pixel}}}}}
	picture := PushT(side)(e, 0)
	if len(picture) != 3*side*side {
		t.Fatalf("%d values", len(picture))
	}
	goal := scene.Goals[0].Target
	for what, c := range map[string]struct {
		x, y float64 // px
		want render.Colour
	}{
		"agent": {100, 40, pushtAgent}, "beside the agent": {100, 40 + 20, pushtPaper}, "above it, were y up": {100, 512 - 40, pushtPaper},
		"block": {400, 120, pushtBlock}, "end of the stem": {400, 120 + 70, pushtBlock}, "beyond it": {400, 120 + 80, pushtPaper},
		"end of the bar": {400 - 55, 120 - 30, pushtBlock}, "goal": {goal.X / p.Pixel, goal.Y / p.Pixel, pushtGoal}, "paper": {256, 500, pushtPaper}, "wall": {5, 256, pushtWall},
	} {
		at := 3 * (int(c.y/4)*side + int(c.x/4))
		near := func(a, b uint8) bool { return max(a, b)-min(a, b) <= 40 }
		if got := picture[at : at+3]; !near(got[0], c.want.R) || !near(got[1], c.want.G) || !near(got[2], c.want.B) {
			t.Errorf("%s: colour %v, want %v", what, got, c.want)
		}
	}
}

// TestWallsAreSeenInSmallPictures: they are a pixel wide at least.
func TestWallsAreSeenInSmallPictures(t *testing.T) {
	t.Parallel()
	scene := pusht(t)
	scene.Goals = nil
	e := arrays.Episode{Trajectory: &sim.Trajectory{Scene: scene, States: []sim.State{scene.Start()}}}
	for _, side := range []int{32, 48, 96} {
		picture := PushT(side)(e, 0)
		ink := 0.0 // in a row that only walls cross, as a number of pixels
		for x := range side {
			ink += (255 - float64(picture[3*(side*(side-2)+x)])) / (255 - float64(pushtWall.R))
		}
		if !(ink >= 1.5) {
			t.Errorf("in a picture of %d px two walls are %.2f px wide", side, ink)
		}
	}
}
