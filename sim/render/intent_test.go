package render

import (
	"math"
	"testing"

	"orrery/sim"
)

// intentPainter paints a scene of a box with goals, 100 px to the metre.
func intentPainter() *Painter {
	theme, err := LoadTheme("light")
	if err != nil {
		panic(err)
	}
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.2, 1, sim.Surface{})}
	scene.Goals = []sim.Goal{
		{Kind: sim.Pose, Body: 0, Target: sim.Vec{X: 1, Y: 0.5}, Angle: math.Pi / 2},
		{Kind: sim.Place, Body: 0, Target: sim.Vec{X: -1}, Radius: 0.3},
	}
	return &Painter{List: &List{Width: 400, Height: 400}, Scene: &scene, Theme: theme, Unit: 1, Camera: Camera{Middle: Point{200, 200}, Scale: 100}}
}

// TestGoalsAreWhereTheyAre measures the dashed lines that are drawn for goals.
func TestGoalsAreWhereTheyAre(t *testing.T) {
	p := intentPainter()
	p.Goals()
	if len(p.List.Items) != 2 {
		t.Fatalf("%d items for 2 goals", len(p.List.Items))
	}
	for i, want := range []struct {
		centre Point
		radius float64
	}{{Point{300, 150}, 20}, {Point{100, 200}, 30}} {
		path := p.List.Items[i].(Path)
		if path.Stroke.Dash == 0 || path.Fill != (Colour{}) {
			t.Errorf("goal %d is drawn like a body: %+v", i, path.Stroke)
		}
		for _, point := range path.Contours[0] {
			if r := point.sub(want.centre).len(); math.Abs(r-want.radius) > 0.1 {
				t.Fatalf("goal %d: %v is %.2f px from %v, want %v px", i, point, r, want.centre, want.radius)
			}
		}
	}
	mark := p.List.Items[0].(Path).Contours[1] // along the x axis, which points up
	if along := mark[1].sub(mark[0]); math.Abs(along.X) > 1e-9 || along.Y >= 0 {
		t.Errorf("the goal's mark points along %v, want up", along)
	}
}

func TestIntentIsTheWayOfTheCentre(t *testing.T) {
	p := intentPainter()
	p.Intent([]sim.State{{{X: 0}}, {{X: 1, Y: 1}}, {{Y: 1}}}, 3, 0.5)
	path := p.List.Items[0].(Path)
	want := []Point{{200, 200}, {300, 100}, {200, 100}}
	for k, point := range path.Contours[0] {
		if point != want[k] {
			t.Errorf("point %d is %v, want %v", k, point, want[k])
		}
	}
	if !path.Open || path.Stroke.Width != 3 || path.Stroke.Colour.A != 128 {
		t.Errorf("drawn as %+v", path.Stroke)
	}
}
