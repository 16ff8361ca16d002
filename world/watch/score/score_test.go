package score_test

import (
	"math"
	"slices"
	"testing"

	"orrery/sim"
	"orrery/sim/polygon"
	"orrery/world/watch/score"
)

func box(w, h float64) []sim.Shape {
	b := sim.NewBox(w, h, 1, sim.Surface{})
	return b.Shapes
}

func TestSymmetryOfShapes(t *testing.T) {
	t.Parallel()
	disc := sim.NewDisc(20, 1, sim.Surface{})
	ring := sim.NewShape(sim.Polygon, 0, sim.Surface{}, polygon.Ellipse(20, 20, 6)...)
	triangle := sim.NewShape(sim.Polygon, 3, sim.Surface{}, polygon.Ellipse(20, 20, 3)...)
	capsule := sim.NewShape(sim.Segment, 5, sim.Surface{}, sim.Vec{X: -20}, sim.Vec{X: 20})
	cross := append(box(20, 4), box(4, 20)...)
	tee := append(box(20, 4), sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{X: -4, Y: -30}, sim.Vec{X: 4, Y: -30}, sim.Vec{X: 4, Y: -4}, sim.Vec{X: -4, Y: -4}))
	for _, c := range []struct {
		name   string
		shapes []sim.Shape
		want   int
	}{
		{"disc", disc.Shapes, 0}, {"box", box(20, 10), 2}, {"square", box(20, 20), 4}, {"near square", box(20, 19), 2},
		{"a hundredth of its reach off a square", box(20, 19.75), 4}, {"more than that", box(20, 19.68), 2},
		{"dodecagon", []sim.Shape{sim.NewShape(sim.Polygon, 0, sim.Surface{}, polygon.Ellipse(20, 20, 12)...)}, 12},
		{"14 sides, of which 7 are told", []sim.Shape{sim.NewShape(sim.Polygon, 0, sim.Surface{}, polygon.Ellipse(20, 20, 14)...)}, 7},
		{"hexagon", []sim.Shape{ring}, 6}, {"rounded triangle", []sim.Shape{triangle}, 3}, {"capsule", []sim.Shape{capsule}, 2},
		{"cross", cross, 4}, {"tee", tee, 1},
	} {
		if got := score.Symmetry(c.shapes); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// two returns two boxes that pass each other in 20 pictures, and perfect tracks.
func two() (bodies []score.Body, tracks [][]score.Sight) {
	for i := range 2 {
		b := score.Body{Shapes: box(10, 5)}
		var track []score.Sight
		for k := range 20 {
			x := float64(10 * k)
			if i == 1 {
				x = 200 - x
			}
			pose := sim.BodyState{X: x, Y: 40 + 30*float64(i), Angle: 0.1 * float64(k)}
			b.Poses = append(b.Poses, pose)
			track = append(track, score.Sight{X: pose.X, Y: pose.Y, Angle: pose.Angle, Seen: true, Turned: true})
		}
		bodies, tracks = append(bodies, b), append(tracks, track)
	}
	return bodies, tracks
}

func TestPerfectTracksHaveNoError(t *testing.T) {
	t.Parallel()
	bodies, tracks := two()
	slices.Reverse(tracks) // the order means nothing
	for k := range tracks[0] {
		tracks[0][k].Angle += 0.7 + math.Pi*float64(k%2) // which way is 0, and half turns
	}
	r := score.Judge(bodies, tracks)
	if r.Found != 2 || r.Lost != 0 || r.Switches != 0 || r.Frames != 40 || len(r.Position) != 40 || len(r.Angle) != 40 {
		t.Errorf("%+v", r)
	}
	if !(r.Position.Mean() < 1e-12 && r.Angle.Quantile(0.95) < 1e-9) {
		t.Errorf("errors %g px, %g rad", r.Position.Mean(), r.Angle.Quantile(0.95))
	}
}

func TestErrorsAreThoseOfPoses(t *testing.T) {
	t.Parallel()
	bodies, tracks := two()
	for k := range tracks[0] {
		tracks[0][k].X += 0.3
		tracks[0][k].Y -= 0.4
		tracks[1][k].Angle += 0.05 * float64(1-k%2*2)
	}
	r := score.Judge(bodies, tracks)
	if !(math.Abs(r.Position.Mean()-0.25) < 1e-9 && math.Abs(r.Position.Quantile(0.95)-0.5) < 1e-9 && math.Abs(r.Angle.Mean()-0.025) < 1e-9) {
		t.Errorf("errors %g px, 95 %% %g px, %g rad", r.Position.Mean(), r.Position.Quantile(0.95), r.Angle.Mean())
	}
	tracks[0][3].X += 100 // counts, and is lost
	if r := score.Judge(bodies, tracks); r.Lost != 1 || !(r.Position.Quantile(1) > 99) {
		t.Errorf("a pose far off: lost %d, worst %g", r.Lost, r.Position.Quantile(1))
	}
}

func TestWhatIsMissingOrNobodysIsLost(t *testing.T) {
	t.Parallel()
	bodies, tracks := two()
	tracks[0][5].Seen = false
	tracks[1] = tracks[1][:18]
	ghost := make([]score.Sight, 20)
	ghost[7] = score.Sight{X: 300, Y: 300, Seen: true}
	r := score.Judge(bodies, slices.Concat([][]score.Sight{ghost}, tracks))
	if r.Lost != 4 || r.Tracks != 3 || r.Found != 2 || len(r.Position) != 37 {
		t.Errorf("%+v", r)
	}
	r = score.Judge(bodies, tracks[:1])
	if r.Lost != 21 || r.Found != 1 {
		t.Errorf("without the second track %+v", r)
	}
}

// TestAPoseIsTheBodysOwnWithinHalfItsReach, and within 2 px of a body that is smaller than its doubt.
func TestAPoseIsTheBodysOwnWithinHalfItsReach(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ width, height, off, lost float64 }{{30, 40, 24, 0}, {30, 40, 26, 1}, {2, 2, 1.9, 0}, {2, 2, 2.1, 1}} {
		bodies, tracks := two()
		for i := range bodies {
			bodies[i].Shapes = box(c.width, c.height)
		}
		tracks[0][5].Y += c.off
		if r := score.Judge(bodies, tracks); r.Lost != int(c.lost) || r.Found != 2 {
			t.Errorf("a pose %g px from a body of %g × %g px: %d lost, must be %g", c.off, c.width, c.height, r.Lost, c.lost)
		}
	}
}

