package recordings

import (
	"image"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/datasets/recording"
	"orrery/sim"
	"orrery/sim/render"
)

// TestWallsAreDrawnWhereBodiesTurnBack: those at the sides stand, those above and below lie, from edge to edge.
func TestWallsAreDrawnWhereBodiesTurnBack(t *testing.T) {
	t.Parallel()
	part := image.Rect(10, 20, 210, 220)
	for side, lies := range map[string]bool{"left": false, "right": false, "bottom": true, "top": true} {
		list := render.List{Width: 300, Height: 300}
		p := render.Painter{List: &list, Theme: &render.Theme{}, Unit: 1, Camera: render.FitCamera(render.Bounds{Min: sim.Vec{X: -1, Y: -1}, Max: sim.Vec{X: 1, Y: 1}}, part, 0)}
		drawWall(&p, part, recording.Wall{Side: side, At: 0.5})
		line := list.Items[0].(render.Path).Contours[0]
		at := p.Camera.Pixel(sim.Vec{X: 0.5, Y: 0.5})
		want := [2]render.Point{{X: at.X, Y: 220}, {X: at.X, Y: 20}}
		if lies {
			want = [2]render.Point{{X: 10, Y: at.Y}, {X: 210, Y: at.Y}}
		}
		for i, w := range want {
			if !scalar.EqualWithinAbs(line[i].X, w.X, 1e-6) || !scalar.EqualWithinAbs(line[i].Y, w.Y, 1e-6) {
				t.Errorf("%s: from %v to %v, want %v", side, line[0], line[1], want)
			}
		}
	}
}

// TestOddSightsAndStartsAreDrawn of the bodies that they are of.
func TestOddSightsAndStartsAreDrawn(t *testing.T) {
	t.Parallel()
	r := &recording.Recording{
		Tracks: []recording.Track{{Name: "red"}, {}}, Times: []float64{0, 1, 2},
		Sights: [][]sim.Sight{{{}, {X: 0.1, Seen: true}}, {{X: 0.5, Y: 0.5, Seen: true}, {}}, {{X: -0.5, Seen: true}, {X: 0.2, Seen: true}}},
	}
	list := render.List{Width: 300, Height: 300}
	p := render.Painter{List: &list, Theme: &render.Theme{}, Unit: 1, Camera: render.FitCamera(render.Bounds{Min: sim.Vec{X: -1, Y: -1}, Max: sim.Vec{X: 1, Y: 1}}, list.Bounds(), 0)}
	drawTrack(&p, r, 1)
	line, dots := list.Items[len(list.Items)-2].(render.Path), list.Items[len(list.Items)-1].(render.Path)
	if len(dots.Contours) != 2 || len(line.Contours) != 2 || len(line.Contours[0]) != 1 || len(line.Contours[1]) != 1 {
		t.Errorf("a gap is drawn as %v through %v", line.Contours, dots.Contours)
	}
	list.Items = nil
	drawOdd(&p, r, recording.Odd{Picture: 1, Tracks: []int{0, 1}})
	if len(list.Items) != 1 {
		t.Fatalf("%d crosses, want one where it is seen", len(list.Items))
	}
	cross, at := list.Items[0].(render.Path), p.Camera.Pixel(sim.Vec{X: 0.5, Y: 0.5})
	if a, b := cross.Contours[0][0], cross.Contours[0][1]; !scalar.EqualWithinAbs((a.X+b.X)/2, at.X, 1e-9) || !scalar.EqualWithinAbs((a.Y+b.Y)/2, at.Y, 1e-9) || a == b {
		t.Errorf("a cross from %v to %v, want one about %v", a, b, at)
	}
}