func TestQuantilesAreValues(t *testing.T) {
	t.Parallel()
	v := score.Values{4, 1, 3, 2}
	for share, want := range map[float64]float64{0: 1, 0.24: 1, 0.25: 2, 0.5: 3, 0.75: 4, 1: 4} {
		if got := v.Quantile(share); got != want {
			t.Errorf("%g of 1 to 4: %g, must be %g", share, got, want)
		}
	}
	var none score.Values
	if !math.IsNaN(none.Quantile(0.5)) || !math.IsNaN(none.Mean()) || v.Mean() != 2.5 || v[0] != 4 {
		t.Errorf("of nothing %g, mean %g", none.Quantile(0.5), v.Mean())
	}
}

func TestSwitchesAreCounted(t *testing.T) {
	t.Parallel()
	bodies, tracks := two()
	for k := 10; k < 20; k++ {
		tracks[0][k], tracks[1][k] = tracks[1][k], tracks[0][k]
	}
	r := score.Judge(bodies, tracks)
	if r.Switches != 2 || r.Lost != 20 {
		t.Errorf("%d switches, %d lost; want 2 and 20", r.Switches, r.Lost)
	}
	var sum score.Report
	sum.Add(&r)
	sum.Add(&r)
	if sum.Switches != 4 || sum.Lost != 40 || sum.Frames != 80 || len(sum.Position) != 80 || sum.Bodies != 4 || sum.Tracks != 4 || sum.Found != 4 {
		t.Errorf("twice is %+v", sum)
	}
}

func TestMarkedBodiesHaveOneAngle(t *testing.T) {
	t.Parallel()
	bodies, tracks := two()
	bodies[0].Marked = true
	tracks[0][4].Angle += math.Pi
	r := score.Judge(bodies, tracks)
	if !(r.Angle.Quantile(1) > 2.5) {
		t.Errorf("half a turn of a marked box is an error of %g rad", r.Angle.Quantile(1))
	}
}
